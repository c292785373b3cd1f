"""What `reveal run` answers: the runs that were entered, those that need not be made again, what failed, what is left.

Rules kept here:

* A procedure that could not be tested is an answer with its reason; a failure names the error; neither is silent.
* The exit code says the worst: interrupted, then failed, then something to sift, then nothing testable, then clean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reperform.cli.answer import Answer, Grid, Said, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.shown import run_grid, run_plain
from reperform.errors import N_, Translate

if TYPE_CHECKING:
    from reperform.reveal.running import Batch

_REASONS = (N_("Procedure"), N_("Not testable, because"))
_FAILURES = (N_("Procedure"), N_("Failed, because"))


def batch_answer(batch: Batch, translate: Translate) -> Answer:
    """Return the answer; one procedure that was asked for alone and failed is that error itself."""
    from reperform.engine.run import why_not

    if batch.failed and not (batch.runs or batch.unchanged or batch.failed[1:]):
        raise batch.failed[0].error
    reasons = [[one.code, why_not(one.reason, translate)] for one in batch.runs if one.state == "not_testable"]
    failures = [[one.code, one.error.render(translate)] for one in batch.failed]
    shown: list[Shown] = [run_grid(batch.runs)]
    for heads, rows in ((_REASONS, reasons), (_FAILURES, failures)):
        shown += ["", Grid(heads, rows)] if rows else []
    data = {
        "runs": [run_plain(one) for one in batch.runs],
        "unchanged": [run_plain(one) for one in batch.unchanged],
        "not_testable": [{"procedure": code, "reason": reason} for code, reason in reasons],
        "failed": [
            {"procedure": one.code, "rule": str(getattr(one.error, "rule", "")), "message": one.error.render(translate)}
            for one in batch.failed
        ],
        "left": batch.left,
    }
    return Answer("reveal-run", data, shown, _words(batch), _outcome(batch))


def _words(batch: Batch) -> list[Said]:
    words = []
    if shared := {one.code: count for one in batch.runs if (count := one.rows.filter(across=True).count())}:
        told = ", ".join(f"{code} {count}" for code, count in shared.items())
        words.append(said(N_("Only across the parts of the joint data: {told}"), told=told))
    if batch.unchanged:
        runs = ", ".join(f"{one.code} {one.number}" for one in batch.unchanged)
        words.append(said(N_("Unchanged, the earlier run stands: {runs}"), runs=runs))
    if batch.left:
        message = N_("Cancelled; {count} procedures are left. Go on with: reperform reveal run --changed")
        words.append(said(message, count=len(batch.left)))
    return words


def _outcome(batch: Batch) -> ExitCode:
    every = [*batch.runs, *batch.unchanged]
    if batch.left:
        return ExitCode.INTERRUPTED
    if batch.failed:
        return ExitCode.BAD_INPUT
    if all(one.state == "not_testable" for one in every):
        return ExitCode.INCONCLUSIVE
    pending = any(one.rows.filter(sifting="pending").exists() for one in every)
    return ExitCode.FINDINGS if pending else ExitCode.CLEAN
