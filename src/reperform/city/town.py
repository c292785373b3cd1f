"""What lasts from one chunk of the city to the next: the bodies, their attitudes, running numbers, the truth so far.

Rules kept here:

* A chunk has its own random stream, made of the seed, its subject and its number; the order in which chunks are made
  matters only for running numbers and for whose turn it is.
* Cases are counted for the whole city and shared out over chunks by rounding the running total: nothing is lost, and
  no city is too small to hold every case once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar
from zlib import crc32

import numpy as np

from .attitudes import Attitudes
from .bodies import DISTRICTS, Body, bodies
from .dates import first_on
from .identity import Registry
from .truth import Fate, Planted

T = TypeVar("T")
SUBJECTS = ("people", "pensions", "longevity", "revenue", "suppliers")
PENSION_PAYERS = ("YJ-SIF", *(f"{short}-SIC" for short, _, _ in DISTRICTS))
CIVIL_AFFAIRS = tuple(f"{short}-CIV" for short, _, _ in DISTRICTS)
_SPENDING_KINDS = ("department", "unit", "finance", "audit")
_COLLECTING = ("EDU", "POL", "NAT", "ENV", "HOU", "TRA", "WAT", "MKT", "URB", "ADM", "UNI", "VOC", "HO1", "HO3", "CJ")


def deal(weights: Mapping[T, int]) -> tuple[T, ...]:
    """Return things as often as they weigh, evenly mixed; those that weigh least come last."""
    places = [(Fraction(turn + 1, weight), thing) for thing, weight in weights.items() for turn in range(weight)]
    return tuple(thing for _, thing in sorted(places, key=lambda place: place[0]))


@dataclass(frozen=True)
class Part:
    """One chunk: its number, and the residents before and in it, of how many."""

    number: int
    begin: int
    size: int
    residents: int

    def share(self, total: int) -> int:
        """Return how many of a total of the whole city fall to this chunk."""
        upto = Fraction(total * (self.begin + self.size), self.residents)
        return round(upto) - round(Fraction(total * self.begin, self.residents))


def parts(residents: int, largest: int) -> list[Part]:
    """Cut the city into even chunks, none larger than `largest`."""
    count = -(-residents // largest)
    ends = [residents * (number + 1) // count for number in range(count)]
    begins = [0, *ends[:-1]]
    return [Part(number, begins[number], ends[number] - begins[number], residents) for number in range(count)]


class Town:
    """The city between chunks."""

    def __init__(self, seed: int, residents: int) -> None:
        self.seed = seed
        self.residents = residents
        self.tree: tuple[Body, ...] = bodies(seed)
        codes = [body.code for body in self.tree]
        city_collects = [f"YJ-{name}" for name in _COLLECTING]
        self.collecting = tuple(code for code in codes if code in city_collects or code[3:] in ("URB", "WAT", "HOS"))
        self.spending = tuple(body.code for body in self.tree if body.kind in _SPENDING_KINDS)
        self.registry = Registry(len(DISTRICTS))
        self.truth: list[Planted] = []
        self.attitudes = {
            "SI-01": self._attitudes(0, PENSION_PAYERS, "YJ-SIF"),
            "EL-02": self._attitudes(1, CIVIL_AFFAIRS),
            "NT-01": self._attitudes(2, self.collecting, "YJ-ADM"),
            "FF-01": self._attitudes(3, self.spending),
        }
        self._serials: Counter[str] = Counter()

    def look_at(self, procedure: str, codes: tuple[str, ...]) -> None:
        """Say which bodies a procedure of a sector looks at; some of them will be at fault."""
        self.attitudes[procedure] = self._attitudes(_place((), procedure), codes)

    def _attitudes(self, number: int, codes: tuple[str, ...], first: str = "") -> Attitudes:
        return Attitudes(np.random.default_rng([self.seed, 50, number]), codes, first)

    def rng(self, subject: str, part: int) -> np.random.Generator:
        """Return the random stream of a subject in a chunk."""
        return np.random.default_rng([self.seed, _place(SUBJECTS, subject), part])

    def share(self, per_million: int, least: int, part: Part) -> int:
        """Return a chunk's share of so many per million residents, in the whole city no fewer than `least`."""
        return part.share(max(least, round(Fraction(per_million * self.residents, 1_000_000))))

    def cases(self, procedure: str, scenarios: Sequence[T], per_million: int, part: Part) -> Iterator[tuple[T, str]]:
        """Yield (scenario, body) of the cases that fall to a chunk; scenarios and bodies take turns."""
        count = self.share(per_million, len(scenarios), part)
        first = self.serial(f"{procedure} cases", count)
        for turn, body in enumerate(self.attitudes[procedure].bodies(count), start=first):
            yield scenarios[turn % len(scenarios)], body

    def again(self, procedure: str, per_million: int, part: Part) -> Iterator[tuple[str, Fate]]:
        """Yield (body, fate) of the violations that begin after the audit in a chunk."""
        for _ in range(self.share(per_million, 8, part)):
            yield self.attitudes[procedure].again()

    def serial(self, name: str, count: int = 1) -> int:
        """Take `count` running numbers and return the first."""
        first = self._serials[name]
        self._serials[name] += count
        return first


def _place(known: Sequence[str], name: str) -> int:
    """Return the place of a name, for names that are not listed a number that is theirs alone."""
    return known.index(name) if name in known else 1000 + crc32(name.encode())


def month_text(month: int) -> str:
    """Return a month as keys carry it: the first day."""
    return first_on(month).isoformat()
