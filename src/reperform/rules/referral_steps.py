"""The steps of a referral (移送): a matter that another body must handle, and its answer.

Rules kept here:

* It is a subject of its own with its own numbers and its own access: no step of it touches the finding, so that the
  version of the finding tells the audited unit nothing.
* Two persons send it: who drafted does not approve.
* The receiver answers step by step; what it passes on goes to a new receiver, and the old one has no more part in it.
* The reply is owed in law (Audit Law 2021 art. 48, 54: the receiver tells the result in writing).

The same table serves the use of audit results by discipline, inspection, organisation, finance, state-assets bodies and
the legislature (贯通协同): what concerns them is sent, and the use they made of it comes back.
"""

from __future__ import annotations

from reperform.rules.step import ABSENT, AUDIT_ROLES, BY_AUDIT, BY_RECEIVER, PARTNERS, REVIEWERS, step

_RECEIVED = {"received", "accepted", "filed", "not_filed"}

REFERRAL_STEPS = (
    step(
        "referral.draft", {ABSENT}, "drafted", AUDIT_ROLES, parties=("audit", "receiver"), part="drafter",
        checks=("draft.own_body", "referral.receiver", "referral.purpose", "reason.given"),
    ),
    step(
        "referral.drop", {"drafted", "approved"}, "dropped", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",),
    ),
    step(
        "referral.approve", {"drafted"}, "approved", REVIEWERS, relations=BY_AUDIT, part="approver",
        checks=("approve.not_drafter",),
    ),
    step("referral.send", {"approved"}, "sent", AUDIT_ROLES, relations=BY_AUDIT, checks=("issue.due",)),
    step("referral.receive", {"sent"}, "received", PARTNERS, relations=BY_RECEIVER),
    step("referral.accept", {"received"}, "accepted", PARTNERS, relations=BY_RECEIVER),
    step("referral.decline", {"received"}, "declined", PARTNERS, relations=BY_RECEIVER, checks=("reason.given",)),
    step(
        "referral.forward", {"received"}, "sent", PARTNERS, relations=BY_RECEIVER, parties=("receiver",),
        checks=("reason.given", "referral.receiver"),
    ),
    step("referral.file", {"accepted"}, "filed", PARTNERS, relations=BY_RECEIVER),
    step("referral.not_file", {"accepted"}, "not_filed", PARTNERS, relations=BY_RECEIVER, checks=("reason.given",)),
    step("referral.review", {"not_filed"}, "accepted", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step(
        "referral.conclude", _RECEIVED - {"received"}, "concluded", PARTNERS, relations=BY_RECEIVER,
        checks=("submit.result", "referral.use"),
    ),
    step(
        "referral.settle", {"concluded", "declined"}, "settled", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given",),
    ),
)  # fmt: skip
