"""The readings of the other stages: records around findings, data, procedures, runs, look-backs, bodies, the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import create_model

from reperform.engine.spec import Procedure
from reperform.jobs import queue
from reperform.ledger import scope
from reperform.ledger.asking import Kind
from reperform.ledger.models import (
    Account,
    Body,
    Check,
    Checkpoint,
    CheckVerdict,
    Enclosure,
    Engagement,
    ExceptionRow,
    Exclusion,
    Instruction,
    InstructionFinding,
    Job,
    Referral,
    Run,
    Snapshot,
    SnapshotTable,
    Subject,
    Task,
    TaskNote,
)  # fmt: skip
from reperform.lookback import queries as lookback
from reperform.rectify.records import KINDS
from reperform.reveal import queries as reveal
from reperform.web import shelf
from reperform.web.api import shapes
from reperform.web.api.building import Operations, View, caller
from reperform.web.api.reading import MOST, NEWEST, Listing, paged
from reperform.web.api.serving import Plain, named, one_served, related, served
from reperform.web.pager import Key
from reperform.web.permissions import Access
from reperform.web.views.lookback import VERDICT_ORDER

BY_NUMBER = (Key("number"),)
OLDEST = (Key("pk", int),)


def model_of(kind: str) -> type[Subject]:
    """Return the model of a kind of record."""
    known = {getattr(model, "kind", ""): model for model in apps.get_app_config("ledger").get_models()}
    return known[kind]  # type: ignore[return-value]


def record_of(kind: Kind, request: HttpRequest, number: str) -> Subject:
    """Return a record of a kind that the caller may see; else there is none."""
    return get_object_or_404(related(kind.seen(caller(request))), number=number)  # type: ignore[no-any-return]


# Around findings -----------------------------------------------------------------------------------------------------

_PARTS: dict[type[Subject], tuple[str, type[Model]]] = {  # what a record has in plural, and shows with itself
    Referral: ("enclosures", Enclosure), Task: ("notes", TaskNote), Instruction: ("concerns", InstructionFinding),
}  # fmt: skip


def build_records(operations: Operations) -> None:
    """Build list and record of every kind around findings."""
    for kind in KINDS.values():
        shape = shapes.record_of(model_of(kind.name))
        access = Access(kind.roles)
        path = f"/records/{kind.name}"
        operations.read(path, f"records_{kind.name}", shapes.page_of(shape), access=access)(_records(kind))
        single = _with_part(model_of(kind.name), shape)
        operations.read(f"{path}/{{number}}", f"record_{kind.name}", single, access=access)(_record(kind))


def _with_part(model: type[Subject], shape: type[shapes.Answer]) -> type[shapes.Answer]:
    if model not in _PARTS:
        return shape
    name, part = _PARTS[model]
    parts: Any = {name: (list[shapes.record_of(part)], ...)}  # type: ignore[misc]  # made from the model
    return create_model(f"{shape.__name__}Whole", __base__=shape, **parts)


def _records(kind: Kind) -> View:
    def listed(request: HttpRequest, asked: Query[Listing]) -> Plain:
        return paged(request, kind.seen(caller(request)), NEWEST, asked.limit)

    listed.__doc__ = f"List the records of the kind {kind.name}, newest first"
    return listed


def _record(kind: Kind) -> View:
    def read(request: HttpRequest, number: shapes.Name) -> Plain:
        person, row = caller(request), record_of(kind, request, number)
        plain = one_served(row, person)
        if type(row) in _PARTS:
            name, _part = _PARTS[type(row)]
            plain[name] = served(related(getattr(row, name).order_by("pk")), person, within=row)
        return plain

    read.__doc__ = f"Read one record of the kind {kind.name}"
    return read


# Data, procedures, runs, look-backs ----------------------------------------------------------------------------------


class ProcedureAnswer(shapes.Answer):
    """An executable procedure; its whole text is in the catalogue."""

    code: str
    version: int
    hash: str
    title: dict[str, str]
    question: dict[str, str]
    domain: str
    tables: list[str]
    money: str
    term: str


class SnapshotAnswer(shapes.record_of(Snapshot)):  # type: ignore[misc]  # made from the model
    tables: list[shapes.record_of(SnapshotTable)]  # type: ignore[valid-type]


class RowListing(Listing):
    sifting: shapes.Name = ""
    body: shapes.Name = ""


class VerdictListing(Listing):
    verdict: shapes.Name = ""


def _told(one: Procedure) -> Plain:
    return {
        "code": one.code, "version": one.version, "hash": one.hash, "title": dict(one.title),
        "question": dict(one.question), "domain": one.domain, "tables": list(one.tables), "money": one.money or "",
        "term": one.term or "",
    }  # fmt: skip


def build_revealed(operations: Operations) -> None:
    """Build the readings of the first stage."""

    @operations.read("/procedures", "procedures", list[ProcedureAnswer])
    def procedures(request: HttpRequest) -> list[Plain]:
        """List the procedures at hand."""
        return [_told(one) for _code, one in sorted(shelf.procedures().items())]

    @operations.read("/procedures/{code}", "procedure", ProcedureAnswer)
    def procedure(request: HttpRequest, code: shapes.Name) -> Plain:
        """Read one procedure."""
        found = shelf.procedures().get(code)
        if found is None:
            raise Http404
        return _told(found)

    @operations.read("/snapshots", "snapshots", list[SnapshotAnswer])
    def snapshots(request: HttpRequest) -> list[Plain]:
        """List the newest snapshots with what the intake counted."""
        person, rows = caller(request), list(reveal.snapshots()[:100])
        plain = served(rows, person)
        return [{**one, "tables": served(row.tables.all(), person)} for row, one in zip(rows, plain, strict=True)]

    @operations.read("/runs", "runs", shapes.page_of(shapes.record_of(Run)))
    def runs(request: HttpRequest, asked: Query[Listing]) -> Plain:
        """List runs, newest first."""
        return paged(request, scope.runs(caller(request)), NEWEST, asked.limit)

    @operations.read("/runs/{number}", "run", shapes.record_of(Run))
    def run(request: HttpRequest, number: shapes.Name) -> Plain:
        """Read one run."""
        return one_served(run_of(request, number), caller(request))

    @operations.read("/runs/{number}/exceptions", "run_exceptions", shapes.page_of(shapes.record_of(ExceptionRow)))
    def run_exceptions(request: HttpRequest, number: shapes.Name, asked: Query[RowListing]) -> Plain:
        """List the rows that a run singled out."""
        found = run_of(request, number)
        rows = reveal.rows(found, sifting=asked.sifting, body=asked.body)
        return paged(request, rows, OLDEST, asked.limit, within=found)

    @operations.read("/exclusions", "exclusions", shapes.page_of(shapes.record_of(Exclusion)))
    def exclusions(request: HttpRequest, asked: Query[Listing]) -> Plain:
        """List the exclusions in force, newest first."""
        return paged(request, reveal.active_exclusions(caller(request)), NEWEST, asked.limit)


def run_of(request: HttpRequest, number: str) -> Run:
    """Return a run that the caller may see; else there is none."""
    return get_object_or_404(related(scope.runs(caller(request))), number=number)


def build_checks(operations: Operations) -> None:
    """Build the readings of look-backs."""

    @operations.read("/checks", "checks", shapes.page_of(shapes.record_of(Check)))
    def checks(request: HttpRequest, asked: Query[Listing]) -> Plain:
        """List look-backs, newest first."""
        return paged(request, scope.checks(caller(request)), NEWEST, asked.limit)

    @operations.read("/checks/{number}", "check", shapes.record_of(Check))
    def check(request: HttpRequest, number: shapes.Name) -> Plain:
        """Read one look-back."""
        return one_served(get_object_or_404(lookback.one_check(caller(request)), number=number), caller(request))

    @operations.read("/checks/{number}/verdicts", "check_verdicts", shapes.page_of(shapes.record_of(CheckVerdict)))
    def check_verdicts(request: HttpRequest, number: shapes.Name, asked: Query[VerdictListing]) -> Plain:
        """List what the data say of each item at a look-back."""
        found = get_object_or_404(lookback.one_check(caller(request)), number=number)
        return paged(request, lookback.verdicts(found, asked.verdict), VERDICT_ORDER, asked.limit, within=found)


# Bodies, people, the log ---------------------------------------------------------------------------------------------


class JobAnswer(shapes.record_of(Job)):  # type: ignore[misc]  # made from the model
    """A piece of background work; `id` is that of the queue."""

    id: UUID
    state: str


def build_rest(operations: Operations) -> None:
    """Build what belongs to no stage."""

    @operations.read("/openapi.json", "schema", dict[str, Any])
    def schema(request: HttpRequest) -> HttpResponse:
        """Read the description of this interface (OpenAPI 3.1)."""
        return JsonResponse(operations.described, json_dumps_params={"ensure_ascii": False})

    @operations.read("/me", "me", shapes.record_of(Account))
    def me(request: HttpRequest) -> Plain:
        """Read for whom the calls are made."""
        person = caller(request)
        return {name: named(getattr(person, name)) for name in shapes.record_of(Account).model_fields}

    @operations.read("/bodies", "bodies", shapes.page_of(shapes.record_of(Body)))
    def bodies(request: HttpRequest, asked: Query[Listing]) -> Plain:
        """List all bodies by code."""
        return paged(request, Body.objects.all(), BY_NUMBER, asked.limit)

    @operations.read("/engagements", "engagements", shapes.page_of(shapes.record_of(Engagement)))
    def engagements(request: HttpRequest, asked: Query[Listing]) -> Plain:
        """List audit projects, newest first."""
        return paged(request, scope.engagements(caller(request)), NEWEST, asked.limit)

    @operations.read("/jobs", "jobs", list[JobAnswer])
    def jobs(request: HttpRequest) -> list[Plain]:
        """List the newest background work."""
        person = caller(request)
        rows = list(queue.shown(scope.jobs(person))[:MOST])
        found = zip(rows, served(rows, person), strict=True)
        return [{**plain, "id": row.pk, "state": queue.state(row)} for row, plain in found]

    @operations.read("/log/checkpoint", "log_checkpoint", shapes.record_of(Checkpoint))
    def log_checkpoint(request: HttpRequest) -> Plain:
        """Read the last signed statement of size and root of the log."""
        last = Checkpoint.objects.order_by("-size").first()
        if last is None:
            raise Http404
        return one_served(last, caller(request))
