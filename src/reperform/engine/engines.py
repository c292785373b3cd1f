"""The engines by name: what runs a procedure, and how many at once.

DuckDB runs in children of this process, two at a time; Spark has a session of its own and shares its processors itself.
Either gives the same result, to the byte.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reperform.engine.run import RunLimits, run
from reperform.engine.spec import ENGINES
from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from reperform.engine.results import Result
    from reperform.engine.snapshot import Snapshot
    from reperform.engine.spec import Procedure
    from reperform.engine.tables import Table

DUCKDB, SPARK = ENGINES


class Runner(Protocol):
    """Runs one procedure; `parameters` are those that are not to have their declared value."""

    def __call__(
        self,
        procedure: Procedure,
        snapshot: Snapshot,
        tables: Mapping[str, Table],
        limits: RunLimits,
        stop: threading.Event,
        parameters: Mapping[str, object] | None = None,
    ) -> Result: ...


@dataclass(frozen=True)
class Engine:
    """What runs a procedure, and how many of them at once."""

    name: str
    runner: Runner
    workers: int


def _on_duckdb(
    procedure: Procedure,
    snapshot: Snapshot,
    tables: Mapping[str, Table],
    limits: RunLimits,
    stop: threading.Event,
    parameters: Mapping[str, object] | None = None,
) -> Result:
    return run(procedure, snapshot, tables=tables, parameters=parameters, limits=limits, stop=stop)


EMBEDDED = Engine(DUCKDB, _on_duckdb, workers=2)


@contextmanager
def opened(name: str, url: str = "") -> Iterator[Engine]:
    """Give the engine of that name; a session of Spark, there or where the settings say, ends with the block."""
    if url and name != SPARK:
        raise Usage(N_("Only Spark has an address."), hint=N_("Add: --engine {engine}"), engine=SPARK)
    if name == DUCKDB:
        yield EMBEDDED
    elif name == SPARK:
        from reperform.engine import spark, spark_session

        with spark_session.session(url) as session:
            frames: spark.Frames = {}

            def on_spark(
                procedure: Procedure,
                snapshot: Snapshot,
                tables: Mapping[str, Table],
                limits: RunLimits,
                stop: threading.Event,
                parameters: Mapping[str, object] | None = None,
            ) -> Result:
                _require(procedure)
                return spark.run(
                    procedure, snapshot, tables=tables, session=session, parameters=parameters, limits=limits,
                    frames=frames,
                )  # fmt: skip

            yield Engine(SPARK, on_spark, workers=1)
    else:
        raise Usage(N_("There is no engine {name}."), hint=N_("Known: {known}"), name=name, known=", ".join(ENGINES))


def _require(procedure: Procedure) -> None:
    if SPARK not in procedure.engines:
        raise Usage(N_("{code} does not run on {engine}."), code=procedure.code, engine=SPARK)
