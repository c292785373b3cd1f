"""Records around findings: the daily list, lists by kind, one record with its steps, the form of a step.

A kind that a role has no part in does not exist for it: the answer is the same as for an address that was made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from reperform.ledger import scope
from reperform.ledger.asking import Ask, Form, Kind, label_of, take
from reperform.ledger.models import Account, Body, Enclosure, Evidence, Finding, Subject
from reperform.ledger.vault import Vault
from reperform.rectify import watching
from reperform.rectify.letters import has_letter
from reperform.rectify.records import KINDS
from reperform.reveal.queries import waiting_inquiries
from reperform.rules.standing import Role
from reperform.web import around, words
from reperform.web.forms.asking import StepForm
from reperform.web.frame import account_of, as_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, cut
from reperform.web.permissions import AUDIT
from reperform.web.seen import require_fresh
from reperform.web.shown import cells, shown
from reperform.web.upload import limited
from reperform.web.views.finding import one as one_finding

ROWS = 50
NEWEST = (Key("pk", int, descending=True),)
BODIES_LISTED = 300


@dataclass(frozen=True)
class Waiting:
    """Records of a kind that wait for somebody, on the daily list."""

    kind: Kind
    label: object
    rows: Sequence[Any]


def kind_of(request: HttpRequest, name: str) -> Kind:
    """Return a kind of record that exists for this person."""
    kind = KINDS.get(name)
    if kind is None or Role(account_of(request).role) not in kind.roles:
        raise Http404
    return kind


def watch(request: HttpRequest) -> HttpResponse:
    """What must be looked at today, and where everything around findings is."""
    person, on = account_of(request), as_of(request)
    waits = watching.waiting(person, on) if person.role in AUDIT else {}
    groups = [
        Waiting(KINDS[found.model.kind], words.word(words.WAITING, name), rows)
        for name, found in waits.items()
        if (rows := list(found[:ROWS]))
    ]
    context = {
        "reasons": [(words.word(words.WATCHED, one.name), one) for one in watching.daily_list(person, on) if one.count],
        "waiting": groups,
        "inquiries": waiting_inquiries(person),
        "kinds": [kind for kind in KINDS.values() if Role(person.role) in kind.roles],
        "opening": around.opening(person),
        "on": on,
    }
    return page(request, "records/watch.html", context)


def watched(request: HttpRequest, reason: str) -> HttpResponse:
    """The findings that one reason puts on the daily list."""
    person, on = account_of(request), as_of(request)
    if reason not in words.WATCHED:
        raise Http404
    found = watching.watched(person, on, reason).select_related("responsible")[:ROWS]
    context = {
        "reason": words.WATCHED[reason], "findings": [(one, words.state(one.state)) for one in found], "on": on,
        "most": ROWS,
    }  # fmt: skip
    return page(request, "records/watched.html", context)


def records(request: HttpRequest, kind: str) -> HttpResponse:
    """The records of a kind, newest first."""
    known, person = kind_of(request, kind), account_of(request)
    cutting = cut(request, known.seen(person), NEWEST, ROWS)
    labels = [label_of(known.seen(person).model(), name) for name in known.columns]
    rows = [(row, known.states[row.state], cells(known, row, known.columns)) for row in cutting.rows]
    context = {
        "kind": known, "labels": labels, "rows": rows, "before": cutting.before, "after": cutting.after,
        "opening": [one for one in around.opening(person) if one.form.kind == kind],
    }  # fmt: skip
    return page(request, "records/list.html", context)


def one(request: HttpRequest, kind: Kind, number: str) -> Subject:
    """Return a record that this person may see; else there is none."""
    return get_object_or_404(kind.seen(account_of(request)), number=number)  # type: ignore[no-any-return]


def record(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """One record: what it says, and what may be done."""
    known = kind_of(request, kind)
    row = one(request, known, number)
    person = account_of(request)
    context = {
        "kind": known, "row": row, "state": known.states[row.state], "details": shown(known, row),
        "finding": _finding_seen(row, person), "steps": around.offered(row, person),
        "letter": has_letter(row), "files": Evidence.objects.filter(about=row.subject),
        "tasks": row.tasks.all() if kind == "campaign" else (),  # type: ignore[attr-defined]
        "enclosures": row.enclosures.all() if kind == "referral" else (),  # type: ignore[attr-defined]
        "parts": _parts_seen(row, person) if kind == "joint" else (),
        "notes": row.notes.select_related("by__body") if kind == "task" else (),  # type: ignore[attr-defined]
        "concerns": row.concerns.select_related("finding") if kind == "instruction" else (),  # type: ignore[attr-defined]
    }  # fmt: skip
    return page(request, "records/record.html", context)


def _parts_seen(row: Subject, person: Account) -> list[tuple[Finding, object]]:
    """Return the parts of a joint finding that this person may see, each with its state: a unit sees its own alone."""
    found = scope.findings(person).filter(joint=row.pk).select_related("responsible").order_by("number")
    return [(one, words.state(one.state)) for one in found]


def _finding_seen(row: Subject, person: Account) -> Finding | None:
    found = getattr(row, "finding", None)
    return found if found is not None and scope.findings(person).filter(pk=found.pk).exists() else None


def enclosure(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Hand out a file of a referral, after its hash was checked again."""
    found = scope.enclosures(account_of(request))
    file: Enclosure = get_object_or_404(found, referral__number=number, pk=pk)
    path = Vault(settings.HOME.evidence).check(file.sha256)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )


# The form of a step --------------------------------------------------------------------------------------------------


@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def finding_step(request: HttpRequest, number: str, verb: str) -> HttpResponseBase:
    """A step of a finding, or one that opens a record about it."""
    return _step(request, one_finding(request, number), around.BY_VERB.get(("finding", verb)))


@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def record_step(request: HttpRequest, kind: str, number: str, verb: str) -> HttpResponseBase:
    """A step of a record."""
    return _step(request, one(request, kind_of(request, kind), number), around.BY_VERB.get((kind, verb)))


@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def record_new(request: HttpRequest, kind: str, verb: str) -> HttpResponseBase:
    """A record that is about no single finding."""
    return _step(request, None, around.OPENING.get((kind_of(request, kind).name, verb)))


def _step(request: HttpRequest, subject: Subject | None, asked: Form | None) -> HttpResponseBase:
    person = account_of(request)
    if asked is None or (asked.opens and Role(person.role) not in KINDS[asked.opens].roles):
        raise Http404
    posted = request.method == "POST"
    form = StepForm(asked, person, request.POST if posted else None)
    if not posted or not form.is_valid():
        return _form_page(request, subject, asked, form)
    if subject is not None:
        require_fresh(request, subject)
    made = take(asked, subject, form.values(request.FILES.getlist("attachments")), by=person, at=now())
    messages.success(request, _("Done: %(step)s.") % {"step": asked.label})
    return _onward(made if asked.opens else subject)


def _onward(row: object) -> HttpResponse:
    if isinstance(row, Subject) and row.kind in KINDS:
        return redirect("record", row.kind, row.number)
    if isinstance(row, Finding):
        return redirect("finding", row.number)
    return redirect("watch")


def _form_page(request: HttpRequest, subject: Subject | None, asked: Form, form: StepForm) -> HttpResponse:
    bodies = any(one.ask is Ask.BODY for one in asked.fields)
    context = {
        "asked": asked, "form": form, "subject": subject, "of_finding": isinstance(subject, Finding),
        "kind": KINDS.get(subject.kind) if subject is not None else KINDS.get(asked.kind),
        "files": any(one.ask is Ask.FILES for one in asked.fields),
        "limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
        "bodies": Body.objects.filter(state="active").order_by("number")[:BODIES_LISTED] if bodies else (),
    }  # fmt: skip
    return page(request, "records/step.html", context, status=422 if form.errors else 200)
