"""One finding: where it stands, what I may do now, why, on what evidence. And what an auditor does with a draft."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from reperform.errors import N_, BadInput
from reperform.ledger import scope
from reperform.ledger.models import Finding
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.vault import Vault
from reperform.rectify import actions as rectify
from reperform.rectify import queries
from reperform.reveal import actions as reveal
from reperform.verify.queries import history, newer_snapshots, possible_steps
from reperform.web import around, shelf, words
from reperform.web.finding_page import facts_of, item_table, money_strip, time_line, versions
from reperform.web.forms.drafting import AssignForm, ReviseForm
from reperform.web.frame import account_of, as_of, page
from reperform.web.moment import now
from reperform.web.next_step import steps
from reperform.web.pager import Key, cut
from reperform.web.permissions import AUDIT
from reperform.web.rows import days, flags, run_figures
from reperform.web.seen import require_fresh, seen
from reperform.web.sentences import explain

ITEMS = 12
ITEM_ORDER = (Key("rank", int), Key("position", int))


def one(request: HttpRequest, number: str) -> Finding:
    """Return the finding of this number, if this person may see it; else there is none."""
    return get_object_or_404(queries.one_finding(account_of(request)), number=number)


def finding(request: HttpRequest, number: str) -> HttpResponse:
    account, on, found = account_of(request), as_of(request), one(request, number)
    whole = queries.detail(found, account)
    sent = versions(whole)
    claimed = sum(whole.claimed.values())
    procedure = shelf.pinned(found.run.procedure_hash) if found.run else None
    verdict = request.GET.get("verdict", "")
    cutting = cut(request, queries.items(found, verdict), ITEM_ORDER, ITEMS)
    offered = possible_steps(found, account, whole.tally.unsettled)
    context = {
        "finding": found,
        "state": words.state(found.state),
        "version": whole.submissions[0].version if whole.submissions else 0,
        "flags": flags(found, on, whole.tally, claimed),
        "days": days(found, on),
        "facts": facts_of(found, on),
        "around": around.offered(found, account),
        "records": around.kept(found, account),
        "steps": steps(found, account, offered, newer_snapshots(found), whole.tally),
        "strip": money_strip(found, whole, claimed),
        "procedure": procedure,
        "figures": run_figures(found.run) if found.run else None,
        "sql": procedure.sections["exceptions"].sql.strip() if procedure else "",
        "items": item_table(found, whole.tally, cutting, procedure, verdict, account),
        "duties": whole.duties,
        "measures": whole.measures,
        "versions": sent,
        "files": [file for version in sent for file in version.files],
        "time_line": time_line(history(found, whole.checks, account)),
        "checks": [(words.CONCLUSIONS[check.conclusion or check.proposal], check) for check in whole.checks],
        "relapses": whole.relapses,
        "relapse_of": whole.relapse_of,
        "prior": whole.prior,
        "audits": account.role in AUDIT,
    }
    return page(request, "finding/finding.html", context)


def evidence(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Hand out an evidence file as octets to be saved, after its hash was checked again."""
    file = get_object_or_404(scope.evidence(account_of(request)), finding__number=number, pk=pk)
    path = Vault(settings.HOME.evidence).check(file.sha256)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )


# Drafts -------------------------------------------------------------------------------------------


def _draft_page(request: HttpRequest, found: Finding, form: ReviseForm) -> HttpResponse:
    offers = {offer.verb: offer for offer in possible_steps(found, account_of(request), 0)}
    refusal = offers["revise"].refusal if "revise" in offers else None
    context = {
        "finding": found,
        "form": form,
        "open": "revise" in offers and offers["revise"].permitted,
        "refusal": explain(refusal) if refusal else None,
        "state": words.state(found.state),
    }
    return page(request, "finding/revise.html", context, status=422 if form.errors else 200)


def revise(request: HttpRequest, number: str) -> HttpResponse:
    """Change what a draft says."""
    found = one(request, number)
    if request.method != "POST":
        return _draft_page(request, found, ReviseForm.of(found))
    form = ReviseForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, found, form)
    reveal.revise(found, by=account_of(request), at=now(), seen=seen(request), **form.changes(found))
    messages.success(request, _("The draft %(number)s was changed.") % {"number": number})
    return redirect("finding", number)


def issue(request: HttpRequest, number: str) -> HttpResponse:
    """Issue one draft with its time limit."""
    found = one(request, number)
    require_fresh(request, found)
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError:
        raise BadInput(
            N_("A date for the time limit is needed."), rule="issue.due", hint=N_("Write it as 2026-06-30.")
        ) from None
    reveal.issue([found], due_on=due_on, by=account_of(request), at=now())
    messages.success(request, _("%(number)s was issued; the unit sees it now.") % {"number": number})
    return redirect("finding", number)


def discard(request: HttpRequest, number: str) -> HttpResponse:
    """Discard a draft; its rows go back to be sifted."""
    found = one(request, number)
    reason = request.POST.get("reason", "")
    reveal.discard(found, reason=reason, by=account_of(request), at=now(), seen=seen(request))
    messages.success(
        request, _("The draft %(number)s was discarded; its rows are to be sifted again.") % {"number": number}
    )
    return redirect("run", found.run.number) if found.run else redirect("ledger")


def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Name who carries a finding in a body."""
    found = one(request, number)
    form = AssignForm(request.POST or None, initial={"body": found.responsible_id, "role": DutyRole.RESPONSIBLE})
    if request.method == "POST" and form.is_valid():
        require_fresh(request, found)
        named = dict(form.cleaned_data)
        role = DutyRole(named.pop("role"))
        rectify.assign(found, role=role, by=account_of(request), at=now(), **named)
        messages.success(request, _("It is named now who carries %(number)s.") % {"number": number})
        return redirect("finding", number)
    context = {"finding": found, "form": form, "duties": found.duties.select_related("body").order_by("pk")}
    return page(request, "finding/assign.html", context, status=422 if form.errors else 200)
