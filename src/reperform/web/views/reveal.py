"""Runs, and the sifting of what a run singled out: confirm, set aside, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.engine.spec import Procedure
from reperform.errors import N_, BadInput, Refused
from reperform.jobs import queue as jobs
from reperform.jobs import tasks
from reperform.ledger import scope, workshop
from reperform.ledger.drafting import in_language, settings_of
from reperform.ledger.models import Account, Body, ExceptionRow, Exclusion, Run
from reperform.reveal import actions, inquiring, queries
from reperform.reveal.queries import BodyShare
from reperform.reveal.running import settled
from reperform.rules.figures import YUAN, in_unit, wan_yuan
from reperform.web import shelf, words
from reperform.web.forms.sifting import ConfirmForm, ExcludeForm, RunForm, SendForm
from reperform.web.frame import account_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, Slice, cut
from reperform.web.rows import RunFigures, run_figures
from reperform.web.words import Chip, Words

PAGE, ROWS = 20, 50
RUN_ORDER = (Key("ran_at", datetime.fromisoformat, descending=True), Key("pk", int, descending=True))
ROW_ORDER = (Key("body_code"), Key("pk", int))
SHARES, BODIES = 60, 300
SET = "set-"  # before the name of a parameter whose value the form gives


@dataclass(frozen=True)
class RunRow:
    """One run of the list."""

    run: Run
    title: str
    figures: RunFigures
    noisy: bool


def _run_row(run: Run) -> RunRow:
    procedure = shelf.procedures().get(run.code)
    title = in_language(procedure.title) if procedure else run.code
    return RunRow(run, title, run_figures(run), queries.is_noisy(run))


def _run_form(account: Account, posted: QueryDict | None = None) -> RunForm:
    return RunForm(
        posted,
        snapshots=queries.snapshots(),
        engagements=queries.engagements(account),
        procedures=shelf.procedures(),
    )


def runs(request: HttpRequest, form: RunForm | None = None) -> HttpResponse:
    account = account_of(request)
    cutting = cut(request, queries.runs(account), RUN_ORDER, PAGE)
    context = {
        "runs": [_run_row(one) for one in cutting.rows],
        "before": cutting.before,
        "after": cutting.after,
        "form": form or _run_form(account),
        "noisy_percent": queries.NOISY_PERCENT,
    }
    return page(request, "reveal/runs.html", context, status=422 if form else 200)


def run_now(request: HttpRequest) -> HttpResponse:
    """Run the chosen procedures over the chosen snapshot."""
    account = account_of(request)
    form = _run_form(account, request.POST)
    if not form.is_valid():
        return runs(request, form)
    chosen, codes = form.cleaned_data, form.cleaned_data["codes"]
    settings = {
        name.removeprefix(SET): str(text) for name, text in request.POST.items() if name.startswith(SET) and text
    }
    settled(workshop.named(codes), settings, workshop.store().open(chosen["snapshot"].number))
    engagement = chosen["engagement"].number if chosen["engagement"] else ""
    job = jobs.ask(
        tasks.run_procedures, by=account, total=len(codes), snapshot=chosen["snapshot"].number, engagement=engagement,
        codes=codes, settings=settings,
    )  # fmt: skip
    return redirect("job", job.pk)


# Sifting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SiftRow:
    """One row that a run singled out, ready to be sifted."""

    row: ExceptionRow
    body: str
    cells: Sequence[tuple[str, str]]
    more: Sequence[tuple[str, str]]
    amount: str
    state: Chip
    finding: str
    exclusion: Exclusion | None
    inquiry: str
    told: Chip | None


@dataclass(frozen=True)
class Share:
    """What the run says of one body, with the address that shows its rows alone."""

    share: BodyShare
    name: str
    amount: str
    url: str
    current: bool


@dataclass(frozen=True)
class SiftTab:
    label: Words
    icon: str
    count: int
    url: str
    current: bool


def _of(request: HttpRequest, number: str) -> Run:
    seen = scope.runs(account_of(request)).select_related(
        "snapshot", "engagement", "audit_body", "lookback_of", "origin"
    )
    return get_object_or_404(seen, number=number)


def run(request: HttpRequest, number: str, excluding: ExcludeForm | None = None) -> HttpResponse:
    """Show one run: what it examined, whom it singled out, and the rows to be sifted."""
    account, found = account_of(request), _of(request, number)
    sifting, body = request.GET.get("sifting", ""), request.GET.get("body", "")
    cutting = cut(request, queries.rows(found, sifting=sifting, body=body), ROW_ORDER, ROWS)
    procedure = shelf.pinned(found.procedure_hash) or shelf.procedures().get(found.code)
    counts = queries.count_sifting(found)
    shares = queries.shares(found)
    engagements = queries.engagements(account)
    context = {
        "row": _run_row(found),
        "run": found,
        "procedure": procedure,
        "parts": (parts := list(found.snapshot.parts.select_related("part").order_by("part__number"))),
        "across": found.rows.filter(across=True).count() if parts else 0,
        "changed": settings_of(procedure, found) if procedure else {},
        "guard": in_language(procedure.guard) if procedure else "",
        "shares": [_share(one, found, body) for one in shares[:SHARES]],
        "more_shares": max(0, len(shares) - SHARES),
        "tabs": _tabs(found, counts, sifting, body),
        "columns": [one.title for one in _columns(procedure, cutting.rows)],
        "rows": _rows(cutting, procedure, {one.code: one.body.name for one in shares if one.body}),
        "total": counts.get(sifting, 0) if sifting in words.SIFTING else sum(counts.values()),
        "before": _address(found, sifting, body, before=cutting.before) if cutting.before else "",
        "after": _address(found, sifting, body, after=cutting.after) if cutting.after else "",
        "pending": counts.get("pending", 0),
        "confirm": ConfirmForm(engagements=engagements, chosen=found.engagement.number if found.engagement else None),
        "exclude": excluding or ExcludeForm.from_today(timezone.localdate()),
        "send": SendForm(),
        "bodies": Body.objects.filter(state="active").order_by("number")[:BODIES] if counts.get("pending") else (),
        "body": body,
        "sifts": found.lookback_of_id is None,
        "noisy_percent": queries.NOISY_PERCENT,
    }
    return page(request, "reveal/run.html", context, status=422 if excluding else 200)


def _columns(procedure: Procedure | None, rows: Sequence[ExceptionRow]) -> list[shelf.Column]:
    """Return the columns of the key, without the one that names the body: it has a column of its own."""
    names = tuple(rows[0].key) if rows else ()
    return shelf.columns(procedure, tuple(name for name in names if procedure is None or name != procedure.body))


def _rows(cutting: Slice[ExceptionRow], procedure: Procedure | None, names: Mapping[str, str]) -> list[SiftRow]:
    columns = _columns(procedure, cutting.rows)
    others = shelf.columns(procedure, tuple(cutting.rows[0].fields) if cutting.rows else ())
    exclusions, asked = queries.exclusions(cutting.rows), queries.asked(cutting.rows)
    return [
        SiftRow(
            row=row,
            body=names.get(row.body_code, row.body_code),
            cells=[(one.title, shelf.shown(one, row.key.get(one.name, ""), in_full=True)) for one in columns],
            more=[(one.title, shelf.shown(one, row.fields.get(one.name, ""), in_full=True)) for one in others],
            amount=in_unit(row.amount, YUAN) if row.amount is not None else "—",
            state=words.SIFTING[row.sifting],
            finding=row.item.finding.number if row.item else "",
            exclusion=exclusions.get(row.pk),
            inquiry=asked.get(row.pk, ""),
            told=words.SIFTING.get(row.told),
        )
        for row in cutting.rows
    ]


def _address(run: Run, sifting: str, body: str, **parameters: str) -> str:
    asked = QueryDict(mutable=True)
    asked.update({name: text for name, text in {"sifting": sifting, "body": body, **parameters}.items() if text})
    query = asked.urlencode()
    return f"{reverse('run', args=[run.number])}{'?' if query else ''}{query}#rows"


def _share(share: BodyShare, run: Run, body: str) -> Share:
    return Share(
        share=share,
        name=share.body.name if share.body else share.code,
        amount=wan_yuan(share.amount),
        url=_address(run, "pending" if share.pending else "", share.code),
        current=share.code == body,
    )


def _tabs(run: Run, counts: dict[str, int], sifting: str, body: str) -> list[SiftTab]:
    every = sum(counts.values())
    tabs = [SiftTab(_("All"), "", every, _address(run, "", body), not sifting)]
    return tabs + [
        SiftTab(chip.label, chip.icon, counts.get(name, 0), _address(run, name, body), name == sifting)
        for name, chip in words.SIFTING.items()
    ]


def _chosen(request: HttpRequest, found: Run) -> list[ExceptionRow]:
    keys = [int(text) for text in request.POST.getlist("row") if text.isdecimal()]
    rows = queries.to_sift(found, keys=keys, all_of=request.POST.get("all_of", ""))
    if not rows:
        raise BadInput(
            N_("No row was chosen."), rule="sift.chosen", hint=N_("Tick rows, or choose all rows of a body.")
        )
    return rows


def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm rows: one draft finding for each body among them."""
    account, found = account_of(request), _of(request, number)
    form = ConfirmForm(request.POST, engagements=queries.engagements(account))
    if not form.is_valid():
        raise BadInput(
            N_("An engagement must be chosen for the new findings."), rule="sift.engagement",
            hint=N_("Open one with: reperform reveal open --help"),
        )  # fmt: skip
    rows, procedure = _chosen(request, found), shelf.pinned(found.procedure_hash)
    if procedure is None:
        raise Refused("sift.procedure", N_("The procedure that was run is no longer kept."))
    drafts = actions.confirm(
        rows, procedure=procedure, engagement=form.cleaned_data["engagement"], by=account, at=now()
    )
    said = ngettext("%(rows)d row confirmed", "%(rows)d rows confirmed", len(rows)) % {"rows": len(rows)}
    drafted = ngettext("%(count)d draft written.", "%(count)d drafts written.", len(drafts)) % {"count": len(drafts)}
    messages.success(request, f"{said}: {drafted}")
    return redirect("finding", drafts[0].number) if len(drafts) == 1 else redirect(f"{reverse('ledger')}?view=drafts")


def exclude(request: HttpRequest, number: str) -> HttpResponse:
    """Set rows aside with a reason until a date."""
    found = _of(request, number)
    form = ExcludeForm(request.POST)
    if not form.is_valid():
        return run(request, number, form)
    written = form.cleaned_data
    rows = _chosen(request, found)
    actions.exclude(rows, reason=written["reason"], expires_on=written["expires_on"], by=account_of(request), at=now())
    said = ngettext("%(count)d row was set aside.", "%(count)d rows were set aside.", len(rows)) % {"count": len(rows)}
    messages.success(request, said)
    return redirect("run", number)


def inquire(request: HttpRequest, number: str) -> HttpResponse:
    """Send rows to another body to check."""
    found = _of(request, number)
    form = SendForm(request.POST)
    if not form.is_valid():
        name, (wrong, *_more) = next(iter(form.errors.items()))
        raise BadInput(
            N_("{field}: {problem}"), rule="inquiry.form", field=form.fields[name].label, problem=wrong,
            hint=N_("Name the body by its code and write what is asked."),
        )  # fmt: skip
    written = form.cleaned_data
    rows = _chosen(request, found)
    sent = inquiring.send(
        rows, receiver=written["receiver"], question=written["question"], due_on=written["due_on"],
        by=account_of(request), at=now(),
    )  # fmt: skip
    messages.success(
        request,
        ngettext("%(count)d row was sent to be checked.", "%(count)d rows were sent to be checked.", len(rows))
        % {"count": len(rows)},
    )
    return redirect("inquiry", sent.number)


def lift(request: HttpRequest, number: str) -> HttpResponse:
    """Take an exclusion back: its row is to be sifted again."""
    account = account_of(request)
    kept = Exclusion.objects.select_related("row__run", "audit_body")
    found = get_object_or_404(kept, number=number, audit_body__path__startswith=account.body.path)
    actions.lift(found, reason=request.POST.get("reason", ""), by=account, at=now())
    messages.success(request, _("The row is to be sifted again."))
    return redirect("run", found.row.run.number)
