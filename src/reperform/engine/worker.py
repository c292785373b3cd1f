"""The work of a run: the three queries of a procedure, computed by an engine, checked and told here.

Rules kept here:

* An engine computes sections over whole tables (`Engine`); what comes out lies in a locked DuckDB, where the checks are
  made and values get their text. So every engine says the same in the same words.

* The denominator is counted, row by outcome and by body. Keys of the population and of the exceptions are unique and
  complete, and every exception is a row of the population: a procedure that breaks this is wrong and says nothing.
* Not testable comes before exception: where the data do not allow a test, nobody is accused.
* What comes out are whole numbers, texts, dates, true or false. A floating point number is refused: its last digit
  depends on the order of the rows.
* Remedies are looked up for exceptions and for the subjects that were asked for, not for the whole world.
"""

# ruff: noqa: S608 - names come from contracts and from a front matter that was checked; values never go in as text
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import duckdb

from reperform.engine.child import report
from reperform.engine.derived import Columns, Script, derive, functions
from reperform.engine.duckdb import Cell, Embedded, Source, Space, fill, locked, rows_of, select, types_of
from reperform.engine.spec import EXCEPTIONS, POPULATION, REMEDIED, REMEDIES, TRACE
from reperform.engine.tables import SQL_TYPES
from reperform.errors import N_, BadInput, Inconclusive, Place

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_EXACT = (*_WHOLE, "VARCHAR", "DATE", "BOOLEAN", "TIMESTAMP")
_LARGEST = 2**53 - 1  # the largest whole number that every reader of JSON takes exactly
_STEPS = 5
_INCOMPLETE = N_("{count} rows have a key with nothing in it.")
_REPEATED = N_("{count} keys stand more than once.")


@dataclass(frozen=True)
class Job:
    """What one run does: tables, generated queries, and the names that matter in them."""

    file: str
    tables: Mapping[str, Source]
    queries: Mapping[str, str]
    conditions: tuple[str, ...]
    key: tuple[str, ...]
    body: str
    amount: str
    read: tuple[str, ...]  # the columns of the population that anything reads
    asked: tuple[tuple[str, ...], ...]  # keys of subjects as text
    rows: int  # the most exceptions that are kept
    space: Space
    script: Script | None = None
    values: Mapping[str, object] = field(default_factory=dict)  # parameters as the functions of the script see them


class Engine(Protocol):
    """What computes over whole tables; the text of every query is DuckDB's."""

    @property
    def label(self) -> str:
        """Its name and version."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The locked DuckDB that holds what was kept."""

    def view(self, name: str, sql: str) -> dict[str, str]:
        """Give a query a name; return the type of every column."""

    def rows(self, sql: str) -> Sequence[tuple[Cell, ...]]:
        """Return all rows of a query."""

    def keep(self, name: str, sql: str, most: int | None = None) -> None:
        """Put the rows of a query into a table of the connection, so many at most."""

    def lend(self, name: str) -> None:
        """Let queries read a table of the connection."""


def perform(job: Job) -> dict[str, Any]:
    """Run the procedure over a locked DuckDB and return plain values."""
    try:
        with locked(job.tables, job.space) as connection:
            return examine(job, Embedded(connection))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        message = N_("The procedure failed: {problem}")
        problem = str(error).split("\n", 1)[0]
        raise BadInput(message, place=Place(file=job.file), rule="run.failed", problem=problem) from error


def examine(job: Job, engine: Engine) -> dict[str, Any]:
    """Run the procedure on an engine and return plain values."""
    return _Run(job, engine).answer()


class _Run:
    """One run on one engine."""

    def __init__(self, job: Job, engine: Engine) -> None:
        self.job, self.engine, self.connection = job, engine, engine.connection
        self.keys = ", ".join(f'"{name}"' for name in job.key)
        self.some_null = " OR ".join(f'"{name}" IS NULL' for name in job.key)
        self.key_types: list[str] = []

    def answer(self) -> dict[str, Any]:
        """Do it, step by step."""
        self._derived()
        self._population()
        report("population", 1, _STEPS)
        fields = self._exceptions()
        report("exceptions", 2, _STEPS)
        self._named()
        bodies, reasons = self._count()
        report("count", 3, _STEPS)
        self._unique()
        report("unique", 4, _STEPS)
        return {
            "bodies": bodies,
            "untestable": reasons,
            "fields": fields,
            "exceptions": self._rows(fields),
            "remedies": self._remedies(),
            "asked": self._asked(),
            "engine": self.engine.label,
        }

    def _derived(self) -> None:
        """Compute what SQL can't say, and put it beside the tables."""
        script = self.job.script
        if script is None:
            return
        known = functions(script)
        for relation in script.relations:
            tables = {name: self._columns(name, columns) for name, columns in relation.source.items()}
            rows = derive(script, relation, known[relation.name], tables, self.job.values)
            columns = tuple((name, SQL_TYPES[type_]) for name, type_ in relation.columns)
            fill(self.connection, relation.name, Source(columns, rows=tuple(rows)))
            self.engine.lend(relation.name)

    def _columns(self, table: str, columns: Sequence[str]) -> Columns:
        """Return columns of a table as lists, the rows in one order."""
        names = ", ".join(f'"{name}"' for name in columns)
        order = ", ".join(f'"{name}" NULLS FIRST' for name in columns)
        rows = self.engine.rows(f'SELECT {names} FROM "{table}" ORDER BY {order}')
        return {name: [row[place] for row in rows] for place, name in enumerate(columns)}

    def _population(self) -> None:
        columns = ", ".join(f'"{name}"' for name in self.job.read)
        sql = select(self.connection, self.job.queries[POPULATION])
        types = self.engine.view(POPULATION, f"SELECT {columns} FROM ({sql})")
        self.key_types = [self._exact(POPULATION, name, types[name]) for name in self.job.key]

    def _exceptions(self) -> list[str]:
        """Keep the exceptions in a table; return the names of the columns beside key, body and amount."""
        job = self.job
        self.engine.view("_leads", select(self.connection, job.queries[EXCEPTIONS]))
        self.engine.keep("_exceptions", "SELECT * FROM _leads", job.rows + 1)
        types = types_of(self.connection, "SELECT * FROM _exceptions")
        for name, type_ in types.items():
            self._exact(EXCEPTIONS, name, type_)
        (count,) = rows_of(self.connection, "SELECT count(*) FROM _exceptions")[0]
        if count > job.rows:
            raise Inconclusive(
                N_("The procedure singles out more than {rows} rows; that is not a list of leads."),
                hint=N_("Narrow it with its parameters, or raise the limit."),
                rows=job.rows,
            )
        if job.amount and types[job.amount] not in _WHOLE:
            raise self._wrong(EXCEPTIONS, N_("The amount must be a whole number of fen."), types[job.amount])
        if job.amount:
            self._none(
                EXCEPTIONS,
                N_("{count} rows have no amount, or one that is not above zero."),
                f'SELECT count(*) FROM _exceptions WHERE coalesce("{job.amount}", 0) NOT BETWEEN 1 AND {_LARGEST}',
            )
        return [name for name in types if name not in (*job.key, job.body, job.amount)]

    def _named(self) -> None:
        """Collect the keys of exceptions and asked subjects, and find them in the population."""
        job = self.job
        fill(self.connection, "_asked", Source((("position", "INTEGER"), *((name, "VARCHAR") for name in job.key)),
             rows=tuple((position, *key) for position, key in enumerate(job.asked))))  # fmt: skip
        cast = ", ".join(
            f'TRY_CAST("{name}" AS {type_}) AS "{name}"' for name, type_ in zip(job.key, self.key_types, strict=True)
        )
        self.connection.execute(f"CREATE TEMP TABLE _wanted AS SELECT position, {cast} FROM _asked")
        self.connection.execute(
            f"CREATE TEMP TABLE _named AS SELECT {self.keys} FROM _exceptions UNION SELECT {self.keys} FROM _wanted"
        )
        self.engine.lend("_named")
        self.engine.keep(
            "_found",
            f"SELECT {self.keys}, {self._reason()} AS reason FROM {POPULATION} SEMI JOIN _named USING ({self.keys})",
        )

    def _reason(self) -> str:
        """Return the expression that gives the position of the first not-testable condition that holds."""
        if not self.job.conditions:
            return "CAST(NULL AS INTEGER)"
        cases = " ".join(f"WHEN {condition} THEN {place}" for place, condition in enumerate(self.job.conditions))
        return f"CASE {cases} END"

    def _count(self) -> tuple[dict[str, int], list[int]]:
        """Count the population by body, and what cannot be tested by reason."""
        body = f"coalesce(CAST(\"{self.job.body}\" AS VARCHAR), '')"
        rows = self.engine.rows(
            f"SELECT {body} AS body, {self._reason()} AS reason, count(*) AS examined,"
            f" count(*) FILTER (WHERE {self.some_null}) AS incomplete FROM {POPULATION} GROUP BY ALL",
        )
        bodies: dict[str, int] = {}
        reasons = [0] * len(self.job.conditions)
        for name, reason, count, incomplete in sorted(rows, key=lambda row: row[0]):
            if incomplete:
                raise self._wrong(POPULATION, _INCOMPLETE, "", count=incomplete)
            bodies[name] = bodies.get(name, 0) + count
            if reason is not None:
                reasons[reason] += count
        return bodies, reasons

    def _unique(self) -> None:
        self._none(EXCEPTIONS, _INCOMPLETE, f"SELECT count(*) FROM _exceptions WHERE {self.some_null}")
        (repeated,) = self.engine.rows(self._repeated(POPULATION))[0]
        if repeated:
            raise self._wrong(POPULATION, _REPEATED, "", count=repeated)
        self._none(EXCEPTIONS, _REPEATED, self._repeated("_exceptions"))
        self._none(
            EXCEPTIONS,
            N_("{count} rows are not rows of the population."),
            f"SELECT count(*) FROM _exceptions ANTI JOIN _found USING ({self.keys})",
        )

    def _repeated(self, table: str) -> str:
        again = f"SELECT count(*) AS times FROM {table} GROUP BY {self.keys} HAVING count(*) > 1"
        return f"SELECT count(*) AS repeated FROM ({again}) AS again"

    def _rows(self, fields: Sequence[str]) -> list[list[Any]]:
        job = self.job
        texts = ", ".join(_text(name) for name in (*job.key, job.body, *fields))
        amount = f'"{job.amount}"' if job.amount else "NULL"
        order = ", ".join(str(place) for place in range(2, 2 + len(job.key)))
        rows = rows_of(
            self.connection,
            f"SELECT {amount}, {texts} FROM _exceptions"
            f" SEMI JOIN (SELECT * FROM _found WHERE reason IS NULL) USING ({self.keys}) ORDER BY {order}",
        )
        return [list(row) for row in rows]

    def _remedies(self) -> list[list[Any]]:
        if REMEDIES not in self.job.queries:
            return []
        (named,) = rows_of(self.connection, "SELECT count(*) FROM _named")[0]
        if not named:
            return []
        types = self.engine.view("_traces", select(self.connection, self.job.queries[REMEDIES]))
        if self.job.amount and types[REMEDIED] not in _WHOLE:
            raise self._wrong(REMEDIES, N_("The amount must be a whole number of fen."), "")
        columns = f'{self.keys}, "{REMEDIED}", "{TRACE}"' if self.job.amount else f'{self.keys}, "{TRACE}"'
        self.engine.keep("_remedies", f"SELECT {columns} FROM _traces SEMI JOIN _named USING ({self.keys})")
        self._none(REMEDIES, _REPEATED, self._repeated("_remedies"))
        money = f'"{REMEDIED}"' if self.job.amount else "NULL"
        texts = ", ".join(_text(name) for name in self.job.key)
        return [
            list(row)
            for row in rows_of(self.connection, f"SELECT {money}, {_text(TRACE)}, {texts} FROM _remedies ORDER BY ALL")
        ]

    def _asked(self) -> list[list[Any]]:
        """Return, for each subject asked for, whether it is in the population and why it is not testable."""
        rows = rows_of(
            self.connection,
            f"SELECT position, _found.reason FROM _wanted JOIN _found USING ({self.keys}) ORDER BY ALL",
        )
        return [list(row) for row in rows]

    def _exact(self, section: str, name: str, type_: str) -> str:
        if type_ not in _EXACT and not type_.startswith("DECIMAL"):
            message = N_("The column {column} is of the type {type}, which is not exact.")
            hint = N_("Round it and cast it to bigint, or to a decimal.")
            raise self._wrong(section, message, type_, hint=hint, column=name, type=type_)
        return type_

    def _none(self, section: str, message: str, sql: str) -> None:
        (count,) = rows_of(self.connection, sql)[0]
        if count:
            raise self._wrong(section, message, "", count=count)

    def _wrong(self, section: str, message: str, value: str, hint: str = "", **params: object) -> BadInput:
        place = Place(file=self.job.file, column=f"@{section}")
        return BadInput(message, place=place, value=value, rule="run.section", hint=hint, **params)


def _text(name: str) -> str:
    return f'coalesce(CAST("{name}" AS VARCHAR), \'\') AS "{name}"'
