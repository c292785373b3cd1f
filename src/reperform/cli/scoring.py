"""Score the catalogue on a city without a ledger: made or found, loaded, run, compared with what was planted.

Rules kept here:

* Files are read as a bureau's are, two at a time; procedures run as they always do; the truth is read last.
* Each procedure runs twice, the second time on DuckDB in other processes (another seed of hashes, another order of
  threads); so a score of Spark is a comparison with DuckDB too. It counts as deterministic where both results have one
  hash and its rule alone decides (`Procedure.deterministic`).
* A procedure without its tables is no zero: it is listed apart, with the reason.
"""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.progress import Report
from reperform.errors import N_, BadInput, Place, ReperformError

if TYPE_CHECKING:
    from reperform.city import Score
    from reperform.engine.engines import Engine
    from reperform.engine.results import Result
    from reperform.engine.snapshot import Snapshot
    from reperform.engine.spec import Procedure
    from reperform.engine.store import Loaded, Store
    from reperform.engine.tables import Table

LOADERS = 2
ENOUGH = 0.95  # the precision below which a deterministic procedure is not good enough
_PART = re.compile(r"(?P<table>[a-z0-9_]+?)(?:-\d{3})?\.[a-z0-9.]+")


@dataclass(frozen=True)
class Scored:
    """How one procedure did."""

    score: Score
    deterministic: bool
    seconds: float

    @property
    def good(self) -> bool:
        """Whether it found everything, and hardly anything besides; a screen that learns is not held to this."""
        return not self.deterministic or (self.score.recall == 1.0 and self.score.precision >= ENOUGH)

    def plain(self) -> dict[str, object]:
        one = self.score
        return {
            "code": one.code, "planted": one.planted, "found": one.found, "false": one.false, "recall": one.recall,
            "precision": one.precision, "deterministic": self.deterministic,
        }  # fmt: skip


@dataclass
class Scoring:
    """Everything that one scoring found out."""

    scored: list[Scored] = field(default_factory=list)
    not_testable: dict[str, str] = field(default_factory=dict)  # reason by code
    failed: dict[str, ReperformError] = field(default_factory=dict)
    unstable: list[str] = field(default_factory=list)  # codes whose two results differ
    rows: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Count the time of a phase."""
        started = time.perf_counter()
        yield
        self.seconds[phase] = round(time.perf_counter() - started, 2)


def files_of(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Return the files of the city's first state by table, as `city generate` names them."""
    found: dict[str, list[Path]] = {}
    for path in sorted((folder / "before").glob("*")):
        named = _PART.fullmatch(path.name)
        if named is None:
            raise BadInput(N_("The city has no file of such a name."), place=Place(file=str(path)), rule="city.file")
        found.setdefault(named["table"], []).append(path)
    if not found:
        raise BadInput(
            N_("There is no city."), place=Place(file=str(folder)), rule="city.file",
            hint=N_("Make one with: reperform city generate {folder}"), folder=folder,
        )  # fmt: skip
    return {table: tuple(paths) for table, paths in found.items()}


def score_folder(
    folder: Path, procedures: Sequence[Procedure], tables: Mapping[str, Table], engine: Engine, progress: Report
) -> Scoring:
    """Load the first state of the city in a folder, run the procedures twice and compare with the truth."""
    from reperform.city import BEFORE, key_of, score, truth
    from reperform.engine import standby
    from reperform.engine.engines import EMBEDDED
    from reperform.engine.store import Store

    told = Scoring()
    with tempfile.TemporaryDirectory(prefix="reperform-score-") as work:
        store = Store(Path(work))
        with told.timed("load"):
            loads = _load(store, files_of(folder), tables, progress)
        told.rows = sum(one.rows_accepted for one in loads.values())
        snapshot = store.snapshot(BEFORE, loads)
        with told.timed("run"):
            first = _run(procedures, snapshot, tables, engine, told, progress)
        standby.dismiss()
        testable = [one for one in procedures if one.code in first]
        with told.timed("again"):
            again = _run(testable, snapshot, tables, EMBEDDED, told, progress)
    found = {code: {key_of(row.key) for row in result.exceptions} for code, result in first.items()}
    stable = {code for code, one in first.items() if code in again and again[code].result_hash == one.result_hash}
    told.unstable = sorted(set(first) - stable)
    known = {one.code: one for one in procedures}
    for one in score(truth(folder), found):
        if one.code in found:
            deterministic = one.code in stable and known[one.code].deterministic
            told.scored.append(Scored(one, deterministic, first[one.code].seconds))
    return told


def _load(
    store: Store, files: Mapping[str, Sequence[Path]], tables: Mapping[str, Table], progress: Report
) -> dict[str, Loaded]:
    unknown = sorted(set(files) - set(tables))
    if unknown:
        raise BadInput(N_("There is no contract for the table {name}."), rule="city.table", name=unknown[0])
    loads: dict[str, Loaded] = {}
    with ThreadPoolExecutor(LOADERS) as pool:
        largest = sorted(files, key=lambda name: -sum(path.stat().st_size for path in files[name]))
        futures = {name: pool.submit(store.read, files[name], tables[name]) for name in largest}
        for name, future in futures.items():
            loads[name] = future.result()
            progress(f"load {name}", len(loads) - 1, len(files))
    return loads


def _run(
    procedures: Sequence[Procedure], snapshot: Snapshot, tables: Mapping[str, Table], engine: Engine, told: Scoring,
    progress: Report,
) -> dict[str, Result]:  # fmt: skip
    """Run procedures; return the results by code, and tell apart what was not testable and what failed."""
    from reperform.engine.batch import run_each, shared
    from reperform.engine.run import RunLimits, why_not

    limits, stop = shared(RunLimits(), engine.workers), threading.Event()
    results: dict[str, Result] = {}

    def runner(one: Procedure, stop: threading.Event) -> Result:
        return engine.runner(one, snapshot, tables, limits, stop)

    for done, outcome in enumerate(run_each(procedures, runner, workers=engine.workers, stop=stop)):
        code = outcome.procedure.code
        if outcome.error is not None:
            told.failed[code] = outcome.error
        elif outcome.result is not None and outcome.result.reason:
            told.not_testable[code] = why_not(outcome.result.reason)
        elif outcome.result is not None:
            results[code] = outcome.result
        progress(f"run {code}", done, len(procedures))
    if stop.is_set() and len(results) + len(told.failed) + len(told.not_testable) < len(procedures):
        raise KeyboardInterrupt
    return results
