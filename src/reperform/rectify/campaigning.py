"""Special rectification (专项整改): a campaign gives its salient issues to lead departments, one task each.

A lead department plans, reports progress and finishes; the audit body accepts or returns, and concludes the campaign
when every task has been accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, Campaign, Finding, Subject, Task, TaskNote
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rules.outcomes import Supervision
from reperform.rules.standing import Fact


@dataclass(frozen=True)
class Issue:
    """One salient issue and the department that leads it; a finding, if it is about one."""

    title: str
    lead: Body
    due_on: date
    finding: Finding | None = None


@transaction.atomic
def open_(*, title: str, basis: str, due_on: date, issues: Sequence[Issue], by: Account, at: datetime) -> Campaign:
    """Open a campaign with its tasks; findings among its issues come under special supervision."""
    on = timezone.localdate(at)
    campaign = Campaign(
        number=allocate("CAM", at.year, 1)[0], audit_body=by.body, title=title, basis=basis, due_on=due_on, opened_on=on
    )
    facts: dict[str, Fact] = {"audit": by.body.number, "due": due_on.isoformat(), "tasks": len(issues)}
    record([Change("open", campaign, facts=facts, fields={"title": title})], actor=by.actor(), at=at)
    add(campaign, issues, by=by, at=at)
    return campaign


@transaction.atomic
def add(campaign: Campaign, issues: Sequence[Issue], *, by: Account, at: datetime) -> list[Task]:
    """Give issues of a campaign to their lead departments."""
    numbers = allocate("TSK", at.year, len(issues)) if issues else []
    changes: list[Change[Subject]] = []
    tasks = []
    for number, issue in zip(numbers, issues, strict=True):
        task = Task(
            number=number, campaign=campaign, audit_body=campaign.audit_body, lead=issue.lead, title=issue.title,
            finding=issue.finding, due_on=issue.due_on,
        )  # fmt: skip
        facts: dict[str, Fact] = {
            "audit": campaign.audit_body.number, "lead": issue.lead.number, "campaign": campaign.number,
            "due": issue.due_on.isoformat(),
        }  # fmt: skip
        if issue.finding is not None:
            facts["finding"] = issue.finding.number
        tasks.append(task)
        changes.append(Change("assign", task, facts=facts, fields={"title": issue.title}))
    under = [issue.finding for issue in issues if issue.finding and issue.finding.supervision == "comprehensive"]
    changes += [_supervised(finding, campaign) for finding in under]
    record(changes, actor=by.actor(), at=at)
    return tasks


def _supervised(finding: Finding, campaign: Campaign) -> Change[Finding]:
    facts: dict[str, Fact] = {"supervision": Supervision.SPECIAL.value, "reason": True, "campaign": campaign.number}
    return Change("supervise", finding, facts=facts, values={"supervision": Supervision.SPECIAL})


def plan(task: Task, *, text: str, by: Account, at: datetime) -> Task:
    """Say how the department will lead it."""
    facts: dict[str, Fact] = {"actions": int(bool(text.strip()))}
    return step(Change("plan", task, facts=facts, values={"plan": text}, fields={"text": text}), by=by, at=at)


def report(task: Task, *, text: str, by: Account, at: datetime) -> Task:
    """Report progress."""
    facts: dict[str, Fact] = {"result": bool(text.strip())}
    note = TaskNote(task=task, text=text, by=by, at=at)
    return step(Change("report", task, facts=facts, adds=[note], fields={"text": text}), by=by, at=at)


def finish(task: Task, *, result: str, by: Account, at: datetime) -> Task:
    """Say that it is done, and with what result."""
    facts: dict[str, Fact] = {"result": bool(result.strip())}
    change = Change("finish", task, facts=facts, values={"result": result}, fields={"result": result})
    return step(change, by=by, at=at)


def return_(task: Task, *, reason: str, by: Account, at: datetime) -> Task:
    """Return a task to its department."""
    facts: dict[str, Fact] = {"reason": bool(reason.strip())}
    note = TaskNote(task=task, text=reason, by=by, at=at)
    return step(Change("return", task, facts=facts, adds=[note], fields={"reason": reason}), by=by, at=at)


def accept(task: Task, *, by: Account, at: datetime) -> Task:
    """Accept a task."""
    return step(Change("accept", task), by=by, at=at)


def conclude(campaign: Campaign, *, result: str, by: Account, at: datetime) -> Campaign:
    """Conclude a campaign whose tasks have all been accepted."""
    facts: dict[str, Fact] = {
        "reason": bool(result.strip()), "open_tasks": campaign.tasks.exclude(state="accepted").count(),
    }  # fmt: skip
    values = {"result": result, "concluded_on": timezone.localdate(at)}
    record(
        [Change("conclude", campaign, facts=facts, values=values, fields={"result": result})], actor=by.actor(), at=at
    )
    return campaign
