"""Cases about the money of needy groups and double insurance: benefits withheld, and subsidies paid twice.

Rules kept here:

* What is wrong is decided here, from the story of the case; no procedure is asked.
* A benefit that was withheld is put right by a payment, a subsidy by money that came back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reperform.city.dates import DAY_BEFORE, NEVER, OPENING, day, on
from reperform.city.identity import person_text
from reperform.city.rows import ABSENT, IN_AFTER, IN_BOTH
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, recoverable, settled, states_of
from .medical_tables import HEART, OUTPATIENT, Care
from .needy_tables import (
    AGENCIES,
    EMPLOYEE,
    KINDS,
    RESIDENT,
    SHARES,
    SUBSIDY,
    Insurance,
    NeedyDesk,
)

_YEAR = 365


def _cost(desk: NeedyDesk, person: int, when: int) -> Care:
    eligible = desk.sum(400_000) + 1000
    return Care(
        number=desk.town.serial("settlement"),
        person=person,
        hospital=desk.between(0, 10),
        kind=OUTPATIENT,
        male=1,
        born=day(OPENING) - 40 * _YEAR,
        admitted=when,
        discharged=when,
        diagnosis=HEART,
        invoice=desk.town.serial("medical invoice"),
        eligible=eligible,
        fund=eligible * 6 // 10,
        lines=(),
    )


def _at_the_normal_rate(
    desk: NeedyDesk, body: str, when: int, after: int, lasting: int = NEVER, paid: int = 0, cost: Care | None = None
) -> Situation:
    """Return a cost so many days after the registration, settled as if there were none."""
    care = cost or _cost(desk, desk.guest(), when)
    person, kind, district = care.person, desk.between(0, len(KINDS) - 1), desk.district(body)
    since = when - after
    due = max(0, care.eligible - care.fund) * SHARES[kind] // 100

    def act(fate: Fate) -> None:
        states = states_of(fate)
        desk.register(person, kind, district, since, lasting, IN_AFTER if fate.begins_after else IN_BOTH)
        gone = lasting if lasting == NEVER else lasting + 5
        insurance = Insurance(
            person, RESIDENT, district, subsidy=SUBSIDY, marked=min(max(when, since) + 5, gone), unmarked=gone
        )
        desk.insure(insurance, IN_AFTER if fate.begins_after else IN_BOTH)
        desk.medical.write(care, states)
        if fate is Fate.UNPROVEN and desk.town.serial("cost faked") % 2:
            desk.medical.write(replace(care, needy=1), IN_AFTER)
        if fate is Fate.CLEARED:
            desk.supplement(care, due, desk.later())
        elif fate is Fate.PARTLY:
            desk.supplement(care, due // 2, desk.later())
        if paid:
            desk.supplement(care, due, paid)

    return Situation({"setl_id": care.text}, due, act)


def before_the_mark(desk: NeedyDesk, body: str, when: int) -> Situation:
    """A cost in the weeks before the mark."""
    return _at_the_normal_rate(desk, body, when, desk.between(3, 60))


def on_the_first_day(desk: NeedyDesk, body: str, when: int) -> Situation:
    """A cost on the day of the registration."""
    return _at_the_normal_rate(desk, body, when, 0)


def on_the_last_day(desk: NeedyDesk, body: str, when: int) -> Situation:
    """A cost on the last day of the registration."""
    return _at_the_normal_rate(desk, body, when, 100, when)


def the_day_after_the_end(desk: NeedyDesk, body: str, when: int) -> Situation:
    """A cost on the day after the registration ended."""
    return _at_the_normal_rate(desk, body, when, 100, when - 1)


def the_day_before(desk: NeedyDesk, body: str, when: int) -> Situation:
    """A cost on the day before the registration."""
    return _at_the_normal_rate(desk, body, when, -1)


def nothing_left(desk: NeedyDesk, body: str, when: int) -> Situation:
    """The basic insurance paid all of it."""
    return _at_the_normal_rate(
        desk, body, when, 20, cost=replace(_cost(desk, desk.guest(), when), eligible=50_000, fund=50_000)
    )


def supplemented(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Settled at the normal rate, and the rest paid before the audit."""
    return _at_the_normal_rate(desk, body, when, 20, paid=when + 60)


def cost_unknown(desk: NeedyDesk, body: str, when: int) -> Situation:
    """The eligible cost was not entered."""
    return _at_the_normal_rate(
        desk, body, when, 20, cost=replace(_cost(desk, desk.guest(), when), eligible=ABSENT, fund=9000)
    )


def rate_unknown(desk: NeedyDesk, body: str, when: int) -> Situation:
    """How it was settled was not entered."""
    return _at_the_normal_rate(desk, body, when, 20, cost=replace(_cost(desk, desk.guest(), when), needy=ABSENT))


def _twice(desk: NeedyDesk, body: str, since: int, until: int, days: int, **changes: int) -> Situation:
    """Return a subsidised year of a person who was an employee for its last days."""
    person, agency = desk.guest(), desk.district(body)
    year = replace(Insurance(person, RESIDENT, agency, since, until, SUBSIDY), **changes)
    work = Insurance(person, EMPLOYEE, (agency + 3) % len(AGENCIES), until - days + 1)
    ref = f"{person_text(person)}/{on(since).isoformat()}"

    def write(states: int) -> None:
        desk.insure(work, IN_AFTER if states == IN_AFTER else IN_BOTH)
        desk.insure(year, states)

    def shorter(states: int) -> None:
        desk.insure(replace(year, until=max(since, work.since) + 20), states)

    key = {"person_id": person_text(person), "valid_from": on(since).isoformat()}
    return Situation(key, SUBSIDY, recoverable(desk, write, "insured_person", ref, SUBSIDY, shorter))


_FIRST_OF_YEAR, _LAST_OF_YEAR = day(date(2025, 1, 1)), day(date(2025, 12, 31))


def all_year(desk: NeedyDesk, body: str, when: int) -> Situation:
    """An employee all year."""
    return _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, desk.between(365, 900))


def most_of_the_year(desk: NeedyDesk, body: str, when: int) -> Situation:
    """An employee for most of the year."""
    return _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, desk.between(120, 330))


def ninety_one_days(desk: NeedyDesk, body: str, when: int) -> Situation:
    """An employee for the last ninety-one days."""
    return _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, 91)


def ninety_days(desk: NeedyDesk, body: str, when: int) -> Situation:
    """An employee for the last ninety days."""
    return _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, 90)


def without_subsidy(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Insured twice, and paid all of it."""
    return _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, 300, subsidy=0)


def subsidy_unknown(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Insured twice, and nobody knows the subsidy."""
    return _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, 300, subsidy=ABSENT)


def subsidy_returned(desk: NeedyDesk, body: str, when: int) -> Situation:
    """Insured twice, and the subsidy was returned before the audit."""
    made = _twice(desk, body, _FIRST_OF_YEAR, _LAST_OF_YEAR, 300)
    ref = "/".join(str(value) for value in made.key.values())
    act = settled(desk, lambda _: made.act(Fate.NONE), "insured_person", ref, SUBSIDY, _LAST_OF_YEAR + 20)
    return replace(made, act=act)


def twice_again(desk: NeedyDesk, body: str, when: int) -> Situation:
    """An employee who was enrolled as a resident after the audit."""
    since = DAY_BEFORE + 10
    return _twice(desk, body, since, since + 150, desk.between(200, 900))


BOOKS = (
    Book(
        "NG-03",
        {
            planted(before_the_mark, "a cost in the weeks before the mark"): 18,
            planted(on_the_first_day, "a cost on the first day of the registration"): 2,
            planted(on_the_last_day, "a cost on the last day of the registration"): 2,
            near_miss(the_day_before, "a cost on the day before the registration"): 2,
            near_miss(the_day_after_the_end, "a cost on the day after the registration"): 2,
            innocent(nothing_left, "the basic insurance paid all of it"): 1,
            innocent(supplemented, "the rest was paid before the audit"): 1,
            not_testable(cost_unknown, "no eligible cost"): 1,
            not_testable(rate_unknown, "no rate"): 1,
        },
        before_the_mark,
        500,
        100,
    ),
    Book(
        "MI-13",
        {
            planted(all_year, "an employee all year"): 14,
            planted(most_of_the_year, "an employee for most of the year"): 6,
            planted(ninety_one_days, "ninety-one days of both"): 2,
            near_miss(ninety_days, "ninety days of both"): 2,
            innocent(without_subsidy, "no subsidy"): 2,
            innocent(subsidy_returned, "the subsidy was returned before the audit"): 1,
            not_testable(subsidy_unknown, "the subsidy is not known"): 1,
        },
        twice_again,
        300,
        60,
    ),
)
