"""The readings of findings and of what stands around them, from the same questions that the pages ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, override
from ninja import Query
from pydantic import Field, create_model

from reperform.errors import N_, BadInput, Place
from reperform.ledger.models import (
    Account,
    Check,
    CorrectiveAction,
    Duty,
    Evidence,
    Finding,
    Item,
    ItemClaim,
    Outcome,
    Subject,
    Submission,
    Verification,
)  # fmt: skip
from reperform.papers.words import language_of
from reperform.rectify import queries, watching
from reperform.verify.queries import history, possible_steps
from reperform.web import around, words
from reperform.web.api import shapes
from reperform.web.api.building import Operations, View, caller
from reperform.web.api.serving import Plain, one_served, related, served
from reperform.web.filters import FindingFilter
from reperform.web.pager import Key, cut
from reperform.web.views.finding import ITEM_ORDER
from reperform.web.views.ledger import SORTS

MOST, USUAL = 200, 50
NEWEST = (Key("pk", int, descending=True),)


class Listing(shapes.Asking):
    """Which page of a list: how many rows, and after which one, as the page before said."""

    limit: int = Field(USUAL, ge=1, le=MOST)
    after: shapes.Name = ""


class OnDay(shapes.Asking):
    """As of which local day; today if it is not said."""

    as_of: date | None = None


with override(shapes.LANGUAGE):
    FILTERS: dict[str, Any] = {
        name: (shapes.Name, Field("", title=str(one.label or name))) for name, one in FindingFilter.base_filters.items()
    }
FindingListing = create_model(
    "FindingListing", __base__=Listing, **FILTERS, as_of=(date | None, None),
    view=(shapes.one_of(queries.VIEWS), "all"), sort=(shapes.one_of(SORTS), "due"),
)  # fmt: skip


class ItemListing(Listing):
    verdict: shapes.Name = ""


class SubmissionAnswer(shapes.record_of(Submission)):  # type: ignore[misc]  # made from the model
    """A version of what the unit says, with what it claims and the files that it rests on."""

    outcomes: list[shapes.record_of(Outcome)]  # type: ignore[valid-type]
    evidence: list[shapes.record_of(Evidence)]  # type: ignore[valid-type]
    claims: list[shapes.record_of(ItemClaim)]  # type: ignore[valid-type]


class Entry(shapes.Answer):
    """One step of the log; what it says beside its facts, the proof bundle discloses."""

    idx: int
    type: str
    at: datetime
    body: str
    role: str
    facts: dict[str, Any]


class Possible(shapes.Answer):
    """A step, and the rule that forbids it now, if one does."""

    step: str
    permitted: bool
    rule: str | None = None
    detail: str | None = None


class Kept(shapes.Answer):
    """A record around a finding."""

    kind: str
    number: str
    state: str


class Reason(shapes.Answer):
    name: str
    count: int


PARTS = ("outcomes", "evidence", "claims")  # of a submission


def paged(
    request: HttpRequest, rows: QuerySet[Any], order: Sequence[Key], limit: int, *, within: Subject | None = None
) -> Plain:
    """Return one page of a list as its reader may see it."""
    cutting = cut(request, related(rows), order, limit)
    return {"rows": served(cutting.rows, caller(request), within=within), "after": cutting.after}


def finding_of(request: HttpRequest, number: str) -> Finding:
    """Return the finding of this number, if the caller may see it; else there is none."""
    return get_object_or_404(queries.one_finding(caller(request)), number=number)


def chosen(person: Account, asked: Any) -> QuerySet[Finding]:  # noqa: ANN401 - the shape is made from the filters
    """Return the findings of a view and of filters; an unknown value is refused."""
    seen = queries.findings(person).filter(queries.VIEWS[asked.view](person, asked.as_of or timezone.localdate()))
    given = {name: getattr(asked, name) for name in FILTERS}
    narrowed = FindingFilter(given, queryset=seen, language=language_of(get_language()))
    for name, problems in narrowed.form.errors.items():
        raise BadInput(
            N_("The filter {name} can't be used: {problem}"), rule="filter.value", place=Place(column=name),
            value=given[name], name=name, problem=problems[0],
        )  # fmt: skip
    return narrowed.qs  # type: ignore[no-any-return]  # the library carries no types


def build(operations: Operations) -> None:
    """Build the readings of findings."""
    shape = shapes.record_of

    @operations.read("/findings", "findings", shapes.page_of(shape(Finding)))
    def findings(request: HttpRequest, asked: Query[FindingListing]) -> Plain:
        """List findings with the filters of the ledger."""
        return paged(request, chosen(caller(request), asked), SORTS[asked.sort], asked.limit)  # type: ignore[attr-defined]

    @operations.read("/findings/{number}", "finding", shape(Finding))
    def finding(request: HttpRequest, number: shapes.Name) -> Plain:
        """Read one finding."""
        return one_served(finding_of(request, number), caller(request))

    @operations.read("/findings/{number}/items", "finding_items", shapes.page_of(shape(Item)))
    def finding_items(request: HttpRequest, number: shapes.Name, asked: Query[ItemListing]) -> Plain:
        """List the items of a finding, those not cleared first."""
        found = finding_of(request, number)
        return paged(request, queries.items(found, asked.verdict), ITEM_ORDER, asked.limit, within=found)

    _build_parts(operations)

    @operations.read("/findings/{number}/submissions", "finding_submissions", list[SubmissionAnswer])
    def finding_submissions(request: HttpRequest, number: shapes.Name) -> list[Plain]:
        """List the versions of what the unit says was done, with outcomes and files."""
        found, person = finding_of(request, number), caller(request)
        rows = list(related(found.submissions.all()).prefetch_related(*PARTS, "claims__item").order_by("-version"))
        return [
            {**plain, **{name: served(getattr(row, name).all(), person, within=found) for name in PARTS}}
            for row, plain in zip(rows, served(rows, person, within=found), strict=True)
        ]  # fmt: skip

    @operations.read("/findings/{number}/history", "finding_history", list[Entry])
    def finding_history(request: HttpRequest, number: shapes.Name) -> list[Any]:
        """List the entries of the log about a finding, newest first."""
        found = finding_of(request, number)
        return list(history(found, list(found.checks.all()), caller(request)))

    @operations.read("/findings/{number}/steps", "finding_steps", list[Possible])
    def finding_steps(request: HttpRequest, number: shapes.Name) -> list[Plain]:
        """List the steps of a finding that the caller may take now, and what forbids the others."""
        found, person = finding_of(request, number), caller(request)
        offers = possible_steps(found, person, queries.tallies([found])[found.pk].unsettled)
        own = [
            {"step": one.verb, "permitted": one.permitted, "rule": one.refusal.rule if one.refusal else None,
             "detail": one.refusal.render() if one.refusal else None}
            for one in offers
        ]  # fmt: skip
        return own + [{"step": one.verb, "permitted": True} for one in around.offered(found, person)]

    _build_watch(operations)


def _build_parts(operations: Operations) -> None:
    """Build the lists of what belongs to one finding."""
    parts: tuple[tuple[str, type[Model], str], ...] = (
        ("measures", CorrectiveAction, "List the measures of a finding"),
        ("duties", Duty, "List who carries a finding"),
        ("evidence", Evidence, "List the files of a finding, with their hashes"),
        ("verifications", Verification, "List what verifiers decided of a finding"),
        ("checks", Check, "List the look-backs of a finding"),
    )
    for path, model, said in parts:
        view = _part(path)
        view.__doc__ = said
        operations.read(f"/findings/{{number}}/{path}", f"finding_{path}", list[shapes.record_of(model)])(view)  # type: ignore[misc]

    @operations.read("/findings/{number}/records", "finding_records", list[Kept])
    def finding_records(request: HttpRequest, number: shapes.Name) -> list[Plain]:
        """List the records around a finding, newest first."""
        found = around.kept(finding_of(request, number), caller(request))
        return [{"kind": kind.name, "number": row.number, "state": row.state} for kind, row, _said in found]


def _part(path: str) -> View:
    attribute = {"measures": "actions"}.get(path, path)

    def listed(request: HttpRequest, number: shapes.Name) -> list[Plain]:
        found = finding_of(request, number)
        return served(related(getattr(found, attribute).order_by("pk")), caller(request), within=found)

    return listed


def _build_watch(operations: Operations) -> None:
    @operations.read("/watch", "watch", list[Reason])
    def watch(request: HttpRequest, asked: Query[OnDay]) -> list[Any]:
        """Count the findings that each reason puts on the daily list."""
        return list(watching.daily_list(caller(request), asked.as_of or timezone.localdate()))

    @operations.read("/watch/{reason}", "watched", list[shapes.record_of(Finding)])  # type: ignore[misc]
    def watched(request: HttpRequest, reason: shapes.one_of(words.WATCHED), asked: Query[OnDay]) -> list[Plain]:  # type: ignore[valid-type]
        """List the findings that one reason puts on the daily list, the nearest limit first."""
        person = caller(request)
        found = watching.watched(person, asked.as_of or timezone.localdate(), reason)
        return served(related(found)[:MOST], person)
