"""Figures as reports print them: the published ones come out, and no printed figure exceeds the true one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.rules.deadlines import days_left, is_overdue
from reperform.rules.figures import Rounding, floor_and_more, in_unit, official_sum, percent, wan_yuan
from reperform.rules.steps import FindingState

money = st.integers(min_value=0, max_value=10**17)


@pytest.mark.parametrize(
    ("part", "whole", "mode", "printed"),
    [
        (1691, 1786, Rounding.FLOOR_WHOLE, "94%"),
        (513, 817, Rounding.FLOOR_WHOLE, "62%"),
        (336, 400, Rounding.FLOOR_WHOLE, "84%"),
        (179, 189, Rounding.ROUND_HUNDREDTH, "94.71%"),
        (1153, 1263, Rounding.ROUND_HUNDREDTH, "91.29%"),
        (0, 0, Rounding.FLOOR_WHOLE, "—"),
    ],
)
def test_published_rates_come_out_as_printed(part: int, whole: int, mode: Rounding, printed: str) -> None:
    assert percent(part, whole, mode) == printed


def test_published_sums_come_out_as_printed() -> None:
    assert floor_and_more(9577, 10) == "9570多"
    assert floor_and_more(9570, 10) == "9570"
    assert official_sum(751 * 10**6 * 100) == "7.51亿元"
    assert official_sum(104 * 10**14 // 100) == "1.04万亿元"
    assert official_sum(1251_0600_00) == "1,251.06万元"


def test_unknown_and_zero_are_printed_differently() -> None:
    assert wan_yuan(None) == "—"
    assert wan_yuan(0) == "0.00"


@given(money, st.sampled_from([10**2, 10**6, 10**10]))
def test_a_printed_amount_never_exceeds_the_true_one(fen: int, unit: int) -> None:
    printed = in_unit(fen, unit)
    whole, _, cents = printed.replace(",", "").partition(".")
    hundredths = int(whole + cents)
    assert hundredths * unit <= fen * 100 < (hundredths + 1) * unit


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_truncated_rate_never_flatters(part: int, whole: int) -> None:
    assert int(percent(part, whole)[:-1]) * whole <= part * 100


@given(st.dates(date(2018, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_the_day_of_the_limit_itself_is_not_late(due: date, shift: int) -> None:
    as_of = due + timedelta(days=shift)
    assert days_left(due, as_of) == -shift
    assert is_overdue(FindingState.RECTIFYING, due, as_of) == (shift > 0)


@pytest.mark.parametrize(
    "state", [FindingState.SUBMITTED, FindingState.ACCEPTED, FindingState.CLOSED, FindingState.DRAFT]
)
def test_a_unit_is_not_late_while_the_work_lies_with_the_verifier(state: FindingState) -> None:
    assert not is_overdue(state, date(2026, 1, 1), date(2026, 12, 31))


def test_a_finding_without_a_limit_is_never_late() -> None:
    assert not is_overdue(FindingState.ISSUED, None, date(2026, 12, 31))
