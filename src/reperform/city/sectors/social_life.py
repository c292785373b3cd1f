"""Social security in ordinary life: who draws which pension, who is insured, cards, and grants for the dead.

Rules kept here:

* A pension begins in the month after its age and ends with the month of death; nobody draws two.
* A card lies ready within fourteen calendar days, which are never more than twelve working days.
* Whoever is insured as a resident and past sixty is on the roster.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from reperform.city.dates import (
    DAY_AFTER,
    DAY_BEFORE,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    OPENING,
    Flags,
    Ints,
    day,
    month,
    months_of,
)
from reperform.city.people import Residents
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, known_from

from . import roster
from .social_desk import FUNERAL, GRANTS, OF_PENSION, SURVIVORS, SocialDesk

CARDS_PER_MILLION = 60_000
_OLDEST_PENSION = month(date(1990, 1, 1))
"""Older decisions were entered with this month."""


def pensions(desk: SocialDesk, people: Residents) -> Flags:
    """Write the roster, and return who is insured as a resident."""
    rng, size = desk.rng, len(people)
    resident = rng.random(size) < 0.38
    worker = rng.random(size) < 0.65
    male = people.male == 1
    years = np.where(resident | male, 60, np.where(worker, 50, 55))
    before_reform = people.born < np.where(male, day(date(1965, 1, 1)),
                                           np.where(worker, day(date(1975, 1, 1)), day(date(1970, 1, 1))))  # fmt: skip
    first = months_of(people.born) + years * 12 + 1
    died = months_of(people.died)
    draws = (resident | before_reform) & (first <= np.minimum(died, LAST_AFTER)) & ~people.taken
    ground = np.where(rng.random(size) < 0.05, roster.SPECIAL_WORK, roster.STATUTORY)
    first = np.where((ground == roster.SPECIAL_WORK) & ~resident, first - 60, first)
    yuan = np.where(resident, rng.lognormal(5.6, 0.3, size), rng.lognormal(8.15, 0.35, size))
    who = np.flatnonzero(draws)
    of_city = ~resident[who] & (rng.random(len(who)) < 0.4)
    table = {
        "person": people.person[who],
        "scheme": np.where(resident[who], roster.RESIDENT, roster.EMPLOYEE),
        "region": np.zeros(len(who), dtype=np.int64),
        "body": np.where(of_city, 0, people.district[who] + 1),
        "born": people.born[who],
        "male": people.male[who],
        "post": np.where(resident[who], ABSENT, np.where(male[who] | ~worker[who], roster.CADRE, roster.WORKER)),
        "ground": np.where(resident[who], ABSENT, ground[who]),
        "first": np.maximum(first[who], _OLDEST_PENSION),
        "monthly": (yuan[who] * 10).astype(np.int64) * 10,
        "number": desk.town.serial("pension_decision", len(who)) + np.arange(len(who), dtype=np.int64),
    }
    for state, today, last_month in ((IN_BEFORE, DAY_BEFORE, LAST_BEFORE), (IN_AFTER, DAY_AFTER, LAST_AFTER)):
        here = table["first"] <= last_month
        ended = np.where(people.died[who] <= today, died[who], ABSENT)
        states = np.full(len(who), state, dtype=np.int64)
        rows = table | {"last": ended, "states": states}
        desk.roster.block(**{name: column[here] for name, column in rows.items()})
    _insured(desk, people, resident & draws, table["monthly"][resident[who]])
    return resident


def _insured(desk: SocialDesk, people: Residents, drawing: Flags, monthly: Ints) -> None:
    """Enter those who draw, and younger people who still pay."""
    rng, old = desk.rng, np.flatnonzero(drawing)
    adult = (people.born < day(date(2000, 1, 1))) & (people.born > day(date(1966, 12, 1))) & ~people.taken
    young = np.flatnonzero(adult & (rng.random(len(people)) < 0.2))
    who = np.concatenate([old, young])
    desk.insured.block(
        person=people.person[who],
        born=people.born[who],
        years=np.concatenate([rng.integers(15, 30, len(old)), rng.integers(1, 22, len(young))]),
        monthly=np.concatenate([monthly, rng.integers(150, 400, len(young)) * 100]),
        left=np.where(rng.random(len(who)) < 0.01, day(OPENING) + 20, NEVER),
        body=people.district[who] + 1,
        states=np.full(len(who), IN_BOTH, dtype=np.int64),
    )


def cards(desk: SocialDesk, people: Residents, count: int) -> None:
    """Write applications for cards; one that is not ready yet has no day."""
    rng = desk.rng
    applied = np.sort(rng.integers(day(OPENING), DAY_AFTER + 1, count))
    issued = applied + rng.integers(1, 15, count)
    who = rng.integers(0, len(people), count)
    table = {
        "number": desk.town.serial("card", count) + np.arange(count, dtype=np.int64),
        "person": people.person[who],
        "applied": applied,
        "body": people.district[who] + 1,
    }
    for state, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
        here = applied <= today
        rows = table | {"issued": np.where(issued <= today, issued, NEVER), "states": np.full(count, state)}
        desk.cards.block(**{name: column[here] for name, column in rows.items()})


def grants(desk: SocialDesk, people: Residents) -> None:
    """Pay one funeral grant for each of the older dead, and a survivors' pension to some families."""
    rng = desk.rng
    gone = (people.died >= day(OPENING)) & (people.died <= DAY_AFTER - 70) & ~people.taken
    who = np.flatnonzero(gone & (people.born < day(date(1966, 1, 1))))
    some = who[rng.random(len(who)) < 0.05]
    for kind, chosen in ((FUNERAL, who), (SURVIVORS, some)):
        paid = people.died[chosen] + rng.integers(15, 70, len(chosen))
        desk.grants.block(
            number=desk.town.serial("death_benefit", len(chosen)) + np.arange(len(chosen), dtype=np.int64),
            person=people.person[chosen],
            scheme=np.full(len(chosen), OF_PENSION, dtype=np.int64),
            kind=np.full(len(chosen), kind, dtype=np.int64),
            paid=paid,
            amount=np.full(len(chosen), GRANTS[OF_PENSION], dtype=np.int64),
            body=people.district[chosen] + 1,
            states=known_from(paid),
        )


def ordinary(desk: SocialDesk, people: Residents) -> None:
    """Write all of ordinary social security in a chunk."""
    pensions(desk, people)
    cards(desk, people, max(50, desk.part.share(CARDS_PER_MILLION * desk.town.residents // 1_000_000)))
    grants(desk, people)
