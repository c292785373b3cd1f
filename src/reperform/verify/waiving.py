"""Waivers: one named rule set aside for one subject, by a reviewer, with the reason, until a moment; published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reperform.errors import N_, Refused
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Extension, Finding, Waiver
from reperform.ledger.numbers import allocate
from reperform.ledger.record import step
from reperform.rules.standing import Fact
from reperform.rules.waivers import moment


@transaction.atomic
def grant(
    subject: Finding | Extension, *, rule: str, reason: str, expires_at: datetime, by: Account, at: datetime
) -> Waiver:
    """Set a rule aside for a finding, or for the request of an extension, until a moment."""
    if expires_at <= at:
        raise Refused("exclude.expiry", N_("The expiry must lie in the future."))
    finding = subject if isinstance(subject, Finding) else subject.finding
    waiver = Waiver(
        number=allocate("WAI", at.year, 1)[0], audit_body=by.body, finding=finding, for_subject=subject.subject,
        rule=rule, reason=reason, expires_at=expires_at, granted_by=by, granted_at=at,
    )  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": by.body.number, "rule": rule, "subject": subject.subject, "expires": moment(expires_at),
        "reason": bool(reason.strip()),
    }  # fmt: skip
    return step(Change("grant", waiver, facts=facts, fields={"reason": reason}), by=by, at=at)


def lift(waiver: Waiver, *, reason: str, by: Account, at: datetime) -> Waiver:
    """Let the rule hold again."""
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    return step(Change("lift", waiver, facts=facts, fields={"reason": reason}), by=by, at=at)
