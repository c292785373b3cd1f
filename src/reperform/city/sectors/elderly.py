"""Care for the elderly: bills of institutions, and longevity allowances, with what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Layout
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector, joined
from reperform.city.town import CIVIL_AFFAIRS, Part, Town

from . import elderly_allowance, elderly_bills


def _layouts(town: Town) -> tuple[Layout, ...]:
    return elderly_bills.LAYOUTS


def _looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    return {book.code: CIVIL_AFFAIRS for book in (elderly_bills.BOOK, *elderly_allowance.BOOKS)}


def _make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    bills, allowances = elderly_bills.BillDesk(town, part), elderly_allowance.AllowanceDesk(town, part)
    bills.ordinary()
    elderly_bills.BOOK.play(bills, town, part)
    for book in elderly_allowance.BOOKS:
        book.play(allowances, town, part)
    first, second = bills.registers(), allowances.registers()
    registers = joined({table: [first[table], second[table]] for table in first})
    return bills.columns() | allowances.columns() | registers


ELDERLY = Sector("elderly", _layouts, _looks_at, _make)
