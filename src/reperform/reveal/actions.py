"""The verbs of the first stage. Each takes records and primitives, passes the door once, and returns the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from reperform.engine import joint
from reperform.errors import N_, Refused
from reperform.ledger import clocks, workshop
from reperform.ledger.adding import Plain
from reperform.ledger.change import Change
from reperform.ledger.drafting import bodies_by_code, content_hash, draft_change, run_change
from reperform.ledger.many import bind, uncollected
from reperform.ledger.models import (
    Account,
    Body,
    Duty,
    Engagement,
    ExceptionRow,
    Exclusion,
    Finding,
    Run,
    Snapshot,
    SnapshotPart,
    SnapshotTable,
)
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.models.revealing import Sifting
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.rules.calendar import Due
from reperform.rules.standing import Fact

if TYPE_CHECKING:
    from reperform.engine.results import Result
    from reperform.engine.snapshot import Snapshot as Kept
    from reperform.engine.spec import Procedure

PARTS = ("title", "criteria", "condition", "cause", "effect", "requirement")  # the wording that issuing commits to


def open_engagement(
    *, number: str, title: str, year: int, audit_body: Body, by: Account, at: datetime, report_no: str = ""
) -> Engagement:
    """Open an audit project."""
    engagement = Engagement(number=number, title=title, year=year, audit_body=audit_body, report_no=report_no)
    change = Change("open", engagement, facts={"audit": audit_body.number, "year": year}, fields={"title": title})
    return step(change, by=by, at=at)


def keep_snapshot(kept: Kept, *, by: Account, at: datetime) -> Snapshot:
    """Enter a snapshot of the store into the ledger; the same snapshot again changes nothing."""
    known = Snapshot.objects.filter(number=kept.hash).first()
    if known and known.state == "kept":
        return known
    snapshot = known or Snapshot(number=kept.hash, title=kept.title, as_of=kept.as_of, kept_at=at)
    tables = [
        SnapshotTable(
            snapshot=snapshot, name=copy.name, content_hash=copy.hash, rows=copy.rows,
            rows_rejected=copy.rows_rejected, breaches="\n".join(copy.breaches),
        )
        for copy in kept.tables.values()
    ]  # fmt: skip
    facts: dict[str, Fact] = {
        "as_of": kept.as_of.isoformat(),
        "tables": [f"{table.name}:{table.content_hash}:{table.rows}" for table in tables],
    }
    if kept.parts:
        facts["parts"] = list(kept.parts)
    parts = [SnapshotPart(joint=snapshot, part=one) for one in Snapshot.objects.filter(number__in=kept.parts)]
    verb, values = ("bring", {"title": kept.title, "kept_at": at}) if known else ("keep", {})
    record([Change(verb, snapshot, facts=facts, values=values, adds=[*tables, *parts])], actor=by.actor(), at=at)
    return snapshot


def join_snapshots(parts: Sequence[Snapshot], *, title: str = "", by: Account, at: datetime) -> Snapshot:
    """Put snapshots together for a joint run (联审) and enter the whole."""
    store = workshop.store()
    whole = joint.join(store, [store.open(one.number) for one in parts], workshop.contracts(), title=title)
    return keep_snapshot(whole, by=by, at=at)


@transaction.atomic
def keep_runs(
    results: Sequence[Result], *, snapshot: Snapshot, engagement: Engagement | None, by: Account, at: datetime
) -> list[Run]:
    """Enter finished runs with the rows that they singled out."""
    numbers = allocate("RUN", at.year, len(results))
    changes = [
        run_change(number, result, snapshot=snapshot, audit_body=by.body, engagement=engagement, at=at)
        for number, result in zip(numbers, results, strict=True)
    ]
    record(changes, actor=by.actor(), at=at)
    return [change.subject for change in changes]


@transaction.atomic
def confirm(
    rows: Sequence[ExceptionRow], *, procedure: Procedure, engagement: Engagement, by: Account, at: datetime
) -> list[Finding]:
    """Confirm exceptions: one draft finding for each run and body among them."""
    require_state(rows, Sifting.PENDING)
    changes = drafts(rows, procedure=procedure, engagement=engagement)
    record(changes, actor=by.actor(), at=at)
    return [change.subject for change in changes]


def drafts(rows: Sequence[ExceptionRow], *, procedure: Procedure, engagement: Engagement) -> list[Change[Finding]]:
    """Return the steps that draft findings, one for each run and body among the rows."""
    groups: dict[tuple[int, str], list[ExceptionRow]] = defaultdict(list)
    for row in rows:
        groups[row.run_id, row.body_code].append(row)
    bodies = bodies_by_code(code for _run, code in groups)
    numbers = allocate("", engagement.year, len(groups))
    return [
        draft_change(number, members, procedure=procedure, engagement=engagement, responsible=bodies.get(code))
        for number, ((_run, code), members) in zip(numbers, groups.items(), strict=True)
    ]


@transaction.atomic
def exclude(
    rows: Sequence[ExceptionRow], *, reason: str, expires_on: date, by: Account, at: datetime
) -> list[Exclusion]:
    """Set exceptions aside with a reason until a date; they return when their content changes."""
    require_state(rows, Sifting.PENDING)
    changes = exclusions([(row, reason) for row in rows], expires_on=expires_on, by=by, at=at)
    record(changes, actor=by.actor(), at=at)
    return [change.subject for change in changes]


def exclusions(
    rows: Sequence[tuple[ExceptionRow, str]], *, expires_on: date, by: Account, at: datetime
) -> list[Change[Exclusion]]:
    """Return the steps that set rows aside, each with its reason."""
    if rows and expires_on <= timezone.localdate(at):
        raise Refused("exclude.expiry", N_("The expiry must lie in the future."))
    numbers = allocate("EXC", at.year, len(rows))
    return [
        _exclusion(number, row, reason=reason, expires_on=expires_on, by=by)
        for number, (row, reason) in zip(numbers, rows, strict=True)
    ]


def _exclusion(number: str, row: ExceptionRow, *, reason: str, expires_on: date, by: Account) -> Change[Exclusion]:
    exclusion = Exclusion(
        number=number, audit_body=by.body, code=row.run.code, identity=row.identity, set_by=by, row=row,
        content_hash=content_hash(row.amount, row.fields), reason=reason, expires_on=expires_on,
    )  # fmt: skip
    facts: dict[str, Fact] = {
        "audit": by.body.number, "procedure": row.run.code, "identity": row.identity,
        "reason": bool(reason.strip()), "expires": expires_on.isoformat(),
    }  # fmt: skip
    edits = [(row, {"sifting": Sifting.EXCLUDED})]
    return Change("set", exclusion, facts=facts, edits=edits, fields={"reason": reason})


def lift(exclusion: Exclusion, *, reason: str, by: Account, at: datetime) -> Exclusion:
    """Take an exclusion back; its row is to be sifted again."""
    change = Change(
        "lift", exclusion, facts={"reason": bool(reason.strip())}, fields={"reason": reason},
        edits=[(exclusion.row, {"sifting": Sifting.PENDING})],
    )  # fmt: skip
    return step(change, by=by, at=at)


def require_state(rows: Sequence[ExceptionRow], state: Sifting) -> None:
    """Refuse rows that stand in another state of sifting by now; their runs stay locked, so that two can't be quicker.

    Must run inside the transaction of the step.
    """
    runs = {row.run_id for row in rows}
    list(Run.objects.select_for_update().filter(pk__in=runs).order_by("pk").values_list("pk"))
    others = ExceptionRow.objects.filter(run_id__in=runs).exclude(sifting=state)
    done = {row.pk for row in rows} & set(others.values_list("pk", flat=True))
    if done:
        raise Refused(
            "sift.pending", N_("{count} of the rows have been sifted already."), count=len(done),
            hint=N_("Look at the run again; someone else may have been quicker."),
        )  # fmt: skip


def revise(finding: Finding, *, by: Account, at: datetime, seen: int | None = None, **values: object) -> Finding:
    """Change the wording, class or parties of a draft."""
    facts: dict[str, Fact] = {}
    if "responsible" in values and isinstance(values["responsible"], Body):
        facts["responsible"] = values["responsible"].number
    if "lead" in values and isinstance(values["lead"], Body):
        facts["lead"] = values["lead"].number
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    change = Change("revise", finding, facts=facts, values=values, fields=texts, expect_seq=seen)
    return step(change, by=by, at=at)


def discard(finding: Finding, *, reason: str, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Discard a draft; its rows are to be sifted again."""
    rows = ExceptionRow.objects.filter(item__finding=finding)
    change = Change(
        "discard", finding, facts={"reason": bool(reason.strip())}, fields={"reason": reason},
        edits=[(row, {"sifting": Sifting.PENDING, "item": None}) for row in rows], expect_seq=seen,
    )  # fmt: skip
    return step(change, by=by, at=at)


def issue(
    findings: Sequence[Finding], *, due_on: date | None = None, served_on: date | None = None, by: Account, at: datetime
) -> list[Finding]:
    """Issue drafts to their responsible bodies: the problem list, with a time limit.

    Without a day of its own, each limit is counted by the policy for the term of the finding, from the day of service.
    """
    on = timezone.localdate(at)
    served = served_on or on
    limits = {
        term: Due(due_on, estimated=False) if due_on else clocks.due(f"rectify.{term}", served)
        for term in {finding.term for finding in findings}
    }
    with uncollected():
        bind(findings)
        changes = [issue_change(finding, due=limits[finding.term], on=on, served_on=served) for finding in findings]
        record(changes, actor=by.actor(), at=at)
    return list(findings)


def issue_change(finding: Finding, *, due: Due, on: date, served_on: date) -> Change[Finding]:
    """Return the step that issues one draft."""
    due_on = due.on
    facts: dict[str, Fact] = {
        "due": due_on.isoformat(), "served": served_on.isoformat(), "term": finding.term,
        "amount": finding.amount or 0, "ordered": finding.ordered,
        "parts_missing": sum(not part.strip() for part in (finding.criteria, finding.condition)),
    }  # fmt: skip
    parties = finding.parties()
    facts |= {name: parties[name] for name in ("responsible", "lead") if name in parties}
    return Change(
        "issue", finding, facts=facts, adds=_duties(finding),
        values={
            "issued_on": on, "due_on": due_on, "original_due_on": due_on, "served_on": served_on,
            "due_estimated": due.estimated,
        },
        fields={part: text for part in PARTS if (text := str(getattr(finding, part)))},
    )  # fmt: skip


def _duties(finding: Finding) -> list[Plain]:
    bound = {
        DutyRole.RESPONSIBLE.value: finding.responsible_id,
        DutyRole.LEAD.value: finding.lead_id,
        DutyRole.SUPERVISING.value: finding.audit_body_id,
    }
    return [
        Plain(Duty, {"finding_id": finding.pk, "body_id": body, "role": role})
        for role, body in bound.items()
        if body is not None
    ]
