"""How bodies answer an audit."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.city.attitudes import Attitude, Attitudes
from reperform.city.truth import Fate

CODES = tuple(f"B{number}" for number in range(9))


def attitudes(seed: int = 1, first: str = "") -> Attitudes:
    return Attitudes(np.random.default_rng(seed), CODES, first)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 40))
def test_every_attitude_occurs_and_somebody_stays_clean(seed: int, count: int) -> None:
    dealt = Attitudes(np.random.default_rng(seed), [f"B{number}" for number in range(count)])
    assert len(dealt.of) == count
    assert Attitude.CLEAN in dealt.of.values()
    if count > 4:
        assert set(dealt.of.values()) == set(Attitude)


def test_the_body_named_first_has_cases_of_every_sort() -> None:
    assert attitudes(first="B5").of["B5"] is Attitude.MIXED


def test_clean_bodies_get_no_cases() -> None:
    dealt = attitudes()
    assert all(dealt.of[body] is not Attitude.CLEAN for body in dealt.bodies(50))


def test_bodies_take_turns_and_go_on_where_they_stopped() -> None:
    whole, cut = attitudes(), attitudes()
    assert list(whole.bodies(10)) == list(cut.bodies(4)) + list(cut.bodies(6))


def test_fates_follow_the_attitude() -> None:
    dealt = attitudes()
    fates = {attitude: set() for attitude in Attitude}  # type: ignore[var-annotated]
    for body in dealt.bodies(100):
        fates[dealt.of[body]].add(dealt.fate(body))
    assert fates[Attitude.HELD] == fates[Attitude.RELAPSED] == {Fate.CLEARED}
    assert fates[Attitude.MIXED] == {Fate.CLEARED, Fate.PARTLY, Fate.STILL}
    assert fates[Attitude.FAKED] == {Fate.CLEARED, Fate.UNPROVEN, Fate.STILL}


def test_it_happens_again_only_where_it_was_not_put_right_for_good() -> None:
    dealt = attitudes()
    again = {dealt.again() for _ in range(50)}
    assert {fate for _, fate in again} == {Fate.NEW, Fate.RELAPSE}
    for body, fate in again:
        assert dealt.of[body] is (Attitude.MIXED if fate is Fate.NEW else Attitude.RELAPSED)
