"""Facts: small dated tables of rates and limits that a procedure reads beside its data.

Rules kept here:

* A fact names its source, and says whether anyone has checked it (`verified`). No figure is shipped without one.
* Rates change: a table has its own columns `valid_from` and `valid_to`, and the procedure joins on the date.
* The content has a hash, which is part of the hash of every procedure that reads it: a changed rate is a changed test.

Money is integer fen, dates are law dates.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reperform.engine.front_matter import NAME, TYPES, Entry, Scalar, read_text, read_yaml
from reperform.errors import N_, BadInput

Value = Scalar | None
_KEYS = ("name", "title", "source", "verified", "columns", "rows")


@dataclass(frozen=True)
class FactColumn:
    """One column of a fact."""

    name: str
    type: str
    unit: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Fact:
    """A small dated table with its source."""

    name: str
    title: Mapping[str, str]
    jurisdiction: str
    source: Mapping[str, str]
    verified: bool
    columns: tuple[FactColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    hash: str


def load_fact(path: Path) -> Fact:
    """Read one fact file."""
    text = read_text(path)
    entries = read_yaml(text, str(path)).mapping(required=_KEYS, optional=("jurisdiction",))
    name = entries["name"].text(NAME)
    if name != path.stem:
        raise entries["name"].wrong(N_("The fact {name} must stand in a file of that name."), name=name)
    columns = tuple(_column(entry) for entry in entries["columns"].items())
    rows = tuple(_row(entry, columns) for entry in entries["rows"].items())
    return Fact(
        name=name,
        title=entries["title"].bilingual(),
        jurisdiction=entries["jurisdiction"].text() if "jurisdiction" in entries else "",
        source=entries["source"].bilingual(),
        verified=entries["verified"].flag(),
        columns=columns,
        rows=rows,
        hash=_hash(name, columns, rows),
    )


def load_facts(*folders: Path) -> dict[str, Fact]:
    """Read every fact of some folders; a fact in a later folder replaces one of the same name."""
    return {fact.name: fact for folder in folders for fact in map(load_fact, sorted(Path(folder).glob("*.yaml")))}


def with_rows(fact: Fact, rows: tuple[tuple[Value, ...], ...]) -> Fact:
    """Return the fact with other rows, for a case or for another jurisdiction."""
    return replace(fact, rows=rows, hash=_hash(fact.name, fact.columns, rows))


def valid_on(fact: Fact, day: date) -> dict[str, Value]:
    """Return the one row of a dated fact that holds on `day`, by column name."""
    names = [column.name for column in fact.columns]
    rows = [dict(zip(names, row, strict=True)) for row in fact.rows]
    holding = [row for row in rows if _holds(row, day)]
    if len(holding) != 1:
        raise BadInput(
            N_("The fact {name} has {count} rows for {day}; it needs exactly one."),
            rule="fact.date",
            name=fact.name,
            count=len(holding),
            day=day,
        )
    return holding[0]


def _holds(row: Mapping[str, Value], day: date) -> bool:
    start, end = row["valid_from"], row["valid_to"]
    return isinstance(start, date) and isinstance(end, date) and start <= day <= end


def _column(entry: Entry) -> FactColumn:
    entries = entry.mapping(required=("name", "type", "title"), optional=("unit",))
    return FactColumn(
        name=entries["name"].text(NAME),
        type=entries["type"].word(TYPES),
        unit=entries["unit"].text() if "unit" in entries else "",
        title=entries["title"].bilingual(),
    )


def _row(entry: Entry, columns: tuple[FactColumn, ...]) -> tuple[Value, ...]:
    cells = entry.items()
    if len(cells) != len(columns):
        raise entry.wrong(
            N_("The row has {count} values; the fact has {columns} columns."),
            rule="fact.row",
            count=len(cells),
            columns=len(columns),
        )
    return tuple(None if cell.is_null else cell.typed(column.type) for cell, column in zip(cells, columns, strict=True))


def _hash(name: str, columns: tuple[FactColumn, ...], rows: tuple[tuple[Value, ...], ...]) -> str:
    content = {
        "name": name,
        "columns": [[column.name, column.type] for column in columns],
        "rows": [[value.isoformat() if isinstance(value, date) else value for value in row] for row in rows],
    }
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
