"""Ask another body to check exceptions (疑点核实): send, answer row by row, ask again, take back, settle.

Rules kept here:

* The rows of one inquiry belong to one run and are still to be sifted; while they are being checked nobody can confirm
  or exclude them, nor send them a second time.
* An answer may be corrected until the inquiry is settled; the inquiry is answered when its last row is.
* Settling decides every row in one transaction: into a draft finding, into an exclusion whose reason is the answer, or
  back to sifting. What was answered proposes the decision; the auditor makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from reperform.errors import N_, Refused, Usage
from reperform.ledger import clocks
from reperform.ledger.append import Digest
from reperform.ledger.change import Change
from reperform.ledger.drafting import digest
from reperform.ledger.models import (
    Account,
    Body,
    Engagement,
    ExceptionRow,
    Finding,
    Inquiry,
    InquiryFile,
    InquiryRow,
    Subject,
)
from reperform.ledger.models.inquiries import Answer
from reperform.ledger.models.revealing import Sifting
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.reveal.actions import drafts, exclusions, require_state
from reperform.rules.standing import Fact

if TYPE_CHECKING:
    from reperform.engine.spec import Procedure

CLOCK = "inquiry.reply"
PROPOSED: Mapping[str, Sifting] = {
    Answer.CONFIRMED: Sifting.CONFIRMED,
    Answer.EXPLAINED: Sifting.EXCLUDED,
    Answer.NOT_OURS: Sifting.PENDING,
}
DECISIONS = tuple(PROPOSED.values())


@dataclass(frozen=True)
class Said:
    """What is answered of one row: a word, an explanation, and proofs that the vault has kept already."""

    asked: InquiryRow
    answer: str
    text: str = ""
    files: tuple[tuple[str, Digest], ...] = ()


@transaction.atomic
def send(
    rows: Sequence[ExceptionRow], *, receiver: Body, question: str, due_on: date | None = None, by: Account,
    at: datetime,
) -> Inquiry:  # fmt: skip
    """Send rows of one run to another body to check; without a day of its own, the policy counts the time."""
    if len({row.run_id for row in rows}) != 1:
        raise Usage(N_("The rows of an inquiry belong to one run."))
    require_state(rows, Sifting.PENDING)
    run, on = rows[0].run, timezone.localdate(at)
    due_on = due_on or clocks.due(CLOCK, on).on
    inquiry = Inquiry(
        number=allocate("INQ", at.year, 1)[0], run=run, audit_body=by.body, receiver=receiver, question=question,
        sent_by=by, sent_on=on, due_on=due_on,
    )  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": by.body.number, "receiver": receiver.number, "run": run.number, "reason": bool(question.strip()),
        "due": due_on.isoformat(), "rows": len(rows), "rows_digest": digest(sorted(row.identity for row in rows)),
    }  # fmt: skip
    change = Change(
        "send", inquiry, facts=facts, fields={"question": question},
        adds=[InquiryRow(inquiry=inquiry, row=row) for row in rows],
        edits=[(row, {"sifting": Sifting.CHECKING}) for row in rows],
    )  # fmt: skip
    return step(change, by=by, at=at)


@transaction.atomic
def answer(inquiry: Inquiry, said: Sequence[Said], *, by: Account, at: datetime, seen: int | None = None) -> Inquiry:
    """Answer rows; when none is left without an answer, the inquiry is answered."""
    of_inquiry = dict(inquiry.rows.values_list("pk", "answer"))
    for one in said:
        if one.asked.pk not in of_inquiry:
            raise Usage(N_("The row does not belong to {inquiry}."), inquiry=inquiry.number)
        if one.answer not in Answer.values:
            raise Refused("inquiry.word", N_("The answer must be confirmed, explained or not_ours."))
    left = sum(not word for word in (of_inquiry | {one.asked.pk: one.answer for one in said}).values())
    facts: dict[str, Fact] = {
        "rows": len(said), "left": left,
        "wordless": sum(one.answer != Answer.CONFIRMED and not one.text.strip() for one in said),
        "answers_digest": digest(sorted([one.asked.row.identity, one.answer, one.text] for one in said)),
        **{word: sum(one.answer == word for one in said) for word in Answer.values},
    }  # fmt: skip
    change = Change(
        "answer" if left else "complete", inquiry, facts=facts, expect_seq=seen,
        values={} if left else {"answered_on": timezone.localdate(at)},
        edits=[(one.asked, {"answer": one.answer, "text": one.text, "by": by, "at": at}) for one in said],
        adds=[
            InquiryFile(asked=one.asked, name=name, sha256=file.sha256, sm3=file.sm3, size=file.size, by=by)
            for one in said for name, file in one.files
        ],
        evidence=[file for one in said for _name, file in one.files],
        fields={"answers": [[one.asked.row.identity, one.answer, one.text] for one in said]},
    )  # fmt: skip
    return step(change, by=by, at=at)


def return_(inquiry: Inquiry, *, reason: str, by: Account, at: datetime) -> Inquiry:
    """Ask again: the answers stand until they are corrected."""
    return step(_reasoned("return", inquiry, reason), by=by, at=at)


@transaction.atomic
def take_back(inquiry: Inquiry, *, reason: str, by: Account, at: datetime) -> Inquiry:
    """Take the inquiry back; its rows are to be sifted again."""
    change = _reasoned("take_back", inquiry, reason)
    change.edits = [(one.row, {"sifting": Sifting.PENDING}) for one in inquiry.rows.select_related("row")]
    return step(change, by=by, at=at)


def _reasoned(verb: str, inquiry: Inquiry, reason: str) -> Change[Inquiry]:
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    return Change(verb, inquiry, facts=facts, values={"remark": reason}, fields={"reason": reason})


@dataclass(frozen=True)
class Settled:
    """What became of the rows of an inquiry."""

    findings: list[Finding]
    excluded: int
    back: int


@transaction.atomic
def settle(
    inquiry: Inquiry, *, decisions: Mapping[int, str] | None = None, procedure: Procedure,
    engagement: Engagement | None, expires_on: date, by: Account, at: datetime, seen: int | None = None,
) -> Settled:  # fmt: skip
    """Decide every row: `decisions` by the key of the asked row, else what the answer proposes."""
    asked = list(inquiry.rows.select_related("row__run__snapshot", "row__run__audit_body").order_by("pk"))
    made = {one.pk: _decided((decisions or {}).get(one.pk, ""), one.answer) for one in asked}
    chosen = {word: [one for one in asked if made[one.pk] == word] for word in DECISIONS}
    require_state([one.row for one in asked], Sifting.CHECKING)
    confirmed, set_aside = chosen[Sifting.CONFIRMED], chosen[Sifting.EXCLUDED]
    if confirmed and engagement is None:
        raise Usage(N_("An engagement must be chosen for the new findings."))
    drafted = (
        drafts([one.row for one in confirmed], procedure=procedure, engagement=engagement)
        if confirmed and engagement is not None
        else []
    )
    excluded = exclusions([(one.row, _ground(inquiry, one)) for one in set_aside], expires_on=expires_on, by=by, at=at)
    facts: dict[str, Fact] = {
        "left": sum(not word for word in made.values()), "confirmed": len(confirmed), "excluded": len(set_aside),
        "back": len(chosen[Sifting.PENDING]), "findings": [change.subject.number for change in drafted],
    }  # fmt: skip
    settling = Change(
        "settle", inquiry, facts=facts, expect_seq=seen,
        edits=[
            *((one, {"decision": made[one.pk]}) for one in asked),
            *((one.row, {"sifting": Sifting.PENDING}) for one in chosen[Sifting.PENDING]),
        ],
    )  # fmt: skip
    changes: list[Change[Subject]] = [settling, *drafted, *excluded]
    record(changes, actor=by.actor(), at=at)
    return Settled([change.subject for change in drafted], len(set_aside), len(chosen[Sifting.PENDING]))


def _decided(word: str, answer: str) -> str:
    """Return what was decided, else what the answer proposes; nothing where it is neither."""
    chosen = word or PROPOSED.get(answer, "")
    return chosen if chosen in DECISIONS else ""


def _ground(inquiry: Inquiry, asked: InquiryRow) -> str:
    """Return the reason of an exclusion: who answered what."""
    return f"{inquiry.number} {inquiry.receiver.number}: {asked.text}".strip()
