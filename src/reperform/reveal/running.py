"""Run procedures over a snapshot and enter what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from reperform.engine.run import run as run_procedure
from reperform.ledger import workshop
from reperform.ledger.models import Account, Engagement, Run, Snapshot
from reperform.reveal.actions import keep_runs

Progress = Callable[[str, int, int], None]


def run(
    codes: Sequence[str], *, snapshot: Snapshot, engagement: Engagement | None, by: Account, at: datetime,
    progress: Progress | None = None,
) -> list[Run]:  # fmt: skip
    """Run the named procedures (all, if none is named) and return their runs; each is entered as it ends."""
    procedures = workshop.named(codes)
    kept, tables = workshop.store().open(snapshot.number), workshop.contracts()
    runs: list[Run] = []
    for done, procedure in enumerate(procedures):
        if progress:
            progress(procedure.code, done, len(procedures))
        result = run_procedure(procedure, kept, tables=tables)
        workshop.pin(procedure)
        runs += keep_runs([result], snapshot=snapshot, engagement=engagement, by=by, at=at)
    if progress:
        progress("", len(procedures), len(procedures))
    return runs
