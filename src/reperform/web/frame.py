"""The frame of every page: menu by role, who is signed in, language and large type, the log line at the foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models import Account
from reperform.verify.queries import LogLine, log_line
from reperform.web import words
from reperform.web.permissions import ACCESS, AUDIT
from reperform.web.words import Words

LARGE_COOKIE = "reperform_large"
MENU: tuple[tuple[Words, tuple[tuple[str, Words], ...]], ...] = (
    ("", (("workbench", _("Workbench")), ("notifications", _("Notifications")), ("jobs", _("Background work")))),
    (
        _("Reveal"),
        (
            ("data", _("Data")),
            ("procedures", _("Procedures")),
            ("runs", _("Runs and leads")),
            ("inquiries", _("Inquiries")),
        ),
    ),
    (_("Rectify"), (("ledger", _("Ledger")), ("watch", _("Daily list")))),
    (_("Verify"), (("verify_queue", _("Verify and strike off")), ("lookback", _("Look-back")))),
)
# A page below a menu entry marks that entry as the current place.
PLACE: Mapping[str, str] = {
    "watched": "watch", "records": "watch", "record": "watch", "record_step": "watch", "record_new": "watch",
    "letter": "watch", "lists": "ledger", "slip": "ledger", "finding_step": "ledger", "job": "jobs",
    "snapshot": "data", "procedure": "procedures", "run": "runs", "finding": "ledger", "revise": "ledger",
    "assign": "ledger", "fill": "ledger", "ledger_issue": "ledger", "verify": "verify_queue", "check": "lookback",
    "inquiry": "inquiries",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    label: Words
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    label: Words
    entries: list[Entry]


@dataclass(frozen=True)
class Language:
    code: str
    name: str


@dataclass(frozen=True)
class Frame:
    """What `base.html` needs on every page, signed in or not."""

    bureau: str
    large: bool
    here: str
    as_of: date
    other_language: Language
    demo: bool
    menu: list[Group] = field(default_factory=list)
    person: Account | None = None
    role: Words = ""
    log: LogLine | None = None

    @property
    def counts_log(self) -> bool:
        """Whether the log is counted as it grows: to others it would tell that a step was taken that they can't see."""
        return self.person is not None and self.person.role in AUDIT


def account_of(request: HttpRequest) -> Account:
    """Return who is signed in; the gate has let nobody else pass."""
    user = request.user
    if not isinstance(user, Account):
        raise TypeError("a route without a signed-in person must not ask who it is")
    return user


def as_of(request: HttpRequest) -> date:
    """Return the date that figures are computed as of: the address names it, else it is today."""
    try:
        return date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return timezone.localdate()


def page(
    request: HttpRequest, template: str, context: Mapping[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page inside the frame."""
    return render(request, template, {**(context or {}), "frame": _frame(request)}, status=status)


def _frame(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    person = user if isinstance(user, Account) else None
    chinese = (get_language() or "").startswith("zh")
    return Frame(
        bureau=settings.BUREAU.name_zh if chinese else settings.BUREAU.name_en,
        large=request.COOKIES.get(LARGE_COOKIE) == "1",
        here=request.get_full_path() if request.method == "GET" else reverse("workbench"),
        as_of=as_of(request),
        other_language=Language("en", "English") if chinese else Language("zh-hans", "中文"),
        demo=settings.DEMO,
        menu=_menu(person, request) if person else [],
        person=person,
        role=words.word(words.ROLES, person.role) if person else "",
        log=log_line() if person else None,
    )


def _menu(person: Account, request: HttpRequest) -> list[Group]:
    match = request.resolver_match
    name = match.url_name if match and match.url_name else ""
    here = PLACE.get(name, name)
    groups = []
    for label, entries in MENU:
        allowed = [
            Entry(text, reverse(route), route == here) for route, text in entries if ACCESS[route].admits(person.role)
        ]
        if allowed:
            groups.append(Group(label, allowed))
    return groups
