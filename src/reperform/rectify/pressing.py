"""The ladder of pressing: reminder, press letter (督办函), interview (约谈), circular (通报), accountability proposal.

Rules kept here:

* The calendar proposes a rung, a person issues it or drops it with a reason. A rung is proposed once per finding and
  cycle of lateness; a higher one only after its day, whatever became of the lower ones.
* A step of the ladder touches no time limit.
* A measure of the plan that is late gets one reminder, even before the limit of the finding has come near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reperform.ledger import clocks
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, CorrectiveAction, Escalation, Finding
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rectify.organise import SYSTEM
from reperform.rules.deadlines import due_rung
from reperform.rules.outcomes import Rung
from reperform.rules.standing import Fact
from reperform.rules.steps import WITH_UNIT

_IN_ONE_BATCH = 2000


@transaction.atomic
def propose_due(audit_body: Body, *, as_of: date, at: datetime, by: Account | None = None) -> list[Escalation]:
    """Propose, for every finding of an audit body, the rung that the calendar has reached and that was not proposed."""
    thresholds = {rung: clocks.limit(f"ladder.{rung}", as_of) for rung in Rung}
    waiting = (
        Finding.objects.filter(audit_body=audit_body, state__in=WITH_UNIT, due_on__isnull=False)
        .select_related("audit_body", "responsible")
        .prefetch_related("escalations", Prefetch("actions", _late_measures(as_of), to_attr="late"))
        .order_by("pk")
    )
    proposals, reasons = [], {}
    for finding in waiting.iterator(_IN_ONE_BATCH):
        since = [
            one.rung for one in finding.escalations.all() if finding.due_on and _of_this_limit(one, finding.due_on)
        ]
        days = (as_of - finding.due_on).days if finding.due_on else 0
        rung = due_rung(days, thresholds, since)
        if rung is not None:
            proposals.append((finding, rung, days))
        elif not since and (measure := _unpressed(finding)) and measure.due_on:
            proposals.append((finding, Rung.REMINDER, (as_of - measure.due_on).days))
            reasons[finding.pk] = _late(measure)
    return propose(proposals, as_of=as_of, at=at, by=by, reasons=reasons)


def _late_measures(on: date) -> QuerySet[CorrectiveAction]:
    return CorrectiveAction.objects.filter(due_on__lt=on, done_on__isnull=True).order_by("due_on", "pk")


def _unpressed(finding: Finding) -> CorrectiveAction | None:
    """Return the last measure that is late and since whose day no step of the ladder was proposed."""
    late: list[CorrectiveAction] = finding.late  # type: ignore[attr-defined]
    pressed = [one.proposed_on for one in finding.escalations.all()]
    return late[-1] if late and not any(day > late[-1].due_on for day in pressed if late[-1].due_on) else None


def _late(measure: CorrectiveAction) -> str:
    words = {"measure": measure.text[:100], "due": measure.due_on}
    with override(settings.LANGUAGE_CODE):  # it is kept, so it is in the bureau's own language
        return _("The measure “%(measure)s” was due on %(due)s.") % words


def _of_this_limit(escalation: Escalation, due_on: date) -> bool:
    """Whether a rung was proposed for the present time limit: after an extension the ladder begins anew."""
    return (escalation.proposed_on - due_on).days == escalation.overdue_days


@transaction.atomic
def propose(
    proposals: Sequence[tuple[Finding, Rung, int]], *, as_of: date, at: datetime, by: Account | None, reason: str = "",
    reasons: Mapping[int, str] | None = None,
) -> list[Escalation]:  # fmt: skip
    """Propose rungs for findings, each with its days overdue; where no reason is given the lateness is the reason."""
    own = reasons or {}
    numbers = allocate("ESC", at.year, len(proposals)) if proposals else []
    changes = [
        _proposal(number, finding, rung, days, reason or own.get(finding.pk) or _lateness(finding, days), as_of)
        for number, (finding, rung, days) in zip(numbers, proposals, strict=True)
    ]
    record(changes, actor=by.actor() if by else SYSTEM, at=at)
    return [change.subject for change in changes]


def _lateness(finding: Finding, days: int) -> str:
    words = {"due": finding.due_on, "days": abs(days)}
    with override(settings.LANGUAGE_CODE):  # it is kept, so it is in the bureau's own language
        if days < 0:
            return _("Due on %(due)s, in %(days)d days.") % words
        return _("Due on %(due)s, %(days)d days overdue.") % words


def _proposal(number: str, finding: Finding, rung: Rung, days: int, reason: str, on: date) -> Change[Escalation]:
    responsible = finding.responsible
    assert responsible is not None  # noqa: S101 - an issued finding names who answers for it
    escalation = Escalation(
        number=number, finding=finding, audit_body=finding.audit_body, responsible=responsible, rung=rung,
        reason=reason, overdue_days=days, proposed_on=on,
    )  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": finding.audit_body.number, "responsible": responsible.number, "finding": finding.number,
        "rung": rung.value, "overdue_days": days, "reason": True,
    }  # fmt: skip
    return Change("propose", escalation, facts=facts, fields={"reason": reason})


def drop(escalation: Escalation, *, reason: str, by: Account, at: datetime) -> Escalation:
    """Drop a proposal."""
    change = Change(
        "drop",
        escalation,
        facts={"reason": bool(reason.strip())},
        values={"outcome": reason},
        fields={"reason": reason},
    )
    return step(change, by=by, at=at)


def issue(escalation: Escalation, *, paper: str, reply_due_on: date, by: Account, at: datetime) -> Escalation:
    """Issue a rung: the unit sees it, and owes an answer by a day."""
    values = {"issued_on": timezone.localdate(at), "paper": paper, "reply_due_on": reply_due_on}
    facts: dict[str, Fact] = {"due": reply_due_on.isoformat(), "rung": escalation.rung}
    return step(Change("issue", escalation, facts=facts, values=values, fields={"paper": paper}), by=by, at=at)


def answer(escalation: Escalation, *, text: str, by: Account, at: datetime) -> Escalation:
    """Answer it."""
    facts: dict[str, Fact] = {"result": bool(text.strip())}
    change = Change("answer", escalation, facts=facts, values={"answer": text}, fields={"text": text})
    return step(change, by=by, at=at)


def settle(escalation: Escalation, *, outcome: str, by: Account, at: datetime) -> Escalation:
    """Say what came of it."""
    facts: dict[str, Fact] = {"reason": bool(outcome.strip())}
    change = Change("settle", escalation, facts=facts, values={"outcome": outcome}, fields={"outcome": outcome})
    return step(change, by=by, at=at)
