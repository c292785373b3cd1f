"""Inquiries: exceptions that another body is asked to check. Whoever is asked sees the rows that were sent, only."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.engine.spec import Procedure
from reperform.errors import N_, BadInput, Refused
from reperform.ledger import scope
from reperform.ledger.drafting import in_language
from reperform.ledger.models import Inquiry, InquiryFile, InquiryRow
from reperform.ledger.models.inquiries import Answer
from reperform.ledger.vault import Vault
from reperform.reveal import inquiring, queries
from reperform.reveal.inquiry_book import read_book, write_book
from reperform.rules.figures import YUAN, in_unit
from reperform.web import shelf, words
from reperform.web.forms.filling import clean_name
from reperform.web.forms.sifting import A_YEAR, AnswerForm, SettleForm
from reperform.web.frame import account_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, cut
from reperform.web.permissions import AUDIT
from reperform.web.seen import require_fresh, seen
from reperform.web.upload import limited
from reperform.web.words import Chip

ROWS = 50
NEWEST = (Key("pk", int, descending=True),)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class AskedRow:
    """One row of an inquiry as its page shows it."""

    asked: InquiryRow
    cells: Sequence[tuple[str, str]]
    more: Sequence[tuple[str, str]]
    amount: str
    answer: str
    proposed: str
    decision: Chip | None
    files: Sequence[InquiryFile]


def inquiries(request: HttpRequest) -> HttpResponse:
    """The inquiries that were sent or received, newest first."""
    found = scope.inquiries(account_of(request)).select_related("audit_body", "receiver", "run")
    cutting = cut(request, found, NEWEST, ROWS)
    context = {
        "rows": [(one, words.INQUIRIES[one.state], _title(one)) for one in cutting.rows],
        "before": cutting.before, "after": cutting.after,
    }  # fmt: skip
    return page(request, "reveal/inquiries.html", context)


def _of(request: HttpRequest, number: str) -> Inquiry:
    found = scope.inquiries(account_of(request)).select_related("run__snapshot", "audit_body", "receiver", "sent_by")
    return get_object_or_404(found, number=number)


def _procedure(inquiry: Inquiry) -> Procedure | None:
    return shelf.pinned(inquiry.run.procedure_hash) or shelf.procedures().get(inquiry.run.code)


def _title(inquiry: Inquiry) -> str:
    procedure = _procedure(inquiry)
    return in_language(procedure.title) if procedure else inquiry.run.code


def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """One inquiry: the question, the rows that were sent, their answers, and what may be done."""
    person, found = account_of(request), _of(request, number)
    ours, asks = found.receiver_id == person.body_id, found.audit_body_id == person.body_id and person.role in AUDIT
    procedure = _procedure(found)
    asked = list(found.rows.select_related("row").prefetch_related("files").order_by("pk"))
    rows = _rows(asked, procedure)
    context = {
        "inquiry": found, "title": _title(found), "question_of": in_language(procedure.question) if procedure else "",
        "state": words.INQUIRIES[found.state], "rows": rows,
        "columns": [title for title, _text in rows[0].cells] if rows else [],
        "answers": ours and found.state in ("sent", "answered"),
        "settles": asks and found.state == "answered", "takes_back": asks and found.state in ("sent", "answered"),
        "form": AnswerForm(), "choices": Answer.choices, "decisions": words.DECISIONS.items(),
        "left": sum(not one.answer for one in asked),
        "settling": SettleForm(
            engagements=queries.engagements(person), until=timezone.localdate() + A_YEAR,
            chosen=found.run.engagement.number if asks and found.run.engagement else None,
        ) if asks else None,
        "sees_run": scope.runs(person).filter(pk=found.run_id).exists(),
    }  # fmt: skip
    return page(request, "reveal/inquiry.html", context)


def _rows(asked: Sequence[InquiryRow], procedure: Procedure | None) -> list[AskedRow]:
    if not asked:
        return []
    keys = shelf.columns(procedure, tuple(asked[0].row.key))
    others = shelf.columns(procedure, tuple(asked[0].row.fields))
    return [
        AskedRow(
            asked=one,
            cells=[(each.title, shelf.shown(each, one.row.key.get(each.name, ""), in_full=True)) for each in keys],
            more=[(each.title, shelf.shown(each, one.row.fields.get(each.name, ""), in_full=True)) for each in others],
            amount=in_unit(one.row.amount, YUAN) if one.row.amount is not None else "—",
            answer=str(Answer(one.answer).label) if one.answer else "",
            proposed=inquiring.PROPOSED.get(one.answer, ""),
            decision=words.SIFTING.get(one.decision),
            files=list(one.files.all()),
        )
        for one in asked
    ]


@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def inquiry_answer(request: HttpRequest, number: str) -> HttpResponseBase:
    """Answer the ticked rows, or all that have no answer yet, with one word."""
    found = _of(request, number)
    rows = found.rows.select_related("row").order_by("pk")
    ticked = [int(text) for text in request.POST.getlist("row") if text.isdecimal()]
    chosen = list(rows.filter(answer="") if request.POST.get("all_of") else rows.filter(pk__in=ticked))
    if not chosen:
        raise BadInput(N_("No row was chosen."), rule="sift.chosen", hint=N_("Tick rows, or choose all of them."))
    vault, files = Vault(settings.HOME.evidence), []
    for file in request.FILES.getlist("proof"):
        name = clean_name(file.name)
        files.append((name, vault.keep(file.chunks(), name=name, limit=settings.EVIDENCE_MAX_BYTES)))
    word, text = request.POST.get("word", ""), request.POST.get("text", "")
    said = [inquiring.Said(one, word, text, tuple(files)) for one in chosen]
    return _answered(request, found, said)


@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def inquiry_book(request: HttpRequest, number: str) -> HttpResponseBase:
    """Take the workbook that was filled; nothing of it is taken if a cell is wrong."""
    found = _of(request, number)
    sent = request.FILES.get("book")
    if sent is None:
        raise BadInput(N_("No file was chosen."), rule="inquiry.book")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        with path.open("wb") as file:
            for chunk in sent.chunks():
                file.write(chunk)
        said = read_book(path, found)
    return _answered(request, found, said)


def _answered(request: HttpRequest, found: Inquiry, said: Sequence[inquiring.Said]) -> HttpResponse:
    inquiring.answer(found, said, by=account_of(request), at=now(), seen=seen(request))
    told = ngettext("%(count)d row was answered.", "%(count)d rows were answered.", len(said)) % {"count": len(said)}
    messages.success(request, told)
    return redirect("inquiry", found.number)


def inquiry_xlsx(request: HttpRequest, number: str) -> HttpResponseBase:
    """The inquiry as a workbook, for a body that has no access."""
    found = _of(request, number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inquiry.xlsx"
        write_book(path, found)
        file = path.open("rb")  # on every system that this serves from, an open file outlives its name
    return FileResponse(file, as_attachment=True, filename=f"{found.number}.xlsx", content_type=WORKBOOK)


def inquiry_file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Hand out a proof as octets to be saved, after its hash was checked again."""
    file = get_object_or_404(InquiryFile.objects.filter(asked__inquiry=_of(request, number)), pk=pk)
    path = Vault(settings.HOME.evidence).check(file.sha256)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )


def inquiry_settle(request: HttpRequest, number: str) -> HttpResponse:
    """Decide every row."""
    person, found = account_of(request), _of(request, number)
    form = SettleForm(request.POST, engagements=queries.engagements(person))
    if not form.is_valid():
        raise BadInput(N_("The day until which rows are set aside is missing."), rule="exclude.expiry")
    procedure = shelf.pinned(found.run.procedure_hash)
    if procedure is None:
        raise Refused("sift.procedure", N_("The procedure that was run is no longer kept."))
    prefix = "decision-"
    decisions = {
        int(name.removeprefix(prefix)): str(word)
        for name, word in request.POST.items()
        if name.startswith(prefix) and name.removeprefix(prefix).isdecimal()
    }
    done = inquiring.settle(
        found, decisions=decisions, procedure=procedure, engagement=form.cleaned_data["engagement"],
        expires_on=form.cleaned_data["expires_on"], by=person, at=now(), seen=seen(request),
    )  # fmt: skip
    told = _("%(findings)d drafts written, %(excluded)d rows set aside, %(back)d to be sifted again.")
    messages.success(
        request, told % {"findings": len(done.findings), "excluded": done.excluded, "back": done.back}
    )  # fmt: skip
    return redirect("inquiry", number)


def inquiry_return(request: HttpRequest, number: str) -> HttpResponse:
    """Ask again."""
    found = _of(request, number)
    require_fresh(request, found)
    inquiring.return_(found, reason=request.POST.get("reason", ""), by=account_of(request), at=now())
    return redirect("inquiry", number)


def inquiry_take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take the inquiry back; its rows are to be sifted again."""
    found = _of(request, number)
    require_fresh(request, found)
    inquiring.take_back(found, reason=request.POST.get("reason", ""), by=account_of(request), at=now())
    return redirect("inquiry", number)
