"""Needy groups: registrations, marks, settlements and double insurance, with what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Layout
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.town import CIVIL_AFFAIRS, Part, Town

from . import needy_marks, needy_money
from .cases import Book
from .needy_tables import AGENCIES, LAYOUTS, NeedyDesk

BOOKS: tuple[Book[NeedyDesk], ...] = (*needy_marks.BOOKS, *needy_money.BOOKS)


def _layouts(town: Town) -> tuple[Layout, ...]:
    return LAYOUTS


def _looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    return {book.code: CIVIL_AFFAIRS if book.code in ("NG-03", "NG-04") else AGENCIES for book in BOOKS}


def _make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    desk = NeedyDesk(town, part)
    desk.ordinary(people)
    for book in BOOKS:
        book.play(desk, town, part)
    return desk.columns()


NEEDY = Sector("needy", _layouts, _looks_at, _make)
