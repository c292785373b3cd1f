"""The table of steps: total, reachable, drawn, and the two persons kept apart whatever the history."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from reperform.errors import Refused
from reperform.rules.checks import CHECKS
from reperform.rules.diagram import page
from reperform.rules.replay import Replay
from reperform.rules.standing import Actor, Facts, Relation, Role, Standing
from reperform.rules.steps import ABSENT, FINDING_STEPS, KINDS, OPEN_STATES, STEPS, FindingState
from reperform.rules.take import offers, take

ROOT = Path(__file__).parents[2]
PARTIES = {
    "audit": "AUD", "responsible": "UNIT", "delegate": "BELOW", "delegate_until": "2026-12-31", "lead": "DEPT",
    "receiver": "CDI",
}  # fmt: skip
GENEROUS: Facts = {
    "audit": "AUD", "responsible": "UNIT", "lead": "DEPT", "reason": True, "due": "2026-06-30", "parts_missing": 0,
    "actions": 1, "result": True, "done": 0, "ordered": 0, "unsettled": 0, "relapsed_into": "X", "gaps": 0,
    "conclusion": "held", "expires": "2027-01-01", "standard_missing": 0, "evidence_missing": 0, "response": "agree",
    "delegate": "BELOW", "delegate_until": "2026-12-31", "on": "2026-11-23", "extension": "X-1",
    "due_before": "2026-06-01", "supervision": "key", "paper": "No. 7", "closure": "not_applicable", "times": 1,
    "times_limit": 2, "days": 30, "days_limit": 90, "rule": "extension.days", "subject": "finding:F",
    "rung": "interview", "open_tasks": 0, "kind": "request", "persons": 2, "duty": "report", "evidence": 1,
    "measure": 1, "done_on": "2026-11-01", "items": 1, "items_done": 0, "outcomes_twice": 0, "vouchers_twice": 0,
    "bodies": 2, "parts": ["F", "G"], "shared": 0, "parts_open": 0,
    "rows": 2, "wordless": 0, "left": 0, "receiver": "POLICE", "purpose": "clue", "use": "penalty",
}  # fmt: skip
"""Facts that satisfy every check; a step is given those that fit it by `facts_for`."""
BODY_OF = {
    Role.AUDITOR: "AUD", Role.REVIEWER: "AUD", Role.LIAISON: "UNIT", Role.LEAD: "DEPT", Role.PARTNER: "CDI",
    Role.LEGISLATOR: "NPC", Role.ADMINISTRATOR: "AUD", Role.SYSTEM: "",
}  # fmt: skip
BODIES = ("AUD", "UNIT", "BELOW", "DEPT", "CDI", "OTHER")


def facts_for(name: str, body: str = "AUD") -> dict[str, object]:
    """Return facts with which a step passes its checks when a body takes it."""
    facts: dict[str, object] = {**GENEROUS, "audit": body, "responsible": body}
    if name == "finding.assign":
        facts.pop("responsible")
    if name == "finding.recall":
        facts["delegate"] = ""
    if name == "check.suspend":
        facts["gaps"] = 1
    if name in ("finding.dispute", "finding.withdraw"):
        facts.pop("delegate")
    return facts


def actor(role: Role, account: str = "a1", body: str | None = None) -> Actor:
    return Actor(account, role, BODY_OF[role] if body is None else body)


def refused_by(name: str, standing: Standing, who: Actor, facts: Mapping[str, object]) -> str:
    """Return the rule that refuses the step, or nothing."""
    try:
        take(*name.split("."), standing, who, facts)  # type: ignore[arg-type]
    except Refused as refusal:
        return refusal.rule
    return ""


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_state_step_role_and_body_has_exactly_one_answer(kind: str) -> None:
    table = [step for step in STEPS.values() if step.kind == kind]
    for state, one, role, body in itertools.product(["", *KINDS[kind]], table, Role, BODIES):
        standing = Standing(state=state, seq=3, parties=PARTIES, people={"owner": "a1"})
        who, facts = actor(role, body="" if role is Role.SYSTEM else body), facts_for(one.name, body)
        related = not one.relations or role is Role.SYSTEM or standing.relation(who) in one.relations
        wrong = [
            name
            for name, fits in (("state", state in one.sources), ("role", role in one.roles), ("relation", related))
            if not fits
        ]
        assert refused_by(one.name, standing, who, facts) == (f"{one.name}.{wrong[0]}" if wrong else "")
        if not wrong:
            after = take(kind, one.verb, standing, who, facts)  # type: ignore[arg-type]
            assert (after.state, after.seq) == (one.target or state, 4)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_state_is_reached_from_nothing(kind: str) -> None:
    reached = {ABSENT}
    while True:
        more = {s.target or state for s in STEPS.values() if s.kind == kind for state in s.sources & reached}
        if more <= reached:
            break
        reached |= more
    assert reached - {ABSENT} == set(KINDS[kind])


def test_every_named_check_is_used_and_every_used_check_exists() -> None:
    used = {name for step in STEPS.values() for name in step.checks}
    assert used == set(CHECKS)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_every_check_refuses_somebody(name: str) -> None:
    """Nothing passes by silence: with no facts at all, or with the person himself, each check says no."""
    same = Standing(people=dict.fromkeys(("submitter", "verifier", "requester", "drafter"), "a1"))
    assert not CHECKS[name].holds(
        same, actor(Role.AUDITOR), {"responsible": "X"} if name == "assign.responsible" else {}
    )


def test_the_step_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refusal:
        take("finding", "fly", Standing(), actor(Role.AUDITOR), {})
    assert refusal.value.rule == "step.unknown"


def test_facts_from_a_hostile_file_never_become_arguments() -> None:
    hostile: Facts = {"rule": "x", "message": "y", "hint": "{z}", "unsettled": 3}
    standing = Standing(state="submitted", parties=PARTIES)
    with pytest.raises(Refused) as refusal:
        take("finding", "accept", standing, actor(Role.AUDITOR), hostile)
    assert str(refusal.value) == "3 items are not cleared yet."


def test_a_reader_is_offered_nothing() -> None:
    for state in FindingState:
        standing = Standing(state=state, seq=1, parties=PARTIES)
        assert not any(offer.permitted for offer in offers("finding", standing, actor(Role.LEGISLATOR), GENEROUS))


def test_offers_name_the_rule_of_each_refusal() -> None:
    standing = Standing(state="accepted", seq=5, parties=PARTIES, people={"submitter": "u1", "verifier": "a1"})
    offered = {offer.verb: offer for offer in offers("finding", standing, actor(Role.AUDITOR), GENEROUS)}
    assert offered["return"].permitted
    assert offered["close"].refusal is not None
    assert offered["close"].refusal.rule == "close.second_person"


def test_the_relation_of_a_body_without_a_part_is_none() -> None:
    assert Standing(parties=PARTIES).relation(actor(Role.LIAISON, body="OTHER")) is Relation.NONE
    assert Standing(parties={"audit": ""}).relation(actor(Role.SYSTEM)) is Relation.NONE


def test_the_page_of_steps_is_current() -> None:
    assert (ROOT / "docs/reference/steps.md").read_text(encoding="utf-8") == page(), "run: make pages"


class FindingLife(RuleBasedStateMachine):
    """Random people take random steps; the replay must follow, and two different persons must have closed."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = Standing()
        self.replay = Replay()
        self.closed_at: int | None = None

    @rule(
        verb=st.sampled_from([step.verb for step in FINDING_STEPS]),
        role=st.sampled_from(list(Role)),
        account=st.sampled_from(["a1", "a2", "a3"]),
        facts=st.fixed_dictionaries(
            {}, optional={name: st.sampled_from([value, "", 0, False, 7]) for name, value in GENEROUS.items()}
        ),
    )
    def step(self, verb: str, role: Role, account: str, facts: dict[str, object]) -> None:
        who = actor(role, account)
        known: dict[str, object] = {**GENEROUS, **facts}
        if verb == "assign":
            known.pop("responsible")
        before = self.standing
        try:
            self.standing = take("finding", verb, before, who, known)  # type: ignore[arg-type]
        except Refused:
            return
        self.replay.take(
            {
                "type": f"finding.{verb}", "subject": "finding:F", "seq": before.seq + 1, "prev_state": before.state,
                "state": self.standing.state, "actor": account, "org": who.body, "role": role.value, "facts": known,
            }
        )  # fmt: skip

    @invariant()
    def the_replay_agrees(self) -> None:
        assert self.replay.standings.get("finding:F", Standing()) == self.standing

    @invariant()
    def the_persons_are_kept_apart(self) -> None:
        people = self.standing.people
        if self.standing.state == FindingState.CLOSED:
            assert people["closer"] != people["verifier"]
            assert people["submitter"] not in {people["closer"], people["verifier"]}

    @invariant()
    @precondition(lambda self: self.standing.state == FindingState.CLOSED)
    def closed_is_for_good(self) -> None:
        assert not any(s.target in OPEN_STATES for s in FINDING_STEPS if FindingState.CLOSED in s.sources)


FindingLife.TestCase.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
TestFindingLife = FindingLife.TestCase
