"""Which column is which field, and what is said when it cannot be known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.engine.headers import Match, Matcher, check_mapping, fold, letters, unit_above
from reperform.errors import BadInput, Place, Usage
from tests.engine.sources import HEADER, contract


def matched(folder: Path, *rows: list[str], mapping: dict[str, str] | None = None, **constants: str) -> Match:
    return Matcher(contract(folder), mapping or {}, constants).match(rows, Place("a.csv"))


def names(match: Match) -> dict[str, int]:
    return {name: column.index for name, column in match.columns.items()}


@pytest.mark.parametrize(
    "header",
    [
        ["person_id", "month", "amount", "note"],
        ["Person ID", "Month", "Amount", "Note"],
        ["PERSON-ID", " month ", "AMOUNT", "note"],
        ["人员编号", "月份", "金额", "备注"],
        ["身份证号", "月 份", "金　额", "备注："],
        ["ｐｅｒｓｏｎ＿ｉｄ", "月\n份", "《金额》", "备注"],
    ],
)
def test_a_header_is_known_by_name_title_and_alias_whatever_its_width_case_and_spaces(
    tmp_path: Path, header: list[str]
) -> None:
    assert names(matched(tmp_path, header)) == {"person_id": 0, "month": 1, "amount": 2, "note": 3}


def test_columns_may_stand_in_any_order_and_others_between_them(tmp_path: Path) -> None:
    match = matched(tmp_path, ["序号", "金额", "姓名", "月份", "人员编号"])
    assert names(match) == {"amount": 1, "month": 3, "person_id": 4}
    assert match.ignored == ("序号", "姓名")


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("金额", 100),
        ("金额（元）", 100),
        ("金额(万元)", 10**6),
        ("金额【分】", 1),
        ("金额 单位：千元", 10**5),
        ("金额/亿元", 10**10),
        ("amount_fen", 1),
        ("Amount (CNY)", 100),
        ("金额（人民币元）", 100),
        ("金额万元", 10**6),
        ("金额（角）", 10),
    ],
)
def test_the_unit_of_money_stands_at_the_end_of_its_header(tmp_path: Path, header: str, factor: int) -> None:
    assert matched(tmp_path, ["人员编号", "月份", header]).columns["amount"].factor == factor


def test_a_unit_that_is_not_known_is_no_unit_but_another_column(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        matched(tmp_path, ["人员编号", "月份", "金额（美元）"])
    assert caught.value.rule == "missing_column"
    assert "金额（美元） → amount" in str(caught.value)


def test_only_money_has_a_unit_in_its_header(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="month"):
        matched(tmp_path, ["人员编号", "月份（元）", "金额"])


@pytest.mark.parametrize(
    ("above", "factor"),
    [("单位：万元", 10**6), ("金额单位: 人民币元", 100), ("制表单位：元朗局", 0), ("2025年", 0), ("（单位：分）", 1)],
)
def test_a_line_above_the_header_may_give_the_unit(above: str, factor: int) -> None:
    assert unit_above([["发放明细表"], ["", above]]) == factor


def test_the_unit_in_the_header_prevails_over_the_one_above(tmp_path: Path) -> None:
    rows = (["单位：万元", "", ""], ["人员编号", "月份", "金额"])
    assert matched(tmp_path, *rows).columns["amount"].factor == 10**6
    rows = (["单位：万元", "", ""], ["人员编号", "月份", "金额（分）"])
    assert matched(tmp_path, *rows).columns["amount"].factor == 1


def test_the_header_is_the_row_that_names_the_most_fields(tmp_path: Path) -> None:
    match = matched(tmp_path, ["2025年发放明细表"], [], ["月份：", "一月"], HEADER, ["P1", "2025-01", "1", ""], HEADER)
    assert match.row == 3


def test_two_columns_for_one_field_are_refused_with_their_letters(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        matched(tmp_path, ["人员编号", "身份证号", "月份", "金额"])
    assert caught.value.rule == "duplicate_header"
    assert "人员编号 (A) and 身份证号 (B)" in str(caught.value)


def test_a_mapping_decides_between_two_columns(tmp_path: Path) -> None:
    match = matched(tmp_path, ["人员编号", "身份证号", "月份", "金额"], mapping={"人员编号": ""})
    assert names(match) == {"person_id": 1, "month": 2, "amount": 3}


def test_a_mapping_names_a_header_that_no_contract_knows(tmp_path: Path) -> None:
    match = matched(tmp_path, ["编码", "月份", "实发（万元）"], mapping={"编码": "person_id", "实发（万元）": "amount"})
    assert names(match) == {"person_id": 0, "month": 1, "amount": 2}
    assert match.columns["amount"].factor == 10**6


def test_a_constant_stands_in_for_a_column(tmp_path: Path) -> None:
    assert names(matched(tmp_path, ["人员编号", "金额"], month="2025-01")) == {"person_id": 0, "amount": 1}


def test_a_missing_column_is_named_with_what_was_seen_and_what_is_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        matched(tmp_path, ["发放明细表"], ["人员编码", "月份", "金额"])
    error = caught.value
    assert (error.rule, error.place.row) == ("missing_column", 2)
    assert "person_id (人员编号)" in str(error)
    assert "人员编码 | 月份 | 金额" in str(error)
    assert "Perhaps 人员编码 → person_id?" in str(error)


def test_a_sheet_without_any_known_header_shows_its_first_row(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"alpha \| beta"):
        matched(tmp_path, [], ["alpha", "beta"], ["1", "2"])


def test_a_cell_of_a_hundred_thousand_signs_is_no_header_and_takes_no_time(tmp_path: Path) -> None:
    assert matched(tmp_path, ["," * 100_000 + "元", *HEADER]).ignored[0].startswith(",,,")


def test_an_empty_sheet_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        matched(tmp_path, ["", " "], [])
    assert caught.value.rule == "empty"


def test_a_mapping_to_something_that_is_no_field_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="wages is no field of the table payment"):
        check_mapping(contract(tmp_path), {"工资": "wages"}, {})
    with pytest.raises(Usage, match="wages"):
        check_mapping(contract(tmp_path), {}, {"wages": "1"})


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_the_letters_of_a_spreadsheet(index: int, name: str) -> None:
    assert letters(index) == name


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
