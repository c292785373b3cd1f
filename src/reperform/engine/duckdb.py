"""A locked DuckDB: it reads the tables that it is given and can do nothing else.

Rules kept here:

* The connection is made in a child process (`child`), given its tables, and then locked: no other files, no network,
  no extensions, no settings, no Python variables. What was measured to be blocked, and what is not, is docs/adr/0032.
* `allowed_paths` lets DuckDB also *write* to those very paths. Three things stand before that: a statement is taken
  only if DuckDB itself says that it is one SELECT; what runs is generated from a tree that the linter read; snapshot
  files are read-only, and `run` looks at them again afterwards.
* Memory, threads, temporary space and the number of rows are bounded.
"""

# ruff: noqa: S608 - names come from contracts and from a front matter that was checked; values never go in as text
from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from reperform.engine.spec import POPULATION
from reperform.errors import N_, BadInput

Cell = Any


@dataclass(frozen=True)
class Source:
    """Where the rows of one table come from: a Parquet file, or the rows themselves (facts, cases, nothing)."""

    columns: tuple[tuple[str, str], ...]  # name and SQL type
    path: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True)
class Space:
    """What a connection may use; sizes in bytes."""

    memory: int
    threads: int
    temporary: int


@contextmanager
def locked(tables: Mapping[str, Source], space: Space) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that holds these tables, locked, with a temporary folder of its own."""
    with tempfile.TemporaryDirectory(prefix="reperform-") as folder, duckdb.connect(":memory:") as connection:
        for name, source in tables.items():
            _give(connection, name, source)
        _lock(connection, [source.path for source in tables.values() if source.path], folder, space)
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, name: str, source: Source) -> None:
    """Make a table of the rows."""
    columns = ", ".join(f'"{column}" {type_}' for column, type_ in source.columns)
    connection.execute(f'CREATE TEMP TABLE "{name}" ({columns})')
    if source.rows:
        lists = ", ".join(f"unnest(CAST(? AS {type_}[]))" for _, type_ in source.columns)
        values = [[row[index] for row in source.rows] for index in range(len(source.columns))]
        connection.execute(f'INSERT INTO "{name}" SELECT {lists}', values)


def select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the text if DuckDB takes it for exactly one SELECT."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadInput(N_("A section is one SELECT."), value=sql[:80], rule="run.select")
    return sql


def types_of(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    """Return the SQL type of every column that a query gives."""
    return {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE {sql}").fetchall()}


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> Sequence[tuple[Cell, ...]]:
    """Return all rows of a query."""
    return connection.execute(sql).fetchall()


class Embedded:
    """The engine that computes in the very connection that keeps what comes out."""

    label = f"duckdb {duckdb.__version__}"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def view(self, name: str, sql: str) -> dict[str, str]:
        """Give a query a name; return the type of every column."""
        kind = "TABLE" if name == POPULATION else "VIEW"  # the population is asked four times
        self.connection.execute(f'CREATE TEMP {kind} "{name}" AS {sql}')
        return types_of(self.connection, f'SELECT * FROM "{name}"')

    def rows(self, sql: str) -> Sequence[tuple[Cell, ...]]:
        """Return all rows of a query."""
        return rows_of(self.connection, sql)

    def keep(self, name: str, sql: str, most: int | None = None) -> None:
        """Put the rows of a query into a table, so many at most.

        Rows are counted because a LIMIT over some joins of WITH queries never ends in DuckDB 2.0 (docs/adr/0140).
        """
        few = "" if most is None else f" QUALIFY row_number() OVER () <= {most}"
        self.connection.execute(f'CREATE TEMP TABLE "{name}" AS {sql}{few}')

    def lend(self, name: str) -> None:
        """Nothing is to be done: queries read the connection's tables."""


def _give(connection: duckdb.DuckDBPyConnection, name: str, source: Source) -> None:
    if not source.path:
        fill(connection, name, source)
        return
    columns = ", ".join(f'"{column}"' for column, _ in source.columns)
    path = source.path.replace("'", "''")
    connection.execute(f"CREATE TEMP VIEW \"{name}\" AS SELECT {columns} FROM read_parquet('{path}')")


def _lock(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], folder: str, space: Space) -> None:
    settings: dict[str, object] = {
        "memory_limit": f"{space.memory}B",
        "threads": space.threads,
        "preserve_insertion_order": False,
        "temp_directory": folder,
        "max_temp_directory_size": f"{space.temporary}B",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_persistent_secrets": False,
        "python_enable_replacements": False,
        "python_scan_all_frames": False,
        "allowed_paths": list(paths),
        "enable_external_access": False,
        "lock_configuration": True,
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = ?", [value])
