"""What a load tells: counts that add up, totals, control totals and breaches of the contract."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperform.engine.intake import Expect
from reperform.errors import BadInput
from tests.engine.sources import HEADER, PAYMENTS, ROWS, contract, read, write_csv, write_jsonl, write_xlsx


def payments(count: int) -> list[list[str]]:
    return [[f"P{number:05d}", "2025-01", "1.00", ""] for number in range(count)]


def test_totals_are_those_of_the_accepted_rows_in_fen(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *ROWS, ["P9", "2025-01", "12.345", ""]])
    told = read(tmp_path, contract(tmp_path), path).told
    assert told["totals"] == {"amount": 10000 + 20050 + 130000}
    assert (told["rows_read"], told["rows_accepted"], told["rows_rejected"]) == (4, 3, 1)
    assert told["rejected_by_rule"] == {"finer_than_fen": 1}


def test_control_totals_that_agree_are_no_breach(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *ROWS])
    expect = Expect(rows=3, sums={"amount": 160050})
    assert read(tmp_path, contract(tmp_path), path, expect=expect).told["issues"] == []


def test_control_totals_that_differ_are_named_breaches(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *ROWS])
    expect = Expect(rows=4, sums={"amount": 160051})
    assert read(tmp_path, contract(tmp_path), path, expect=expect).told["issues"] == [
        "control_total rows: 3 read, 4 expected",
        "control_total amount: 160050 loaded, 160051 expected",
    ]


@pytest.mark.parametrize(("bad", "issues"), [(5, []), (6, ["rejected: 6 of 100 rows, more than 5 %"])])
def test_more_rejects_than_the_contract_allows_are_a_breach(tmp_path: Path, bad: int, issues: list[str]) -> None:
    rows = payments(100)
    for row in rows[:bad]:
        row[2] = "x"
    told = read(tmp_path, contract(tmp_path), write_csv(tmp_path / "a.csv", [HEADER, *rows])).told
    assert told["issues"] == issues


def test_the_contract_says_how_many_rejects_it_allows(tmp_path: Path) -> None:
    rows = payments(100)
    rows[0][2] = "x"
    table = contract(tmp_path, PAYMENTS + "rejectedPercent: 0\n")
    told = read(tmp_path, table, write_csv(tmp_path / "a.csv", [HEADER, *rows])).told
    assert told["issues"] == ["rejected: 1 of 100 rows, more than 0 %"]


def test_rows_that_lose_nothing_are_no_breach(tmp_path: Path) -> None:
    rows = [*payments(3), *payments(3), HEADER, ["合计", "", "3", ""]]
    told = read(tmp_path, contract(tmp_path), write_csv(tmp_path / "a.csv", [HEADER, *rows])).told
    assert told["rejected_by_rule"] == {"duplicate_row": 3, "repeated_header": 1, "total_row": 1}
    assert told["issues"] == []


def test_a_needed_column_that_is_not_filled_is_a_breach(tmp_path: Path) -> None:
    text = PAYMENTS.replace("zh: 备注}}", "zh: 备注}, coverage: 50}")
    rows = payments(4)
    rows[0][3] = "a"
    table = contract(tmp_path, text)
    told = read(tmp_path, table, write_csv(tmp_path / "a.csv", [HEADER, *rows])).told
    assert told["issues"] == ["coverage note: 1 of 4 rows, less than 50 %"]
    (tmp_path / "work").rename(tmp_path / "first")
    without = write_csv(tmp_path / "b.csv", [HEADER[:3], *(row[:3] for row in rows)])
    assert read(tmp_path, table, without).told["issues"] == ["coverage note: 0 of 4 rows, less than 50 %"]


def test_the_hash_is_that_of_the_content_whatever_the_order_the_format_and_the_name(tmp_path: Path) -> None:
    table = contract(tmp_path)
    plain = [[person, "2025-01", "1.50", "a"] for person in ("P3", "P1", "P2")]
    objects = [dict(zip(HEADER, row, strict=True)) for row in reversed(plain)]
    sources = [
        write_csv(tmp_path / "a.csv", [HEADER, *plain]),
        write_csv(tmp_path / "b.csv", [HEADER, *sorted(plain)], encoding="gb18030", end="\n"),
        write_xlsx(tmp_path / "c.xlsx", [["明细"], HEADER, *([p, "202501", 1.5, n] for p, _, _, n in plain)]),
        write_jsonl(tmp_path / "d.jsonl", objects),
    ]
    hashes = set()
    for number, source in enumerate(sources):
        folder = tmp_path / str(number)
        folder.mkdir()
        hashes.add(read(folder, table, source).told["hash"])
    assert len(hashes) == 1


def test_the_copy_is_sorted_by_key(tmp_path: Path) -> None:
    rows = payments(50)
    random.Random(7).shuffle(rows)
    outcome = read(tmp_path, contract(tmp_path), write_csv(tmp_path / "a.csv", [HEADER, *rows]))
    assert [row[0] for row in outcome.rows] == sorted(row[0] for row in rows)


def test_the_working_folder_holds_the_copy_in_the_types_of_the_contract(tmp_path: Path) -> None:
    read(tmp_path, contract(tmp_path), write_csv(tmp_path / "a.csv", [HEADER, *ROWS]))
    with duckdb.connect() as con:
        kept = con.read_parquet(str(tmp_path / "work" / "table.parquet"))
        types = list(zip(kept.columns, map(str, kept.types), strict=True))
    assert types == [
        ("person_id", "VARCHAR"), ("month", "DATE"), ("amount", "BIGINT"), ("note", "VARCHAR"),
    ]  # fmt: skip


def test_an_unknown_encoding_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="latin-99"):
        read(tmp_path, contract(tmp_path), write_csv(tmp_path / "a.csv", [HEADER]), encoding="latin-99")


CELL = st.sampled_from(
    ["", "P1", "P2", "2025-01", "2025-02", "1", "12.345", "合计", "人员编号", "x", '"', "\n", "无", "="]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=0, max_size=6), max_size=10), kind=st.sampled_from(["csv", "xlsx"]))
def test_no_row_is_lost_or_made_whatever_the_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], kind: str
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    write = write_csv if kind == "csv" else write_xlsx
    source = write(folder / f"a.{kind}", [HEADER, *rows])
    outcome = read(folder, contract(folder), source)
    blank = sum(1 for row in rows if not any(cell.strip() for cell in row))
    assert outcome.told["rows_read"] == len(rows) - blank
    assert len({fault[0] for fault in outcome.faults}) == outcome.told["rows_rejected"]
