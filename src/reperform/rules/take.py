"""Take a step, or say which rule forbids it.

The order of the questions is fixed, so that the same wrong step is refused with the same rule everywhere:
the step exists, the state fits, the role fits, the body stands in the right relation, then the named checks in turn.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from reperform.errors import N_, Refused
from reperform.rules.checks import CHECKS
from reperform.rules.standing import Actor, Facts, Role, Standing
from reperform.rules.steps import STEPS, Step


def find_step(kind: str, verb: str) -> Step:
    """Return the row of the table; `Refused` with rule `step.unknown` where there is none."""
    step = STEPS.get((kind, verb))
    if step is None:
        raise Refused("step.unknown", N_("There is no step {step}."), step=f"{kind}.{verb}")
    return step


def take(
    kind: str, verb: str, standing: Standing, actor: Actor, facts: Facts, *, waived: Collection[str] = ()
) -> Standing:
    """Return the standing after the step; raise `Refused` naming the rule if it is not permitted.

    `waived` names checks that an active waiver sets aside for this subject (`rules.waivers`).
    """
    step = find_step(kind, verb)
    if standing.state not in step.sources:
        raise Refused(
            f"{step.name}.state",
            N_("Cannot take the step {step}: it is {state}."),
            step=step.name,
            state=standing.state or "absent",
        )
    if actor.role not in step.roles:
        raise Refused(
            f"{step.name}.role",
            N_("The role {role} may not take the step {step}."),
            role=actor.role.value,
            step=step.name,
        )
    if step.relations and actor.role is not Role.SYSTEM and standing.relation(actor) not in step.relations:
        raise Refused(
            f"{step.name}.relation", N_("Your body is not the one that may take the step {step}."), step=step.name
        )
    for name in step.checks:
        check = CHECKS[name]
        if name not in waived and not check.holds(standing, actor, facts):
            raise _refusal(name, check.message, facts)
    return _after(step, standing, actor, facts)


def _refusal(rule: str, message: str, facts: Facts) -> Refused:
    # The facts may come from a hostile file: they are places for the sentence, never arguments of a call.
    refusal = Refused(rule, message)
    refusal.params = {"unsettled": facts.get("unsettled", "?")}
    return refusal


def _after(step: Step, standing: Standing, actor: Actor, facts: Facts) -> Standing:
    parties, people = standing.parties, standing.people
    if bound := {name: str(facts[name]) for name in step.parties if name in facts}:
        parties = MappingProxyType({**parties, **bound})
    if step.part:
        people = MappingProxyType({**people, step.part: actor.account})
    return Standing(step.target or standing.state, standing.seq + 1, parties, people)


@dataclass(frozen=True)
class Offer:
    """A step as a page shows it: permitted, or refused with the rule and the reason."""

    verb: str
    refusal: Refused | None

    @property
    def permitted(self) -> bool:
        return self.refusal is None


def offers(kind: str, standing: Standing, actor: Actor, facts: Facts, *, assume: Facts | None = None) -> list[Offer]:
    """Return every step of the kind with its permission, in the order of the table.

    `assume` holds what the person will write on the form (a reason, a result), which is not known yet.
    """
    known = {**facts, **(assume or {})}
    found = []
    for (of_kind, verb), step in STEPS.items():
        if of_kind != kind or standing.state not in step.sources:
            continue
        try:
            take(kind, verb, standing, actor, known)
        except Refused as refusal:
            found.append(Offer(verb, refusal))
        else:
            found.append(Offer(verb, None))
    return found
