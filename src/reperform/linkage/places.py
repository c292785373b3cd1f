"""Which points lie in which areas, exactly.

Rules kept here:

* A coordinate is a whole number of micro-degrees (about eleven centimetres of latitude). All arithmetic is on whole
  numbers: the same data give the same answer on every machine, and a point on the border is told from one beside it.
* The border belongs to the area: whoever stands on the line of a protected zone stands in it. This holds for the
  border of a hole too.
* Inside is what an odd number of rings surrounds (even-odd rule, ISO 19125-1 for rings that do not cross), so that
  holes and areas of several parts need no rule of their own.
* Areas come as WKT (ISO 19125-1) or GeoJSON (RFC 7946), POLYGON or MULTIPOLYGON. What else stands there is refused.
  Coordinates are longitude, then latitude; which datum they are of is for the contract of the table to say.

Example: `located([read_outline("POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))")], [1000000, 3000000], [1000000, 0])` gives the
one pair (point 0, area 0).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import numpy as np
from numpy.typing import NDArray

from reperform.errors import N_, BadInput

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Ring = tuple[tuple[int, int], ...]
MICRO = Decimal("0.000001")
_LARGEST = {"longitude": 180_000_000, "latitude": 90_000_000}
_WKT = re.compile(r"\s*(?:SRID=\d+;)?\s*(MULTIPOLYGON|POLYGON)\s*(\(.*\))\s*", re.DOTALL | re.IGNORECASE)
_RING = re.compile(r"\(([^()]*)\)")
_FEWEST = 3


@dataclass(frozen=True)
class Outline:
    """An area: its rings in micro-degrees, outer ones and holes alike, none closed twice."""

    rings: tuple[Ring, ...]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The lowest and highest longitude, then the lowest and highest latitude."""
        xs, ys = zip(*(point for ring in self.rings for point in ring), strict=True)
        return min(xs), max(xs), min(ys), max(ys)


def micro(value: Decimal | int | str, axis: str = "longitude") -> int:
    """Return a coordinate in degrees as micro-degrees, to the nearest; refuse what is on no globe."""
    try:
        exact = Decimal(value)
        degrees = exact.quantize(MICRO, ROUND_HALF_EVEN) if exact.is_finite() and abs(exact) <= 180 else None
    except InvalidOperation:
        degrees = None
    number = None if degrees is None else int(degrees.scaleb(6))
    if number is None or abs(number) > _LARGEST[axis]:
        raise _refused(N_("This is no coordinate in degrees."), str(value))
    return number


def read_outline(text: str) -> Outline:
    """Read an area from WKT or GeoJSON."""
    rings = tuple(_opened(ring) for ring in (_geojson(text) if text.lstrip().startswith("{") else _wkt(text)))
    if not rings:
        raise _refused(N_("An area needs at least one ring."), text)
    return Outline(rings)


def inside(outline: Outline, longitudes: Ints, latitudes: Ints) -> Flags:
    """Return for each point whether it lies in the area or on its border."""
    odd = np.zeros(len(longitudes), dtype=np.bool_)
    border = np.zeros(len(longitudes), dtype=np.bool_)
    for ring in outline.rings:
        for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
            # Differences are below 3.6e8 and products below 1.3e17: whole numbers of 64 bits hold them.
            side = (x1 - x0) * (latitudes - y0) - (longitudes - x0) * (y1 - y0)
            within = (
                (min(x0, x1) <= longitudes)
                & (longitudes <= max(x0, x1))
                & (min(y0, y1) <= latitudes)
                & (latitudes <= max(y0, y1))
            )
            border |= within & (side == 0)
            # The ray goes east; an edge owns its lower end, so that a corner is counted once.
            crosses = ((y0 <= latitudes) & (latitudes < y1) & (side > 0)) | (
                (y1 <= latitudes) & (latitudes < y0) & (side < 0)
            )
            odd ^= crosses
    return odd | border


def located(outlines: Sequence[Outline], longitudes: Iterable[int], latitudes: Iterable[int]) -> list[tuple[int, int]]:
    """Return the pairs (place of the point, place of the area) of all that lies in something, in that order."""
    xs, ys = np.asarray(list(longitudes), dtype=np.int64), np.asarray(list(latitudes), dtype=np.int64)
    order = np.argsort(xs, kind="stable")
    sorted_xs = xs[order]
    pairs: list[tuple[int, int]] = []
    for place, outline in enumerate(outlines):
        west, east, south, north = outline.box
        span = slice(np.searchsorted(sorted_xs, west, "left"), np.searchsorted(sorted_xs, east, "right"))
        near = order[span]
        near = near[(ys[near] >= south) & (ys[near] <= north)]
        pairs += [(int(point), place) for point in near[inside(outline, xs[near], ys[near])]]
    return sorted(pairs)


def placed(
    longitudes: Sequence[Decimal | None], latitudes: Sequence[Decimal | None], areas: Sequence[str | None]
) -> list[tuple[int, int]]:
    """Return the pairs (place of the point, place of the area) of two tables; what has no coordinates lies nowhere."""
    points = [place for place, pair in enumerate(zip(longitudes, latitudes, strict=True)) if None not in pair]
    drawn = [place for place, area in enumerate(areas) if area]
    pairs = located(
        [read_outline(areas[place] or "") for place in drawn],
        [micro(longitudes[place] or 0) for place in points],
        [micro(latitudes[place] or 0, "latitude") for place in points],
    )
    return [(points[point], drawn[area]) for point, area in pairs]


def _wkt(text: str) -> list[Ring]:
    found = _WKT.fullmatch(text)
    if found is None or not _balanced(found[2], 3 if found[1].upper() == "MULTIPOLYGON" else 2):
        raise _refused(N_("An area is written as POLYGON or MULTIPOLYGON, or as GeoJSON."), text)
    rings = []
    for ring in _RING.findall(found[2]):
        pairs = [point.split() for point in ring.split(",")]
        if any(len(pair) not in (2, 3) for pair in pairs):
            raise _refused(N_("A corner is a longitude and a latitude."), ring)
        rings.append(tuple((micro(pair[0]), micro(pair[1], "latitude")) for pair in pairs))
    return rings


def _balanced(text: str, depth: int) -> bool:
    """Whether the brackets are those of an area: rings stand at one depth and nothing stands outside them."""
    level = 0
    for letter in text:
        level += (letter == "(") - (letter == ")")
        if level < 0 or level > depth or (level < depth and letter not in "(), \n\r\t"):
            return False
    return level == 0


def _geojson(text: str) -> list[Ring]:
    try:
        content = json.loads(text, parse_float=Decimal)
        geometry = content["geometry"] if content.get("type") == "Feature" else content
        kind, coordinates = geometry["type"], geometry["coordinates"]
        parts = {"Polygon": [coordinates], "MultiPolygon": coordinates}[kind]
        return [
            tuple((micro(point[0]), micro(point[1], "latitude")) for point in ring) for part in parts for ring in part
        ]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as fault:
        raise _refused(N_("An area is written as POLYGON or MULTIPOLYGON, or as GeoJSON."), text) from fault


def _opened(ring: Ring) -> Ring:
    """Leave out the last corner where it repeats the first."""
    opened = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
    if len(set(opened)) < _FEWEST:
        raise _refused(N_("A ring needs at least three corners."), str(ring))
    return opened


def _refused(message: str, value: str) -> BadInput:
    hint = N_("Longitude comes first, then latitude, in degrees: POLYGON((113.1 23.1, 113.2 23.1, 113.2 23.2)).")
    return BadInput(message, value=value[:120], rule="place", hint=hint)
