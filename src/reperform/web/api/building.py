"""How an operation is built: with its access, its name and its shape, or not at all. What was built can be listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja import NinjaAPI

from reperform.ledger.models import Account
from reperform.web.api.gate import behind
from reperform.web.frame import account_of
from reperform.web.permissions import GET, POST, READINGS, Access

View = Callable[..., Any]


@dataclass(frozen=True)
class Operations:
    """The operations of an interface, each with its access."""

    api: NinjaAPI
    access: dict[str, Access] = field(default_factory=dict)

    def read(self, path: str, name: str, shape: Any, *, access: Access | None = None) -> Callable[[View], View]:  # noqa: ANN401
        """Build a reading; without an access of its own it must stand in the map of readings."""
        known = access or READINGS.get(name)
        if known is None:
            raise ImproperlyConfigured(f"the reading {name} does not stand in the permission map")
        return self._build(GET, path, name, shape, known)

    def step(self, path: str, name: str, shape: Any, *, access: Access) -> Callable[[View], View]:  # noqa: ANN401
        """Build a step; who may take it, the table of steps says."""
        return self._build(POST, path, name, shape, access)

    def _build(self, method: str, path: str, name: str, shape: Any, access: Access) -> Callable[[View], View]:  # noqa: ANN401
        if name in self.access:
            raise ImproperlyConfigured(f"the operation {name} is built twice")

        def decorate(view: View) -> View:
            self.access[name] = access
            self.api.api_operation(
                [method], path, auth=behind(access), response=shape, operation_id=name, url_name=name,
                exclude_unset=True, tags=[name.partition("_")[0].partition(".")[0]],
                summary=(view.__doc__ or name).strip().splitlines()[0].rstrip("."), description="",
            )(view)  # fmt: skip
            return view

        return decorate

    @cached_property
    def described(self) -> dict[str, Any]:
        """The description of the interface (OpenAPI)."""
        return dict(self.api.get_openapi_schema(path_prefix="/api/1/"))


def caller(request: HttpRequest) -> Account:
    """Return for whom the call is made; the gate has let nobody else pass."""
    return account_of(request)
