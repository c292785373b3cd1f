"""What is planted about suppliers stands in the tables, and no equal pair stands there that nobody decided on."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city.attitudes import Attitude
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.truth import Fate, Key, Kind
from tests.city.small import Made, made, payment_key

CODE = "FF-01"
SEEDS = st.integers(0, 2**32 - 1)


def refunded(city: Made, state: str) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for row in city.rows("supplier_refund", state):
        total[payment_key(city, row)] += row["refunded"]
    return total


def later_of_equal_pairs(city: Made, state: str) -> set[Key]:
    """Every payment that follows one of the same body, supplier and amount, however far apart."""
    groups = defaultdict(list)
    for row in city.rows("supplier_payment", state):
        groups[row["body"], row["supplier"], row["amount"]].append(row)
    ordered = (sorted(group, key=lambda row: (row["paid"], row["number"])) for group in groups.values())
    return {payment_key(city, row) for group in ordered for row in group[1:]}


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_no_two_payments_are_alike_unless_a_case_made_them_so(seed: int) -> None:
    city = made(seed, 2000)
    decided = {case.key for case in city.cases(CODE)}
    planted = {case.key for case in city.cases(CODE, Kind.PLANTED) if not case.fate.begins_after}
    alike = later_of_equal_pairs(city, "before")
    assert planted <= alike <= decided


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_every_case_stands_in_the_table_with_its_amount(seed: int) -> None:
    city = made(seed, 2000)
    for state in ("before", "after"):
        rows = {payment_key(city, row): row["amount"] for row in city.rows("supplier_payment", state)}
        for case in city.cases(CODE):
            there = case.fate.begins_after is (state == "after") or case.fate not in (Fate.NEW, Fate.RELAPSE)
            if there and not (case.fate is Fate.UNPROVEN and state == "after"):
                assert rows[case.key] == case.amount


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_each_fate_left_its_trace_or_none(seed: int) -> None:
    city = made(seed, 2000)
    first, later = refunded(city, "before"), refunded(city, "after")
    for case in city.cases(CODE, Kind.PLANTED):
        assert first[case.key] == 0
        if case.fate is Fate.CLEARED:
            assert later[case.key] == case.amount
        elif case.fate is Fate.PARTLY:
            assert 0 < later[case.key] < case.amount
        else:
            assert later[case.key] == 0


def test_the_unproven_were_made_to_look_right_in_each_of_three_ways() -> None:
    city = made(residents=40_000)
    once = {payment_key(city, row): row for row in city.rows("supplier_payment", "before")}
    now = {payment_key(city, row): row for row in city.rows("supplier_payment", "after")}
    hidden = {case.key for case in city.cases(CODE, Kind.PLANTED, fates=(Fate.UNPROVEN,))}
    gone = {key for key in hidden if key not in now}
    invoice = {key for key in hidden - gone if now[key]["invoice"] != once[key]["invoice"]}
    supplier = {key for key in hidden - gone if now[key]["supplier"] != once[key]["supplier"]}
    assert gone
    assert invoice
    assert supplier
    assert gone | invoice | supplier == hidden
    assert not hidden & later_of_equal_pairs(city, "after") - invoice


def days_apart(city: Made, note: str) -> set[int]:
    """Days between the payments of each case with a note."""
    rows = {payment_key(city, row): row for row in city.rows("supplier_payment", "before")}
    keys = [case.key for case in city.cases(CODE) if case.note == note]
    apart = set()
    for key in keys:
        like = [
            row["paid"]
            for row in rows.values()
            if all(row[name] == rows[key][name] for name in ("body", "supplier", "amount"))
            and row["number"] < rows[key]["number"]
        ]
        apart.add(rows[key]["paid"] - max(like))
    return apart


def test_the_window_has_a_case_on_its_last_day_and_one_on_the_day_after() -> None:
    city = made()
    assert days_apart(city, "paid again on the last day of the window") == {30}
    assert days_apart(city, "one day after the window, a second purchase") == {31}
    assert days_apart(city, "paid twice on one day") == {0}


def test_the_smallest_amount_has_a_case_on_it_and_one_a_fen_below() -> None:
    amounts = {case.note: case.amount for case in made().cases(CODE)}
    assert amounts["the smallest amount that is looked at"] == 100_000
    assert amounts["one fen below the smallest amount"] == 99_999


def test_an_invoice_paid_three_times_is_two_too_many() -> None:
    city = made()
    rows = {payment_key(city, row): row for row in city.rows("supplier_payment", "before")}
    thrice = [case.key for case in city.cases(CODE) if case.note == "one invoice paid three times"]
    assert set(Counter(rows[key]["invoice"] for key in thrice).values()) == {2}


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("two equal instalments of one contract, two invoices", Kind.INNOCENT),
        ("two bodies pay half of one invoice each", Kind.INNOCENT),
        ("paid twice, refunded before the audit", Kind.INNOCENT),
        ("the first transfer bounced; this one is the payment", Kind.INNOCENT),
        ("the next month's rent, no invoice number", Kind.INNOCENT),
        ("the day of payment was lost", Kind.NOT_TESTABLE),
        ("no code of the supplier", Kind.NOT_TESTABLE),
    ],
)
def test_each_look_alike_occurs(note: str, kind: Kind) -> None:
    cases = [case for case in made().cases(CODE) if case.note == note]
    assert cases
    assert {case.kind for case in cases} == {kind}


def test_innocents_that_no_table_can_clear_are_few() -> None:
    """At most one in twenty of what is planted, at any size, so that precision can be told from noise."""
    for residents in (2000, 30_000, 45_000):
        city = made(residents=residents)
        planted = [case for case in city.cases(CODE, Kind.PLANTED) if not case.fate.begins_after]
        fooled = [case for case in city.cases(CODE) if "rent" in case.note]
        assert len(fooled) / (len(fooled) + len(planted)) <= 0.05


def test_a_clean_body_has_nothing_planted() -> None:
    city = made(residents=20_000)
    clean = {body for body, attitude in city.town.attitudes[CODE].of.items() if attitude is Attitude.CLEAN}
    assert len(clean) > 20
    assert not clean & {case.body for case in city.cases(CODE, Kind.PLANTED)}


@pytest.mark.parametrize(("state", "today"), [("before", DAY_BEFORE), ("after", DAY_AFTER)])
def test_keys_are_unique_and_nothing_is_known_before_its_day(state: str, today: int) -> None:
    city = made()
    payments = city.rows("supplier_payment", state)
    assert len({payment_key(city, row) for row in payments}) == len(payments)
    refunds = city.rows("supplier_refund", state)
    assert len({(row["voucher"], *payment_key(city, row)) for row in refunds}) == len(refunds)
    assert max(row["paid"] for row in payments if row["paid"] < NEVER) <= today
    assert max(row["on"] for row in refunds) <= today


def test_ordinary_payments_fall_on_working_days() -> None:
    """Suppliers of cases have three payments at most; whoever has more is ordinary."""
    rows = made().rows("supplier_payment", "after")
    busy = Counter(row["supplier"] for row in rows)
    ordinary = [row for row in rows if busy[row["supplier"]] > 3 and row["supplier"] >= 0]
    assert ordinary
    assert all((row["paid"] + 3) % 7 < 5 for row in ordinary)
