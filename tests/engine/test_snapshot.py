"""The content hash is defined by its text, so that anyone can compute it without this program."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.engine.snapshot import CHUNK, TableCopy, hash_of_file, row_text, snapshot_hash, sort_order, table_hash
from tests.engine.sources import PAYMENTS, contract

COLUMNS = (
    ("s", "VARCHAR"), ("i", "BIGINT"), ("n", "DECIMAL(18,6)"), ("b", "BOOLEAN"), ("d", "DATE"), ("t", "TIMESTAMP"),
)  # fmt: skip


def by_hand(columns: tuple[tuple[str, str], ...], rows: list[tuple[Any, ...]]) -> str:
    """The definition, written again in plain Python."""

    def cell(value: Any) -> bytes:
        if value is None:
            return b"-"
        if isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, datetime):
            text = value.isoformat(timespec="microseconds")
        else:
            text = str(value)
        return str(len(text.encode())).encode() + b":" + text.encode()

    header = json.dumps(["reperform/table/1", columns], separators=(",", ":"), ensure_ascii=False)
    whole = hashlib.sha256(header.encode() + b"\n")
    texts = [b"".join(map(cell, row)) for row in rows]
    for start in range(0, len(texts), 65_536):
        whole.update(hashlib.sha256(b"".join(texts[start : start + 65_536])).digest())
    return whole.hexdigest()


def stored(folder: Path, columns: tuple[tuple[str, str], ...], rows: list[tuple[Any, ...]]) -> Path:
    path = folder / "t.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t ({', '.join(f'{name} {type_}' for name, type_ in columns)})")
        for row in rows:
            con.table("t").insert(row)
        con.table("t").write_parquet(str(path))
    return path


def test_the_hash_of_a_file_is_that_of_the_definition(tmp_path: Path) -> None:
    rows = [
        ("中文:1", -5, Decimal("1.500000"), True, date(2025, 3, 1), datetime(2025, 3, 1, 9, 5)),
        (None, None, None, None, None, None),
        ("", 0, Decimal("0.000000"), False, date(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)),
    ]
    with duckdb.connect() as con:
        assert hash_of_file(con, stored(tmp_path, COLUMNS, rows), COLUMNS) == (by_hand(COLUMNS, rows), 3)


def test_an_empty_table_has_a_hash(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        assert hash_of_file(con, stored(tmp_path, COLUMNS, []), COLUMNS) == (by_hand(COLUMNS, []), 0)


def test_more_rows_than_a_chunk(tmp_path: Path) -> None:
    path, columns = tmp_path / "t.parquet", (("i", "BIGINT"),)
    with duckdb.connect() as con:
        con.sql("SELECT range AS i FROM range(?)", params=[2 * CHUNK + 3]).write_parquet(str(path))
        assert hash_of_file(con, path, columns)[0] == by_hand(columns, [(number,) for number in range(2 * CHUNK + 3)])


TEXTS = st.lists(st.tuples(st.text(max_size=4) | st.none(), st.text(max_size=4) | st.none()), max_size=4)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_different_rows_have_different_texts(first: list[tuple[Any, ...]], second: list[tuple[Any, ...]]) -> None:
    """No two tables share a text by moving signs from one cell to the next (the lengths stand before the cells)."""
    columns = (("a", "VARCHAR"), ("b", "VARCHAR"))
    assert (by_hand(columns, first) == by_hand(columns, second)) == (first == second)


def test_the_hash_covers_names_and_types_of_columns() -> None:
    hashes = {table_hash(columns, []) for columns in ((("a", "BIGINT"),), (("b", "BIGINT"),), (("a", "DATE"),))}
    assert len(hashes) == 3


def test_the_text_of_a_row_names_each_column_once() -> None:
    assert (
        row_text([("a", "VARCHAR")])
        == 'concat(CASE WHEN "a" IS NULL THEN \'-\' ELSE concat(strlen("a"), \':\', "a") END)'
    )


def test_rows_are_sorted_by_key_or_by_all_columns_where_there_is_none(tmp_path: Path) -> None:
    order = sort_order(contract(tmp_path)).replace(" ASC NULLS FIRST", "").replace('"', "")
    assert order == "person_id, month"
    keyless = contract(tmp_path, PAYMENTS.replace("primaryKey: [person_id, month]\n", ""))
    assert sort_order(keyless).count("NULLS FIRST") == 4


COPY = TableCopy("t", "h", Path("x"), 1, 1, 0, {}, (), (), "c")


def test_the_hash_of_a_snapshot_covers_all_that_a_run_depends_on() -> None:
    day = date(2026, 3, 31)
    first = snapshot_hash(day, {"t": COPY})
    assert first == snapshot_hash(day, {"t": replace(COPY, path=Path("y"), sources=({"name": "a"},))})
    others = [
        snapshot_hash(date(2026, 4, 1), {"t": COPY}),
        snapshot_hash(day, {"t": replace(COPY, hash="other")}),
        snapshot_hash(day, {"t": replace(COPY, contract="other")}),
        snapshot_hash(day, {"t": replace(COPY, breaches=("empty",))}),
        snapshot_hash(day, {"u": COPY}),
    ]
    assert len({first, *others}) == 6


@pytest.mark.parametrize("breaches", [("a", "b"), ("b", "a")])
def test_the_order_of_breaches_does_not_matter(breaches: tuple[str, ...]) -> None:
    day = date(2026, 3, 31)
    assert snapshot_hash(day, {"t": replace(COPY, breaches=breaches)}) == snapshot_hash(
        day, {"t": replace(COPY, breaches=("a", "b"))}
    )
