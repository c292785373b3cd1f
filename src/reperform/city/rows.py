"""Rows of a table while they are made: columns of whole numbers, in blocks and one by one.

Rules kept here:

* A value is an integer: a day, a month, fen, a place in a list. Text is made when a file is written, by the engine.
  Only the columns that are named as `texts` hold text, and only in tables that cases alone fill.
* A row says in which states it stands: `IN_BEFORE`, `IN_AFTER` or `IN_BOTH`. A value that changes in between is two
  rows; a row deleted without a trace is a row that stands in `IN_BEFORE` alone.
* `ABSENT` stands for an empty cell where zero would be a value; a day is empty when it is `NEVER` or `ALWAYS`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from .dates import DAY_BEFORE, Ints

IN_BEFORE, IN_AFTER, IN_BOTH = 1, 2, 3
ABSENT = -1
Columns = dict[str, Ints]


def known_from(days: npt.ArrayLike) -> Ints:
    """Return the states in which something of that day stands: in both, or only in the later one."""
    return np.where(np.asarray(days, dtype=np.int64) <= DAY_BEFORE, IN_BOTH, IN_AFTER).astype(np.int64)


class Rows:
    """Collects the rows of one table in the order in which they come."""

    def __init__(self, *names: str, texts: Collection[str] = ()) -> None:
        self._names = (*names, "states")
        self._texts = frozenset(texts)
        self._blocks: list[Columns] = []
        self._single: list[Sequence[int | str]] = []

    def block(self, **columns: Ints) -> None:
        """Append many rows at once."""
        self._flush()
        self._blocks.append({name: columns[name] for name in self._names})

    def add(self, *values: int | str, states: int) -> None:
        """Append one row; values in the order of the names."""
        self._single.append((*values, states))

    def _flush(self) -> None:
        if self._single:
            lists = zip(self._names, zip(*self._single, strict=True), strict=True)
            self._blocks.append({name: np.array(values, dtype=self._type(name)) for name, values in lists})
            self._single = []

    def _type(self, name: str) -> type:
        return object if name in self._texts else np.int64

    def columns(self) -> Columns:
        """Return the columns, blocks joined."""
        self._flush()
        if not self._blocks:
            return {name: np.zeros(0, dtype=self._type(name)) for name in self._names}
        return {name: np.concatenate([block[name] for block in self._blocks]) for name in self._names}
