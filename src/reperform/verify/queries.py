"""The questions of the third stage: what waits for a verifier, what the rules permit, what the log has of a finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from reperform.errors import Refused
from reperform.ledger import scope
from reperform.ledger.models import (
    Account,
    Body,
    Check,
    Checkpoint,
    CheckVerdict,
    Event,
    Finding,
    Item,
    ItemClaim,
    LogState,
    Snapshot,
    Submission,
)
from reperform.rules.standing import Fact, Role
from reperform.rules.steps import FINDING_STEPS, FindingState, Step
from reperform.rules.take import Offer, offers, take
from reperform.verify.recognition import missing_evidence

NAMED_AT_MOST = 1000
AUDIT_ONLY_STEPS = frozenset({"finding.draft", "finding.revise", "finding.discard"})


def queue(account: Account) -> QuerySet[Finding]:
    """Return what an audit body has to verify or to strike off, the nearest time limit first."""
    waiting = (FindingState.SUBMITTED, FindingState.ACCEPTED)
    return (
        scope.findings(account)
        .filter(state__in=waiting)
        .select_related("responsible", "verifier", "submitter")
        .order_by(F("due_on").asc(nulls_last=True), "number")
    )


def last_submissions(chosen: Sequence[Finding]) -> dict[int, Submission]:
    """Return the newest submission of each finding, with its files, in two statements."""
    found: dict[int, Submission] = {}
    every = Submission.objects.filter(finding__in=chosen).prefetch_related("evidence").order_by("version")
    for submission in every:
        found[submission.finding_id] = submission
    return found


# What the rules permit ---------------------------------------------------------------------------------------------

# What the person will write on the form, which is not known when the page is drawn.
ASSUMED: Mapping[str, Fact] = {
    "reason": True, "due": "given", "actions": 1, "result": True, "done": 0, "relapsed_into": "named",
    "standard_missing": 0, "response": "agree", "supervision": "key", "paper": "named", "closure": "not_applicable",
    "delegate": "named", "delegate_until": "9999-12-31", "extension": "named", "due_before": "0001-01-01",
    "days": 0, "days_limit": 0, "times": 0, "times_limit": 0, "expires": "given", "rule": "accept.evidence",
    "subject": "named", "rung": "reminder", "open_tasks": 0, "lead": "named", "kind": "request", "persons": 2,
    "items": 1, "items_done": 0, "outcomes_twice": 0, "vouchers_twice": 0, "measure": 1, "done_on": "0001-01-01",
    "bodies": 2, "parts": ["a", "b"], "ordered": 0, "shared": 0, "parts_open": 0,
    "duty": "report", "evidence": 1, "receiver": "named", "purpose": "clue", "use": "none",
}  # fmt: skip
# Taken by sifting, by concluding a look-back and by granting an extension; and those that have forms of their own.
NEVER_ON_A_FORM = frozenset({"draft", "confirm", "relapse", "extend", "claim"})
OWN_FORMS = frozenset(
    {"progress", "respond", "delegate", "recall", "dispute", "withdraw", "uphold", "annul", "supervise", "set_aside"}
)


def known_facts(finding: Finding, unsettled: int) -> dict[str, Fact]:
    """Return the facts that the record itself holds for the next step."""
    waiting = finding.state == FindingState.SUBMITTED
    submission = finding.submissions.order_by("-version").first() if waiting else None
    return {
        "unsettled": unsettled,
        "evidence_missing": len(missing_evidence(finding, submission)),
        "parts_missing": sum(not part.strip() for part in (finding.criteria, finding.condition)),
        "ordered": finding.ordered,
        "on": timezone.localdate().isoformat(),
    }


def may_claim(finding: Finding, account: Account) -> bool:
    """Tell whether this person may say now what was done of the items."""
    facts = {**ASSUMED, **known_facts(finding, 0)}
    listed = offers("finding", finding.standing(), account.actor(), facts)
    return any(one.verb == "claim" and one.permitted for one in listed)


def claims_of(finding: Finding, items: Sequence[Item]) -> dict[int, ItemClaim]:
    """Return what the last version claims of some items, by item."""
    claims = ItemClaim.objects.filter(submission__in=finding.submissions.order_by("-version").values("pk")[:1])
    if len(items) <= NAMED_AT_MOST:  # a page; where all are asked for, none is named: databases take so many names
        return {one.item_id: one for one in claims.filter(item__in=items)}
    wanted = {item.pk for item in items}
    return {one.item_id: one for one in claims if one.item_id in wanted}


def said_by_data(items: Sequence[Item]) -> dict[int, CheckVerdict]:
    """Return what the last look-back proposed of some items, by item; nothing where the data were never asked again."""
    asked = CheckVerdict.objects.filter(item__in=items).order_by("check_of__checked_at", "pk")
    return {one.item_id: one for one in asked}


def possible_steps(finding: Finding, account: Account, unsettled: int) -> list[Offer]:
    """Return every step of the table with its permission for this person, in the order of the table.

    A step that the state forbids is listed too where this role could ever take it: the page says why not yet.
    """
    facts, standing, actor = known_facts(finding, unsettled), finding.standing(), account.actor()
    offered = {one.verb: one for one in offers("finding", standing, actor, facts, assume=ASSUMED)}
    found = []
    for step in FINDING_STEPS:
        if step.verb in NEVER_ON_A_FORM | OWN_FORMS:
            continue
        offer = offered.get(step.verb) or (_refused(step, finding, account) if _ahead(step, standing.state) else None)
        if offer is not None and actor.role in step.roles:
            found.append(offer)
    return found


_PATH = tuple(state for state in FindingState if state not in {FindingState.RETURNED, FindingState.DISCARDED})


def _ahead(step: Step, state: str) -> bool:
    """Tell whether a step belongs to a later part of the way; what lies behind needs no explanation."""
    here = FindingState.RECTIFYING if state == FindingState.RETURNED else state
    if here not in _PATH or step.target not in _PATH:
        return False
    return _PATH.index(FindingState(step.target)) > _PATH.index(FindingState(here))


def _refused(step: Step, finding: Finding, account: Account) -> Offer:
    try:
        take(step.kind, step.verb, finding.standing(), account.actor(), ASSUMED)
    except Refused as refusal:
        return Offer(step.verb, refusal)
    return Offer(step.verb, None)


# What the log has ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogLine:
    """What stands at the foot of every page: the size of the log and its last signed checkpoint."""

    size: int
    signed: int
    signed_at: datetime | None

    @property
    def waiting(self) -> int:
        return self.size - self.signed


def log_line() -> LogLine:
    """Return the state of the log, in two statements."""
    size = LogState.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    last = Checkpoint.objects.order_by("-size").values_list("size", "signed_at").first()
    return LogLine(size, last[0], last[1]) if last else LogLine(size, 0, None)


@dataclass(frozen=True)
class Logged:
    """One entry of the log as the time line shows it."""

    idx: int
    type: str
    at: datetime
    body: str
    role: str
    facts: Mapping[str, Any]


def history(finding: Finding, checks: Sequence[Check], account: Account, limit: int = 60) -> list[Logged]:
    """Return the entries of a finding and of its look-backs, newest first; the drafting is the audit body's own."""
    subjects = [finding.subject, *(one.subject for one in checks)]
    inside = Role(account.role) in {Role.AUDITOR, Role.REVIEWER}
    if inside and finding.run is not None:
        subjects.append(finding.run.subject)
    events = Event.objects.filter(subject__in=subjects).order_by("-idx").values_list("idx", "body")[:limit]
    envelopes = [(idx, json.loads(bytes(body))) for idx, body in events]
    names = {
        one.number: one for one in Body.objects.filter(number__in={envelope["org"] for _idx, envelope in envelopes})
    }
    return [
        Logged(
            idx=idx, type=envelope["type"], at=datetime.fromisoformat(envelope["at"]),
            body=names[envelope["org"]].name if envelope["org"] in names else "", role=envelope["role"],
            facts=envelope["facts"],
        )
        for idx, envelope in envelopes
        if inside or envelope["type"] not in AUDIT_ONLY_STEPS
    ]  # fmt: skip


def newer_snapshots(finding: Finding) -> QuerySet[Snapshot]:
    """Return the snapshots on which the finding's procedure can be run again: newer, and not looked at yet."""
    if finding.run is None or finding.state in {FindingState.DRAFT, FindingState.DISCARDED}:
        return Snapshot.objects.none()
    seen = finding.checks.values("snapshot")
    return (
        Snapshot.objects.filter(state="kept", as_of__gt=finding.run.snapshot.as_of)
        .exclude(pk__in=seen)
        .order_by("-as_of", "-kept_at")
    )
