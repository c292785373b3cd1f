"""Rows of a table while they are made: columns of whole numbers, in blocks and one by one.

Rules kept here:

* Every value is an integer: a day, a month, fen, a place in a list. Text is made when a file is written, by the engine.
* A row says in which states it stands: `IN_BEFORE`, `IN_AFTER` or `IN_BOTH`. A value that changes in between is two
  rows; a row deleted without a trace is a row that stands in `IN_BEFORE` alone.
* `ABSENT` stands for an empty cell where zero would be a value; a day is empty when it is `NEVER` or `ALWAYS`.
"""

from __future__ import annotations

from collections.abc import Sequence

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

    def __init__(self, *names: str) -> None:
        self._names = (*names, "states")
        self._blocks: list[Columns] = []
        self._single: list[Sequence[int]] = []

    def block(self, **columns: Ints) -> None:
        """Append many rows at once."""
        self._flush()
        self._blocks.append({name: columns[name] for name in self._names})

    def add(self, *values: int, states: int) -> None:
        """Append one row; values in the order of the names."""
        self._single.append((*values, states))

    def _flush(self) -> None:
        if self._single:
            table = np.array(self._single, dtype=np.int64)
            self._blocks.append({name: table[:, place] for place, name in enumerate(self._names)})
            self._single = []

    def columns(self) -> Columns:
        """Return the columns, blocks joined."""
        self._flush()
        if not self._blocks:
            return {name: np.zeros(0, dtype=np.int64) for name in self._names}
        return {name: np.concatenate([block[name] for block in self._blocks]) for name in self._names}
