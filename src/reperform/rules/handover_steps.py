"""The steps of runs and snapshots that offices hand to each other in signed bundles.

Rules kept here:

* What is handed out is recorded with its receiver and the hash of the file.
* A received run is `received` for good: never `done`, so that it is counted in no population of the office itself. Its
  snapshot is known by hash alone until its data come.
"""

from __future__ import annotations

from reperform.rules.step import ABSENT, BY_AUDIT, WORKERS, step

HANDOVER_STEPS = (
    step("run.hand_over", {"done", "not_testable", "received"}, "", WORKERS, relations=BY_AUDIT),
    step("run.take_in", {ABSENT}, "received", WORKERS, parties=("audit",), checks=("draft.own_body",)),
    step("snapshot.receive", {ABSENT}, "received", WORKERS),
    step("snapshot.bring", {"received"}, "kept", WORKERS),
)
