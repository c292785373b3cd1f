"""Run a finding's own procedure again, exactly as it was, on a newer snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from reperform.engine.results import Result
from reperform.engine.run import run as run_procedure
from reperform.engine.spec import Procedure
from reperform.engine.verdict import completeness
from reperform.errors import N_, Refused, Usage
from reperform.ledger import workshop
from reperform.ledger.drafting import as_result, parameters_of
from reperform.ledger.models import Account, Check, Finding, Run, Snapshot
from reperform.lookback.actions import Reperformance, propose

Progress = Callable[[str, int, int], None]


def rerun(finding: Finding, *, snapshot: Snapshot, by: Account, at: datetime) -> Check:
    """Reperform, judge each item, and enter what is proposed."""
    return rerun_all([finding], snapshot=snapshot, by=by, at=at)[0]


def rerun_all(
    findings: Sequence[Finding], *, snapshot: Snapshot, by: Account, at: datetime, progress: Progress | None = None
) -> list[Check]:
    """Reperform each procedure once for all findings that it revealed with the same parameters; judge each finding."""
    groups: dict[tuple[str, str], list[tuple[Finding, Run]]] = defaultdict(list)
    for finding in findings:
        first = _first_run(finding)
        groups[first.procedure_hash, first.parameters].append((finding, first))
    contracts = workshop.contracts()
    kept, limit = workshop.store().open(snapshot.number), workshop.fall_limit(snapshot.as_of)
    checks: dict[int, Check] = {}
    for done, ((procedure_hash, _parameters), members) in enumerate(groups.items()):
        procedure = workshop.pinned(procedure_hash)
        if progress:
            progress(procedure.code, done, len(groups))
        result = run_procedure(
            procedure, kept, tables=contracts, parameters=parameters_of(members[0][1]),
            subjects=[item.key for finding, _first in members for item in finding.items.all()],
        )  # fmt: skip
        entered: Run | None = None
        for finding, first in members:
            gaps = completeness(_as_it_was(first, procedure), result, snapshot=kept, limit_percent=limit)
            again = Reperformance(result, gaps)
            checks[finding.pk] = propose(finding, again, snapshot=snapshot, by=by, at=at, run=entered)
            entered = checks[finding.pk].run
    return [checks[finding.pk] for finding in findings]


def _first_run(finding: Finding) -> Run:
    if finding.run is None:
        raise Refused("lookback.procedure", N_("{number} was not found by a procedure."), number=finding.number,
                      hint=N_("Judge its items by the papers instead."))  # fmt: skip
    return finding.run


def _as_it_was(first: Run, procedure: Procedure) -> Result:
    """Return the result of the first run, with the tables that its snapshot lacked; of a received one none is known."""
    if first.origin_id is not None:
        return as_result(first, absent=())
    held = workshop.store().open(first.snapshot.number).tables
    return as_result(first, absent=[name for name in procedure.tables if name not in held])


def newest_after(finding: Finding) -> Snapshot:
    """Return the newest snapshot that is younger than the one the finding was found on."""
    if finding.run is None:
        raise Usage(N_("{number} was not found by a procedure."), number=finding.number)
    newer = Snapshot.objects.filter(state="kept", as_of__gt=finding.run.snapshot.as_of).order_by("-as_of").first()
    if newer is None:
        raise Usage(N_("There is no snapshot younger than {as_of}."), as_of=finding.run.snapshot.as_of,
                    hint=N_("Load newer data first."))  # fmt: skip
    return newer
