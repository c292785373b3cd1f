"""The workbench: what waits for me, what is due, how far the whole is, what look-backs say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reperform.ledger.models import Account, Check, Finding
from reperform.rectify import queries
from reperform.rectify.queries import Rate
from reperform.reveal.queries import waiting_inquiries
from reperform.rules.deadlines import is_overdue
from reperform.rules.figures import percent
from reperform.rules.standing import Role
from reperform.rules.steps import FindingState
from reperform.web import words
from reperform.web.drawing import Part, Rect, bar
from reperform.web.frame import account_of, as_of, page
from reperform.web.permissions import AUDIT, READS_FINDINGS
from reperform.web.rows import Days, days
from reperform.web.words import Chip, Words

COUNTERS: tuple[tuple[str, Words, str, str], ...] = (
    ("mine", gettext_lazy("Waiting for me"), "doc", ""),
    ("week", gettext_lazy("Due this week"), "clock", "r-warn"),
    ("overdue", gettext_lazy("Overdue"), "overdue", "r-bad"),
    ("verify", gettext_lazy("To verify"), "submitted", ""),
)
BAR_WIDTH = 312
SHORT = 8  # with fewer to-dos than this, the column under them takes the news


@dataclass(frozen=True)
class Counter:
    label: Words
    icon: str
    css: str
    count: int
    url: str
    more: str = ""


@dataclass(frozen=True)
class Todo:
    """One line of the to-dos: the finding and the one thing to do."""

    finding: Finding
    state: Chip
    days: Days
    day: str
    next: Words
    url: str


@dataclass(frozen=True)
class TodoGroup:
    label: str
    todos: Sequence[Todo]


@dataclass(frozen=True)
class RateBar:
    """The rate of one term: its bar, and the fraction behind the percentage."""

    label: Words
    percent: str
    fraction: str
    url: str
    rects: Sequence[Rect]
    top: int
    y: int
    text_y: int


def workbench(request: HttpRequest) -> HttpResponse:
    account, on = account_of(request), as_of(request)
    if account.role == Role.PARTNER:
        return redirect("records", "referral")
    if account.role not in READS_FINDINGS:
        return page(request, "workbench/accounts_only.html")
    counts = queries.count_desk(account, on)
    rates = queries.rates(account, on)
    has_steps = account.role in AUDIT or account.role == Role.LIAISON
    todos = queries.todos(account, on) if has_steps else queries.watch(account, on)
    bars = list(_rate_bars(rates))
    context = {
        "counters": _counters(counts, on, has_steps=has_steps),
        "groups": list(_groups(todos, account, on)),
        "has_steps": has_steps,
        "inquiries": waiting_inquiries(account),
        "todo_count": counts["mine"] if has_steps else counts["overdue"],
        "more": counts["mine"] > len(todos) if has_steps else counts["overdue"] > len(todos),
        "rates": bars,
        "rates_height": 47 * len(bars),
        "rates_said": "; ".join(f"{one.label} {one.percent} ({one.fraction})" for one in bars),
        "total": sum(one.total for one in rates),
        "closed": sum(one.closed for one in rates),
        "whole": percent(sum(one.closed for one in rates), sum(one.total for one in rates)),
        "parts": _legend(rates),
        "tips": [(_tip(check), check) for check in queries.latest_checks(account)],
        "short": len(todos) < SHORT,
        "news": queries.latest_submissions(account),
    }
    return page(request, "workbench/workbench.html", context)


def _ledger(on: date, **parameters: str) -> str:
    named = "&".join(f"{name}={value}" for name, value in {**parameters, "as_of": on.isoformat()}.items())
    return f"{reverse('ledger')}?{named}"


def _counters(counts: dict[str, int], on: date, *, has_steps: bool) -> list[Counter]:
    mine = _("of these for me: %(count)d")
    more = {
        "mine": _("of these returned: %(count)d") % {"count": counts["mine_returned"]},
        "week": mine % {"count": counts["mine_week"]},
        "overdue": mine % {"count": counts["mine_overdue"]},
        "verify": mine % {"count": counts["mine_verify"]},
    }
    more = more if has_steps else {}
    shown = COUNTERS if has_steps else (("open", _("Not struck off"), "doc", ""), *COUNTERS[1:])
    return [
        Counter(label, icon, css if counts[name] else "", counts[name], _ledger(on, view=name), more.get(name, ""))
        for name, label, icon, css in shown
    ]


def _groups(todos: Sequence[Finding], account: Account, on: date) -> Iterator[TodoGroup]:
    sunday = on + timedelta(days=6 - on.weekday())

    def place(finding: Finding) -> int:
        if finding.state == FindingState.RETURNED:
            return 0
        if is_overdue(finding.state, finding.due_on, on):
            return 1
        if finding.due_on is None:
            return 5
        if finding.due_on < on:  # the limit has passed, but the unit is not late: it lies with the verifier
            return 2
        return 3 if finding.due_on <= sunday else 4

    labels = (
        _("Returned (first)"),
        _("Overdue"),
        _("The time limit has passed, waiting for you"),
        _("Due this week"),
        _("Later"),
        _("Without a time limit yet"),
    )
    for which, members in groupby(sorted(todos, key=place), key=place):
        yield TodoGroup(labels[which], [_todo(one, account, on) for one in members])


def _todo(finding: Finding, account: Account, on: date) -> Todo:
    number = [finding.number]
    nexts: dict[str, tuple[str, str]] = {
        FindingState.DRAFT: (_("Check and issue"), reverse("finding", args=number)),
        FindingState.SUBMITTED: (_("Verify"), reverse("verify", args=number)),
        FindingState.ACCEPTED: (_("Strike off"), reverse("verify", args=number)),
    }
    if account.role == Role.LIAISON:
        nexts = {
            FindingState.ISSUED: (_("Plan measures"), reverse("fill", args=number)),
            FindingState.RECTIFYING: (_("Submit the result"), reverse("fill", args=number)),
            FindingState.RETURNED: (_("Add what is missing"), reverse("fill", args=number)),
        }
    label, url = nexts.get(finding.state, (_("View"), reverse("finding", args=number)))
    return Todo(finding, words.state(finding.state), days(finding, on), _day(finding.due_on, on), label, url)


def _day(due: date | None, on: date) -> str:
    if due is None:
        return "—"
    return due.strftime("%m-%d") if due.year == on.year else due.isoformat()


def _rate_bars(rates: Sequence[Rate]) -> Iterator[RateBar]:
    for place, rate in enumerate(rates):
        label = words.word(words.TERMS, rate.term)
        parts = (
            Part("f-ok", rate.closed, _("Struck off %(count)d") % {"count": rate.closed}),
            Part("f-info", rate.verifying, _("With the verifier %(count)d") % {"count": rate.verifying}),
            Part("f-none", rate.in_progress, _("In progress %(count)d") % {"count": rate.in_progress}),
            Part("f-bad", rate.overdue, _("Overdue %(count)d") % {"count": rate.overdue}),
        )
        yield RateBar(
            label=label, percent=percent(rate.closed, rate.total), fraction=f"{rate.closed}/{rate.total}",
            url=f"{reverse('ledger')}?view=all&term={rate.term}", rects=bar(parts, BAR_WIDTH), y=47 * place + 19,
            top=47 * place, text_y=47 * place + 12,
        )  # fmt: skip


def _legend(rates: Sequence[Rate]) -> list[tuple[str, str, int]]:
    return [
        ("f-ok", _("Struck off"), sum(one.closed for one in rates)),
        ("f-info", _("With the verifier"), sum(one.verifying for one in rates)),
        ("f-none", _("In progress"), sum(one.in_progress for one in rates)),
        ("f-bad", _("Overdue"), sum(one.overdue for one in rates)),
    ]


def _tip(check: Check) -> Chip:
    return words.CONCLUSIONS[check.conclusion or check.proposal]
