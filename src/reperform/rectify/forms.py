"""The forms of the steps around findings: what each asks, and the verb that takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from reperform.errors import N_, BadInput
from reperform.ledger.asking import Ask, Field, Form, Words
from reperform.ledger.models import Account, Body, Campaign, Finding, Instruction, Referral
from reperform.rectify import (
    actions,
    answering,
    campaigning,
    extending,
    filing,
    inspecting,
    instructing,
    joining,
    pressing,
    referring,
)
from reperform.rectify.actions import Attachment
from reperform.rectify.referring import Enclosed, Letter
from reperform.rules.figures import fen_of
from reperform.rules.outcomes import Duty, InstructionKind, Purpose, Response, Rung, Supervision, Use
from reperform.rules.steps import OPEN_STATES, WITH_UNIT, FindingState

RESPONSES: Mapping[str, Words] = {
    Response.AGREE: _("Agree"), Response.PARTLY: _("Agree in part"), Response.DISAGREE: _("Disagree"),
}  # fmt: skip
SUPERVISIONS: Mapping[str, Words] = {
    Supervision.COMPREHENSIVE: _("Comprehensive"), Supervision.SPECIAL: _("Special"),
    Supervision.KEY: _("Key supervision"),
}  # fmt: skip
RUNGS: Mapping[str, Words] = {
    Rung.REMINDER: _("Reminder"), Rung.PRESS_LETTER: _("Press letter"), Rung.INTERVIEW: _("Interview"),
    Rung.CIRCULAR: _("Circular"), Rung.ACCOUNTABILITY: _("Accountability proposal"),
}  # fmt: skip
PURPOSES: Mapping[str, Words] = {
    Purpose.CLUE: _("Matter to be handled"), Purpose.RESULTS: _("Result to be used"),
}  # fmt: skip
USES: Mapping[str, Words] = {
    Use.INVESTIGATION: _("Case opened and investigated"), Use.PENALTY: _("Administrative penalty"),
    Use.DISCIPLINE: _("Party or administrative discipline"), Use.BUDGET: _("Budget arranged accordingly"),
    Use.APPRAISAL: _("Counted in the appraisal"), Use.PROMOTION: _("Consulted for appointments"),
    Use.INSPECTION: _("Taken up by an inspection"), Use.RULE: _("Rule established"), Use.NONE: _("Not used"),
}  # fmt: skip
MATTERS: Mapping[str, Words] = {
    InstructionKind.REQUEST: _("Request"), InstructionKind.REPORT: _("Report"),
    InstructionKind.INSTRUCTION: _("Instruction"),
}  # fmt: skip
DUTIES: Mapping[str, Words] = {
    Duty.REPORT: _("Report to the audit body"), Duty.CO_REPORT: _("Report to its government or competent body"),
    Duty.PUBLICATION: _("Publication"),
}  # fmt: skip

REASON = Field("reason", _("Reason"), Ask.TEXT)
PAPER = Field("paper", _("Document number"))
FILES = Field("attachments", _("Proof"), Ask.FILES, required=False)


def _word(name: str, label: Words, known: Mapping[str, Words]) -> Field:
    return Field(name, label, Ask.WORD, words=known)


def _propose(finding: Finding, *, rung: str, reason: str, by: Account, at: datetime) -> object:
    on = at.date()
    days = (on - finding.due_on).days if finding.due_on else 0
    return pressing.propose([(finding, Rung(rung), days)], as_of=on, at=at, by=by, reason=reason)[0]


def _file(
    finding: Finding, *, duty: str, on: date, to: str, reference: str, attachments: tuple[Attachment, ...], by: Account,
    at: datetime,
) -> object:  # fmt: skip
    return filing.hand_in(
        [finding], duty=Duty(duty), on=on, to=to, reference=reference, attachments=attachments, by=by, at=at
    )[0]


def _refer(
    finding: Finding, *, purpose: str, receiver: Body, attachments: tuple[Attachment, ...], persons: int | None,
    by: Account, at: datetime, **parts: object,
) -> Referral:  # fmt: skip
    letter = Letter(persons=persons or 0, **parts)  # type: ignore[arg-type]
    enclosed = tuple(Enclosed(one.digest, one.name) for one in attachments)
    return referring.draft(
        letter, purpose=Purpose(purpose), receiver=receiver, finding=finding, enclosed=enclosed, by=by, at=at
    )


def _conclude(
    referral: Referral, *, use: str, reply: str, attachments: tuple[Attachment, ...], by: Account, at: datetime
) -> Referral:
    enclosed = tuple(Enclosed(one.digest, one.name) for one in attachments)
    return referring.conclude(referral, use=Use(use), reply=reply, enclosed=enclosed, by=by, at=at)


def _enter(
    *, kind: str, title: str, text: str, person: str, paper: str, reply_due_on: date | None, findings: list[Finding],
    by: Account, at: datetime,
) -> Instruction:  # fmt: skip
    return instructing.enter(
        kind=InstructionKind(kind), title=title, text=text, person=person, paper=paper, reply_due_on=reply_due_on,
        findings=findings, by=by, at=at,
    )  # fmt: skip


def _divide(draft: Finding, *, shares: list[str], text: str, by: Account, at: datetime) -> object:
    return joining.divide(draft, shares=[_share(line) for line in shares], text=text, by=by, at=at)


def _share(line: str) -> joining.Share:
    code, _space, amount = line.partition(" ")
    body = Body.objects.filter(state="active", number=code).first()
    ordered = fen_of(amount)
    if body is None or ordered is None:
        raise BadInput(
            N_("{line} is not the share of a body."), hint=N_("Write the code of a body and an amount in yuan."),
            rule="joint.share", line=line,
        )  # fmt: skip
    return joining.Share(body, ordered)


def _join(*, findings: list[Finding], title: str, text: str, by: Account, at: datetime) -> object:
    return joining.join(findings, title=title, text=text, by=by, at=at)


def _open(*, title: str, basis: str, due_on: date, by: Account, at: datetime) -> object:
    return campaigning.open_(title=title, basis=basis, due_on=due_on, issues=(), by=by, at=at)


def _assign(
    campaign: Campaign, *, title: str, lead: Body, due_on: date, findings: list[Finding], by: Account,
    at: datetime,
) -> object:  # fmt: skip
    issues = [campaigning.Issue(title, lead, due_on, finding) for finding in findings or [None]]  # type: ignore[list-item]
    return campaigning.add(campaign, issues, by=by, at=at)[0]


def _worded(call: object, enum: type[StrEnum], name: str) -> object:
    """Return a verb whose word arrives as text."""

    def taking(subject: object, **values: object) -> object:
        return call(subject, **{**values, name: enum(str(values[name]))})  # type: ignore[operator]

    return taking


_ISSUED = OPEN_STATES - {FindingState.DRAFT}
FINDING_FORMS = (
    Form(
        "finding", "respond", _("Answer the finding"), _worded(answering.respond, Response, "response"),  # type: ignore[arg-type]
        (
            _word("response", _("Response of the unit"), RESPONSES),
            Field("reason", _("Reason"), Ask.TEXT, required=False),
        ),
    ),
    Form(
        "finding", "delegate", _("Hand the handling down"), answering.delegate,
        (Field("to", _("Delegate"), Ask.BODY), Field("until", _("Delegated until"), Ask.DATE), REASON),
    ),
    Form("finding", "recall", _("Take the handling back"), answering.recall),
    Form("finding", "dispute", _("Dispute the finding"), answering.dispute, (REASON,)),
    Form("finding", "withdraw", _("Withdraw the dispute"), answering.withdraw, (REASON,)),
    Form("finding", "uphold", _("Enter the ruling: the finding stands"), answering.uphold, (PAPER, REASON)),
    Form("finding", "annul", _("Enter the ruling: the finding falls"), answering.annul, (PAPER, REASON)),
    Form(
        "finding", "supervise", _("Change the method of supervision"),
        _worded(answering.supervise, Supervision, "supervision"),  # type: ignore[arg-type]
        (_word("supervision", _("Supervision"), SUPERVISIONS), REASON),
    ),
    Form(
        "finding", "progress", _("Say that a measure is done"), actions.progress,
        (Field("measure", _("Place of the measure in the plan"), Ask.NUMBER), Field("done_on", _("Done on"), Ask.DATE)),
    ),
    Form(
        "finding", "divide", _("Divide among several bodies"), _divide,
        opens="joint", step="joint.form", states=frozenset({FindingState.DRAFT}),
        fields=(
            Field(
                "shares", _("Shares of the other bodies"), Ask.LINES,
                help=_("One a line: code of the body, amount ordered in yuan; the rest stays with the present body."),
            ),
            Field("text", _("What concerns all"), Ask.TEXT, required=False),
        ),
    ),
    Form(
        "finding", "request", _("Ask for more time"), extending.request,
        opens="extension", step="extension.request", states=WITH_UNIT,
        fields=(Field("due_on", _("New time limit asked for"), Ask.DATE), REASON, FILES),
    ),
    Form(
        "finding", "propose", _("Propose a step of the ladder"), _propose,
        opens="escalation", step="escalation.propose", states=WITH_UNIT,
        fields=(_word("rung", _("Step of the ladder"), RUNGS), REASON),
    ),
    Form(
        "finding", "plan_inspection", _("Plan a look on site"), inspecting.plan,
        opens="inspection", step="inspection.plan", states=_ISSUED,
        fields=(Field("on", _("Planned for"), Ask.DATE), Field("matter", _("What is looked at"), Ask.TEXT)),
    ),
    Form(
        "finding", "hand_in", _("Prove one of the three duties"), _file,
        opens="filing", step="filing.hand_in", states=_ISSUED,
        fields=(
            _word("duty", _("Duty"), DUTIES), Field("on", _("Done on"), Ask.DATE),
            Field("to", _("Handed to"), required=False),
            Field("reference", _("Document number or address"), required=False),
            Field("attachments", _("Proof"), Ask.FILES),
        ),
    ),
    Form(
        "finding", "refer", _("Refer the matter"), _refer,
        opens="referral", step="referral.draft",
        fields=(
            _word("purpose", _("Purpose"), PURPOSES),
            Field("receiver", _("Receiving body"), Ask.BODY), Field("title", _("Title")),
            Field("overview", _("Overview of the audit"), Ask.TEXT, required=False),
            Field("matter", _("Facts, nature and basis"), Ask.TEXT),
            Field("basis", _("Legal basis of the referral"), Ask.TEXT, required=False),
            Field("amount", _("Amount"), Ask.MONEY, required=False),
            Field("persons", _("Persons"), Ask.NUMBER, required=False),
            Field("complex", _("Complex matter"), Ask.FLAG, required=False), FILES,
        ),
    ),
)  # fmt: skip

OTHER_FORMS = (
    Form("extension", "grant", _("Grant"), extending.grant, (REASON, Field("waiver", _("Waiver"), required=False))),
    Form("extension", "refuse", _("Refuse"), extending.refuse, (REASON,)),
    Form("extension", "withdraw", _("Withdraw"), extending.withdraw),
    Form(
        "escalation", "issue", _("Issue"), pressing.issue,
        (PAPER, Field("reply_due_on", _("Reply due"), Ask.DATE)),
    ),
    Form("escalation", "drop", _("Drop"), pressing.drop, (REASON,)),
    Form("escalation", "answer", _("Answer"), pressing.answer, (Field("text", _("Answer"), Ask.TEXT),)),
    Form("escalation", "settle", _("Settle"), pressing.settle, (Field("outcome", _("Outcome"), Ask.TEXT),)),
    Form(
        "inspection", "hold", _("Enter what was seen"), inspecting.hold,
        (
            Field("on", _("Held on"), Ask.DATE),
            Field("inspectors", _("Inspectors"), Ask.LINES, help=_("One a line; at least two.")),
            Field("result", _("What was seen"), Ask.TEXT), FILES,
        ),
    ),
    Form("inspection", "cancel", _("Cancel"), inspecting.cancel, (REASON,)),
    Form("filing", "return", _("Return"), filing.return_, (REASON,)),
    Form(
        "filing", "renew", _("Hand a better proof in"), filing.renew,
        (
            Field("on", _("Done on"), Ask.DATE),
            Field("reference", _("Document number or address"), required=False),
            Field("attachments", _("Proof"), Ask.FILES),
        ),
    ),
    Form("filing", "accept", _("Accept"), filing.accept),
    Form(
        "campaign", "assign", _("Give an issue to a lead department"), _assign,
        opens="task", step="task.assign",
        fields=(
            Field("title", _("Issue")), Field("lead", _("Lead body"), Ask.BODY), Field("due_on", _("Due"), Ask.DATE),
            Field("findings", _("Findings"), Ask.FINDINGS, required=False),
        ),
    ),
    Form("joint", "conclude", _("Conclude"), joining.conclude, (Field("result", _("Result"), Ask.TEXT),)),
    Form("campaign", "conclude", _("Conclude"), campaigning.conclude, (Field("result", _("Result"), Ask.TEXT),)),
    Form("task", "plan", _("Plan"), campaigning.plan, (Field("text", _("Plan"), Ask.TEXT),)),
    Form("task", "report", _("Report progress"), campaigning.report, (Field("text", _("Progress"), Ask.TEXT),)),
    Form("task", "finish", _("Finish"), campaigning.finish, (Field("result", _("Result"), Ask.TEXT),)),
    Form("task", "return", _("Return"), campaigning.return_, (REASON,)),
    Form("task", "accept", _("Accept"), campaigning.accept),
    Form("instruction", "reply", _("Reply"), instructing.reply, (Field("text", _("Reply"), Ask.TEXT),)),
    Form("instruction", "settle", _("Settle"), instructing.settle, (REASON,)),
    Form("referral", "approve", _("Approve"), referring.approve),
    Form("referral", "drop", _("Drop"), referring.drop, (REASON,)),
    Form("referral", "send", _("Send"), referring.send),
    Form("referral", "receive", _("Acknowledge receipt"), referring.receive),
    Form("referral", "accept", _("Take the matter up"), referring.accept),
    Form("referral", "decline", _("Decline"), referring.decline, (REASON,)),
    Form(
        "referral", "forward", _("Pass it on"), referring.forward,
        (Field("to", _("Receiving body"), Ask.BODY), REASON),
    ),
    Form("referral", "file", _("Open a case"), referring.file),
    Form("referral", "not_file", _("Open no case"), referring.not_file, (REASON,)),
    Form("referral", "review", _("Ask to look again"), referring.review, (REASON,)),
    Form(
        "referral", "conclude", _("Reply with the result"), _conclude,
        (_word("use", _("Use made of it"), USES), Field("reply", _("Reply"), Ask.TEXT), FILES),
    ),
    Form("referral", "settle", _("Take note"), referring.settle, (REASON,)),
)  # fmt: skip

OPENING_FORMS = (
    Form(
        "instruction", "enter", _("Enter a major matter"), _enter, opens="instruction",
        fields=(
            _word("kind", _("Kind"), MATTERS), Field("title", _("Title")), Field("text", _("Content"), Ask.TEXT),
            Field("person", _("From or to"), required=False), Field("paper", _("Document number"), required=False),
            Field("reply_due_on", _("Reply due"), Ask.DATE, required=False),
            Field("findings", _("Findings"), Ask.FINDINGS, required=False),
        ),
    ),
    Form(
        "joint", "form", _("Join drafts of several bodies"), _join, opens="joint",
        fields=(
            Field("findings", _("Findings"), Ask.FINDINGS), Field("title", _("Title"), required=False),
            Field("text", _("What concerns all"), Ask.TEXT, required=False),
        ),
    ),
    Form(
        "campaign", "open", _("Open a campaign"), _open, opens="campaign",
        fields=(
            Field("title", _("Title")), Field("basis", _("Basis"), required=False),
            Field("due_on", _("Due"), Ask.DATE),
        ),
    ),
)  # fmt: skip
"""Forms that open a record which is about no single finding."""
