"""Deny by default: every route stands in the map, and every person gets what role and scope say."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from reperform.ledger import scope
from reperform.ledger.models import Exclusion, Finding
from reperform.rules.standing import Role
from reperform.web.api.site import ROOT
from reperform.web.permissions import ACCESS, AUDIT, GET, POST
from reperform.web.routing import route
from tests.web.conftest import SignedIn
from tests.web.permitted import PAGES, PEOPLE, Scene, sight
from tests.web.scene import District
from tests.world import World

PUBLIC = {"login", "role_card", "logout", "language", "large_type"}
# A partner is led on to the daily list; the sheet of striking off is there once the result was accepted.
OTHERWISE: dict[object, int] = {("workbench", Role.PARTNER): 302, "slip": 409}


def patterns() -> list[URLPattern]:
    return [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]


def test_the_map_and_the_routes_name_the_same() -> None:
    trees = [str(one.pattern) for one in get_resolver().url_patterns if not isinstance(one, URLPattern)]
    assert trees == [ROOT]  # no other tree escapes the enumeration; this one has its own
    assert sorted(str(one.name) for one in patterns()) == sorted(ACCESS)


def test_every_route_that_names_a_record_is_asked_with_one() -> None:
    naming = {str(one.name) for one in patterns() if one.pattern.converters}
    absent = sorted(naming - PAGES.keys())
    assert not absent, f"say in PAGES of tests/web/permitted.py with which thing {absent} are asked"


def test_a_route_that_is_not_in_the_map_cannot_be_built() -> None:
    with pytest.raises(ImproperlyConfigured, match="permission map"):
        route("secret", lambda _request: HttpResponse(), "secret")


def test_only_the_door_itself_is_open_to_everybody() -> None:
    assert {name for name, access in ACCESS.items() if access.roles is None} == PUBLIC


def test_no_route_is_open_to_the_system() -> None:
    assert not any(access.roles and Role.SYSTEM in access.roles for access in ACCESS.values())


def test_what_changes_something_is_a_post() -> None:
    reading = {name for name, access in ACCESS.items() if access.methods == (GET,)}
    assert all(set(access.methods) <= {GET, POST} for access in ACCESS.values())
    assert not reading & {"issue", "submit", "close", "decide", "confirm", "exclude", "lift", "rerun", "logout"}
    assert not {name for name in reading if name.endswith(("_save", "_cancel", "_revoke", "_answer", "_settle"))}


@pytest.fixture
def scene(world: World, district: District) -> Scene:
    return Scene(world, district)


def arguments(name: str, scene: Scene) -> list[object]:
    return PAGES[name][1](scene.city) if name in PAGES else []


def calls() -> Iterator[tuple[str, str]]:
    """Yield every route that is not public, by each of its methods."""
    for name, access in ACCESS.items():
        if name not in PUBLIC:
            yield from ((name, method) for method in access.methods)


def ask(client: Client, name: str, method: str, given: list[object]) -> int:
    """Ask for a page; what the step changes is undone."""
    call: Callable[..., Any] = client.get if method == GET else client.post
    with transaction.atomic():
        response = call(reverse(name, args=given))
        if response.streaming:  # a file that is handed out stays open until it was read
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return int(response.status_code)


def test_each_person_gets_what_role_and_scope_say(scene: Scene, signed_in: SignedIn) -> None:
    for person in PEOPLE:
        client, role = signed_in(scene.people[person]), scene.people[person].role
        for name, method in calls():
            thing, given = PAGES.get(name, ("nothing", lambda _place: []))
            for place in (scene.city, scene.there) if name in PAGES else (scene.city,):
                status = ask(client, name, method, given(place))
                said = (person, name, method, given(place), status)
                if not ACCESS[name].admits(role):
                    assert status == 403, said
                elif person not in sight(thing, place is scene.city):
                    assert status == 404, said
                elif method == GET:
                    assert status == OTHERWISE.get((name, role), OTHERWISE.get(name, 200)), said
                else:
                    assert status not in {404, 405, 500}, said


def test_a_file_is_not_handed_out_under_another_findings_number(scene: Scene, signed_in: SignedIn) -> None:
    mixed = [scene.city.finding.number, scene.there.evidence.pk]
    assert ask(signed_in(scene.world.auditor), "evidence", GET, mixed) == 404


def test_nobody_enters_without_signing_in(scene: Scene) -> None:
    client = Client()
    for name, method in calls():
        response = (client.get if method == GET else client.post)(reverse(name, args=arguments(name, scene)))
        assert response.status_code == 302, (name, method)
        assert response["Location"].startswith(reverse("login"))


def test_a_method_that_the_map_does_not_name_is_refused(scene: Scene, signed_in: SignedIn) -> None:
    client = signed_in(scene.world.auditor)
    for name, access in ACCESS.items():
        if name in PUBLIC or not access.admits(Role.AUDITOR):
            continue
        wrong = next(method for method in (GET, POST, "PUT") if method not in access.methods)
        response = client.generic(wrong, reverse(name, args=arguments(name, scene)))
        assert response.status_code == 405, name
        assert response["Allow"] == ", ".join(access.methods)


@pytest.mark.parametrize("person", ["auditor", "liaison", "administrator"])
def test_a_form_without_its_token_does_nothing(scene: Scene, person: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.people[person], backend="django.contrib.auth.backends.ModelBackend")
    for name, access in ACCESS.items():
        if POST in access.methods and access.admits(scene.people[person].role):
            assert client.post(reverse(name, args=arguments(name, scene))).status_code == 403, name


# Lists, exports, bulk steps ------------------------------------------------------------------------------------------


def test_the_export_holds_the_rows_that_its_reader_sees_and_no_others(scene: Scene, signed_in: SignedIn) -> None:
    every = set(Finding.objects.values_list("number", flat=True))
    for person, account in scene.people.items():
        if not ACCESS["ledger_xlsx"].admits(account.role):
            continue
        response: Any = signed_in(account).get(reverse("ledger_xlsx"), {"view": "all"})
        book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)), read_only=True)
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert cells & every == set(scope.findings(account).values_list("number", flat=True)), person


def test_a_list_holds_nothing_foreign(scene: Scene, signed_in: SignedIn) -> None:
    foreign, own = scene.there.finding.number, scene.city.finding.number
    for person, other in (("auditor", foreign), ("liaison", foreign), ("district_auditor", own)):
        shown = signed_in(scene.people[person]).get(reverse("ledger"), {"view": "all"}).content.decode()
        assert other not in shown, person


def test_a_bulk_step_with_foreign_numbers_takes_none_of_them(scene: Scene, signed_in: SignedIn) -> None:
    client, foreign = signed_in(scene.world.auditor), scene.there.finding
    posted = client.post(reverse("ledger_issue"), {"no": f"{foreign.number},3", "due_on": "2026-12-31"})
    assert foreign.number not in posted.content.decode()
    rows_foreign = list(scene.there.run.rows.values_list("pk", flat=True))
    asked = {"engagement": scene.world.engagement.number, "row": rows_foreign}
    assert client.post(reverse("confirm", args=[scene.city.run.number]), asked).status_code == 422
    assert Exclusion.objects.count() == 2


def test_the_roles_of_the_audit_are_two() -> None:
    assert {Role.AUDITOR, Role.REVIEWER} == AUDIT
