"""The whole catalogue on the city, at several scales, beside two floors measured in the same run.

Floor one: the time in which DuckDB groups each table of the snapshot once by its key, two threads. Floor two, at the
first scale: the procedure's own queries, run by hand in one open connection without child, lock, checks and identities.
Seconds of the processor are told beside those of the clock: they hold on a machine that does other work as well.
`REPERFORM_SCALES` says which scales are measured ("0.1 0.2 0.4"); 1 is a city of a million residents.
"""

# ruff: noqa: S608 - names come from the contracts
from __future__ import annotations

import os
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from reperform.catalogue import procedures, tables
from reperform.city import BEFORE, generate
from reperform.engine import child, standby
from reperform.engine.batch import run_each, shared
from reperform.engine.lint import lint
from reperform.engine.parameters import put_in, settle
from reperform.engine.run import RunLimits, run, types_of
from reperform.engine.snapshot import Snapshot
from reperform.engine.spec import Procedure
from reperform.engine.store import Store
from tests.scale.figure import Figure

THREADS = 2


@dataclass
class Spent:
    """What a piece of work took: seconds of the clock and of the processors, memory of the largest child so far."""

    clock: float = 0.0
    processor: float = 0.0
    peak: float = 0.0  # MB


@contextmanager
def spending() -> Iterator[Spent]:
    """Measure what is done here and in children that have ended by then."""
    standby.dismiss()
    before, started, spent = processor(), time.perf_counter(), Spent()
    yield spent
    spent.clock = time.perf_counter() - started
    standby.dismiss()
    spent.processor = processor() - before
    spent.peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def processor() -> float:
    """Return the seconds that this process and its children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure() -> Iterator[Figure]:
    scales = [float(word) for word in os.environ.get("REPERFORM_SCALES", "0.1 0.2 0.4").split()]
    for place, scale in enumerate(scales):
        with tempfile.TemporaryDirectory() as folder:
            yield from of_scale(scale, Path(folder), by_hand=not place)


def of_scale(scale: float, folder: Path, *, by_hand: bool) -> Iterator[Figure]:
    """Make the city of a scale, take it in, run the catalogue."""
    with spending() as made:
        files: dict[str, list[str]] = child.in_child(make, str(folder / "city"), scale)
    with spending() as read:
        snapshot, rows = take_in(Store(folder / "snapshots"), files)
    yield Figure(f"scale {scale:g}: rows of the first state", rows, "rows")
    yield Figure(f"scale {scale:g}: city, both states, made and written", made.clock, "s")
    yield Figure(f"scale {scale:g}: intake, two tables at a time", rows / read.clock, "rows/s")
    yield from of_snapshot(f"scale {scale:g}", snapshot, rows)
    if by_hand:
        yield from beside_hand(f"scale {scale:g}", snapshot)


def make(folder: str, scale: float) -> dict[str, list[str]]:
    made = generate(Path(folder), scale=scale, seed=42, sectors=None)
    return {table: [str(path) for path in paths] for table, paths in made.before.files.items()}


def take_in(store: Store, files: dict[str, list[str]]) -> tuple[Snapshot, int]:
    contracts = tables()
    with ThreadPoolExecutor(THREADS) as pool:
        futures = {name: pool.submit(store.read, [Path(path) for path in paths], contracts[name])
                   for name, paths in files.items()}  # fmt: skip
        loads = {name: future.result() for name, future in futures.items()}
    return store.snapshot(BEFORE, loads), sum(one.rows_read for one in loads.values())


def of_snapshot(what: str, snapshot: Snapshot, rows: int) -> Iterator[Figure]:
    """Run the catalogue as `reveal run` does, and group each table once."""
    contracts, limits, stop = tables(), shared(RunLimits(), THREADS), threading.Event()
    with spending() as ran:
        for one in run_each(
            list(procedures().values()), lambda p, stop: run(p, snapshot, tables=contracts, limits=limits, stop=stop),
            workers=THREADS, stop=stop,
        ):  # fmt: skip
            if one.error is not None:
                raise one.error
    grouped = timed(lambda: group(snapshot))
    yield Figure(f"{what}: whole catalogue, two at a time", ran.clock, "s")
    yield Figure(f"{what}: the same, time of the processors", ran.processor, "s")
    yield Figure(f"{what}: the same, for a million rows", ran.processor / rows * 1e6, "s")
    yield Figure(f"{what}: memory of the largest run", ran.peak, "MB")
    yield Figure(f"{what}: each table grouped once by its key", grouped, "s")
    yield Figure(f"{what}: catalogue / grouping", ran.clock / grouped, "x")


def group(snapshot: Snapshot) -> None:
    contracts = tables()
    with duckdb.connect(":memory:", config={"threads": THREADS}) as connection:
        for name, copy in snapshot.tables.items():
            key = ", ".join(contracts[name].primary_key)
            sql = f"SELECT count(*) FROM (SELECT {key}, count(*) FROM read_parquet('{copy.path}') GROUP BY {key})"
            connection.execute(sql).fetchall()


def beside_hand(what: str, snapshot: Snapshot) -> Iterator[Figure]:
    """Run each SQL procedure alone, and its queries by hand."""
    contracts = tables()
    ratios: dict[str, tuple[float, float]] = {}
    for one in procedures().values():
        if one.script is None:
            hand = timed(partial(run_by_hand, one, snapshot))
            ratios[one.code] = (timed(partial(run, one, snapshot, tables=contracts)), hand)
    whole, hand = (sum(pair[side] for pair in ratios.values()) for side in (0, 1))
    each = sorted(run / hand for run, hand in ratios.values())
    large = sorted(run / hand for run, hand in ratios.values() if hand >= 1)
    yield Figure(f"{what}: {len(ratios)} SQL procedures, each alone", whole, "s")
    yield Figure(f"{what}: the same queries by hand", hand, "s")
    yield Figure(f"{what}: run / by hand, all", whole / hand, "x")
    yield Figure(f"{what}: run / by hand, median procedure", statistics.median(each), "x")
    if large:
        yield Figure(
            f"{what}: run / by hand, {len(large)} that take a second or more, median", statistics.median(large), "x"
        )
        yield Figure(f"{what}: run / by hand, the worst of these", large[-1], "x")


def run_by_hand(procedure: Procedure, snapshot: Snapshot) -> None:
    types = types_of(tables())
    queries = lint(procedure, types)
    values = settle(procedure.parameters, None, snapshot.as_of)
    with duckdb.connect(":memory:", config={"threads": THREADS}) as connection:
        for name in procedure.tables:
            held = snapshot.tables.get(name)
            empty = ", ".join(f"CAST(NULL AS {type_}) AS {column}" for column, type_ in types[name].items())
            rows = f"SELECT * FROM read_parquet('{held.path}')" if held else f"SELECT {empty} WHERE FALSE"
            connection.execute(f"CREATE VIEW {name} AS {rows}")
        for name, fact in procedure.facts.items():
            columns = ", ".join(f"{c.name} {'BIGINT' if c.type == 'integer' else c.type}" for c in fact.columns)
            connection.execute(f"CREATE TABLE {name} ({columns.replace(' string', ' VARCHAR')})")
            if fact.rows:
                connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(fact.columns))})", fact.rows)
        texts = {name: put_in(tree, values).sql("duckdb") for name, tree in queries.sections.items()}
        connection.execute(f"CREATE TABLE population AS {texts['population']}")
        connection.execute(f"SELECT {procedure.body}, count(*) FROM population GROUP BY ALL").fetchall()
        for name in ("exceptions", "remedies"):
            if name in texts:
                connection.execute(texts[name]).fetchall()
