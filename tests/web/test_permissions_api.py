"""Deny by default, for programs: every operation × person × place is answered as role and scope say."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from ninja import NinjaAPI

from reperform.rules.standing import Role
from reperform.rules.steps import STEPS
from reperform.web.api.building import Operations
from reperform.web.api.gate import PersonalToken, Session
from reperform.web.api.site import OPERATIONS
from reperform.web.permissions import GET, PEOPLE, POST, READINGS, Access
from tests.web.conftest import SignedIn
from tests.web.permitted import PEOPLE as PERSONS
from tests.web.permitted import Scene, sight, thing_of
from tests.web.scene import District
from tests.world import World

ROOT = "/api/1"
JSON = "application/json"


def operations() -> list[tuple[str, str, str]]:
    """Return method, path and name of every operation that the routers of the interface hold."""
    found = []
    for bound in OPERATIONS.api._get_bound_routers():
        for path, view in bound.path_operations.items():
            found += [
                (method, f"{bound.prefix}{path}", one.operation_id) for one in view.operations for method in one.methods
            ]
    return found  # type: ignore[return-value]


@pytest.fixture
def scene(world: World, district: District) -> Scene:
    return Scene(world, district)


def ask(client: Client, method: str, address: str, name: str) -> Any:
    """Ask with what is owed and no more; what the step changes is undone."""
    if method == GET:
        return client.get(f"{ROOT}{address}")
    with transaction.atomic():
        response = client.post(f"{ROOT}{address}", **asked_by(name))
        transaction.set_rollback(True)
    return response


def asked_by(name: str) -> dict[str, Any]:
    """Return the smallest request that an operation takes, as its own description says."""
    content = described()[name].get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        parts = example(content["multipart/form-data"]["schema"])
        return {"data": {**parts, "attachments": [SimpleUploadedFile("回单.pdf", b"voucher")]}}
    asked = example(content[JSON]["schema"]) if JSON in content else {}
    return {"data": json.dumps(asked), "content_type": JSON}


@cache
def described() -> dict[str, Any]:
    paths = OPERATIONS.described["paths"].values()
    return {one["operationId"]: one for path in paths for one in path.values()}


def example(schema: dict[str, Any]) -> Any:
    """Return the smallest value that a schema allows."""
    if "$ref" in schema:
        return example(OPERATIONS.described["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "allOf" in schema:
        return {name: value for part in schema["allOf"] for name, value in example(part).items()}
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    match schema.get("type"):
        case "object":
            owed = schema.get("required", ())
            return {name: example(part) for name, part in schema.get("properties", {}).items() if name in owed}
        case "array":
            return [example(schema["items"])] if schema.get("minItems") else []
        case "integer":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    return "2030-01-01" if schema.get("format") == "date" else "x"


def test_every_operation_stands_in_a_map_and_behind_its_gate() -> None:
    assert {name for _method, _path, name in operations()} == set(OPERATIONS.access)
    for bound in OPERATIONS.api._get_bound_routers():
        for view in bound.path_operations.values():
            for one in view.operations:
                assert [type(gate) for gate in one.auth_callbacks] == [PersonalToken, Session]
                assert all(gate.access is OPERATIONS.access[str(one.operation_id)] for gate in one.auth_callbacks)  # type: ignore[attr-defined]


def test_readings_are_gets_that_the_map_names_and_steps_are_posts_of_the_table() -> None:
    for method, _path, name in operations():
        access = OPERATIONS.access[name]
        assert access.methods == (method,)
        assert access.roles
        assert access.roles <= PEOPLE
        assert (method == GET) == (name in READINGS or name.startswith(("records_", "record_")))
        if method == POST and tuple(name.split(".")) in STEPS:
            assert access.roles <= STEPS[tuple(name.split("."))].roles  # type: ignore[index]


def test_an_operation_that_no_map_names_cannot_be_built() -> None:
    fresh = Operations(NinjaAPI(urls_namespace="fresh"))
    with pytest.raises(ImproperlyConfigured, match="permission map"):
        fresh.read("/secret", "secret", None)
    fresh.step("/a", "a", None, access=Access(PEOPLE, (POST,)))(lambda request: None)
    with pytest.raises(ImproperlyConfigured, match="twice"):
        fresh.step("/b", "a", None, access=Access(PEOPLE, (POST,)))


def test_no_operation_is_open_to_the_system_or_to_everybody() -> None:
    assert not any(Role.SYSTEM in (access.roles or {Role.SYSTEM}) for access in OPERATIONS.access.values())


def test_each_person_gets_what_role_and_scope_say(scene: Scene, signed_in: SignedIn) -> None:
    for person in PERSONS:
        client = signed_in(scene.people[person])
        for method, path, name in operations():
            for place in (scene.city, scene.there):
                thing, address = thing_of(path, place)
                response = ask(client, method, address, name)
                said = (person, name, method, address, response.status_code, response.content[:200])
                if not OPERATIONS.access[name].admits(scene.people[person].role):
                    assert response.status_code == 403, said
                elif person not in sight(thing, place is scene.city) or name == "log_checkpoint":  # none is signed yet
                    assert response.status_code == 404, said
                else:
                    assert response.status_code in ({200} if method == GET else {200, 403, 409, 422}), said
