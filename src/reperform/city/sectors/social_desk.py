"""The desk of the social security sector: pensions, cards, insured residents and death benefits of cases.

Rules kept here:

* A pensioner whom a case does not make guilty has reached the age of the law, draws one pension, and is paid from the
  month after.
* People of cases are in no register of residents: they are insured here, not registered here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import LAST_BEFORE, day, first_days, months_of
from reperform.city.identity import person_text
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Rows
from reperform.city.sector import Desk
from reperform.city.town import PENSION_PAYERS, Part, Town
from reperform.city.truth import Fate

from . import roster

CARDS, PENSIONS, DEATHS = "social_card_application", "pension_roster", "death_benefit"
FUNERAL, SURVIVORS = 0, 1
OF_PENSION, OF_INJURY, OF_UNEMPLOYMENT = range(3)
GRANTS = (1_560_000, 4_270_000, 1_480_000)
"""Fen of a funeral grant, by insurance."""


def card_text(number: int) -> str:
    """Return an application's number as it is written."""
    return f"SK-{number:09d}"


def grant_text(number: int) -> str:
    """Return a death benefit's number as it is written."""
    return f"SW-{number:08d}"


@dataclass(frozen=True)
class Pension:
    """One pension of a case."""

    person: int
    scheme: int
    body: int
    born: int
    first: int
    monthly: int
    number: int
    region: int = 0
    last: int = ABSENT
    male: int = 1
    post: int = roster.CADRE
    ground: int = roster.STATUTORY

    @property
    def key(self) -> dict[str, object]:
        """The key of the row."""
        person, scheme = person_text(self.person), roster.SCHEMES[self.scheme]
        return {"person_id": person, "scheme": scheme, "region": roster.REGIONS[self.region]}

    @property
    def office(self) -> str:
        """The body that pays."""
        return PENSION_PAYERS[self.body]

    def months(self, upto: int = LAST_BEFORE) -> int:
        """Return for how many months it was drawn up to a month."""
        return (upto if self.last == ABSENT else min(self.last, upto)) - self.first + 1


class SocialDesk(Desk):
    """Writes the rows of cases, and with them the truth."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "social")
        self.roster = roster.rows()
        self.cards = Rows("number", "person", "applied", "issued", "body")
        self.insured = Rows("person", "born", "years", "monthly", "left", "body")
        self.grants = Rows("number", "person", "scheme", "kind", "paid", "amount", "body")
        self.deaths = Rows("person", "died", "flag", "source")

    def person(self, born: int, male: int = 1) -> int:
        """Make up a person born on a day."""
        place = np.array([self.between(0, len(DISTRICTS) - 1)])
        return int(self.town.registry.enter(place, np.array([born]), np.array([male]))[0])

    def birthday(self, of: int) -> int:
        """Return a day of a month."""
        return int(first_days(np.array([of]))[0]) + self.between(0, 27)

    def old(self) -> int:
        """Return a birthday of somebody who reached sixty before the law changed."""
        return day(date(1957, 1, 1)) + self.between(0, 2500)

    def pension(self, body: str, born: int, **changes: int) -> Pension:
        """Make up the pension of an employee, from the month after the sixtieth birthday."""
        male = changes.pop("male", 1)
        person = changes.pop("person", 0) or self.person(born, male)
        made = Pension(
            person=person,
            scheme=roster.EMPLOYEE,
            body=PENSION_PAYERS.index(body),
            born=born,
            first=int(months_of(np.array([born]))[0]) + 721,
            monthly=self.sum(380_000),
            number=self.town.serial("pension_decision"),
            male=male,
        )
        return replace(made, **changes)

    def resident(self, body: str, born: int, **changes: int) -> Pension:
        """Make up the pension of a resident."""
        return self.pension(body, born, **{"scheme": roster.RESIDENT, "post": ABSENT, "ground": ABSENT,
                                           "monthly": self.sum(24_000), **changes})  # fmt: skip

    def enter(self, row: Pension, states: int = IN_BOTH) -> None:
        """Write a pension; one that begins after the first state is not yet known there."""
        seen = states & IN_AFTER if row.first > LAST_BEFORE else states
        if seen:
            values = (row.person, row.scheme, row.region, row.body, row.born, row.male, row.post, row.ground)
            self.roster.add(*values, row.first, row.last, row.monthly, row.number, states=seen)

    def overpaid(self, code: str, row: Pension, months: int, note: str, tidied: Pension | None = None,
                 *, stop: bool = False) -> None:  # fmt: skip
        """Say that months of a pension were unduly paid, and let the fate take its course.

        What must `stop` ends with the month of the first state; `tidied` is how a body makes it only look right.
        """
        amount = months * row.monthly
        fate = self.plant(code, row.key, row.office, amount, note)
        self.enter(row, IN_BEFORE)
        if fate is Fate.UNPROVEN:
            if tidied is not None and self.chance(0.5):
                self.enter(tidied, IN_AFTER)
        else:
            stopped = stop and fate in (Fate.CLEARED, Fate.PARTLY) and row.last == ABSENT
            self.enter(replace(row, last=LAST_BEFORE) if stopped else row, IN_AFTER)
        self.remedy(fate, PENSIONS, roster.decision_text(row.number), amount)

    def overpaid_later(self, code: str, row: Pension, months: int, fate: Fate, note: str) -> None:
        """Say that months of a pension that begins after the audit were unduly paid."""
        self.plant_later(code, row.key, row.office, months * row.monthly, fate, note)
        self.enter(row, IN_AFTER)
