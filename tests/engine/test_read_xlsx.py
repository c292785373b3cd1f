"""Workbooks as bureaus keep them: titles, merged cells, formulas, several sheets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from reperform.engine.readers_xlsx import shown
from reperform.errors import BadInput
from tests.engine.sources import HEADER, ROWS, contract, one_field, read, rewrite_part, write_xlsx


def book(path: Path, cells: dict[str, Any], *, merge: tuple[str, ...] = (), sheet: str = "表1") -> Path:
    """A workbook written by a program: its formulas have no stored results."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for address, value in cells.items():
        page[address] = value
    for area in merge:
        page.merge_cells(area)
    workbook.save(path)
    return path


def headed(*rows: list[Any]) -> dict[str, Any]:
    return {f"{'ABCD'[c]}{r + 1}": value for r, row in enumerate([HEADER, *rows]) for c, value in enumerate(row)}


def test_a_workbook_gives_the_same_rows_as_a_csv(tmp_path: Path) -> None:
    outcome = read(tmp_path, contract(tmp_path), write_xlsx(tmp_path / "a.xlsx", [HEADER, *ROWS]))
    assert [(person, fen, note) for person, _, fen, note in outcome.rows] == [
        ("P1", 10000, "甲"), ("P2", 20050, "乙"), ("P3", 130000, None),
    ]  # fmt: skip
    assert outcome.told["sources"][0]["sheet"] == "表1"


def test_titles_above_the_header_and_an_empty_column_before_it(tmp_path: Path) -> None:
    rows = [["", "发放明细表"], ["", "", "", "单位：万元"], [], ["", *HEADER], ["", "P1", "2025-01", 1.5, "甲"]]
    outcome = read(tmp_path, contract(tmp_path), write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row[2] for row in outcome.rows] == [1_500_000]
    assert outcome.told["sources"][0]["header_row"] == 4


def test_a_fault_is_named_by_sheet_row_cell_column_and_value(tmp_path: Path) -> None:
    rows = [["明细"], HEADER, ["P1", "2025-01", "12.345", ""]]
    outcome = read(tmp_path, contract(tmp_path), write_xlsx(tmp_path / "a.xlsx", rows))
    assert outcome.faults == [(3, "amount", "12.345", "finer_than_fen")]
    line = (tmp_path / "work" / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert line == "a.xlsx,表1,3,C3,金额,amount,12.345,finer_than_fen"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5600000000002, "1234.56"),
        (0.1 + 0.2, "0.3"),
        (20018504.0, "20018504"),
        (1e14, "1.00000000000000e+14"),
        (4.40103199001011e17, "4.40103199001011e+17"),
        (-0.5, "-0.5"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        ("x", "x"),
        (date(2023, 9, 30), "2023-09-30"),
        (datetime(2023, 9, 30, 14, 5), "2023-09-30 14:05:00"),
        (timedelta(hours=36), "1 day, 12:00:00"),
    ],
)
def test_cells_become_texts_with_the_digits_a_spreadsheet_keeps(value: Any, text: str) -> None:
    assert shown(value) == text


def test_numbers_kept_as_texts_and_texts_kept_as_numbers_are_read_alike(tmp_path: Path) -> None:
    rows = [HEADER, [20018504, "202501", "1,234.50", 5], ["20018505", 202501, 1234.5, "5"]]
    outcome = read(tmp_path, contract(tmp_path), write_xlsx(tmp_path / "a.xlsx", rows))
    assert [(row[0], row[2], row[3]) for row in outcome.rows] == [
        ("20018504", 123450, "5"), ("20018505", 123450, "5"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [440103199001011234, 440103900101123])
def test_an_identifier_of_fifteen_digits_or_more_that_is_a_number_is_refused(tmp_path: Path, value: int) -> None:
    rows = [HEADER, [value, "2025-01", 1, ""], [str(value), "2025-01", 1, ""]]
    outcome = read(tmp_path, contract(tmp_path), write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row[0] for row in outcome.rows] == [str(value)]
    assert [(fault[0], fault[3]) for fault in outcome.faults] == [(2, "id_as_number")]


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_count_from_the_calendar_of_the_workbook(tmp_path: Path, since_1904: bool) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["n", "x"])
        sheet.write_row(1, 0, [1])
        sheet.write_datetime(1, 1, datetime(2023, 9, 30), workbook.add_format({"num_format": "yyyy/m/d"}))
        sheet.write_row(2, 0, [2, 45199 - (1462 if since_1904 else 0)])
        sheet.write_row(3, 0, [3, 20230930])
    outcome = read(tmp_path, one_field(tmp_path, "type: date"), path)
    assert [row[1] for row in outcome.rows] == [date(2023, 9, 30)] * 3


def test_a_formula_without_a_stored_result_is_refused_and_never_empty(tmp_path: Path) -> None:
    cells = headed(["P1", "2025-01", 1, "a"], ["P2", "2025-01", "=C2*2", "b"], ["P3", "2025-01", 3, "=D2"])
    outcome = read(tmp_path, contract(tmp_path), book(tmp_path / "a.xlsx", cells))
    assert [row[0] for row in outcome.rows] == ["P1"]
    assert outcome.faults == [
        (3, "amount", "", "formula_without_value"),
        (4, "note", "", "formula_without_value"),
    ]
    assert outcome.told["sources"][0]["formulas"] == 2


def test_rows_of_nothing_but_such_formulas_at_the_end_are_not_lost(tmp_path: Path) -> None:
    cells = headed(["P1", "2025-01", 1, "a"]) | {"A9": "=A2"}
    outcome = read(tmp_path, contract(tmp_path), book(tmp_path / "a.xlsx", cells))
    assert (9, "person_id", "", "formula_without_value") in outcome.faults
    assert outcome.told["rows_read"] == 2


def test_a_formula_with_its_result_is_a_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["P1", "2025-01"])
        sheet.write_formula(1, 2, "=1+1", None, 2)
        sheet.write_formula(1, 3, '=""', None, "")
    empty_text = b'<c r="D2" t="str"><f>""</f><v></v></c>'  # as a spreadsheet stores the result "" of a formula
    rewrite_part(path, "xl/worksheets/sheet1.xml", b'<c r="D2"><f>""</f><v></v></c>', empty_text)
    outcome = read(tmp_path, contract(tmp_path), path)
    assert [(row[0], row[2], row[3]) for row in outcome.rows] == [("P1", 200, None)]
    assert outcome.told["sources"][0]["formulas"] == 2


def test_a_cell_that_shows_an_error_is_refused_and_never_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["P1", "2025-01", 5])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    outcome = read(tmp_path, contract(tmp_path), path)
    assert outcome.faults == [(2, "note", "#DIV/0!", "cell_error")]


def test_a_merged_text_counts_for_each_row_and_a_merged_amount_once(tmp_path: Path) -> None:
    cells = headed(["P1", "2025-01", 30, "a"], [None, "2025-02", None, "b"], [None, "2025-03", 5, "c"])
    path = book(tmp_path / "a.xlsx", cells, merge=("A2:A4", "C2:C3"))
    outcome = read(tmp_path, contract(tmp_path), path)
    assert [(row[0], row[1].month, row[2]) for row in outcome.rows] == [("P1", 1, 3000), ("P1", 3, 500)]
    assert outcome.faults == [(3, "amount", "30", "merged_cell")]
    assert outcome.told["sources"][0]["merged_filled"] == 2


def test_rows_that_only_a_merged_cell_reaches_are_blank(tmp_path: Path) -> None:
    cells = headed(["P1", "2025-01", 30, "a"])
    outcome = read(tmp_path, contract(tmp_path), book(tmp_path / "a.xlsx", cells, merge=("A2:A6",)))
    assert outcome.told["rows_read"] == 1
    assert outcome.faults == []


def test_a_cell_merged_over_two_columns_gives_the_second_nothing(tmp_path: Path) -> None:
    cells = headed(["P1", "2025-01", 30, None])
    outcome = read(tmp_path, contract(tmp_path), book(tmp_path / "a.xlsx", cells, merge=("C2:D2",)))
    assert outcome.faults == [(2, "note", "30", "merged_cell")]


def test_a_header_of_two_rows_is_read_where_it_says_most(tmp_path: Path) -> None:
    cells = {
        "A1": "明细", "A2": "人员编号", "B2": "发放", "A4": "P1", "B4": "2025-01", "C4": 7, "B3": "月份", "C3": "金额",
    }  # fmt: skip
    outcome = read(tmp_path, contract(tmp_path), book(tmp_path / "a.xlsx", cells, merge=("A2:A3", "B2:C2")))
    assert [(row[0], row[2]) for row in outcome.rows] == [("P1", 700)]
    assert outcome.told["rows_read"] == 1


def two_sheets(path: Path, first: list[list[Any]], second: list[list[Any]], *, hide: bool = False) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in (("说明", first), ("数据", second)):
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if hide and name == "说明":
                workbook.worksheets()[0].hide()
        if hide:
            workbook.worksheets()[1].activate()
            workbook.worksheets()[1].set_first_sheet()
    return path


DATA = [HEADER, ["P1", "2025-01", 1, ""]]


def test_the_sheet_that_fits_the_contract_is_read(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "a.xlsx", [["填表说明"], ["请如实填写"]], DATA)
    assert read(tmp_path, contract(tmp_path), path).told["sources"][0]["sheet"] == "数据"


def test_two_sheets_that_fit_are_asked_about(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "a.xlsx", DATA, DATA)
    with pytest.raises(BadInput, match="说明, 数据") as caught:
        read(tmp_path, contract(tmp_path), path)
    assert caught.value.rule == "sheet"
    (tmp_path / "work").rename(tmp_path / "first")
    assert read(tmp_path, contract(tmp_path), path, sheet="说明").told["sources"][0]["sheet"] == "说明"


def test_a_hidden_sheet_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "a.xlsx", DATA, [["x"]], hide=True)
    with pytest.raises(BadInput) as caught:
        read(tmp_path, contract(tmp_path), path)
    assert caught.value.rule == "missing_column"
    (tmp_path / "work").rename(tmp_path / "first")
    assert len(read(tmp_path, contract(tmp_path), path, sheet="说明").rows) == 1


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "a.xlsx", DATA, DATA, hide=True)
    with pytest.raises(BadInput, match=r"no sheet named 汇总.*说明 \(hidden\), 数据"):
        read(tmp_path, contract(tmp_path), path, sheet="汇总")


def test_a_workbook_of_empty_sheets_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, contract(tmp_path), two_sheets(tmp_path / "a.xlsx", [], []))
    assert caught.value.rule == "empty"


def test_a_missing_column_names_the_sheet(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, contract(tmp_path), write_xlsx(tmp_path / "a.xlsx", [["人员编号", "金额"], ["P1", 1]]))
    assert str(caught.value.place) == "a.xlsx, 表1, row 1"
