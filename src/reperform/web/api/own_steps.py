"""The steps that have pages of their own: of findings from the draft to striking off, of runs, of look-backs.

Those that ask single values are declared as forms here. Those that ask lists are shaped by what their verbs take.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Body, File, Form
from ninja.files import UploadedFile as Part
from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema

from reperform.errors import N_, BadInput, Place, Refused
from reperform.ledger import scope
from reperform.ledger.asking import Ask
from reperform.ledger.asking import Field as Asked
from reperform.ledger.asking import Form as StepForm
from reperform.ledger.models import Account, Check, ExceptionRow, Finding, Run, Subject
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.models.rectifying import ActionKind, EvidenceKind
from reperform.lookback import actions as lookback
from reperform.lookback.queries import one_check
from reperform.rectify import actions as rectify
from reperform.reveal import actions as reveal
from reperform.reveal import queries
from reperform.rules.outcomes import MoneyClass, OutcomeKind, Sanction, Verdict
from reperform.verify import actions as verify
from reperform.web import shelf
from reperform.web.api import shapes
from reperform.web.api.around import run_of
from reperform.web.api.building import Operations, caller
from reperform.web.api.files import kept
from reperform.web.api.reading import finding_of
from reperform.web.api.serving import Plain
from reperform.web.api.stepping import KEY, Call, Key, access_of, answer, build_form
from reperform.web.forms.verifying import JUDGED
from reperform.web.moment import now

REASON = Asked("reason", _("Reason"), Ask.TEXT)
REMARK = Asked("reason", _("Reason"), Ask.TEXT, required=False)
DUE = Asked("due_on", _("Due"), Ask.DATE, required=False)
MOST = 1_000  # rows, items, findings of one call


def _issue(finding: Finding, *, due_on: date | None, by: Account, at: Any) -> object:  # noqa: ANN401 - a moment
    return reveal.issue([finding], due_on=due_on, by=by, at=at)[0]


def _assign(finding: Finding, *, role: str, **parts: Any) -> object:  # noqa: ANN401 - passed on
    return rectify.assign(finding, role=DutyRole(role), **parts)


def _decide(check: Check, *, conclusion: str, reason: str, by: Account, at: Any) -> object:  # noqa: ANN401 - a moment
    run = check.finding.run
    procedure = shelf.pinned(run.procedure_hash) if run else None
    return lookback.decide(check, Conclusion(conclusion), reason=reason, by=by, at=at, procedure=procedure)


FORMS = (
    StepForm("finding", "issue", _("Issue the finding"), _issue, (DUE,)),
    StepForm("finding", "discard", _("Discard the draft"), reveal.discard, (REASON,)),
    StepForm(
        "finding", "assign", _("Name who carries it"), _assign,
        (
            Asked("role", _("Duty"), Ask.WORD, words=dict(DutyRole.choices)), Asked("body", _("Body"), Ask.BODY),
            *(Asked(name, label, required=False) for name, label in (
                ("head", _("Head (first responsible person)")), ("leader", _("Leader in charge")),
                ("handler", _("Handler")))),
        ),
    ),
    StepForm(
        "finding", "accept", _("Accept the result"), verify.accept,
        (
            Asked("standard", _("Seen in the evidence"), Ask.LINES, required=False),
            REMARK, Asked("waiver", _("Waiver"), required=False),
        ),
    ),
    StepForm("finding", "return", _("Return for more"), verify.return_, (REASON,)),
    StepForm("finding", "close", _("Strike off"), verify.close, (REMARK,)),
)  # fmt: skip
LIFT = StepForm("exclusion", "lift", _("Lift"), reveal.lift, (REASON,))
DECIDE = StepForm(
    "check", "decide", _("Conclude the look-back"), _decide,
    (Asked("conclusion", _("Conclusion"), Ask.WORD, words=dict(Conclusion.choices)), REASON),
)  # fmt: skip

Measure = shapes.part(rectify.Measure, "Measure", kind=shapes.one_of(ActionKind.values), text=shapes.Text)
Result = shapes.part(
    rectify.Result, "Result", kind=shapes.one_of(OutcomeKind), money_class=shapes.one_of(("", *MoneyClass)),
    sanction=shapes.one_of(("", *Sanction)), count=shapes.Count | None,
)  # fmt: skip
Opinion = shapes.part(verify.Opinion, "Opinion", verdict=shapes.one_of(JUDGED))
_RESULTS: TypeAdapter[list[Any]] = TypeAdapter(list[Result])  # type: ignore[valid-type]
Results = Annotated[  # a part of a form is text: this one is JSON
    Any,
    BeforeValidator(_RESULTS.validate_json),
    WithJsonSchema(
        {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"type": "array", "items": Result.model_json_schema()},
        }
    ),
]


class Plan(shapes.Asking):
    seen: Annotated[int | None, shapes.SEEN[1]] = None
    measures: list[Measure] = Field(..., min_length=1, max_length=100)  # type: ignore[valid-type]


class Submit(shapes.Asking):
    """The results are one part of the request, written as JSON; files and their kinds go in the same order."""

    seen: Annotated[int | None, shapes.SEEN[1]] = None
    text: shapes.Text = Field(..., min_length=1)
    results: Results = Field(default_factory=list)
    kinds: list[shapes.one_of(EvidenceKind.values)] = Field(default_factory=list, max_length=100)  # type: ignore[valid-type]
    unfinished: shapes.Text = ""
    over_reason: shapes.Text = ""
    waiver: shapes.Line = ""


class Judged(Opinion):  # type: ignore[misc,valid-type]
    position: int = Field(..., ge=1, le=10**9, description="the number of the item in its finding")


class Judge(shapes.Asking):
    seen: Annotated[int | None, shapes.SEEN[1]] = None
    items: list[Judged] = Field(..., min_length=1, max_length=MOST)


class Rows(shapes.Asking):
    """Rows of a run by their `id`."""

    seen: Annotated[int | None, shapes.SEEN[1]] = None
    rows: list[Annotated[int, Field(ge=1, le=2**62)]] = Field(..., min_length=1, max_length=MOST)


class Confirm(Rows):
    engagement: shapes.Name


class Exclude(Rows):
    reason: shapes.Text = Field(..., min_length=1)
    expires_on: date


class Numbers(shapes.Answer):
    """The numbers of the records that a step made or moved."""

    numbers: list[str]


class IssueMany(shapes.Asking):
    numbers: list[shapes.Name] = Field(..., min_length=1, max_length=MOST)
    due_on: date | None = None


def build(operations: Operations) -> None:
    """Build the steps that no form around findings declares."""
    for form in FORMS:
        build_form(operations, form)
    build_form(operations, LIFT, find=_exclusion_of, at="/exclusions")
    build_form(operations, DECIDE, find=_check_of, at="/checks")
    _build_lists(operations)
    _build_sifting(operations)


def _exclusion_of(request: HttpRequest, number: str) -> Subject:
    kept_by = queries.active_exclusions(caller(request)).select_related("row__run", "audit_body")
    return get_object_or_404(kept_by, number=number)


def _check_of(request: HttpRequest, number: str) -> Subject:
    return get_object_or_404(one_check(caller(request)), number=number)


def _build_lists(operations: Operations) -> None:
    """Build the steps of a finding that ask lists."""
    shape = shapes.record_of(Finding)
    path = "/findings/{number}/steps"

    @operations.step(f"{path}/plan", "finding.plan", shape, access=access_of("finding.plan"))
    def plan(request: HttpRequest, number: shapes.Name, asked: Body[Plan], key: Key = KEY) -> Plain:
        """Plan measures (finding.plan)."""
        call = Call(request, key, found := finding_of(request, number), asked)
        measures = [rectify.Measure(**dict(one)) for one in asked.measures]
        return answer(call, lambda: rectify.plan(found, measures, by=call.person, at=now()))

    @operations.step(f"{path}/submit", "finding.submit", shape, access=access_of("finding.submit"))
    def submit(
        request: HttpRequest, number: shapes.Name, asked: Form[Submit], attachments: File[list[Part]] = [],  # noqa: B006 - read, never changed
        key: Key = KEY,
    ) -> Plain:  # fmt: skip
        """Submit the result with its evidence (finding.submit)."""
        call = Call(request, key, found := finding_of(request, number), asked, attachments)

        def stepped() -> Finding:
            results = [rectify.Result(**{**dict(one), "kind": OutcomeKind(one.kind)}) for one in asked.results]
            rectify.submit(
                found, text=asked.text, results=results, attachments=kept(attachments, asked.kinds),
                unfinished=asked.unfinished, over_reason=asked.over_reason, waiver=asked.waiver, by=call.person,
                at=now(),
            )  # fmt: skip
            return found

        return answer(call, stepped)

    @operations.step(f"{path}/judge", "finding.judge", shape, access=access_of("finding.judge"))
    def judge(request: HttpRequest, number: shapes.Name, asked: Body[Judge], key: Key = KEY) -> Plain:
        """Judge items (finding.judge)."""
        call = Call(request, key, found := finding_of(request, number), asked)
        return answer(call, lambda: verify.judge(found, _opinions(found, asked), by=call.person, at=now()))

    @operations.step("/findings/steps/issue", "findings.issue", Numbers, access=access_of("finding.issue"))
    def issue_many(request: HttpRequest, asked: Body[IssueMany], key: Key = KEY) -> Plain:
        """Issue several drafts, all or none (finding.issue)."""
        call, wanted = Call(request, key, None, asked), set(asked.numbers)
        drafts = list(scope.findings(call.person).filter(number__in=wanted).order_by("number"))
        _require_all(wanted, {one.number for one in drafts})
        return answer(call, partial(reveal.issue, drafts, due_on=asked.due_on, by=call.person, at=now()))


def _opinions(found: Finding, asked: Judge) -> dict[int, verify.Opinion]:
    said = {one.position: one for one in asked.items}
    items = {one.position: one for one in found.items.filter(position__in=said)}
    _require_all(set(said), set(items))
    opinions = {}
    for position, one in said.items():
        item, verdict = items[position], Verdict(one.verdict)
        if verdict in (Verdict.CLEARED, Verdict.PARTLY) and not one.trace:
            raise BadInput(
                N_("Cleared or partly needs a trace: a row that vanished is not a row that was fixed."),
                rule="judge.trace", place=Place(column="trace"), value=str(position),
            )  # fmt: skip
        remedied = item.amount if one.remedied is None and verdict is Verdict.CLEARED else one.remedied
        opinions[item.pk] = verify.Opinion(verdict, one.reason, remedied, one.trace)
    return opinions


def _require_all(wanted: set[Any], found: set[Any]) -> None:
    """Refuse a list in which anything is not there for the caller: nothing of it is done."""
    if absent := sorted(wanted - found):
        raise _absent(absent[0])


def _absent(named: object) -> BadInput:
    return BadInput(
        N_("There is no {named} that is yours to see; nothing of the list was done."), rule="list.absent", named=named,
        hint=N_("Take it out of the list, and send the rest."),
    )  # fmt: skip


def _build_sifting(operations: Operations) -> None:
    """Build the steps on the rows of a run."""

    @operations.step("/runs/{number}/steps/confirm", "run.confirm", Numbers, access=access_of("finding.draft"))
    def confirm(request: HttpRequest, number: shapes.Name, asked: Body[Confirm], key: Key = KEY) -> Plain:
        """Confirm rows of a run: a draft for each body among them (finding.draft)."""
        call = Call(request, key, found := run_of(request, number), asked)
        engagement = queries.engagements(call.person).filter(number=asked.engagement).first()
        if engagement is None:
            raise _absent(asked.engagement)
        rows, procedure = _rows(found, asked), shelf.pinned(found.procedure_hash)
        if procedure is None:
            raise Refused("sift.procedure", N_("The procedure that was run is no longer kept."))
        made = partial(reveal.confirm, rows, procedure=procedure, engagement=engagement, by=call.person, at=now())
        return answer(call, made)

    @operations.step("/runs/{number}/steps/exclude", "run.exclude", Numbers, access=access_of("exclusion.set"))
    def exclude(request: HttpRequest, number: shapes.Name, asked: Body[Exclude], key: Key = KEY) -> Plain:
        """Set rows of a run aside until a day (exclusion.set)."""
        call = Call(request, key, found := run_of(request, number), asked)
        rows = _rows(found, asked)
        return answer(
            call,
            partial(reveal.exclude, rows, reason=asked.reason, expires_on=asked.expires_on, by=call.person, at=now()),
        )


def _rows(run: Run, asked: Rows) -> list[ExceptionRow]:
    rows = queries.to_sift(run, keys=asked.rows)
    _require_all(set(asked.rows), {one.pk for one in rows})
    return rows
