"""Signs and cameras of protection zones, and the zones that lack them.

Rules kept here:

* A zone of a case is the only one of its source, so that no other sign counts for it.
* What is put right is a new sign or camera with its record. What is hidden is a zone taken out, or put into a grade
  that needs no signs.
"""

from __future__ import annotations

from reperform.city.dates import DAY_AFTER, DAY_BEFORE
from reperform.city.rows import IN_AFTER, IN_BEFORE, IN_BOTH, known_from
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .water_map import FIRST, QUASI, SECOND, zone_text
from .water_sites import LONG_AGO, WaterDesk

SIGN, CAMERA = 0, 1
SIGN_DAYS = 180
Mark = tuple[int, bool, bool]
"""A sign or camera: what it is, whether it works, and whether it stands on the border."""
GOOD, ON_THE_BORDER, FALLEN = (SIGN, True, False), (SIGN, True, True), (SIGN, False, False)
SEEING, BLIND = (CAMERA, True, False), (CAMERA, False, False)


def _mark(desk: WaterDesk, zone: dict[str, int], mark: Mark, set_on: int) -> None:
    kind, working, border = mark
    east = 0 if border else desk.between(100, 1_900)
    number, record = desk.town.serial("zone marker"), desk.town.serial("marker record")
    point = zone["x"] + east, zone["y"] + desk.between(100, 1_900)
    desk.markers.add(number, kind, *point, set_on, int(working), record, states=int(known_from(set_on)))


def _zone(
    desk: WaterDesk,
    body: str,
    grade: int,
    *marks: Mark,
    approved: int = LONG_AGO,
    later: tuple[Mark, ...] = (),
    **known: int,
) -> Situation:
    values = desk.zone(body, grade, approved, **known)

    def act(fate: Fate) -> None:
        hidden = fate is Fate.UNPROVEN
        desk.zones.add(IN_BEFORE if hidden else IN_BOTH, **values)
        if hidden and desk.town.serial("hidden zone") % 2:
            desk.zones.add(IN_AFTER, **values | {"grade": QUASI})
        for mark in marks:
            _mark(desk, values, mark, approved + 60)
        put_right = (GOOD, GOOD, SEEING) if fate is Fate.CLEARED else later
        for mark in put_right:
            _mark(desk, values, mark, desk.later() if fate is Fate.CLEARED else DAY_BEFORE + 15)

    return Situation({"zone_id": zone_text(values["number"])}, 0, act)


def intake_without_camera(desk: WaterDesk, body: str, when: int) -> Situation:
    """Signs, and no camera at the intake."""
    return _zone(desk, body, FIRST, GOOD, GOOD)


def blind_camera(desk: WaterDesk, body: str, when: int) -> Situation:
    """The camera is out of order."""
    return _zone(desk, body, FIRST, GOOD, GOOD, GOOD, BLIND)


def bare_zone(desk: WaterDesk, body: str, when: int) -> Situation:
    """Neither sign nor camera."""
    return _zone(desk, body, SECOND)


def one_sign_too_few(desk: WaterDesk, body: str, when: int) -> Situation:
    """One sign stands, the other fell."""
    return _zone(desk, body, SECOND, GOOD, FALLEN)


def bare_a_day_too_long(desk: WaterDesk, body: str, when: int) -> Situation:
    """Bare on the first day on which it may no more be."""
    return _zone(desk, body, SECOND, approved=DAY_BEFORE - SIGN_DAYS - 1)


def just_enough_signs(desk: WaterDesk, body: str, when: int) -> Situation:
    """Two signs, one of them on the border."""
    return _zone(desk, body, SECOND, GOOD, ON_THE_BORDER)


def bare_on_the_last_day(desk: WaterDesk, body: str, when: int) -> Situation:
    """Bare on the last day on which it may be; signs are set two weeks later."""
    return _zone(desk, body, SECOND, approved=DAY_BEFORE - SIGN_DAYS, later=(GOOD, GOOD))


def bare_quasi(desk: WaterDesk, body: str, when: int) -> Situation:
    """A quasi zone needs no signs."""
    return _zone(desk, body, QUASI)


def bare_and_revoked(desk: WaterDesk, body: str, when: int) -> Situation:
    """Revoked before the audit."""
    return _zone(desk, body, FIRST, revoked=DAY_BEFORE - 90)


def without_outline(desk: WaterDesk, body: str, when: int) -> Situation:
    """Nobody knows where it runs."""
    return _zone(desk, body, SECOND, GOOD, GOOD, size=-1)


def bare_again(desk: WaterDesk, body: str, when: int) -> Situation:
    """Bare, and the days in which it may be end after the audit."""
    return _zone(desk, body, SECOND, approved=desk.between(DAY_BEFORE - 170, DAY_AFTER - SIGN_DAYS - 1))


BOOK = Book(
    "WS-04",
    {
        planted(intake_without_camera, "no camera at the intake"): 3,
        planted(blind_camera, "the camera is out of order"): 2,
        planted(bare_zone, "neither sign nor camera"): 3,
        planted(one_sign_too_few, "one sign too few"): 2,
        planted(bare_a_day_too_long, "bare a day too long"): 1,
        near_miss(just_enough_signs, "two signs, one on the border"): 1,
        near_miss(bare_on_the_last_day, "bare on the last day on which it may be"): 1,
        innocent(bare_quasi, "a quasi zone"): 1,
        innocent(bare_and_revoked, "revoked before the audit"): 1,
        not_testable(without_outline, "no outline"): 1,
    },
    bare_again,
    20,
    8,
)
