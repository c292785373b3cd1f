"""Apache Spark as an engine: the same procedure file and the same result, on data that one machine cannot hold.

Rules kept here:

* What runs is written by SQLGlot from the trees that the linter has read (`spark_sql`); no text of a procedure reaches
  Spark. Spark computes over whole tables; what comes out is checked and told where DuckDB's is (`worker`).
* Tables are read from the snapshot's Parquet files, with the types of their contracts. The folder may lie elsewhere for
  the cluster (`REPERFORM_SPARK_TABLES`): files are named by their content.
* What was brought to the driver is not computed again: a query that reads nothing else is answered there.
* A run leaves nothing behind in the session: its views have names of their own and go with it.
* ANSI mode, UTC, no loss of precision: a run sets them, whatever the cluster's defaults are.

Example::

    with session("local[2]") as spark:
        result = run(procedure, snapshot, tables=tables, session=spark)
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from reperform.engine.child import ChildStopped
from reperform.engine.duckdb import Cell, Source, Space, fill, locked, rows_of, types_of
from reperform.engine.run import RunLimits, carry_out, planned, unchanged
from reperform.engine.spark_session import TABLES, tables_at
from reperform.engine.spark_sql import for_spark, read
from reperform.engine.spark_words import SPARK
from reperform.engine.spec import POPULATION
from reperform.engine.worker import Job, examine
from reperform.errors import N_, BadInput, Place

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from reperform.engine.results import Result
    from reperform.engine.snapshot import Snapshot
    from reperform.engine.spec import Procedure
    from reperform.engine.tables import Table

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # In Spark 4.3 this rule makes an invalid plan of some unions of one table with itself (docs/adr/0091).
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
    "spark.sql.limit.initialNumPartitions": "1000000",  # the cap on exceptions is one job, not one after another
}
Frames = dict[tuple[str, tuple[tuple[str, str], ...]], "DataFrame"]
_UNSEEN = re.compile(r"\[(PATH_NOT_FOUND|FAILED_READ_FILE\.FILE_NOT_EXIST)\]")  # Spark's own names of these errors
DEFAULT = RunLimits()
SMALL = 4 << 20  # bytes of all tables of a run; below, it is cheaper to bring what a section gives than to ask again
_INLINE = 2000  # rows that travel as literals of a query
_DUCKDB_TYPES = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "string": "VARCHAR",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp": "TIMESTAMP",
    "double": "DOUBLE",
    "float": "FLOAT",
    "void": "INTEGER",  # DuckDB's own choice for a column of nulls
}
_SPARK_TYPES = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ", "INTEGER": "INT", "HUGEINT": "DECIMAL(38,0)"}


def run(
    procedure: Procedure,
    snapshot: Snapshot,
    *,
    tables: Mapping[str, Table],
    session: SparkSession,
    parameters: Mapping[str, object] | None = None,
    subjects: Iterable[Mapping[str, str]] = (),
    limits: RunLimits = DEFAULT,
    frames: Frames | None = None,
) -> Result:
    """Run a procedure on Spark; the result has the hash that DuckDB's has. `frames` keeps tables from run to run."""
    plan = planned(procedure, snapshot, tables=tables, parameters=parameters, subjects=subjects, limits=limits)
    with unchanged(plan):
        return carry_out(plan, performer(session, limits, frames=frames))


def performer(
    session: SparkSession, limits: RunLimits = DEFAULT, *, small: int = SMALL, frames: Frames | None = None
) -> Callable[[Job], Mapping[str, Any]]:
    """Return what does the job of a plan in this session; below `small` bytes, what a section gives is brought here."""
    kept = {} if frames is None else frames
    return lambda job: _perform(job, session, limits.seconds, small, kept)


def _perform(job: Job, session: SparkSession, seconds: float, small: int, frames: Frames) -> Mapping[str, Any]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    space = Space(job.space.memory, job.space.threads, job.space.temporary)
    bring = sum(_size(source) for source in job.tables.values()) <= small
    with locked({}, space) as connection, _stopping(session, seconds) as late:
        cluster = Cluster(session, connection, bring=bring, frames=frames)
        try:
            for name, source in job.tables.items():
                cluster.give(name, source)
            return examine(job, cluster)
        except duckdb.OutOfMemoryException:
            raise
        except (PySparkException, Py4JError, duckdb.Error) as error:
            if late.is_set():
                raise ChildStopped(
                    "seconds",
                    N_("The work took longer than {seconds} seconds and was stopped."),
                    hint=N_("Give it a smaller input, or raise the limit."),
                    seconds=round(seconds),
                ) from error
            if _UNSEEN.search(str(error)):
                raise _not_there(job) from error
            message, problem = N_("The procedure failed: {problem}"), str(error).split("\n", 1)[0]
            raise BadInput(message, place=Place(file=job.file), rule="run.failed", problem=problem) from error
        finally:
            cluster.clear()


class Cluster:
    """The engine of one run in a Spark session; what is kept lies in a locked DuckDB of the driver."""

    def __init__(
        self, session: SparkSession, connection: duckdb.DuckDBPyConnection, *, bring: bool, frames: Frames
    ) -> None:
        self.session, self.connection, self._frames = session, connection, frames
        self.label = f"spark {session.version}"
        self._bring = bring
        self._mark = uuid.uuid4().hex[:12]
        self._types: dict[str, dict[str, str]] = {}  # of what queries may read
        self._given: set[str] = set()  # what Spark holds
        self._kept: set[str] = set()  # what the connection holds
        self._persisted: list[DataFrame] = []

    def give(self, name: str, source: Source) -> None:
        """Let queries read a table of the snapshot, or rows."""
        if source.path:
            frame = self._frames.get((source.path, source.columns)) or self._parquet(source)
            self._frames[source.path, source.columns] = frame
        else:
            frame = self._frame(source.columns, source.rows)
        self._show(name, frame, dict(source.columns))

    def _parquet(self, source: Source) -> DataFrame:
        columns = ", ".join(f"`{column}` {_spark_type(type_)}" for column, type_ in source.columns)
        return self.session.read.schema(columns).parquet(tables_at(source.path))

    def view(self, name: str, sql: str) -> dict[str, str]:
        """Give a query a name; return the type of every column, as DuckDB calls it."""
        frame = self._query(sql)
        types = _types(frame)
        if name == POPULATION and not self._bring:
            frame = frame.persist()  # it is asked four times
            self._persisted.append(frame)
        self._show(name, frame, types)
        if self._bring and name != "_leads":  # the exceptions are asked once, and so many at most
            self._fill(name, frame)
        return types

    def rows(self, sql: str) -> Sequence[tuple[Cell, ...]]:
        """Return all rows of a query."""
        if self._is_here(sql):
            return rows_of(self.connection, sql)
        return [tuple(row) for row in self._query(sql).collect()]

    def keep(self, name: str, sql: str, most: int | None = None) -> None:
        """Put the rows of a query into a table of the connection, so many at most."""
        few = sql if most is None else f"{sql} LIMIT {most}"
        if self._is_here(sql):
            self.connection.execute(f'CREATE TEMP TABLE "{name}" AS {few}')
        else:
            self._fill(name, self._query(few))

    def lend(self, name: str) -> None:
        """Let queries read a table of the connection; it travels when one does."""
        self._types[name] = types_of(self.connection, f'SELECT * FROM "{name}"')  # noqa: S608 - our own name
        self._kept.add(name)

    def clear(self) -> None:
        """Take the run's views out of the session."""
        for frame in self._persisted:  # first: a Spark Connect server looks its views up once more
            frame.unpersist()
        for name in self._given:
            self.session.catalog.dropTempView(self._own(name))

    def _own(self, name: str) -> str:
        return f"reperform_{self._mark}_{name}"

    def _is_here(self, sql: str) -> bool:
        return all(table.name in self._kept for table in read(sql).find_all(exp.Table))

    def _show(self, name: str, frame: DataFrame, types: dict[str, str]) -> None:
        frame.createOrReplaceTempView(self._own(name))
        self._types[name] = types
        self._given.add(name)

    def _fill(self, name: str, frame: DataFrame) -> None:
        rows = tuple(tuple(row) for row in frame.collect())
        fill(self.connection, name, Source(tuple(_types(frame).items()), rows=rows))
        self._kept.add(name)

    def _query(self, sql: str) -> DataFrame:
        tree = read(sql)
        for name in {table.name for table in tree.find_all(exp.Table)} & self._kept - self._given:
            rows = rows_of(self.connection, f'SELECT * FROM "{name}"')  # noqa: S608
            self._show(name, self._frame(tuple(self._types[name].items()), rows), self._types[name])
        return self.session.sql(for_spark(tree, self._types, {name: self._own(name) for name in self._given}))

    def _frame(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Cell, ...]]) -> DataFrame:
        """Return rows as a frame; a few travel as literals, which spares a job and a Python worker."""
        if len(rows) > _INLINE:
            types = ", ".join(f"`{name}` {_spark_type(type_)}" for name, type_ in columns)
            return self.session.createDataFrame(list(rows), schema=types)
        names = [f"c{place}" for place in range(len(columns))]
        casts = [
            exp.alias_(exp.cast(exp.column(place), _spark_type(type_), dialect=SPARK), name, quoted=True)
            for place, (name, type_) in zip(names, columns, strict=True)
        ]
        written = [tuple(_literal(cell) for cell in row) for row in rows] or [tuple(exp.null() for _ in columns)]
        query = exp.select(*casts).from_(exp.values(written, alias="given", columns=names))
        return self.session.sql((query if rows else query.where("false")).sql(SPARK))


@contextmanager
def _stopping(session: SparkSession, seconds: float) -> Iterator[threading.Event]:
    """Stop what the session does when a run takes too long, the next jobs too; the event tells that it was so."""
    late, done = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        late.set()
        while not done.wait(0.5):
            session.interruptAll()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield late
    finally:
        done.set()
        watcher.join()


def _not_there(job: Job) -> BadInput:
    """Return what is said where Spark does not see the files of the tables."""
    path = next(source.path for source in job.tables.values() if source.path)
    return BadInput(
        N_("Spark does not find the tables of the snapshot in {folder}."),
        rule="spark.tables",
        hint=N_("Every machine of Spark must read that folder; or copy its files and name their place in {variable}."),
        folder=tables_at(path).rpartition("/")[0],
        variable=TABLES,
    )


def _size(source: Source) -> int:
    return Path(source.path).stat().st_size if source.path else 100 * len(source.rows)


def _types(frame: DataFrame) -> dict[str, str]:
    return {field.name: _duckdb_type(field.dataType.simpleString()) for field in frame.schema.fields}


def _duckdb_type(type_: str) -> str:
    """Return DuckDB's name of a type; its decimals always have a place before the point, as in 0.50."""
    found = re.fullmatch(r"decimal\((\d+),(\d+)\)", type_)
    if found:
        return f"DECIMAL({max(int(found[1]), min(38, int(found[2]) + 1))},{found[2]})"
    return _DUCKDB_TYPES.get(type_, type_.upper())


def _spark_type(type_: str) -> str:
    return _SPARK_TYPES.get(type_, type_)


def _literal(cell: Cell) -> exp.Expr:
    if cell is None:
        return exp.null()
    return exp.Literal.string(str(cell).lower() if isinstance(cell, bool) else str(cell))
