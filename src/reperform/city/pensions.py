"""Pensions, deaths and refunds: what the tables of "pension paid after death" hold.

Rules kept here:

* Whoever dies is paid for the month of death and for no later one, unless a case says otherwise. The month is the one
  that the money is for.
* Registers agree on a death, unless a case says otherwise; one of the two may not have it at all.
* Now and then a living person's pension is corrected and a little flows back: not every refund is a remedy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .dates import (
    DAY_AFTER,
    FIRST,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    OPENING,
    Ints,
    day,
    months_of,
    spread,
)
from .people import Residents
from .rows import IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from .town import Town

SCHEMES = ("城镇职工基本养老保险", "城乡居民基本养老保险")
POLICE, CREMATORIUM = 0, 1
SOURCES = ("公安户籍注销", "殡仪馆火化")
_RAISED_FROM = LAST_BEFORE - 2
"""January 2026: pensions rise by 2 %."""


@dataclass(frozen=True, eq=False)
class Contracts:
    """Who is paid which pension by whom, from which month to which; columns, one row per person and scheme."""

    who: Ints
    scheme: Ints
    body: Ints
    start: Ints
    end: Ints
    amount: Ints


def contracts(rng: np.random.Generator, people: Residents, spare: int) -> Contracts:
    """Draw the pensions of a chunk, with some empty rows at the end for second pensions."""
    employee = rng.random(len(people)) < 0.62
    retires = np.where(people.male == 1, 60, np.where(employee, 55, 60))
    start = np.maximum(months_of(people.born) + 12 * retires + 1, FIRST)
    end = np.minimum(months_of(people.died), LAST_AFTER)
    who = np.flatnonzero((start <= end) & (rng.random(len(people)) < 0.93))
    employee, size = employee[who], len(who)
    of_city = employee & (rng.random(size) < 0.4)
    yuan = np.where(employee, rng.lognormal(8.15, 0.35, size), rng.lognormal(5.6, 0.3, size))
    rest = np.zeros(spare, dtype=np.int64)
    return Contracts(
        who=np.r_[who, rest],
        scheme=np.r_[np.where(employee, 0, 1), rest],
        body=np.r_[np.where(of_city, 0, people.district[who] + 1), rest],
        start=np.r_[start[who], rest],
        end=np.r_[end[who], rest - 1],
        amount=np.r_[(yuan * 10).astype(np.int64) * 10, rest],
    )


class PensionTables:
    """The three tables of a chunk while cases are planted in them."""

    def __init__(self, town: Town, rng: np.random.Generator, people: Residents, spare: int) -> None:
        self.town, self.rng, self.people = town, rng, people
        self.contracts = contracts(rng, people, spare)
        self.refunds = Rows("person", "month", "scheme", "refunded", "voucher", "refunded_on")
        self.recorded: dict[int, list[tuple[int, int, int, int]]] = {}
        """Register rows of people in cases: day, flag, source, states; they replace the ordinary ones."""
        self.erased: list[tuple[int, int]] = []
        """Payments (contract, month) that are gone at the second state."""
        self._spare = len(self.contracts.who) - spare

    def paid(self, contract: int, month: int) -> int:
        """Return what a contract pays for a month."""
        amount = int(self.contracts.amount[contract])
        return amount + amount * 2 // 100 if month >= _RAISED_FROM else amount

    def second(self, contract: int, amount: int) -> int:
        """Let the holder of a contract draw a pension of the other scheme from the same body as well."""
        row, rows = self._spare, self.contracts
        self._spare += 1
        rows.who[row], rows.body[row] = rows.who[contract], rows.body[contract]
        rows.scheme[row], rows.amount[row] = 1 - rows.scheme[contract], amount
        rows.start[row], rows.end[row] = rows.start[contract], rows.end[contract]
        return row

    def refund(self, amounts: dict[tuple[int, int], int], on: int) -> None:
        """Refund months of one person under one voucher."""
        voucher = self.town.serial("pension_refund")
        for (contract, month), amount in amounts.items():
            person = int(self.people.person[self.contracts.who[contract]])
            scheme = int(self.contracts.scheme[contract])
            self.refunds.add(person, month, scheme, amount, voucher, on, states=int(known_from(on)))

    def correct_some(self) -> None:
        """Let a little flow back from one living pensioner in five hundred, who is in no case."""
        rows = self.contracts
        chosen = (self.rng.random(len(rows.who)) < 0.002) & ~self.people.taken[rows.who]
        alive = np.flatnonzero(chosen & (rows.end == LAST_AFTER))
        count = len(alive)
        on = self.rng.integers(day(OPENING), DAY_AFTER + 1, count)
        self.refunds.block(
            person=self.people.person[rows.who[alive]],
            month=np.maximum(months_of(on) - 1, rows.start[alive]),
            scheme=rows.scheme[alive],
            refunded=rows.amount[alive] // 20,
            voucher=self.town.serial("pension_refund", count) + np.arange(count, dtype=np.int64),
            refunded_on=on,
            states=known_from(on),
        )

    def columns(self) -> dict[str, Columns]:
        """Write out the tables."""
        payments = self._payments()
        return {
            "pension_payment": payments,
            "death_register": self._register(),
            "pension_refund": self.refunds.columns(),
        }

    def _payments(self) -> Columns:
        rows = self.contracts
        at, months = spread(rows.start, rows.end)
        states = np.where(months <= LAST_BEFORE, IN_BOTH, IN_AFTER)
        if self.erased:
            contract, month = np.array(self.erased, dtype=np.int64).T
            begins = np.searchsorted(at, contract)
            states[begins + month - rows.start[contract]] = IN_BEFORE
        amount = rows.amount[at]
        return {
            "person": self.people.person[rows.who[at]],
            "month": months,
            "body": rows.body[at],
            "scheme": rows.scheme[at],
            "amount": amount + np.where(months >= _RAISED_FROM, amount * 2 // 100, 0),
            "states": states,
        }

    def _register(self) -> Columns:
        people, register = self.people, Rows("person", "died", "flag", "source")
        dead = np.flatnonzero(people.died != NEVER)
        ordinary = dead[~np.isin(dead, list(self.recorded))]
        chance = self.rng.random((2, len(ordinary)))
        for source, known in ((POLICE, chance[0] < 0.93), (CREMATORIUM, (chance[0] >= 0.93) | (chance[1] < 0.88))):
            who = ordinary[known]
            register.block(
                person=people.person[who],
                died=people.died[who],
                flag=np.ones(len(who), dtype=np.int64),
                source=np.full(len(who), source, dtype=np.int64),
                states=known_from(people.died[who]),
            )
        for one, lines in self.recorded.items():
            for died, flag, source, states in lines:
                register.add(int(people.person[one]), died, flag, source, states=states)
        return register.columns()
