"""What has been examined: procedure by body by period, and why the rest has not.

Rules kept here:

* A period is the day of a snapshot. Of several runs of a procedure over the data of one day the last one counts; runs
  of a look-back are about single findings and do not count, nor do runs that another office handed over.
* What was not examined has a reason: a table that the data do not hold or that is in breach of its contract, nothing
  to examine, or simply no run. Nothing is left blank without one.
* The number of SQL statements does not depend on the number of runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from reperform.engine.run import BREACH, MISSING
from reperform.ledger import scope
from reperform.ledger.models import Account, ExceptionRow, Run, Snapshot
from reperform.ledger.models.revealing import Sifting

if TYPE_CHECKING:
    from reperform.engine.spec import Procedure

NOT_RUN = "not_run"


@dataclass(frozen=True)
class Cell:
    """What one procedure examined of one body in the data of one day."""

    code: str
    period: date
    body: str
    examined: int
    singled_out: int
    pending: int
    run: str


@dataclass(frozen=True)
class Gap:
    """A procedure that says nothing of the data of one day, and why."""

    code: str
    period: date
    reason: str  # as a run records it, or `not_run`
    run: str = ""


@dataclass(frozen=True)
class Coverage:
    """The whole matrix."""

    procedures: tuple[Procedure, ...]
    periods: tuple[date, ...]
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...]

    def bodies(self) -> list[str]:
        """Return the bodies that were examined at all."""
        return sorted({cell.body for cell in self.cells})


def coverage(
    procedures: Sequence[Procedure], *, by: Account, since: date | None = None, until: date | None = None
) -> Coverage:
    """Return what the procedures examined over the snapshots between two days, both included."""
    within = Q(as_of__gte=since or date.min) & Q(as_of__lte=until or date.max)
    snapshots = list(Snapshot.objects.filter(within, state="kept").prefetch_related("tables").order_by("as_of", "pk"))
    held = {one.as_of: one for one in snapshots}  # the last one of each day
    runs = (
        scope.runs(by)
        .filter(snapshot__in=snapshots, lookback_of__isnull=True, origin__isnull=True)
        .select_related("snapshot")
    )
    last = {(run.code, run.snapshot.as_of): run for run in runs.order_by("pk")}
    counts = _counts([run.pk for run in last.values()])
    cells: list[Cell] = []
    gaps: list[Gap] = []
    for procedure in procedures:
        for period, snapshot in held.items():
            run = last.get((procedure.code, period))
            if run is None:
                gaps.append(Gap(procedure.code, period, _why_not(procedure, snapshot)))
            elif run.state == "not_testable":
                gaps.append(Gap(procedure.code, period, run.reason, run.number))
            else:
                cells += _cells(run, counts)
    return Coverage(tuple(procedures), tuple(held), tuple(cells), tuple(gaps))


def _counts(runs: Sequence[int]) -> dict[tuple[int, str], tuple[int, int]]:
    """Return how many rows each run singled out of each body, and how many of them are still to be sifted."""
    pending = Count("pk", filter=Q(sifting=Sifting.PENDING))
    rows = ExceptionRow.objects.filter(run_id__in=runs).order_by().values_list("run_id", "body_code")
    return {(run, body): (count, left) for run, body, count, left in rows.annotate(n=Count("pk"), left=pending)}


def _cells(run: Run, counts: dict[tuple[int, str], tuple[int, int]]) -> list[Cell]:
    cells = []
    for body, examined in sorted(json.loads(run.bodies).items()):
        singled_out, pending = counts.get((run.pk, body), (0, 0))
        cells.append(Cell(run.code, run.snapshot.as_of, body, int(examined), singled_out, pending, run.number))
    return cells


def _why_not(procedure: Procedure, snapshot: Snapshot) -> str:
    """Return why a procedure could not be run over a snapshot, or that it was not."""
    held = {table.name: table.breaches for table in snapshot.tables.all()}
    for name in procedure.needed:
        if name not in held:
            return f"{MISSING}:{name}"
        if held[name]:
            return f"{BREACH}:{name}"
    return NOT_RUN
