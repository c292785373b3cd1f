"""Verify: what was submitted beside what is judged; accept, return with the reason, strike off as the second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from reperform.ledger.models import Finding, Submission
from reperform.lookback.running import rerun as reperform
from reperform.rectify import queries as rectify
from reperform.rules.take import Offer
from reperform.verify import actions, queries
from reperform.verify.recognition import Point, points_that_apply, recognition
from reperform.web import shelf, words
from reperform.web.finding_page import item_table, money_strip, versions
from reperform.web.forms.verifying import DecisionForm, JudgeForm
from reperform.web.frame import account_of, as_of, page
from reperform.web.moment import now
from reperform.web.next_step import steps
from reperform.web.pager import Key, cut
from reperform.web.rows import Row, days, flags, ledger_rows
from reperform.web.seen import require_fresh, seen
from reperform.web.sentences import Explained, explain
from reperform.web.views.finding import ITEM_ORDER, one

QUEUE, ITEMS = 20, 50
JUDGE, DECIDE = "judge_%s", "decide_%s"  # two forms stand on one page
QUEUE_ORDER = (Key("due_on", date.fromisoformat, nullable=True), Key("number"))


@dataclass(frozen=True)
class Waiting:
    """One finding of the queue: its row, its newest version, and whether this person may go on with it."""

    row: Row
    submission: Submission | None
    mine: bool


def verify_queue(request: HttpRequest) -> HttpResponse:
    account, on = account_of(request), as_of(request)
    cutting = cut(request, queries.queue(account), QUEUE_ORDER, QUEUE)
    rows = ledger_rows(cutting.rows, rectify.tallies(cutting.rows), rectify.claims(cutting.rows), on)
    newest = queries.last_submissions(cutting.rows)
    waiting = [
        Waiting(row, newest.get(row.finding.pk), account.pk not in {row.finding.submitter_id, row.finding.verifier_id})
        for row in rows
    ]
    context = {"waiting": waiting, "before": cutting.before, "after": cutting.after}
    return page(request, "verify/queue.html", context)


def verify(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, one(request, number))


def _page(
    request: HttpRequest, found: Finding, *, judging: JudgeForm | None = None, chosen: Sequence[int] = ()
) -> HttpResponse:
    account, on = account_of(request), as_of(request)
    whole = rectify.detail(found, account)
    sent = versions(whole)
    verdict = request.GET.get("verdict", "")
    cutting = cut(request, rectify.items(found, verdict), ITEM_ORDER, ITEMS)
    procedure = shelf.pinned(found.run.procedure_hash) if found.run else None
    listed = queries.possible_steps(found, account, whole.tally.unsettled)
    offers = {offer.verb: offer for offer in listed}
    claimed = sum(whole.claimed.values())
    context = {
        "finding": found,
        "state": words.state(found.state),
        "flags": flags(found, on, whole.tally, claimed),
        "days": days(found, on),
        "strip": money_strip(found, whole, claimed),
        "measures": whole.measures,
        "versions": sent,
        "files": [file for version in sent for file in version.files],
        "items": item_table(
            found,
            whole.tally,
            cutting,
            procedure,
            verdict,
            account,
            route="verify",
            claims=queries.claims_of(found, cutting.rows),
            data=queries.said_by_data(cutting.rows),
        ),
        "unsettled": whole.tally.unsettled,
        "steps": steps(found, account, listed, queries.newer_snapshots(found), whole.tally),
        "checks": [(words.CONCLUSIONS[one.conclusion or one.proposal], one) for one in whole.checks],
        "judging": (judging or JudgeForm(auto_id=JUDGE)) if _may(offers, "judge") else None,
        "chosen": set(chosen),
        "decision": DecisionForm(auto_id=DECIDE, points=_points(found)),
        "may": {verb: _may(offers, verb) for verb in ("accept", "return", "close")},
        "why": {verb: _why(offers, verb) for verb in ("accept", "return", "close")},
    }
    return page(request, "verify/verify.html", context, status=422 if judging else 200)


def _may(offers: dict[str, Offer], verb: str) -> bool:
    return verb in offers and offers[verb].permitted


def _why(offers: dict[str, Offer], verb: str) -> Explained | None:
    refusal = offers[verb].refusal if verb in offers else None
    return explain(refusal) if refusal else None


def judge(request: HttpRequest, number: str) -> HttpResponse:
    """Say one verdict of the chosen items, or of all that show the verdict of the open tab."""
    found = one(request, number)
    items = found.items.all()
    wanted = [int(text) for text in request.POST.getlist("item") if text.isdecimal()]
    every = request.POST.get("every", "")
    chosen = list(items.filter(verdict=every) if every else items.filter(pk__in=wanted))
    form = JudgeForm(request.POST, chosen=chosen, claims=queries.claims_of(found, chosen), auto_id=JUDGE)
    if not form.is_valid():
        return _page(request, found, judging=form, chosen=wanted)
    actions.judge(found, form.opinions(), by=account_of(request), at=now(), seen=seen(request))
    messages.success(
        request, _("%(count)d items of %(number)s were judged.") % {"count": len(chosen), "number": number}
    )
    return redirect("verify", number)


Verb = Callable[..., Finding]


def _points(found: Finding) -> tuple[Point, ...]:
    return points_that_apply(found, found.submissions.order_by("-version").first())


def _decide(request: HttpRequest, number: str, verb: Verb, said: str) -> HttpResponse:
    found = one(request, number)
    reason = request.POST.get("reason", "").strip()
    verb(found, reason=reason, by=account_of(request), at=now(), seen=seen(request))
    messages.success(request, said % {"number": number})
    return redirect("finding", number)


def return_(request: HttpRequest, number: str) -> HttpResponse:
    return _decide(request, number, actions.return_, _("%(number)s was returned; the unit sees your reason."))


def accept(request: HttpRequest, number: str) -> HttpResponse:
    known = {point.name for point in recognition().standard}
    ticked = known.intersection(request.POST.getlist("standard"))
    verb = partial(actions.accept, standard=ticked)
    return _decide(request, number, verb, _("%(number)s was accepted; a second person strikes it off."))


def close(request: HttpRequest, number: str) -> HttpResponse:
    return _decide(request, number, actions.close, _("%(number)s was struck off."))


def rerun(request: HttpRequest, number: str) -> HttpResponse:
    """Run the finding's own procedure again on newer data; the check that it proposes is then decided by a person."""
    found = one(request, number)
    require_fresh(request, found)
    snapshot = get_object_or_404(queries.newer_snapshots(found), number=request.POST.get("snapshot", ""))
    check = reperform(found, snapshot=snapshot, by=account_of(request), at=now())
    messages.info(request, _("Reperformed: look at what the data say, then decide."))
    return redirect("check", check.number)
