"""Cases: small tables in, expected rows out. They are a procedure's tests, and its page in the manual.

Rules kept here:

* A case is data, not code: as-of date, parameters, tables as a person would draw them, and what must come out.
* What is expected is written by hand from the rule of the procedure, never copied from what it answered.
* The same case runs on every engine, and through the same linter, generated SQL and locked connection as a real run.
* A table that a case does not draw is missing; one that it draws with a heading alone is empty. A blank cell is null.

Example of a table::

    person_id | month   | scheme   | paying_body | amount
    P1        | 2026-01 | employee | B1          | 300000
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reperform.engine.duckdb import Source
from reperform.engine.facts import with_rows
from reperform.engine.front_matter import Entry, read_text, read_yaml
from reperform.engine.lint import lint
from reperform.engine.parameters import settle
from reperform.engine.results import Result
from reperform.engine.run import Plan, RunLimits, carry_out, types_of
from reperform.engine.spec import REMEDIED, TRACE
from reperform.engine.tables import SQL_TYPES, Table
from reperform.engine.worker import Job, perform
from reperform.errors import N_

if TYPE_CHECKING:
    from reperform.engine.spec import Procedure

KINDS = ("hit", "clean", "guard", "not_testable", "remedied", "threshold")
Work = Callable[[Job], Mapping[str, Any]]
_MONTH = re.compile(r"\d{4}-\d{2}")
_EXPECT = ("population", "not_testable", "exceptions", "remedies", "reason")
_SMALL = RunLimits(memory=256 << 20, threads=1, temporary=64 << 20)


@dataclass(frozen=True)
class Drawn:
    """A table as it is drawn: heading and rows, all text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    entry: Entry


@dataclass(frozen=True)
class Expected:
    """What must come out; `reason` alone where the procedure as a whole cannot be tested."""

    population: int = 0
    not_testable: int = 0
    exceptions: Drawn | None = None
    remedies: Drawn | None = None
    reason: str = ""


@dataclass(frozen=True)
class Case:
    """One situation and what a procedure must say of it."""

    name: Mapping[str, str]
    kind: str
    as_of: date
    parameters: Mapping[str, str]
    facts: Mapping[str, Entry]
    tables: Mapping[str, Drawn]
    expected: Expected


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read the cases of one procedure."""
    return tuple(_case(entry) for entry in read_yaml(read_text(path), str(path)).items())


def play(procedure: Procedure, case: Case, tables: Mapping[str, Table], work: Work = perform) -> Result:
    """Run the procedure over the tables of a case; `work` is what does it, on this engine or another."""
    types = types_of(tables)
    facts = {name: _fact(procedure, name, case) for name in procedure.facts}
    procedure = replace(procedure, facts=facts)
    drawn = {name: case.tables.get(name) for name in procedure.tables}
    plan = Plan(
        procedure=procedure,
        snapshot_hash="",
        as_of=case.as_of,
        values=settle(procedure.parameters, case.parameters, case.as_of),
        queries=lint(procedure, types),
        sources={
            name: _source(tables[name], procedure.tables[name], drawing)
            for name, drawing in drawn.items()
            if drawing is not None or name in procedure.optional
        },
        absent=tuple(name for name, drawing in drawn.items() if drawing is None),
        breaches=(),
        asked=(),
        limits=_SMALL,
    )
    return carry_out(plan, work)


def differences(procedure: Procedure, case: Case, result: Result) -> list[str]:
    """Return what came out otherwise than expected, in words; nothing if all is as it should be."""
    expected = case.expected
    exceptions = [{**row.key, procedure.body: row.body, **row.fields} for row in result.exceptions]
    if procedure.amount:
        for row, found in zip(exceptions, result.exceptions, strict=True):
            row[procedure.amount] = str(found.amount)
    remedies = [
        {**row.key, REMEDIED: str(remedy.remedied), TRACE: remedy.trace}
        for row in result.exceptions
        if (remedy := result.remedied.get(row.identity)) is not None
    ]
    pairs: list[tuple[str, object, object]] = [
        ("reason", expected.reason, result.reason),
        ("population", expected.population, result.population),
        ("not_testable", expected.not_testable, result.not_testable),
        ("exceptions", _shown(expected.exceptions), _narrowed(exceptions, expected.exceptions)),
    ]
    if expected.remedies is not None:
        pairs.append(("remedies", _shown(expected.remedies), _narrowed(remedies, expected.remedies)))
    return [f"{name}: expected {wanted}, came {came}" for name, wanted, came in pairs if wanted != came]


def _case(entry: Entry) -> Case:
    entries = entry.mapping(required=("name", "kind", "as_of", "tables", "expect"), optional=("parameters", "facts"))
    parameters = entries["parameters"].mapping(optional=None) if "parameters" in entries else {}
    return Case(
        name=entries["name"].bilingual(),
        kind=entries["kind"].word(KINDS),
        as_of=entries["as_of"].day(),
        parameters={name: value.text() for name, value in parameters.items()},
        facts=entries["facts"].mapping(optional=None) if "facts" in entries else {},
        tables={name: _drawn(value) for name, value in entries["tables"].mapping(optional=None).items()},
        expected=_expected(entries["expect"]),
    )


def _expected(entry: Entry) -> Expected:
    entries = entry.mapping(optional=_EXPECT)
    return Expected(
        population=entries["population"].integer() if "population" in entries else 0,
        not_testable=entries["not_testable"].integer() if "not_testable" in entries else 0,
        exceptions=_drawn(entries["exceptions"]) if "exceptions" in entries else None,
        remedies=_drawn(entries["remedies"]) if "remedies" in entries else None,
        reason=entries["reason"].text() if "reason" in entries else "",
    )


def _drawn(entry: Entry) -> Drawn:
    lines = [[cell.strip() for cell in line.split("|")] for line in entry.text().splitlines() if line.strip()]
    if not lines:
        raise entry.wrong(N_("A table needs at least its heading."), rule="case.table")
    columns, *rows = lines
    for row in rows:
        if len(row) != len(columns):
            raise entry.wrong(N_("A row has {count} cells, the heading has {columns}."), rule="case.table",
                              count=len(row), columns=len(columns))  # fmt: skip
    return Drawn(tuple(columns), tuple(tuple(row) for row in rows), entry)


def _source(table: Table, wanted: tuple[str, ...], drawn: Drawn | None) -> Source:
    """Return the rows of a drawn table in the types of its contract, narrowed to the declared columns."""
    types = {field.name: field.type for field in table.fields}
    columns = tuple((name, SQL_TYPES[types[name]]) for name in wanted)
    if drawn is None:
        return Source(columns)
    for name in drawn.columns:
        if name not in types:
            raise drawn.entry.wrong(N_("The table {table} has no column {column}."), rule="case.table",
                                    table=table.name, column=name)  # fmt: skip
    rows = [dict(zip(drawn.columns, row, strict=True)) for row in drawn.rows]
    return Source(columns, rows=tuple(tuple(_cell(row.get(name, ""), types[name]) for name in wanted) for row in rows))


def _cell(text: str, type_: str) -> Any:  # noqa: ANN401 - a cell of any type
    if not text:
        return None
    return f"{text}-01" if type_ == "yearmonth" and _MONTH.fullmatch(text) else text


def _fact(procedure: Procedure, name: str, case: Case) -> Any:  # noqa: ANN401
    fact = procedure.facts[name]
    if name not in case.facts:
        return fact
    rows = tuple(
        tuple(
            None if cell.is_null else cell.typed(column.type)
            for cell, column in zip(row.items(), fact.columns, strict=True)
        )
        for row in case.facts[name].items()
    )
    return with_rows(fact, rows)


def _shown(drawn: Drawn | None) -> list[dict[str, str]]:
    """Return the rows that are expected, sorted; a month stands for its first day."""
    if drawn is None:
        return []
    rows = [
        {name: f"{cell}-01" if _MONTH.fullmatch(cell) else cell for name, cell in zip(drawn.columns, row, strict=True)}
        for row in drawn.rows
    ]
    return sorted(rows, key=lambda row: list(row.items()))


def _narrowed(rows: list[dict[str, str]], drawn: Drawn | None) -> list[dict[str, str]]:
    """Return the rows that came, in the columns of what is expected."""
    names = drawn.columns if drawn is not None else tuple(rows[0]) if rows else ()
    return sorted(({name: row.get(name, "?") for name in names} for row in rows), key=lambda row: list(row.items()))
