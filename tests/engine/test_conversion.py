"""What becomes of rows beyond their cells: keys, totals, headers again, several sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.sources import HEADER, PAYMENTS, Outcome, contract, read, write_csv


def of_rows(folder: Path, *rows: list[str], text: str = PAYMENTS) -> Outcome:
    return read(folder, contract(folder, text), write_csv(folder / "a.csv", [HEADER, *rows]))


def test_of_rows_with_one_key_the_first_stays(tmp_path: Path) -> None:
    outcome = of_rows(tmp_path, ["P1", "2025-01", "2", "b"], ["P1", "2025-01", "1", "a"], ["P1", "2025-02", "1", "a"])
    assert [(row[1].month, row[2]) for row in outcome.rows] == [(1, 200), (2, 100)]
    assert outcome.faults == [(3, "person_id,month", "P1 | 2025-01-01", "primary_key")]


def test_a_row_that_says_the_very_same_is_a_duplicate(tmp_path: Path) -> None:
    row = ["P1", "2025-01", "2", ""]
    outcome = of_rows(tmp_path, row, ["P1", "2025年1月", "2.00", "无"], row, ["P1", "2025-01", "3", ""])
    assert [(fault[0], fault[3]) for fault in outcome.faults] == [
        (3, "duplicate_row"), (4, "duplicate_row"), (5, "primary_key"),
    ]  # fmt: skip
    assert outcome.told["rejected_by_rule"] == {"duplicate_row": 2, "primary_key": 1}


def test_a_rejected_row_does_not_hold_its_key(tmp_path: Path) -> None:
    outcome = of_rows(tmp_path, ["P1", "2025-01", "x", ""], ["P1", "2025-01", "1", ""])
    assert [row[2] for row in outcome.rows] == [100]
    assert outcome.rules == ["type"]


def test_a_unique_field_is_checked_beside_the_key_and_may_be_empty(tmp_path: Path) -> None:
    text = PAYMENTS.replace("zh: 备注}}", "zh: 备注}, constraints: {unique: true}}")
    rows = [
        ["P1", "2025-01", "1", "a"],
        ["P2", "2025-01", "1", "a"],
        ["P3", "2025-01", "1", ""],
        ["P4", "2025-01", "1", ""],
    ]
    outcome = of_rows(tmp_path, *rows, text=text)
    assert outcome.faults == [(3, "note", "a", "unique")]


def test_a_table_without_a_key_keeps_equal_rows(tmp_path: Path) -> None:
    text = PAYMENTS.replace("primaryKey: [person_id, month]\n", "")
    assert len(of_rows(tmp_path, ["P1", "2025-01", "1", ""], ["P1", "2025-01", "1", ""], text=text).rows) == 2


def test_all_faults_of_a_row_are_told_in_the_order_of_the_fields(tmp_path: Path) -> None:
    outcome = of_rows(tmp_path, ["", "x", "12.345", "a"], ["P1", "2025-01", "1", ""])
    assert outcome.faults == [
        (2, "person_id", "", "required"),
        (2, "month", "x", "type"),
        (2, "amount", "12.345", "finer_than_fen"),
    ]
    assert (outcome.told["rows_rejected"], outcome.told["rows_accepted"]) == (1, 1)


@pytest.mark.parametrize("word", ["合计", "合 计：", "总　计", "小计", "Total", "GRAND TOTAL"])
def test_a_total_is_no_row(tmp_path: Path, word: str) -> None:
    outcome = of_rows(tmp_path, ["P1", "2025-01", "1", ""], [word, "", "1", ""])
    assert outcome.faults == [(3, "", word, "total_row")]
    assert outcome.told["issues"] == []


def test_a_word_for_a_total_in_the_key_is_no_identifier_even_if_all_else_fits(tmp_path: Path) -> None:
    assert of_rows(tmp_path, ["合计", "2025-01", "1", ""]).rules == ["total_row"]


def test_a_firm_of_that_name_is_a_row(tmp_path: Path) -> None:
    table = contract(tmp_path)
    rows = [["备注", "人员编号", "月份", "金额"], ["TOTAL", "P1", "2025-01", "1"], ["总计", "P2", "2025-01", "1"]]
    outcome = read(tmp_path, table, write_csv(tmp_path / "a.csv", rows))
    assert [row[3] for row in outcome.rows] == ["TOTAL", "总计"]


def test_a_header_printed_again_is_no_row(tmp_path: Path) -> None:
    outcome = of_rows(tmp_path, ["P1", "2025-01", "1", ""], HEADER, ["P2", "2025-01", "1", ""])
    assert outcome.faults == [(3, "", "人员编号", "repeated_header")]
    assert outcome.told["issues"] == []


def test_files_with_different_headers_and_units_form_one_table(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [HEADER, ["P1", "2025-01", "1.5", "a"]])
    second = write_csv(
        tmp_path / "b.csv", [["金额(万元)", "身份证号", "月份"], ["1.5", "P2", "202501"], ["1", "P1", "202501"]]
    )
    outcome = read(tmp_path, contract(tmp_path), first, second)
    assert [(row[0], row[2]) for row in outcome.rows] == [("P1", 150), ("P2", 1_500_000)]
    assert outcome.faults == [(3, "person_id,month", "P1 | 2025-01-01", "primary_key")]
    assert [source["rows"] for source in outcome.told["sources"]] == [1, 2]
    assert outcome.told["sources"][1]["factors"] == {"amount": 1_000_000}


def test_a_constant_fills_the_field_of_files_that_have_no_column_for_it(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [["人员编号", "金额"], ["P1", "1"]])
    second = write_csv(tmp_path / "b.csv", [["人员编号", "月份", "金额"], ["P1", "2025-02", "1"]])
    outcome = read(tmp_path, contract(tmp_path), first, second, constants={"month": "2025年1月"})
    assert [row[1].month for row in outcome.rows] == [1, 2]
