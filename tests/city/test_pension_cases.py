"""What is planted about pensions stands in the tables, and nothing else is wrong in them.

The measure here is the words of the law, written anew in Python over the number columns: the month after the month of
death is not due. The catalogue is not asked.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city.attitudes import Attitude
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, day, month, on
from reperform.city.identity import person_text
from reperform.city.pensions import SCHEMES
from reperform.city.truth import Fate, Key, Kind
from tests.city.small import Made, made, pension_key

SEEDS = st.integers(0, 2**32 - 1)
CODE = "SI-01"


def paid_for(key: Key) -> int:
    """The month of a key, as a number."""
    return month(date.fromisoformat(dict(key)["month"]))


def payments(city: Made, state: str) -> dict[Key, int]:
    return {pension_key(row, SCHEMES): row["amount"] for row in city.rows("pension_payment", state)}


def refunds(city: Made, state: str) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for row in city.rows("pension_refund", state):
        total[pension_key(row, SCHEMES)] += row["refunded"]
    return total


def deaths(city: Made, state: str) -> dict[str, set[int]]:
    """Months of death by person, of those with a date."""
    found: dict[str, set[int]] = {}
    for row in city.rows("death_register", state):
        if row["died"] < NEVER:
            found.setdefault(person_text(row["person"]), set()).add(month(on(row["died"])))
    return found


def overpaid(city: Made, state: str) -> dict[Key, int]:
    """Payments of months after the latest recorded month of death, less what came back."""
    dead, back = deaths(city, state), refunds(city, state)
    found = {}
    for key, amount in payments(city, state).items():
        died = dead.get(dict(key)["person_id"])
        if died and paid_for(key) > max(died) and amount > back[key]:
            found[key] = amount - back[key]
    return found


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_what_is_wrong_in_the_tables_is_what_was_planted_with_its_amount(seed: int) -> None:
    city = made(seed, 2000)
    planted = {case.key: case.amount for case in city.cases(CODE, Kind.PLANTED) if not case.fate.begins_after}
    assert overpaid(city, "before") == planted


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_at_the_second_state_what_is_left_and_what_is_new_is_wrong(seed: int) -> None:
    city = made(seed, 2000)
    remains = {case.key for case in city.cases(CODE, Kind.PLANTED) if case.fate not in (Fate.CLEARED, Fate.UNPROVEN)}
    assert set(overpaid(city, "after")) == remains


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_each_fate_left_its_trace_or_none(seed: int) -> None:
    city = made(seed, 2000)
    paid, dead = payments(city, "after"), deaths(city, "after")
    first, later = refunds(city, "before"), refunds(city, "after")
    for case in city.cases(CODE, Kind.PLANTED):
        back = later[case.key] - first[case.key]
        person = dict(case.key)["person_id"]
        if case.fate is Fate.CLEARED:
            assert back == case.amount
        elif case.fate is Fate.PARTLY:
            assert 0 < back < case.amount
        else:
            assert back == 0
        if case.fate is Fate.UNPROVEN:
            gone = case.key not in paid or person not in dead
            assert gone or max(dead[person]) >= paid_for(case.key)
        else:
            assert case.key in paid


@pytest.mark.parametrize("kind", [Kind.NEAR_MISS, Kind.INNOCENT, Kind.NOT_TESTABLE])
def test_every_bystander_was_paid(kind: Kind) -> None:
    city = made()
    paid = payments(city, "before")
    cases = city.cases(CODE, kind)
    assert cases
    for case in cases:
        assert paid[case.key] == case.amount


def test_the_month_of_death_is_a_near_miss_on_its_first_and_on_its_last_day() -> None:
    city = made()
    died = {
        person_text(row["person"]): on(row["died"])
        for row in city.rows("death_register", "before")
        if row["died"] < NEVER
    }
    near = city.cases(CODE, Kind.NEAR_MISS)
    days = {died[dict(case.key)["person_id"]] for case in near}
    assert all(dict(case.key)["month"][:7] == f"{died[dict(case.key)['person_id']]:%Y-%m}" for case in near)
    assert any(when.day == 1 for when in days)
    assert any((on(day(when) + 1)).day == 1 for when in days)


def test_the_month_after_a_death_on_the_last_day_is_planted() -> None:
    city = made()
    notes = Counter(case.note for case in city.cases(CODE, Kind.PLANTED))
    assert notes["died on the last day of a month; the next one paid"] >= 3
    assert notes["died on the first day of a month; the next one paid"] >= 2


def test_two_pensions_of_one_person_and_month_are_two_cases() -> None:
    city = made()
    double = [case for case in city.cases(CODE, Kind.PLANTED) if "two pensions" in case.note]
    by_month = Counter((dict(case.key)["person_id"], dict(case.key)["month"]) for case in double)
    assert double
    assert set(by_month.values()) == {2}


def test_not_testable_people_are_dead_without_a_date_or_between_two() -> None:
    city = made()
    lines: dict[str, list[int]] = {}
    for row in city.rows("death_register", "before"):
        lines.setdefault(person_text(row["person"]), []).append(row["died"])
    people = {dict(case.key)["person_id"] for case in city.cases(CODE, Kind.NOT_TESTABLE)}
    undated = {person for person in people if lines[person] == [NEVER]}
    conflicting = {person for person in people if len(set(lines[person])) == 2}
    assert undated
    assert conflicting
    assert undated | conflicting == people


def test_two_days_of_death_in_one_month_do_not_protect_the_next() -> None:
    city = made()
    planted = [case for case in city.cases(CODE, Kind.PLANTED) if case.note.startswith("two days of death")]
    days: dict[str, set[int]] = {}
    for row in city.rows("death_register", "before"):
        days.setdefault(person_text(row["person"]), set()).add(row["died"])
    assert planted
    assert any(len(days[dict(case.key)["person_id"]]) == 2 for case in planted)


def test_someone_in_the_register_is_not_dead() -> None:
    city = made()
    denied = [row for row in city.rows("death_register", "before") if row["flag"] == 0]
    innocent = {dict(case.key)["person_id"] for case in city.cases(CODE, Kind.INNOCENT)}
    assert denied
    assert all(row["died"] == NEVER and person_text(row["person"]) in innocent for row in denied)


def test_refunds_of_the_living_are_no_trace_of_a_case() -> None:
    city = made(residents=20_000)
    keys = {case.key for case in city.cases(CODE)}
    others = [row for row in city.rows("pension_refund", "after") if pension_key(row, SCHEMES) not in keys]
    assert others


def test_a_clean_body_has_nothing_planted() -> None:
    city = made(residents=20_000)
    clean = {body for body, attitude in city.town.attitudes[CODE].of.items() if attitude is Attitude.CLEAN}
    assert clean
    assert not clean & {case.body for case in city.cases(CODE, Kind.PLANTED)}


def test_pensioners_begin_after_the_birthday_and_end_with_the_month_of_death() -> None:
    """Whoever is in no case: paid from the month after retirement at the earliest, up to the month of death."""
    city = made()
    cases = {dict(case.key)["person_id"] for case in city.truth if "person_id" in dict(case.key)}
    residents = {person_text(row["person"]): row for row in city.rows("resident", "after")}
    for row in city.rows("pension_payment", "after"):
        person = person_text(row["person"])
        if person in cases:
            continue
        life = residents[person]
        assert row["month"] > month(on(life["born"])) + 12 * 55
        assert life["died"] == NEVER or row["month"] <= month(on(life["died"]))


@pytest.mark.parametrize(("state", "last"), [("before", DAY_BEFORE), ("after", DAY_AFTER)])
def test_nothing_is_known_before_its_day(state: str, last: int) -> None:
    city = made()
    assert max(row["month"] for row in city.rows("pension_payment", state)) == month(on(last))
    assert max(row["refunded_on"] for row in city.rows("pension_refund", state)) <= last
    assert max(row["died"] for row in city.rows("death_register", state) if row["died"] < NEVER) <= last


@pytest.mark.parametrize("state", ["before", "after"])
def test_keys_are_unique(state: str) -> None:
    city = made()
    rows = city.rows("pension_payment", state)
    assert len({pension_key(row, SCHEMES) for row in rows}) == len(rows)
    register = city.rows("death_register", state)
    assert len({(row["person"], row["source"]) for row in register}) == len(register)
    back = city.rows("pension_refund", state)
    assert len({(row["voucher"], *pension_key(row, SCHEMES)) for row in back}) == len(back)
