"""The steps of what stands around findings: look-back checks, bodies, people, joint findings, data, runs, reports."""

from __future__ import annotations

from enum import StrEnum

from reperform.rules.standing import Role
from reperform.rules.step import ABSENT, AUDIT_ROLES, BY_AUDIT, KEEPERS, REVIEWERS, WORKERS, step


class CheckState(StrEnum):
    """The states of a look-back check: a run proposes, a person decides."""

    PROPOSED = "proposed"
    INCONCLUSIVE = "inconclusive"
    DECIDED = "decided"


CHECK_STEPS = (
    step(
        "check.propose", {ABSENT}, CheckState.PROPOSED, WORKERS, parties=("audit",),
        checks=("draft.own_body", "check.complete"),
    ),
    step(
        "check.suspend", {ABSENT}, CheckState.INCONCLUSIVE, WORKERS, parties=("audit",),
        checks=("draft.own_body", "check.gaps"),
    ),
    step(
        "check.decide", {CheckState.PROPOSED}, CheckState.DECIDED, AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given", "check.conclusion"),
    ),
)  # fmt: skip

_ADMINISTRATION = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})

RECORD_STEPS = (
    step("body.register", {ABSENT}, "active", KEEPERS),
    step("body.revise", {"active"}, "active", KEEPERS),
    step("account.enrol", {ABSENT}, "active", _ADMINISTRATION),
    step("account.suspend", {"active"}, "suspended", _ADMINISTRATION),
    step("account.restore", {"suspended"}, "active", _ADMINISTRATION),
    step("token.create", {ABSENT}, "active", frozenset(Role) - {Role.SYSTEM}, part="owner"),
    step("token.revoke", {"active"}, "revoked", frozenset(Role) - {Role.SYSTEM}, checks=("token.owner",)),
    step("engagement.open", {ABSENT}, "open", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    # Several bodies answer for one problem: each has its part, a finding of its own; the whole ends when all have.
    step(
        "joint.form", {ABSENT}, "open", WORKERS, parties=("audit",),
        checks=("draft.own_body", "joint.bodies", "joint.shares"),
    ),
    step(
        "joint.conclude", {"open"}, "concluded", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("joint.ended", "reason.given"),
    ),
    step("snapshot.keep", {ABSENT}, "kept", WORKERS),
    step("run.complete", {ABSENT}, "done", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    step("run.set_aside", {ABSENT}, "not_testable", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    step(
        "exclusion.set", {ABSENT}, "active", AUDIT_ROLES, parties=("audit",),
        checks=("draft.own_body", "reason.given", "exclude.expiry"),
    ),
    step("exclusion.lift", {"active"}, "lifted", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step("import.complete", {ABSENT}, "done", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    step("report.compile", {ABSENT}, "compiled", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    step("report.publish", {"compiled"}, "published", REVIEWERS, relations=BY_AUDIT),
)  # fmt: skip
