"""Whatever is sent to an operation, the interface answers; it never breaks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperform.web.api.site import OPERATIONS
from reperform.web.permissions import GET
from tests.web.conftest import SignedIn
from tests.web.permitted import Scene, thing_of
from tests.web.scene import District
from tests.web.test_permissions_api import JSON, ROOT, described, operations
from tests.world import World

ODD = (
    "", "\0", "a\0b", "-1", "0", "1e309", "NaN", "9" * 400, "' OR 1=1 --", "../../etc/passwd", "%00", "%", "\ud800",
    "\u202e", "2026-02-30", "0000-00-00", "9999-12-31", "[]", "{}", "null", "=1+1", "字" * 301, "RP-2026-0001",
)  # fmt: skip
TEXTS = st.sampled_from(ODD) | st.text(max_size=20)
NUMBERS = st.sampled_from((0, -1, 1, 2**31, 2**63, 10**30, 1.5, float("inf"), float("nan"))) | st.integers()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
ANSWERED = {200, 400, 403, 404, 405, 409, 413, 415, 422}


def fields_of(name: str) -> dict[str, Any]:
    """Return what an operation takes, by the names of its description."""
    one = described()[name]
    found = {given_["name"]: given_["schema"] for given_ in one.get("parameters", ()) if given_["in"] == "query"}
    for content in one.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "$ref" in schema:
            schema = OPERATIONS.described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        found |= schema.get("properties", {})
    return found


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, str, str, str, dict[str, Any], str]:
    """Draw an operation, a number in its address or none, what is sent, and how."""
    method, path, name = draw(st.sampled_from(operations()))
    number = draw(st.just("") | TEXTS)  # of nothing: the record that there is
    known = st.sampled_from(sorted(fields_of(name)) or ["x"])
    sent = draw(st.dictionaries(known | TEXTS, VALUES, max_size=6))
    return method, path, name, number, sent, draw(st.sampled_from(("json", "parts", "raw")))


def test_no_input_breaks_an_operation(world: World, district: District, signed_in: SignedIn) -> None:
    scene = Scene(world, district)
    people = [scene.people[name] for name in ("auditor", "reviewer", "liaison", "lead", "partner", "administrator")]
    clients = [(one.role, signed_in(one)) for one in people]

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(call=calls())
    def asked(call: tuple[str, str, str, str, dict[str, Any], str]) -> None:
        method, path, name, number, sent, how = call
        address = thing_of(path, scene.city)[1]
        if number and "{" in path:
            odd = quote(number.encode("utf-8", "surrogatepass"), safe="")
            address = f"{path.partition('{')[0]}{odd}{path.partition('}')[2]}"
        admitted = [client for role, client in clients if OPERATIONS.access[name].admits(role)]
        with transaction.atomic():
            answer = send(admitted[0], method, f"{ROOT}{address}", sent, how)
            transaction.set_rollback(True)
        assert answer.status_code in ANSWERED, (method, address, sent, how, answer.status_code)

    asked()


def send(client: Any, method: str, address: str, sent: dict[str, Any], how: str) -> Any:
    """Send values as JSON, as parts of a form, or as bytes that are neither."""
    parts = {
        key.encode("utf-8", "replace").decode(): str(value).encode("utf-8", "replace").decode()
        for key, value in sent.items()
    }
    if method == GET:
        return client.get(f"{address}?{urlencode(parts)}")
    if how == "parts":
        return client.post(address, parts)
    body = json.dumps(sent) if how == "json" else str(sent).encode("utf-8", "surrogatepass")
    return client.post(address, body, content_type=JSON)
