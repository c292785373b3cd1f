"""What is planted about non-tax revenue stands in the tables, and nothing else is wrong in them.

The measure is the ordinance of the city, written anew in Python: what the payer paid more than fourteen days ago is in
the treasury in full, contributions of social insurance in their fiscal special account.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city.attitudes import Attitude
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.revenue import ACCOUNTS, ITEMS, bill_text
from reperform.city.truth import Fate, Key, Kind, key_of
from tests.city.small import Made, bill_key, made

CODE = "NT-01"
SEEDS = st.integers(0, 2**32 - 1)
TODAY = {"before": DAY_BEFORE, "after": DAY_AFTER}


def paid_in(city: Made, state: str) -> Counter[Key]:
    """What counts as paid in, by bill."""
    insurance = {row["number"] for row in city.rows("nontax_bill", state) if ITEMS[row["item"]] == "社会保险基金"}
    total: Counter[Key] = Counter()
    for row in city.rows("treasury_credit", state):
        lawful = {"国库", "财政专户"} if row["bill"] in insurance else {"国库"}
        if ACCOUNTS[row["account"]] in lawful:
            total[key_of({"bill_no": bill_text(row["bill"])})] += row["amount"]
    return total


def missing(city: Made, state: str) -> dict[Key, int]:
    got, found = paid_in(city, state), {}
    for row in city.rows("nontax_bill", state):
        short = row["amount"] - got[bill_key(row)]
        if row["paid"] < NEVER and TODAY[state] - row["paid"] > 14 and short > 0:
            found[bill_key(row)] = short
    return found


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_what_is_missing_in_the_tables_is_what_was_planted_with_its_amount(seed: int) -> None:
    city = made(seed, 2000)
    planted = {case.key: case.amount for case in city.cases(CODE, Kind.PLANTED) if not case.fate.begins_after}
    assert missing(city, "before") == planted


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_at_the_second_state_what_is_left_and_what_is_new_is_missing(seed: int) -> None:
    city = made(seed, 2000)
    remains = {case.key for case in city.cases(CODE, Kind.PLANTED) if case.fate not in (Fate.CLEARED, Fate.UNPROVEN)}
    assert set(missing(city, "after")) == remains


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_each_fate_left_its_trace_or_none(seed: int) -> None:
    city = made(seed, 2000)
    first, later = paid_in(city, "before"), paid_in(city, "after")
    for case in city.cases(CODE, Kind.PLANTED):
        more = later[case.key] - first[case.key]
        if case.fate is Fate.CLEARED:
            assert more == case.amount
        elif case.fate is Fate.PARTLY:
            assert 0 < more < case.amount
        else:
            assert more == 0


def test_the_unproven_were_made_to_look_right_in_each_of_three_ways() -> None:
    city = made(residents=40_000)
    once = {bill_key(row): row for row in city.rows("nontax_bill", "before")}
    now = {bill_key(row): row for row in city.rows("nontax_bill", "after")}
    hidden = {case.key for case in city.cases(CODE, Kind.PLANTED, fates=(Fate.UNPROVEN,))}
    gone = {key for key in hidden if key not in now}
    smaller = {key for key in hidden - gone if now[key]["amount"] < once[key]["amount"]}
    open_again = {key for key in hidden - gone if now[key]["paid"] == NEVER}
    assert gone
    assert smaller
    assert open_again
    assert gone | smaller | open_again == hidden


def test_the_day_of_the_limit_and_the_day_after_it_both_occur() -> None:
    city = made()
    bills = {bill_key(row): row for row in city.rows("nontax_bill", "before")}
    ages = {
        case.note: DAY_BEFORE - bills[case.key]["paid"]
        for case in city.cases(CODE)
        if case.key in bills and case.note.startswith("not credited")
    }
    assert ages["not credited on the last allowed day"] == 14
    assert ages["not credited on the first day after the allowed time"] == 15


def test_a_credit_on_the_last_allowed_day_occurs() -> None:
    city = made()
    near = {case.key for case in city.cases(CODE) if case.note == "credited on the last allowed day"}
    bills = {bill_key(row): row for row in city.rows("nontax_bill", "before") if bill_key(row) in near}
    credits = {key_of({"bill_no": bill_text(row["bill"])}): row for row in city.rows("treasury_credit", "before")}
    assert near
    assert {credits[key]["credited"] - bills[key]["paid"] for key in near} == {14}


@pytest.mark.parametrize(
    "note",
    [
        "two credits that add up",
        "credited to its lawful fiscal account",
        "late, but in full before the audit",
        "by way of the account of the unit, in time",
        "the payer has not paid",
    ],
)
def test_each_innocent_that_looks_guilty_occurs(note: str) -> None:
    cases = [case for case in made().cases(CODE) if case.note == note]
    assert cases
    assert {case.kind for case in cases} == {Kind.INNOCENT}


def test_a_single_fen_is_planted() -> None:
    assert 1 in {case.amount for case in made().cases(CODE, Kind.PLANTED)}


def test_what_was_on_its_way_at_the_second_state_is_a_near_miss() -> None:
    city = made()
    late = {row["number"]: row for row in city.rows("nontax_bill", "after") if row["paid"] == DAY_AFTER - 14}
    near = {case.key for case in city.cases(CODE, Kind.NEAR_MISS)}
    assert near & {bill_key(row) for row in late.values()}


def test_a_clean_body_has_nothing_planted() -> None:
    city = made(residents=20_000)
    clean = {body for body, attitude in city.town.attitudes[CODE].of.items() if attitude is Attitude.CLEAN}
    assert len(clean) > 5
    assert not clean & {case.body for case in city.cases(CODE, Kind.PLANTED)}


@pytest.mark.parametrize("state", ["before", "after"])
def test_keys_are_unique_and_nothing_is_known_before_its_day(state: str) -> None:
    city = made()
    bills = city.rows("nontax_bill", state)
    assert len({bill_key(row) for row in bills}) == len(bills)
    credits = city.rows("treasury_credit", state)
    assert len({(row["voucher"], row["bill"]) for row in credits}) == len(credits)
    assert max(row["issued"] for row in bills) <= TODAY[state]
    assert max(row["paid"] for row in bills if row["paid"] < NEVER) <= TODAY[state]
    assert max(row["credited"] for row in credits) <= TODAY[state]
    assert all(row["issued"] <= row["paid"] for row in bills)
    assert len({row["voucher"] for row in credits}) < len(credits), "one voucher may carry several bills"
