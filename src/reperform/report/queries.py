"""Questions of this stage: what each line of the ledger says as of a date, and which reports there are.

Rules kept here:

* A line is read as of a date: what was submitted, returned, looked back at or closed later is not on it.
* What the unit claims and what the data prove are different fields of a line.
* The number of SQL statements is the same for ten findings and for ten thousand: related rows are fetched by one
  statement each, through a subquery, never through a list of keys.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, F, QuerySet, Sum, When
from django.db.models import Q as Where
from django.db.models.functions import Coalesce

from reperform.errors import N_, IntegrityBroken
from reperform.ledger import scope
from reperform.ledger.models import (
    Account,
    Body,
    Check,
    CheckVerdict,
    CorrectiveAction,
    Duty,
    Evidence,
    Finding,
    Item,
    Outcome,
    Report,
    Submission,
    Verification,
)
from reperform.ledger.models.rectifying import VerificationResult
from reperform.report.figures import Scope
from reperform.rules.outcomes import OutcomeKind, Verdict
from reperform.rules.steps import CheckState

CHUNK = 2000
FIGURES = ".figures.json"  # after the number of a report
PROVING = (Verdict.CLEARED, Verdict.PARTLY)


class Result(StrEnum):
    """The recognised result (认定结果), computed as of a date."""

    DONE = "done"  # struck off
    UNDER_WAY = "under_way"  # the limit has not passed, or the submission lies with the verifier
    NOT_DONE = "not_done"  # the limit has passed and the work lies with the unit


@dataclass(frozen=True)
class Claim:
    """The last version that the unit had submitted by the date, with what it claims."""

    text: str
    unfinished: str
    money: Mapping[str, int] = field(default_factory=dict)  # fen by money class
    rules: Sequence[tuple[str, str]] = ()  # title and number
    persons: Sequence[str] = ()
    services: Sequence[str] = ()
    paid: Mapping[str, int] = field(default_factory=dict)  # people by what they were paid
    evidence: Sequence[str] = ()

    @property
    def total(self) -> int:
        return sum(self.money.values())


@dataclass(frozen=True)
class Proof:
    """What the last decided look-back said by the date."""

    conclusion: str
    verdicts: Mapping[str, int]  # items by verdict
    money: int  # fen, not more than the amount of each item


@dataclass(frozen=True)
class Line:
    """One finding as the ledger says it as of a date."""

    finding: Finding
    result: Result
    measures: Sequence[str]
    duties: Sequence[Duty]
    claim: Claim | None
    proof: Proof | None

    @property
    def closed_on(self) -> date | None:
        return self.finding.closed_on if self.result is Result.DONE else None


def reports(account: Account) -> QuerySet[Report]:
    """Return the reports that this person may see, the newest first."""
    return scope.reports(account).order_by("-compiled_at", "-id")


def file_of(report: Report) -> Path:
    """Return the frozen file of a report after hashing it again; `IntegrityBroken` if it is missing or altered."""
    path: Path = settings.HOME.out / report.file_name
    if not path.is_file():
        raise IntegrityBroken(
            N_("The file {file} of report {number} is missing."), file=report.file_name, number=report.number,
            hint=N_("Restore it from the backup, or compile the report again as of the same date."),
        )  # fmt: skip
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != report.sha256:
        raise IntegrityBroken(
            N_("The file {file} of report {number} was altered."), file=report.file_name, number=report.number
        )
    return path


def figures_of(report: Report) -> Path:
    """Return the figures that stand beside a report, with their queries, as JSON."""
    path: Path = settings.HOME.out / f"{report.number}{FIGURES}"
    return path


def issued(counted: Scope) -> QuerySet[Finding]:
    """Return the findings that a scope counts, in the order of the ledger."""
    found = Finding.objects.filter(issued_on__lte=counted.as_of, audit_body__path__startswith=counted.bureau)
    if counted.year:
        found = found.filter(engagement__year=counted.year)
    return found.order_by("engagement__number", "id")


def lines(findings: QuerySet[Finding], *, as_of: date) -> Iterator[Line]:
    """Return the line of each finding, in the order of the queryset."""
    before = Scope(as_of=as_of, bureau="").before
    bodies = Body.objects.in_bulk()  # few, and named by many: one object each instead of one for each line
    duties, measures = _duties(findings, bodies), _measures(findings)
    sent = _submissions(findings, before)
    returned = _returned(findings, before)
    claims, proofs = _claims(findings, sent, before), _proofs(findings, before)
    for finding in findings.select_related("engagement", "relapse_of").iterator(chunk_size=CHUNK):
        _name(finding, bodies)
        versions = sent.get(finding.pk, ())
        waiting = any(version.pk not in returned for version in versions)
        yield Line(
            finding=finding,
            result=_result(finding, as_of, waiting=waiting),
            measures=measures.get(finding.pk, ()),
            duties=duties.get(finding.pk, ()),
            claim=claims.get(finding.pk),
            proof=proofs.get(finding.pk),
        )


def _result(finding: Finding, as_of: date, *, waiting: bool) -> Result:
    if finding.closed_on is not None and finding.closed_on <= as_of:
        return Result.DONE
    late = finding.due_on is not None and finding.due_on < as_of and not waiting
    return Result.NOT_DONE if late else Result.UNDER_WAY


def _name(finding: Finding, bodies: Mapping[int, Body]) -> None:
    if finding.responsible_id is not None:
        finding.responsible = bodies[finding.responsible_id]
    if finding.lead_id is not None:
        finding.lead = bodies[finding.lead_id]


def _duties(findings: QuerySet[Finding], bodies: Mapping[int, Body]) -> dict[int, list[Duty]]:
    found: dict[int, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.filter(finding__in=findings).order_by("id").iterator(CHUNK):
        duty.body = bodies[duty.body_id]
        found[duty.finding_id].append(duty)
    return found


def _measures(findings: QuerySet[Finding]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = CorrectiveAction.objects.filter(finding__in=findings).order_by("id").values_list("finding_id", "text")
    for finding, text in rows.iterator(CHUNK):
        found[finding].append(text)
    return found


def _submissions(findings: QuerySet[Finding], before: datetime) -> dict[int, list[Submission]]:
    """Return the versions of each finding, the last one last."""
    found: dict[int, list[Submission]] = defaultdict(list)
    rows = Submission.objects.filter(finding__in=findings, at__lt=before).order_by("version", "id")
    for submission in rows.iterator(CHUNK):
        found[submission.finding_id].append(submission)
    return found


def _returned(findings: QuerySet[Finding], before: datetime) -> set[int]:
    rows = Verification.objects.filter(finding__in=findings, result=VerificationResult.RETURNED, at__lt=before)
    return set(rows.values_list("submission_id", flat=True))


def _claims(
    findings: QuerySet[Finding], sent: Mapping[int, Sequence[Submission]], before: datetime
) -> dict[int, Claim]:
    last = {versions[-1].pk: key for key, versions in sent.items()}
    outcomes, evidence = defaultdict(list), defaultdict(list)
    claimed = Outcome.objects.filter(submission__finding__in=findings, submission__at__lt=before).order_by("id")
    for outcome in claimed.iterator(CHUNK):
        if outcome.submission_id in last:
            outcomes[outcome.submission_id].append(outcome)
    files = Evidence.objects.filter(finding__in=findings, submission__at__lt=before).order_by("id")
    for submission, name in files.values_list("submission_id", "name").iterator(CHUNK):
        if submission in last:
            evidence[submission].append(name)
    return {key: _claim(sent[key][-1], outcomes[pk], evidence[pk]) for pk, key in last.items()}


def _claim(submission: Submission, outcomes: Sequence[Outcome], evidence: Sequence[str]) -> Claim:
    money: dict[str, int] = defaultdict(int)
    paid: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        if outcome.kind == OutcomeKind.MONEY:
            money[outcome.money_class] += outcome.amount or 0
        elif outcome.kind == OutcomeKind.PAID:
            paid[outcome.title.strip()] = max(paid[outcome.title.strip()], outcome.count or 0)
    return Claim(
        text=submission.text,
        unfinished=submission.unfinished,
        money=dict(money),
        rules=[(one.title.strip(), one.reference.strip()) for one in outcomes if one.kind == OutcomeKind.RULE],
        persons=[one.title.strip() for one in outcomes if one.kind == OutcomeKind.PERSON],
        services=[one.title.strip() for one in outcomes if one.kind == OutcomeKind.SERVICE],
        paid=paid,
        evidence=evidence,
    )


def _proofs(findings: QuerySet[Finding], before: datetime) -> dict[int, Proof]:
    decided = Check.objects.filter(finding__in=findings, state=CheckState.DECIDED, checked_at__lt=before)
    last = {
        finding: (pk, conclusion)
        for pk, finding, conclusion in decided.order_by("checked_at", "id").values_list("pk", "finding", "conclusion")
    }
    shown = {pk: finding for finding, (pk, _conclusion) in last.items()}
    verdicts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    money: dict[int, int] = defaultdict(int)
    for check, verdict, count, remedied in _judged(findings, before):
        if check in shown:
            verdicts[shown[check]][verdict] += count
            money[shown[check]] += remedied or 0
    return {
        finding: Proof(conclusion, dict(verdicts[finding]), money[finding])
        for finding, (_pk, conclusion) in last.items()
    }


def _judged(findings: QuerySet[Finding], before: datetime) -> Iterator[tuple[int, str, int, int | None]]:
    """Return for each check and verdict the items and the money proved, not more than the amount of each item."""
    proved = Case(
        When(remedied__gt=F("item__amount"), then=F("item__amount")),
        default=Coalesce(F("remedied"), 0),
        output_field=BigIntegerField(),
    )
    rows = (
        CheckVerdict.objects.filter(
            check_of__finding__in=findings, check_of__state=CheckState.DECIDED, check_of__checked_at__lt=before
        )
        .values_list("check_of", "verdict")
        .annotate(count=Count("id"), money=Sum(proved, filter=Where(verdict__in=PROVING)))
        .order_by("check_of", "verdict")
    )
    yield from rows.iterator(CHUNK)


@dataclass(frozen=True)
class ItemLine:
    """One item as the ledger says it as of a date; `verdict` is what data say, never a person's opinion."""

    finding: str
    code: str  # of the procedure
    position: int
    unit: Body | None
    key: Mapping[str, object]
    fields: Mapping[str, object]
    amount: int | None
    verdict: str
    proved: int | None
    trace: str


def item_lines(findings: QuerySet[Finding], *, as_of: date) -> Iterator[ItemLine]:
    """Return the items of the findings with the verdict of the last decided look-back."""
    before = Scope(as_of=as_of, bureau="").before
    decided = CheckVerdict.objects.filter(
        check_of__finding__in=findings, check_of__state=CheckState.DECIDED, check_of__checked_at__lt=before
    ).order_by("check_of__checked_at", "check_of")
    said = {item: (verdict, money, trace) for item, verdict, money, trace in
            decided.values_list("item", "verdict", "remedied", "trace").iterator(CHUNK)}  # fmt: skip
    units = Body.objects.in_bulk()
    columns = ("pk", "finding__number", "finding__code", "position", "finding__responsible", "key", "fields", "amount")
    items = Item.objects.filter(finding__in=findings).order_by("finding", "position").values_list(*columns)
    for pk, number, code, position, unit, key, fields, amount in items.iterator(CHUNK):
        verdict, money, trace = said.get(pk, (Verdict.PENDING, None, ""))
        proved = (money or 0) if verdict in PROVING else None
        if proved is not None and amount is not None:
            proved = min(proved, amount)
        yield ItemLine(number, code, position, units.get(unit), key, fields, amount, verdict, proved, trace)


def body_name(body: Body | None, language: str) -> str:
    """Return a body's name in a language, or the only one there is."""
    return body.name_in(language) if body else ""
