"""Medical insurance: settlements, charges, stock and payments of commercial insurers, with what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Layout
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.town import Part, Town

from . import medical_charges, medical_claims, medical_prices, medical_stays
from .cases import Book
from .medical_life import Life
from .medical_tables import HOSPITALS, LAYOUTS, MedicalTables
from .medical_ward import Ward

_BOOKS: tuple[Book[Ward], ...] = (
    *medical_charges.BOOKS,
    *medical_prices.BOOKS,
    *medical_stays.BOOKS,
    *medical_claims.BOOKS,
)


def _layouts(town: Town) -> tuple[Layout, ...]:
    return LAYOUTS


def _looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    return {book.code: HOSPITALS for book in _BOOKS}


def _make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    tables = MedicalTables()
    if part.number == 0:
        tables.lists()
    life = Life(town, part, people, tables)
    life.write()
    life.stock()
    ward = Ward(town, part, tables)
    for book in _BOOKS:
        book.play(ward, town, part)
    return tables.columns() | ward.registers() | {"death_register": ward.deaths.columns()}


MEDICAL = Sector("medical", _layouts, _looks_at, _make)
