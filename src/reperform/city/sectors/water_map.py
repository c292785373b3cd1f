"""The map of the water sources: protection zones, and points of which it is known in which zone they lie.

Rules kept here:

* Each source has a cell of its own, a twentieth of a degree wide, in a sea where no land is: no zone touches another
  source's. Coordinates are whole micro-degrees.
* A zone has the form of an L around one corner, as a river bends: the point in its notch lies in its box, not in it.
  The first grade lies within the second, the second within the quasi zone.
* Ordinary points lie in the part of a cell that no zone reaches, or in a zone that allows them.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import NEVER, Ints, day
from reperform.city.history import History, numbers
from reperform.city.layout import Format, Layout, date_of, named, numbered
from reperform.city.rows import known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town

GOVERNMENTS = tuple(f"{short}-GOV" for short, _, _ in DISTRICTS)
FARM_BODIES = tuple(f"{short}-AGR" for short, _, _ in DISTRICTS)
SOURCES, LEAST = 80, 64
WEST, SOUTH, CELL, COLUMNS = 130_000_000, 20_000_000, 50_000, 64
FIRST, SECOND, QUASI = 0, 1, 2
GRADES = ("一级", "二级", "准保护区")
NAMES = ("云江", "东屏水库", "澄湖", "望岭溪", "沙渚", "枫浦", "白屿水库", "汀兰河")
SHIFT, SIZE = np.array([0, 1_500, 4_000]), np.array([2_000, 5_000, 9_000])
"""How far the corner of a grade lies back from that of the first, and how wide its arms are."""


class Spot(Enum):
    """Places relative to the corner of a source: lowest and highest offset to the east and to the north."""

    FIRST = (100, 1_900, 100, 1_900)
    SECOND = (2_600, 3_400, 2_600, 3_400)
    QUASI = (3_700, 4_900, 3_700, 4_900)
    FIRST_BORDER = (4_000, 4_000, 1_000, 1_000)
    FIRST_BESIDE = (4_001, 4_001, 1_000, 1_000)
    SECOND_BORDER = (8_500, 8_500, 500, 500)
    SECOND_BESIDE = (8_501, 8_501, 500, 500)
    QUASI_BORDER = (14_000, 14_000, 1_000, 1_000)
    QUASI_BESIDE = (14_001, 14_001, 1_000, 1_000)
    NOTCH = (6_000, 13_500, 6_000, 13_500)
    REVOKED = (30_200, 31_800, 30_200, 31_800)
    OUTSIDE = (20_000, 44_000, 20_000, 44_000)


def corner(source: int) -> tuple[int, int]:
    """Return the corner of a source's first grade."""
    return WEST + source % COLUMNS * CELL, SOUTH + source // COLUMNS * CELL


class MapDesk(Desk):
    """Draws the zones of a chunk, and knows where a point lies."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "water map")
        self.zones = History(
            *("number", "source", "grade", "body", "approved", "revoked", "x", "y", "size"),
            began="approved",
            later={"revoked": ()},
        )
        count = max(town.share(SOURCES, LEAST, part), LEAST)
        self.source = numbers(town, "water source", count)
        self.owner = np.arange(count) % len(GOVERNMENTS)
        self.approved = self.rng.integers(day(date(2015, 1, 1)), day(date(2022, 1, 1)), count)
        grade = np.tile(np.arange(3), count)
        source, body = np.repeat(self.source, 3), np.repeat(self.owner, 3)
        x, y = WEST + source % COLUMNS * CELL, SOUTH + source // COLUMNS * CELL
        columns = {"number": numbers(town, "source zone", 3 * count), "source": source, "grade": grade, "body": body}
        columns |= {"approved": np.repeat(self.approved, 3), "revoked": np.full(3 * count, NEVER)}
        self.zones.block(**columns, x=x - SHIFT[grade], y=y - SHIFT[grade], size=SIZE[grade])
        some = np.arange(0, count, 4)
        columns = {"number": numbers(town, "source zone", len(some)), "source": self.source[some]}
        columns |= {"grade": np.full(len(some), FIRST), "body": self.owner[some], "approved": self.approved[some]}
        east, north = x[::3][some] + 30_000, y[::3][some] + 30_000
        revoked = self.approved[some] + 300
        self.zones.block(**columns, revoked=revoked, x=east, y=north, size=np.full(len(some), SIZE[FIRST]))

    def points(self, places: Ints, spot: Spot) -> tuple[Ints, Ints]:
        """Return a point of a spot for each source of a list, by their places in the chunk."""
        west, east, south, north = spot.value
        source = self.source[places]
        x = WEST + source % COLUMNS * CELL + self.rng.integers(west, east + 1, len(places))
        y = SOUTH + source // COLUMNS * CELL + self.rng.integers(south, north + 1, len(places))
        return x, y

    def some_source(self, district: int, step: int = 1) -> int:
        """Return the place of a source of a district; with `step` 4 one that has a revoked zone too, of any."""
        places = np.arange(0, len(self.source), step)
        own = places[self.owner[places] == district]
        return int(self.rng.choice(own if len(own) else places))

    def point(self, place: int, spot: Spot) -> dict[str, int]:
        """Return one point of a spot."""
        x, y = self.points(np.array([place]), spot)
        return {"x": int(x[0]), "y": int(y[0])}

    def zone(self, body: str, grade: int, approved: int, **known: int) -> dict[str, int]:
        """Make up the only zone of a source that no point of ordinary life lies near."""
        source = self.town.serial("water source")
        x, y = corner(source)
        values = {
            "number": self.town.serial("source zone"),
            "source": source,
            "grade": grade,
            "body": GOVERNMENTS.index(body),
            "approved": approved,
            "revoked": NEVER,
            "x": x,
            "y": y,
            "size": int(SIZE[grade]),
        }
        return values | known

    def marks(self) -> dict[str, Ints]:
        """Return the signs and cameras of ordinary life: three signs for each graded zone, a camera for the first."""
        count = len(self.source)
        spots = (Spot.FIRST, Spot.FIRST, Spot.FIRST, Spot.FIRST, Spot.SECOND, Spot.SECOND, Spot.SECOND)
        drawn = [self.points(np.arange(count), spot) for spot in spots]
        total = len(spots) * count
        set_on = np.tile(self.approved, len(spots)) + self.rng.integers(20, 170, total)
        broken = np.concatenate([np.zeros(6 * count, dtype=np.bool_), self.rng.random(count) < 0.1])
        return {
            "number": numbers(self.town, "zone marker", total),
            "kind": np.repeat(np.array([0, 0, 0, 1, 0, 0, 0]), count),
            "x": np.concatenate([x for x, _ in drawn]),
            "y": np.concatenate([y for _, y in drawn]),
            "set": set_on,
            "working": (~broken).astype(np.int64),
            "record": numbers(self.town, "marker record", total),
            "states": known_from(set_on),
        }


def degrees(column: str) -> str:
    """Return the expression of micro-degrees as degrees; empty below zero."""
    return f"CASE WHEN {column} >= 0 THEN (({column})::DECIMAL(16, 0) * 0.000001)::DECIMAL(18, 6) END"


def _outline() -> str:
    corners = [("x", "y"), ("x + 2 * size", "y"), ("x + 2 * size", "y + size"), ("x + size", "y + size")]
    corners += [("x + size", "y + 2 * size"), ("x", "y + 2 * size"), ("x", "y")]
    wkt = " || ', ' || ".join(f"{degrees(x)} || ' ' || {degrees(y)}" for x, y in corners)
    json = " || ', ' || ".join(f"'[' || {degrees(x)} || ', ' || {degrees(y)} || ']'" for x, y in corners)
    geojson = f"""'{{"type": "Polygon", "coordinates": [[' || {json} || ']]}}'"""
    return f"CASE WHEN size < 0 THEN NULL WHEN source % 5 = 4 THEN {geojson} ELSE 'POLYGON((' || {wkt} || '))' END"


ZONE_LAYOUT = Layout(
    "source_zone",
    Format.XLSX,
    (
        ("保护区编码", numbered("BHQ", "number", 6)),
        ("水源地", f"{named(NAMES, f'source % {len(NAMES)}')} || '水源地' || source::VARCHAR"),
        ("属地政府", named(GOVERNMENTS, "body")),
        ("级别", named(GRADES, "grade")),
        ("批复日期", date_of("approved")),
        ("取消日期", date_of("revoked")),
        ("矢量边界", _outline()),
    ),
)


def zone_text(number: int) -> str:
    """Return a zone's number as it is written."""
    return f"BHQ{number:06d}"
