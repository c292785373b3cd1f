"""What went wrong, as a problem document (RFC 9457): the sentence, the rule that refused, the place, what to do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from reperform.errors import ReperformError
from reperform.web.error_pages import status_of
from reperform.web.sentences import explain

MEDIA_TYPE = "application/problem+json"


class TooLarge(Exception):
    """The files of a request are together larger than the quota (bytes)."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


def problem(status: int, title: str, **members: object) -> HttpResponse:
    """Return a problem document; empty members are left out."""
    said = {"type": "about:blank", "title": title, "status": status, **members}
    kept = {name: value for name, value in said.items() if value not in ("", None, [])}
    return JsonResponse(kept, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def _explained(_request: HttpRequest, error: ReperformError) -> HttpResponse:
    what = explain(error)
    more = {"detail": what.sentence, "hint": what.hint, "rule": what.rule, "place": what.place, "value": what.value}
    return problem(status_of(error), _("It could not be done"), **more)


def _wrong_input(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [
        {"place": ".".join(str(part) for part in one["loc"][1:]), "detail": one["msg"], "rule": one["type"]}
        for one in error.errors
    ]
    hint = _("The description of the interface, openapi.json, says what is allowed.")
    return problem(422, _("This cannot be used as it is"), hint=hint, errors=found)


def _without_entry(_request: HttpRequest, _error: Exception) -> HttpResponse:
    hint = _("Send a personal token as: Authorization: Bearer …")
    response = problem(401, _("Nobody is signed in"), hint=hint)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _refused_entry(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(403, _("No access"), detail=str(error), rule="access.role")


def _absent(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(404, _("Not found"), detail=_("There is no such record, or it is not yours to see."))


def _too_large(_request: HttpRequest, error: TooLarge) -> HttpResponse:
    megabytes = error.limit // (1024 * 1024)
    detail = _("Nothing was kept: the files together are larger than %(limit)s MB.") % {"limit": megabytes}
    return problem(413, _("The files are too large"), detail=detail)


def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, _("It could not be done"), detail=error.message)


def _stands_already(_request: HttpRequest, _error: IntegrityError) -> HttpResponse:
    detail = _("It stands there already, or contradicts what stands there; nothing was done.")
    return problem(409, _("It could not be done"), detail=detail, rule="ledger.constraint")


def _does_not_fit(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(422, _("This cannot be used as it is"), detail=_("A value is too long or out of range."))


def explain_all(api: NinjaAPI) -> None:
    """Let every error that is raised on purpose become a problem document."""
    handlers: dict[type[Exception], Any] = {
        ReperformError: _explained, ValidationError: _wrong_input, AuthenticationError: _without_entry,
        PermissionDenied: _refused_entry, Http404: _absent, TooLarge: _too_large, HttpError: _other,
        DataError: _does_not_fit, OverflowError: _does_not_fit, IntegrityError: _stands_already,
    }  # fmt: skip
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
