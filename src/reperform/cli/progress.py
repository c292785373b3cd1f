"""How far a long piece of work is: a bar on a terminal, one line per phase elsewhere, nothing with `--quiet`.

It goes to standard error, so that it never mixes with data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reperform.cli.session import Session

Report = Callable[[str, int, int], None]
"""Told of the phase, what is done and of how much; 0 where that is not known."""


@contextmanager
def reporting(call: Session) -> Iterator[Report]:
    """Give the function that work reports to."""
    if call.quiet:
        yield lambda _phase, _done, _total: None
    elif sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(phase: str, done: int, total: int) -> None:
            bar.update(task, description=phase or None, completed=done, total=total or None)

        yield report


class _Lines:
    """One line when a phase begins."""

    def __init__(self) -> None:
        self._phase = ""

    def __call__(self, phase: str, done: int, total: int) -> None:
        if phase and phase != self._phase:
            self._phase = phase
            print(f"{phase} ({done + 1}/{total})" if 0 < total <= 1000 else phase, file=sys.stderr, flush=True)
