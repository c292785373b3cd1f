"""The steps of an inquiry (疑点核实): exceptions that another body is asked to check before they become a finding.

Rules kept here:

* What is asked goes to another body than the one that asks, with a question and a day; only that body answers.
* Each row has one answer: it is so, it is explained, it is not ours; the last two need words.
* The inquiry is answered when every row is. Whoever asked settles each row then: a finding, an exclusion with the
  answer as its reason, or back to sifting. It can be asked again, or taken back.

An answer is no verdict: it is evidence that the auditor weighs (Audit Law 2021 art. 43: an audit body examines and
obtains supporting materials by asking the bodies concerned).
"""

from __future__ import annotations

from reperform.rules.step import (
    ABSENT,
    AUDIT_ROLES,
    BY_AUDIT,
    BY_RECEIVER,
    LEADERS,
    PARTNERS,
    UNIT,
    step,
)

_ANSWERERS = UNIT | LEADERS | PARTNERS | AUDIT_ROLES

INQUIRY_STEPS = (
    step(
        "inquiry.send", {ABSENT}, "sent", AUDIT_ROLES, parties=("audit", "receiver"),
        checks=("draft.own_body", "referral.receiver", "reason.given", "issue.due", "inquiry.rows"),
    ),
    step(
        "inquiry.answer", {"sent"}, "", _ANSWERERS, relations=BY_RECEIVER, checks=("inquiry.rows", "inquiry.words"),
    ),
    step(
        "inquiry.complete", {"sent", "answered"}, "answered", _ANSWERERS, relations=BY_RECEIVER,
        checks=("inquiry.rows", "inquiry.words", "inquiry.left"),
    ),
    step("inquiry.return", {"answered"}, "sent", AUDIT_ROLES, relations=BY_AUDIT, checks=("reason.given",)),
    step(
        "inquiry.take_back", {"sent", "answered"}, "taken_back", AUDIT_ROLES, relations=BY_AUDIT,
        checks=("reason.given",),
    ),
    step("inquiry.settle", {"answered"}, "settled", AUDIT_ROLES, relations=BY_AUDIT, checks=("inquiry.left",)),
)  # fmt: skip
