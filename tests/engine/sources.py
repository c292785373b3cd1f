"""Files as bureaus deliver them, written small, and what becomes of them."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from reperform.engine.intake import Order, load
from reperform.engine.tables import Table, load_table

PAYMENTS = """
name: payment
title: {en: Payments, zh: 发放明细}
primaryKey: [person_id, month]
fields:
  - {name: person_id, type: string, title: {en: Person ID, zh: 人员编号}, aliases: [身份证号]}
  - {name: month, type: yearmonth, title: {en: Month, zh: 月份}}
  - {name: amount, type: integer, unit: fen, title: {en: Amount, zh: 金额}, constraints: {required: true}}
  - {name: note, type: string, title: {en: Note, zh: 备注}}
missingValues: ["", "无"]
"""
HEADER = ["人员编号", "月份", "金额", "备注"]
ROWS = [["P1", "2025-01", "100.00", "甲"], ["P2", "2025-01", "200.50", "乙"], ["P3", "2025年2月", "1,300", ""]]


@dataclass(frozen=True)
class Outcome:
    """What a load gave: the accepted rows, the faults as (row, field, value, rule), and all that was told."""

    rows: list[tuple[Any, ...]]
    faults: list[tuple[int, str, str, str]]
    told: dict[str, Any]

    @property
    def rules(self) -> list[str]:
        return [fault[3] for fault in self.faults]


def contract(folder: Path, text: str = PAYMENTS, name: str = "payment") -> Table:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_table(path)


def one_field(folder: Path, field: str, *, more: str = "") -> Table:
    """A table of a row number `n` and one field `x`, written as in YAML, without its name and title."""
    return contract(
        folder,
        "name: t\ntitle: t\nfields:\n  - {name: n, type: integer}\n"
        f"  - {{name: x, title: {{en: X, zh: 值}}, {field}}}\n{more}",
        "t",
    )


def read(folder: Path, table: Table, *sources: Path, **options: Any) -> Outcome:
    """Load in this process, without the child."""
    work = folder / "work"
    work.mkdir()
    told = load(Order(sources, table, work, **options))
    with duckdb.connect() as con:
        rows = con.read_parquet(str(work / "table.parquet")).fetchall()
    faults: list[tuple[int, str, str, str]] = []
    if told["rows_rejected"]:
        with (work / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
            faults = [(int(r["row"]), r["field"], r["value"], r["rule"]) for r in csv.DictReader(file)]
    assert told["rows_read"] == told["rows_accepted"] + told["rows_rejected"]
    assert told["rows_accepted"] == len(rows)
    return Outcome(rows, faults, told)


def write_csv(path: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator=end).writerows(rows)
    return path


def write_bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], **options: Any) -> Path:
    """A workbook of one sheet 表1 in which texts are texts and numbers are numbers."""
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("表1")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    return path


def write_jsonl(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, query: str) -> Path:
    with duckdb.connect() as con:
        con.sql(query).write_parquet(str(path))
    return path


def rewrite_part(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Change the text of one part of a workbook's archive."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
