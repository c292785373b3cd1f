"""Official papers: the letter of a record, the lists of a body, the sheet of a finding; to be printed, or as files.

A paper is made when it is asked for, from what this person may see; it is kept nowhere.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models import Body
from reperform.papers.manuscript import Manuscript
from reperform.papers.words import language_of
from reperform.rectify import lists as listing
from reperform.rectify.letters import LETTERS
from reperform.verify.slip import slip as slip_of
from reperform.web.frame import account_of, page
from reperform.web.views.finding import one as one_finding
from reperform.web.views.records import kind_of
from reperform.web.views.records import one as one_record
from reperform.web.words import Words

FILES: Mapping[str, Words] = {"docx": _("Save as a document"), "xlsx": _("Save as a workbook")}


@dataclass(frozen=True)
class Printed:
    """A paper with the place that it belongs to."""

    paper: Manuscript
    number: str
    back: str
    sheets: Callable[[], bytes] | None = None  # the workbook of its tables, where it has one


def letter(request: HttpRequest, kind: str, number: str) -> HttpResponseBase:
    """The letter of a record: one rung of the ladder, or a referral."""
    known = kind_of(request, kind)
    if kind not in LETTERS:
        raise Http404
    paper = LETTERS[kind](one_record(request, known, number), _language())
    return _answer(request, Printed(paper, number, reverse("record", args=[kind, number])))


def lists(request: HttpRequest, body: str) -> HttpResponseBase:
    """The notice and the three lists of a body, of one engagement or of all that is not struck off."""
    person, asked = account_of(request), request.GET.get("engagement", "")
    listed = listing.listed(person, get_object_or_404(Body, number=body), asked)
    if listed is None:
        raise Http404
    language = _language()
    paper = listing.manuscript(listed, language)
    return _answer(request, Printed(paper, body, reverse("ledger"), lambda: listing.workbook(listed, language)))


def slip(request: HttpRequest, number: str) -> HttpResponseBase:
    """The sheet against which a finding is struck off."""
    found = one_finding(request, number)
    return _answer(request, Printed(slip_of(found, _language()), number, reverse("finding", args=[number])))


def _language() -> str:
    return language_of(get_language())


def _answer(request: HttpRequest, printed: Printed) -> HttpResponseBase:
    """Answer with the page to be printed, or with the file that the address names."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    makers: dict[str, Callable[[], bytes]] = {"docx": printed.paper.to_docx}
    if printed.sheets is not None:
        makers["xlsx"] = printed.sheets
    wanted = request.GET.get("file", "")
    if not wanted:
        files = [(FILES[name], f"?{_query(request, name)}") for name in makers]
        context = {"paper": printed.paper, "number": printed.number, "back": printed.back, "files": files}
        return page(request, "papers/paper.html", context)
    if wanted not in makers:
        raise Http404
    name = f"{printed.number}-{route}.{wanted}"
    content = io.BytesIO(makers[wanted]())
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")


def _query(request: HttpRequest, file: str) -> str:
    asked = request.GET.copy()
    asked["file"] = file
    return asked.urlencode()
