"""Major matters (重大事项请示报告、领导批示): requests, reports, instructions, and the reply owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from reperform.ledger.change import Change
from reperform.ledger.models import Account, Finding, Instruction, InstructionFinding
from reperform.ledger.numbers import allocate
from reperform.ledger.record import step
from reperform.rules.outcomes import InstructionKind
from reperform.rules.standing import Fact


@transaction.atomic
def enter(
    *, kind: InstructionKind, title: str, text: str, person: str = "", paper: str = "",
    reply_due_on: date | None = None, findings: Sequence[Finding] = (), by: Account, at: datetime,
) -> Instruction:  # fmt: skip
    """Enter a request, a report or an instruction, with the findings that it is about."""
    instruction = Instruction(
        number=allocate("MAT", at.year, 1)[0], audit_body=by.body, instruction_kind=kind, title=title, text=text,
        person=person, paper=paper, reply_due_on=reply_due_on, entered_on=timezone.localdate(at),
    )  # fmt: skip
    facts: dict[str, Fact] = {"audit": by.body.number, "kind": kind.value, "findings": [one.number for one in findings]}
    if reply_due_on is not None:
        facts["due"] = reply_due_on.isoformat()
    change = Change(
        "enter", instruction, facts=facts, fields={"title": title, "text": text, "person": person, "paper": paper},
        adds=[InstructionFinding(instruction=instruction, finding=one) for one in findings],
    )  # fmt: skip
    return step(change, by=by, at=at)


def reply(instruction: Instruction, *, text: str, by: Account, at: datetime) -> Instruction:
    """Enter the reply; a later one takes its place, and both stand in the log."""
    values = {"reply": text, "replied_on": timezone.localdate(at)}
    facts: dict[str, Fact] = {"result": bool(text.strip())}
    return step(Change("reply", instruction, facts=facts, values=values, fields={"text": text}), by=by, at=at)


def settle(instruction: Instruction, *, reason: str, by: Account, at: datetime) -> Instruction:
    """Say that the matter is settled."""
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    return step(Change("settle", instruction, facts=facts, fields={"reason": reason}), by=by, at=at)
