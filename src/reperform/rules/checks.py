"""The named conditions of steps, each with the sentence that refuses it.

A check reads the standing, the actor and the facts of the step, nothing else: an outsider who has the log can ask it
again. A fact that is absent or of another type holds for nothing, so that nothing passes by silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reperform.errors import N_
from reperform.rules.outcomes import Closure, Duty, InstructionKind, Purpose, Response, Rung, Supervision, Use
from reperform.rules.standing import Actor, Facts, Relation, Role, Standing

Test = Callable[[Standing, Actor, Facts], bool]
WAIVABLE = frozenset({"extension.times", "extension.days", "accept.standard", "accept.evidence", "submit.voucher_once"})


@dataclass(frozen=True)
class Check:
    """A named condition of a step, and the sentence that refuses it."""

    holds: Test
    message: str


def number(facts: Facts, name: str) -> int:
    """Return a count or an amount; one that is absent or of another type is none (-1)."""
    value = facts.get(name)
    return value if type(value) is int else -1


def _said(name: str) -> Test:
    return lambda _standing, _actor, facts: facts.get(name) is True


def _named(name: str) -> Test:
    return lambda _standing, _actor, facts: isinstance(facts.get(name), str) and bool(facts[name])


def _none(name: str) -> Test:
    return lambda _standing, _actor, facts: number(facts, name) == 0


def _some(name: str) -> Test:
    return lambda _standing, _actor, facts: number(facts, name) > 0


def _one_of(name: str, words: type[Response | Closure | Rung | Purpose | Use | InstructionKind | Duty]) -> Test:
    return lambda _standing, _actor, facts: facts.get(name) in tuple(words)


def _within(name: str, limit: str) -> Test:
    return lambda _standing, _actor, facts: 0 <= number(facts, name) <= number(facts, limit)


def _not(part: str) -> Test:
    return lambda standing, actor, _facts: actor.account != standing.people.get(part)


def _in_time(standing: Standing, actor: Actor, facts: Facts) -> bool:
    """The responsible body may act always, its delegate until the last day; both as ISO dates."""
    if standing.relation(actor) is not Relation.DELEGATE:
        return standing.relation(actor) is Relation.RESPONSIBLE
    return "" < str(facts.get("on", "")) <= standing.parties.get("delegate_until", "")


def _later(_standing: Standing, _actor: Actor, facts: Facts) -> bool:
    return "" < str(facts.get("due_before", "")) < str(facts.get("due", ""))


def _responded(_standing: Standing, _actor: Actor, facts: Facts) -> bool:
    agreed = facts.get("response") == Response.AGREE
    return facts.get("response") in tuple(Response) and (agreed or facts.get("reason") is True)


def _within_ordered(_standing: Standing, _actor: Actor, facts: Facts) -> bool:
    done = number(facts, "done")
    return done >= 0 and (done <= number(facts, "ordered") or facts.get("over_reason") is True)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "draft.own_body": Check(
            lambda s, a, f: a.role is Role.SYSTEM or f.get("audit") == a.body,
            N_("It must be kept by your own audit body."),
        ),
        "request.own_body": Check(
            lambda s, a, f: f.get("responsible") == a.body, N_("It must be handed in by the body that is responsible.")
        ),
        "token.owner": Check(lambda s, a, f: s.people.get("owner") == a.account, N_("It is another person's token.")),
        "reason.given": Check(_said("reason"), N_("A reason must be written.")),
        "issue.responsible": Check(
            lambda s, a, f: bool(f.get("responsible", s.parties.get("responsible"))),
            N_("A responsible body must be named before the finding is issued."),
        ),
        "issue.due": Check(_named("due"), N_("A time limit must be set.")),
        "issue.parts": Check(
            _none("parts_missing"), N_("Criteria and condition must both be written before the finding is issued.")
        ),
        "assign.responsible": Check(
            lambda s, a, f: "responsible" not in f, N_("The responsible body of an issued finding can't be changed.")
        ),
        "supervise.method": Check(
            lambda s, a, f: f.get("supervision") in tuple(Supervision),
            N_("The method of supervision must be comprehensive, special or key."),
        ),
        "respond.word": Check(
            _responded, N_("The answer must be agree, partly or disagree; what is not agreed to needs a reason.")
        ),
        "delegate.until": Check(
            lambda s, a, f: (
                bool(f.get("delegate"))
                and f.get("delegate") not in (a.body, s.parties.get("audit"))
                and "" < str(f.get("on", "")) <= str(f.get("delegate_until", ""))
            ),
            N_("A delegation names another body and a last day that has not passed."),
        ),
        "delegate.in_time": Check(_in_time, N_("The delegation to your body has ended.")),
        "recall.delegate": Check(
            lambda s, a, f: bool(s.parties.get("delegate")) and f.get("delegate") == "",
            N_("Nothing has been delegated."),
        ),
        "plan.action": Check(_some("actions"), N_("A plan needs at least one corrective action.")),
        "progress.measure": Check(_some("measure"), N_("The measure must be named by its place in the plan.")),
        "progress.done": Check(
            lambda s, a, f: "" < str(f.get("done_on", "")) <= str(f.get("on", "")),
            N_("The day on which it was done can't lie in the future."),
        ),
        "claim.items": Check(_some("items"), N_("Something must be said of at least one item.")),
        "submit.items_within_done": Check(
            _within("items_done", "done"), N_("The items claim more than stands in the money classes.")
        ),
        "submit.once": Check(_none("outcomes_twice"), N_("A rule or a person stands twice; each counts once.")),
        "submit.voucher_once": Check(
            _none("vouchers_twice"),
            N_("A voucher stands in another money class or another finding already; one yuan goes to one class."),
        ),
        "joint.bodies": Check(
            lambda s, a, f: isinstance(f.get("parts"), list) and 2 <= number(f, "bodies") == len(f["parts"]),  # type: ignore[arg-type]
            N_("A joint finding has one part for each of at least two bodies."),
        ),
        "joint.shares": Check(
            lambda s, a, f: 0 <= number(f, "ordered") == number(f, "shared"),
            N_("The shares of the bodies must sum to what was ordered."),
        ),
        "joint.ended": Check(_none("parts_open"), N_("Some parts of the joint finding have not ended.")),
        "submit.result": Check(_said("result"), N_("The result must be written.")),
        "submit.within_ordered": Check(
            _within_ordered, N_("More is claimed as done than was ordered; a reason is needed.")
        ),
        "extend.granted": Check(_named("extension"), N_("The granted extension must be named.")),
        "extend.later": Check(_later, N_("The new time limit must lie after the present one.")),
        "decide.not_requester": Check(_not("requester"), N_("The person who asked cannot decide.")),
        "extension.times": Check(
            _within("times", "times_limit"), N_("It has been extended as often as the policy allows.")
        ),
        "extension.days": Check(_within("days", "days_limit"), N_("The policy allows no extension of so many days.")),
        "ruling.paper": Check(_named("paper"), N_("The paper that rules so must be named.")),
        "set_aside.closure": Check(
            lambda s, a, f: f.get("closure") in (Closure.NOT_APPLICABLE, Closure.CANNOT_BE_DONE),
            N_("It must be said whether it no longer applies or cannot be done."),
        ),
        "verify.not_submitter": Check(_not("submitter"), N_("The person who submitted cannot verify.")),
        "verify.all_cleared": Check(_none("unsettled"), N_("{unsettled} items are not cleared yet.")),
        "accept.standard": Check(
            _none("standard_missing"), N_("Not every point of the closing standard that applies has been ticked.")
        ),
        "accept.evidence": Check(
            _none("evidence_missing"), N_("Evidence of a kind that the recognition criteria ask for is missing.")
        ),
        "close.second_person": Check(
            _not("verifier"), N_("The person who accepted cannot close; a second person must check.")
        ),
        "relapse.linked": Check(_named("relapsed_into"), N_("The new finding must be named.")),
        "check.complete": Check(_none("gaps"), N_("The data are incomplete, so no verdict can be proposed.")),
        "check.gaps": Check(_some("gaps"), N_("An inconclusive check must say what is missing.")),
        "check.conclusion": Check(
            lambda s, a, f: f.get("conclusion") in {"held", "not_held", "relapsed"},
            N_("The conclusion must be held, not held or relapsed."),
        ),
        "exclude.expiry": Check(_named("expires"), N_("An expiry date is needed.")),
        "waiver.rule": Check(
            lambda s, a, f: f.get("rule") in WAIVABLE and bool(f.get("subject")),
            N_("This rule can't be set aside."),
        ),
        "escalation.rung": Check(_one_of("rung", Rung), N_("The step of the ladder is unknown.")),
        "campaign.tasks": Check(_none("open_tasks"), N_("Some tasks of the campaign have not been accepted.")),
        "task.lead": Check(_named("lead"), N_("A lead department must be named.")),
        "instruction.kind": Check(
            _one_of("kind", InstructionKind), N_("It must be a request, a report or an instruction.")
        ),
        "inspection.two": Check(
            lambda s, a, f: number(f, "persons") >= 2, N_("An inspection on site needs two persons.")
        ),
        "filing.duty": Check(_one_of("duty", Duty), N_("The duty must be report, co-report or publication.")),
        "filing.proof": Check(_some("evidence"), N_("A proof must be attached.")),
        "referral.receiver": Check(
            lambda s, a, f: bool(f.get("receiver")) and f.get("receiver") not in (a.body, s.parties.get("audit")),
            N_("Another body must be named as the receiver."),
        ),
        "referral.purpose": Check(_one_of("purpose", Purpose), N_("The purpose of the referral is unknown.")),
        "referral.use": Check(_one_of("use", Use), N_("It must be said what use was made of it.")),
        "inquiry.rows": Check(_some("rows"), N_("At least one row is needed.")),
        "inquiry.words": Check(
            _none("wordless"), N_("An answer that explains a row, or says that it is not ours, needs words.")
        ),
        "inquiry.left": Check(_none("left"), N_("Some rows have no answer yet, or are not decided.")),
        "approve.not_drafter": Check(_not("drafter"), N_("The person who drafted cannot approve.")),
    }
)
