"""What the rules need to know of a subject, and of the person who takes a step.

A *standing* is the whole memory of the rules: it is rebuilt from the log entries of one subject, one by one, and it
is kept in the columns of the ledger's row. Both must agree; the tests and the verifier compare them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Fact: TypeAlias = "str | int | bool | list[str]"
Facts: TypeAlias = Mapping[str, Fact]
NOTHING: Mapping[str, str] = MappingProxyType({})


class Role(StrEnum):
    """What a person is in the process; a person has exactly one role, in exactly one body."""

    AUDITOR = "auditor"  # 审计员
    REVIEWER = "reviewer"  # 审计复核人, the second person
    LIAISON = "liaison"  # 被审计单位联络员
    LEAD = "lead"  # 牵头（主管）部门经办人
    PARTNER = "partner"  # 协同单位经办人: discipline, inspection, organisation, finance, state assets, police
    LEGISLATOR = "legislator"  # 人大代表, reads only
    ADMINISTRATOR = "administrator"  # 系统管理员, keeps bodies and accounts
    SYSTEM = "system"  # a scheduled or command-line step without a person


class Relation(StrEnum):
    """How the body of a person stands to a subject."""

    AUDIT = "audit"  # the audit body that keeps the finding
    RESPONSIBLE = "responsible"  # the body that must put it right
    DELEGATE = "delegate"  # the body that handles it for the responsible one, until a day
    LEAD = "lead"  # the competent department that presses its sector
    RECEIVER = "receiver"  # the body to which a matter was referred
    NONE = "none"


_RELATIONS = tuple((relation.value, relation) for relation in Relation)


@dataclass(frozen=True)
class Actor:
    """Who takes a step: an opaque account code, one role, one body."""

    account: str
    role: Role
    body: str


@dataclass(frozen=True)
class Standing:
    """Where a subject stands: its state, its version, the bodies bound to it and who did what.

    `parties` maps a relation to a body code, and what else binds the subject (the last day of a delegation, the rule
    that a waiver sets aside); `people` maps a part in the process (submitter, verifier) to an account code. The
    standing of a subject that does not exist yet is `Standing()`.
    """

    state: str = ""
    seq: int = 0
    parties: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    people: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    def relation(self, actor: Actor) -> Relation:
        """Return how the actor's body stands to this subject; the first match in the order of `Relation` wins."""
        if not actor.body:
            return Relation.NONE
        for name, relation in _RELATIONS:
            if self.parties.get(name) == actor.body:
                return relation
        return Relation.NONE
