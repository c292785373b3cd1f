"""Procedures and table contracts as pages show them: what a procedure asks, how a column is called.

What was run is pinned by its hash and cannot change, so it is kept for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from reperform.engine.spec import Procedure
from reperform.engine.tables import Field, Table
from reperform.errors import ReperformError
from reperform.ledger import workshop
from reperform.ledger.drafting import in_language
from reperform.papers.masking import masked
from reperform.rules.figures import YUAN, in_unit


def procedures() -> Mapping[str, Procedure]:
    return workshop.procedures()


def contracts() -> Mapping[str, Table]:
    return workshop.contracts()


@lru_cache(maxsize=256)
def _pinned(_root: Path, procedure_hash: str) -> Procedure:
    return workshop.pinned(procedure_hash)


def pinned(procedure_hash: str) -> Procedure | None:
    """Return a procedure as it was when it ran, or None where it is no longer kept."""
    try:
        return _pinned(settings.HOME.root, procedure_hash)
    except ReperformError:
        return None


@dataclass(frozen=True)
class Column:
    """A column of a procedure's rows as a table shows it."""

    name: str
    title: str
    money: bool = False
    month: bool = False


def columns(procedure: Procedure | None, names: tuple[str, ...]) -> list[Column]:
    """Return columns with the titles that the contracts give them, in the reader's language."""
    known: dict[str, Field] = {}
    if procedure is not None:
        tables = contracts()
        for table in procedure.tables:
            if table in tables:
                known.update({field.name: field for field in tables[table].fields if field.name not in known})
    return [
        Column(name, in_language(known[name].title), known[name].is_money, known[name].type == "yearmonth")
        if name in known
        else Column(name, name)
        for name in names
    ]


def shown(column: Column, value: object, *, in_full: bool) -> str:
    """Return a value as a page shows it: money in yuan, personal numbers masked unless the reader must act on them."""
    text = str(value)
    if column.money and text.lstrip("-").isdecimal():
        return in_unit(int(text), YUAN)
    if column.month:
        text = text[:7]
    return text if in_full else masked(column.name, text)
