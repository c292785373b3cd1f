"""The residents of one chunk of the city: who was born when, lives where, moved, died.

Rules kept here:

* Ages follow a pyramid of an ageing city, mortality Gompertz's law (1825): the yearly risk grows by the same factor
  with every year of age. Nobody is copied; there are no names.
* Only what happens from a year before the audited period on is recorded: the register forgets earlier deaths.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from .bodies import DISTRICTS
from .dates import ALWAYS, DAY_AFTER, FIRST, LAST_AFTER, NEVER, Flags, Ints, day

_BANDS = np.array([43, 51, 52, 47, 53, 65, 88, 80, 72, 70, 82, 78, 64, 55, 40, 28, 18, 10, 3, 1, 0.2], dtype=np.float64)
"""People per band of five years of age, from the youngest."""
_SHARES = np.array([20, 17, 15, 13, 11, 10, 8, 6], dtype=np.float64)
"""People per district."""
_REGISTERED_FROM = day(date(2024, 1, 1))


@dataclass(frozen=True, eq=False)
class Residents:
    """Columns of one chunk; people are rows. Cases change single values before numbers are given out."""

    born: Ints
    male: Ints
    district: Ints
    former: Ints
    """The district before the last move within the city; `switched` is the month of that move."""
    switched: Ints
    moved_in: Ints
    moved_out: Ints
    died: Ints
    taken: Flags
    """Whether a case has this person already; nobody carries two."""
    person: Ints

    def __len__(self) -> int:
        return len(self.born)


def _choose(rng: np.random.Generator, weights: np.ndarray, size: int) -> Ints:
    return np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(size), side="right").astype(np.int64)


def draw(rng: np.random.Generator, size: int) -> Residents:
    """Draw a chunk of residents; their numbers come later, when all birthdays are settled."""
    age = (_choose(rng, _BANDS, size) * 5 + rng.random(size) * 5) * 365.25
    born = DAY_AFTER - age.astype(np.int64) - 1
    years = (DAY_AFTER - born) / 365.25
    yearly = np.minimum(np.exp(-10.2 + 0.097 * years), 0.6)
    waited = (rng.standard_exponential(size) / yearly * 365.25).astype(np.int64)
    died = np.maximum(_REGISTERED_FROM, born) + waited
    district = _choose(rng, _SHARES, size)
    chance = rng.random((3, size))
    arrived = born + ((DAY_AFTER - born) * rng.random(size)).astype(np.int64)
    left = np.maximum(arrived, _REGISTERED_FROM) + (rng.random(size) * 1200).astype(np.int64) + 31
    moved_out = np.where((chance[1] < 0.02) & (left <= DAY_AFTER) & (left < died), left, NEVER)
    other = (district + 1 + rng.integers(0, len(DISTRICTS) - 1, size)) % len(DISTRICTS)
    return Residents(
        born=born,
        male=(rng.random(size) < 0.51).astype(np.int64),
        district=district,
        former=np.where(chance[2] < 0.01, other, district),
        switched=rng.integers(FIRST, LAST_AFTER, size),
        moved_in=np.where((chance[0] < 0.25) & (arrived < died), arrived, ALWAYS),
        moved_out=moved_out,
        died=np.where(died <= DAY_AFTER, died, NEVER),
        taken=np.zeros(size, dtype=np.bool_),
        person=np.zeros(size, dtype=np.int64),
    )
