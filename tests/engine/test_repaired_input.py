"""Untidy files that say the same as a tidy one: each is read as that one is, and every row is accounted for."""

# ruff: noqa: S608 - the tests' own files
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from reperform.engine.store import Loaded, Store
from reperform.engine.tables import load_tables
from reperform.errors import BadInput
from tests.engine.sources import write_bytes

CONTRACT = """\
name: fine
title: {en: Fines, zh: 罚款}
primaryKey: [fine_no]
fields:
  - {name: fine_no, type: string, title: {en: Number, zh: 编号}, aliases: [决定书编号], constraints: {required: true}}
  - {name: fined_on, type: date, title: {en: Fined on, zh: 处罚日期}}
  - {name: amount, type: integer, unit: fen, title: {en: Amount, zh: 金额}, constraints: {required: true}}
"""
TIDY = [("F1", date(2026, 3, 1), 123_456_00), ("F2", date(2026, 12, 31), 50), ("F3", None, 100_00)]
PLAIN = "编号,处罚日期,金额（元）\nF1,2026-03-01,123456\nF2,2026-12-31,0.5\nF3,,100\n"


def text(content: str, encoding: str = "utf-8", name: str = "fine.csv") -> Callable[[Path], Path]:
    return lambda folder: write_bytes(folder / name, content.encode(encoding))


def book(*rows: list[object], merged: str = "", sheets: tuple[str, ...] = ()) -> Callable[[Path], Path]:
    """Write a workbook of these rows; `sheets` are others, before and after."""

    def make(folder: Path) -> Path:
        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
        for name in sheets:
            made.create_sheet(name, 0).append(["说明", "本表由系统导出"])
        made.save(folder / "fine.xlsx")
        return folder / "fine.xlsx"

    return make


def parquet(folder: Path) -> Path:
    path = folder / "fine.parquet"
    rows = "('F1', DATE '2026-03-01', 123456.0), ('F2', DATE '2026-12-31', 0.5), ('F3', NULL, 100)"
    duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS t(fine_no, fined_on, 金额)").write_parquet(str(path))
    return path


HEAD: list[object] = ["编号", "处罚日期", "金额（元）"]
BODY: list[list[object]] = [["F1", date(2026, 3, 1), 123456], ["F2", date(2026, 12, 31), 0.5], ["F3", None, 100]]
REPAIRED: dict[str, Callable[[Path], Path]] = {
    "the tidy file itself": text(PLAIN),
    "a byte order mark": text(PLAIN, "utf-8-sig"),
    "GB18030": text(PLAIN, "gb18030"),
    "UTF-16": text(PLAIN, "utf-16"),
    "old line ends": text(PLAIN.replace("\n", "\r")),
    "tabs": text(PLAIN.replace(",", "\t"), name="fine.txt"),
    "semicolons": text(PLAIN.replace(",", ";")),
    "万元": text("编号,处罚日期,金额（万元）\nF1,2026-03-01,12.3456\nF2,2026-12-31,0.00005\nF3,,0.01\n"),
    "分": text("编号,处罚日期,金额（分）\nF1,2026-03-01,12345600\nF2,2026-12-31,50\nF3,,10000\n"),
    "the unit above the header": text(
        "罚款明细表\n单位：万元\n编号,处罚日期,金额\nF1,2026-03-01,12.3456\nF2,2026-12-31,0.00005\nF3,,0.01\n"
    ),
    "full-width digits": text(PLAIN.replace("123456", "１２３４５６").replace("0.5", "０．５")),
    "thousands separators": text(PLAIN.replace("123456", '"123,456.00"')),
    "currency signs": text(PLAIN.replace("123456", "￥123456")),
    "Chinese dates": text(PLAIN.replace("2026-03-01", "2026年3月1日").replace("2026-12-31", "2026/12/31")),
    "dates without marks": text(PLAIN.replace("2026-03-01", "20260301")),
    "dates as serial numbers": text(PLAIN.replace("2026-03-01", "46082")),
    "an alias, other case, blanks": text(PLAIN.replace("编号", " 决定书编号 ", 1)),
    "columns in another order": text(
        "备注,金额（元）,编号,处罚日期\nx,123456,F1,2026-03-01\n,0.5,F2,2026-12-31\n,100,F3,\n"
    ),
    "blank rows between": text(PLAIN.replace("F2", ",,\n\nF2")),
    "a total at the end": text(PLAIN + "合计,,123556.5\n"),
    "the header printed again": text(PLAIN.replace("F2", "编号,处罚日期,金额（元）\nF2")),
    "a workbook": book(HEAD, *BODY),
    "a workbook with a title": book(["2026 年罚款明细表"], [], HEAD, *BODY, merged="A1:C1"),
    "a workbook of texts": book(
        HEAD, ["F1", "2026-03-01", "123,456.00"], ["F2", "2026-12-31", "0.5"], ["F3", "", "100"]
    ),
    "a workbook with other sheets": book(HEAD, *BODY, sheets=("说明", "目录")),
    "Parquet": parquet,
    "JSON lines": text(
        '{"编号": "F1", "处罚日期": "2026-03-01", "金额（元）": 123456}\n'
        '{"编号": "F2", "处罚日期": "2026-12-31", "金额（元）": 0.5}\n'
        '{"编号": "F3", "处罚日期": null, "金额（元）": 100}\n',
        name="fine.jsonl",
    ),
}  # fmt: skip


def load(folder: Path, source: Path) -> Loaded:
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / "fine.yaml").write_text(CONTRACT, encoding="utf-8")
    return Store(folder / "store").read(source, load_tables(folder / "tables")["fine"])


def rows(loaded: Loaded) -> list[tuple[object, ...]]:
    return duckdb.sql(f"SELECT fine_no, fined_on, amount FROM '{loaded.path}' ORDER BY 1").fetchall()


@pytest.mark.parametrize("make", REPAIRED.values(), ids=REPAIRED)
def test_an_untidy_file_says_what_the_tidy_one_says_and_counts_reconcile(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    loaded = load(tmp_path, make(tmp_path))
    assert rows(loaded) == TIDY
    assert loaded.totals == {"amount": 123_556_50}
    assert loaded.rows_read == loaded.rows_accepted + loaded.rows_rejected
    assert set(loaded.rejected_by_rule) <= {"total_row", "repeated_header"}
    assert loaded.issues == ()


FAULTS = {
    "F4,2026-02-30,1": "type",
    "F5,2026-03-01,0.001": "finer_than_fen",
    "F6,2026-03-01,": "required",
    ",2026-03-01,1": "required",
    "F7,03/04/2026,1": "date_order",
    "F1,2026-03-02,7": "primary_key",
    "F1,2026-03-01,123456": "duplicate_row",
    "F8,2026-03-01,1,extra": "columns",
    "F9,2026-03-01,一百": "type",
}


def test_every_row_of_a_file_of_faults_is_accepted_or_named(tmp_path: Path) -> None:
    loaded = load(tmp_path, write_bytes(tmp_path / "fine.csv", (PLAIN + "\n".join(FAULTS) + "\n").encode()))
    assert rows(loaded) == TIDY
    assert (loaded.rows_read, loaded.rows_accepted, loaded.rows_rejected) == (3 + len(FAULTS), 3, len(FAULTS))
    expected: dict[str, int] = {}
    for rule in FAULTS.values():
        expected[rule] = expected.get(rule, 0) + 1
    assert loaded.rejected_by_rule == expected
    assert any("rejected" in issue for issue in loaded.issues)
    assert loaded.rejects is not None
    lines = loaded.rejects.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + len(FAULTS)


@pytest.mark.parametrize("kept", [12, 200, -30])
def test_a_parquet_file_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = parquet(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BadInput) as caught:
        load(tmp_path, path)
    assert caught.value.place.file == "fine.parquet"


def test_a_parquet_file_of_ten_thousand_columns_is_refused_or_read_for_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    columns = ", ".join(f"1 AS c{number}" for number in range(10_000))
    duckdb.sql(f"SELECT 'F1' AS fine_no, 1 AS 金额, {columns}").write_parquet(str(path))
    with pytest.raises(BadInput) as caught:
        load(tmp_path, path)
    assert caught.value.rule == "too_many_columns"
