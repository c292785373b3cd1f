"""All records, by noun."""

from reperform.ledger.models.bodies import Account, Body
from reperform.ledger.models.findings import Duty, Engagement, Finding, Import, Item, PriorReference
from reperform.ledger.models.logbook import Checkpoint, Counter, Event, LogState, Payload, Tile
from reperform.ledger.models.lookbacks import Check, CheckVerdict, Report
from reperform.ledger.models.rectifying import CorrectiveAction, Evidence, Outcome, Submission, Verification
from reperform.ledger.models.revealing import ExceptionRow, Exclusion, Run, Snapshot, SnapshotTable
from reperform.ledger.models.subject import Subject

__all__ = [
    "Account",
    "Body",
    "Check",
    "CheckVerdict",
    "Checkpoint",
    "CorrectiveAction",
    "Counter",
    "Duty",
    "Engagement",
    "Event",
    "Evidence",
    "ExceptionRow",
    "Exclusion",
    "Finding",
    "Import",
    "Item",
    "LogState",
    "Outcome",
    "Payload",
    "PriorReference",
    "Report",
    "Run",
    "Snapshot",
    "SnapshotTable",
    "Subject",
    "Submission",
    "Tile",
    "Verification",
]
