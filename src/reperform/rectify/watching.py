"""The daily list (日常监督): what an auditor must look at today, each line with its reason, computed as of a date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from reperform.ledger import clocks, scope
from reperform.ledger.models import (
    Account,
    CorrectiveAction,
    Escalation,
    Extension,
    Filing,
    Finding,
    Instruction,
    Referral,
    Task,
)
from reperform.rectify.filing import DUTY_CLOCKS
from reperform.rectify.queries import NOBODY, overdue
from reperform.rules.outcomes import Response
from reperform.rules.steps import OPEN_STATES, WITH_UNIT, FindingState

ANSWERABLE = (OPEN_STATES | {FindingState.CLOSED}) - {FindingState.DRAFT, FindingState.DISPUTED}

REPLY_OWED = ("sent", "received", "accepted", "filed", "not_filed")


@dataclass(frozen=True)
class Reason:
    """One reason for which a finding is on the list, and how many carry it."""

    name: str
    count: int


def _reasons(on: date) -> Mapping[str, Q]:
    soon = on + timedelta(days=clocks.limit("watch.due_soon", on))
    respond_by = Q(responded_on__isnull=True, issued_on__lt=on - timedelta(days=_days("respond", on)))
    return {
        "overdue": overdue(on),
        "due_soon": Q(state__in=WITH_UNIT, due_on__gte=on, due_on__lte=soon),
        "no_answer": Q(state=FindingState.ISSUED) & respond_by,
        "no_plan": Q(state=FindingState.ISSUED, actions__isnull=True) & respond_by,
        "late_measure": Q(state__in=WITH_UNIT) & Q(pk__in=late_measures(on).values("finding")),
        "duty_late": _duty_late(on),
        "disagreed": Q(state__in=WITH_UNIT, response=Response.DISAGREE),
        "disputed": Q(state=FindingState.DISPUTED),
        "returned": Q(state=FindingState.RETURNED),
        "late_check": Q(
            state=FindingState.SUBMITTED, submissions__at__date__lt=on - timedelta(days=_days("verify", on))
        ),
    }


def late_measures(on: date) -> QuerySet[CorrectiveAction]:
    """Return the measures of plans whose day has passed and that the unit does not call done."""
    return CorrectiveAction.objects.filter(due_on__lt=on, done_on__isnull=True, finding__state__in=WITH_UNIT)


def _duty_late(on: date) -> Q:
    """Return which findings lack the proof of a duty whose clock has run out since service."""
    late = NOBODY
    for duty, clock in DUTY_CLOCKS.items():
        handed_in = Filing.objects.filter(duty=duty).exclude(state="returned")
        served = Q(served_on__lt=on - timedelta(days=_days(clock, on)))
        late |= served & ~Q(pk__in=handed_in.values("finding"))
    return late & Q(state__in=ANSWERABLE)


def _days(clock: str, on: date) -> int:
    """Return how many days back a period of the policy reaches that ends today."""
    calendar, limit = clocks.working_calendar(), clocks.in_force().clock(clock, on).value
    start = on
    while calendar.due(start, limit).on > on:
        start -= timedelta(days=1)
    return (on - start).days


def daily_list(account: Account, on: date) -> list[Reason]:
    """Return how many findings each reason puts on the list, in one statement."""
    reasons = _reasons(on)
    counts = {name: Count("pk", filter=predicate, distinct=True) for name, predicate in reasons.items()}
    found = scope.findings(account).aggregate(**counts)
    return [Reason(name, found[name]) for name in reasons]


def watched(account: Account, on: date, reason: str) -> QuerySet[Finding]:
    """Return the findings that a reason puts on the list, the nearest limit first."""
    return scope.findings(account).filter(_reasons(on)[reason]).distinct().order_by("due_on", "number")


def late_replies(account: Account, on: date) -> QuerySet[Referral]:
    """Return the referrals whose reply is overdue."""
    return scope.referrals(account).filter(state__in=REPLY_OWED, reply_due_on__lt=on).order_by("reply_due_on")


def waiting(account: Account, on: date) -> dict[str, QuerySet[Extension | Escalation | Instruction | Task | Referral]]:
    """Return what waits for an audit body beside findings: requests, proposals, replies that are due."""
    questions: dict[str, Callable[[], QuerySet[Extension | Escalation | Instruction | Task | Referral]]] = {
        "extensions": lambda: scope.extensions(account).filter(state="requested").order_by("requested_at"),
        "proposals": lambda: scope.escalations(account).filter(state="proposed").order_by("-overdue_days"),
        "answers": lambda: scope.escalations(account).filter(
            Q(state="answered") | Q(state="issued", reply_due_on__lt=on)
        ),
        "instructions": lambda: scope.instructions(account).filter(state="open").order_by("reply_due_on"),
        "tasks": lambda: scope.tasks(account).filter(
            Q(state="finished") | Q(state__in=("assigned", "planned"), due_on__lt=on)
        ),
        "referrals": lambda: late_replies(account, on),
    }
    return {name: question() for name, question in questions.items()}
