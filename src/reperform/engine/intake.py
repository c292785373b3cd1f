"""Read sources into one table; this runs in a child process.

Rules kept here:

* What goes in comes out: the rows read are the rows accepted and the rows rejected, for each source and in all.
* The sums of the accepted rows are told, and compared with what the source says of itself (`Expect`).
* A table that lost more rows than its contract allows, that is empty, whose needed columns are not filled, or whose
  control totals do not agree is in breach of its contract. It is kept, and says so.
* Nothing is written but into the folder that the caller gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from reperform.engine.child import report
from reperform.engine.conversion import ACCEPTED, NOT_LOST, REJECTED, Conversion
from reperform.engine.headers import Matcher, letters
from reperform.engine.readers import Reading, Staged, kind_of
from reperform.engine.readers_csv import stage_csv
from reperform.engine.readers_text import check_encoding
from reperform.engine.readers_typed import stage_jsonl, stage_parquet
from reperform.engine.readers_xlsx import stage_xlsx
from reperform.engine.rejects import Line, write_rejects
from reperform.engine.snapshot import hash_of_file, sort_order
from reperform.engine.tables import Table
from reperform.engine.values import quote
from reperform.errors import N_, BadInput, Place


@dataclass(frozen=True)
class Expect:
    """What the source says of itself: how many rows it has, and sums by field (money in fen)."""

    rows: int | None = None
    sums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """What the child is to read, and how."""

    sources: tuple[Path, ...]
    table: Table
    work: Path
    sheet: str = ""
    encoding: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    expect: Expect = Expect()
    memory: int = 1 << 30
    threads: int = 2


def load(order: Order) -> dict[str, Any]:
    """Read, convert, sort, write and hash; return what `Loaded` says, as plain values."""
    if order.encoding:
        check_encoding(order.encoding)
    with connect(order.work, order.memory, order.threads) as con:
        conversion = Conversion(con, order.table, dict(order.constants))
        reading = Reading(Matcher(order.table, order.mapping, order.constants), order.work, order.sheet, order.encoding)
        staged = []
        for number, source in enumerate(order.sources):
            report(f"read {source.name}", number, len(order.sources))
            each = _stage(source, number, reading, con)
            conversion.add(number, each)
            staged.append(each)
        conversion.check_keys()
        return written(order, con, staged)


def connect(work: Path, memory: int, threads: int) -> duckdb.DuckDBPyConnection:
    """Open a data engine that spills into the working folder and loads nothing from outside."""
    spill = work / "spill"
    spill.mkdir(exist_ok=True)
    return duckdb.connect(
        config={
            "memory_limit": f"{memory >> 20}MiB",
            "threads": threads,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
    )


def _stage(source: Path, number: int, reading: Reading, con: duckdb.DuckDBPyConnection) -> Staged:
    place = Place(source.name)
    before = source.stat()
    kind = kind_of(source, place)
    if kind == "xlsx":
        staged = stage_xlsx(source, number, place, reading)
    elif kind == "parquet":
        staged = stage_parquet(source, place, reading, con)
    elif kind == "jsonl":
        staged = stage_jsonl(source, number, place, reading, con)
    else:
        staged = stage_csv(source, number, place, reading, con)
    after = source.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BadInput(N_("The file changed while it was read."), place=place, rule="changed")
    return staged


def written(order: Order, con: duckdb.DuckDBPyConnection, staged: list[Staged]) -> dict[str, Any]:
    """Write the converted rows and the rejects; return what became of them."""
    path = order.work / "table.parquet"
    names = ", ".join(f'"{name}"' for name, _ in order.table.columns)
    report("write", 0, 0)
    con.execute(
        f"COPY (SELECT {names} FROM converted WHERE _kind = {ACCEPTED} ORDER BY {sort_order(order.table)})"  # noqa: S608
        f" TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )
    content, rows = hash_of_file(con, path, order.table.columns)
    sources = [_told(con, number, each) for number, each in enumerate(staged)]
    counts = dict(
        con.execute(
            f"SELECT fault.rule, count(DISTINCT (_source, _row)) FROM (SELECT _source, _row, unnest(_faults) AS fault"  # noqa: S608
            f" FROM converted WHERE _kind = {REJECTED}) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    )
    rejected = sum(source["rows_rejected"] for source in sources)
    if rejected:
        write_rejects(order.work / "rejects.csv", _faults(con, staged))
    totals = _totals(con, order.table)
    read = sum(source["rows"] for source in sources)
    return {
        "hash": content,
        "rows_read": read,
        "rows_accepted": rows,
        "rows_rejected": rejected,
        "rejected_by_rule": counts,
        "totals": totals,
        "sources": sources,
        "issues": _breaches(order, con, read, rows, totals),
    }


def _told(con: duckdb.DuckDBPyConnection, number: int, staged: Staged) -> dict[str, Any]:
    """Return the provenance of one source: where it came from, how it was read, what became of its rows."""
    kinds = dict(
        con.execute("SELECT _kind, count(*) FROM converted WHERE _source = ? GROUP BY ALL", [number]).fetchall()
    )
    accepted, rejected = kinds.get(ACCEPTED, 0), kinds.get(REJECTED, 0)
    return {
        "name": staged.place.file,
        "sha256": staged.sha256,
        "sheet": staged.place.sheet,
        "encoding": staged.encoding,
        "header_row": staged.match.row + 1,
        "rows": accepted + rejected,
        "rows_accepted": accepted,
        "rows_rejected": rejected,
        "rows_blank": staged.expected + staged.blank - accepted - rejected,
        "mapping": {column.header: name for name, column in staged.match.columns.items()},
        "factors": {name: column.factor for name, column in staged.match.columns.items() if column.factor != 1},
        "ignored": list(staged.match.ignored),
        **staged.notes,
    }


def _faults(con: duckdb.DuckDBPyConnection, staged: list[Staged]) -> Iterator[Line]:
    places = _places(con, staged)
    con.execute(
        "SELECT _source, _row, fault.field, fault.value, fault.rule FROM (SELECT _source, _row,"  # noqa: S608
        f" unnest(_faults) AS fault, generate_subscripts(_faults, 1) AS place FROM converted WHERE _kind = {REJECTED})"
        " ORDER BY _source, _row, place"
    )
    while batch := con.fetchmany(10_000):
        for number, row, name, value, rule in batch:
            source = staged[number]
            column = source.match.columns.get(name)
            cell = f"{letters(column.index)}{row}" if column is not None and source.place.sheet else ""
            header = column.header if column is not None else ""
            row, header = places.get((number, row), (row, header))
            yield source.place.file, source.place.sheet, row, cell, header, name, value or "", rule


def _places(con: duckdb.DuckDBPyConnection, staged: list[Staged]) -> dict[tuple[int, int], tuple[int, str]]:
    """Return line and JSON Pointer of the rejected rows of sources that are documents."""
    found = {}
    for number, source in enumerate(staged):
        if source.places:
            rows = con.execute(
                f"SELECT _row, c0, c1 FROM {source.places}"  # noqa: S608
                f" WHERE _row IN (SELECT _row FROM converted WHERE _source = {number} AND _kind = {REJECTED})"
            ).fetchall()
            found.update({(number, row): (int(line), pointer) for row, line, pointer in rows})
    return found


def _totals(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, int]:
    names = [field.name for field in table.fields if field.type == "integer"]
    if not names:
        return {}
    sums = ", ".join(f'coalesce(sum("{name}"), 0)' for name in names)
    row = con.execute(f"SELECT {sums} FROM converted WHERE _kind = {ACCEPTED}").fetchone()  # noqa: S608
    return {name: int(total) for name, total in zip(names, row or (), strict=True)}


def _breaches(
    order: Order, con: duckdb.DuckDBPyConnection, read: int, accepted: int, totals: Mapping[str, int]
) -> list[str]:
    """Return what makes the table unfit for a verdict: rule, field, what was found and what was wanted."""
    found = []
    if not accepted:
        found.append("empty")
    lost = _lost(con)
    if lost * 100 > order.table.rejected_percent * read:
        found.append(f"rejected: {lost} of {read} rows, more than {order.table.rejected_percent} %")
    for each in order.table.fields:
        filled = f'SELECT count("{each.name}") FROM converted WHERE _kind = {ACCEPTED}'  # noqa: S608
        if each.coverage and accepted:
            row = con.execute(filled).fetchone()
            count = int(row[0]) if row else 0
            if count * 100 < each.coverage * accepted:
                found.append(f"coverage {each.name}: {count} of {accepted} rows, less than {each.coverage} %")
    if order.expect.rows is not None and order.expect.rows != read:
        found.append(f"control_total rows: {read} read, {order.expect.rows} expected")
    for name, wanted in order.expect.sums.items():
        if totals.get(name) != wanted:
            found.append(f"control_total {name}: {totals.get(name)} loaded, {wanted} expected")
    return found


def _lost(con: duckdb.DuckDBPyConnection) -> int:
    """Count the rejected rows without which the table is not whole."""
    harmless = ", ".join(quote(rule) for rule in NOT_LOST)
    row = con.execute(
        f"SELECT count(*) FROM converted WHERE _kind = {REJECTED} AND _faults[1].rule NOT IN ({harmless})"  # noqa: S608
    ).fetchone()
    return int(row[0]) if row else 0
