"""Random histories: whoever tries whatever, rules, ledger and log agree, and replay gives the same ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from reperform.errors import Refused, Stale
from reperform.ledger import workshop
from reperform.ledger.append import Digest
from reperform.ledger.models import Event, Finding, Inquiry, Run
from reperform.ledger.models.inquiries import Answer
from reperform.ledger.models.rectifying import EvidenceKind
from reperform.rectify import answering, campaigning, extending, filing, inspecting, instructing, pressing, referring
from reperform.rectify.actions import Attachment, Measure, Result, plan, progress, submit
from reperform.rectify.campaigning import Issue
from reperform.rectify.joining import Share, conclude, divide
from reperform.rectify.referring import Letter
from reperform.reveal import inquiring
from reperform.reveal.actions import discard, issue
from reperform.reveal.inquiring import Said
from reperform.rules.outcomes import Closure, Duty, InstructionKind, OutcomeKind, Purpose, Response, Rung, Use
from reperform.rules.steps import STEPS
from reperform.verify import actions as verify
from reperform.verify import waiving
from tests.loop.agreement import disagreements
from tests.web.scene import ran, rows
from tests.world import SEEN, World

WHO = st.sampled_from(
    ["auditor", "auditor_two", "reviewer", "liaison", "clerk", "stranger", "lead", "partner", "police", "legislator"]
)
TEXT = st.sampled_from(["已核实", "情况属实", "同意", ""])
Step = Callable[["Histories", Any, str], object]


def _proof(self: Histories) -> tuple[Attachment, ...]:
    return (Attachment(Digest("ab" * 32, "cd" * 32, 3), "回单.pdf", EvidenceKind.VOUCHER),)


def _inquire(self: Histories, _finding: Finding, text: str) -> object:
    rows = list(self.run.rows.filter(sifting="pending").select_related("run").order_by("pk")[:2])
    if not rows:
        raise Refused("inquiry.rows", "everything is being checked or sifted")
    return inquiring.send(rows, receiver=self.world.bodies["YJ-SIF"], question=text, by=self.who, at=self.now())


def _answer(self: Histories, inquiry: Inquiry, text: str) -> object:
    """Answer one row or all of them, each with the word whose turn it is."""
    asked = inquiry.rows.select_related("row").order_by("pk")[: 1 + self.number % 2]
    said = [Said(one, Answer.values[(self.number + one.pk) % 3], text) for one in asked]
    return inquiring.answer(inquiry, said, by=self.who, at=self.now())


def _settle(self: Histories, inquiry: Inquiry, _text: str) -> object:
    return inquiring.settle(
        inquiry, procedure=workshop.procedures()["SI-01"], engagement=self.world.engagement,
        expires_on=date(2027, 4, 1), by=self.who, at=self.now(),
    )  # fmt: skip


def _request(self: Histories, finding: Finding, text: str) -> object:
    due = (finding.due_on or date(2026, 6, 30)) + timedelta(days=self.number)
    return extending.request(finding, due_on=due, reason=text, by=self.who, at=self.now())


def _draft(self: Histories, finding: Finding, text: str) -> object:
    letter = Letter("线索", text, amount=100)
    receiver = self.world.bodies["YJ-CDI"]
    return referring.draft(letter, purpose=Purpose.CLUE, receiver=receiver, finding=finding, by=self.who, at=self.now())


def _campaign(self: Histories, finding: Finding, text: str) -> object:
    issues = [Issue("突出问题", self.world.bodies["YJ-HRSS"], date(2026, 12, 1), finding)]
    return campaigning.open_(
        title="专项整改", basis=text, due_on=date(2026, 12, 1), issues=issues, by=self.who, at=self.now()
    ).tasks.get()


def _divide(self: Histories, finding: Finding, text: str) -> object:
    joint = divide(finding, shares=[Share(self.world.bodies["YJ-CA"], 200 * self.number)], text=text, by=self.who,
                   at=self.now())  # fmt: skip
    self.here["finding"] += joint.parts.exclude(pk=finding.pk)
    return joint


def _submit(self: Histories, finding: Finding, text: str) -> object:
    money = [Result(OutcomeKind.MONEY, "return_to_channel", 100 * self.number, reference=finding.number)]
    return submit(finding, text=text, results=money, attachments=_proof(self), by=self.who, at=self.now())


def _waive(self: Histories, finding: Finding, text: str) -> object:
    return waiving.grant(
        finding,
        rule="accept.evidence",
        reason=text,
        expires_at=self.now() + timedelta(days=1),
        by=self.who,
        at=self.now(),
    )


OF_FINDINGS: dict[str, Step] = {
    "plan": lambda s, f, t: plan(f, [Measure("immediate", t)], by=s.who, at=s.now()),
    "progress": lambda s, f, t: progress(f, measure=s.number, done_on=date(2026, 4, 1), by=s.who, at=s.now()),
    "issue": lambda s, f, t: issue([f], due_on=date(2026, 6, 30), by=s.who, at=s.now()),
    "divide": _divide,
    "submit": _submit,
    "accept": lambda s, f, t: verify.accept(
        f, standard=SEEN, waiver=s.last.get("waiver", ""), by=s.who, at=s.now()
    ),
    "return": lambda s, f, t: verify.return_(f, reason=t, by=s.who, at=s.now()),
    "close": lambda s, f, t: verify.close(f, by=s.who, at=s.now()),
    "set_aside": lambda s, f, t: verify.set_aside(
        f, closure=Closure.CANNOT_BE_DONE, paper="会议纪要", reason=t, by=s.who, at=s.now()
    ),
    "discard": lambda s, f, t: discard(f, reason=t, by=s.who, at=s.now()),
    "respond": lambda s, f, t: answering.respond(f, response=Response.PARTLY, reason=t, by=s.who, at=s.now()),
    "delegate": lambda s, f, t: answering.delegate(
        f, to=s.world.bodies["YJ-SIF-E"], until=date(2026, 4, 1) + timedelta(days=s.number), reason=t, by=s.who,
        at=s.now(),
    ),
    "recall": lambda s, f, t: answering.recall(f, by=s.who, at=s.now()),
    "dispute": lambda s, f, t: answering.dispute(f, reason=t, by=s.who, at=s.now()),
    "withdraw": lambda s, f, t: answering.withdraw(f, reason=t, by=s.who, at=s.now()),
    "uphold": lambda s, f, t: answering.uphold(f, reason=t, paper="裁决", by=s.who, at=s.now()),
    "annul": lambda s, f, t: answering.annul(f, reason=t, paper="裁决", by=s.who, at=s.now()),
    "request": _request,
    "waive": _waive,
    "propose": lambda s, f, t: pressing.propose([(f, Rung.REMINDER, -3)], as_of=date(2026, 6, 1), at=s.now(), by=s.who),
    "inspect": lambda s, f, t: inspecting.plan(f, on=date(2026, 7, 1), matter=t, by=s.who, at=s.now()),
    "file": lambda s, f, t: filing.hand_in(
        [f], duty=Duty.REPORT, on=date(2026, 7, 1), to="", reference=t, attachments=_proof(s)[: s.number % 2],
        by=s.who, at=s.now(),
    ),
    "refer": _draft,
    "campaign": _campaign,
    "instruct": lambda s, f, t: instructing.enter(
        kind=InstructionKind.INSTRUCTION, title="批示", text=t, findings=[f], by=s.who, at=s.now()
    ),
    "inquire": _inquire,
}  # fmt: skip
OF_OTHERS: dict[str, dict[str, Step]] = {
    "extension": {
        "grant": lambda s, x, t: extending.grant(x, reason=t, by=s.who, at=s.now()),
        "refuse": lambda s, x, t: extending.refuse(x, reason=t, by=s.who, at=s.now()),
        "withdraw": lambda s, x, t: extending.withdraw(x, by=s.who, at=s.now()),
    },
    "escalation": {
        "issue": lambda s, x, t: pressing.issue(x, paper=t, reply_due_on=date(2026, 7, 9), by=s.who, at=s.now()),
        "drop": lambda s, x, t: pressing.drop(x, reason=t, by=s.who, at=s.now()),
        "answer": lambda s, x, t: pressing.answer(x, text=t, by=s.who, at=s.now()),
        "settle": lambda s, x, t: pressing.settle(x, outcome=t, by=s.who, at=s.now()),
    },
    "inspection": {
        "hold": lambda s, x, t: inspecting.hold(
            x, inspectors=["甲", "乙"], result=t, on=date(2026, 7, 2), by=s.who, at=s.now()
        ),
        "cancel": lambda s, x, t: inspecting.cancel(x, reason=t, by=s.who, at=s.now()),
    },
    "filing": {
        "return": lambda s, x, t: filing.return_(x, reason=t, by=s.who, at=s.now()),
        "renew": lambda s, x, t: filing.renew(
            x, on=date(2026, 7, 3), reference=t, attachments=_proof(s), by=s.who, at=s.now()
        ),
        "accept": lambda s, x, t: filing.accept(x, by=s.who, at=s.now()),
    },
    "waiver": {"lift": lambda s, x, t: waiving.lift(x, reason=t, by=s.who, at=s.now())},
    "joint": {"conclude": lambda s, x, t: conclude(x, result=t, by=s.who, at=s.now())},
    "task": {
        "plan": lambda s, x, t: campaigning.plan(x, text=t, by=s.who, at=s.now()),
        "report": lambda s, x, t: campaigning.report(x, text=t, by=s.who, at=s.now()),
        "finish": lambda s, x, t: campaigning.finish(x, result=t, by=s.who, at=s.now()),
        "return": lambda s, x, t: campaigning.return_(x, reason=t, by=s.who, at=s.now()),
        "accept": lambda s, x, t: campaigning.accept(x, by=s.who, at=s.now()),
        "conclude": lambda s, x, t: campaigning.conclude(x.campaign, result=t, by=s.who, at=s.now()),
    },
    "instruction": {
        "reply": lambda s, x, t: instructing.reply(x, text=t, by=s.who, at=s.now()),
        "settle": lambda s, x, t: instructing.settle(x, reason=t, by=s.who, at=s.now()),
    },
    "inquiry": {
        "answer": _answer,
        "return": lambda s, x, t: inquiring.return_(x, reason=t, by=s.who, at=s.now()),
        "take_back": lambda s, x, t: inquiring.take_back(x, reason=t, by=s.who, at=s.now()),
        "settle": _settle,
    },
    "referral": {
        "approve": lambda s, x, t: referring.approve(x, by=s.who, at=s.now()),
        "drop": lambda s, x, t: referring.drop(x, reason=t, by=s.who, at=s.now()),
        "send": lambda s, x, t: referring.send(x, by=s.who, at=s.now()),
        "receive": lambda s, x, t: referring.receive(x, by=s.who, at=s.now()),
        "accept": lambda s, x, t: referring.accept(x, by=s.who, at=s.now()),
        "decline": lambda s, x, t: referring.decline(x, reason=t, by=s.who, at=s.now()),
        "forward": lambda s, x, t: referring.forward(x, to=s.world.bodies["YJ-POL"], reason=t, by=s.who, at=s.now()),
        "file": lambda s, x, t: referring.file(x, by=s.who, at=s.now()),
        "not_file": lambda s, x, t: referring.not_file(x, reason=t, by=s.who, at=s.now()),
        "review": lambda s, x, t: referring.review(x, reason=t, by=s.who, at=s.now()),
        "conclude": lambda s, x, t: referring.conclude(x, use=Use.PENALTY, reply=t, by=s.who, at=s.now()),
        "settle": lambda s, x, t: referring.settle(x, reason=t, by=s.who, at=s.now()),
    },
}
EVERY = {f"finding.{verb}" for verb in OF_FINDINGS} | {
    f"{kind}.{verb}" for kind, of in OF_OTHERS.items() for verb in of
}
TAKEN: set[str] = set()


class Histories(RuleBasedStateMachine):
    """People try steps on what is there; each example is undone in the database when it ends."""

    world: World  # set by the test, shared by the examples
    run: Run  # its rows are sent to be checked

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.here: dict[str, list[Any]] = {
            "finding": [*(self.world.issued(ordered=500) for _ in range(2)), self.world.draft(ordered=500)]
        }
        self.last: dict[str, str] = {}
        self.entries, self.number, self.who = Event.objects.count(), 1, self.world.auditor

    def now(self) -> Any:
        return self.world.now()

    @rule(data=st.data(), who=WHO, text=TEXT, number=st.integers(0, 5))
    def try_step(self, data: st.DataObject, who: str, text: str, number: int) -> None:
        """Let somebody try a step that the state allows; two tries in three are by one whose role and body fit."""
        kind = data.draw(st.sampled_from(sorted(self.here)))
        subject = data.draw(st.sampled_from(self.here[kind]))
        subject = type(subject).objects.get(pk=subject.pk)
        table = OF_FINDINGS if kind == "finding" else OF_OTHERS[kind]
        fitting = [verb for verb in table if self.fits(kind, verb, subject.state)]
        onwards = [verb for verb in fitting if self.moves(kind, verb, subject.state)]
        verb = data.draw(st.sampled_from((onwards if number % 2 else []) or fitting or sorted(table)))
        self.who, self.number = getattr(self.world, who), number
        if number % 3 and (step := STEPS.get((kind, verb))):
            people = [one for one in self.world.people.values() if one.actor().role in step.roles]
            near = [one for one in people if subject.standing().relation(one.actor()) in step.relations]
            self.who = data.draw(st.sampled_from(near or people))
        try:
            with transaction.atomic():
                made = table[verb](self, subject, text)
        except (Refused, Stale):
            assert Event.objects.count() == self.entries
            return
        self.entries = Event.objects.count()
        TAKEN.add(f"{kind}.{verb}")
        for one in made if isinstance(made, list) else [made]:  # what a step made takes steps itself
            if getattr(one, "kind", "") in OF_OTHERS and one not in self.here.get(one.kind, ()):
                self.here.setdefault(one.kind, []).append(one)
                self.last[one.kind] = one.number

    @staticmethod
    def fits(kind: str, verb: str, state: str) -> bool:
        """Whether the table knows the verb from this state; a verb that opens another record fits always."""
        step = STEPS.get((kind, verb))
        return step is None or state in step.sources

    @staticmethod
    def moves(kind: str, verb: str, state: str) -> bool:
        """Whether the verb leads out of the state, so that histories get somewhere."""
        step = STEPS.get((kind, verb))
        return step is not None and step.target not in ("", state)

    def teardown(self) -> None:
        try:
            assert disagreements() == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


def test_in_every_history_rules_ledger_and_log_agree(world: World) -> None:
    Histories.world, Histories.run = world, ran(world, rows("YJ-SIF", 12))
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=25, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert any(name.startswith("inquiry.") for name in TAKEN)
    assert len(TAKEN) > 20, sorted(EVERY - TAKEN)  # the histories got somewhere
