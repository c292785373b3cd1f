"""What a second run says of the first: verdicts by item, gaps that make a look-back inconclusive, and new rows.

Rules kept here (DESIGN 2.2, reference: look-back by reperformance):

* A row that vanished is not a row that was fixed. `cleared` needs two things: the subject is in the new population and
  clean, and a positive trace (a refund, a credit, a payment) that covers its amount.
* What counts is what was newly remedied: remedied now, less what was already remedied at the first run.
* The table:

      outcome now       trace   newly remedied      verdict
      exception         yes     more than nothing   partly
      exception         else                        still
      clean             yes     the whole amount,   cleared
                                or no amount
      clean             yes     a part              partly
      clean             else                        unproven
      not testable, missing                         unproven

* A look-back on incomplete data says nothing at all: any gap makes the check inconclusive.
* A run proposes; a person closes.

Pure functions of two results; no clock, no store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from reperform.engine.results import ExceptionRow, Result, Status, Subject, SubjectOutcome
from reperform.errors import N_, Translate
from reperform.rules.outcomes import Verdict

if TYPE_CHECKING:
    from reperform.engine.snapshot import Snapshot


class Reason(StrEnum):
    """Why a verdict is what it is."""

    REMEDIED = "remedied"
    PARTLY_REMEDIED = "partly_remedied"
    STILL_THERE = "still_there"
    GONE_WITHOUT_TRACE = "row_gone_without_trace"
    NO_TRACE = "no_trace"
    NOT_TESTABLE = "not_testable"
    NOT_IN_POPULATION = "not_in_population"


REASONS: Mapping[str, str] = {
    Reason.REMEDIED: N_("Clean now, and the trace covers the amount."),
    Reason.PARTLY_REMEDIED: N_("A part of the amount has a trace."),
    Reason.STILL_THERE: N_("Singled out again."),
    Reason.GONE_WITHOUT_TRACE: N_("The exception is gone, but no trace shows that it was put right."),
    Reason.NO_TRACE: N_("There is a trace, but no money is newly remedied."),
    Reason.NOT_TESTABLE: N_("The new data do not allow a test."),
    Reason.NOT_IN_POPULATION: N_("The row is missing from the new data."),
}


@dataclass(frozen=True)
class ItemBefore:
    """An item as the first run left it; `amount` is nothing where the procedure counts no money."""

    identity: str
    amount: int | None
    baseline_remedied: int = 0


@dataclass(frozen=True)
class Judgement:
    """What a run proposes for one item; `remedied` is what was newly remedied, in fen."""

    verdict: Verdict
    remedied: int
    trace: str
    reason: Reason


def judge(item: ItemBefore, now: Subject) -> Judgement:
    """Return what the new run says of one item."""
    trace = now.remedy.trace if now.remedy is not None else ""
    total = (now.remedy.remedied or 0) if now.remedy is not None else 0
    newly = max(0, total - item.baseline_remedied) if trace else 0

    def say(verdict: Verdict, reason: Reason) -> Judgement:
        return Judgement(verdict, newly, trace, reason)

    if now.outcome == SubjectOutcome.MISSING:
        return say(Verdict.UNPROVEN, Reason.NOT_IN_POPULATION)
    if now.outcome == SubjectOutcome.NOT_TESTABLE:
        return say(Verdict.UNPROVEN, Reason.NOT_TESTABLE)
    if now.outcome == SubjectOutcome.EXCEPTION:
        return say(Verdict.PARTLY, Reason.PARTLY_REMEDIED) if newly else say(Verdict.STILL, Reason.STILL_THERE)
    if not trace:
        return say(Verdict.UNPROVEN, Reason.GONE_WITHOUT_TRACE)
    if item.amount is None or newly >= item.amount:
        return say(Verdict.CLEARED, Reason.REMEDIED)
    return say(Verdict.PARTLY, Reason.PARTLY_REMEDIED) if newly else say(Verdict.UNPROVEN, Reason.NO_TRACE)


class GapKind(StrEnum):
    """What can make a look-back inconclusive."""

    NOT_LATER = "not_later"
    PROCEDURE_CHANGED = "procedure_changed"
    PARAMETERS_CHANGED = "parameters_changed"
    NOT_TESTABLE = "not_testable"
    TABLE_ABSENT = "table_absent"
    POPULATION_FELL = "population_fell"
    BODY_ABSENT = "body_absent"
    TOTAL_SHORT = "total_short"


_GAPS: Mapping[str, str] = {
    GapKind.NOT_LATER: N_("The snapshot of {after} is not later than the first one, of {before}."),
    GapKind.PROCEDURE_CHANGED: N_("The procedure {code} is not the one that revealed the finding."),
    GapKind.PARAMETERS_CHANGED: N_("The parameters are not those of the first run: {names}."),
    GapKind.NOT_TESTABLE: N_("The procedure cannot be run on the new data ({reason})."),
    GapKind.TABLE_ABSENT: N_("The new snapshot does not hold the table {table}, which the first one held."),
    GapKind.POPULATION_FELL: N_(
        "Only {after} rows were examined, against {before} at first; {limit} per cent less is allowed."
    ),
    GapKind.BODY_ABSENT: N_("The body {body} is missing from the new data; it had {before} rows at first."),
    GapKind.TOTAL_SHORT: N_("The table {table} holds {after} in {field}; {expected} was to be expected."),
}


@dataclass(frozen=True)
class Gap:
    """One thing that makes the new data incomplete."""

    kind: GapKind
    params: Mapping[str, object]

    def render(self, translate: Translate = str) -> str:
        """Return the sentence, in the language of `translate`."""
        return translate(_GAPS[self.kind]).format(**self.params)

    def __str__(self) -> str:
        return self.render()


def completeness(
    before: Result,
    after: Result,
    *,
    snapshot: Snapshot | None = None,
    limit_percent: int = 10,
    expected: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Gap]:
    """Return what is missing in the new data; `expected` are control totals by table and field (`rows`: the count)."""
    gaps = _comparable(before, after)
    if after.status == Status.NOT_TESTABLE:
        return [*gaps, Gap(GapKind.NOT_TESTABLE, {"reason": after.reason})]
    gaps += [Gap(GapKind.TABLE_ABSENT, {"table": name}) for name in after.absent if name not in before.absent]
    if after.population * 100 < before.population * (100 - limit_percent):
        counts = {"before": before.population, "after": after.population, "limit": limit_percent}
        gaps.append(Gap(GapKind.POPULATION_FELL, counts))
    gaps += [
        Gap(GapKind.BODY_ABSENT, {"body": body or "-", "before": count})
        for body, count in before.bodies.items()
        if not after.bodies.get(body)
    ]
    return gaps + list(_short(snapshot, expected or {}))


def compare(before: Result | Iterable[str], after: Result) -> tuple[ExceptionRow, ...]:
    """Return the exceptions that are new: the same fault elsewhere, or again."""
    known = {row.identity for row in before.exceptions} if isinstance(before, Result) else set(before)
    return tuple(row for row in after.exceptions if row.identity not in known)


def _comparable(before: Result, after: Result) -> list[Gap]:
    gaps = []
    if after.as_of <= before.as_of:
        gaps.append(Gap(GapKind.NOT_LATER, {"before": before.as_of, "after": after.as_of}))
    if (before.code, before.procedure_hash) != (after.code, after.procedure_hash):
        gaps.append(Gap(GapKind.PROCEDURE_CHANGED, {"code": after.code}))
    names = sorted({*before.parameters, *after.parameters} - {"as_of"})
    changed = [name for name in names if before.parameters.get(name) != after.parameters.get(name)]
    if changed:
        gaps.append(Gap(GapKind.PARAMETERS_CHANGED, {"names": ", ".join(changed)}))
    return gaps


def _short(snapshot: Snapshot | None, expected: Mapping[str, Mapping[str, int]]) -> Iterable[Gap]:
    for table, totals in expected.items():
        copy = snapshot.tables.get(table) if snapshot is not None else None
        for field, total in totals.items():
            held = 0 if copy is None else copy.rows if field == "rows" else copy.totals.get(field, 0)
            if held != total:
                params = {"table": table, "field": field, "after": held, "expected": total}
                yield Gap(GapKind.TOTAL_SHORT, params)
