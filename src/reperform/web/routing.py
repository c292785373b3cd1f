"""How a route is built: through the gate, or not at all.

The gate asks, in this order: does the map know the route, does it answer this method, may this role use it. What the
view then raises on purpose becomes a page in the frame: a refusal names its rule, an old page says so.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from reperform.errors import ReperformError
from reperform.web import error_pages
from reperform.web.frame import account_of
from reperform.web.permissions import ACCESS, Access

View = Callable[..., HttpResponseBase]


def route(pattern: str, view: View, name: str) -> URLPattern:
    """Return the route behind its gate; a route that the map does not know cannot be built."""
    if name not in ACCESS:
        raise ImproperlyConfigured(f"the route {name} does not stand in the permission map")
    return path(pattern, _gate(view, ACCESS[name]), name=name)


def _gate(view: View, access: Access) -> View:
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not access.answers(request.method):
            return error_pages.not_allowed(request, access.methods)
        if access.roles is not None and not access.admits(account_of(request).role):
            raise PermissionDenied
        if any("\0" in str(value) for value in kwargs.values()):
            raise Http404  # no number holds such a sign, and PostgreSQL takes none in a text
        try:
            return view(request, *args, **kwargs)
        except ReperformError as error:
            return error_pages.explained(request, error)

    return login_not_required(opened) if access.roles is None else opened
