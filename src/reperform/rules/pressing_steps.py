"""The steps around a finding that is being put right: extensions, waivers, pressing, campaigns, instructions, filings.

Rules kept here:

* Who asks does not decide: an extension is asked for by the unit and decided by the audit body.
* A rung of the ladder is proposed by the calendar and issued by a person; nothing is sent by time alone.
* A waiver sets one named rule aside for one subject, with a reason, until a day; it is published.
* A campaign gives each of its issues to one lead department, which plans, reports and finishes; the audit body accepts.
* The three duties of a unit (report, report to its government, publish) are filings with a proof each.

Sources: Audit Law (2021) art. 52; for the ladder Zhejiang Audit Regulations 2017 art. 38-43, Beijing Audit Regulations
2023.
"""

from __future__ import annotations

from reperform.rules.step import (
    ABSENT,
    AUDIT_ROLES,
    BY_AUDIT,
    BY_HANDLER,
    BY_LEAD,
    LEADERS,
    REVIEWERS,
    UNIT,
    WORKERS,
    step,
)

_OF_A_UNIT = ("audit", "responsible")
_OF_A_LEAD = ("audit", "lead")

EXTENSION_STEPS = (
    step(
        "extension.request", {ABSENT}, "requested", UNIT, parties=_OF_A_UNIT, part="requester",
        checks=("request.own_body", "reason.given", "extend.later"),
    ),
    step("extension.withdraw", {"requested"}, "withdrawn", UNIT, relations=BY_HANDLER),
    step(
        "extension.grant", {"requested"}, "granted", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("decide.not_requester", "reason.given", "extension.times", "extension.days"),
    ),
    step(
        "extension.refuse", {"requested"}, "refused", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("decide.not_requester", "reason.given"),
    ),
)  # fmt: skip

WAIVER_STEPS = (
    step(
        "waiver.grant", {ABSENT}, "active", REVIEWERS, parties=("audit", "rule", "subject", "expires"),
        checks=("draft.own_body", "reason.given", "waiver.rule", "exclude.expiry"),
    ),
    step("waiver.lift", {"active"}, "lifted", REVIEWERS, relations=BY_AUDIT, checks=("reason.given",)),
)  # fmt: skip

ESCALATION_STEPS = (
    step(
        "escalation.propose", {ABSENT}, "proposed", WORKERS, parties=_OF_A_UNIT,
        checks=("draft.own_body", "reason.given", "escalation.rung"),
    ),
    step("escalation.drop", {"proposed"}, "dropped", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step("escalation.issue", {"proposed"}, "issued", AUDIT_ROLES, relations=BY_AUDIT, checks=("issue.due",)),
    step("escalation.answer", {"issued"}, "answered", UNIT, relations=BY_HANDLER, checks=("submit.result",)),
    step(
        "escalation.settle", {"issued", "answered"}, "settled", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given",),
    ),
)  # fmt: skip

CAMPAIGN_STEPS = (
    step("campaign.open", {ABSENT}, "open", AUDIT_ROLES, parties=("audit",), checks=("draft.own_body", "issue.due")),
    step(
        "campaign.conclude", {"open"}, "concluded", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given", "campaign.tasks"),
    ),
    step(
        "task.assign", {ABSENT}, "assigned", AUDIT_ROLES, parties=_OF_A_LEAD,
        checks=("draft.own_body", "task.lead", "issue.due"),
    ),
    step(
        "task.plan", {"assigned", "planned", "returned"}, "planned", LEADERS, relations=BY_LEAD,
        checks=("plan.action",),
    ),
    step("task.report", {"planned"}, "", LEADERS, relations=BY_LEAD, checks=("submit.result",)),
    step("task.finish", {"planned"}, "finished", LEADERS, relations=BY_LEAD, checks=("submit.result",)),
    step("task.return", {"finished"}, "returned", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step("task.accept", {"finished"}, "accepted", AUDIT_ROLES, relations=BY_AUDIT),
)  # fmt: skip

INSTRUCTION_STEPS = (
    step(
        "instruction.enter", {ABSENT}, "open", AUDIT_ROLES, parties=("audit",),
        checks=("draft.own_body", "instruction.kind"),
    ),
    step(
        "instruction.reply", {"open", "replied"}, "replied", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("submit.result",),
    ),
    step(
        "instruction.settle", {"open", "replied"}, "settled", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given",),
    ),
)  # fmt: skip

INSPECTION_STEPS = (
    step(
        "inspection.plan", {ABSENT}, "planned", AUDIT_ROLES, parties=_OF_A_UNIT, checks=("draft.own_body", "issue.due"),
    ),
    step(
        "inspection.hold", {"planned"}, "held", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("submit.result", "inspection.two"),
    ),
    step("inspection.cancel", {"planned"}, "cancelled", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
)  # fmt: skip

FILING_STEPS = (
    step(
        "filing.hand_in", {ABSENT}, "filed", UNIT, parties=_OF_A_UNIT,
        checks=("request.own_body", "filing.duty", "filing.proof"),
    ),
    step("filing.return", {"filed"}, "returned", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step("filing.renew", {"returned"}, "filed", UNIT, relations=BY_HANDLER, checks=("filing.proof",)),
    step("filing.accept", {"filed"}, "accepted", AUDIT_ROLES, relations=BY_AUDIT),
)  # fmt: skip

PRESSING_STEPS = (
    *EXTENSION_STEPS,
    *WAIVER_STEPS,
    *ESCALATION_STEPS,
    *CAMPAIGN_STEPS,
    *INSTRUCTION_STEPS,
    *INSPECTION_STEPS,
    *FILING_STEPS,
)
