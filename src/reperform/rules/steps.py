"""The table of steps: which verb moves which kind of subject from where to where, and who may take it.

This table is the process. The pages draw their buttons from it, the documents draw their diagrams from it, the door
of the ledger obeys it, and the verifier replays the log against it. A step that is not in the table does not exist.
The rows stand in `finding_steps`, `record_steps`, `pressing_steps`, `referral_steps`, `inquiry_steps`,
`handover_steps`.
"""

from __future__ import annotations

from reperform.rules.finding_steps import ENDED, FINDING_STEPS, OPEN_STATES, WITH_UNIT, FindingState
from reperform.rules.handover_steps import HANDOVER_STEPS
from reperform.rules.inquiry_steps import INQUIRY_STEPS
from reperform.rules.pressing_steps import PRESSING_STEPS
from reperform.rules.record_steps import CHECK_STEPS, RECORD_STEPS, CheckState
from reperform.rules.referral_steps import REFERRAL_STEPS
from reperform.rules.step import ABSENT, Step

__all__ = [
    "ABSENT",
    "CHECK_STEPS",
    "ENDED",
    "FINDING_STEPS",
    "HANDOVER_STEPS",
    "INQUIRY_STEPS",
    "KINDS",
    "OPEN_STATES",
    "PRESSING_STEPS",
    "RECORD_STEPS",
    "REFERRAL_STEPS",
    "STEPS",
    "WITH_UNIT",
    "CheckState",
    "FindingState",
    "Step",
]

_ALL = (*FINDING_STEPS, *CHECK_STEPS, *RECORD_STEPS, *PRESSING_STEPS, *REFERRAL_STEPS, *INQUIRY_STEPS, *HANDOVER_STEPS)
STEPS: dict[tuple[str, str], Step] = {(step.kind, step.verb): step for step in _ALL}
KINDS: dict[str, tuple[str, ...]] = {}
for _one in _ALL:
    KINDS[_one.kind] = tuple(
        sorted({*KINDS.get(_one.kind, ()), *_one.sources, *([_one.target] if _one.target else [])} - {ABSENT})
    )
