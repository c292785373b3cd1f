"""The names in a bundle and their one order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.log.layout import (
    Section,
    disclosure_name,
    evidence_name,
    key_name,
    place,
    table_name,
    tile_name,
    tiles_of,
)


def test_the_published_example_of_a_path() -> None:
    assert tile_name(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_name("entries", 5, 12) == "tile/entries/005.p/12"


def test_the_published_example_of_a_tree_of_70000() -> None:
    tiles = {level: list(tiles_of(70_000, level)) for level in range(4)}
    assert [len(tiles[level]) for level in range(4)] == [274, 2, 1, 0]
    assert tiles[0][-1] == (273, 112)
    assert tiles[1] == [(0, 256), (1, 17)]
    assert tiles[2] == [(0, 1)]
    assert [list(tiles_of(256, level)) for level in range(3)] == [[(0, 256)], [(0, 1)], []]


@given(st.sampled_from(["entries", 0, 1, 7, 63]), st.integers(0, 10**12), st.integers(1, 256))
def test_every_tile_has_its_place(level: int | str, n: int, width: int) -> None:
    found = place(tile_name(level, n, width))
    assert found is not None
    if level in ("entries", 0):
        assert found == (Section.LEAVES, n, int(level == 0), width, "")
    else:
        assert found == (Section.TILES, level, n, width, "")


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=2, unique=True))
def test_tiles_stand_in_the_order_of_their_numbers(numbers: list[int]) -> None:
    low, high = sorted(numbers)
    assert place(tile_name(0, low)) < place(tile_name("entries", high)) < place(tile_name(0, high))  # type: ignore[operator]


def test_the_sections_stand_in_their_order() -> None:
    names = [
        "checkpoint",
        key_name("audit.example/ledger"),
        "VERIFY.md",
        tile_name("entries", 0, 3),
        tile_name(1, 0, 3),
        disclosure_name("congress", 0),
        disclosure_name("congress", 1000),
        evidence_name("ab" * 32),
        table_name("standing"),
        "CONTENTS",
    ]
    places = [place(name) for name in names]
    assert None not in places
    assert places == sorted(places)  # type: ignore[type-var]


@pytest.mark.parametrize(
    "name",
    [
        "", "x", "checkpoint/", "/checkpoint", "../checkpoint", "Checkpoint", "tile/64/000", "tile/00/000", "tile/0/0",
        "tile/0/1000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
        "tile/entries/000.p/",
        "tile/0/" + "x999/" * 12 + "999", "disclosure/A/000.jsonl", "disclosure/a/00.jsonl", "disclosure/a/0000.jsonl",
        "disclosure/a/0123.jsonl", "evidence/ab", "evidence/" + "AB" * 32, "tables/../x.jsonl", "tables/Standing.jsonl",
        "keys/", "keys/../../x", "keys/a//b", "keys/.hidden", "tile/0/000\n", "checkpoint\n", "tables/x.jsonl\n",
    ],
)  # fmt: skip
def test_a_name_that_no_bundle_has_has_no_place(name: str) -> None:
    assert place(name) is None


@given(st.text(max_size=40))
def test_any_name_has_a_place_or_none(name: str) -> None:
    found = place(name)
    assert found is None or found[0] in list(Section)
