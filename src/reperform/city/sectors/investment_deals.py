"""Contracts of ordinary life as columns, and what the blocks of rows are made with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reperform.city.dates import Flags, Ints
from reperform.city.rows import Columns, known_from

from .investment_desk import Works


@dataclass(frozen=True)
class Deals:
    """One row per contract of ordinary life; `bids` is 0 where it was given directly."""

    contract: Ints
    project: Ints
    body: Ints
    kind: Ints
    value: Ints
    price: Ints
    bids: Ints
    tender: Ints
    award: Ints
    firm: Ints
    manager: Ints
    docs_from: Ints
    deadline: Ints
    noticed: Ints
    signed: Ints
    months: Ints

    def at(self, chosen: Flags) -> Deals:
        """Return some of them."""
        return Deals(**{name: column[chosen] for name, column in vars(self).items()})

    @property
    def states(self) -> Ints:
        """The states in which each is known."""
        return known_from(self.signed)

    def __len__(self) -> int:
        return len(self.contract)


@dataclass(frozen=True)
class Pool:
    """The firms that bid in ordinary life: a prime number of them, so that equal strides meet no firm twice."""

    first: int
    size: int


def serial(desk: Works, name: str, count: int) -> Ints:
    """Take so many numbers of a register."""
    return desk.town.serial(f"investment {name}", count) + np.arange(count, dtype=np.int64)


def block(desk: Works, table: str, columns: Columns, here: Flags | None = None) -> None:
    """Append rows to a register, all or some."""
    chosen = columns if here is None else {name: column[here] for name, column in columns.items()}
    desk.rows[table].block(**chosen)


def filled(number: int, count: int) -> Ints:
    """Return a column of one number."""
    return np.full(count, number, dtype=np.int64)


def turns(values: Ints) -> Ints:
    """Return how many equal values stand before each."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(values[order]) != 0])
    nth = np.empty(len(values), dtype=np.int64)
    nth[order] = np.arange(len(values)) - np.repeat(starts, np.diff(np.r_[starts, len(values)]))
    return nth
