"""Referrals (移送): a matter goes to the body that must handle it, or may use it; its answer comes back.

Rules kept here:

* Nothing of a referral touches the finding: neither its version nor its evidence nor a count of it changes, so that the
  audited unit learns nothing.
* The letter must not propose how to punish persons (Yunnan 2024): it states facts, nature and basis.
* The reply clock starts when the letter is sent; a body that passes the matter on starts it anew for the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from reperform.ledger import clocks
from reperform.ledger.append import Digest
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, Enclosure, Finding, Referral
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rules.outcomes import Purpose, Use
from reperform.rules.standing import Fact

REPLY, REPLY_COMPLEX = "referral.reply", "referral.reply_complex"


@dataclass(frozen=True)
class Letter:
    """The parts of the letter (移送处理书): overview, facts with nature and basis, legal basis of the referral."""

    title: str
    matter: str
    overview: str = ""
    basis: str = ""
    amount: int | None = None  # fen
    persons: int = 0
    complex: bool = False


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with it; the vault has kept it already."""

    digest: Digest
    name: str


@transaction.atomic
def draft(
    letter: Letter, *, purpose: Purpose, receiver: Body, finding: Finding | None = None,
    enclosed: tuple[Enclosed, ...] = (), by: Account, at: datetime,
) -> Referral:  # fmt: skip
    """Draft a referral; another person approves it."""
    referral = Referral(
        number=allocate("REF", at.year, 1)[0], audit_body=by.body, receiver=receiver, finding=finding, purpose=purpose,
        title=letter.title, overview=letter.overview, matter=letter.matter, basis=letter.basis, amount=letter.amount,
        persons=letter.persons, complex=letter.complex, drafter=by,
    )  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": by.body.number, "receiver": receiver.number, "purpose": purpose.value,
        "reason": bool(letter.matter.strip()), "persons": letter.persons, "amount": letter.amount or 0,
        "evidence": len(enclosed),
    }  # fmt: skip
    change = Change(
        "draft", referral, facts=facts, adds=_enclosures(referral, enclosed, by),
        evidence=[one.digest for one in enclosed],
        fields={"title": letter.title, "matter": letter.matter, "finding": finding.number if finding else ""},
    )  # fmt: skip
    return step(change, by=by, at=at)


def _enclosures(referral: Referral, enclosed: tuple[Enclosed, ...], by: Account) -> list[Enclosure]:
    return [
        Enclosure(
            referral=referral, name=one.name, sha256=one.digest.sha256, sm3=one.digest.sm3, size=one.digest.size, by=by
        )
        for one in enclosed
    ]


def drop(referral: Referral, *, reason: str, by: Account, at: datetime) -> Referral:
    """Drop it before it is sent."""
    return _step(referral, "drop", reason=reason, by=by, at=at)


def approve(referral: Referral, *, by: Account, at: datetime) -> Referral:
    """Approve it as the second person."""
    return step(Change("approve", referral, values={"approver": by}), by=by, at=at)


def send(referral: Referral, *, by: Account, at: datetime) -> Referral:
    """Send it; the reply is due after the time of the policy."""
    on = timezone.localdate(at)
    due = _reply_due(referral, on)
    change = Change("send", referral, facts={"due": due.isoformat()}, values={"sent_on": on, "reply_due_on": due})
    return step(change, by=by, at=at)


def _reply_due(referral: Referral, sent_on: date) -> date:
    return clocks.due(REPLY_COMPLEX if referral.complex else REPLY, sent_on).on


def receive(referral: Referral, *, by: Account, at: datetime) -> Referral:
    """Acknowledge the receipt (送达回执)."""
    on = timezone.localdate(at)
    record(
        [Change("receive", referral, facts={"on": on.isoformat()}, values={"received_on": on})], actor=by.actor(), at=at
    )
    return referral


def accept(referral: Referral, *, by: Account, at: datetime) -> Referral:
    """Take the matter up."""
    return step(Change("accept", referral), by=by, at=at)


def decline(referral: Referral, *, reason: str, by: Account, at: datetime) -> Referral:
    """Decline it: not one's own matter, and no other body is known."""
    return _step(referral, "decline", reason=reason, by=by, at=at)


def forward(referral: Referral, *, to: Body, reason: str, by: Account, at: datetime) -> Referral:
    """Pass it on to the body whose matter it is; the reply clock begins anew."""
    on = timezone.localdate(at)
    due = _reply_due(referral, on)
    facts: dict[str, Fact] = {"receiver": to.number, "reason": bool(reason.strip()), "due": due.isoformat()}
    values = {"receiver": to, "received_on": None, "reply_due_on": due}
    record(
        [Change("forward", referral, facts=facts, values=values, fields={"reason": reason})], actor=by.actor(), at=at
    )
    return referral


def file(referral: Referral, *, by: Account, at: datetime) -> Referral:
    """Open a case (立案)."""
    return step(Change("file", referral), by=by, at=at)


def not_file(referral: Referral, *, reason: str, by: Account, at: datetime) -> Referral:
    """Open no case, with the reasons."""
    return _step(referral, "not_file", reason=reason, by=by, at=at)


def review(referral: Referral, *, reason: str, by: Account, at: datetime) -> Referral:
    """Ask the receiver to look again at its decision not to open a case."""
    return _step(referral, "review", reason=reason, by=by, at=at)


def conclude(
    referral: Referral, *, use: Use, reply: str, enclosed: tuple[Enclosed, ...] = (), by: Account, at: datetime
) -> Referral:
    """Reply in writing: what was found and done, and what use was made of it."""
    facts: dict[str, Fact] = {"use": use.value, "result": bool(reply.strip()), "evidence": len(enclosed)}
    change = Change(
        "conclude", referral, facts=facts, adds=_enclosures(referral, enclosed, by), fields={"reply": reply},
        values={"use": use, "reply": reply, "concluded_on": timezone.localdate(at)},
        evidence=[one.digest for one in enclosed],
    )  # fmt: skip
    return step(change, by=by, at=at)


def settle(referral: Referral, *, reason: str, by: Account, at: datetime) -> Referral:
    """Take note of the answer, and say what follows from it."""
    return _step(referral, "settle", reason=reason, by=by, at=at)


def _step(referral: Referral, verb: str, *, reason: str, by: Account, at: datetime) -> Referral:
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    return step(Change(verb, referral, facts=facts, fields={"reason": reason}), by=by, at=at)
