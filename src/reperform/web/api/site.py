"""The interface as one: every operation built, every error explained, and the addresses under which it is reached."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import override
from ninja import NinjaAPI

from reperform.web.api import around, own_steps, reading, shapes, stepping
from reperform.web.api.building import Operations
from reperform.web.api.files import counted
from reperform.web.api.problems import explain_all

ROOT = "api/1/"


def _operations() -> Operations:
    api = NinjaAPI(
        title="Reperform", version="1", openapi_url=None, docs_url=None, urls_namespace="api-1",
        description="Findings of audits and their rectification: what the pages show and do, for programs.",
    )  # fmt: skip
    explain_all(api)
    operations = Operations(api)
    with override(shapes.LANGUAGE):  # titles are those of one language, whoever asks first
        for build in (
            around.build_rest, reading.build, around.build_records, around.build_revealed, around.build_checks,
            stepping.build, own_steps.build,
        ):  # fmt: skip
            build(operations)
    return operations


OPERATIONS = _operations()


def described() -> dict[str, Any]:
    """Return the description of the interface (OpenAPI)."""
    return OPERATIONS.described


def addresses() -> URLResolver:
    """Return the routes; the gate of each operation signs in, so the pages' own sign-in stands aside."""
    found = [one for one in OPERATIONS.api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in found:
        one.callback = login_not_required(counted(one.callback))
    return path(ROOT, include((found, "api-1")))
