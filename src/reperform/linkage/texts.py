"""Which texts say the same: shares of common character sequences, exactly counted.

Rules kept here:

* A text is the set of its runs of four characters (shingles; Broder 1997) after its signs are folded: full-width forms
  to half-width, letters to small ones, everything that is neither letter nor digit left out. Likeness is Jaccard's:
  what both have, divided by what either has. No sampling: within one tender all pairs are few enough to be compared.
* Passages that stand in the texts of several groups (tenders) are boilerplate of the trade and say nothing; they are
  left out before anything is compared.
* The outcome depends on the texts alone: no random hash, no order of input. A shingle is four places in the alphabet of
  the texts at hand, packed into one number: no two shingles share one (below 32,768 different characters; rarer ones
  beyond that count as one).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

LENGTH = 4
_BITS = 15
_LETTERS = (1 << _BITS) - 1
Shingles = NDArray[np.int64]


@dataclass(frozen=True)
class Likeness:
    """Two texts of one group: how many shingles they share, of how many that either has."""

    first: int
    second: int
    common: int
    either: int

    @property
    def permille(self) -> int:
        """The share of common shingles, rounded down; nothing is like nothing."""
        return self.common * 1000 // self.either if self.either else 0


def folded(text: str) -> str:
    """Return the letters and digits of a text in one form."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def shingles(texts: Sequence[str]) -> list[Shingles]:
    """Return the distinct shingles of each text, sorted; a text shorter than one shingle has none."""
    plain = [folded(text) for text in texts]
    counted: Counter[str] = Counter()
    for text in plain:
        counted.update(text)
    ordered = sorted(counted, key=lambda sign: (-counted[sign], sign))
    place = {sign: min(number, _LETTERS) for number, sign in enumerate(ordered)}
    return [_of([place[sign] for sign in text]) for text in plain]


def _of(places: list[int]) -> Shingles:
    if len(places) < LENGTH:
        return np.zeros(0, dtype=np.int64)
    signs = np.array(places, dtype=np.int64)
    packed = np.zeros(len(signs) - LENGTH + 1, dtype=np.int64)
    for offset in range(LENGTH):
        packed = (packed << _BITS) | signs[offset : len(signs) - LENGTH + 1 + offset]
    return np.unique(packed)


def boilerplate(sets: Sequence[Shingles], groups: Sequence[int], most: int) -> Shingles:
    """Return the shingles that stand in texts of more than `most` groups, sorted."""
    if not sets:
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(np.asarray(groups, dtype=np.int64), kind="stable")
    of_groups: list[Shingles] = []
    held: list[Shingles] = []
    for turn, index in enumerate(order.tolist()):
        held.append(sets[index])
        if turn + 1 == len(order) or groups[order[turn + 1]] != groups[index]:
            of_groups.append(np.unique(np.concatenate(held)))
            held = []
    values, counts = np.unique(np.concatenate(of_groups), return_counts=True)
    common: Shingles = values[counts > most]
    return common


def compared(sets: Sequence[Shingles], groups: Sequence[int]) -> list[Likeness]:
    """Return the likeness of every pair of texts of one group, the smaller index first."""
    members: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    pairs = []
    for group in sorted(members):
        for first, second in combinations(members[group], 2):
            common = len(np.intersect1d(sets[first], sets[second], assume_unique=True))
            either = len(sets[first]) + len(sets[second]) - common
            pairs.append(Likeness(first, second, common, either))
    return pairs


def without(sets: Sequence[Shingles], left_out: Shingles) -> list[Shingles]:
    """Return each set without some shingles."""
    return [np.setdiff1d(one, left_out, assume_unique=True) for one in sets]
