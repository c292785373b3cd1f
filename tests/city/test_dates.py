"""Days and months as numbers, against the calendar of the standard library."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city import dates

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def one(number: int) -> dates.Ints:
    return np.array([number], dtype=np.int64)


@settings(deadline=None)
@given(DAYS)
def test_a_day_comes_back_as_it_was(when: date) -> None:
    assert dates.on(dates.day(when)) == when


@settings(deadline=None)
@given(DAYS)
def test_the_month_of_a_day_begins_on_its_first_and_ends_before_the_next(when: date) -> None:
    month = int(dates.months_of(one(dates.day(when)))[0])
    assert month == dates.month(when)
    assert dates.first_on(month) == when.replace(day=1)
    assert dates.on(int(dates.first_days(one(month))[0])) == when.replace(day=1)
    assert dates.on(int(dates.last_days(one(month))[0]) + 1).day == 1
    assert int(dates.last_days(one(month))[0]) >= dates.day(when)


@settings(deadline=None)
@given(DAYS)
def test_the_compact_form_reads_as_a_date(when: date) -> None:
    assert str(int(dates.compact(one(dates.day(when)))[0])) == when.strftime("%Y%m%d")


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), max_size=20))
def test_ranges_are_written_out_as_by_hand(ranges: list[tuple[int, int]]) -> None:
    starts = np.array([start for start, _ in ranges], dtype=np.int64)
    ends = np.array([end for _, end in ranges], dtype=np.int64)
    rows, numbers = dates.spread(starts, ends)
    by_hand = [(row, number) for row, (start, end) in enumerate(ranges) for number in range(start, end + 1)]
    assert list(zip(rows.tolist(), numbers.tolist(), strict=True)) == by_hand


def test_the_states_lie_on_either_side_of_the_demand() -> None:
    assert dates.OPENING < dates.BEFORE < dates.DEMANDED < dates.AFTER
    assert timedelta(days=140) < dates.AFTER - dates.DEMANDED, "what is remedied later must still be before the state"
