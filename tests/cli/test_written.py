"""How values are written on a command line."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.cli.written import fen, measures, outcomes, positions
from reperform.errors import Usage


@given(st.integers(0, 10**15))
def test_yuan_are_read_exactly_as_fen(amount: int) -> None:
    assert fen(f"{amount // 100}.{amount % 100:02d}") == amount
    assert fen(f"{amount // 100:,}.{amount % 100:02d}元") == amount
    assert fen(f"{amount}分") == amount


@given(st.integers(0, 10**9))
def test_ten_thousand_yuan_are_read_exactly(hundredths: int) -> None:
    assert fen(f"{hundredths // 100}.{hundredths % 100:02d}万元") == hundredths * 10_000


@pytest.mark.parametrize("text", ["", "abc", "1.234", "12,34.5.6", "1e999999999", "NaN", "0.0000001万元", "-5", "½"])
def test_what_is_no_amount_is_a_wrong_call(text: str) -> None:
    with pytest.raises(Usage):
        fen(text)


@given(st.text(max_size=12))
def test_an_amount_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(Usage):
        assert isinstance(fen(text), int)


def test_a_measure_has_a_kind_a_text_and_perhaps_a_day() -> None:
    first, second = measures(["immediate:追回多发养老金@2026-07-31", "mechanism:每月比对: 死亡信息"])
    assert (first.kind, first.text, first.due_on) == ("immediate", "追回多发养老金", date(2026, 7, 31))
    assert (second.kind, second.text, second.due_on) == ("mechanism", "每月比对: 死亡信息", None)


@pytest.mark.parametrize("text", ["追回", "later:追回", "immediate", "immediate:x@2026-02-30"])
def test_what_is_no_measure_is_a_wrong_call(text: str) -> None:
    with pytest.raises(Usage):
        measures([text])


def test_outcomes_are_money_rules_and_people() -> None:
    money, rule, person = outcomes(["return_to_channel=12.50@记-18"], ["稽核办法#云社〔2026〕3号"], ["批评教育 1 人"])
    assert (money.money_class, money.amount, money.reference) == ("return_to_channel", 1250, "记-18")
    assert (rule.kind, rule.title, rule.reference) == ("rule", "稽核办法", "云社〔2026〕3号")
    assert (person.kind, person.title) == ("person", "批评教育 1 人")


@pytest.mark.parametrize("text", ["12.50", "gift=5", "return_to_channel", "return_to_channel=much"])
def test_what_is_no_money_put_right_is_a_wrong_call(text: str) -> None:
    with pytest.raises(Usage):
        outcomes([text], [], [])


def test_items_are_named_one_by_one_and_by_spans() -> None:
    assert positions("1,3, 7-9") == {1, 3, 7, 8, 9}


@pytest.mark.parametrize("text", ["", "a", "1-", "1,,2", "1-9999999999"])
def test_what_is_no_list_of_items_is_a_wrong_call(text: str) -> None:
    with pytest.raises(Usage):
        positions(text)
