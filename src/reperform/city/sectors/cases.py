"""Cases as plans: what a body did, how it is told and what becomes of it, the same way for every procedure.

Rules kept here:

* A maker invents one situation and says what it is worth; it writes nothing. Its `act` writes the rows when the fate is
  known: of a planted case the body's next fate, of a harmless one none, of a later one new or relapse.
* People of cases are guests: they have numbers of their own, and no row that ordinary life has written.
* Without an `act` of its own a situation is rows that stay, or that vanish or change where the body fakes, and money
  that comes back through the register of recoveries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, OPENING, day, on
from reperform.city.identity import CHECKS
from reperform.city.rows import IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, deal
from reperform.city.truth import Fate, Kind

_REGION, _OF_A_SEX = 9, 499
_CHECK_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
Write = Callable[[int], None]
"""Writes rows that stand in some states."""


@dataclass(frozen=True)
class Situation:
    """One thing of a register that a procedure judges: its key, what it is worth, and how it is written."""

    key: Mapping[str, object]
    amount: int
    act: Callable[[Fate], None]


D = TypeVar("D", bound=Desk)
Maker = Callable[[D, str, int], Situation]
"""Makes up a situation of a body on a day or after it."""


@dataclass(frozen=True)
class Plan(Generic[D]):
    """A kind of case: who makes it, what it is, and the note in the truth."""

    make: Maker[D]
    kind: Kind
    note: str


@dataclass(frozen=True)
class Book(Generic[D]):
    """The cases of one procedure."""

    code: str
    plans: Mapping[Plan[D], int]
    again: Maker[D]
    per_million: int
    again_per_million: int

    def play(self, desk: D, town: Town, part: Part) -> None:
        """Write the cases that fall to a chunk, and tell the truth about them."""
        for plan, body in town.cases(self.code, deal(self.plans), self.per_million, part):
            made = plan.make(desk, body, early(desk))
            if plan.kind is Kind.PLANTED:
                made.act(desk.plant(self.code, made.key, body, made.amount, plan.note))
            else:
                desk.harmless(self.code, made.key, body, plan.note, plan.kind, made.amount)
                made.act(Fate.NONE)
        for body, fate in town.again(self.code, self.again_per_million, part):
            made = self.again(desk, body, late(desk))
            desk.plant_later(self.code, made.key, body, made.amount, fate, "began after the audit")
            made.act(fate)


def planted(make: Maker[D], note: str) -> Plan[D]:
    """Return the plan of something that must be found."""
    return Plan(make, Kind.PLANTED, note)


def near_miss(make: Maker[D], note: str) -> Plan[D]:
    """Return the plan of something just inside a limit."""
    return Plan(make, Kind.NEAR_MISS, note)


def innocent(make: Maker[D], note: str) -> Plan[D]:
    """Return the plan of something that only looks guilty."""
    return Plan(make, Kind.INNOCENT, note)


def not_testable(make: Maker[D], note: str) -> Plan[D]:
    """Return the plan of something of which nothing can be said."""
    return Plan(make, Kind.NOT_TESTABLE, note)


def early(desk: Desk) -> int:
    """Return a day long before the first state."""
    return desk.between(day(OPENING) + 20, DAY_BEFORE - 100)


def late(desk: Desk) -> int:
    """Return a day between the states, with time left for what follows."""
    return desk.between(DAY_BEFORE + 10, DAY_AFTER - 60)


def states_of(fate: Fate) -> int:
    """Return in which states the first version of a row stands."""
    if fate.begins_after:
        return IN_AFTER
    return IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH


def recoverable(
    desk: Desk, write: Write, register: str, ref: str, amount: int, faked: Write | None = None
) -> Callable[[Fate], None]:
    """Return how rows behave whose money comes back; `faked` writes what a body makes of them that only tidies up."""

    def act(fate: Fate) -> None:
        write(states_of(fate))
        if fate is Fate.UNPROVEN and faked is not None and desk.town.serial(f"{register} faked") % 2:
            faked(IN_AFTER)
        desk.remedy(fate, register, ref, amount)

    return act


def settled(desk: Desk, write: Write, register: str, ref: str, amount: int, received: int) -> Callable[[Fate], None]:
    """Return how rows behave whose money came back long before the audit."""

    def act(fate: Fate) -> None:
        write(states_of(fate))
        desk.recover(register, ref, amount, received)

    return act


def guest(town: Town, born: int, male: int) -> int:
    """Give a person of a case an identity number that no other resident has."""
    rank = town.serial(f"guest {born} {male}")
    region, serial = _REGION + 10 * (rank // _OF_A_SEX), rank % _OF_A_SEX * 2 + 2 - male
    digits = f"9901{region:02d}{on(born):%Y%m%d}{serial:03d}"
    check = sum(weight * int(digit) for weight, digit in zip(_CHECK_WEIGHTS, digits, strict=True)) % len(CHECKS)
    return int(digits) * 16 + check


def bodies_in(town: Town, codes: Sequence[str]) -> tuple[str, ...]:
    """Return those codes that the city has, in their order."""
    known = {body.code for body in town.tree}
    return tuple(code for code in codes if code in known)
