"""What a second run says of the first. A row that vanished is not a row that was fixed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.results import ExceptionRow, Remedy, Result, Status, Subject, SubjectOutcome
from reperform.engine.verdict import REASONS, GapKind, ItemBefore, Judgement, Reason, compare, completeness, judge
from reperform.rules.outcomes import Verdict

EXCEPTION, CLEAN = SubjectOutcome.EXCEPTION, SubjectOutcome.CLEAN
NOT_TESTABLE, MISSING = SubjectOutcome.NOT_TESTABLE, SubjectOutcome.MISSING


@pytest.mark.parametrize(
    ("amount", "baseline", "outcome", "remedy", "verdict", "remedied", "reason"),
    [
        # singled out again
        (500, 0, EXCEPTION, None, Verdict.STILL, 0, Reason.STILL_THERE),
        (500, 0, EXCEPTION, (0, "V"), Verdict.STILL, 0, Reason.STILL_THERE),
        (500, 200, EXCEPTION, (200, "V"), Verdict.STILL, 0, Reason.STILL_THERE),
        (500, 200, EXCEPTION, (150, "V"), Verdict.STILL, 0, Reason.STILL_THERE),
        (500, 200, EXCEPTION, (201, "V"), Verdict.PARTLY, 1, Reason.PARTLY_REMEDIED),
        (500, 0, EXCEPTION, (499, "V"), Verdict.PARTLY, 499, Reason.PARTLY_REMEDIED),
        (500, 0, EXCEPTION, (499, ""), Verdict.STILL, 0, Reason.STILL_THERE),
        # clean now
        (500, 0, CLEAN, (500, "V"), Verdict.CLEARED, 500, Reason.REMEDIED),
        (500, 0, CLEAN, (501, "V"), Verdict.CLEARED, 501, Reason.REMEDIED),
        (500, 200, CLEAN, (700, "V"), Verdict.CLEARED, 500, Reason.REMEDIED),
        (500, 200, CLEAN, (699, "V"), Verdict.PARTLY, 499, Reason.PARTLY_REMEDIED),
        (500, 200, CLEAN, (200, "V"), Verdict.UNPROVEN, 0, Reason.NO_TRACE),
        (500, 0, CLEAN, (500, ""), Verdict.UNPROVEN, 0, Reason.GONE_WITHOUT_TRACE),
        (500, 0, CLEAN, None, Verdict.UNPROVEN, 0, Reason.GONE_WITHOUT_TRACE),
        # no money is counted
        (None, 0, CLEAN, (None, "V"), Verdict.CLEARED, 0, Reason.REMEDIED),
        (None, 0, CLEAN, None, Verdict.UNPROVEN, 0, Reason.GONE_WITHOUT_TRACE),
        (None, 0, EXCEPTION, (None, "V"), Verdict.STILL, 0, Reason.STILL_THERE),
        # nothing can be said, whatever the trace
        (500, 0, NOT_TESTABLE, (500, "V"), Verdict.UNPROVEN, 500, Reason.NOT_TESTABLE),
        (500, 0, MISSING, (500, "V"), Verdict.UNPROVEN, 500, Reason.NOT_IN_POPULATION),
        (500, 0, MISSING, None, Verdict.UNPROVEN, 0, Reason.NOT_IN_POPULATION),
    ],
)
def test_verdict_by_outcome_trace_and_money(amount, baseline, outcome, remedy, verdict, remedied, reason):
    now = Subject("i", outcome, remedy=Remedy(*remedy) if remedy else None)
    trace = remedy[1] if remedy else ""
    assert judge(ItemBefore("i", amount, baseline), now) == Judgement(verdict, remedied, trace, reason)


ITEMS = st.builds(ItemBefore, st.just("i"), st.none() | st.integers(1, 10**6), st.integers(0, 10**6))
SUBJECTS = st.builds(
    Subject,
    st.just("i"),
    st.sampled_from(SubjectOutcome),
    remedy=st.none() | st.builds(Remedy, st.none() | st.integers(0, 10**6), st.sampled_from(["", "V"])),
)


@given(ITEMS, SUBJECTS)
def test_cleared_needs_a_clean_row_a_trace_and_the_whole_amount(item: ItemBefore, now: Subject):
    judgement = judge(item, now)
    if judgement.verdict == Verdict.CLEARED:
        assert now.outcome == CLEAN
        assert judgement.trace
        assert item.amount is None or judgement.remedied >= item.amount


@given(ITEMS, SUBJECTS)
def test_a_row_that_vanished_is_never_cleared(item: ItemBefore, now: Subject):
    gone = replace(now, outcome=MISSING)
    assert judge(item, gone).verdict == Verdict.UNPROVEN


@given(ITEMS, SUBJECTS, st.integers(1, 1000))
def test_more_money_back_never_makes_a_verdict_worse(item: ItemBefore, now: Subject, more: int):
    order = [Verdict.UNPROVEN, Verdict.STILL, Verdict.PARTLY, Verdict.CLEARED]
    if now.remedy is not None and now.remedy.remedied is not None:
        better = replace(now, remedy=replace(now.remedy, remedied=now.remedy.remedied + more))
        assert order.index(judge(item, better).verdict) >= order.index(judge(item, now).verdict)


@given(ITEMS, SUBJECTS)
def test_a_verdict_is_never_pending_and_has_a_reason_in_words(item: ItemBefore, now: Subject):
    judgement = judge(item, now)
    assert judgement.verdict != Verdict.PENDING
    assert judgement.remedied >= 0
    assert REASONS[judgement.reason]


def row(identity: str) -> ExceptionRow:
    return ExceptionRow(identity, {"k": identity}, "B1", 1, {})


FIRST = Result(
    code="XX-01", version=1, procedure_hash="p", snapshot_hash="s1", as_of=date(2026, 3, 31),
    parameters={"as_of": "2026-03-31", "days": "10"}, status=Status.DONE, population=1000,
    bodies={"B1": 600, "B2": 400}, exceptions=(row("a"), row("b")),
)  # fmt: skip
SECOND = replace(
    FIRST, snapshot_hash="s2", as_of=date(2026, 10, 31), parameters={"as_of": "2026-10-31", "days": "10"},
    population=1050, bodies={"B1": 640, "B2": 410}, exceptions=(row("b"), row("c")),
)  # fmt: skip


def kinds(**changes: object) -> list[GapKind]:
    return [gap.kind for gap in completeness(FIRST, replace(SECOND, **changes))]


def test_a_complete_later_run_has_no_gaps():
    assert completeness(FIRST, SECOND) == []


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 3, 30)])
def test_the_new_data_must_be_later(day: date):
    assert kinds(as_of=day) == [GapKind.NOT_LATER]


def test_another_procedure_or_other_parameters_are_not_the_same_test():
    assert kinds(procedure_hash="q") == [GapKind.PROCEDURE_CHANGED]
    assert kinds(parameters={"as_of": "2026-10-31", "days": "30"}) == [GapKind.PARAMETERS_CHANGED]
    assert kinds(parameters={"as_of": "2026-10-31"}) == [GapKind.PARAMETERS_CHANGED]


def test_a_run_that_could_not_be_says_so_once():
    assert kinds(status=Status.NOT_TESTABLE, reason="table_missing:fee", population=0, bodies={}) == [
        GapKind.NOT_TESTABLE
    ]


def test_a_table_of_traces_that_was_there_and_is_gone_is_a_gap():
    assert kinds(absent=("payment",)) == [GapKind.TABLE_ABSENT]
    without = replace(FIRST, absent=("payment",))
    assert completeness(without, replace(SECOND, absent=("payment",))) == []


@pytest.mark.parametrize(("population", "gaps"), [(900, []), (899, [GapKind.POPULATION_FELL]), (5000, [])])
def test_a_population_may_fall_by_the_limit_and_no_further(population: int, gaps: list[GapKind]):
    assert kinds(population=population) == gaps


def test_the_limit_is_the_callers():
    fallen = replace(SECOND, population=940)
    assert [gap.kind for gap in completeness(FIRST, fallen, limit_percent=5)] == [GapKind.POPULATION_FELL]
    assert completeness(FIRST, fallen, limit_percent=6) == []


@pytest.mark.parametrize("bodies", [{"B1": 1050}, {"B1": 1050, "B2": 0}])
def test_a_body_that_sends_nothing_is_a_gap(bodies: dict[str, int]):
    assert kinds(bodies=bodies) == [GapKind.BODY_ABSENT]


@dataclass
class Held:
    rows: int
    totals: dict[str, int]
    breaches: tuple[str, ...] = ()


@dataclass
class Shown:
    tables: dict[str, Held]


@pytest.mark.parametrize(
    ("expected", "short"),
    [
        ({"fee": {"rows": 7, "amount": 99}}, 0),
        ({"fee": {"rows": 8}}, 1),
        ({"fee": {"rows": 8, "amount": 98}}, 2),
        ({"other": {"rows": 1}}, 1),
        ({"fee": {"colour": 1}}, 1),
    ],
)
def test_control_totals_that_were_promised_must_be_met(expected: dict[str, dict[str, int]], short: int):
    shown = Shown({"fee": Held(7, {"amount": 99})})
    gaps = completeness(FIRST, SECOND, snapshot=shown, expected=expected)  # type: ignore[arg-type]
    assert [gap.kind for gap in gaps] == [GapKind.TOTAL_SHORT] * short


def test_every_gap_is_a_sentence():
    worst = replace(
        SECOND, as_of=FIRST.as_of, procedure_hash="q", parameters={}, absent=("payment",), population=1, bodies={},
    )  # fmt: skip
    gaps = completeness(FIRST, worst, expected={"fee": {"rows": 1}})
    gaps += completeness(FIRST, replace(worst, status=Status.NOT_TESTABLE, reason="nothing_examined"))
    assert {gap.kind for gap in gaps} == set(GapKind)
    assert all("{" not in str(gap) and str(gap).endswith(".") for gap in gaps)
    assert str(gaps[0]) == "The snapshot of 2026-03-31 is not later than the first one, of 2026-03-31."


def test_new_rows_are_those_that_the_first_run_did_not_single_out():
    assert [found.identity for found in compare(FIRST, SECOND)] == ["c"]
    assert [found.identity for found in compare(["b", "c"], SECOND)] == []
