"""What went wrong, in the same frame: what happened, what follows, what to do; and the rule, where one refused."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from reperform.errors import BadInput, Inconclusive, IntegrityBroken, Refused, ReperformError, Stale, Usage
from reperform.web.frame import page
from reperform.web.sentences import Explained, explain

# 409: the record is not (or no longer) where the step needs it. 422: what was sent cannot be used as it is.
STATUS: dict[type[ReperformError], int] = {
    Stale: 409, Refused: 409, BadInput: 422, Inconclusive: 422, Usage: 400, IntegrityBroken: 500,
}  # fmt: skip


def status_of(error: ReperformError) -> int:
    """Return the status of an answer to an error that was raised on purpose."""
    if isinstance(error, Refused) and error.rule.endswith((".role", ".relation")):
        return 403
    return STATUS.get(type(error), 500)


def explained(request: HttpRequest, error: ReperformError) -> HttpResponse:
    """Show an error that was raised on purpose."""
    status = status_of(error)
    titles = {
        Stale: _("The page was out of date"),
        Refused: _("The rules do not permit this step"),
        BadInput: _("This cannot be used as it is"),
        IntegrityBroken: _("Something that must never change has changed"),
    }
    return _shown(request, status, titles.get(type(error), _("It could not be done")), explain(error))


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """Answer an upload over the quota."""
    sentence = _("Nothing was kept: the files together are larger than %(limit)s MB.") % {
        "limit": limit // (1024 * 1024)
    }
    hint = _("Send fewer or smaller files; what you wrote is still in your browser if you go back.")
    return _shown(request, 413, _("The files are too large"), Explained(sentence, hint))


def not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    sentence = _("This address does not answer %(method)s.") % {"method": request.method}
    response = _shown(
        request, 405, _("It does not work this way"), Explained(sentence, _("Go back and use the button."))
    )
    response["Allow"] = ", ".join(methods)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("The request could not be read.")
    return _shown(request, 400, _("It could not be done"), Explained(sentence, _("Go back and try again.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("Your role has no access to this page.")
    hint = _("If you need it, ask the administrator of your body.")
    return _shown(request, 403, _("No access"), Explained(sentence, hint))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _("The form was too old or came from another site, so nothing was done.")
    return _shown(request, 403, _("No access"), Explained(sentence, _("Open the page again and repeat the step.")))


def locked_out(request: HttpRequest, *_context: object) -> HttpResponse:
    sentence = _("Too many wrong passwords: signing in with this name is blocked for a quarter of an hour.")
    return _shown(request, 429, _("Sign-in is blocked"), Explained(sentence, _("Wait, or ask the administrator.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("There is no such page or record, or it is not yours to see.")
    hint = _("Look for the number in the ledger.")
    return _shown(request, 404, _("Not found"), Explained(sentence, hint))


def broken(request: HttpRequest) -> HttpResponse:
    sentence = _("Something unexpected happened. No step was half taken: it was done whole or not at all.")
    return _shown(request, 500, _("It could not be done"), Explained(sentence, _("Go back and try again.")))


def _shown(request: HttpRequest, status: int, title: str, what: Explained) -> HttpResponse:
    return page(request, "errors/error.html", {"title": title, "what": what, "status": status}, status=status)
