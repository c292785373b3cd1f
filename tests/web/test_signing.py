"""Sign in, the role cards of the demonstration, language and large type."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reperform.ledger.models import Account
from reperform.rectify.organise import enrol, suspend
from reperform.rules.standing import Role
from tests.web.conftest import SignedIn
from tests.world import World

PASSWORD = "a long enough phrase"


@pytest.fixture
def person(world: World) -> Account:
    return enrol(
        username="su", name="苏晴", role=Role.AUDITOR, body=world.bodies["YJ-AUD"], password=PASSWORD, by=None,
        at=world.now(),
    )  # fmt: skip


def enter(client: Client, password: str = PASSWORD, **more: str) -> int:
    return client.post(reverse("login"), {"username": "su", "password": password, **more}).status_code


def test_a_person_with_a_password_comes_to_the_workbench(person: Account) -> None:
    client = Client()
    response = client.post(reverse("login"), {"username": "su", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, reverse("workbench"))
    assert "苏晴" in client.get(reverse("workbench")).content.decode()


def test_a_wrong_password_is_said_on_the_page(person: Account) -> None:
    client = Client()
    response = client.post(reverse("login"), {"username": "su", "password": "wrong"})
    assert response.status_code == 422
    assert b'role="alert"' in response.content
    assert enter(client) == 302


def test_five_wrong_passwords_block_the_name_for_a_while(person: Account) -> None:
    client = Client()
    for _attempt in range(5):
        enter(client, "wrong")
    assert enter(client) == 429


def test_a_suspended_person_does_not_come_in(world: World, person: Account) -> None:
    suspend(person, by=world.administrator, at=world.now())
    assert enter(Client()) == 422


def test_a_suspended_persons_session_ends(world: World, person: Account, signed_in: SignedIn) -> None:
    client = signed_in(person)
    assert client.get(reverse("workbench")).status_code == 200
    suspend(person, by=world.administrator, at=world.now())
    assert client.get(reverse("workbench")).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(world: World, person: Account, signed_in: SignedIn, target: str) -> None:
    client = Client()
    response = client.post(reverse("login"), {"username": "su", "password": PASSWORD, "next": target})
    assert response["Location"] == reverse("workbench")
    inside = signed_in(world.auditor)
    for route, values in (("language", {"language": "en"}), ("large_type", {"large": "1"})):
        assert inside.post(reverse(route), {**values, "next": target})["Location"] in {"/", reverse("workbench")}


def test_the_place_that_was_asked_for_is_reached_after_signing_in(person: Account) -> None:
    client = Client()
    asked = client.get(reverse("ledger"))
    assert asked["Location"] == f"{reverse('login')}?next={reverse('ledger')}"
    page = client.get(asked["Location"]).content.decode()
    assert f'name="next" value="{reverse("ledger")}"' in page
    response = client.post(reverse("login"), {"username": "su", "password": PASSWORD, "next": reverse("ledger")})
    assert response["Location"] == reverse("ledger")


def test_who_is_signed_in_is_led_past_the_door(world: World, signed_in: SignedIn) -> None:
    assert signed_in(world.auditor).get(reverse("login")).status_code == 302


def test_signing_out_ends_the_session_and_needs_a_post(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.auditor)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("workbench")).status_code == 302


# The demonstration ---------------------------------------------------------------------------------------------------


def test_without_the_demonstration_there_are_no_cards(world: World) -> None:
    client = Client()
    assert reverse("role_card") not in client.get(reverse("login")).content.decode()
    assert client.post(reverse("role_card"), {"account": world.auditor.number}).status_code == 404
    assert client.get(reverse("workbench")).status_code == 302


def test_each_role_has_one_card_with_everybody_in_it(world: World, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    response = Client().get(reverse("login"))
    cards = {card.role: [one.username for one in card.people] for card in response.context["cards"]}
    assert cards == {
        "auditor": ["auditor", "auditor_two"], "reviewer": ["reviewer"], "liaison": ["liaison", "stranger", "clerk"],
        "lead": ["lead"], "partner": ["partner", "police"], "legislator": ["legislator"],
        "administrator": ["administrator"],
    }  # fmt: skip


def test_one_click_signs_in(world: World, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    client = Client()
    assert client.post(reverse("role_card"), {"account": world.liaison.number})["Location"] == reverse("workbench")
    assert client.get(reverse("workbench")).context["frame"].person == world.liaison


def test_a_card_of_a_suspended_or_unknown_account_opens_nothing(world: World, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    suspend(world.liaison, by=world.administrator, at=world.now())
    for number in (world.liaison.number, "", "no such number"):
        assert Client().post(reverse("role_card"), {"account": number}).status_code == 404


# Language and type ---------------------------------------------------------------------------------------------------


def test_the_language_is_switched_and_kept(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.auditor)
    assert '<html lang="en"' in client.get(reverse("workbench")).content.decode()
    back = client.post(reverse("language"), {"language": "zh-hans", "next": reverse("ledger")})
    assert back["Location"] == reverse("ledger")
    page = client.get(reverse("ledger")).content.decode()
    assert '<html lang="zh-Hans"' in page
    assert 'name="language" value="en"' in page


def test_before_a_choice_the_bureaus_language_holds(world: World) -> None:
    assert '<html lang="zh-Hans"' in Client(headers={"accept-language": "fr"}).get(reverse("login")).content.decode()


def test_large_type_is_switched_on_and_off(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.auditor)
    here = f"{reverse('ledger')}?view=overdue"
    assert 'class="r-large"' not in client.get(here).content.decode()
    assert client.post(reverse("large_type"), {"large": "1", "next": here})["Location"] == here
    page = client.get(here).content.decode()
    assert 'class="r-large"' in page
    assert 'name="large" value="0"' in page
    client.post(reverse("large_type"), {"large": "0", "next": here})
    assert 'class="r-large"' not in client.get(here).content.decode()
