"""A city of twenty million: its numbers fit where they are written, told from its first two chunks.

Running numbers are given out evenly over the chunks, so the last chunk's are the first's and as many steps.
"""

from __future__ import annotations

import re
from itertools import islice

import duckdb
import numpy as np
import pytest

from reperform.city.generate import CHUNK, all_layouts, chunks
from reperform.city.rows import Columns
from reperform.city.sectors import SECTORS
from reperform.city.town import Town, parts

RESIDENTS = 20_000_000
_PADDED = re.compile(r"lpad\((\w+|\(.+?\))::VARCHAR, (\d+), '0'\)")
_ORDERS = 10 * 499  # people of one district, birthday and sex that identity numbers can tell apart
Made = tuple[Town, list[dict[str, Columns]]]


@pytest.fixture(scope="module")
def made() -> Made:
    """The large city after two chunks, and their tables."""
    town = Town(1, RESIDENTS)
    return town, [tables for _, tables in islice(chunks(town, CHUNK, SECTORS), 2)]


def test_running_numbers_of_a_large_city_fit_their_columns(made: Made) -> None:
    town, tables = made
    steps = len(parts(RESIDENTS, CHUNK)) - 1
    connection = duckdb.connect(":memory:")
    found = {}
    for layout in all_layouts(town, SECTORS):
        for header, expression in layout.columns:
            for number, digits in _PADDED.findall(expression):
                largest = []
                for of_chunk in tables:
                    connection.register("made", of_chunk[layout.table])
                    query = f"SELECT coalesce(max({number}), 0) FROM made"  # noqa: S608 - the layout's own words
                    largest.append(connection.execute(query).fetchall()[0][0])
                first, second = largest
                found[layout.table, header] = (first + steps * max(0, second - first), 10 ** int(digits))
    assert len(found) > 100
    assert {column: bounds for column, bounds in found.items() if bounds[0] >= bounds[1]} == {}


def test_identity_numbers_of_a_large_city_are_not_used_up(made: Made) -> None:
    town, tables = made
    given = int(town.registry._given.max())
    assert given * len(parts(RESIDENTS, CHUNK)) / len(tables) < _ORDERS


def test_every_number_of_a_large_city_has_64_bits(made: Made) -> None:
    _, tables = made
    kinds = {column.dtype for of_chunk in tables for columns in of_chunk.values() for column in columns.values()}
    assert kinds <= {np.dtype(np.int64), np.dtype(object)}
