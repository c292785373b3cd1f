"""Points in areas: exact, border included, whatever the shape."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput
from reperform.linkage.places import Outline, inside, located, micro, placed, read_outline

CORNER = st.tuples(st.integers(-12, 12), st.integers(-12, 12))
RINGS = st.lists(CORNER, min_size=3, max_size=8, unique=True)
FAR = 170_000_000
L_SHAPE = Outline((((0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)),))


def holds(outline: Outline, x: int, y: int) -> bool:
    return bool(inside(outline, np.array([x], dtype=np.int64), np.array([y], dtype=np.int64))[0])


def surrounded(outline: Outline, x: int, y: int) -> bool:
    """Count crossings of a ray with fractions, edge by edge: slow and plain."""
    crossings = 0
    for ring in outline.rings:
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
            in_box = min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)
            if in_box and (x1 - x0) * (y - y0) == (x - x0) * (y1 - y0):
                return True
            if (y0 <= y) != (y1 <= y) and x < x0 + Fraction(y - y0, y1 - y0) * (x1 - x0):
                crossings += 1
    return crossings % 2 == 1


@given(RINGS, CORNER)
def test_a_point_is_inside_when_an_odd_number_of_edges_lies_to_its_east_or_it_stands_on_one(ring, point):
    outline = Outline((tuple(ring),))
    assert holds(outline, *point) == surrounded(outline, *point)


@given(RINGS, CORNER, st.sampled_from([-FAR, FAR]), st.integers(-80_000_000, 80_000_000))
def test_nothing_is_lost_to_rounding_far_from_the_origin(ring, point, east, north):
    moved = Outline((tuple((x + east, y + north) for x, y in ring),))
    assert holds(moved, point[0] + east, point[1] + north) == surrounded(Outline((tuple(ring),)), *point)


@given(RINGS, CORNER, st.integers(0, 7), st.booleans())
def test_neither_the_first_corner_nor_the_direction_matters(ring, point, turn, backwards):
    turned = ring[turn % len(ring) :] + ring[: turn % len(ring)]
    other = Outline((tuple(reversed(turned)) if backwards else tuple(turned),))
    assert holds(other, *point) == holds(Outline((tuple(ring),)), *point)


@given(RINGS, st.integers(0, 7), st.integers(0, 6))
def test_corners_and_edges_belong_to_the_area(ring, which, part):
    outline = Outline((tuple((x * 6, y * 6) for x, y in ring),))
    (x0, y0), (x1, y1) = (outline.rings[0][(which + step) % len(ring)] for step in (0, 1))
    assert holds(outline, x0 + (x1 - x0) * part // 6, y0 + (y1 - y0) * part // 6)


@given(st.lists(st.tuples(RINGS, st.booleans()), max_size=4), st.lists(CORNER, max_size=12))
def test_many_points_and_areas_at_once_give_what_each_pair_gives(rings, points):
    outlines = [Outline((tuple(ring),)) for ring, _ in rings]
    expected = [
        (point, area) for point, where in enumerate(points) for area, one in enumerate(outlines) if holds(one, *where)
    ]
    assert located(outlines, [x for x, _ in points], [y for _, y in points]) == expected


@pytest.mark.parametrize(
    ("point", "within"),
    [
        ((1, 3), True),
        ((3, 3), False),
        ((2, 3), True),
        ((3, 2), True),
        ((4, 2), True),
        ((5, 0), False),
        ((-1, 2), False),
    ],
)
def test_a_point_in_the_notch_of_an_l_is_outside(point, within):
    assert holds(L_SHAPE, *point) is within


def test_a_hole_is_outside_and_its_border_inside():
    ring = read_outline("POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))")
    assert [holds(ring, x * 1_000_000, 4_000_000) for x in (1, 3, 4, 6, 7)] == [True, True, False, True, True]


def test_an_area_of_two_parts_holds_both():
    both = read_outline("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 1)), ((5 5, 6 5, 6 6, 5 6)))")
    assert [holds(both, x * 500_000, x * 500_000) for x in (1, 6, 11)] == [True, False, True]


def test_what_has_no_coordinates_lies_nowhere_and_what_has_no_outline_holds_nothing():
    longitudes = [Decimal("0.5"), None, Decimal("0.5"), Decimal(0)]
    latitudes = [Decimal("0.5"), Decimal("0.5"), None, Decimal(0)]
    areas = [None, "POLYGON((0 0, 1 0, 1 1, 0 1))", "", "POLYGON((0 0, 2 0, 2 2))"]
    assert placed(longitudes, latitudes, areas) == [(0, 1), (0, 3), (3, 1), (3, 3)]


@given(st.lists(st.tuples(st.integers(-180_000_000, 180_000_000), st.integers(-90_000_000, 90_000_000)),
                min_size=3, max_size=6, unique=True))  # fmt: skip
def test_wkt_and_geojson_of_one_area_read_alike(ring):
    degrees = [(str(Decimal(x).scaleb(-6)), str(Decimal(y).scaleb(-6))) for x, y in ring]
    closed = [*degrees, degrees[0]]
    wkt = f"POLYGON(({', '.join(f'{x} {y}' for x, y in closed)}))"
    corners = ", ".join(f"[{x}, {y}]" for x, y in closed)
    geojson = f'{{"type": "Polygon", "coordinates": [[{corners}]]}}'
    assert read_outline(wkt) == read_outline(geojson) == Outline((tuple(ring),))


def test_a_feature_is_read_by_its_geometry():
    geometry = {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1]]]]}
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": geometry}
    assert read_outline(json.dumps(feature)).rings == (((0, 0), (1_000_000, 0), (1_000_000, 1_000_000)),)


@pytest.mark.parametrize(("text", "number"), [("113.2643851", 113_264_385), ("-0.0000005", 0), ("180", 180_000_000)])
def test_a_coordinate_goes_to_the_nearest_micro_degree(text, number):
    assert micro(text) == number


@pytest.mark.parametrize("text", ["181", "NaN", "1e9", "east", "-180.1", "Infinity"])
def test_what_is_on_no_globe_is_refused(text):
    with pytest.raises(BadInput):
        micro(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "POINT(1 1)",
        "POLYGON EMPTY",
        "POLYGON((0 0, 1 1))",
        "POLYGON((0 0, 1 0, 1))",
        "POLYGON((0 0, 1 0, 1 1)",
        "POLYGON((0 0, 1 0, 1 1)) and more",
        "POLYGON(((0 0, 1 0, 1 1)))",
        "POLYGON(0 0, 1 0, 1 1)",
        "POLYGON((0 100, 1 100, 1 101))",
        "POLYGON((0 0, 1 0, one 1))",
        '{"type": "Point", "coordinates": [0, 0]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0], [1], [2]]]}',
        '{"type": "Polygon"',
        "{}",
    ],
)
def test_what_is_no_area_is_refused(text):
    with pytest.raises(BadInput) as refused:
        read_outline(text)
    assert refused.value.hint


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with suppress(BadInput):
        read_outline(text)
