"""All records, by noun."""

from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.campaigns import Campaign, Instruction, InstructionFinding, Task, TaskNote
from reperform.ledger.models.findings import Duty, Engagement, Finding, Import, Item, Joint, PriorReference
from reperform.ledger.models.inquiries import Inquiry, InquiryFile, InquiryRow
from reperform.ledger.models.jobs import Job, Worker
from reperform.ledger.models.logbook import Checkpoint, Counter, Event, LogState, Payload, Tile
from reperform.ledger.models.lookbacks import Check, CheckVerdict, Report
from reperform.ledger.models.notifying import Delivery, Subscription
from reperform.ledger.models.pressing import Escalation, Extension, Filing, Inspection, Waiver
from reperform.ledger.models.rectifying import CorrectiveAction, Evidence, ItemClaim, Outcome, Submission, Verification
from reperform.ledger.models.referrals import Enclosure, Referral
from reperform.ledger.models.revealing import ExceptionRow, Exclusion, Run, Snapshot, SnapshotPart, SnapshotTable
from reperform.ledger.models.subject import Subject
from reperform.ledger.models.tokens import GivenAnswer, Token, TokenScope, TokenUse

__all__ = [
    "Account",
    "Body",
    "Campaign",
    "Check",
    "CheckVerdict",
    "Checkpoint",
    "CorrectiveAction",
    "Counter",
    "Delivery",
    "Duty",
    "Enclosure",
    "Engagement",
    "Escalation",
    "Event",
    "Evidence",
    "ExceptionRow",
    "Exclusion",
    "Extension",
    "Filing",
    "Finding",
    "GivenAnswer",
    "Import",
    "Inquiry",
    "InquiryFile",
    "InquiryRow",
    "Inspection",
    "Instruction",
    "InstructionFinding",
    "Item",
    "ItemClaim",
    "Job",
    "Joint",
    "LogState",
    "Outcome",
    "Payload",
    "PriorReference",
    "Referral",
    "Report",
    "Run",
    "Snapshot",
    "SnapshotPart",
    "SnapshotTable",
    "Subject",
    "Submission",
    "Subscription",
    "Task",
    "TaskNote",
    "Tile",
    "Token",
    "TokenScope",
    "TokenUse",
    "Verification",
    "Waiver",
    "Worker",
]
