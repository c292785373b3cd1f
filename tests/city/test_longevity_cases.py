"""What is planted about the longevity allowance stands in the tables, and nothing else is wrong in them.

The measure is the ordinance of the city, written anew in Python with the calendar of the standard library, day by day:
a rate begins with the month after the birthday, and a month counts when all of its days were lived in the city.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city.attitudes import Attitude
from reperform.city.dates import ALWAYS, NEVER, first_on, month, on
from reperform.city.identity import person_text
from reperform.city.town import CIVIL_AFFAIRS
from reperform.city.truth import Fate, Key, Kind, key_of
from tests.city.small import Made, allowance_key, made, month_text

CODE = "EL-02"
SEEDS = st.integers(0, 2**32 - 1)
FIRST = month(date(2025, 1, 1))
OWED_UNTIL = {"before": month(date(2026, 1, 1)), "after": month(date(2026, 8, 1))}
YUAN = ((100, 300), (90, 200), (80, 100), (70, 30))


def years(born: date, when: date) -> int:
    """Full years of age on a day; a birthday on 29 February counts on 1 March of other years."""
    return when.year - born.year - ((when.month, when.day) < (born.month, born.day))


def rate(born: date, of_month: int) -> int:
    """Fen due for a month: the age on the last day of the month before decides."""
    age = years(born, first_on(of_month) - timedelta(days=1))
    return next((yuan * 100 for least, yuan in YUAN if age >= least), 0)


def whole_month(row: dict[str, int], of_month: int) -> bool:
    """Whether somebody lived in the city on all days of a month."""
    first, last = first_on(of_month), first_on(of_month + 1) - timedelta(days=1)
    moved_in = on(row["moved_in"]) if row["moved_in"] > ALWAYS else date.min
    left = min(on(row[name]) if row[name] < NEVER else date.max for name in ("moved_out", "died"))
    return moved_in <= first and left > last


def paid(city: Made, state: str) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for row in city.rows("longevity_payment", state):
        total[allowance_key(row)] += row["amount"]
    return total


def unpaid(city: Made, state: str) -> dict[Key, int]:
    got, found = paid(city, state), {}
    for row in city.rows("resident", state):
        if row["born"] == ALWAYS or on(row["born"]).year > 1956:
            continue
        for of_month in range(FIRST, OWED_UNTIL[state] + 1):
            key = key_of({"person_id": person_text(row["person"]), "month": month_text(of_month)})
            short = rate(on(row["born"]), of_month) - got[key]
            if short > 0 and whole_month(row, of_month):
                found[key] = short
    return found


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_what_is_short_in_the_tables_is_what_was_planted_with_its_amount(seed: int) -> None:
    city = made(seed, 2000)
    planted = {case.key: case.amount for case in city.cases(CODE, Kind.PLANTED) if not case.fate.begins_after}
    assert unpaid(city, "before") == planted


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_at_the_second_state_what_is_left_and_what_is_new_is_short(seed: int) -> None:
    city = made(seed, 2000)
    remains = {case.key for case in city.cases(CODE, Kind.PLANTED) if case.fate not in (Fate.CLEARED, Fate.UNPROVEN)}
    assert set(unpaid(city, "after")) == remains


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_each_fate_left_its_trace_or_none(seed: int) -> None:
    city = made(seed, 2000)
    first, later = paid(city, "before"), paid(city, "after")
    vouchers = {allowance_key(row): row["voucher"] for row in city.rows("longevity_payment", "after")}
    for case in city.cases(CODE, Kind.PLANTED):
        more = later[case.key] - first[case.key]
        if case.fate is Fate.CLEARED:
            assert more == case.amount
        elif case.fate is Fate.PARTLY:
            assert 0 < more < case.amount
        else:
            assert more == 0
        if more:
            assert vouchers[case.key] >= 10**9, "a payment put right has a voucher of its own"


def test_the_unproven_left_the_register_in_each_of_three_ways() -> None:
    city = made(residents=40_000)
    rows = {person_text(row["person"]): row for row in city.rows("resident", "after")}
    once = {person_text(row["person"]): row for row in city.rows("resident", "before")}
    hidden = {dict(case.key)["person_id"] for case in city.cases(CODE, Kind.PLANTED, fates=(Fate.UNPROVEN,))}
    gone = {person for person in hidden if person not in rows}
    moved = {person for person in hidden - gone if rows[person]["moved_out"] < once[person]["moved_out"]}
    younger = {person for person in hidden - gone if rows[person]["born"] > once[person]["born"]}
    assert gone
    assert moved
    assert younger
    assert gone | moved | younger == hidden


THRESHOLDS = {
    "turned seventy on the last day of this month": Kind.NEAR_MISS,
    "turned seventy on the first day of this month": Kind.NEAR_MISS,
    "the month after the seventieth birthday": Kind.PLANTED,
    "the month of the birthday at the old rate": Kind.NEAR_MISS,
    "paid at the old rate after the birthday": Kind.PLANTED,
    "registered from the first day of the month on": Kind.PLANTED,
    "registered on the second day of the month": Kind.NEAR_MISS,
    "registered to the last day of the month": Kind.PLANTED,
    "moved out on the last day of the month": Kind.NEAR_MISS,
    "alive to the last day of the month": Kind.PLANTED,
    "died on the last day of the month": Kind.NEAR_MISS,
    "the latest month that had to be paid by now": Kind.PLANTED,
    "the payment may still be on its way": Kind.NEAR_MISS,
    "paid late, but before the audit": Kind.INNOCENT,
    "paid by two districts, which add up": Kind.INNOCENT,
    "no date of birth in the register": Kind.NOT_TESTABLE,
}


@pytest.mark.parametrize(("note", "kind"), THRESHOLDS.items())
def test_each_limit_has_a_case_on_it(note: str, kind: Kind) -> None:
    found = [case for case in made(residents=20_000).cases(CODE) if case.note == note]
    assert found
    assert {case.kind for case in found} == {kind}


ON_THE_DAY = {
    "registered from the first day of the month on": ("moved_in", 0),
    "registered on the second day of the month": ("moved_in", 1),
    "moved out on the last day of the month": ("moved_out", -1),
    "registered to the last day of the month": ("moved_out", 0),
    "died on the last day of the month": ("died", -1),
    "alive to the last day of the month": ("died", 0),
}
"""What happens how many days after the first of the month; of the next month for what ends."""


@pytest.mark.parametrize(("note", "column", "days"), [(note, *where) for note, where in ON_THE_DAY.items()])
def test_a_stay_begins_and_ends_on_the_day_that_the_note_says(note: str, column: str, days: int) -> None:
    city = made(residents=20_000)
    rows = {person_text(row["person"]): row for row in city.rows("resident", "before")}
    for case in city.cases(CODE):
        if case.note == note:
            of_month = month(date.fromisoformat(dict(case.key)["month"]))
            first = first_on(of_month if column == "moved_in" else of_month + 1)
            assert on(rows[dict(case.key)["person_id"]][column]) == first + timedelta(days=days)


@pytest.mark.parametrize(("note", "days"), [("last", 1), ("first", 0)])
def test_a_seventieth_birthday_falls_on_the_day_that_the_note_says(note: str, days: int) -> None:
    city = made(residents=20_000)
    born = {person_text(row["person"]): row["born"] for row in city.rows("resident", "before")}
    got = paid(city, "before")
    for case in city.cases(CODE):
        if case.note == f"turned seventy on the {note} day of this month":
            birthday, of_month = on(born[dict(case.key)["person_id"]]), date.fromisoformat(dict(case.key)["month"])
            assert (birthday.year + 70, birthday.month) == (of_month.year, of_month.month)
            assert (birthday + timedelta(days=days)).day == 1
            assert got[case.key] == 0


def test_who_cannot_be_tested_has_no_birthday_in_the_register() -> None:
    city = made()
    born = {person_text(row["person"]): row["born"] for row in city.rows("resident", "before")}
    unknown = {dict(case.key)["person_id"] for case in city.cases(CODE, Kind.NOT_TESTABLE)}
    assert {person for person, day in born.items() if day == ALWAYS} == unknown


def test_the_body_of_a_case_is_the_district_that_answers_today() -> None:
    city = made()
    district = {person_text(row["person"]): CIVIL_AFFAIRS[row["district"]] for row in city.rows("resident", "before")}
    for case in city.cases(CODE):
        assert case.body == district[dict(case.key)["person_id"]]


def test_a_clean_body_has_nothing_planted() -> None:
    city = made(residents=20_000)
    clean = {body for body, attitude in city.town.attitudes[CODE].of.items() if attitude is Attitude.CLEAN}
    assert clean
    assert not clean & {case.body for case in city.cases(CODE, Kind.PLANTED)}


def test_some_people_were_paid_by_a_district_that_they_left() -> None:
    city = made(residents=20_000)
    home = {row["person"]: row["district"] for row in city.rows("resident", "after")}
    cases = {dict(case.key)["person_id"] for case in city.cases(CODE)}
    moved = [row for row in city.rows("longevity_payment", "after") if home.get(row["person"]) != row["body"]]
    assert [row for row in moved if person_text(row["person"]) not in cases]


@pytest.mark.parametrize("state", ["before", "after"])
def test_keys_are_unique_and_nothing_is_known_before_its_day(state: str) -> None:
    city = made()
    day = {"before": date(2026, 3, 31), "after": date(2026, 10, 31)}[state]
    payments = city.rows("longevity_payment", state)
    assert len({(*allowance_key(row), row["body"]) for row in payments}) == len(payments)
    assert max(on(row["paid_on"]) for row in payments) <= day
    assert min(row["amount"] for row in payments) > 0
    residents = city.rows("resident", state)
    assert len({row["person"] for row in residents}) == len(residents)
    for name in ("born", "moved_in", "moved_out", "died"):
        assert max(on(row[name]) for row in residents if row[name] < NEVER) <= day
