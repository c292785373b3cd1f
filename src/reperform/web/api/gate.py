"""Who calls: a signed-in person, or a program with a person's token; and whether this operation is open to them.

Rules kept here:

* An operation is built with its access or not at all; whoever is not admitted is refused (403) before anything of the
  request but its head is read.
* A session needs the CSRF token for whatever changes something; a personal token needs the scope `write`.
* Wrong tokens count as wrong passwords do: after some, that token is not looked at from that address for a while.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer, SessionAuth

from reperform.ledger.models import Account, TokenScope
from reperform.rectify import tokens
from reperform.web.frame import account_of
from reperform.web.moment import now
from reperform.web.permissions import GET, Access


def _admitted(access: Access, person: Account) -> Account:
    if not access.admits(person.role):
        raise PermissionDenied(_("Your role has no access to this operation."))
    return person


class PersonalToken(HttpBearer):
    """A program that acts for a person."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        credentials = {"username": f"token {tokens.public_half(token)}"}
        if not AxesProxyHandler.is_allowed(request, credentials):
            raise HttpError(429, _("Too many wrong tokens: this one is blocked for a quarter of an hour."))
        found = tokens.known(token, now())
        if found is None:
            AxesProxyHandler.user_login_failed(PersonalToken, credentials, request)
            request.axes_locked_out = False  # type: ignore[attr-defined]  # the page of the lock is no answer here
            raise AuthenticationError
        tokens.seen(found, now())
        if found.scope == TokenScope.READ and self.access.methods != (GET,):
            raise PermissionDenied(_("This token may only read."))
        request.user = found.owner
        return _admitted(self.access, found.owner)


class Session(SessionAuth):
    """A person who is signed in on the pages."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access

    def __call__(self, request: HttpRequest) -> Account | None:
        signed_in = request.user.is_authenticated  # else there is no form to protect: it is nobody
        return super().__call__(request) if signed_in else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ANN401 - as the library has it
        return _admitted(self.access, account_of(request))


def behind(access: Access) -> list[PersonalToken | Session]:
    """Return what stands before an operation with this access."""
    if access.roles is None:
        raise PermissionDenied("an operation is never open to everybody")
    return [PersonalToken(access), Session(access)]
