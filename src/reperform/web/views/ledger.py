"""The ledger: filter, sort, page, export what is seen; issue drafts in bulk with every refusal named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reperform.errors import N_, BadInput, Refused
from reperform.ledger import scope
from reperform.ledger.models import Account
from reperform.papers.words import language_of
from reperform.rectify import queries
from reperform.reveal import actions
from reperform.reveal.queries import Issuable, issuable
from reperform.rules.figures import wan_yuan
from reperform.web import words
from reperform.web.export import workbook
from reperform.web.filters import FindingFilter
from reperform.web.frame import account_of, as_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, cut
from reperform.web.permissions import AUDIT
from reperform.web.rows import FILLS, ledger_rows
from reperform.web.sentences import Explained, explain
from reperform.web.words import Words

PAGE = 20
BULK_AT_MOST = 1000
DUE = Key("due_on", date.fromisoformat, nullable=True)
NUMBER = Key("number")
SORTS: dict[str, tuple[Key, ...]] = {
    "due": (DUE, NUMBER),
    "-due": (Key("due_on", date.fromisoformat, descending=True, nullable=True), NUMBER),
    "number": (NUMBER,),
    "-number": (Key("number", descending=True),),
    "amount": (Key("amount", int, nullable=True), NUMBER),
    "-amount": (Key("amount", int, descending=True, nullable=True), NUMBER),
}
TABS: tuple[tuple[str, Words], ...] = (
    ("all", _("All")),
    ("open", _("Not struck off")),
    ("mine", _("Waiting for me")),
    ("drafts", _("Drafts")),
    ("week", _("Due this week")),
    ("overdue", _("Overdue")),
    ("verify", _("To verify")),
    ("key", _("Key supervision")),
    ("repeat", _("Repeat")),
    ("closed", _("Closed")),
)
FOR_AUDIT = frozenset({"drafts"})


@dataclass(frozen=True)
class Tab:
    label: Words
    url: str
    count: int
    current: bool


@dataclass(frozen=True)
class Sort:
    """One sortable head cell: where a click leads, and how the column is sorted now."""

    url: str
    aria: str
    arrow: str


def _view(request: HttpRequest) -> str:
    named = request.GET.get("view", "")
    if named in queries.VIEWS:
        return named
    return "all" if _filtered(request.GET) else "open"


def _filtered(asked: QueryDict) -> bool:
    return any(asked.get(name) for name in FindingFilter.base_filters)


def _chosen(request: HttpRequest, account: Account, view: str) -> FindingFilter:
    seen = queries.findings(account).filter(queries.VIEWS[view](account, as_of(request)))
    return FindingFilter(request.GET, queryset=seen, language=language_of(get_language()))


def ledger(request: HttpRequest) -> HttpResponse:
    account, on, view = account_of(request), as_of(request), _view(request)
    chosen = _chosen(request, account, view)
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in SORTS else "due"
    cutting = cut(request, chosen.qs, SORTS[sort], PAGE)
    tallies, claims = queries.tallies(cutting.rows), queries.claims(cutting.rows)
    names = [name for name, _label in TABS if name not in FOR_AUDIT or account.role in AUDIT]
    counts = queries.count_views(account, on, names)
    totals = queries.totals(chosen.qs)
    rows = ledger_rows(cutting.rows, tallies, claims, on)
    context = {
        "filter": chosen.form,
        "tabs": [
            Tab(label, f"{reverse('ledger')}?view={name}", counts[name], name == view)
            for name, label in TABS
            if name in names
        ],
        "view": view,
        "sort": sort,
        "sorts": {name: _sort(request, sort, name) for name in ("number", "due", "amount")},
        "narrowed": _filtered(request.GET),
        "rows": rows,
        "page_amount": wan_yuan(sum(one.amount or 0 for one in cutting.rows)),
        "page_proved": wan_yuan(sum(tallies[one.pk].remedied for one in cutting.rows)),
        "totals": totals,
        "total_amount": wan_yuan(totals.amount),
        "total_proved": wan_yuan(totals.remedied),
        "first_url": _address(request, after=None, before=None),
        "before_url": _address(request, before=cutting.before, after=None) if cutting.before else "",
        "after_url": _address(request, after=cutting.after, before=None) if cutting.after else "",
        "export_url": f"{reverse('ledger_xlsx')}?{_query(request, after=None, before=None)}",
        "legend": [(fill, words.verdict(verdict).label) for verdict, fill in FILLS.items()],
        "issues": account.role in AUDIT and any(row.finding.state == "draft" for row in rows),
        "page_size": PAGE,
    }
    return page(request, "ledger/ledger.html", context)


def _query(request: HttpRequest, **changes: str | None) -> str:
    asked = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            asked.pop(name, None)
        else:
            asked[name] = value
    return asked.urlencode()


def _address(request: HttpRequest, **changes: str | None) -> str:
    return f"{reverse('ledger')}?{_query(request, **changes)}"


def _sort(request: HttpRequest, now_sorted: str, name: str) -> Sort:
    up, down = name, f"-{name}"
    following = down if now_sorted == up else up
    url = _address(request, sort=following, after=None, before=None)
    if now_sorted == up:
        return Sort(url, "ascending", "↑")
    return Sort(url, "descending", "↓") if now_sorted == down else Sort(url, "", "")


def ledger_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Export what the filter shows, all of it, as a workbook."""
    account, on = account_of(request), as_of(request)
    chosen = _chosen(request, account, _view(request))
    stream = workbook(chosen.qs, as_of=on)
    name = f"ledger-{on.isoformat()}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/octet-stream")


# Issue in bulk ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NotIssued:
    """A draft that was chosen and not issued, with the rule that refused it."""

    number: str
    title: str
    why: Explained


def ledger_issue(request: HttpRequest) -> HttpResponse:
    """Issue the chosen drafts; those that the rules refuse are listed one by one with the rule."""
    account = account_of(request)
    seen = _seen(request)
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError:
        raise BadInput(
            N_("A date for the time limit is needed."), rule="issue.due", hint=N_("Write it as 2026-06-30.")
        ) from None
    drafts = list(
        scope.findings(account)
        .filter(number__in=seen)
        .select_related("audit_body", "responsible", "lead")
        .order_by("number")
    )
    asked = [_as_seen(one, seen) for one in issuable(drafts, due_on=due_on, by=account)]
    permitted = [one.finding for one in asked if one.refusal is None]
    issued = actions.issue(permitted, due_on=due_on, by=account, at=now()) if permitted else []
    refused = [
        NotIssued(one.finding.number, one.finding.title, explain(one.refusal))
        for one in asked
        if one.refusal is not None
    ]
    return page(request, "ledger/issued.html", {"issued": issued, "refused": refused, "due_on": due_on})


def _seen(request: HttpRequest) -> dict[str, int]:
    """Return the chosen numbers with the version that the person saw: the form sends them as number,version."""
    chosen = {}
    for text in request.POST.getlist("no")[:BULK_AT_MOST]:
        number, _comma, version = text.rpartition(",")
        if number and version.isdecimal():
            chosen[number] = int(version)
    return chosen


def _as_seen(one: Issuable, seen: dict[str, int]) -> Issuable:
    if one.refusal is None and one.finding.seq != seen[one.finding.number]:
        changed = Refused("seen.version", N_("It was changed by someone else after the page was opened."))
        return Issuable(one.finding, changed)
    return one
