"""The verbs of the audited unit: plan measures, submit what was done; and of the audit body: assign duties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from reperform.errors import N_, Refused
from reperform.ledger.append import Digest
from reperform.ledger.change import Change
from reperform.ledger.models import (
    Account,
    Body,
    CorrectiveAction,
    Duty,
    Evidence,
    Finding,
    ItemClaim,
    Outcome,
    Submission,
)
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.models.rectifying import EvidenceKind
from reperform.ledger.record import record, step
from reperform.rectify.claiming import claims_at_hand, remedied
from reperform.rectify.vouchers import twice
from reperform.rules.outcomes import OutcomeKind
from reperform.rules.standing import Fact


@dataclass(frozen=True)
class Measure:
    """A planned measure: `kind` is immediate or mechanism."""

    kind: str
    text: str
    due_on: date | None = None
    handler: str = ""
    standard: str = ""


@dataclass(frozen=True)
class Result:
    """One claimed outcome.

    Money: class, fen, voucher. A rule: title, number, date. A person held accountable: name, sanction, number of the
    decision. A service: what, measured before and after, in which unit. People paid: what, how many, how much.
    """

    kind: OutcomeKind
    money_class: str = ""
    amount: int | None = None
    title: str = ""
    reference: str = ""
    on: date | None = None
    count: int | None = None
    before: str = ""
    after: str = ""
    unit: str = ""
    sanction: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing is missing without which it can't be counted."""
        match self.kind:
            case OutcomeKind.SERVICE:
                return bool(self.title and self.before and self.after)
            case OutcomeKind.PAID:
                return bool(self.title and self.count)
        return True

    @property
    def counted_by(self) -> tuple[str, str, str] | None:
        """What makes a rule or a person one and the same; other outcomes are counted by what they sum to."""
        if self.kind == OutcomeKind.RULE:
            return (self.kind, self.title.strip(), self.reference.strip())
        return (self.kind, self.title.strip(), self.sanction) if self.kind == OutcomeKind.PERSON else None


@dataclass(frozen=True)
class Attachment:
    """An evidence file that the vault has kept already."""

    digest: Digest
    name: str
    kind: EvidenceKind = EvidenceKind.OTHER

    def about(self, finding: Finding, subject: str) -> Evidence:
        """Return it as the proof of a record beside the finding (its name in the log)."""
        return Evidence(
            finding=finding, about=subject, kind=self.kind, name=self.name, sha256=self.digest.sha256,
            sm3=self.digest.sm3, size=self.digest.size,
        )  # fmt: skip


def plan(
    finding: Finding, measures: Sequence[Measure], *, by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """Answer an issued finding with measures; later calls add more."""
    actions = [
        CorrectiveAction(
            finding=finding, kind=one.kind, text=one.text, due_on=one.due_on, handler=one.handler,
            standard=one.standard,
        )
        for one in measures
        if one.text.strip()
    ]  # fmt: skip
    change = Change(
        "plan", finding, adds=actions, expect_seq=seen,
        facts={"actions": len(actions), "on": timezone.localdate(at).isoformat()},
        fields={"measures": [[one.kind, one.text] for one in actions]},
    )  # fmt: skip
    return step(change, by=by, at=at)


def progress(
    finding: Finding, *, measure: int, done_on: date, by: Account, at: datetime, seen: int | None = None
) -> Finding:
    """Say that a measure, named by its place in the plan, was done on a day."""
    planned = list(finding.actions.order_by("pk"))
    edits = [(planned[measure - 1], {"done_on": done_on})] if 0 < measure <= len(planned) else []
    facts: dict[str, Fact] = {
        "measure": measure if edits else 0, "done_on": done_on.isoformat(),
        "on": timezone.localdate(at).isoformat(),
    }  # fmt: skip
    return step(Change("progress", finding, facts=facts, edits=edits, expect_seq=seen), by=by, at=at)


@transaction.atomic
def submit(
    finding: Finding, *, text: str, results: Sequence[Result] = (), attachments: Iterable[Attachment] = (),
    unfinished: str = "", over_reason: str = "", waiver: str = "", by: Account, at: datetime, seen: int | None = None,
) -> Submission:  # fmt: skip
    """Submit a version of what was done, with its outcomes, evidence and what was said of items; earlier ones stay.

    A waiver, named by its number, may let a voucher stand in two places.
    """
    if not all(one.whole for one in results):
        raise Refused("submit.outcome", N_("A service needs its measure before and after, people paid their number."))
    if finding.responsible_id:  # two findings of one body can't take the same voucher at the same time
        Body.objects.select_for_update().get(pk=finding.responsible_id)
    files, claims = list(attachments), claims_at_hand(finding)
    version = finding.submissions.count() + 1
    submission = Submission(
        finding=finding, version=version, text=text, unfinished=unfinished, over_reason=over_reason, by=by, at=at
    )
    outcomes = [
        Outcome(
            submission=submission, kind=one.kind, money_class=one.money_class, amount=one.amount, title=one.title,
            reference=one.reference, on=one.on, count=one.count, before=one.before, after=one.after, unit=one.unit,
            sanction=one.sanction,
        )
        for one in results
    ]  # fmt: skip
    evidence = [
        Evidence(
            finding=finding, submission=submission, kind=one.kind, name=one.name, sha256=one.digest.sha256,
            sm3=one.digest.sm3, size=one.digest.size,
        )
        for one in files
    ]  # fmt: skip
    waiting = [one for one in claims.values() if one.submission_id is None]
    carried = [_carried(one, submission) for one in claims.values() if one.submission_id is not None]
    facts = {
        "version": version, "result": bool(text.strip()), "ordered": finding.ordered,
        "over_reason": bool(over_reason.strip()), "evidence": len(files), "on": timezone.localdate(at).isoformat(),
        "items": len(claims), "items_done": remedied(claims.values()), **_counted(finding, results),
    }  # fmt: skip
    if waiver:
        facts["waiver"] = waiver
    change = Change(
        "submit", finding, values={"submitter": by}, adds=[submission, *outcomes, *evidence, *carried],
        edits=[(one, {"submission": submission}) for one in waiting], expect_seq=seen, facts=facts,
        evidence=[one.digest for one in files],
        fields={"text": text, "outcomes": [[one.kind, one.money_class, one.amount, one.title] for one in outcomes]},
    )  # fmt: skip
    record([change], actor=by.actor(), at=at)
    return submission


def _counted(finding: Finding, results: Sequence[Result]) -> dict[str, Fact]:
    """Return the money that is claimed, and how many outcomes would be counted twice."""
    money = [one for one in results if one.kind == OutcomeKind.MONEY]
    named = [one.counted_by for one in results if one.counted_by]
    return {
        "done": sum(one.amount or 0 for one in money), "outcomes_twice": len(named) - len(set(named)),
        "vouchers_twice": len(twice(finding, [(one.reference, one.on) for one in money])),
    }  # fmt: skip


def _carried(claim: ItemClaim, submission: Submission) -> ItemClaim:
    return ItemClaim(
        submission=submission, item_id=claim.item_id, claim=claim.claim, amount=claim.amount,
        reference=claim.reference, text=claim.text,
    )  # fmt: skip


def assign(
    finding: Finding, *, role: DutyRole, body: Body, head: str = "", leader: str = "", handler: str = "",
    by: Account, at: datetime,
) -> Finding:  # fmt: skip
    """Say who carries the finding in a body: head, leader in charge, handler; a lead body may be named later, too."""
    people = {"head": head, "leader": leader, "handler": handler}
    known = finding.duties.filter(body=body, role=role).first()
    facts: dict[str, Fact] = {"duty": role.value, "body": body.number}
    values: dict[str, object] = {}
    if role == DutyRole.LEAD:
        facts["lead"], values["lead"] = body.number, body
    change = Change(
        "assign", finding, facts=facts, values=values, fields=people,
        adds=[] if known else [Duty(finding=finding, body=body, role=role, **people)],
        edits=[(known, people)] if known else [],
    )  # fmt: skip
    return step(change, by=by, at=at)
