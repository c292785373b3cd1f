"""Notifications are planned once a day, sent once, tried again when they were not taken, and never lost silently."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from reperform.ledger import failures
from reperform.ledger.models import Account, Delivery, Subscription
from reperform.notify import channels as offered
from reperform.notify.matters import matters
from reperform.notify.message import Message
from reperform.notify.sending import again, anything_due, tell
from reperform.notify.subscriptions import subscribe, unsubscribe
from reperform.rectify.actions import Measure, plan, submit
from reperform.rectify.organise import suspend
from reperform.settings import mail_server
from reperform.verify.actions import return_
from tests.notify.servers import Post, Receiver, http, smtp
from tests.world import World

MORNING = datetime(2026, 6, 20, 0, 0, tzinfo=UTC)  # eight o'clock in the bureau
SECRET = "0123456789abcdef0123456789abcdef"
DAY = timedelta(days=1)


@pytest.fixture
def post(settings: LazySettings) -> Iterator[Post]:
    """A mail server of this machine, configured as the channel `email`."""
    settings.SITE = "https://audit.example"
    with smtp() as (handler, port):
        settings.MAIL_SERVER = mail_server(f"smtp://127.0.0.1:{port}")
        settings.DEFAULT_FROM_EMAIL = "reperform@audit.example"
        yield handler


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    """A receiver of this machine, configured as the channel `webhook`."""
    settings.SITE = "https://audit.example"
    with http() as found:
        settings.WEBHOOK_URL = f"http://127.0.0.1:{found.port}/todo?tenant=1"
        settings.WEBHOOK_SECRET = SECRET
        yield found


def by_mail(person: Account, language: str = "en") -> Subscription:
    return subscribe(person, channel="email", address=f"{person.username}@unit.example", language=language)


def by_webhook(person: Account) -> Subscription:
    return subscribe(person, channel="webhook", address="", language="en")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.got]


# What is told --------------------------------------------------------------------------------------------------------


def test_the_day_comes_in_one_letter_with_number_and_link(world: World, post: Post) -> None:
    late, new = world.issued(due_on=date(2026, 6, 1)), world.issued(due_on=date(2027, 6, 1))
    by_mail(world.liaison)
    assert tell(at=MORNING) == {"planned": 2, "sent": 1, "failed": 0}
    (letter,) = post.letters
    assert post.recipients == [["liaison@unit.example"]]
    assert letter["Subject"] == "Reperform: 2 matters wait for you"
    assert letter["Auto-Submitted"] == "auto-generated"
    lines = letter.get_content().splitlines()
    assert lines[:3] == [
        f"{late.number}: answer and plan measures (overdue)", "  due 2026-06-01",
        f"  https://audit.example/f/{late.number}/fill",
    ]  # fmt: skip
    assert f"{new.number}: answer and plan measures (waiting)" in lines
    assert states() == ["sent", "sent"]


def test_what_is_not_due_yet_is_not_told(world: World, post: Post) -> None:
    finding = world.issued(due_on=date(2026, 12, 1))
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    by_mail(world.liaison)
    assert tell(at=MORNING)["planned"] == 0
    assert [one.reason for one in matters(world.liaison, MORNING.date())] == [""]
    assert tell(at=datetime(2026, 11, 20, 0, 0, tzinfo=UTC))["planned"] == 1
    assert "(due soon)" in post.letters[0].get_content()


def test_who_did_not_ask_for_it_is_told_nothing(world: World, post: Post) -> None:
    world.issued()
    assert tell(at=MORNING) == {"planned": 0, "sent": 0, "failed": 0}
    by_mail(world.liaison)
    assert unsubscribe(world.liaison, channel="email")
    tell(at=MORNING)
    assert post.letters == []


# Once ----------------------------------------------------------------------------------------------------------------


def test_the_day_is_told_once_and_not_before_its_hour(world: World, post: Post) -> None:
    world.issued()
    by_mail(world.liaison)
    night = MORNING - timedelta(hours=3)
    assert not anything_due(night)
    assert tell(at=night)["planned"] == 0
    assert anything_due(MORNING)
    for hours in range(4):
        tell(at=MORNING + timedelta(hours=hours))
    assert len(post.letters) == 1
    assert not anything_due(MORNING)
    tell(at=MORNING + DAY)
    assert len(post.letters) == 2


def test_a_to_do_list_hears_of_a_matter_once_of_its_new_limit_and_that_it_is_done(
    world: World, receiver: Receiver
) -> None:
    finding = world.issued(due_on=date(2026, 6, 25))
    by_webhook(world.liaison)
    for day in range(3):
        tell(at=MORNING + day * DAY)
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    tell(at=MORNING + 3 * DAY)
    submit(finding, text="已追回", by=world.liaison, at=world.now())
    for day in range(4, 7):
        tell(at=MORNING + day * DAY)
    told = [(one["source"].partition("#")[2], one["done"]) for one in bodies(receiver)]
    assert told == [("respond", False), ("submit", False), ("respond", True), ("submit", True)]
    return_(finding, reason="缺凭证", by=world.auditor, at=world.now())
    tell(at=MORNING + 7 * DAY)
    assert bodies(receiver)[-1]["title"] == f"{finding.number}: submit the result (returned)"


# Not taken -----------------------------------------------------------------------------------------------------------


def test_a_letter_that_is_refused_is_tried_again_later_under_the_same_name(world: World, post: Post) -> None:
    world.issued()
    by_mail(world.liaison)
    post.refuse = "451 try later"
    assert tell(at=MORNING)["failed"] == 1
    waiting = Delivery.objects.get()
    error = failures.told(waiting.error)
    assert error is not None
    assert (waiting.state, waiting.attempts, error.render()) == ("waiting", 1, "The mail server refused: 451.")
    post.refuse = ""
    assert tell(at=MORNING + timedelta(seconds=30)) == {"planned": 0, "sent": 0, "failed": 0}
    assert tell(at=MORNING + timedelta(minutes=2))["sent"] == 1
    assert Delivery.objects.get().attempts == 2


def test_what_is_refused_every_time_is_given_up_and_can_be_tried_again(world: World, post: Post) -> None:
    world.issued()
    by_mail(world.liaison)
    post.refuse = "550 no such user"
    at = MORNING
    for _attempt in range(6):
        tell(at=at)
        at = Delivery.objects.order_by("pk")[0].next_at
        Subscription.objects.update(planned_on=at.date())
    assert (states(), Delivery.objects.get().attempts) == (["given_up"], 6)
    post.refuse = ""
    assert again(Delivery.objects.all(), at=at) == 1
    tell(at=at)
    assert states() == ["sent"]


def test_a_sender_that_died_while_sending_is_replaced_under_the_same_name(world: World, post: Post) -> None:
    world.issued()
    by_mail(world.liaison)
    tell(at=MORNING)
    # The letter had gone out, but the sender died before it could say so.
    Delivery.objects.update(state="sending", next_at=MORNING + timedelta(minutes=10))
    assert tell(at=MORNING + timedelta(minutes=5))["sent"] == 0
    assert tell(at=MORNING + timedelta(minutes=11))["sent"] == 1
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert Delivery.objects.get().attempts == 2


def test_senders_that_die_each_time_are_given_up(world: World, post: Post) -> None:
    world.issued()
    by_mail(world.liaison)
    tell(at=MORNING)
    Delivery.objects.update(state="sending", attempts=6, next_at=MORNING)
    assert tell(at=MORNING + timedelta(minutes=11))["failed"] == 1
    assert states() == ["given_up"]
    assert len(post.letters) == 1


def test_an_unreachable_server_loses_nothing(world: World, post: Post, settings: LazySettings) -> None:
    world.issued()
    by_mail(world.liaison)
    reachable = settings.MAIL_SERVER
    settings.MAIL_SERVER = {**reachable, "port": 1}
    assert tell(at=MORNING)["failed"] == 1
    settings.MAIL_SERVER = reachable
    assert tell(at=MORNING + timedelta(minutes=2))["sent"] == 1


class Broken:
    """A channel of somebody else's package that fails in a way nobody foresaw."""

    name, daily = "broken", False

    def send(self, messages: Sequence[Message], *, key: str) -> None:
        raise ZeroDivisionError(messages[0].title)


def test_a_foreign_channel_that_breaks_keeps_nobody_from_the_others(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = offered.channels()
    monkeypatch.setattr("reperform.notify.sending.channels", lambda: {"broken": Broken(), **found})
    monkeypatch.setattr("reperform.notify.subscriptions.channels", lambda: {"broken": Broken(), **found})
    world.issued()
    subscribe(world.liaison, channel="broken", address="x", language="en")
    by_mail(world.liaison)
    assert tell(at=MORNING) == {"planned": 2, "sent": 1, "failed": 1}
    error = failures.told(Delivery.objects.get(channel="broken").error)
    assert error is not None
    assert error.params == {"error": "ZeroDivisionError"}
    assert "broken" in caplog.text


# No longer so --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["done", "suspended", "unsubscribed"])
def test_what_is_no_longer_so_when_its_turn_comes_is_dropped(world: World, post: Post, end: str) -> None:
    finding = world.issued()
    by_mail(world.liaison)
    post.refuse = "451 try later"
    tell(at=MORNING)
    post.refuse = ""
    ends: dict[str, Callable[[], object]] = {
        "done": lambda: plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now()),
        "suspended": lambda: suspend(world.liaison, by=world.administrator, at=world.now()),
        "unsubscribed": lambda: unsubscribe(world.liaison, channel="email"),
    }
    ends[end]()
    tell(at=MORNING + timedelta(minutes=2))
    assert (states(), post.letters) == (["dropped"], [])


def test_the_log_of_deliveries_forgets_what_is_old(world: World, post: Post) -> None:
    world.issued(due_on=date(2026, 6, 1))
    by_mail(world.liaison)
    tell(at=MORNING)
    tell(at=MORNING + DAY)
    tell(at=MORNING + 200 * DAY)
    assert sorted(Delivery.objects.values_list("day", flat=True)) == [date(2027, 1, 6)]
