"""A person's page of notifications: he chooses, sees what became of it, and takes his calendar with him."""

from __future__ import annotations

from datetime import UTC, datetime

import icalendar
import pytest
from django.conf import LazySettings
from django.urls import reverse

from reperform.ledger.models import Delivery, Subscription
from reperform.notify.sending import tell
from reperform.settings import mail_server
from tests.web.conftest import SignedIn, signed_in  # noqa: F401 - a fixture
from tests.world import World

MORNING = datetime(2026, 6, 20, 0, 0, tzinfo=UTC)
PAGE = "notifications"


@pytest.fixture
def unreachable(settings: LazySettings) -> None:
    settings.SITE, settings.MAIL_SERVER = "https://audit.example", mail_server("smtp://127.0.0.1:1")


def test_without_a_channel_the_page_says_what_there_is(world: World, signed_in: SignedIn) -> None:  # noqa: F811
    text = signed_in(world.liaison).get(reverse(PAGE)).content.decode()
    assert "No channel is configured." in text
    assert reverse("calendar") in text


@pytest.mark.usefixtures("unreachable")
def test_a_person_chooses_how_he_is_told_and_ends_it(world: World, signed_in: SignedIn) -> None:  # noqa: F811
    client = signed_in(world.liaison)
    save = reverse("notifications_save")
    wrong = client.post(save, {"channel": "email", "address": "nobody"})
    assert wrong.status_code == 422
    assert "This is no e-mail address." in wrong.content.decode()
    assert client.post(save, {"channel": "email", "address": "li@unit.example"}).status_code == 302
    found = Subscription.objects.get()
    assert (found.account, found.address, found.language) == (world.liaison, "li@unit.example", "en")
    assert "li@unit.example" in client.get(reverse(PAGE)).content.decode()
    client.post(save, {"channel": "email", "end": "1"})
    assert not Subscription.objects.exists()


@pytest.mark.usefixtures("unreachable")
def test_each_sees_his_own_deliveries_and_the_administrator_no_number(
    world: World,
    signed_in: SignedIn,  # noqa: F811
) -> None:
    finding = world.issued()
    client = signed_in(world.liaison)
    client.post(reverse("notifications_save"), {"channel": "email", "address": "li@unit.example"})
    tell(at=MORNING)
    assert Delivery.objects.get().state == "waiting"
    mine = client.get(reverse(PAGE)).content.decode()
    assert f"{finding.number}: answer and plan measures" in mine
    assert "The mail server cannot be reached" in mine
    assert finding.number not in signed_in(world.auditor).get(reverse(PAGE)).content.decode()
    kept = signed_in(world.administrator).get(reverse(PAGE)).content.decode()
    assert "The mail server cannot be reached" in kept
    assert finding.number not in kept


def test_the_calendar_is_handed_out(world: World, signed_in: SignedIn) -> None:  # noqa: F811
    finding = world.issued()
    answer = signed_in(world.liaison).get(reverse("calendar"))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert finding.number in str(event["SUMMARY"])
