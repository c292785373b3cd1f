"""What stands in each column of each file that a page hands out: fields of `web.fields`, or one of the words below.

Deny by default: a file that `EXPORTS` and `HANDED_ON` do not name, or a column that its map does not name, fails.
"""

from __future__ import annotations

from collections.abc import Mapping

COUNTED = "counted"  # a place in the list, a head, or what the other columns add up to
SENT = "sent"  # what the audit body sent to the very body that reads it, and what that answered
LOGGED = "logged"  # an entry of the log about the finding, as its page shows it
SIGNED = "signed"  # a signed sheet names who decided, and what an outsider needs to check it
WORDS = frozenset({COUNTED, SENT, LOGGED, SIGNED})

Columns = Mapping[str, str]
_MONEY = "Outcome.kind Outcome.money_class Outcome.amount"
_CLASSES = ("Paid into the treasury", "Returned to its channel", "Grant reduced", "Payment expedited", "Books adjusted")
_MORE = ("Idle funds put to use", "Loss recovered", "Investment cut", "Paid to persons")
_LEDGER: Columns = {
    "No.": COUNTED, "Engagement": "Engagement.title", "Report number": "Engagement.report_no",
    "Audited body": "Finding.responsible", "Category": "Finding.category",
    "Problem": "Finding.title Finding.condition", "Criteria": "Finding.criteria",
    "Amount (10,000 yuan)": "Finding.amount", "Term": "Finding.term", "Requirement": "Finding.requirement",
    "Lead body": "Finding.lead", "Responsible bodies": "Duty.body Duty.role",
    "Leader in charge": "Duty.leader Duty.head", "Handler": "Duty.handler", "Due": "Finding.due_on",
    "Measures": "CorrectiveAction.text",
    "What was done": "Submission.text Submission.unfinished", "Claimed as put right (10,000 yuan)": _MONEY,
    **dict.fromkeys(_CLASSES, _MONEY), "Rules established (number)": "Outcome.title Outcome.reference",
    "Persons held accountable": COUNTED, "Referrals": COUNTED, "Evidence": "Evidence.name",
    "Result": "Finding.state Finding.due_on", "Struck off on": "Finding.closed_on",
    "Remarks": f"Finding.number Finding.relapse_of {_MONEY}",
}  # fmt: skip
_PROOF: Columns = {
    "Number": "Finding.number", "Unit": "Finding.responsible", "Problem": "Finding.title", "Found": "Finding.amount",
    "Ordered": "Finding.ordered", "Claimed": _MONEY, "Proved by data": "Item.remedied",
    **dict.fromkeys((*_CLASSES, *_MORE), _MONEY), "Cleared (items)": "Check.cleared", "Partly (items)": "Check.partly",
    "Still there (items)": "Check.still", "Unproven (items)": "Check.unproven", "Look-back": "Check.conclusion",
    "Result": "Finding.state Finding.due_on",
}  # fmt: skip
_ITEMS: Columns = {
    "Finding": "Finding.number", "No.": "Item.position", "Unit": "Finding.responsible", "Key": "Item.key",
    "Further fields": "Item.fields", "Amount (yuan)": "Item.amount", "Verdict of the data": "Item.verdict",
    "Proved (yuan)": "Item.remedied", "Trace": "Item.trace",
}  # fmt: skip
_QUERIES = ("Column or figure", "Code", "Row", "Value", "Where it is taken from", "The whole query")
_CLAIM: Columns = {
    "No.": "Item.position", "Item": "Item.key", "Found (yuan)": "Item.amount", "What the data say": "Item.verdict",
    "Claim": "ItemClaim.claim", "Put right (yuan)": "ItemClaim.amount", "Number of the proof": "ItemClaim.reference",
    "What was done, or why not": "ItemClaim.text",
}  # fmt: skip
_INQUIRY: Columns = dict.fromkeys(
    ("Row", "Body", "Person ID", "Month", "Scheme", "Amount (yuan)", "paid", "Date of death", "Answer", "Explanation"),
    SENT,
)
_PLACE: Columns = {"No.": COUNTED, "Number": "Finding.number", "Problem": "Finding.title"}
_PROBLEMS: Columns = {
    **_PLACE, "Engagement": "Engagement.title", "Condition": "Finding.condition", "Criteria": "Finding.criteria",
    "Found (yuan)": "Finding.amount", "Ordered (yuan)": "Finding.ordered", "Term": "Finding.term",
    "What must be done": "Finding.requirement", "Due": "Finding.due_on",
}  # fmt: skip
_DUTIES: Columns = {
    **_PLACE, "Duty": "Duty.role", "Body": "Duty.body", "Head (first responsible)": "Duty.head",
    "Leader in charge": "Duty.leader", "Handler": "Duty.handler",
}  # fmt: skip
_MEASURES: Columns = {
    **_PLACE, "Kind": "CorrectiveAction.kind", "Measure": "CorrectiveAction.text",
    "Standard": "CorrectiveAction.standard", "Due": "CorrectiveAction.due_on Finding.due_on",
    "Handler": "CorrectiveAction.handler",
}  # fmt: skip
_LISTS = (_PROBLEMS, _DUTIES, _MEASURES)
_SLIP: tuple[Columns, ...] = (
    {
        "Item": COUNTED,
        "Content": "Finding.number Finding.title Engagement.title Finding.audit_body Finding.responsible Finding.term "
        "Finding.condition Finding.criteria Finding.requirement Finding.issued_on Finding.original_due_on "
        "Finding.due_on Finding.state Finding.closed_on",
    },
    {"Money class": "Outcome.money_class Finding.money_class", "Found": "Finding.amount", "Ordered": "Finding.ordered",
     "Claimed": _MONEY, "Proved": "Item.remedied"},
    {"No.": "Item.position", "Item": "Item.key", "Found (yuan)": "Item.amount", "Claimed (yuan)": "ItemClaim.amount",
     "Proved (yuan)": "Item.remedied", "Verdict": "Item.verdict", "Trace": "Item.trace",
     "Reason": "Item.verdict_reason"},
    {"No.": COUNTED, "File": "Evidence.name", "Kind": "Evidence.kind", "Submission": "Submission.version",
     "SHA-256": "Evidence.sha256"},
    {"At": "Verification.at", "Result": "Verification.result", "Submission": "Submission.version", "By": SIGNED,
     "Standard seen": "Verification.standard", "Opinion": "Verification.reason"},
    {"Number": "Check.number", "Data as of": "Check.checked_at", "Conclusion": "Check.conclusion",
     "Cleared": "Check.cleared", "Partly": "Check.partly", "Still": "Check.still", "Unproven": "Check.unproven",
     "New": "Check.new"},
    dict.fromkeys(("Index", "At", "Step", "Body", "Leaf data"), LOGGED),
)  # fmt: skip
# By route and kind of file: the columns of each sheet, or of each table of a document.
EXPORTS: Mapping[tuple[str, str], tuple[Columns, ...]] = {
    ("ledger_xlsx", ""): (_LEDGER, _PROOF, _ITEMS, dict.fromkeys(_QUERIES, COUNTED)),
    ("claim_xlsx", ""): (_CLAIM,),
    ("inquiry_xlsx", ""): (_INQUIRY,),
    ("lists", "xlsx"): _LISTS,
    ("lists", "docx"): (
        {**_PLACE, "Criteria": "Finding.criteria", "Due": "Finding.due_on"}, *_LISTS,
    ),
    ("slip", "docx"): _SLIP,
    ("letter", "docx"): (),
}  # fmt: skip
# Files that are not made of columns: handed on as they came, or a calendar that names numbers and days.
HANDED_ON = frozenset({"evidence", "enclosure", "inquiry_file", "calendar"})
