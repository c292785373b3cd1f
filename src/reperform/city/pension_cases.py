"""The cases of "pension paid after death": who is paid too long, and who only looks so.

Rules kept here:

* A case is one person; its months share one fate. What is put right after the audit carries a voucher of that time.
* What is due is said by the case, not looked up: the month of death belongs to the dead, the next one does not.
* Hidden means that the tables were made to look right: the payment deleted, the death deleted, or the death moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .dates import DAY_BEFORE, DEMANDED, FIRST, LAST_AFTER, LAST_BEFORE, NEVER, day, first_days, last_days
from .identity import person_text
from .pensions import CREMATORIUM, POLICE, SCHEMES, PensionTables
from .people import Residents
from .rows import IN_AFTER, IN_BEFORE, IN_BOTH, Columns
from .town import PENSION_PAYERS, Part, Town, deal, month_text
from .truth import Fate, Key, Kind, Planted, key_of

CODE = "SI-01"
CASES_PER_MILLION, AGAIN_PER_MILLION = 2000, 400
Owed = dict[tuple[int, int], int]
"""Fen by (contract, month)."""


@dataclass(frozen=True)
class Case:
    """One person of a case: the row of the contract, the row of the resident, the body and the fate."""

    contract: int
    who: int
    body: str
    fate: Fate


class Desk:
    """Chooses people for cases and writes down what is true of them."""

    def __init__(self, town: Town, part: Part, people: Residents) -> None:
        self.town, self.people = town, people
        self.rng = town.rng("pensions", part.number)
        self.tables = PensionTables(town, self.rng, people, spare=town.share(CASES_PER_MILLION, len(SCENARIOS), part))
        rows = self.tables.contracts
        here = (people.died[rows.who] == NEVER) & (people.moved_out[rows.who] == NEVER) & ~people.taken[rows.who]
        order = self.rng.permutation(np.flatnonzero(here & (rows.start == FIRST) & (rows.end == LAST_AFTER)))
        places = range(len(PENSION_PAYERS))
        self._free = {PENSION_PAYERS[place]: order[rows.body[order] == place].tolist() for place in places}

    def has(self, body: str) -> bool:
        """Whether anyone is left in a body for a case: paid throughout, alive and here, in no other case."""
        return bool(self._free[body])

    def take(self, body: str, fate: Fate | None = None) -> Case:
        """Take a person into a case; the fate is the body's next unless given."""
        contract = self._free[body].pop()
        who = int(self.tables.contracts.who[contract])
        self.people.taken[who] = True
        return Case(contract, who, body, self.town.attitudes[CODE].fate(body) if fate is None else fate)

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def dies(self, case: Case, on: int, paid_until: int) -> None:
        """Let the person die on a day, and the payments end with a month."""
        self.people.died[case.who] = on
        self.tables.contracts.end[case.contract] = paid_until

    def owed(self, case: Case, first: int, last: int) -> Owed:
        """Return what was paid for the months from `first` to `last`."""
        return {(case.contract, month): self.tables.paid(case.contract, month) for month in range(first, last + 1)}

    def say(self, case: Case, amounts: Owed, kind: Kind, note: str, fate: Fate = Fate.NONE) -> None:
        """Write the truth about months of a case."""
        for (contract, month), amount in amounts.items():
            key = self._key(contract, month)
            self.town.truth.append(Planted(CODE, key, case.body, amount, kind, fate, note))

    def overpaid(self, case: Case, owed: Owed, note: str) -> None:
        """Say that months must come back, and let the fate take its course."""
        self.say(case, owed, Kind.PLANTED, note, case.fate)
        later = day(DEMANDED) + self.between(7, 130)
        if case.fate is Fate.CLEARED:
            self.tables.refund(owed, later)
        elif case.fate is Fate.PARTLY:
            self.tables.refund({month: amount // 2 for month, amount in owed.items()}, later)
        elif case.fate is Fate.UNPROVEN:
            self._hide(case, owed)

    def _key(self, contract: int, month: int) -> Key:
        rows = self.tables.contracts
        person = person_text(int(self.people.person[rows.who[contract]]))
        scheme = SCHEMES[int(rows.scheme[contract])]
        return key_of({"person_id": person, "month": month_text(month), "scheme": scheme})

    def _hide(self, case: Case, owed: Owed) -> None:
        died, way = int(self.people.died[case.who]), self.town.serial("pension_hidden") % 3
        if way == 0:
            self.tables.erased += owed
        elif way == 1:
            self.tables.recorded[case.who] = [(died, 1, POLICE, IN_BEFORE)]
        else:
            moved = _end(max(month for _, month in owed))
            self.tables.recorded[case.who] = [(died, 1, POLICE, IN_BEFORE), (moved, 1, POLICE, IN_AFTER)]


def _begin(month: int) -> int:
    return int(first_days(np.array([month]))[0])


def _end(month: int) -> int:
    return int(last_days(np.array([month]))[0])


def noticed_late(desk: Desk, body: str) -> None:
    """Paid for one to nine months too many."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 2)
    last = month + desk.between(1, min(9, LAST_BEFORE - month))
    desk.dies(case, _begin(month) + desk.between(1, 26), last)
    desk.overpaid(case, desk.owed(case, month + 1, last), "paid on until the death was noticed")


def never_noticed(desk: Desk, body: str) -> None:
    """Paid to this day; where nothing is done, also after the audit."""
    case, month = desk.take(body), desk.between(LAST_BEFORE - 7, LAST_BEFORE - 2)
    goes_on = case.fate is Fate.STILL
    desk.dies(case, _begin(month) + desk.between(1, 26), LAST_AFTER if goes_on else LAST_BEFORE)
    desk.overpaid(case, desk.owed(case, month + 1, LAST_BEFORE), "death never noticed, paid to this day")
    if goes_on:
        later = desk.owed(case, LAST_BEFORE + 1, LAST_AFTER)
        desk.say(case, later, Kind.PLANTED, "paid on after the audit", Fate.NEW)


def died_on_last_day(desk: Desk, body: str) -> None:
    """Death on the last day of a month, and the next one paid: over the limit by one day."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 2)
    desk.dies(case, _end(month), month + 1)
    desk.say(case, desk.owed(case, month, month), Kind.NEAR_MISS, "died on the last day; the month of death is due")
    desk.overpaid(case, desk.owed(case, month + 1, month + 1), "died on the last day of a month; the next one paid")


def died_on_first_day(desk: Desk, body: str) -> None:
    """Death on the first day of a month: that month is still due, the next is not."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 2)
    desk.dies(case, _begin(month), month + 1)
    desk.say(case, desk.owed(case, month, month), Kind.NEAR_MISS, "died on the first day; the month of death is due")
    desk.overpaid(case, desk.owed(case, month + 1, month + 1), "died on the first day of a month; the next one paid")


def partly_refunded(desk: Desk, body: str) -> None:
    """Part had come back before the audit; only the rest is owed."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 5)
    desk.dies(case, _begin(month) + desk.between(1, 26), month + 2)
    paid = desk.owed(case, month + 1, month + 2)
    back = {key: amount * 2 // 5 for key, amount in paid.items()}
    desk.tables.refund(back, DAY_BEFORE - desk.between(0, 60))
    rest = {key: amount - back[key] for key, amount in paid.items()}
    desk.overpaid(case, rest, "part had come back before the audit")


def two_schemes(desk: Desk, body: str) -> None:
    """Two pensions, both paid after death: a key of person and month alone would lose one."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 3)
    desk.dies(case, _begin(month) + desk.between(1, 26), month + 2)
    second = desk.tables.second(case.contract, desk.between(1500, 4000) * 10)
    owed = desk.owed(case, month + 1, month + 2)
    owed |= {(second, later): desk.tables.paid(second, later) for _, later in owed}
    desk.overpaid(case, owed, "two pensions, both paid after death")


def month_of_death(desk: Desk, body: str) -> None:
    """Paid for the month of death and stopped: as it should be."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST, LAST_BEFORE)
    desk.dies(case, _begin(month) + desk.between(0, 27), month)
    desk.say(case, desk.owed(case, month, month), Kind.NEAR_MISS, "the month of death itself")


def refunded(desk: Desk, body: str) -> None:
    """All came back before the audit, under one voucher."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST, LAST_BEFORE - 5)
    desk.dies(case, _begin(month) + desk.between(1, 26), month + 2)
    paid = desk.owed(case, month + 1, month + 2)
    desk.tables.refund(paid, DAY_BEFORE - desk.between(0, 60))
    desk.say(case, paid, Kind.INNOCENT, "refunded in full before the audit")


def refunded_in_two(desk: Desk, body: str) -> None:
    """All came back before the audit, the last of it on the day of the audit."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST, LAST_BEFORE - 5)
    desk.dies(case, _begin(month) + desk.between(1, 26), month + 1)
    paid = desk.owed(case, month + 1, month + 1)
    half = {key: amount // 2 for key, amount in paid.items()}
    desk.tables.refund(half, DAY_BEFORE - desk.between(30, 60))
    desk.tables.refund({key: amount - half[key] for key, amount in paid.items()}, DAY_BEFORE)
    desk.say(case, paid, Kind.INNOCENT, "refunded in two vouchers that add up")


def dates_conflict(desk: Desk, body: str) -> None:
    """Two registers, two dates of death: nothing can be said of the months between, and all of those after."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 5)
    earlier, later = _begin(month) + desk.between(1, 26), _begin(month + 2) + desk.between(1, 26)
    desk.dies(case, later, month + 3)
    rows = [(earlier, 1, POLICE, IN_BOTH), (later, 1, CREMATORIUM, IN_BOTH)]
    between = desk.owed(case, month + 1, month + 2)
    desk.say(case, between, Kind.NOT_TESTABLE, "between two conflicting dates of death")
    desk.overpaid(case, desk.owed(case, month + 3, month + 3), "paid after the later of two dates of death")
    hidden = desk.tables.recorded.get(case.who)
    if hidden is None:
        desk.tables.recorded[case.who] = rows
    else:
        # What was hidden at one register was hidden at the other too.
        desk.tables.recorded[case.who] = [(earlier, 1, CREMATORIUM, IN_BEFORE), *hidden]


def days_differ(desk: Desk, body: str) -> None:
    """Two registers name two days of one month: they do not disagree on what is due."""
    case, month = desk.take(body), desk.between(FIRST, LAST_BEFORE - 2)
    earlier, later = _begin(month) + desk.between(0, 9), _begin(month) + desk.between(10, 27)
    desk.dies(case, later, month + 1)
    desk.overpaid(case, desk.owed(case, month + 1, month + 1), "two days of death in one month; the next one paid")
    both = [(earlier, 1, POLICE, IN_BOTH), (later, 1, CREMATORIUM, IN_BOTH)]
    desk.tables.recorded.setdefault(case.who, both)


def no_date(desk: Desk, body: str) -> None:
    """Recorded as dead without a date: no month can be judged."""
    case = desk.take(body, Fate.NONE)
    desk.tables.recorded[case.who] = [(NEVER, 1, POLICE, IN_BOTH)]
    months = desk.owed(case, FIRST, LAST_BEFORE)
    desk.say(case, months, Kind.NOT_TESTABLE, "recorded as dead without a date")


def wrongly_recorded(desk: Desk, body: str) -> None:
    """In the register with the flag "not dead": alive."""
    case = desk.take(body, Fate.NONE)
    desk.tables.recorded[case.who] = [(NEVER, 0, POLICE, IN_BOTH)]
    months = desk.owed(case, LAST_BEFORE, LAST_BEFORE)
    desk.say(case, months, Kind.INNOCENT, "in the death register as not dead")


SCENARIOS = deal(
    {
        noticed_late: 16,
        never_noticed: 5,
        died_on_last_day: 3,
        month_of_death: 3,
        died_on_first_day: 2,
        partly_refunded: 2,
        two_schemes: 2,
        refunded: 2,
        no_date: 2,
        refunded_in_two: 1,
        dates_conflict: 1,
        days_differ: 1,
        wrongly_recorded: 1,
    }
)


def again(desk: Desk, body: str, fate: Fate) -> None:
    """Let someone die after the audit and be paid on."""
    case, month = desk.take(body, fate), desk.between(LAST_BEFORE + 1, LAST_AFTER - 2)
    last = month + desk.between(1, min(3, LAST_AFTER - month))
    desk.dies(case, _begin(month) + desk.between(1, 26), last)
    desk.say(case, desk.owed(case, month + 1, last), Kind.PLANTED, "died after the audit, paid on", fate)


def make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    """Plant the cases of a chunk and return its tables."""
    desk = Desk(town, part, people)
    for plant, body in town.cases(CODE, SCENARIOS, CASES_PER_MILLION, part):
        if desk.has(body):
            plant(desk, body)
    for body, fate in town.again(CODE, AGAIN_PER_MILLION, part):
        if desk.has(body):
            again(desk, body, fate)
    desk.tables.correct_some()
    return desk.tables.columns()
