"""Run many procedures over one snapshot: some at once, each for itself, what is finished is kept.

Rules kept here:

* Outcomes come in the order in which the procedures were named, whichever is finished first.
* What fails fails alone: its outcome holds the error, the others run on.
* Ctrl-C (or `stop`) ends what is running; outcomes that were finished by then are still given, and nothing after them.
  It raises nothing, so that it can't break off whoever is just keeping a result; a second Ctrl-C does.

Example::

    for outcome in run_each(procedures, lambda one, stop: run(one, snapshot, tables=tables, stop=stop)):
        keep(outcome.result) if outcome.result else tell(outcome.error)
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import TYPE_CHECKING

from reperform.engine.run import RunLimits
from reperform.errors import ReperformError

if TYPE_CHECKING:
    from reperform.engine.results import Result
    from reperform.engine.spec import Procedure

WORKERS = 2
_GLANCE = 0.5  # seconds: a signal that another thread was given is seen no later
Runner = Callable[["Procedure", threading.Event], "Result"]


@dataclass(frozen=True)
class Outcome:
    """What became of one procedure: a result, or the error that it ended with."""

    procedure: Procedure
    result: Result | None
    error: ReperformError | None = None


def shared(limits: RunLimits, workers: int) -> RunLimits:
    """Return the limits of one of several runs at once: the processors are shared out."""
    return replace(limits, threads=max(1, min(limits.threads, (os.cpu_count() or 1) // workers)))


def run_each(
    procedures: Sequence[Procedure],
    runner: Runner,
    *,
    workers: int = WORKERS,
    stop: threading.Event | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of each procedure in order; after a cancellation, of those alone that were finished."""
    stop = stop or threading.Event()
    with ThreadPoolExecutor(workers, thread_name_prefix="procedure") as pool:
        try:
            with _interrupted_by(stop):
                futures = [pool.submit(_one, procedure, runner, stop) for procedure in procedures]
                for future in futures:
                    outcome = _awaited(future)
                    if outcome is not None:
                        yield outcome
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupted_by(stop: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C set `stop`; in another thread than the main one there is no Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        stop.set()  # those that run end within a moment, those that wait do not begin
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _awaited(future: Future[Outcome | None]) -> Outcome | None:
    while True:
        try:
            return future.result(_GLANCE)
        except TimeoutError:
            if future.done():
                raise  # the work's own


def _one(procedure: Procedure, runner: Runner, stop: threading.Event) -> Outcome | None:
    if stop.is_set():
        return None
    try:
        return Outcome(procedure, runner(procedure, stop))
    except ReperformError as error:
        return None if stop.is_set() else Outcome(procedure, None, error)
