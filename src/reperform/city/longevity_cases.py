"""The cases of "longevity allowance due but unpaid": who is left out, and who only seems to be.

Rules kept here:

* A case is one person with the months that are short and by how much, at the first state and at the second. All else
  that person receives like anybody.
* Cases that need a certain birthday get one before numbers are given out, since the number shows the birthday.
* Hidden means that the person was taken out of the register: deleted, moved away on paper, or made younger.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from .dates import (
    ALWAYS,
    DAY_BEFORE,
    DEMANDED,
    FIRST,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    OPENING,
    day,
    first_days,
    last_days,
    months_of,
)
from .identity import person_text
from .longevity import BY_HAND, LAST_PAID_AFTER, LAST_PAID_BEFORE, LongevityTables, Trace, first_due, rates
from .people import Residents
from .rows import IN_AFTER, IN_BEFORE, IN_BOTH
from .town import CIVIL_AFFAIRS, Part, Town, deal, month_text
from .truth import Fate, Kind, Planted, key_of

CODE = "EL-02"
CASES_PER_MILLION, AGAIN_PER_MILLION = 2000, 300
LAST_OWED_BEFORE, LAST_OWED_AFTER = LAST_BEFORE - 2, LAST_AFTER - 2
"""The payment of a month may take one whole month more."""
Short = dict[int, int]
"""Fen that are short, by month."""


@dataclass
class Case:
    """One person of a case; what is short before the audit and after it."""

    who: int
    body: str
    fate: Fate
    before: Short = field(default_factory=dict)
    after: Short = field(default_factory=dict)
    last: int = LAST_PAID_AFTER
    """The last month that is paid."""
    says: list[tuple[int, int, Kind, Fate, str]] = field(default_factory=list)
    """Lines of the truth: month, fen, kind, fate, note."""
    written: set[int] = field(default_factory=set)
    """Months whose payments the case wrote itself."""


class Desk:
    """Chooses people for cases, and writes their payments and the truth when numbers have been given out."""

    def __init__(self, town: Town, part: Part, people: Residents) -> None:
        self.town, self.people = town, people
        self.rng = town.rng("longevity", part.number)
        self.tables = LongevityTables(people)
        self.cases: list[Case] = []
        here = (people.died == NEVER) & (people.moved_out == NEVER) & (people.former == people.district)
        old = (months_of(people.born) + 12 * 70 + 1 <= FIRST) & (people.moved_in < day(OPENING))
        order = self.rng.permutation(np.flatnonzero(here & old & ~people.taken))
        places = range(len(CIVIL_AFFAIRS))
        self._free = {CIVIL_AFFAIRS[place]: order[people.district[order] == place].tolist() for place in places}

    def has(self, body: str) -> bool:
        """Whether anyone is left in a body for a case."""
        return bool(self._free[body])

    def take(self, body: str, fate: Fate | None = None) -> Case:
        """Take a person into a case; the fate is the body's next unless given."""
        who = self._free[body].pop()
        self.people.taken[who] = True
        case = Case(who, body, self.town.attitudes[CODE].fate(body) if fate is None else fate)
        self.cases.append(case)
        self.tables.by_hand.append(who)
        return case

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def birthday(self, case: Case, years: int, on: int) -> None:
        """Let the person turn so many years old on a day."""
        offset = on - _first(int(months_of(np.array([on]))[0]))
        month = int(months_of(np.array([on]))[0]) - 12 * years
        self.people.born[case.who] = min(_first(month) + offset, _first(month + 1) - 1)
        self.people.moved_in[case.who] = ALWAYS

    def due(self, case: Case, first: int, last: int) -> Short:
        """Return what is due for the months from `first` to `last`."""
        months = np.arange(first, last + 1, dtype=np.int64)
        born = np.full(len(months), self.people.born[case.who])
        return dict(zip(months.tolist(), rates(born, months).tolist(), strict=True))

    def say(self, case: Case, short: Short, kind: Kind, note: str, fate: Fate = Fate.NONE) -> None:
        """Write the truth about months of a case."""
        case.says += [(month, amount, kind, fate, note) for month, amount in short.items()]

    def unpaid(self, case: Case, short: Short, note: str) -> None:
        """Say that months were due and are short, and let the fate take its course."""
        owed = {month: amount for month, amount in short.items() if month <= LAST_OWED_BEFORE}
        recent = {month: amount for month, amount in short.items() if month == LAST_PAID_BEFORE}
        self.say(case, owed, Kind.PLANTED, note, case.fate)
        case.before = short
        if case.fate is Fate.PARTLY:
            case.after = {month: amount - amount // 2 for month, amount in owed.items()}
        elif case.fate is not Fate.CLEARED:
            case.after = short
        if case.fate is Fate.STILL:
            later = {month: amount for month, amount in short.items() if LAST_OWED_BEFORE < month <= LAST_OWED_AFTER}
            self.say(case, later, Kind.PLANTED, f"{note}, and after the audit", Fate.NEW)
        else:
            self.say(case, recent, Kind.NEAR_MISS, "the payment may still be on its way")
        if case.fate is Fate.UNPROVEN:
            self._hide(case)

    def _hide(self, case: Case) -> None:
        way = self.town.serial("longevity_hidden") % 3
        younger = int(self.people.born[case.who]) + 365 * 30
        self.tables.hidden[case.who] = (("states", 0), ("moved_out", day(OPENING) - 40), ("born", younger))[way]

    def finish(self) -> None:
        """Write the payments and the truth of all cases; numbers are known now."""
        start = first_due(self.people)
        for case in self.cases:
            person = person_text(int(self.people.person[case.who]))
            for month, amount, kind, fate, note in case.says:
                key = key_of({"person_id": person, "month": month_text(month)})
                self.town.truth.append(Planted(CODE, key, case.body, amount, kind, fate, note))
            for month, amount in self.due(case, int(start[case.who]), case.last).items():
                if month not in case.written:
                    self._pay(case, month, amount - case.before.get(month, 0), amount - case.after.get(month, 0))

    def _pay(self, case: Case, month: int, before: int, after: int) -> None:
        seen = month <= LAST_PAID_BEFORE
        if before == after or not seen:
            if after:
                run = self.tables.in_run(case.who, month)
                self.tables.pay(case.who, month, after, run, IN_BOTH if seen else IN_AFTER)
            return
        if before:
            self.tables.pay(case.who, month, before, self.tables.in_run(case.who, month), IN_BEFORE)
        if after:
            trace = self.by_hand(case, day(DEMANDED) + self.between(7, 130))
            self.tables.pay(case.who, month, after, trace, IN_AFTER)

    def by_hand(self, case: Case, on: int) -> Trace:
        """Return the trace of a payment out of the monthly run, by the person's district."""
        return Trace(int(self.people.district[case.who]), on, BY_HAND + self.town.serial("longevity_voucher"))


def _first(month: int) -> int:
    return int(first_days(np.array([month]))[0])


def _last(month: int) -> int:
    return int(last_days(np.array([month]))[0])


def never_applied(desk: Desk, body: str) -> None:
    """Entitled all the time, never paid: nobody applied."""
    case = desk.take(body)
    desk.unpaid(case, desk.due(case, FIRST, LAST_PAID_AFTER), "entitled throughout, never paid")


def gap(desk: Desk, body: str) -> None:
    """One to four months left out in the middle."""
    case, month = desk.take(body), desk.between(FIRST, LAST_OWED_BEFORE - 4)
    desk.unpaid(case, desk.due(case, month, month + desk.between(0, 3)), "months left out")


def last_month_owed(desk: Desk, body: str) -> None:
    """The latest month that should be there by now."""
    case = desk.take(body)
    desk.unpaid(case, desk.due(case, LAST_OWED_BEFORE, LAST_OWED_BEFORE), "the latest month that had to be paid by now")


def old_rate(desk: Desk, body: str) -> None:
    """Turned eighty, ninety or a hundred and still paid as before; the month of the birthday itself is right."""
    case, month = desk.take(body), desk.between(FIRST + 1, LAST_OWED_BEFORE - 2)
    desk.birthday(case, (80, 90, 100)[desk.between(0, 2)], _first(month) + desk.between(0, 27))
    (old,) = desk.due(case, month, month).values()
    short = {later: amount - old for later, amount in desk.due(case, month + 1, LAST_PAID_AFTER).items()}
    desk.say(case, {month: 0}, Kind.NEAR_MISS, "the month of the birthday at the old rate")
    desk.unpaid(case, short, "paid at the old rate after the birthday")


def seventy_on_last_day(desk: Desk, body: str) -> None:
    """Seventy on the last day of a month: that month is not due, the next one is."""
    case, month = desk.take(body), desk.between(FIRST, LAST_OWED_BEFORE - 1)
    desk.birthday(case, 70, _last(month))
    desk.say(case, {month: 3000}, Kind.NEAR_MISS, "turned seventy on the last day of this month")
    desk.unpaid(case, desk.due(case, month + 1, month + 1), "the month after the seventieth birthday")


def seventy_on_first_day(desk: Desk, body: str) -> None:
    """Seventy on the first day of a month: due from the next month on, as paid."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST, LAST_OWED_BEFORE)
    desk.birthday(case, 70, _first(month))
    desk.say(case, {month: 3000}, Kind.NEAR_MISS, "turned seventy on the first day of this month")


def moved_in_on_first(desk: Desk, body: str) -> None:
    """Registered on the first day of a month: the whole month is due."""
    case, month = desk.take(body), desk.between(FIRST + 1, LAST_OWED_BEFORE)
    desk.people.moved_in[case.who] = _first(month)
    desk.unpaid(case, desk.due(case, month, month), "registered from the first day of the month on")


def moved_in_on_second(desk: Desk, body: str) -> None:
    """Registered from the second day of a month on: not all of it."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST + 1, LAST_OWED_BEFORE)
    desk.people.moved_in[case.who] = _first(month) + 1
    desk.say(case, desk.due(case, month, month), Kind.NEAR_MISS, "registered on the second day of the month")


def moved_out_on_first(desk: Desk, body: str) -> None:
    """Moved out on the first day of a month: the month before was a whole one."""
    case, month = desk.take(body), desk.between(FIRST + 1, LAST_OWED_BEFORE)
    desk.people.moved_out[case.who], case.last = _first(month + 1), month
    desk.unpaid(case, desk.due(case, month, month), "registered to the last day of the month")


def moved_out_on_last(desk: Desk, body: str) -> None:
    """Moved out on the last day of a month: not there on all of its days."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST + 1, LAST_OWED_BEFORE)
    desk.people.moved_out[case.who], case.last = _last(month), month - 1
    desk.say(case, desk.due(case, month, month), Kind.NEAR_MISS, "moved out on the last day of the month")


def died_on_first(desk: Desk, body: str) -> None:
    """Died on the first day of a month: the month before was lived to its end."""
    case, month = desk.take(body), desk.between(FIRST + 1, LAST_OWED_BEFORE)
    desk.people.died[case.who], case.last = _first(month + 1), month
    desk.unpaid(case, desk.due(case, month, month), "alive to the last day of the month")


def died_on_last(desk: Desk, body: str) -> None:
    """Died on the last day of a month, which is left to custom."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST + 1, LAST_OWED_BEFORE)
    desk.people.died[case.who], case.last = _last(month), month - 1
    desk.say(case, desk.due(case, month, month), Kind.NEAR_MISS, "died on the last day of the month")


def on_its_way(desk: Desk, body: str) -> None:
    """The month before the last is unpaid on the day of the audit; it comes in time."""
    case = desk.take(body, Fate.NONE)
    case.before = desk.due(case, LAST_PAID_BEFORE, LAST_PAID_BEFORE)
    desk.say(case, case.before, Kind.NEAR_MISS, "the payment may still be on its way")


def paid_late(desk: Desk, body: str) -> None:
    """Left out for months, then paid before the audit."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST, LAST_OWED_BEFORE - 4)
    late, trace = desk.due(case, month, month + 2), desk.by_hand(case, DAY_BEFORE - desk.between(0, 20))
    for later, amount in late.items():
        desk.tables.pay(case.who, later, amount, trace, IN_BOTH)
    case.written.update(late)
    desk.say(case, late, Kind.INNOCENT, "paid late, but before the audit")


def two_districts(desk: Desk, body: str) -> None:
    """Paid by two districts, a part each, after a move within the city."""
    case, month = desk.take(body, Fate.NONE), desk.between(FIRST, LAST_OWED_BEFORE - 1)
    here = desk.by_hand(case, _first(month + 1) + 14)
    there = replace(here, body=(here.body + 1) % len(CIVIL_AFFAIRS))
    shared = desk.due(case, month, month)
    for later, amount in shared.items():
        desk.tables.pay(case.who, later, amount // 3, there, IN_BOTH)
        desk.tables.pay(case.who, later, amount - amount // 3, here, IN_BOTH)
    case.written.update(shared)
    desk.say(case, shared, Kind.INNOCENT, "paid by two districts, which add up")


def no_birthday(desk: Desk, body: str) -> None:
    """No date of birth in the register and nothing paid: nobody can say what is due."""
    case = desk.take(body, Fate.NONE)
    case.before = case.after = desk.due(case, FIRST, LAST_PAID_AFTER)
    desk.tables.no_birthday.append(case.who)
    unknown = desk.due(case, FIRST, LAST_OWED_BEFORE)
    desk.say(case, unknown, Kind.NOT_TESTABLE, "no date of birth in the register")


SCENARIOS = deal(
    {
        never_applied: 10,
        gap: 8,
        old_rate: 4,
        seventy_on_last_day: 2,
        last_month_owed: 2,
        moved_in_on_first: 2,
        moved_out_on_first: 1,
        died_on_first: 1,
        seventy_on_first_day: 1,
        moved_in_on_second: 1,
        moved_out_on_last: 1,
        died_on_last: 1,
        on_its_way: 2,
        paid_late: 2,
        two_districts: 1,
        no_birthday: 1,
    }
)


def again(desk: Desk, body: str, fate: Fate) -> None:
    """Let someone turn seventy around the audit and be left out."""
    case, month = desk.take(body, fate), desk.between(LAST_OWED_BEFORE + 1, LAST_OWED_AFTER - 3)
    desk.birthday(case, 70, _first(month) + desk.between(0, 27))
    short = desk.due(case, month + 1, LAST_PAID_AFTER)
    case.before = case.after = short
    owed = {later: amount for later, amount in short.items() if later <= LAST_OWED_AFTER}
    desk.say(case, owed, Kind.PLANTED, "turned seventy around the audit, left out", fate)


def plant(town: Town, part: Part, people: Residents) -> Desk:
    """Plant the cases of a chunk; `finish` them when numbers have been given out."""
    desk = Desk(town, part, people)
    for scenario, body in town.cases(CODE, SCENARIOS, CASES_PER_MILLION, part):
        if desk.has(body):
            scenario(desk, body)
    for body, fate in town.again(CODE, AGAIN_PER_MILLION, part):
        if desk.has(body):
            again(desk, body, fate)
    return desk
