"""The verbs of looking back: rerun the pinned procedure on a newer snapshot, then conclude.

Rules kept here:

* A run only proposes. *A row that vanished is not a row that was fixed*: see `engine.verdict`.
* An incomplete snapshot makes the whole check inconclusive; no item changes its verdict.
* A closed finding never changes: a relapse opens a new finding that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from reperform.engine.results import Result
from reperform.engine.spec import Procedure
from reperform.engine.verdict import Gap, ItemBefore, Judgement, judge
from reperform.errors import N_, Refused
from reperform.ledger.change import Change
from reperform.ledger.drafting import draft_change, gap_lines, run_change
from reperform.ledger.models import Account, Check, CheckVerdict, ExceptionRow, Finding, Item, Run, Snapshot, Subject
from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.models.revealing import Sifting
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record
from reperform.rules.outcomes import Verdict
from reperform.rules.standing import Fact
from reperform.rules.steps import OPEN_STATES, FindingState


@dataclass(frozen=True)
class Reperformance:
    """What the engine gave: the new result, and what makes it incomplete (nothing, if it is complete)."""

    result: Result
    gaps: Sequence[Gap]


@transaction.atomic
def propose(
    finding: Finding, again: Reperformance, *, snapshot: Snapshot, by: Account, at: datetime, run: Run | None = None
) -> Check:
    """Enter what a rerun proposes for each item, and the rerun itself unless it is kept already as `run`."""
    changes: list[Change[Subject]] = []
    if run is None:
        kept = run_change(
            allocate("RUN", at.year, 1)[0], again.result, snapshot=snapshot, audit_body=finding.audit_body,
            engagement=finding.engagement, at=at, lookback_of=finding,
        )  # fmt: skip
        run, rows = kept.subject, [row for row in kept.adds if isinstance(row, ExceptionRow)]
        changes.append(kept)
    else:
        rows = list(run.rows.all())
    items = list(finding.items.all())
    judgements = {} if again.gaps else _judge_all(items, again.result)
    counts = Counter(judgement.verdict for judgement in judgements.values())
    new = 0 if again.gaps else len(_new_rows(finding, rows))
    check = Check(
        number=allocate("LB", at.year, 1)[0], finding=finding, audit_body=finding.audit_body, snapshot=snapshot,
        run=run, proposal=_proposal(finding, counts, new, again.gaps), gaps=gap_lines(again.gaps), new=new,
        checked_at=at, cleared=counts[Verdict.CLEARED], partly=counts[Verdict.PARTLY],
        still=counts[Verdict.STILL], unproven=counts[Verdict.UNPROVEN],
    )  # fmt: skip
    changes.append(_check_change(check, items, judgements, gaps=len(again.gaps)))
    record(changes, actor=by.actor(), at=at)
    return check


def _check_change(
    check: Check, items: Sequence[Item], judgements: Mapping[str, Judgement], *, gaps: int
) -> Change[Subject]:
    verdicts = [
        CheckVerdict(
            check_of=check, item=item, verdict=said.verdict, reason=said.reason[:300],
            remedied=said.remedied, trace=said.trace[:200],
        )
        for item in items
        if (said := judgements.get(item.identity))
    ]  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": check.audit_body.number, "finding": check.finding.number, "run": check.run.number,
        "snapshot": check.snapshot.number, "cleared": check.cleared, "partly": check.partly, "still": check.still,
        "unproven": check.unproven, "new": check.new, "gaps": gaps, "proposal": check.proposal,
    }  # fmt: skip
    return Change("suspend" if gaps else "propose", check, facts=facts, adds=verdicts)


def _judge_all(items: Sequence[Item], result: Result) -> dict[str, Judgement]:
    judged = {}
    for item in items:
        before = ItemBefore(identity=item.identity, amount=item.amount, baseline_remedied=item.baseline_remedied)
        judged[item.identity] = judge(before, result.subjects[item.identity])
    return judged


def _new_rows(finding: Finding, rows: Sequence[ExceptionRow]) -> list[ExceptionRow]:
    """Return rows of the finding's own body that were not there when it was found."""
    body = finding.responsible.number if finding.responsible else ""
    before = (
        set(ExceptionRow.objects.filter(run=finding.run).values_list("identity", flat=True)) if finding.run else set()
    )
    return [
        row for row in rows if row.identity not in before and row.body_code == body and row.sifting != Sifting.EXCLUDED
    ]


def _proposal(finding: Finding, counts: Mapping[Verdict, int], new: int, gaps: Sequence[Gap]) -> Conclusion:
    if gaps:
        return Conclusion.INCONCLUSIVE
    came_back = finding.state == FindingState.CLOSED and (new or counts[Verdict.STILL])
    if came_back:
        return Conclusion.RELAPSED
    if counts[Verdict.STILL] or counts[Verdict.PARTLY]:
        return Conclusion.NOT_HELD
    if counts[Verdict.UNPROVEN]:
        return Conclusion.UNPROVEN
    return Conclusion.HELD


@transaction.atomic
def decide(
    check: Check,
    conclusion: Conclusion | str,
    *,
    reason: str,
    by: Account,
    at: datetime,
    procedure: Procedure | None = None,
) -> Check:
    """Conclude a check. An open finding's items take over the verdicts; a relapse opens a new, linked finding."""
    finding, conclusion = check.finding, Conclusion(conclusion)
    values: dict[str, object] = {"conclusion": conclusion, "reason": reason, "decided_by": by}
    follow = _follow(check, finding, conclusion, reason=reason, procedure=procedure)
    if follow.opened is not None:
        values["opened"] = follow.opened
    facts: dict[str, Fact] = {"finding": finding.number, "conclusion": conclusion.value, "reason": bool(reason.strip())}
    decided = Change("decide", check, facts=facts, values=values, fields={"reason": reason})
    record([*follow.before, decided, *follow.after], actor=by.actor(), at=at)
    return check


@dataclass
class _Follow:
    before: Sequence[Change[Subject]] = ()
    after: Sequence[Change[Subject]] = ()
    opened: Finding | None = None


def _follow(
    check: Check, finding: Finding, conclusion: Conclusion, *, reason: str, procedure: Procedure | None
) -> _Follow:
    given: dict[str, Fact] = {"reason": bool(reason.strip()), "check": check.number}
    if finding.state == FindingState.CLOSED and conclusion == Conclusion.HELD:
        return _Follow(after=[Change("confirm", finding, facts=given, fields={"reason": reason})])
    if finding.state == FindingState.CLOSED and conclusion == Conclusion.RELAPSED:
        return _relapse(check, finding, reason=reason, procedure=procedure)
    if finding.state in OPEN_STATES - {FindingState.DRAFT, FindingState.ACCEPTED}:
        return _Follow(after=[_take_over(check, finding)])
    return _Follow()


def _take_over(check: Check, finding: Finding) -> Change[Subject]:
    verdicts = list(check.verdicts.select_related("item"))
    edits = [
        (one.item, {"verdict": one.verdict, "remedied": one.remedied, "trace": one.trace, "verdict_reason": one.reason})
        for one in verdicts
    ]
    cleared = sum(one.verdict == Verdict.CLEARED for one in verdicts)
    facts: dict[str, Fact] = {"items": len(verdicts), "cleared": cleared, "check": check.number}
    return Change("judge", finding, facts=facts, edits=edits)


def _relapse(check: Check, finding: Finding, *, reason: str, procedure: Procedure | None) -> _Follow:
    came_back = set(check.verdicts.filter(verdict=Verdict.STILL).values_list("item__identity", flat=True))
    known = set(finding.items.values_list("identity", flat=True))
    body = finding.responsible.number if finding.responsible else ""
    rows = [
        row
        for row in ExceptionRow.objects.filter(run=check.run, sifting=Sifting.PENDING, body_code=body).select_related(
            "run__snapshot"
        )
        if row.identity in came_back or row.identity not in known
    ]
    if not rows or procedure is None:
        raise Refused("relapse.rows", N_("The rerun shows no row that came back."))
    number = allocate("", check.checked_at.year, 1)[0]
    draft = draft_change(
        number,
        rows,
        procedure=procedure,
        engagement=finding.engagement,
        responsible=finding.responsible,
        relapse_of=finding,
    )
    facts: dict[str, Fact] = {
        "reason": bool(reason.strip()), "check": check.number, "relapsed_into": number,
    }  # fmt: skip
    noted = Change("relapse", finding, facts=facts, fields={"reason": reason})
    return _Follow(before=[draft], after=[noted], opened=draft.subject)
