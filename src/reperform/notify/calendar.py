"""What waits for a person as a calendar file (iCalendar, RFC 5545).

Rules kept here:

* Lines end with CR LF and are folded at 75 octets, never inside a character (3.1); text is escaped (3.3.11).
* The UID of an entry is made from the source of the matter alone, so that a calendar that reads the file again moves
  the entry instead of adding one (3.8.4.7). `DTSTAMP` is the moment of the file, given by the caller.
* A time limit is a whole day (`VALUE=DATE`, 3.6.1) with a reminder three days before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from reperform.ledger.models import Account
from reperform.notify.matters import matters
from reperform.notify.message import Message

WIDTH = 75  # octets
REMINDER = "-P3D"


def calendar_of(account: Account, *, on: date, at: datetime) -> bytes:
    """Return the calendar of a person: all that waits for him and has a time limit."""
    due = [one.message(person=account.number) for one in matters(account, on) if one.due]
    return calendar(due, at=at)


def calendar(messages: Iterable[Message], *, at: datetime) -> bytes:
    """Return the file with an entry for each message."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Reperform//Time limits//EN", "CALSCALE:GREGORIAN",
             "METHOD:PUBLISH"]  # fmt: skip
    for message in messages:
        lines += _entry(message, at)
    return b"".join(line + b"\r\n" for text in [*lines, "END:VCALENDAR"] for line in folded(text))


def uid(source: str) -> str:
    """Return the name of an entry, the same for ever."""
    return f"{hashlib.sha256(source.encode()).hexdigest()[:32]}@reperform"


def _entry(message: Message, at: datetime) -> Iterator[str]:
    if message.due is None:
        return
    title = escaped(message.title)
    yield "BEGIN:VEVENT"
    yield f"UID:{uid(message.source)}"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{_day(message.due)}"
    yield f"DTEND;VALUE=DATE:{_day(message.due + timedelta(days=1))}"  # the first day after it
    yield f"SUMMARY:{title}"
    yield f"URL:{message.link}"
    yield "TRANSP:TRANSPARENT"
    if not message.done:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", f"TRIGGER:{REMINDER}", "END:VALARM")
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def escaped(text: str) -> str:
    """Return a text as the value of a property."""
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\r", "\n"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def folded(line: str) -> Iterator[bytes]:
    """Yield a line in pieces of at most 75 octets; each but the first begins with a space."""
    piece = b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > WIDTH:
            yield piece
            piece = b" "
        piece += octets
    yield piece
