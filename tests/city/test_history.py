"""What a state shows of things whose story is told at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, day
from reperform.city.history import History, Slots
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH

DAYS = st.sampled_from(
    [day(OPENING), DAY_BEFORE - 1, DAY_BEFORE, DAY_BEFORE + 1, DAY_AFTER, DAY_AFTER + 1, NEVER]
)  # fmt: skip
THINGS = st.lists(st.tuples(DAYS, DAYS, DAYS), max_size=12)


def history() -> History:
    later = {"connected": ("paper",), "repaired": ()}
    return History("number", "built", "connected", "paper", "repaired", began="built", later=later)


def told(rows: History, state: int) -> list[tuple[int, ...]]:
    columns = rows.columns()
    names = [name for name in columns if name != "states"]
    shown = np.flatnonzero(columns["states"] & state)
    return sorted(tuple(int(columns[name][place]) for name in names) for place in shown)


def expected(things: list[tuple[int, int, int]], today: int) -> list[tuple[int, ...]]:
    rows = []
    for number, (built, connected, repaired) in enumerate(things):
        known = connected <= today
        if built <= today:
            seen = repaired if repaired <= today else NEVER
            rows.append((number, built, connected if known else NEVER, number if known else ABSENT, seen))
    return sorted(rows)


@given(THINGS)
def test_a_state_shows_what_has_happened_by_its_day_and_nothing_ahead(things: list[tuple[int, int, int]]) -> None:
    at_once, one_by_one = history(), history()
    columns = np.array(things, dtype=np.int64).reshape(len(things), 3).T
    number = np.arange(len(things), dtype=np.int64)
    at_once.block(number=number, built=columns[0], connected=columns[1], paper=number, repaired=columns[2])
    for place, (built, connected, repaired) in enumerate(things):
        one_by_one.add(number=place, built=built, connected=connected, paper=place, repaired=repaired)
    for rows in (at_once, one_by_one):
        assert told(rows, IN_BEFORE) == expected(things, DAY_BEFORE)
        assert told(rows, IN_AFTER) == expected(things, DAY_AFTER)


def test_what_looks_the_same_in_both_states_is_one_row() -> None:
    rows = history()
    rows.add(number=1, built=day(OPENING), connected=NEVER, paper=7, repaired=DAY_BEFORE)
    assert rows.columns()["states"].tolist() == [IN_BOTH]


def test_a_row_can_be_taken_out_of_a_state() -> None:
    rows = history()
    rows.add(IN_BEFORE, number=1, built=day(OPENING), connected=NEVER, paper=7, repaired=NEVER)
    assert (len(told(rows, IN_BEFORE)), told(rows, IN_AFTER)) == (1, [])


def test_months_are_given_out_once_and_to_their_owner() -> None:
    slots = Slots(np.random.default_rng(1), ["A", "B", "A"], range(600, 603))
    taken = [slots.take("A") for _ in range(6)]
    assert sorted(taken) == [(unit, month) for unit in (0, 2) for month in (600, 601, 602)]
    with pytest.raises(IndexError):
        slots.take("A")
    assert slots.take("B")[0] == 1
