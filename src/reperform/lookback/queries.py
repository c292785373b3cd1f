"""The questions of looking back: what is due, what was proposed, what a check says item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Value, When

from reperform.ledger import scope
from reperform.ledger.models import Account, Check, CheckVerdict, ExceptionRow, Finding, Snapshot
from reperform.ledger.models.revealing import Sifting
from reperform.rules.outcomes import Verdict
from reperform.rules.steps import OPEN_STATES, CheckState, FindingState

ORDER = (Verdict.STILL, Verdict.UNPROVEN, Verdict.PARTLY, Verdict.CLEARED)


def newest() -> Snapshot | None:
    """Return the snapshot with the newest data."""
    return Snapshot.objects.filter(state="kept").order_by("-as_of", "-kept_at").first()


@dataclass(frozen=True)
class Due:
    """What can be looked back at on the newest data: struck off, and still open."""

    closed: Sequence[Finding]
    unfinished: Sequence[Finding]


def due(account: Account, snapshot: Snapshot | None, limit: int = 100) -> Due:
    """Return the findings of a procedure that the newest data have not been asked about yet, in one statement."""
    if snapshot is None:
        return Due((), ())
    asked = Check.objects.filter(finding=OuterRef("pk"), snapshot=snapshot)
    found = (
        scope.findings(account)
        .filter(run__isnull=False, run__snapshot__as_of__lt=snapshot.as_of)
        .filter(state__in=(OPEN_STATES | {FindingState.CLOSED}) - {FindingState.DRAFT})
        .filter(~Exists(asked))
        .select_related("responsible", "run__snapshot")
        .order_by(F("closed_on").asc(nulls_last=True), F("due_on").asc(nulls_last=True), "number")
    )
    chosen = list(found[:limit])
    return Due(
        closed=[one for one in chosen if one.state == FindingState.CLOSED],
        unfinished=[one for one in chosen if one.state != FindingState.CLOSED],
    )


def checks(account: Account) -> QuerySet[Check]:
    """Return the checks, those to be decided first, then the newest."""
    waiting = Case(When(state=CheckState.PROPOSED, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        scope.checks(account)
        .select_related("finding__responsible", "snapshot", "opened")
        .annotate(waiting=waiting)
        .order_by("waiting", "-checked_at", "-pk")
    )


def one_check(account: Account) -> QuerySet[Check]:
    """Return the scope from which one check is taken by its number."""
    return scope.checks(account).select_related(
        "finding__responsible", "finding__run__snapshot", "finding__audit_body", "audit_body", "snapshot", "run",
        "opened", "decided_by__body",
    )  # fmt: skip


def verdicts(check: Check, verdict: str = "") -> QuerySet[CheckVerdict]:
    """Return what the check says of each item, the worst first; `rank` and `place` are the key of the order."""
    rank = Case(*(When(verdict=one, then=Value(n)) for n, one in enumerate(ORDER)), output_field=IntegerField())
    chosen = check.verdicts.select_related("item").annotate(rank=rank, place=F("item__position"))
    chosen = chosen.order_by("rank", "place")
    return chosen.filter(verdict=verdict) if verdict in ORDER else chosen


def new_rows(check: Check, limit: int = 50) -> list[ExceptionRow]:
    """Return rows of the finding's own body that were not there when it was found: it went on, or began again."""
    finding = check.finding
    body = finding.responsible.number if finding.responsible else ""
    before = ExceptionRow.objects.filter(run=finding.run_id).values("identity")
    fresh = check.run.rows.filter(body_code=body).exclude(sifting=Sifting.EXCLUDED).exclude(identity__in=before)
    return list(fresh.order_by("pk")[:limit])
