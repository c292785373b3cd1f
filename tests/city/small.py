"""A city in memory, small enough for every test, and its tables with text keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reperform.city.dates import NEVER, first_on, on
from reperform.city.generate import chunks
from reperform.city.identity import person_text
from reperform.city.revenue import bill_text
from reperform.city.rows import Columns
from reperform.city.suppliers import trans_text
from reperform.city.town import Town
from reperform.city.truth import Fate, Key, Kind, Planted, key_of

IN = {"before": 1, "after": 2}


@dataclass(frozen=True)
class Made:
    """A city that was made in memory."""

    town: Town
    tables: dict[str, Columns]
    truth: tuple[Planted, ...]

    def rows(self, table: str, state: str) -> list[dict[str, int]]:
        """Return the rows of a table as they stand in a state."""
        columns = self.tables[table]
        chosen = np.flatnonzero(columns["states"] & IN[state])
        names = [name for name in columns if name != "states"]
        lists = [columns[name][chosen].tolist() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]

    def cases(self, procedure: str, *kinds: Kind, fates: tuple[Fate, ...] = tuple(Fate)) -> list[Planted]:
        """Return the truth of one procedure, of some kinds and fates."""
        of_kind = kinds or tuple(Kind)
        return [c for c in self.truth if c.procedure == procedure and c.kind in of_kind and c.fate in fates]


@lru_cache(maxsize=8)
def made(seed: int = 7, residents: int = 4000, largest: int = 250_000) -> Made:
    """Make a city in memory."""
    town = Town(seed, residents)
    blocks: dict[str, list[Columns]] = {}
    for _, tables in chunks(town, largest):
        for table, columns in tables.items():
            blocks.setdefault(table, []).append(columns)
    joined = {
        table: {name: np.concatenate([block[name] for block in made_of]) for name in made_of[0]}
        for table, made_of in blocks.items()
    }
    return Made(town, joined, tuple(town.truth))


def month_text(month: int) -> str:
    return first_on(month).isoformat()


def day_text(day: int) -> str:
    return "" if day >= NEVER else on(day).isoformat()


def pension_key(row: dict[str, int], schemes: tuple[str, ...]) -> Key:
    person = person_text(row["person"])
    return key_of({"person_id": person, "month": month_text(row["month"]), "scheme": schemes[row["scheme"]]})


def allowance_key(row: dict[str, int]) -> Key:
    return key_of({"person_id": person_text(row["person"]), "month": month_text(row["month"])})


def bill_key(row: dict[str, int]) -> Key:
    return key_of({"bill_no": bill_text(row["number"])})


def payment_key(made_city: Made, row: dict[str, int]) -> Key:
    return key_of({"body_id": made_city.town.spending[row["body"]], "trans_no": trans_text(row["number"])})
