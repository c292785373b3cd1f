"""What the unit fills in: measures, then the result with evidence. An unfinished text is kept until it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from reperform.ledger.models import Filing, Finding, Submission
from reperform.ledger.vault import Vault
from reperform.rectify import actions, queries
from reperform.rectify.actions import Attachment
from reperform.rectify.filing import Owed, duties_of
from reperform.rectify.forms import DUTIES
from reperform.rectify.records import KINDS
from reperform.rules.take import Offer
from reperform.verify.queries import possible_steps
from reperform.web import words
from reperform.web.finding_page import money_strip, versions
from reperform.web.forms.filling import PlanForm, SubmitForm, clean_name, file_rows, uploaded, written_before
from reperform.web.frame import account_of, as_of, page
from reperform.web.moment import now
from reperform.web.rows import days
from reperform.web.seen import require_fresh, seen
from reperform.web.sentences import explain
from reperform.web.upload import limited
from reperform.web.views.claiming import said_so_far
from reperform.web.views.finding import one
from reperform.web.words import Words

KEPT = "unfinished:{number}"
KEPT_AT_MOST = 60_000  # characters of one unfinished form
NOT_KEPT = {"csrfmiddlewaretoken", "seen"}


@dataclass(frozen=True)
class _Owed:
    """One of the three duties as the page shows it."""

    label: Words
    filing: Filing | None
    state: Words
    due: date | None
    css: str

    @classmethod
    def of(cls, owed: Owed, on: date) -> _Owed:
        proved = owed.filing is not None and owed.filing.state != "returned"
        late = not proved and owed.due is not None and owed.due < on
        state = KINDS["filing"].states[owed.filing.state] if owed.filing else ""
        return cls(DUTIES[owed.duty], owed.filing, state, None if proved else owed.due, "r-bad" if late else "")


def fill(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, one(request, number))


def _page(
    request: HttpRequest, found: Finding, *, plan: PlanForm | None = None, submit: SubmitForm | None = None
) -> HttpResponse:
    account, on = account_of(request), as_of(request)
    whole = queries.detail(found, account)
    offers = {offer.verb: offer for offer in possible_steps(found, account, whole.tally.unsettled)}
    kept = request.session.get(KEPT.format(number=found.number))
    wrong = plan is not None or submit is not None
    context = {
        "finding": found,
        "state": words.state(found.state),
        "days": days(found, on),
        "strip": money_strip(found, whole, sum(whole.claimed.values())),
        "measures": whole.measures,
        "versions": versions(whole),
        "plan": (plan or PlanForm(prefix="plan")) if _permitted(offers, "plan") else None,
        "submit": (submit or _unfinished(found, kept, whole.submissions)) if _permitted(offers, "submit") else None,
        "said": said_so_far(found) if _permitted(offers, "submit") and whole.tally.items else None,
        "owed": [_Owed.of(one, on) for one in duties_of(found)],
        "file_rows": file_rows(),
        "kept": bool(kept) and not wrong,
        "limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
        "refused": [explain(offer.refusal) for offer in offers.values() if offer.refusal is not None],
    }
    return page(request, "rectify/fill.html", context, status=422 if wrong else 200)


def _permitted(offers: dict[str, Offer], verb: str) -> bool:
    return verb in offers and offers[verb].permitted


def _unfinished(found: Finding, kept: dict[str, Any] | None, sent: Sequence[Submission]) -> SubmitForm:
    """Return the form as it was left, or with what the last version said."""
    initial = kept or (written_before(sent[0]) if sent else {})
    return SubmitForm(initial=initial, money_class=found.money_class)


def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the finding with measures."""
    found = one(request, number)
    form = PlanForm(request.POST, prefix="plan")
    if not form.is_valid():
        return _page(request, found, plan=form)
    actions.plan(found, form.measures(), by=account_of(request), at=now(), seen=seen(request))
    messages.success(request, _("The measures for %(number)s are planned.") % {"number": number})
    return redirect("fill", number)


def keep_draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what was written so far with the session; nothing is submitted, and files are not kept."""
    found = one(request, number)
    written = {name: str(value) for name, value in request.POST.items() if name not in NOT_KEPT and value}
    if sum(len(value) for value in written.values()) <= KEPT_AT_MOST:
        request.session[KEPT.format(number=found.number)] = written
    if getattr(request, "htmx", False):
        return HttpResponse(_("Kept at %(time)s, not submitted yet") % {"time": f"{now().astimezone():%H:%M}"})
    messages.info(request, _("What you wrote is kept; it is not submitted yet. Files must be chosen again."))
    return redirect("fill", number)


@sensitive_post_parameters()
@limited(lambda: settings.EVIDENCE_MAX_BYTES)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Submit a version of the result with its evidence."""
    found = one(request, number)
    form = SubmitForm(request.POST, money_class=found.money_class)
    if not form.is_valid():
        return _page(request, found, submit=form)
    require_fresh(request, found)  # before any file is kept
    vault = Vault(settings.HOME.evidence)
    attachments = []
    for kind, file in uploaded(request.POST, request.FILES):
        name = clean_name(file.name)
        digest = vault.keep(file.chunks(), name=name, limit=settings.EVIDENCE_MAX_BYTES)
        attachments.append(Attachment(digest, name, kind))
    written = form.cleaned_data
    submission = actions.submit(
        found, text=written["text"], results=form.results(), attachments=attachments,
        unfinished=written["unfinished"], over_reason=written["over_reason"], waiver=written["waiver"].strip(),
        by=account_of(request), at=now(), seen=seen(request),
    )  # fmt: skip
    request.session.pop(KEPT.format(number=found.number), None)
    said = {"version": submission.version, "number": number}
    messages.success(request, _("Version %(version)d of %(number)s was submitted to the audit body.") % said)
    return redirect("finding", number)
