"""The calendar file keeps RFC 5545: lines, folding, escaping, stable names, whole days; read back by another reader."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from reperform.notify.calendar import calendar, calendar_of, uid
from reperform.notify.message import Message
from tests.world import World

NOON = datetime(2026, 6, 20, 4, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n,;\\"), max_size=200)


def message(
    title: str, due: date = date(2026, 6, 25), *, done: bool = False, source: str = "finding:1#submit"
) -> Message:
    return Message(title, due, "u-7", "https://audit.example/f/1/fill", source, done)


@given(TEXTS)
def test_any_title_is_read_back_by_another_reader(title: str) -> None:
    file = calendar([message(title)], at=NOON)
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two
    assert b"\n" not in file.replace(b"\r\n", b"")


@given(st.dates(date(2000, 1, 1), date(2999, 12, 30)))
def test_a_limit_is_a_whole_day_with_a_reminder(due: date) -> None:
    file = calendar([message("x", due)], at=NOON)
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert event.decoded("DTSTART") == due
    assert event.decoded("DTEND") == due + timedelta(days=1)
    assert event.decoded("DTSTAMP") == NOON
    assert event.walk("VALARM")[0].decoded("TRIGGER") == timedelta(days=-3)
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}".encode() in file


def test_the_name_of_an_entry_hangs_on_its_source_alone() -> None:
    first = calendar([message("x")], at=NOON)
    moved = calendar([message("y", date(2026, 9, 1))], at=NOON + timedelta(days=9))
    names = [str(icalendar.Calendar.from_ical(file).walk("VEVENT")[0]["UID"]) for file in (first, moved)]
    assert names[0] == names[1] == uid("finding:1#submit") != uid("finding:2#submit")


def test_a_file_without_limits_is_a_calendar_all_the_same() -> None:
    assert calendar([], at=NOON).endswith(b"METHOD:PUBLISH\r\nEND:VCALENDAR\r\n")


def test_a_persons_calendar_holds_what_waits_for_him(world: World) -> None:
    finding = world.issued(due_on=date(2026, 12, 1))
    file = calendar_of(world.liaison, on=NOON.date(), at=NOON)
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert str(event["UID"]) == uid(f"finding:{finding.number}#respond")
    assert event.decoded("DTSTART") == date(2026, 12, 1)
    assert not icalendar.Calendar.from_ical(calendar_of(world.stranger, on=NOON.date(), at=NOON)).walk("VEVENT")
