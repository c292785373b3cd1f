"""The webhook: six fields, signed; the receiver's half of the bargain is played here by the manual's own example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from reperform.errors import Usage
from reperform.notify.message import Message, NotSent
from reperform.notify.webhook import Webhook, require_safe
from tests.notify.servers import Receiver, http

SECRET = "0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 6, 20, 4, 0, tzinfo=UTC)
MESSAGE = Message(
    "RP-2026-0001: 提交整改情况", date(2026, 6, 25), "u-7", "https://audit.example/f/RP-2026-0001/fill",
    "finding:RP-2026-0001#submit", False,
)  # fmt: skip
MANUAL = Path(__file__).parents[2] / "docs" / "how-to" / "notifications.md"


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    with http() as found:
        settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = f"http://127.0.0.1:{found.port}/todo?tenant=1", SECRET
        yield found


def accepts(*arguments: Any) -> bool:
    """Run the function that the manual gives to receivers."""
    (example,) = re.findall(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - the manual's own example
    return bool(names["accepts"](*arguments))


def test_a_message_is_six_fields_and_the_receiver_can_check_it(receiver: Receiver) -> None:
    Webhook(clock=lambda: NOON).send([MESSAGE], key="k1")
    (got,) = receiver.got
    assert json.loads(got.body) == {
        "title": MESSAGE.title, "due": "2026-06-25", "person": "u-7", "link": MESSAGE.link, "source": MESSAGE.source,
        "done": False,
    }  # fmt: skip
    assert (got.path, got.headers["Reperform-Delivery"]) == ("/todo?tenant=1", "k1")
    at = NOON.timestamp()
    assert accepts(got.headers, got.body, SECRET, at + 299)
    assert not accepts(got.headers, got.body, SECRET, at + 301)
    assert not accepts(got.headers, got.body.replace(b"false", b"true"), SECRET, at)
    assert not accepts(got.headers, got.body, SECRET[::-1], at)
    assert not accepts({**got.headers, "Reperform-Timestamp": str(int(at) + 60)}, got.body, SECRET, at)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 500])
def test_what_is_not_taken_is_not_sent_and_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    with pytest.raises(NotSent, match=str(status)):
        Webhook().send([MESSAGE], key="k")
    assert len(receiver.got) == 1


def test_a_receiver_that_is_not_there_is_said(settings: LazySettings) -> None:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "http://127.0.0.1:1/", SECRET
    with pytest.raises(NotSent, match="cannot be reached"):
        Webhook().send([MESSAGE], key="k")


@pytest.mark.parametrize(
    "address", ["https://oa.example/todo", "http://127.0.0.1:80/", "http://localhost/", "http://[::1]/"]
)
def test_these_addresses_are_safe(address: str) -> None:
    require_safe(address, SECRET)


@pytest.mark.parametrize(
    "address", ["http://oa.example/", "http://127.0.0.1.oa.example/", "ftp://oa.example/", "https:///x", ""]
)
def test_these_addresses_are_not(address: str) -> None:
    with pytest.raises(Usage, match="https"):
        require_safe(address, SECRET)


def test_a_short_secret_signs_nothing() -> None:
    with pytest.raises(Usage, match="32 characters"):
        require_safe("https://oa.example/", "short")
