"""Put kept copies of one table together: they are canonical already, so nothing is converted again.

Rules kept here:

* Of rows with one key the first stays, in the order of the copies; a later one is a reject with rule `primary_key`, or
  `duplicate_row` where it says the very same (docs/adr/0027). A table without a key keeps every row.
* A copy whose columns are not those of the contract is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reperform.engine.intake import connect
from reperform.engine.rejects import Line, write_rejects
from reperform.engine.snapshot import hash_of_file, sort_order
from reperform.engine.tables import Table
from reperform.engine.values import path_sql
from reperform.errors import N_, BadInput, Place


@dataclass(frozen=True)
class MergeOrder:
    """Copies to put together, in their order, and where to write the whole."""

    sources: tuple[Path, ...]
    table: Table
    work: Path
    memory: int = 2 << 30
    threads: int = 2


def merge(order: MergeOrder) -> dict[str, Any]:
    """Write the table and the rejects; return what `Loaded` says, as plain values."""
    table, path = order.table, order.work / "table.parquet"
    with connect(order.work, order.memory, order.threads) as con:
        _read(con, order)
        names = ", ".join(f'"{name}"' for name, _type in table.columns)
        con.execute(
            f"COPY (SELECT {names} FROM ranked WHERE _place = 1 ORDER BY {sort_order(table)})"  # noqa: S608 - from the contract
            f" TO {path_sql(path)} (FORMAT parquet, COMPRESSION zstd)"
        )
        content, rows = hash_of_file(con, path, table.columns)
        rules = dict(
            con.execute("SELECT _rule, count(*) FROM ranked WHERE _place > 1 GROUP BY ALL ORDER BY 1").fetchall()
        )
        if rules:
            write_rejects(order.work / "rejects.csv", _lines(con, order))
        counts = con.execute("SELECT _source, count(*), count(*) FILTER (_place = 1) FROM ranked GROUP BY 1").fetchall()
        kept = {source: (read, stayed) for source, read, stayed in counts}
        return {
            "hash": content, "rows_read": rows + sum(rules.values()), "rows_accepted": rows,
            "rows_rejected": sum(rules.values()), "rejected_by_rule": rules, "totals": _totals(con, table),
            "sources": [
                {"name": source.name, "rows": kept.get(number, (0, 0))[0], "rows_accepted": kept.get(number, (0, 0))[1],
                 "mapping": {}}
                for number, source in enumerate(order.sources)
            ],
            "issues": [] if rows else ["empty"],
        }  # fmt: skip


def _read(con: duckdb.DuckDBPyConnection, order: MergeOrder) -> None:
    """Make the table `ranked`: every row with its source, its place among those of its key, and why it goes."""
    table, wanted = order.table, [list(column) for column in order.table.columns]
    parts = []
    for number, source in enumerate(order.sources):
        stored = f"read_parquet({path_sql(source)}, file_row_number = true)"
        described = con.execute(f"DESCRIBE SELECT * FROM {stored}")  # noqa: S608 - our own path
        found = [[name, kind] for name, kind, *_rest in described.fetchall()]
        if [column for column in found if column[0] != "file_row_number"] != wanted:
            raise BadInput(
                N_("The columns are not those of the contract."), place=Place(source.name), rule="merge.columns"
            )
        names = ", ".join(f'"{name}"' for name, _type in table.columns)
        parts.append(f"SELECT {number} AS _source, file_row_number AS _row, {names} FROM {stored}")  # noqa: S608
    key = ", ".join(f'"{name}"' for name in table.primary_key)
    every = ", ".join(f'"{name}"' for name, _type in table.columns)
    within = f"PARTITION BY {key} ORDER BY _source, _row" if key else ""
    place = f"row_number() OVER ({within})" if key else "1"
    first = f"first_value(row({every})) OVER ({within})" if key else "NULL"
    con.execute(
        f"CREATE TABLE ranked AS SELECT *, {place} AS _place,"  # noqa: S608 - names from the contract
        f" CASE WHEN row({every}) IS NOT DISTINCT FROM {first} THEN 'duplicate_row' ELSE 'primary_key' END AS _rule"
        f" FROM ({' UNION ALL '.join(parts)})"
    )


def _lines(con: duckdb.DuckDBPyConnection, order: MergeOrder) -> Iterator[Line]:
    key = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in order.table.primary_key)
    rows = con.execute(
        f"SELECT _source, _row, concat_ws(' ', {key}), _rule FROM ranked WHERE _place > 1 ORDER BY 1, 2"  # noqa: S608
    )
    while batch := rows.fetchmany(10_000):
        for number, row, value, rule in batch:
            yield order.sources[number].name, "", int(row) + 1, "", "", order.table.primary_key[0], value, rule


def _totals(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, int]:
    names = [field.name for field in table.fields if field.type == "integer"]
    sums = ", ".join(f'coalesce(sum("{name}"), 0)' for name in names)
    row = con.execute(f"SELECT {sums} FROM ranked WHERE _place = 1").fetchone() if names else ()  # noqa: S608
    return {name: int(total) for name, total in zip(names, row or (), strict=True)}
