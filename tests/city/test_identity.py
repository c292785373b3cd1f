"""Identity numbers: right in form, and nobody's."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city.dates import day
from reperform.city.identity import Registry, person_text

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_character(digits: str) -> str:
    """GB 11643-1999, as printed in the standard: weights, sum modulo eleven, table."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def enter(people: list[tuple[int, date, int]], registry: Registry | None = None) -> list[str]:
    district, born, male = zip(*people, strict=True)
    numbers = (registry or Registry(8)).enter(
        np.array(district), np.array([day(when) for when in born]), np.array(male)
    )
    return [person_text(int(number)) for number in numbers]


PEOPLE = st.lists(
    st.tuples(st.integers(0, 7), st.dates(date(1921, 1, 1), date(2026, 10, 31)), st.integers(0, 1)),
    min_size=1,
    max_size=50,
)


@settings(deadline=None)
@given(PEOPLE)
def test_a_number_shows_the_district_the_birthday_and_the_sex(people: list[tuple[int, date, int]]) -> None:
    for text, (district, born, male) in zip(enter(people), people, strict=True):
        assert len(text) == 18
        assert text[:6] == f"9901{district + 1:02d}"
        assert text[6:14] == born.strftime("%Y%m%d")
        assert int(text[16]) % 2 == male
        assert text[17] == check_character(text[:17])


@settings(deadline=None)
@given(PEOPLE)
def test_no_number_is_given_twice_within_or_across_chunks(people: list[tuple[int, date, int]]) -> None:
    registry = Registry(8)
    numbers = enter(people, registry) + enter(people, registry)
    assert len(set(numbers)) == 2 * len(people)


def test_a_full_district_goes_on_under_the_next_region() -> None:
    same = [(2, date(1950, 5, 5), 1)] * 1200
    numbers = enter(same)
    assert len(set(numbers)) == 1200
    assert {text[:6] for text in numbers} == {"990103", "990113", "990123"}
    assert all(text[17] == check_character(text[:17]) for text in numbers)


def test_no_number_can_be_a_real_persons() -> None:
    """Regions begin with a province from 11 to 82; 99 is none."""
    assert all(text.startswith("9901") for text in enter([(place, date(1960, 1, 1), 0) for place in range(8)]))
