"""Errors stand in the same frame, in both languages, and say what to do; headers keep the page shut."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from reperform.errors import IntegrityBroken, Usage
from reperform.web import error_pages
from tests.web.conftest import SignedIn
from tests.world import World


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("url", "person", "status"),
    [("/nowhere", "auditor", 404), ("/data", "liaison", 403), ("/f/RP-2026%00", "auditor", 404)],
)
def test_an_error_stands_in_the_frame_of_the_person(
    world: World, signed_in: SignedIn, language: str, url: str, person: str, status: int
) -> None:
    client = signed_in(getattr(world, person), language)  # type: ignore[call-arg]
    response = client.get(url)
    text = response.content.decode()
    assert response.status_code == status
    assert 'class="r-nav"' in text
    assert 'role="alert"' in text
    assert str(status) in text


def test_a_stranger_sees_the_frame_without_a_menu(db: None) -> None:
    response = Client().get("/nowhere")
    text = response.content.decode()
    assert response.status_code == 404
    assert "<a href" not in text.split('<nav class="r-nav"')[1].split("</nav>")[0]
    assert "Log:" not in text


def test_an_unexpected_error_says_that_no_step_was_half_taken(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.auditor)
    client.raise_request_exception = False
    request = RequestFactory().get("/")
    request.user = world.auditor  # type: ignore[assignment]
    response = error_pages.broken(request)
    assert response.status_code == 500
    assert reverse("workbench") in response.content.decode()


@pytest.mark.parametrize(("view", "status"), [(error_pages.csrf_failure, 403), (error_pages.locked_out, 429)])
def test_the_pages_for_the_settings_to_name_stand_in_the_frame(db: None, view: object, status: int) -> None:
    response = view(RequestFactory().get("/"))  # type: ignore[operator]
    assert response.status_code == status
    assert "r-bar" in response.content.decode()


def test_each_kind_of_error_has_its_status(world: World) -> None:
    request = RequestFactory().get("/")
    assert error_pages.explained(request, IntegrityBroken("x")).status_code == 500
    assert error_pages.explained(request, Usage("x")).status_code == 400
    assert error_pages.bad_request(request, Exception()).status_code == 400


@pytest.mark.parametrize("route", ["workbench", "ledger", "login"])
def test_every_page_is_shut_by_its_headers(world: World, signed_in: SignedIn, route: str) -> None:
    client = Client() if route == "login" else signed_in(world.auditor)
    response = client.get(reverse(route))
    policy = response["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_the_log_line_stands_on_every_page(world: World, signed_in: SignedIn) -> None:
    from reperform.ledger.models import LogState

    size = LogState.objects.get(pk=1).size
    text = signed_in(world.auditor).get(reverse("ledger")).content.decode()
    assert f"Log: {size} entries" in text
    assert "No checkpoint signed yet" in text


def test_the_menu_shows_what_the_role_may_open(world: World, signed_in: SignedIn) -> None:
    for person in ("auditor", "liaison", "legislator", "administrator"):
        client = signed_in(getattr(world, person))
        response = client.get(reverse("workbench"))
        for group in response.context["frame"].menu:
            for entry in group.entries:
                assert client.get(entry.url).status_code == 200, (person, entry.url)
