"""The steps of a finding: from the draft to striking it off, with the hold of a dispute and the end without a remedy.

Rules kept here:

* Closed means verified: what can't be put right, no longer applies or was overturned ends in a state of its own (`na`),
  by a reviewer, with the reason. The two are never counted together.
* The first time limit is frozen when the finding is issued; an extension or a dispute moves the current one beside it.
* Overdue, extended, repeat and relapsed are computed, never states.

Sources: Audit Law (2021) art. 52 (rectify, report, publish; the audit body tracks), art. 53 (dispute), and the closing
practice of registering and striking off against the list (挂号, 对账销号); two persons are the project's own rule.
"""

from __future__ import annotations

from enum import StrEnum

from reperform.rules.step import (
    ABSENT,
    AUDIT_ROLES,
    BY_AUDIT,
    BY_HANDLER,
    BY_UNIT,
    REVIEWERS,
    UNIT,
    WORKERS,
    step,
)


class FindingState(StrEnum):
    """The states of a finding."""

    DRAFT = "draft"
    ISSUED = "issued"
    RECTIFYING = "rectifying"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    CLOSED = "closed"
    NA = "na"
    DISCARDED = "discarded"


_S = FindingState
ENDED = frozenset({_S.CLOSED, _S.NA, _S.DISCARDED})
OPEN_STATES = frozenset(FindingState) - ENDED
WITH_UNIT = frozenset({_S.ISSUED, _S.RECTIFYING, _S.RETURNED})
_AT_WORK = frozenset({_S.RECTIFYING, _S.RETURNED})
_PARTIES = ("audit", "responsible", "lead")
_DELEGATE = ("delegate", "delegate_until")

FINDING_STEPS = (
    step("finding.draft", {ABSENT}, _S.DRAFT, WORKERS, parties=_PARTIES, checks=("draft.own_body",)),
    step("finding.revise", {_S.DRAFT}, _S.DRAFT, WORKERS, relations=BY_AUDIT, parties=_PARTIES),
    step("finding.discard", {_S.DRAFT}, _S.DISCARDED, WORKERS, relations=BY_AUDIT, checks=("reason.given",)),
    step(
        "finding.issue", {_S.DRAFT}, _S.ISSUED, WORKERS, relations=BY_AUDIT, parties=_PARTIES,
        checks=("issue.responsible", "issue.due", "issue.parts"),
    ),
    step(
        "finding.assign", OPEN_STATES, "", WORKERS, relations=BY_AUDIT, parties=("lead",),
        checks=("assign.responsible",),
    ),
    step(
        "finding.supervise", OPEN_STATES, "", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("supervise.method", "reason.given"),
    ),
    step("finding.respond", WITH_UNIT, "", UNIT, relations=BY_HANDLER, checks=("delegate.in_time", "respond.word")),
    step(
        "finding.delegate", WITH_UNIT, "", UNIT, relations=BY_UNIT, parties=_DELEGATE,
        checks=("delegate.until", "reason.given"),
    ),
    step("finding.recall", WITH_UNIT, "", UNIT, relations=BY_UNIT, parties=_DELEGATE, checks=("recall.delegate",)),
    step(
        "finding.plan", WITH_UNIT, _S.RECTIFYING, UNIT, relations=BY_HANDLER,
        checks=("delegate.in_time", "plan.action"),
    ),
    step(
        "finding.progress", _AT_WORK, "", UNIT, relations=BY_HANDLER,
        checks=("delegate.in_time", "progress.measure", "progress.done"),
    ),
    step("finding.claim", _AT_WORK, "", UNIT, relations=BY_HANDLER, checks=("delegate.in_time", "claim.items")),
    step(
        "finding.submit", _AT_WORK, _S.SUBMITTED, UNIT, relations=BY_HANDLER, part="submitter",
        checks=(
            "delegate.in_time", "submit.result", "submit.within_ordered", "submit.items_within_done", "submit.once",
            "submit.voucher_once",
        ),
    ),
    step(
        "finding.extend", WITH_UNIT, "", WORKERS, relations=BY_AUDIT, checks=("extend.granted", "extend.later"),
    ),
    step("finding.dispute", WITH_UNIT, _S.DISPUTED, UNIT, relations=BY_UNIT, checks=("reason.given",)),
    step("finding.withdraw", {_S.DISPUTED}, _S.ISSUED, UNIT, relations=BY_UNIT, checks=("reason.given",)),
    step(
        "finding.uphold", {_S.DISPUTED}, _S.ISSUED, REVIEWERS, relations=BY_AUDIT,
        checks=("reason.given", "ruling.paper", "issue.due"),
    ),
    step(
        "finding.annul", {_S.DISPUTED}, _S.NA, REVIEWERS, relations=BY_AUDIT, checks=("reason.given", "ruling.paper"),
    ),
    step(
        "finding.set_aside", WITH_UNIT | {_S.SUBMITTED}, _S.NA, REVIEWERS, relations=BY_AUDIT,
        checks=("reason.given", "set_aside.closure", "ruling.paper"),
    ),
    step(
        "finding.judge", WITH_UNIT | {_S.SUBMITTED}, "", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("verify.not_submitter",),
    ),
    step(
        "finding.return", {_S.SUBMITTED, _S.ACCEPTED}, _S.RETURNED, AUDIT_ROLES, relations=BY_AUDIT,
        checks=("verify.not_submitter", "reason.given"),
    ),
    step(
        "finding.accept", {_S.SUBMITTED}, _S.ACCEPTED, AUDIT_ROLES, relations=BY_AUDIT, part="verifier",
        checks=("verify.not_submitter", "verify.all_cleared", "accept.standard", "accept.evidence"),
    ),
    step(
        "finding.close", {_S.ACCEPTED}, _S.CLOSED, AUDIT_ROLES, relations=BY_AUDIT, part="closer",
        checks=("verify.not_submitter", "close.second_person"),
    ),
    # Closed is for good: a look-back notes what it saw and, where the problem came back, names the new finding.
    step("finding.confirm", {_S.CLOSED}, _S.CLOSED, AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step(
        "finding.relapse", {_S.CLOSED}, _S.CLOSED, AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given", "relapse.linked"),
    ),
)  # fmt: skip
