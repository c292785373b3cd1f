"""Working days against two public calendars, and periods against a slow and obvious way of counting."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput
from reperform.rules.calendar import SHIPPED, Calendar, DayKind, Due, Limit, load, months_later

CALENDAR = load(SHIPPED)
DAYS = st.dates(date(2018, 1, 1), date(2031, 12, 31))


def every_day(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=after) for after in range((date(last, 12, 31) - start).days + 1)]


def test_every_day_from_2018_to_2026_agrees_with_holidays() -> None:
    import holidays

    known = holidays.country_holidays("CN", years=range(2018, 2027))
    differing = [
        day
        for day in every_day(2018, 2026)
        if CALENDAR.is_working(day) != (day in known.weekend_workdays or (day.weekday() < 5 and day not in known))
    ]
    assert differing == []


def test_every_day_from_2018_to_2026_agrees_with_chinesecalendar() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import chinese_calendar
    differing = [day for day in every_day(2018, 2026) if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_the_years_to_2026_are_official_and_2027_is_estimated() -> None:
    assert [year for year, known in CALENDAR.years.items() if known.official] == list(range(2018, 2027))
    assert not CALENDAR.is_estimated(date(2018, 1, 1), date(2026, 12, 31))
    assert CALENDAR.due(date(2026, 12, 28), Limit(10, DayKind.WORKING)) == Due(date(2027, 1, 12), estimated=True)


@given(DAYS)
def test_no_day_of_any_year_raises(day: date) -> None:
    assert CALENDAR.is_working(day) in (True, False)
    assert CALENDAR.is_working(date(1, 1, 1)) is Calendar().is_working(date(1, 1, 1))


@given(DAYS, st.integers(1, 120))
def test_a_period_of_working_days_ends_on_the_day_that_counting_by_hand_reaches(start: date, count: int) -> None:
    end = CALENDAR.due(start, Limit(count, DayKind.WORKING)).on
    between = [start + timedelta(days=after) for after in range(1, (end - start).days + 1)]
    assert sum(CALENDAR.is_working(day) for day in between) == count
    assert CALENDAR.is_working(end)
    assert CALENDAR.working_days(start, end) == count
    assert CALENDAR.working_days(end, start) == -count


@given(DAYS, st.integers(1, 400), st.sampled_from([DayKind.CALENDAR, DayKind.MONTHS]))
def test_a_rolled_period_ends_on_the_first_working_day_that_is_not_before_the_plain_end(
    start: date, count: int, kind: DayKind
) -> None:
    plain, rolled = (CALENDAR.due(start, Limit(count, kind, roll)).on for roll in (False, True))
    assert rolled >= plain
    assert CALENDAR.is_working(rolled)
    assert not any(CALENDAR.is_working(plain + timedelta(days=after)) for after in range((rolled - plain).days))


def test_months_end_where_the_shorter_month_ends() -> None:
    assert months_later(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_later(date(2025, 12, 15), 12) == date(2026, 12, 15)


def test_the_day_of_service_is_not_counted() -> None:
    assert CALENDAR.due(date(2026, 9, 30), Limit(1, DayKind.WORKING)).on == date(2026, 10, 8)
    assert CALENDAR.due(date(2026, 9, 30), Limit(2, DayKind.CALENDAR)).on == date(2026, 10, 2)
    assert CALENDAR.due(date(2026, 9, 30), Limit(2, DayKind.CALENDAR, roll=True)).on == date(2026, 10, 8)


def test_a_bureaus_own_year_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "holidays.toml"
    own.write_text('[2027]\nstatus = "official"\nsource = "x"\noff = ["01-04"]\nworked = ["01-09"]\n', encoding="utf-8")
    calendar = load(SHIPPED, own)
    assert calendar.is_working(date(2027, 1, 9))
    assert not calendar.is_working(date(2027, 1, 4))
    assert not calendar.is_estimated(date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "[20x7]\nstatus = 'official'",
        "[2027]\nstatus = 'perhaps'",
        "2027 = 1",
        "[2027]\nstatus = 'official'\noff = '01-01'",
        "[2027]\nstatus = 'official'\noff = ['02-30']",
        "[2027]\nstatus = 'official'\noff = ['02-10/02-01']",
        "[2027]\nstatus = 'official'\noff = ['02-10']\nworked = ['02-10']",
        "[2027",
    ],
)
def test_a_file_that_is_no_calendar_is_refused_and_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        load(path)
    assert error.value.place.file == str(path)
