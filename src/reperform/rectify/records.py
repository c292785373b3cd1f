"""The kinds of records around findings: what they are called, who may see them, what a list and a page of them show."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from reperform.ledger import scope
from reperform.ledger.asking import RULES, Kind
from reperform.rectify.forms import DUTIES, MATTERS, PURPOSES, RUNGS, USES
from reperform.rules.standing import Role

AUDIT = frozenset({Role.AUDITOR, Role.REVIEWER})
PARTIES = AUDIT | {Role.LIAISON, Role.LEAD}
READERS = PARTIES | {Role.LEGISLATOR}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "extension", _("Extension"), _("Extensions"), PARTIES, scope.extensions,
            ("finding", "responsible", "due_before", "due_on"),
            ("finding", "responsible", "due_before", "due_on", "reason", "requester", "requested_at", "decision",
             "decided_by", "decided_at"),
            {"requested": _("Requested"), "granted": _("Granted"), "refused": _("Refused"),
             "withdrawn": _("Withdrawn")},
        ),
        Kind(
            "waiver", _("Waiver"), _("Waivers"), READERS, scope.waivers,
            ("finding", "rule", "expires_at"),
            ("finding", "rule", "for_subject", "reason", "expires_at", "granted_by", "granted_at"),
            {"active": _("In force"), "lifted": _("Lifted")},
            {"rule": RULES},
        ),
        Kind(
            "escalation", _("Step of the ladder"), _("Steps of the ladder"), READERS, scope.escalations,
            ("finding", "responsible", "rung", "overdue_days", "reply_due_on"),
            ("finding", "responsible", "rung", "overdue_days", "reason", "proposed_on", "issued_on", "paper",
             "reply_due_on", "answer", "outcome"),
            {"proposed": _("Proposed"), "dropped": _("Dropped"), "issued": _("Issued"), "answered": _("Answered"),
             "settled": _("Settled")},
            {"rung": RUNGS},
        ),
        Kind(
            "inspection", _("Inspection"), _("Inspections"), PARTIES, scope.inspections,
            ("finding", "responsible", "planned_on", "held_on"),
            ("finding", "responsible", "planned_on", "subject_matter", "held_on", "inspectors", "result"),
            {"planned": _("Planned"), "held": _("Held"), "cancelled": _("Cancelled")},
        ),
        Kind(
            "filing", _("Filing"), _("Filings"), PARTIES, scope.filings,
            ("finding", "responsible", "duty", "done_on"),
            ("finding", "responsible", "duty", "done_on", "to", "reference", "remark"),
            {"filed": _("Handed in"), "returned": _("Returned"), "accepted": _("Accepted")},
            {"duty": DUTIES},
        ),
        Kind(
            "joint", _("Joint finding"), _("Joint findings"), READERS, scope.joints,
            ("title", "formed_on", "concluded_on"),
            ("title", "text", "engagement", "formed_on", "concluded_on", "result"),
            {"open": _("Open"), "concluded": _("Concluded")},
        ),
        Kind(
            "campaign", _("Campaign"), _("Campaigns"), AUDIT | {Role.LEAD, Role.LEGISLATOR}, scope.campaigns,
            ("title", "due_on", "opened_on", "concluded_on"),
            ("title", "basis", "due_on", "opened_on", "concluded_on", "result"),
            {"open": _("Open"), "concluded": _("Concluded")},
        ),
        Kind(
            "task", _("Task"), _("Tasks"), AUDIT | {Role.LEAD, Role.LEGISLATOR}, scope.tasks,
            ("campaign", "title", "lead", "due_on"),
            ("campaign", "title", "lead", "finding", "due_on", "plan", "result"),
            {"assigned": _("Assigned"), "planned": _("Planned"), "finished": _("Finished"), "returned": _("Returned"),
             "accepted": _("Accepted")},
        ),
        Kind(
            "instruction", _("Major matter"), _("Major matters"), AUDIT, scope.instructions,
            ("instruction_kind", "title", "entered_on", "reply_due_on"),
            ("instruction_kind", "title", "person", "paper", "text", "entered_on", "reply_due_on", "reply",
             "replied_on"),
            {"open": _("Open"), "replied": _("Replied"), "settled": _("Settled")},
            {"instruction_kind": MATTERS},
        ),
        Kind(
            "referral", _("Referral"), _("Referrals"), AUDIT | {Role.PARTNER}, scope.referrals,
            ("title", "receiver", "sent_on", "reply_due_on"),
            ("title", "purpose", "receiver", "overview", "matter", "basis", "amount", "persons", "complex", "sent_on",
             "received_on", "reply_due_on", "concluded_on", "use", "reply"),
            {"drafted": _("Drafted"), "approved": _("Approved"), "sent": _("Sent"), "received": _("Received"),
             "accepted": _("Taken up"), "declined": _("Declined"), "filed": _("Case opened"),
             "not_filed": _("No case opened"), "concluded": _("Replied"), "settled": _("Settled"),
             "dropped": _("Dropped")},
            {"purpose": PURPOSES, "use": USES},
        ),
    )
}  # fmt: skip
ABOUT_A_FINDING = ("extension", "waiver", "escalation", "inspection", "filing", "referral")
