"""More time: asked for by the unit with its reason and proof, decided by the audit body within the policy's limits.

Rules kept here:

* The first time limit stays where it was; the current one moves beside it, and only when an extension is granted.
* How often and by how much is policy (`extension.times`, `extension.days`); a waiver may set either aside for one case.
* The decision and the move of the limit are one batch: neither is there without the other.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from reperform.errors import N_, Refused
from reperform.ledger import clocks
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Evidence, Extension, Finding, Subject
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rectify.actions import Attachment
from reperform.rules.standing import Fact


@transaction.atomic
def request(
    finding: Finding, *, due_on: date, reason: str, attachments: tuple[Attachment, ...] = (), by: Account, at: datetime
) -> Extension:
    """Ask for a later limit; one request at a time."""
    if finding.responsible is None or finding.due_on is None:
        raise Refused("extension.issued", N_("Only an issued finding has a time limit that can be extended."))
    if finding.extensions.filter(state="requested").exists():
        raise Refused("extension.pending", N_("An extension of this finding has been asked for and not decided yet."))
    number = allocate("EXT", at.year, 1)[0]
    extension = Extension(
        number=number, finding=finding, audit_body=finding.audit_body, responsible=finding.responsible,
        due_before=finding.due_on, due_on=due_on, reason=reason, requester=by, requested_at=at,
    )  # fmt: skip
    proofs = [one.about(finding, extension.subject) for one in attachments]
    facts: dict[str, Fact] = {
        "audit": finding.audit_body.number, "responsible": finding.responsible.number, "finding": finding.number,
        "due_before": finding.due_on.isoformat(), "due": due_on.isoformat(), "reason": bool(reason.strip()),
        "evidence": len(proofs),
    }  # fmt: skip
    change = Change(
        "request", extension, facts=facts, adds=proofs, fields={"reason": reason},
        evidence=[one.digest for one in attachments],
    )  # fmt: skip
    return step(change, by=by, at=at)


def withdraw(extension: Extension, *, by: Account, at: datetime) -> Extension:
    """Take the request back."""
    return step(Change("withdraw", extension), by=by, at=at)


@transaction.atomic
def grant(extension: Extension, *, reason: str, waiver: str = "", by: Account, at: datetime) -> Extension:
    """Grant it: the current limit of the finding moves; the first one stays."""
    finding, on = extension.finding, timezone.localdate(at)
    facts: dict[str, Fact] = {
        "reason": bool(reason.strip()), "days": (extension.due_on - extension.due_before).days,
        "days_limit": clocks.limit("extension.days", on), "times_limit": clocks.limit("extension.times", on),
        "times": finding.extensions.filter(state="granted").count() + 1,
    }  # fmt: skip
    if waiver:
        facts["waiver"] = waiver
    moved: dict[str, Fact] = {
        "extension": extension.number, "due_before": extension.due_before.isoformat(),
        "due": extension.due_on.isoformat(),
    }  # fmt: skip
    changes: list[Change[Subject]] = [
        Change("grant", extension, facts=facts, values=_decided(by, at, reason), fields={"reason": reason}),
        Change("extend", finding, facts=moved, values={"due_on": extension.due_on}),
    ]
    record(changes, actor=by.actor(), at=at)
    return extension


def refuse(extension: Extension, *, reason: str, by: Account, at: datetime) -> Extension:
    """Refuse it; the limit runs on."""
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    change = Change("refuse", extension, facts=facts, values=_decided(by, at, reason), fields={"reason": reason})
    return step(change, by=by, at=at)


def _decided(by: Account, at: datetime, reason: str) -> dict[str, object]:
    return {"decided_by": by, "decided_at": at, "decision": reason}


def proofs_of(extension: Extension) -> list[Evidence]:
    """Return the files that came with the request."""
    return list(Evidence.objects.filter(about=extension.subject).order_by("pk"))
