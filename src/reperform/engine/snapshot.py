"""What was loaded, fixed for good: copies of tables as of a date, under a hash of their content.

Rules kept here:

* The content hash of a table covers its rows and the names and types of its columns; it does not depend on the order
  of the rows, the name or the format of the source, nor on the program that wrote the copy. Rows are sorted by primary
  key, or by all columns where there is none (bytes of UTF-8, empty first). A cell is `length:text`, the length in
  bytes, and `-` where it is empty; a row is its cells; 65,536 rows are one chunk. The hash is SHA-256 over a header
  line and the SHA-256 of each chunk (see `table_hash`). Dates are ISO, numbers plain, `number` with six places.
* The hash of a snapshot covers its date and, for each table, content, contract and breaches: all that a run can depend
  on. It does not cover where the rows came from (`sources`), which is kept beside it. A joint snapshot's hash covers
  the hashes of its parts, too, in their order.
* A breach of the contract stays with the copy, so that no procedure can take the table for good.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from reperform.engine.child import report
from reperform.engine.tables import Table
from reperform.engine.values import path_sql

CHUNK = 65_536
FORMAT = "reperform/table/1"
SNAPSHOT_FORMAT = "reperform/snapshot/1"
Columns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class TableCopy:
    """One table of a snapshot; `path` is the Parquet file, `breaches` what makes it unfit for a verdict."""

    name: str
    hash: str
    path: Path
    rows: int
    rows_read: int
    rows_rejected: int
    totals: Mapping[str, int]
    breaches: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    contract: str
    sources: tuple[Mapping[str, Any], ...] = ()
    rejects: Path | None = None


@dataclass(frozen=True)
class Snapshot:
    """Copies of tables as of a date; a joint one was put together from `parts`, which are hashes in their order."""

    hash: str
    as_of: date
    title: str
    tables: Mapping[str, TableCopy] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


def sort_order(table: Table) -> str:
    """Return the SQL that puts rows into their one order; where there is a key, no two rows share it."""
    names = table.primary_key or [name for name, _ in table.columns]
    return ", ".join(f'"{name}" ASC NULLS FIRST' for name in names)


def row_text(columns: Columns) -> str:
    """Return the SQL for the canonical text of a row."""
    cells = []
    for name, type_ in columns:
        text = f'"{name}"' if type_ == "VARCHAR" else f'CAST("{name}" AS VARCHAR)'
        if type_ == "TIMESTAMP":
            text = f"strftime(\"{name}\", '%Y-%m-%dT%H:%M:%S.%f')"
        cells.append(f"CASE WHEN \"{name}\" IS NULL THEN '-' ELSE concat(strlen({text}), ':', {text}) END")
    return f"concat({', '.join(cells)})"


def table_hash(columns: Columns, rows: Iterable[str], total: int = 0) -> str:
    """Return the content hash of a table from the canonical texts of its rows, in their order."""
    header = json.dumps([FORMAT, [list(column) for column in columns]], ensure_ascii=False, separators=(",", ":"))
    whole = hashlib.sha256(header.encode() + b"\n")
    chunk: list[str] = []
    count = 0
    for text in rows:
        chunk.append(text)
        if len(chunk) == CHUNK:
            whole.update(hashlib.sha256("".join(chunk).encode()).digest())
            count += len(chunk)
            chunk.clear()
            report("hash", count, total)
    if chunk:
        whole.update(hashlib.sha256("".join(chunk).encode()).digest())
    return whole.hexdigest()


def hash_of_file(con: duckdb.DuckDBPyConnection, path: Path, columns: Columns) -> tuple[str, int]:
    """Return the content hash of a stored copy and how many rows it has."""
    stored = f"read_parquet({path_sql(path)})"
    rows = con.execute(f"SELECT count(*) FROM {stored}").fetchone()  # noqa: S608 - our own file
    total = int(rows[0]) if rows else 0
    con.execute(f"SELECT {row_text(columns)} FROM {stored}")  # noqa: S608

    def texts() -> Iterable[str]:
        while batch := con.fetchmany(CHUNK):
            for (text,) in batch:
                yield text

    return table_hash(columns, texts(), total), total


def snapshot_hash(as_of: date, tables: Mapping[str, TableCopy], parts: Sequence[str] = ()) -> str:
    """Return the hash of a snapshot."""
    covered: dict[str, object] = {
        "format": SNAPSHOT_FORMAT,
        "as_of": as_of.isoformat(),
        "tables": {
            name: {"hash": copy.hash, "contract": copy.contract, "breaches": sorted(copy.breaches)}
            for name, copy in tables.items()
        },
    }
    if parts:
        covered["parts"] = list(parts)
    return hashlib.sha256(canonical(covered)).hexdigest()


def canonical(value: object) -> bytes:
    """Return JSON with sorted keys and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
