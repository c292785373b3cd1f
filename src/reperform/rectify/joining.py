"""Joint findings: one problem, several bodies, one part for each (docs/adr/0124-a-part-is-a-finding.md).

Rules kept here:

* A part is a finding of one body, with its own duty, answer, plan, submissions and verification; the joint finding is
  the common text above it. Nothing is counted twice, because the whole is no finding.
* Drafts are divided or joined, issued findings never: who answers for them can't change any more.
* The shares sum to what was ordered before, and so do the amounts to what was found. Items go to the body that the data
  name for them; a part without items is worth its share.
* The whole is concluded by a person, when every part has ended in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reperform.errors import N_, Refused
from reperform.ledger.change import Change
from reperform.ledger.guard import Guarded
from reperform.ledger.models import Account, Body, Finding, Item, Joint, Subject
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rules.standing import Fact
from reperform.rules.steps import ENDED, FindingState

COMMON = (
    "engagement", "title", "category", "criteria", "condition", "cause", "effect", "requirement", "money_class", "term",
    "supervision", "nature", "audit_body", "lead", "run", "code",
)  # fmt: skip


@dataclass(frozen=True)
class Share:
    """What a further body answers for; `ordered` in fen."""

    body: Body
    ordered: int


@transaction.atomic
def divide(draft: Finding, *, shares: Sequence[Share], text: str = "", by: Account, at: datetime) -> Joint:
    """Divide a draft: it stays the part of its own body, and each further body gets a part of its own."""
    _require_drafts([draft])
    numbers = allocate("", draft.engagement.year, len(shares))
    items = list(draft.items.all())
    parts = [_part(number, draft, share) for number, share in zip(numbers, shares, strict=True)]
    taken = {part.number: _of(part, items) for part in parts}
    left = draft.ordered - sum(share.ordered for share in shares)
    joint = _joint(draft, draft.ordered, text=text, at=at)
    facts = _facts(joint, [draft, *parts], shared=sum(max(0, one) for one in (left, *(s.ordered for s in shares))))
    for part in parts:
        part.joint, part.amount = joint, _amount(draft, part, taken[part.number], itemised=bool(items))
    found = draft.amount if draft.amount is None else max(0, draft.amount - sum(part.amount or 0 for part in parts))
    changes: list[Change[Subject]] = [
        Change("form", joint, facts=facts, fields={"title": joint.title, "text": text}),
        Change(
            "revise", draft, facts={"joint": joint.number, "ordered": left},
            values={"joint": joint, "ordered": left, "amount": found},
        ),
    ]  # fmt: skip
    for part in parts:
        given = taken[part.number]
        edits: list[tuple[Guarded, dict[str, object]]] = [(item, {"finding": part}) for item in given]
        changes.append(Change("draft", part, facts=_drafted(part, len(given)), edits=edits))
    record(changes, actor=by.actor(), at=at)
    return joint


@transaction.atomic
def join(drafts: Sequence[Finding], *, title: str = "", text: str = "", by: Account, at: datetime) -> Joint:
    """Join drafts of several bodies: each becomes a part of one joint finding."""
    _require_drafts(drafts)
    ordered = sum(draft.ordered for draft in drafts)
    joint = _joint(drafts[0], ordered, title=title, text=text, at=at)
    facts = _facts(joint, drafts, shared=ordered)
    changes: list[Change[Subject]] = [
        Change("form", joint, facts=facts, fields={"title": joint.title, "text": text}),
        *(Change("revise", one, facts={"joint": joint.number}, values={"joint": joint}) for one in drafts),
    ]
    record(changes, actor=by.actor(), at=at)
    return joint


def conclude(joint: Joint, *, result: str, by: Account, at: datetime) -> Joint:
    """Conclude the whole, when every part has ended."""
    parts = list(joint.parts.order_by("number"))
    facts: dict[str, Fact] = {
        "parts": [one.number for one in parts], "reason": bool(result.strip()),
        "parts_open": sum(one.state not in ENDED for one in parts),
        "parts_closed": sum(one.state == FindingState.CLOSED for one in parts),
    }  # fmt: skip
    values = {"concluded_on": timezone.localdate(at), "result": result}
    return step(Change("conclude", joint, facts=facts, values=values, fields={"result": result}), by=by, at=at)


def _require_drafts(findings: Sequence[Finding]) -> None:
    if not findings or any(one.state != FindingState.DRAFT or one.joint_id for one in findings):
        raise Refused("joint.drafts", N_("Only drafts that belong to no joint finding yet can be divided or joined."))
    if len({one.audit_body_id for one in findings}) > 1:
        raise Refused("joint.drafts", N_("The parts of a joint finding are kept by one audit body."))


def _joint(like: Finding, ordered: int, *, text: str, at: datetime, title: str = "") -> Joint:
    return Joint(
        number=allocate("JNT", at.year, 1)[0], engagement=like.engagement, audit_body=like.audit_body,
        title=title or like.title, text=text, ordered=ordered, formed_on=timezone.localdate(at),
    )  # fmt: skip


def _facts(joint: Joint, parts: Sequence[Finding], *, shared: int) -> dict[str, Fact]:
    bodies = {one.responsible.number for one in parts if one.responsible}
    return {
        "audit": joint.audit_body.number, "parts": [one.number for one in parts], "bodies": len(bodies),
        "ordered": joint.ordered, "shared": shared,
    }  # fmt: skip


def _part(number: str, draft: Finding, share: Share) -> Finding:
    common = {name: getattr(draft, name) for name in COMMON}
    return Finding(number=number, responsible=share.body, ordered=share.ordered, **common)


def _of(part: Finding, items: Sequence[Item]) -> list[Item]:
    return [item for item in items if part.responsible and item.body_code == part.responsible.number]


def _amount(draft: Finding, part: Finding, items: Sequence[Item], *, itemised: bool) -> int | None:
    """Return what was found of a part: the sum of its items, or its share where the draft has no items."""
    if draft.amount is None:
        return None
    return sum(item.amount or 0 for item in items) if itemised else min(part.ordered, draft.amount)


def _drafted(part: Finding, items: int) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "audit": part.audit_body.number, "joint": part.joint.number if part.joint else "", "items": items,
        "amount": part.amount or 0, "ordered": part.ordered,
    }  # fmt: skip
    if part.responsible:
        facts["responsible"] = part.responsible.number
    if part.lead:
        facts["lead"] = part.lead.number
    return facts
