"""How the bodies answer an audit: what makes a finding hold, come back or dissolve.

Rules kept here:

* Attitudes are dealt out by the seed, fates follow the attitude in a fixed turn, so that every fate occurs in the
  smallest city too and the share of each does not depend on chance.
* A body with nothing wrong is among them: a procedure must be able to find nothing somewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import cycle

import numpy as np

from .truth import Fate


class Attitude(StrEnum):
    """How a body deals with what it was told."""

    HELD = "held"
    """Puts everything right, and it stays right."""
    RELAPSED = "relapsed"
    """Puts everything right, and it happens again."""
    MIXED = "mixed"
    """Puts some right, some by half, some not; and it goes on happening."""
    FAKED = "faked"
    """Takes rows out of its tables instead of money out of its account."""
    CLEAN = "clean"
    """Had nothing wrong."""


_TURN = (Attitude.MIXED, Attitude.HELD, Attitude.RELAPSED, Attitude.FAKED)
_MOST = 7
"""Bodies with cases; no divisor of a number of scenarios, so that each body meets each scenario in time."""
_FATES = {
    Attitude.HELD: (Fate.CLEARED,),
    Attitude.RELAPSED: (Fate.CLEARED,),
    Attitude.MIXED: (Fate.CLEARED, Fate.STILL, Fate.PARTLY),
    Attitude.FAKED: (Fate.UNPROVEN, Fate.CLEARED, Fate.STILL),
}
_AGAIN = {Attitude.MIXED: Fate.NEW, Attitude.RELAPSED: Fate.RELAPSE}


class Attitudes:
    """The attitudes of the bodies that one procedure looks at, and whose turn it is."""

    def __init__(self, rng: np.random.Generator, codes: Sequence[str], first: str = "") -> None:
        order = [codes[place] for place in rng.permutation(len(codes)) if codes[place] != first]
        order = ([first] if first else []) + order
        # At least one body stays clean, and few enough are not that each has several cases.
        at_fault = order[: min(_MOST, len(order) - 1)]
        self.of = dict.fromkeys(order, Attitude.CLEAN) | dict(zip(at_fault, cycle(_TURN), strict=False))
        self._at_fault = cycle(at_fault)
        self._again = cycle([code for code in at_fault if self.of[code] in _AGAIN])
        self._cases: Counter[str] = Counter()

    def bodies(self, count: int) -> Iterator[str]:
        """Yield the bodies of the next cases, in turn."""
        return (next(self._at_fault) for _ in range(count))

    def fate(self, body: str) -> Fate:
        """Return the fate of a body's next planted case."""
        fates = _FATES[self.of[body]]
        self._cases[body] += 1
        return fates[(self._cases[body] - 1) % len(fates)]

    def again(self) -> tuple[str, Fate]:
        """Return the body in which the next violation begins after the audit, and whether that is a relapse."""
        body = next(self._again)
        return body, _AGAIN[self.of[body]]
