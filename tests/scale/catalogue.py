"""The catalogue on the city: generation, intake, and each procedure beside two floors measured in the same run.

Floor one: the time in which DuckDB groups each touched table once by its key. Floor two: the procedure's own queries,
run by hand in one open connection without child, lock and identities. `REPERFORM_SCALE` is the city's scale (0.2).
"""

# ruff: noqa: S608 - names come from the contracts
from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from reperform.city import generate
from reperform.engine.lint import lint
from reperform.engine.parameters import put_in, settle
from reperform.engine.run import run, types_of
from reperform.engine.snapshot import Snapshot
from reperform.engine.spec import Procedure
from reperform.engine.store import Store
from reperform.engine.tables import Table
from reperform.ledger import workshop
from tests.scale.figure import Figure


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure() -> list[Figure]:
    scale = float(os.environ.get("REPERFORM_SCALE", "0.2"))
    contracts = workshop.contracts()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        made = generate(Path(folder) / "city", scale=scale, seed=42)
        figures = [Figure(f"city of scale {scale}, both days, written", time.perf_counter() - started, "s")]
        store = Store(Path(folder) / "snapshots")
        started = time.perf_counter()
        loaded = {table: store.read(paths, contracts[table]) for table, paths in made.before.files.items()}
        spent = time.perf_counter() - started
        rows = sum(one.rows_read for one in loaded.values())
        figures += [
            Figure("rows of the first day", rows, "rows"),
            Figure("intake, typed, hashed, counted", rows / spent, "rows/s"),
        ]
        snapshot = store.snapshot(made.before.as_of, loaded)
        for procedure in workshop.procedures().values():
            figures += _procedure(procedure, snapshot, contracts)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [*figures, Figure("peak memory of the largest process", peak / 1024, "MB")]


def _procedure(procedure: Procedure, snapshot: Snapshot, contracts: dict[str, Table]) -> list[Figure]:
    whole = timed(lambda: run(procedure, snapshot, tables=contracts))
    grouped = timed(lambda: _group(procedure, snapshot, contracts))
    by_hand = timed(lambda: _by_hand(procedure, snapshot, contracts))
    return [
        Figure(f"{procedure.code}: run", whole, "s"),
        Figure(f"{procedure.code}: run / each table grouped once by its key", whole / grouped, "x"),
        Figure(f"{procedure.code}: run / the same queries by hand", whole / by_hand, "x"),
    ]


def _group(procedure: Procedure, snapshot: Snapshot, contracts: dict[str, Table]) -> None:
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        for name in procedure.tables:
            key = ", ".join(contracts[name].primary_key)
            path = snapshot.tables[name].path
            sql = f"SELECT count(*) FROM (SELECT {key}, count(*) FROM read_parquet('{path}') GROUP BY {key})"
            connection.execute(sql).fetchall()


def _by_hand(procedure: Procedure, snapshot: Snapshot, contracts: dict[str, Table]) -> None:
    queries = lint(procedure, types_of(contracts))
    values = settle(procedure.parameters, None, snapshot.as_of)
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        for name in procedure.tables:
            path = snapshot.tables[name].path
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        for name, fact in procedure.facts.items():
            columns = ", ".join(f"{c.name} {'BIGINT' if c.type == 'integer' else c.type}" for c in fact.columns)
            connection.execute(f"CREATE TABLE {name} ({columns.replace(' string', ' VARCHAR')})")
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(fact.columns))})", fact.rows)
        texts = {name: put_in(tree, values).sql("duckdb") for name, tree in queries.sections.items()}
        connection.execute(f"CREATE TABLE population AS {texts['population']}")
        connection.execute(f"SELECT {procedure.body}, count(*) FROM population GROUP BY ALL").fetchall()
        for name in ("exceptions", "remedies"):
            connection.execute(texts[name]).fetchall()
