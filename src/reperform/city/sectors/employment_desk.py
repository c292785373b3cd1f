"""The desk of the employment sector: firms, stays, subsidies and benefits of cases, one by one.

Rules kept here:

* Whatever a case does not say is in order: a firm is old, registered, insured, sells and has lasting staff; a person is
  of working age, nobody else's employee, and appears in one case alone.
* People of cases live elsewhere and work here, with numbers of their own, except those whose age the register of
  residents must tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import (
    DAY_AFTER,
    DAY_BEFORE,
    FIRST,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    OPENING,
    day,
    first_days,
    months_of,
    on,
)
from reperform.city.pensions import CREMATORIUM, POLICE
from reperform.city.people import Residents
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate, Kind

from . import roster
from .employers import firm_text

HRS = tuple(f"{short}-HRS" for short, _, _ in DISTRICTS)
STARTUP, INSURANCE, GRADUATE, EXPANSION, TRAINEESHIP = range(5)
KINDS = ("startup", "insurance", "graduate", "expansion", "traineeship")
USUAL = (1_000_000, 78_000, 82_000, 100_000, 190_000)
"""Fen by kind: a grant of ten thousand yuan, monthly subsidies, a thousand yuan per person."""
ACTIVE, CANCELLED, REVOKED = 0, 1, 2
QUARTERS = np.arange(FIRST - 12, LAST_AFTER - 2, 3, dtype=np.int64)
_DECLARED = known_from(first_days(QUARTERS + 3) + 14).tolist()
"""In which states the declaration of each quarter is known, half a month after its end."""
_ARRIVING = 512
BENEFIT = 207_000
SUBSIDIES, BENEFITS = "employment_subsidy", "unemployment_payment"
_NO_PERSON = ("EM-02", "EM-03", "EM-04", "EM-05")
"""Procedures that can say nothing of a line without a person: where such a line can be hidden."""


@cache
def first_day(of: int) -> int:
    """Return the first day of a month."""
    return int(first_days(np.array([of]))[0])


@cache
def month_at(when: int) -> int:
    """Return the month of a day."""
    return int(months_of(np.array([when]))[0])


def earlier(when: int, months: int) -> int:
    """Return the same day so many months before; a day that all months have."""
    then = on(when)
    year, place = divmod(then.year * 12 + then.month - 1 - months, 12)
    return day(date(year, place + 1, min(then.day, 28)))


def line_text(number: int) -> str:
    """Return the number of a subsidy's payment line as it is written."""
    return f"BT-{number:09d}"


def benefit_text(number: int) -> str:
    """Return the number of a benefit's payment line as it is written."""
    return f"SF-{number:09d}"


@dataclass(frozen=True)
class Employer:
    """One firm of a case."""

    number: int
    place: int
    representative: int
    registered: int
    address: int
    phone: int
    agent: int = ABSENT
    style: int = 0
    status: int = ACTIVE
    status_on: int = NEVER
    listed: int = NEVER
    delisted: int = NEVER
    dispatch: int = 0


@dataclass(frozen=True)
class Line:
    """One payment line of a subsidy."""

    number: int
    kind: int
    firm: int
    person: int
    month: int
    amount: int
    applied: int
    paid: int
    place: int

    @property
    def text(self) -> str:
        """The number as it is written."""
        return line_text(self.number)


@dataclass(frozen=True)
class Benefit:
    """One month of unemployment benefit."""

    number: int
    claim: int
    person: int
    month: int
    place: int
    amount: int = BENEFIT


class WorkDesk(Desk):
    """Writes the rows of cases, and with them the truth."""

    def __init__(self, town: Town, part: Part, crowd: Residents, reserve: Iterable[int]) -> None:
        super().__init__(town, part, "employment")
        self.crowd, self._reserve = crowd, list(reserve)
        self._newcomers: list[int] = []
        self.firms = Rows(
            *("firm", "representative", "registered", "status", "status_on", "listed", "delisted", "dispatch"),
            *("address", "style", "phone", "agent", "place"),
        )
        self.registrations = Rows("number", "firm", "insured_on")
        self.declarations = Rows("firm", "quarter", "sales", "employees")
        self.stays = Rows("person", "firm", "first", "last", "base")
        self.lines = Rows("number", "kind", "firm", "person", "month", "amount", "applied", "paid", "place")
        self.claims = Rows("number", "person", "firm", "claimed", "insured", "body")
        self.benefits = Rows("number", "claim", "person", "month", "amount", "body")
        self.posts = Rows("person", "employer", "since", "until")
        self.roster = roster.rows()
        self.deaths = Rows("person", "died", "flag", "source")

    def person(self, *, born: int | None = None, male: int | None = None) -> int:
        """Make up a person, of working age unless born on a day that is given."""
        if born is None:
            if not self._newcomers:
                self._newcomers = self._arrive(_ARRIVING)
            return self._newcomers.pop()
        sex = self.between(0, 1) if male is None else male
        place = np.array([self.between(0, len(DISTRICTS) - 1)])
        return int(self.town.registry.enter(place, np.array([born]), np.array([sex]))[0])

    def _arrive(self, count: int) -> list[int]:
        """Give numbers to many people of working age at once."""
        rng = self.rng
        born = day(OPENING) - rng.integers(22 * 366, 46 * 365, count)
        entered = self.town.registry.enter(rng.integers(0, len(DISTRICTS), count), born, rng.integers(0, 2, count))
        return [int(person) for person in entered]

    def resident(self, oldest: int, youngest: int, *, male: int | None = None) -> int | None:
        """Take a registered resident born between two days, if one is left."""
        crowd = self.crowd
        for place, who in enumerate(self._reserve):
            if oldest <= crowd.born[who] <= youngest and male in (None, int(crowd.male[who])):
                del self._reserve[place]
                return int(crowd.person[who])
        return None

    def dead(self) -> tuple[int, int]:
        """Make up a person who died long enough before the audit, and return the day as well."""
        person, died = self.person(), self.between(day(OPENING) + 40, DAY_BEFORE - 190)
        self.deaths.add(person, died, 1, self.between(POLICE, CREMATORIUM), states=IN_BOTH)
        return person, died

    def employer(self, body: str, **changes: int) -> Employer:
        """Make up an old firm of a district."""
        made = Employer(
            number=self.town.serial("firm"),
            place=HRS.index(body),
            representative=self.person(),
            registered=day(date(2015, 1, 1)) + self.between(0, 2900),
            address=self.town.serial("firm_address"),
            phone=self.town.serial("firm_phone"),
            style=self.between(0, 2),
        )
        return replace(made, **changes)

    def enter(self, firm: Employer, states: int = IN_BOTH) -> None:
        """Write a firm into the register of firms; an end after the first state is not yet known there."""
        if firm.registered > DAY_BEFORE:
            states &= IN_AFTER
        later = firm.status != ACTIVE and NEVER > firm.status_on > DAY_BEFORE
        ended = (IN_AFTER & states) if later else states
        for seen, status, status_on in ((ended, firm.status, firm.status_on), (states - ended, ACTIVE, NEVER)):
            if seen:
                row = (firm.number, firm.representative, firm.registered, status, status_on, firm.listed)
                rest = (firm.delisted, firm.dispatch, firm.address, firm.style, firm.phone, firm.agent, firm.place)
                self.firms.add(*row, *rest, states=seen)

    def open(self, firm: Employer, *, staff: int = 3, states: int = IN_BOTH, sells: bool = True) -> Employer:
        """Write a firm with all that belongs to it: insurance, declarations, lasting staff."""
        self.enter(firm, states)
        self.insure(firm, min(firm.registered + self.between(1, 25), DAY_AFTER))
        self.declare(firm, employees=staff + 1, sells=sells)
        begun = month_at(firm.registered) + 1
        for _ in range(staff):
            self.stay(self.person(), firm, begun)
        return firm

    def insure(self, firm: Employer, when: int) -> None:
        """Register a firm for social insurance."""
        self.registrations.add(self.town.serial("insured_firm"), firm.number, when, states=int(known_from(when)))

    def declare(self, firm: Employer, *, employees: int, sells: bool = True, states: int = IN_BOTH) -> None:
        """Write the tax declarations of a firm from its first quarter on."""
        begun = month_at(firm.registered)
        for quarter, declared in zip(QUARTERS.tolist(), _DECLARED, strict=True):
            seen = states & declared
            if seen and begun <= quarter + 2:
                sales = self.sum(80_000_000) if sells else 0
                self.declarations.add(firm.number, quarter, sales, employees, states=seen)

    def stay(self, person: int, firm: Employer, first: int, last: int = ABSENT, states: int = IN_BOTH) -> None:
        """Insure a person with a firm; an end or a beginning after the first state is not yet known there."""
        base = self.between(46, 200) * 10_000
        if first > LAST_BEFORE:
            states &= IN_AFTER
        known = states & IN_AFTER if last >= LAST_BEFORE else states
        for seen, end in ((known, last), (states - known, ABSENT)):
            if seen:
                self.stays.add(person, firm.number, first, end, base, states=seen)

    def when(self, *, after: bool = False) -> int:
        """Return a month whose subsidy is paid before the audit, or only after it."""
        return self.between(LAST_BEFORE, LAST_AFTER - 4) if after else self.between(FIRST, LAST_BEFORE - 4)

    def line(self, firm: Employer | None, person: int, kind: int, when: int, **changes: int) -> Line:
        """Make up a payment line; it is applied for in the next month and paid weeks later."""
        applied = first_day(when + 1) + self.between(0, 15)
        made = Line(
            number=self.town.serial("subsidy_line"),
            kind=kind,
            firm=ABSENT if firm is None else firm.number,
            person=person,
            month=when,
            amount=USUAL[kind],
            applied=applied,
            paid=applied + self.between(20, 40),
            place=0 if firm is None else firm.place,
        )
        return replace(made, **changes)

    def pay(self, line: Line, states: int | None = None) -> None:
        """Write a payment line."""
        known = int(known_from(line.paid)) if states is None else states
        values = (line.number, line.kind, line.firm, line.person, line.month, line.amount, line.applied, line.paid)
        self.lines.add(*values, line.place, states=known)

    def settle(self, lines: list[Line], fate: Fate, *, blank: bool = False) -> None:
        """Write payment lines as a fate leaves them: money back, half back, gone, or untouched."""
        hidden = fate is Fate.UNPROVEN
        blanked = hidden and blank and self.between(0, 1) == 1
        for line in lines:
            self.pay(line, IN_BEFORE if hidden else None)
            if blanked:
                self.pay(replace(line, person=ABSENT), IN_AFTER)
            if fate is Fate.CLEARED:
                self.remedy(fate, SUBSIDIES, line.text, line.amount)
        if fate is Fate.PARTLY:
            self.remedy(fate, SUBSIDIES, lines[0].text, lines[0].amount)

    def unduly(self, code: str, line: Line, note: str, fate: Fate | None = None, amount: int | None = None) -> None:
        """Say that a line was unduly paid, and write it; a fate that is given begins after the audit."""
        key, body = {"payment_no": line.text}, HRS[line.place]
        worth = line.amount if amount is None else amount
        if fate is not None:
            self.plant_later(code, key, body, worth, fate, note)
            self.pay(line)
            return
        fate = self.plant(code, key, body, worth, note)
        if (fate is Fate.CLEARED and worth < line.amount) or fate is Fate.PARTLY:
            self.pay(line)
            self.remedy(fate, SUBSIDIES, line.text, worth)
        else:
            self.settle([line], fate, blank=code in _NO_PERSON)

    def fair(self, code: str, line: Line, note: str, kind: Kind = Kind.INNOCENT) -> None:
        """Say that a line is in order, and write it."""
        self.pay(line)
        self.harmless(code, {"payment_no": line.text}, HRS[line.place], note, kind, line.amount)

    def of_nobody(self, firm: Employer, kind: int, note: str) -> None:
        """Write a line without a person: whatever asks for the person can say nothing of it."""
        line = self.line(firm, ABSENT, kind, self.when())
        self.pay(line)
        codes = ["EM-02", "EM-03"]
        codes += ["EM-04"] if kind in (INSURANCE, GRADUATE, TRAINEESHIP) else []
        codes += ["EM-05"] if kind in (INSURANCE, GRADUATE) else []
        for code in codes:
            self.harmless(code, {"payment_no": line.text}, HRS[line.place], note, Kind.NOT_TESTABLE)

    def of_unknown_firm(self, line: Line, firm: Employer, note: str) -> None:
        """Write a line of a firm that no register knows: whatever asks for the firm can say nothing of it."""
        self.pay(line)
        codes = ["EM-06"] + (["EM-01"] if line.kind == STARTUP else [])
        for code in codes:
            self.harmless(code, {"payment_no": line.text}, HRS[line.place], note, Kind.NOT_TESTABLE)
        key = self.firm_key(firm) | {"kind": KINDS[line.kind]}
        self.harmless("EM-08", key, HRS[line.place], note, Kind.NOT_TESTABLE)
        self.harmless("EM-09", key | {"district_body": HRS[line.place]}, HRS[line.place], note, Kind.NOT_TESTABLE)

    def jobless(self, firm: int, place: int, person: int, first: int, *, insured: int = 240) -> int:
        """Write a claim of unemployment benefit, and return its number."""
        number, claimed = self.town.serial("jobless_claim"), first_day(first) + self.between(0, 20)
        self.claims.add(number, person, firm, claimed, insured, place + 1, states=int(known_from(claimed)))
        return number

    def benefit(self, claim: int, place: int, person: int, when: int) -> Benefit:
        """Make up a month of benefit."""
        return Benefit(self.town.serial("benefit_line"), claim, person, when, place)

    def disburse(self, month_paid: Benefit, states: int | None = None) -> None:
        """Write a month of benefit, which is paid in the next."""
        known = int(known_from(first_day(month_paid.month + 1) + 9)) if states is None else states
        values = (month_paid.number, month_paid.claim, month_paid.person, month_paid.month, month_paid.amount)
        self.benefits.add(*values, month_paid.place + 1, states=known)

    def pensioner(self, person: int, born: int, first: int, last: int = ABSENT) -> None:
        """Enter a man into the roster of pensioners, at his age."""
        number = self.town.serial("pension_decision")
        values = (person, roster.EMPLOYEE, 0, 0, born, 1, roster.CADRE, roster.STATUTORY, first, last, 410_000, number)
        self.roster.add(*values, states=IN_BOTH if first <= LAST_BEFORE else IN_AFTER)

    def firm_key(self, firm: Employer) -> dict[str, object]:
        """Return the key of a firm."""
        return {"firm_id": firm_text(firm.number)}
