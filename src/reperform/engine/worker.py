"""The work of a run, done in the child: the three queries of a procedure over locked tables.

Rules kept here:

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
from typing import Any

import duckdb

from reperform.engine.child import report
from reperform.engine.derived import Columns, Script, derive, functions
from reperform.engine.duckdb import Source, Space, fill, locked, rows_of, select, types_of
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
    asked: tuple[tuple[str, ...], ...]  # keys of subjects as text
    rows: int  # the most exceptions that are kept
    space: Space
    script: Script | None = None
    values: Mapping[str, object] = field(default_factory=dict)  # parameters as the functions of the script see them


def perform(job: Job) -> dict[str, Any]:
    """Run the procedure and return plain values."""
    try:
        with locked(job.tables, job.space) as connection:
            return _Run(job, connection).answer()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        message = N_("The procedure failed: {problem}")
        problem = str(error).split("\n", 1)[0]
        raise BadInput(message, place=Place(file=job.file), rule="run.failed", problem=problem) from error


class _Run:
    """One run over one connection."""

    def __init__(self, job: Job, connection: duckdb.DuckDBPyConnection) -> None:
        self.job, self.connection = job, connection
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
            "engine": f"duckdb {duckdb.__version__}",
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

    def _columns(self, table: str, columns: Sequence[str]) -> Columns:
        """Return columns of a table as lists, the rows in one order."""
        names = ", ".join(f'"{name}"' for name in columns)
        order = ", ".join(f'"{name}" NULLS FIRST' for name in columns)
        rows = rows_of(self.connection, f'SELECT {names} FROM "{table}" ORDER BY {order}')
        return {name: [row[place] for row in rows] for place, name in enumerate(columns)}

    def _population(self) -> None:
        sql = select(self.connection, self.job.queries[POPULATION])
        self.connection.execute(f'CREATE TEMP VIEW "{POPULATION}" AS {sql}')
        types = types_of(self.connection, f"SELECT {self.keys} FROM {POPULATION}")
        self.key_types = [self._exact(POPULATION, name, type_) for name, type_ in types.items()]

    def _exceptions(self) -> list[str]:
        """Keep the exceptions in a table; return the names of the columns beside key, body and amount."""
        job = self.job
        sql = select(self.connection, job.queries[EXCEPTIONS])
        self.connection.execute(f"CREATE TEMP TABLE _exceptions AS SELECT * FROM ({sql}) LIMIT {job.rows + 1}")
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
        self.connection.execute(
            f"CREATE TEMP TABLE _found AS SELECT {self.keys}, {self._reason()} AS reason"
            f" FROM {POPULATION} SEMI JOIN _named USING ({self.keys})"
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
        rows = rows_of(
            self.connection,
            f"SELECT {body}, {self._reason()}, count(*), count(*) FILTER (WHERE {self.some_null})"
            f" FROM {POPULATION} GROUP BY ALL",
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
        for section, table in ((POPULATION, POPULATION), (EXCEPTIONS, "_exceptions")):
            again = f"SELECT 1 FROM {table} GROUP BY {self.keys} HAVING count(*) > 1"
            self._none(section, _REPEATED, f"SELECT count(*) FROM ({again})")
        self._none(
            EXCEPTIONS,
            N_("{count} rows are not rows of the population."),
            f"SELECT count(*) FROM _exceptions ANTI JOIN _found USING ({self.keys})",
        )

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
        sql = select(self.connection, self.job.queries[REMEDIES])
        money = f'"{REMEDIED}"' if self.job.amount else "NULL"
        self.connection.execute(
            f"CREATE TEMP TABLE _remedies AS SELECT {self.keys}, {money} AS remedied, {_text(TRACE)}"
            f" FROM ({sql}) SEMI JOIN _named USING ({self.keys})"
        )
        if self.job.amount and types_of(self.connection, "SELECT remedied FROM _remedies")["remedied"] not in _WHOLE:
            raise self._wrong(REMEDIES, N_("The amount must be a whole number of fen."), "")
        self._none(
            REMEDIES,
            _REPEATED,
            f"SELECT count(*) FROM (SELECT 1 FROM _remedies GROUP BY {self.keys} HAVING count(*) > 1)",
        )
        texts = ", ".join(_text(name) for name in self.job.key)
        return [
            list(row)
            for row in rows_of(self.connection, f"SELECT remedied, trace, {texts} FROM _remedies ORDER BY ALL")
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
