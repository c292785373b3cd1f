"""Take a step, or say which rule forbids it.

The order of the questions is fixed, so that the same wrong step is refused with the same rule everywhere:
the step exists, the state fits, the role fits, the body stands in the right relation, then the named checks in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from reperform.errors import N_, Refused
from reperform.rules.standing import Actor, Facts, Role, Standing
from reperform.rules.steps import STEPS, Step

Test = Callable[[Standing, Actor, Facts], bool]


@dataclass(frozen=True)
class Check:
    """A named condition of a step, and the sentence that refuses it."""

    holds: Test
    message: str


def _number(facts: Facts, name: str) -> int:
    """Return a count or an amount; one that is absent or of another type is none (-1), so nothing passes by silence."""
    value = facts.get(name)
    return value if type(value) is int else -1


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "draft.own_body": Check(
            lambda s, a, f: a.role is Role.SYSTEM or f.get("audit") == a.body,
            N_("It must be kept by your own audit body."),
        ),
        "reason.given": Check(lambda s, a, f: f.get("reason") is True, N_("A reason must be written.")),
        "issue.responsible": Check(
            lambda s, a, f: bool(f.get("responsible", s.parties.get("responsible"))),
            N_("A responsible body must be named before the finding is issued."),
        ),
        "issue.due": Check(
            lambda s, a, f: bool(f.get("due")), N_("A time limit must be set before the finding is issued.")
        ),
        "issue.parts": Check(
            lambda s, a, f: _number(f, "parts_missing") == 0,
            N_("Criteria and condition must both be written before the finding is issued."),
        ),
        "assign.responsible": Check(
            lambda s, a, f: "responsible" not in f, N_("The responsible body of an issued finding can't be changed.")
        ),
        "plan.action": Check(
            lambda s, a, f: _number(f, "actions") > 0, N_("A plan needs at least one corrective action.")
        ),
        "submit.result": Check(
            lambda s, a, f: f.get("result") is True, N_("The result of the rectification must be written.")
        ),
        "submit.within_ordered": Check(
            lambda s, a, f: (
                0 <= _number(f, "done") <= _number(f, "ordered")
                or (_number(f, "done") >= 0 and f.get("over_reason") is True)
            ),
            N_("More is claimed as done than was ordered; a reason is needed."),
        ),
        "verify.not_submitter": Check(
            lambda s, a, f: a.account != s.people.get("submitter"), N_("The person who submitted cannot verify.")
        ),
        "verify.all_cleared": Check(
            lambda s, a, f: _number(f, "unsettled") == 0, N_("{unsettled} items are not cleared yet.")
        ),
        "close.second_person": Check(
            lambda s, a, f: a.account != s.people.get("verifier"),
            N_("The person who accepted cannot close; a second person must check."),
        ),
        "relapse.linked": Check(lambda s, a, f: bool(f.get("relapsed_into")), N_("The new finding must be named.")),
        "check.complete": Check(
            lambda s, a, f: _number(f, "gaps") == 0, N_("The data are incomplete, so no verdict can be proposed.")
        ),
        "check.gaps": Check(
            lambda s, a, f: _number(f, "gaps") > 0, N_("An inconclusive check must say what is missing.")
        ),
        "check.conclusion": Check(
            lambda s, a, f: f.get("conclusion") in {"held", "not_held", "relapsed"},
            N_("The conclusion must be held, not held or relapsed."),
        ),
        "exclude.expiry": Check(lambda s, a, f: bool(f.get("expires")), N_("An exclusion needs an expiry date.")),
    }
)


def find_step(kind: str, verb: str) -> Step:
    """Return the row of the table; `Refused` with rule `step.unknown` where there is none."""
    step = STEPS.get((kind, verb))
    if step is None:
        raise Refused("step.unknown", N_("There is no step {step}."), step=f"{kind}.{verb}")
    return step


def take(kind: str, verb: str, standing: Standing, actor: Actor, facts: Facts) -> Standing:
    """Return the standing after the step; raise `Refused` naming the rule if it is not permitted."""
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
        if not check.holds(standing, actor, facts):
            raise _refusal(name, check.message, facts)
    return _after(step, standing, actor, facts)


def _refusal(rule: str, message: str, facts: Facts) -> Refused:
    # The facts may come from a hostile file: they are places for the sentence, never arguments of a call.
    refusal = Refused(rule, message)
    refusal.params = {"unsettled": facts.get("unsettled", "?")}
    return refusal


def _after(step: Step, standing: Standing, actor: Actor, facts: Facts) -> Standing:
    parties = dict(standing.parties)
    parties.update({name: str(facts[name]) for name in step.parties if name in facts})
    people = dict(standing.people)
    if step.part:
        people[step.part] = actor.account
    return replace(
        standing,
        state=step.target or standing.state,
        seq=standing.seq + 1,
        parties=MappingProxyType(parties),
        people=MappingProxyType(people),
    )


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
