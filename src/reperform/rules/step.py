"""One row of the table of steps, and the short way to write it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reperform.rules.standing import Relation, Role

ABSENT = ""  # the state of a subject that does not exist yet
AUDIT_ROLES = frozenset({Role.AUDITOR, Role.REVIEWER})
WORKERS = AUDIT_ROLES | {Role.SYSTEM}
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM}) | AUDIT_ROLES
UNIT = frozenset({Role.LIAISON})
LEADERS = frozenset({Role.LEAD})
PARTNERS = frozenset({Role.PARTNER})
REVIEWERS = frozenset({Role.REVIEWER})
BY_AUDIT = (Relation.AUDIT,)
BY_UNIT = (Relation.RESPONSIBLE,)
BY_HANDLER = (Relation.RESPONSIBLE, Relation.DELEGATE)
BY_LEAD = (Relation.LEAD,)
BY_RECEIVER = (Relation.RECEIVER,)


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


def step(
    name: str,
    sources: Collection[str],
    target: str,
    roles: Collection[Role],
    *,
    relations: tuple[Relation, ...] = (),
    checks: tuple[str, ...] = (),
    parties: tuple[str, ...] = (),
    part: str = "",
) -> Step:
    """Return a row; `name` is kind and verb with a point between."""
    kind, verb = name.split(".")
    return Step(kind, verb, frozenset(sources), target, frozenset(roles), frozenset(relations), checks, parties, part)
