"""Outlets, projects and farms in and beside the protection zones of drinking water.

Rules kept here:

* What lies in a zone in ordinary life is what the zone allows: closed outlets, works of the supply, what discharges
  nothing, what stood there before the quasi zone was drawn.
* What is put right carries a certificate of closure. What is hidden is a row taken out, a point moved out of the zone,
  or a closing without a certificate.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_BEFORE, NEVER, OPENING, Ints, day
from reperform.city.history import History, followed, numbers
from reperform.city.rows import ABSENT, Columns, Rows
from reperform.city.town import Part, Town

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .water_map import FARM_BODIES, GOVERNMENTS, MapDesk, Spot

OUTLETS, PROJECTS, FARMS = 3_000, 4_000, 2_000
KINDS = ("畜禽", "网箱", "鱼塘")
LONG_AGO = day(OPENING) - 700


class WaterDesk(MapDesk):
    """Writes the points of a chunk into its map."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part)
        ends = {"closed": ("closure",)}
        self.outlets = History("number", "body", "x", "y", "known", "closed", "closure", began="known", later=ends)
        self.projects = History(
            *("number", "body", "x", "y", "built", "serves", "discharges", "heavy", "closed", "closure", "known"),
            began="known",
            later=ends,
        )
        self.farms = History(
            *("number", "body", "kind", "x", "y", "discharges", "closed", "closure", "known"), began="known", later=ends
        )
        self.markers = Rows("number", "kind", "x", "y", "set", "working", "record")

    def ordinary(self) -> None:
        """Write the points of ordinary life."""
        rng, town = self.rng, self.town
        count = town.share(OUTLETS, 400, self.part)
        common, spots = self._spread(count, "sewage outlet", (Spot.NOTCH, Spot.FIRST, Spot.QUASI))
        inside = (spots == Spot.FIRST.name) | (spots == Spot.QUASI.name)
        closed = np.where(inside, rng.integers(day(OPENING) - 600, DAY_BEFORE, count), NEVER)
        self.outlets.block(**common, **self._closing(closed), known=np.full(count, LONG_AGO))
        count = town.share(PROJECTS, 400, self.part)
        common, spots = self._spread(count, "zone project", (Spot.NOTCH, Spot.FIRST, Spot.SECOND, Spot.QUASI))
        free = (spots == Spot.OUTSIDE.name) | (spots == Spot.NOTCH.name)
        self.projects.block(
            **common,
            built=rng.integers(LONG_AGO - 4_000, DAY_BEFORE, count),
            serves=np.where(spots == Spot.FIRST.name, 1, 0),
            discharges=np.where(free | (spots == Spot.QUASI.name), rng.integers(0, 2, count), 0),
            heavy=np.where(free, rng.integers(0, 2, count), 0),
            **self._closing(np.full(count, NEVER)),
            known=np.full(count, LONG_AGO),
        )
        count = town.share(FARMS, 300, self.part)
        common, spots = self._spread(count, "livestock farm", (Spot.NOTCH, Spot.SECOND, Spot.QUASI))
        self.farms.block(
            **common,
            kind=rng.integers(0, len(KINDS), count),
            discharges=np.where(spots == Spot.SECOND.name, 0, rng.integers(0, 2, count)),
            **self._closing(np.full(count, NEVER)),
            known=np.full(count, LONG_AGO),
        )
        self.markers.block(**self.marks())

    def _spread(self, count: int, name: str, within: tuple[Spot, ...]) -> tuple[Columns, np.ndarray]:
        """Return points, most of them outside every zone, and the name of the spot of each."""
        place = self.rng.integers(0, len(self.source), count)
        x, y = self.points(place, Spot.OUTSIDE)
        spots = np.full(count, Spot.OUTSIDE.name, dtype=object)
        turn = self.rng.integers(0, 5 * len(within), count)
        for number, spot in enumerate(within):
            here = turn == number
            x[here], y[here] = self.points(place[here], spot)
            spots[here] = spot.name
        return {"number": numbers(self.town, name, count), "body": self.owner[place], "x": x, "y": y}, spots

    def _closing(self, closed: Ints) -> Columns:
        paper = numbers(self.town, "closure", len(closed))
        return {"closed": closed, "closure": np.where(closed < NEVER, paper, ABSENT)}


def _point(
    desk: WaterDesk, rows: History, name: str, body: int, spot: Spot | None, place: int | None = None, **known: int
) -> dict[str, int]:
    where = desk.some_source(body) if place is None else place
    point = {"x": ABSENT, "y": ABSENT} if spot is None else desk.point(where, spot)
    values = {"number": desk.town.serial(name), "body": body, **point, "closed": NEVER, "closure": ABSENT}
    return values | {"known": LONG_AGO} | known


def _closed(desk: WaterDesk) -> dict[str, int]:
    return {"closed": DAY_BEFORE - desk.between(10, 300), "closure": desk.town.serial("closure")}


def _situation(desk: WaterDesk, rows: History, key: dict[str, object], values: dict[str, int]) -> Situation:
    fakes = {"x": values["x"] + 25_000}, {"closed": DAY_BEFORE + 100, "closure": ABSENT}
    return Situation(key, 0, followed(desk, rows, values, "closed", "closure", *fakes))


# --- outlets (WS-01) ---


def _outlet(desk: WaterDesk, body: str, spot: Spot | None, place: int | None = None, **known: int) -> Situation:
    values = _point(desk, desk.outlets, "sewage outlet", GOVERNMENTS.index(body), spot, place, **known)
    return _situation(desk, desk.outlets, {"outlet_id": f"PWK{values['number']:06d}"}, values)


def outlet_by_the_intake(desk: WaterDesk, body: str, when: int) -> Situation:
    """An open outlet in the first grade."""
    return _outlet(desk, body, Spot.FIRST)


def outlet_in_second(desk: WaterDesk, body: str, when: int) -> Situation:
    """An open outlet in the second grade."""
    return _outlet(desk, body, Spot.SECOND)


def outlet_in_quasi(desk: WaterDesk, body: str, when: int) -> Situation:
    """An open outlet in the quasi zone."""
    return _outlet(desk, body, Spot.QUASI)


def outlet_on_the_border(desk: WaterDesk, body: str, when: int) -> Situation:
    """An open outlet on the line."""
    return _outlet(desk, body, Spot.QUASI_BORDER)


def outlet_beside_the_border(desk: WaterDesk, body: str, when: int) -> Situation:
    """A micro-degree outside the line."""
    return _outlet(desk, body, Spot.QUASI_BESIDE)


def outlet_in_the_notch(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the box of the zone, not in the zone."""
    return _outlet(desk, body, Spot.NOTCH)


def outlet_plugged(desk: WaterDesk, body: str, when: int) -> Situation:
    """Plugged before the audit."""
    return _outlet(desk, body, Spot.FIRST, **_closed(desk))


def outlet_in_revoked_zone(desk: WaterDesk, body: str, when: int) -> Situation:
    """In a zone that was revoked."""
    return _outlet(desk, body, Spot.REVOKED, desk.some_source(GOVERNMENTS.index(body), 4))


def outlet_without_coordinates(desk: WaterDesk, body: str, when: int) -> Situation:
    """Nobody knows where it is."""
    return _outlet(desk, body, None)


def outlet_again(desk: WaterDesk, body: str, when: int) -> Situation:
    """An outlet that was opened after the audit."""
    return _outlet(desk, body, Spot.SECOND, known=when)


# --- projects (WS-02) ---


def _project(desk: WaterDesk, body: str, spot: Spot | None, flags: tuple[int, int, int], **known: int) -> Situation:
    """A project by what it is: serves the supply, discharges, pollutes heavily."""
    place = desk.some_source(GOVERNMENTS.index(body))
    since = int(desk.approved[place]) + known.pop("after_zone", 500)
    kind = dict(zip(("serves", "discharges", "heavy"), flags, strict=True))
    values = _point(desk, desk.projects, "zone project", GOVERNMENTS.index(body), spot, place, built=since, **kind)
    values |= known
    return _situation(desk, desk.projects, {"project_id": f"JSXM{values['number']:06d}"}, values)


def restaurant_by_the_intake(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the first grade, and nothing to do with the supply."""
    return _project(desk, body, Spot.FIRST, (0, desk.between(0, 1), 0))


def plating_works_in_second(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the second grade, and it discharges."""
    return _project(desk, body, Spot.SECOND, (0, 1, desk.between(0, 1)))


def new_tannery_in_quasi(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the quasi zone, heavy, and built since."""
    return _project(desk, body, Spot.QUASI, (0, 1, 1))


def tannery_of_the_same_day(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the quasi zone, built on the day on which it was drawn."""
    return _project(desk, body, Spot.QUASI, (0, 1, 1), after_zone=0)


def hotel_on_the_border(desk: WaterDesk, body: str, when: int) -> Situation:
    """On the border of the first grade."""
    return _project(desk, body, Spot.FIRST_BORDER, (0, 0, 0))


def hotel_beside_the_border(desk: WaterDesk, body: str, when: int) -> Situation:
    """A micro-degree outside the first grade, discharging nothing."""
    return _project(desk, body, Spot.FIRST_BESIDE, (0, 0, 0))


def tannery_of_the_day_before(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the quasi zone, built the day before it was drawn."""
    return _project(desk, body, Spot.QUASI, (0, 1, 1), after_zone=-1)


def pumping_station(desk: WaterDesk, body: str, when: int) -> Situation:
    """In the first grade, of the supply."""
    return _project(desk, body, Spot.FIRST, (1, 0, 0))


def project_closed(desk: WaterDesk, body: str, when: int) -> Situation:
    """Closed before the audit."""
    return _project(desk, body, Spot.SECOND, (0, 1, 1), **_closed(desk))


def project_without_coordinates(desk: WaterDesk, body: str, when: int) -> Situation:
    """Nobody knows where it is."""
    return _project(desk, body, None, (0, 1, 1))


def project_again(desk: WaterDesk, body: str, when: int) -> Situation:
    """Built after the audit."""
    return _project(desk, body, Spot.SECOND, (0, 1, 0), built=when, known=when)


# --- farms (WS-03) ---


def _farm(desk: WaterDesk, body: str, spot: Spot | None, kind: int, discharges: int, **known: int) -> Situation:
    place = FARM_BODIES.index(body)
    values = _point(desk, desk.farms, "livestock farm", place, spot, kind=kind, discharges=discharges, **known)
    return _situation(desk, desk.farms, {"farm_id": f"YZC{values['number']:06d}"}, values)


def cages_by_the_intake(desk: WaterDesk, body: str, when: int) -> Situation:
    """Cages in the first grade."""
    return _farm(desk, body, Spot.FIRST, 1, 0)


def pigs_in_second(desk: WaterDesk, body: str, when: int) -> Situation:
    """Pigs that discharge in the second grade."""
    return _farm(desk, body, Spot.SECOND, 0, 1)


def ponds_on_the_border(desk: WaterDesk, body: str, when: int) -> Situation:
    """Ponds that discharge, on the border of the second grade."""
    return _farm(desk, body, Spot.SECOND_BORDER, 2, 1)


def ponds_beside_the_border(desk: WaterDesk, body: str, when: int) -> Situation:
    """Ponds that discharge, a micro-degree outside the second grade."""
    return _farm(desk, body, Spot.SECOND_BESIDE, 2, 1)


def ponds_that_discharge_nothing(desk: WaterDesk, body: str, when: int) -> Situation:
    """Ponds of the second grade without a discharge."""
    return _farm(desk, body, Spot.SECOND, 2, 0)


def pigs_in_quasi(desk: WaterDesk, body: str, when: int) -> Situation:
    """Pigs in the quasi zone."""
    return _farm(desk, body, Spot.QUASI, 0, 1)


def farm_closed(desk: WaterDesk, body: str, when: int) -> Situation:
    """Moved away before the audit."""
    return _farm(desk, body, Spot.FIRST, 0, 1, **_closed(desk))


def farm_without_coordinates(desk: WaterDesk, body: str, when: int) -> Situation:
    """Nobody knows where it is."""
    return _farm(desk, body, None, 0, 1)


def farm_again(desk: WaterDesk, body: str, when: int) -> Situation:
    """A farm that was opened after the audit."""
    return _farm(desk, body, Spot.FIRST, 1, 0, known=when)


BOOKS = (
    Book(
        "WS-01",
        {
            planted(outlet_by_the_intake, "an open outlet in the first grade"): 4,
            planted(outlet_in_second, "an open outlet in the second grade"): 4,
            planted(outlet_in_quasi, "an open outlet in the quasi zone"): 3,
            planted(outlet_on_the_border, "an open outlet on the border"): 2,
            near_miss(outlet_beside_the_border, "a micro-degree outside the border"): 2,
            innocent(outlet_in_the_notch, "in the box of the zone, not in the zone"): 1,
            innocent(outlet_plugged, "plugged before the audit"): 1,
            innocent(outlet_in_revoked_zone, "in a zone that was revoked"): 1,
            not_testable(outlet_without_coordinates, "no coordinates"): 1,
        },
        outlet_again,
        100,
        16,
    ),
    Book(
        "WS-02",
        {
            planted(restaurant_by_the_intake, "in the first grade, not of the supply"): 4,
            planted(plating_works_in_second, "discharges in the second grade"): 4,
            planted(new_tannery_in_quasi, "a heavy polluter, new in the quasi zone"): 3,
            planted(tannery_of_the_same_day, "built on the day the quasi zone was drawn"): 1,
            planted(hotel_on_the_border, "on the border of the first grade"): 1,
            near_miss(hotel_beside_the_border, "a micro-degree outside the first grade"): 1,
            near_miss(tannery_of_the_day_before, "built the day before the quasi zone was drawn"): 1,
            innocent(pumping_station, "of the supply"): 1,
            innocent(project_closed, "closed before the audit"): 1,
            not_testable(project_without_coordinates, "no coordinates"): 1,
        },
        project_again,
        100,
        16,
    ),
    Book(
        "WS-03",
        {
            planted(cages_by_the_intake, "cages in the first grade"): 5,
            planted(pigs_in_second, "discharges in the second grade"): 5,
            planted(ponds_on_the_border, "on the border of the second grade"): 2,
            near_miss(ponds_beside_the_border, "a micro-degree outside the second grade"): 2,
            innocent(ponds_that_discharge_nothing, "discharges nothing in the second grade"): 1,
            innocent(pigs_in_quasi, "in the quasi zone"): 1,
            innocent(farm_closed, "moved away before the audit"): 1,
            not_testable(farm_without_coordinates, "no coordinates"): 1,
        },
        farm_again,
        80,
        16,
    ),
)
LOOKS_AT = {"WS-01": GOVERNMENTS, "WS-02": GOVERNMENTS, "WS-03": FARM_BODIES}
