"""A person's own tokens: made here, shown once, seen with their last use, revoked."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from reperform.ledger.models import Account, Token, TokenScope
from reperform.rectify import tokens as verbs
from reperform.web.forms.fields import Styled
from reperform.web.frame import account_of, page
from reperform.web.moment import now

USUAL_DAYS = 90


class TokenForm(Styled):
    """What a token is for, what it may, and for how long."""

    label = forms.CharField(label=_("What it is for"), max_length=100)
    scope = forms.ChoiceField(label=_("Scope"), choices=TokenScope.choices)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=verbs.LONGEST_DAYS, initial=USUAL_DAYS)


@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens, or make one and show its text this once."""
    person, secret = account_of(request), ""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _made, secret = verbs.make(
            label=asked["label"], scope=TokenScope(asked["scope"]), days=asked["days"], by=person, at=now()
        )
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": _of(person), "now": now()}
    return page(request, "tokens/tokens.html", context, status=422 if form.errors else 200)


def _of(person: Account) -> list[Token]:
    return list(person.tokens.select_related("use").order_by("-pk"))


def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """End one of one's tokens now."""
    person = account_of(request)
    verbs.revoke(get_object_or_404(person.tokens, number=number), by=person, at=now())
    messages.success(request, now_("The token was revoked."))
    return redirect("tokens")
