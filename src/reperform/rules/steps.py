"""The table of steps: which verb moves which kind of subject from where to where, and who may take it.

This table is the process. The pages draw their buttons from it, the documents draw their diagrams from it, the door
of the ledger obeys it, and the verifier replays the log against it. A step that is not in the table does not exist.
Sources: Audit Law (2021) art. 52 (rectify, report, publish; the audit body tracks), and the closing practice of
registering and striking off against the list (挂号, 对账销号); separation of the two persons is the project's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reperform.rules.standing import Relation, Role

ABSENT = ""  # the state of a subject that does not exist yet


class FindingState(StrEnum):
    """The states of a finding; overdue, extended, repeat and relapsed are computed, never states."""

    DRAFT = "draft"
    ISSUED = "issued"
    RECTIFYING = "rectifying"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    DISCARDED = "discarded"


class CheckState(StrEnum):
    """The states of a look-back check: a run proposes, a person decides."""

    PROPOSED = "proposed"
    INCONCLUSIVE = "inconclusive"
    DECIDED = "decided"


OPEN_STATES = frozenset(FindingState) - {FindingState.CLOSED, FindingState.DISCARDED}
AUDIT_ROLES = frozenset({Role.AUDITOR, Role.REVIEWER})
WORKERS = AUDIT_ROLES | {Role.SYSTEM}
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM}) | AUDIT_ROLES


@dataclass(frozen=True)
class Step:
    """One row of the table.

    `relations` empty means that the subject is bound to no body yet, or that any body may take the step.
    `parties` names the facts that bind bodies to the subject; `part` is the part that the actor takes in it.
    """

    kind: str
    verb: str
    sources: frozenset[str]
    target: str  # empty: the state does not change
    roles: frozenset[Role]
    relations: frozenset[Relation] = frozenset()
    checks: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    part: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}.{self.verb}"


def _step(
    name: str,
    sources: set[str],
    target: str,
    roles: frozenset[Role] | set[Role],
    *,
    relations: tuple[Relation, ...] = (),
    checks: tuple[str, ...] = (),
    parties: tuple[str, ...] = (),
    part: str = "",
) -> Step:
    kind, verb = name.split(".")
    return Step(kind, verb, frozenset(sources), target, frozenset(roles), frozenset(relations), checks, parties, part)


_S = FindingState
_BY_AUDIT = (Relation.AUDIT,)
_BY_UNIT = (Relation.RESPONSIBLE,)
_PARTIES = ("audit", "responsible", "lead")

FINDING_STEPS = (
    _step("finding.draft", {ABSENT}, _S.DRAFT, WORKERS, parties=_PARTIES, checks=("draft.own_body",)),
    _step("finding.revise", {_S.DRAFT}, _S.DRAFT, WORKERS, relations=_BY_AUDIT, parties=_PARTIES),
    _step("finding.discard", {_S.DRAFT}, _S.DISCARDED, WORKERS, relations=_BY_AUDIT, checks=("reason.given",)),
    _step(
        "finding.issue",
        {_S.DRAFT},
        _S.ISSUED,
        WORKERS,
        relations=_BY_AUDIT,
        checks=("issue.responsible", "issue.due", "issue.parts"),
        parties=_PARTIES,
    ),
    _step(
        "finding.assign",
        set(OPEN_STATES),
        "",
        WORKERS,
        relations=_BY_AUDIT,
        checks=("assign.responsible",),
        parties=("lead",),
    ),
    _step(
        "finding.plan",
        {_S.ISSUED, _S.RECTIFYING, _S.RETURNED},
        _S.RECTIFYING,
        {Role.LIAISON},
        relations=_BY_UNIT,
        checks=("plan.action",),
    ),
    _step(
        "finding.submit",
        {_S.RECTIFYING, _S.RETURNED},
        _S.SUBMITTED,
        {Role.LIAISON},
        relations=_BY_UNIT,
        checks=("submit.result", "submit.within_ordered"),
        part="submitter",
    ),
    _step(
        "finding.judge",
        {_S.ISSUED, _S.RECTIFYING, _S.SUBMITTED, _S.RETURNED},
        "",
        AUDIT_ROLES,
        relations=_BY_AUDIT,
        checks=("verify.not_submitter",),
    ),
    _step(
        "finding.return",
        {_S.SUBMITTED, _S.ACCEPTED},
        _S.RETURNED,
        AUDIT_ROLES,
        relations=_BY_AUDIT,
        checks=("verify.not_submitter", "reason.given"),
    ),
    _step(
        "finding.accept",
        {_S.SUBMITTED},
        _S.ACCEPTED,
        AUDIT_ROLES,
        relations=_BY_AUDIT,
        checks=("verify.not_submitter", "verify.all_cleared"),
        part="verifier",
    ),
    _step(
        "finding.close",
        {_S.ACCEPTED},
        _S.CLOSED,
        AUDIT_ROLES,
        relations=_BY_AUDIT,
        checks=("verify.not_submitter", "close.second_person"),
        part="closer",
    ),
    # Closed is for good: a look-back notes what it saw and, where the problem came back, names the new finding.
    _step("finding.confirm", {_S.CLOSED}, _S.CLOSED, AUDIT_ROLES, relations=_BY_AUDIT, checks=("reason.given",)),
    _step(
        "finding.relapse",
        {_S.CLOSED},
        _S.CLOSED,
        AUDIT_ROLES,
        relations=_BY_AUDIT,
        checks=("reason.given", "relapse.linked"),
    ),
)

CHECK_STEPS = (
    _step(
        "check.propose",
        {ABSENT},
        CheckState.PROPOSED,
        WORKERS,
        parties=("audit",),
        checks=("draft.own_body", "check.complete"),
    ),
    _step(
        "check.suspend",
        {ABSENT},
        CheckState.INCONCLUSIVE,
        WORKERS,
        parties=("audit",),
        checks=("draft.own_body", "check.gaps"),
    ),
    _step(
        "check.decide",
        {CheckState.PROPOSED},
        CheckState.DECIDED,
        AUDIT_ROLES,
        relations=_BY_AUDIT,
        checks=("reason.given", "check.conclusion"),
    ),
)

RECORD_STEPS = (
    _step("body.register", {ABSENT}, "active", KEEPERS),
    _step("body.revise", {"active"}, "active", KEEPERS),
    _step("account.enrol", {ABSENT}, "active", {Role.ADMINISTRATOR, Role.SYSTEM}),
    _step("account.suspend", {"active"}, "suspended", {Role.ADMINISTRATOR, Role.SYSTEM}),
    _step("account.restore", {"suspended"}, "active", {Role.ADMINISTRATOR, Role.SYSTEM}),
    _step("engagement.open", {ABSENT}, "open", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    _step("snapshot.keep", {ABSENT}, "kept", WORKERS),
    _step("run.complete", {ABSENT}, "done", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    _step("run.set_aside", {ABSENT}, "not_testable", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    _step(
        "exclusion.set",
        {ABSENT},
        "active",
        AUDIT_ROLES,
        parties=("audit",),
        checks=("draft.own_body", "reason.given", "exclude.expiry"),
    ),
    _step("exclusion.lift", {"active"}, "lifted", AUDIT_ROLES, relations=_BY_AUDIT, checks=("reason.given",)),
    _step("import.complete", {ABSENT}, "done", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    _step("report.compile", {ABSENT}, "compiled", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    _step("report.publish", {"compiled"}, "published", {Role.REVIEWER}, relations=_BY_AUDIT),
)

STEPS: dict[tuple[str, str], Step] = {(s.kind, s.verb): s for s in (*FINDING_STEPS, *CHECK_STEPS, *RECORD_STEPS)}
KINDS: dict[str, tuple[str, ...]] = {}
for _one in STEPS.values():
    KINDS[_one.kind] = tuple(
        sorted({*KINDS.get(_one.kind, ()), *_one.sources, *([_one.target] if _one.target else [])} - {ABSENT})
    )
