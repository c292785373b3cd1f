"""The verbs of the audited unit: plan measures, submit what was done; and of the audit body: assign duties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from reperform.ledger.append import Digest
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, CorrectiveAction, Duty, Evidence, Finding, Outcome, Submission
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.models.rectifying import EvidenceKind
from reperform.ledger.record import record, step
from reperform.rules.outcomes import OutcomeKind
from reperform.rules.standing import Fact


@dataclass(frozen=True)
class Measure:
    """A planned measure: `kind` is immediate or mechanism."""

    kind: str
    text: str
    due_on: date | None = None
    handler: str = ""


@dataclass(frozen=True)
class Result:
    """One claimed outcome: money (class, fen, voucher), a rule (title, number, date) or a person held accountable."""

    kind: OutcomeKind
    money_class: str = ""
    amount: int | None = None
    title: str = ""
    reference: str = ""
    on: date | None = None


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
        CorrectiveAction(finding=finding, kind=one.kind, text=one.text, due_on=one.due_on, handler=one.handler)
        for one in measures
        if one.text.strip()
    ]
    change = Change(
        "plan", finding, adds=actions, expect_seq=seen,
        facts={"actions": len(actions), "on": timezone.localdate(at).isoformat()},
        fields={"measures": [[one.kind, one.text] for one in actions]},
    )  # fmt: skip
    return step(change, by=by, at=at)


def submit(
    finding: Finding, *, text: str, results: Sequence[Result] = (), attachments: Iterable[Attachment] = (),
    unfinished: str = "", over_reason: str = "", by: Account, at: datetime, seen: int | None = None,
) -> Submission:  # fmt: skip
    """Submit a version of what was done, with its outcomes and evidence; earlier versions stay."""
    files = list(attachments)
    version = finding.submissions.count() + 1
    submission = Submission(
        finding=finding, version=version, text=text, unfinished=unfinished, over_reason=over_reason, by=by, at=at
    )
    outcomes = [
        Outcome(
            submission=submission, kind=one.kind, money_class=one.money_class, amount=one.amount, title=one.title,
            reference=one.reference, on=one.on,
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
    done = sum(one.amount or 0 for one in results if one.kind == OutcomeKind.MONEY)
    change = Change(
        "submit", finding, values={"submitter": by}, adds=[submission, *outcomes, *evidence], expect_seq=seen,
        facts={
            "version": version, "result": bool(text.strip()), "done": done, "ordered": finding.ordered,
            "over_reason": bool(over_reason.strip()), "evidence": len(files),
            "on": timezone.localdate(at).isoformat(),
        },
        evidence=[one.digest for one in files],
        fields={"text": text, "outcomes": [[one.kind, one.money_class, one.amount, one.title] for one in outcomes]},
    )  # fmt: skip
    record([change], actor=by.actor(), at=at)
    return submission


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
