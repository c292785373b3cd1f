"""Days that count: working days, calendar days and months, from the day of service to the day of a limit.

Rules kept here:

* The day on which a period begins is not counted; its last day is.
* Periods of the Audit Law are counted in working days (Implementing Rules 2010 art. 56 §2). A period in calendar days
  or months that ends on a day off ends on the next working day, where its rule says so.
* An unknown year is estimated, never an error: its weekdays are taken as worked, and the answer says that it is an
  estimate. Holidays are data (`data/holidays.toml`); a bureau's own years replace the shipped ones.
"""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from reperform.errors import N_, BadInput, Place

SHIPPED = Path(__file__).parent / "data" / "holidays.toml"
_SATURDAY = 5
_ONE = timedelta(days=1)


class DayKind(StrEnum):
    """What a period is counted in."""

    WORKING = "working"
    CALENDAR = "calendar"
    MONTHS = "months"


@dataclass(frozen=True)
class Year:
    """The days of one year that differ from its weekdays and weekends."""

    official: bool
    source: str
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class Limit:
    """A length of time: so many days or months; `roll` moves an end on a day off to the next working day."""

    count: int
    kind: DayKind
    roll: bool = False


@dataclass(frozen=True)
class Due:
    """The last day of a period; `estimated` if a year without an official calendar was needed to find it."""

    on: date
    estimated: bool


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, year by year."""

    years: Mapping[int, Year] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        year = self.years.get(day.year)
        if year is not None and (day in year.off or day in year.worked):
            return day in year.worked
        return day.weekday() < _SATURDAY

    def is_estimated(self, first: date, last: date) -> bool:
        """Tell whether a year between two days has no official calendar."""
        years = (self.years.get(year) for year in range(first.year, last.year + 1))
        return not all(year is not None and year.official for year in years)

    def next_working(self, day: date) -> date:
        """Return the day itself if it is worked, or the first one after it that is."""
        while not self.is_working(day):
            day += _ONE
        return day

    def due(self, start: date, limit: Limit) -> Due:
        """Return the last day of a period that begins on `start`."""
        match limit.kind:
            case DayKind.WORKING:
                end = self._after(start, limit.count)
            case DayKind.CALENDAR:
                end = start + timedelta(days=limit.count)
            case DayKind.MONTHS:
                end = months_later(start, limit.count)
        if limit.roll:
            end = self.next_working(end)
        counted = limit.roll or limit.kind is DayKind.WORKING
        return Due(end, counted and self.is_estimated(start, end))

    def working_days(self, first: date, last: date) -> int:
        """Return how many days after `first`, up to and with `last`, are worked; negative if `last` comes first."""
        if last < first:
            return -self.working_days(last, first)
        return sum(self.is_working(first + timedelta(days=after)) for after in range(1, (last - first).days + 1))

    def _after(self, start: date, count: int) -> date:
        day = start
        while count > 0:
            day += _ONE
            count -= self.is_working(day)
        return day


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def load(*paths: Path) -> Calendar:
    """Read calendars; a year of a later file replaces that of an earlier one. `BadInput` names file, year and value."""
    years: dict[int, Year] = {}
    for path in paths:
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _wrong(path, "", str(error)) from error
        for name, entry in found.items():
            years[_number(path, name)] = _year(path, name, entry)
    return Calendar(years)


def _number(path: Path, name: str) -> int:
    if not (name.isascii() and name.isdigit() and 1949 < int(name) < 10000):
        raise _wrong(path, name, name)
    return int(name)


def _year(path: Path, name: str, entry: object) -> Year:
    if not isinstance(entry, dict) or entry.get("status") not in ("official", "estimated"):
        raise _wrong(path, name, str(entry)[:80])
    days = {}
    for key in ("off", "worked"):
        lines = entry.get(key, [])
        if not isinstance(lines, list):
            raise _wrong(path, name, str(lines)[:80])
        days[key] = frozenset(day for line in lines for day in _days(path, name, line))
    if both := days["off"] & days["worked"]:
        raise _wrong(path, name, min(both).isoformat())
    return Year(entry["status"] == "official", str(entry.get("source", "")), days["off"], days["worked"])


def _days(path: Path, name: str, line: object) -> Iterator[date]:
    first, _slash, last = str(line).partition("/")
    try:
        day, end = (date.fromisoformat(f"{name}-{text}") for text in (first, last or first))
    except ValueError as error:
        raise _wrong(path, name, str(line)) from error
    if end < day:
        raise _wrong(path, name, str(line))
    while day <= end:
        yield day
        day += _ONE


def _wrong(path: Path, year: str, value: str) -> BadInput:
    return BadInput(
        N_("This is no calendar of working days."),
        place=Place(file=str(path), column=year),
        value=value,
        rule="calendar.form",
        hint=N_("Each year has a status (official, estimated) and lists of days (01-31, or 02-15/02-21)."),
    )
