"""Identity numbers of invented people, eighteen characters as GB 11643-1999 builds them.

Rules kept here:

* The region is 9901xx, which is no place: no number can be a real person's. xx is the district, plus ten for every
  499 people of one district, birthday and sex.
* Birthday, odd or even for the sex and the check character are right, so that a check of form passes.
* In arrays a number is one integer: its seventeen digits times sixteen, plus the place of the check character.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from .dates import AFTER, Ints, compact, day

CHECKS = "10X98765432"
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_OF_A_SEX = 499
_OLDEST = day(date(1900, 1, 1))
_DAYS = np.arange(_OLDEST, day(AFTER) + 1, dtype=np.int64)
_COMPACT = compact(_DAYS)


def _weighed(numbers: Ints, first: int, length: int) -> Ints:
    """Return the weighted sum of digits that stand at `first` and after, as GB 11643 numbers the places."""
    total = np.zeros(len(numbers), dtype=np.int64)
    for place in reversed(range(length)):
        numbers, digit = np.divmod(numbers, 10)
        total += digit * _WEIGHTS[first + place]
    return total


_OF_DAY = _weighed(_COMPACT, 6, 8)
_OF_ORDER = _weighed(np.arange(1000, dtype=np.int64), 14, 3)
_OF_REGION = _weighed(np.arange(990100, 990200, dtype=np.int64), 0, 6)


class Registry:
    """Gives out numbers, none twice: it remembers how many it gave for each district, birthday and sex."""

    def __init__(self, districts: int) -> None:
        self._given = np.zeros(districts * len(_DAYS) * 2, dtype=np.int64)

    def enter(self, district: Ints, born: Ints, male: Ints) -> Ints:
        """Return a number for each person, in the order in which they stand."""
        cell = (district * len(_DAYS) + born - _OLDEST) * 2 + male
        order = np.argsort(cell, kind="stable")
        sorted_cells = cell[order]
        starts = np.flatnonzero(np.r_[True, sorted_cells[1:] != sorted_cells[:-1]])
        counts = np.diff(np.r_[starts, len(cell)])
        rank = np.empty(len(cell), dtype=np.int64)
        rank[order] = np.arange(len(cell)) - np.repeat(starts, counts)
        rank += self._given[cell]
        self._given[sorted_cells[starts]] += counts
        region = district + 1 + 10 * (rank // _OF_A_SEX)
        serial = rank % _OF_A_SEX * 2 + 2 - male
        at = born - _OLDEST
        check = (_OF_REGION[region] + _OF_DAY[at] + _OF_ORDER[serial]) % 11
        digits: Ints = ((990100 + region) * 10**8 + _COMPACT[at]) * 1000 + serial
        packed: Ints = digits * 16 + check
        return packed


def person_text(person: int) -> str:
    """Return a number as it is written."""
    return f"{person >> 4}{CHECKS[person & 15]}"
