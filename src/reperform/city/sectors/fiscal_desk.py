"""What the modules of fiscal funds share: how a case is written down, and how it goes on after the audit.

Rules kept here:

* A record names the columns of its table in their order; what changes between the two states is two records.
* Each table of ordinary life gives every body some rows, however small the city is, so that no body is missing when a
  row of a case is taken out of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Generic, TypeVar

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, Ints, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Town
from reperform.city.truth import Fate

CASES_PER_MILLION, AGAIN_PER_MILLION = 60, 12
MANY_CASES = 300
"""Cases per million residents in a register of many thousand rows."""
YEAR_BEFORE, THIS_YEAR = 2025, 2026
YUAN, TEN_THOUSAND = 100, 1_000_000
"""Fen of one yuan and of ten thousand."""
_LATE, _MISSING = 0.03, 0.03
D = TypeVar("D", bound=Desk)
R = TypeVar("R")


def finance(town: Town) -> tuple[str, ...]:
    """Return the finance bureaus of the city and of its districts."""
    return tuple(body.code for body in town.tree if body.kind == "finance")


def on(year: int, month: int, number: int) -> int:
    """Return the number of a day of the calendar."""
    return day(date(year, month, number))


def states_from(when: int) -> int:
    """Return the states in which something of that day stands."""
    return int(known_from(when))


def text(prefix: str, number: int, digits: int) -> str:
    """Return a number with its letters and leading zeros, as the files show it."""
    return f"{prefix}{number:0{digits}d}"


class Book(Generic[R]):
    """The rows of one table, written by record."""

    def __init__(self, record: type[R]) -> None:
        self._rows = Rows(*(field.name for field in fields(record)))  # type: ignore[arg-type]

    def write(self, record: R, states: int = IN_BOTH) -> None:
        """Write a record as it stands in some states."""
        self._rows.add(*vars(record).values(), states=states)

    def becomes(self, before: R, after: R) -> None:
        """Write a record that is another one at the second state."""
        self.write(before, IN_BEFORE)
        self.write(after, IN_AFTER)

    def block(self, **columns: Ints) -> None:
        """Write many rows at once."""
        self._rows.block(**columns)

    def columns(self) -> Columns:
        """Return the columns."""
        return self._rows.columns()


Scenario = Callable[[D, str], None]
Again = Callable[[D, str, Fate], None]


@dataclass(frozen=True)
class Plot(Generic[D]):
    """The scenarios of one procedure."""

    code: str
    scenarios: Sequence[Scenario[D]]
    again: Again[D]
    per_million: int = CASES_PER_MILLION

    def play(self, desk: D) -> None:
        """Plant the cases that fall to the desk's chunk."""
        for scenario, body in desk.town.cases(self.code, self.scenarios, self.per_million, desk.part):
            scenario(desk, body)
        for body, fate in desk.town.again(self.code, AGAIN_PER_MILLION, desk.part):
            self.again(desk, body, fate)


def turns(first: int, count: int, of: int) -> Ints:
    """Return the places of bodies in turn, so that each gets as many rows as any other."""
    return (first + np.arange(count, dtype=np.int64)) % of


def amounts(rng: np.random.Generator, count: int, typical: int) -> Ints:
    """Return amounts in fen around a typical one, whole thousands of fen."""
    return np.maximum(1, (rng.lognormal(0, 0.8, count) * typical / 1000).astype(np.int64)) * 1000


def followed(rng: np.random.Generator, starts: Ints, least: int, most: int, late: int) -> Ints:
    """Return the day on which something follows each start: within days, now and then weeks late.

    Nothing is late across the day of a state: what is open on that day is not overdue.
    """
    soon = starts + rng.integers(least, most + 1, len(starts))
    later = starts + rng.integers(most + 1, late + 1, len(starts))
    calm = (later <= DAY_BEFORE) | ((starts > DAY_BEFORE) & (later <= DAY_AFTER))
    return np.where((rng.random(len(starts)) < _LATE) & calm, later, soon)


def sometimes(rng: np.random.Generator, values: Ints) -> Ints:
    """Return values of which a few are missing, as optional cells are."""
    return np.where(rng.random(len(values)) < _MISSING, ABSENT, values)
