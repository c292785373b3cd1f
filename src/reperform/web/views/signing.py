"""Sign in and out, one-click role cards in the demonstration, language and size of type."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.i18n import set_language

from reperform.ledger.models import Account
from reperform.rules.standing import Role
from reperform.web import words
from reperform.web.frame import LARGE_COOKIE, page
from reperform.web.words import Words

YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Card:
    """One role of the demonstration, and who may act in it."""

    role: str
    label: Words
    task: Words
    people: list[Account]


def _cards() -> list[Card]:
    people: dict[str, list[Account]] = defaultdict(list)
    for account in Account.objects.filter(state="active").select_related("body").order_by("pk"):
        people[account.role].append(account)
    return [
        Card(role, words.word(words.ROLES, role), words.word(words.ROLE_TASKS, role), people[role])
        for role in Role
        if people[role]
    ]


class SignIn(LoginView):
    """The one page that everybody may open."""

    redirect_authenticated_user = True

    def render_to_response(self, context: dict[str, object], **_kwargs: object) -> HttpResponse:
        form = context["form"]
        assert isinstance(form, AuthenticationForm)  # noqa: S101 - tells the type checker what the base class gives
        cards = _cards() if settings.DEMO else []
        status = 200 if self.request.method == "GET" else 422
        chosen = {"form": form, "cards": cards, "next": self.get_redirect_url()}
        return page(self.request, "signing/sign_in.html", chosen, status=status)


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page="login")


def role_card(request: HttpRequest) -> HttpResponse:
    """Sign in as an account of the demonstration; outside of it the address does not exist."""
    if not settings.DEMO:
        raise Http404
    account = get_object_or_404(Account, number=request.POST.get("account", ""), state="active")
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("workbench")


def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and return to the page."""
    return set_language(request)


def large_type(request: HttpRequest) -> HttpResponse:
    """Switch the large type on or off and return to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("workbench")
    response = HttpResponseRedirect(target)
    wanted = request.POST.get("large") == "1"
    response.set_cookie(
        LARGE_COOKIE, "1" if wanted else "0", max_age=YEAR, secure=settings.TLS, httponly=True, samesite="Lax"
    )
    return response
