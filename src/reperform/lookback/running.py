"""Run a finding's own procedure again, exactly as it was, on a newer snapshot."""

from __future__ import annotations

from datetime import datetime

from reperform.engine.run import run as run_procedure
from reperform.engine.verdict import completeness
from reperform.errors import N_, Refused, Usage
from reperform.ledger import workshop
from reperform.ledger.drafting import as_result, parameters_of
from reperform.ledger.models import Account, Check, Finding, Snapshot
from reperform.lookback.actions import Reperformance, propose


def rerun(finding: Finding, *, snapshot: Snapshot, by: Account, at: datetime) -> Check:
    """Reperform, judge each item, and enter what is proposed."""
    if finding.run is None:
        raise Refused("lookback.procedure", N_("{number} was not found by a procedure."), number=finding.number,
                      hint=N_("Judge its items by the papers instead."))  # fmt: skip
    procedure = workshop.pinned(finding.run.procedure_hash)
    tables, store = workshop.contracts(), workshop.store()
    first, kept = store.open(finding.run.snapshot.number), store.open(snapshot.number)
    result = run_procedure(
        procedure, kept, tables=tables, parameters=parameters_of(finding.run),
        subjects=[item.key for item in finding.items.all()],
    )  # fmt: skip
    before = as_result(finding.run, absent=[name for name in procedure.tables if name not in first.tables])
    gaps = completeness(before, result, snapshot=kept, limit_percent=workshop.fall_limit(snapshot.as_of))
    return propose(finding, Reperformance(result, gaps), snapshot=snapshot, by=by, at=at)


def newest_after(finding: Finding) -> Snapshot:
    """Return the newest snapshot that is younger than the one the finding was found on."""
    if finding.run is None:
        raise Usage(N_("{number} was not found by a procedure."), number=finding.number)
    newer = Snapshot.objects.filter(as_of__gt=finding.run.snapshot.as_of).order_by("-as_of").first()
    if newer is None:
        raise Usage(N_("There is no snapshot younger than {as_of}."), as_of=finding.run.snapshot.as_of,
                    hint=N_("Load newer data first."))  # fmt: skip
    return newer
