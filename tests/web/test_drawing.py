"""Bars: parts fill the width, nothing that is there vanishes, nothing that is not there is drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reperform.web.drawing import GAP, THINNEST, Part, bar

SIZES = st.lists(st.integers(0, 10**15), max_size=6)


def test_a_bar_of_nothing_has_no_part() -> None:
    assert bar([], 100) == []
    assert bar([Part("f-ok", 0), Part("f-bad", 0)], 100) == []


def test_one_part_fills_the_bar() -> None:
    (rect,) = bar([Part("f-ok", 7, "seven")], 40)
    assert (rect.fill, rect.x, rect.width, rect.label) == ("f-ok", "0.0", "40.0", "seven")


def test_parts_are_drawn_in_proportion() -> None:
    rects = bar([Part("f-ok", 3), Part("f-bad", 1)], 101)
    assert [(one.x, one.width) for one in rects] == [("0.0", "75.0"), ("76.0", "25.0")]


@given(SIZES)
def test_what_is_there_is_seen_and_what_is_not_is_not_drawn(sizes: list[int]) -> None:
    rects = bar([Part("f", size) for size in sizes], 312)
    assert len(rects) == sum(size > 0 for size in sizes)
    assert all(float(rect.width) >= THINNEST - 0.05 for rect in rects)


@given(SIZES.filter(any))
def test_the_parts_and_their_gaps_fill_the_width_exactly(sizes: list[int]) -> None:
    rects = bar([Part("f", size) for size in sizes], 312)
    whole = sum(float(rect.width) for rect in rects) + GAP * (len(rects) - 1)
    assert abs(whole - 312) <= 0.05 * len(rects) + 0.01
