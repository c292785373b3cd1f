"""The cases of people for whom nothing was due: EM-03, EM-04, EM-05, EM-06.

Rules kept here:

* Every line stands alone: a person of a case is in no other, so that one thing is wrong and nothing besides.
* Where a case needs an age, the person is a registered resident; where it needs a death, one of the dead of the city.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reperform.city.dates import LAST_BEFORE, NEVER, day
from reperform.city.rows import ABSENT
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .employment_desk import (
    BENEFITS,
    CANCELLED,
    GRADUATE,
    HRS,
    INSURANCE,
    REVOKED,
    STARTUP,
    TRAINEESHIP,
    Employer,
    Line,
    WorkDesk,
    benefit_text,
    first_day,
    month_at,
)

LONGEST = {INSURANCE: 36, GRADUATE: 24}


def _hired(desk: WorkDesk, body: str, month: int) -> tuple[Employer, int]:
    """Return a new firm and a person whom it insures since half a year."""
    firm, person = desk.open(desk.employer(body)), desk.person()
    desk.stay(person, firm, month - 6)
    return firm, person


def insured_elsewhere(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Insured by another firm only."""
    month = desk.when(after=fate is not None)
    firm, (_, person) = desk.open(desk.employer(body)), _hired(desk, body, month)
    kind = (INSURANCE, GRADUATE, TRAINEESHIP)[desk.between(0, 2)]
    desk.unduly("EM-03", desk.line(firm, person, kind, month), "insured by another firm only", fate)


def flexible_but_employed(desk: WorkDesk, body: str) -> None:
    """Draws as a person in flexible employment, and a firm insures him."""
    month = desk.when()
    _, person = _hired(desk, body, month)
    line = desk.line(None, person, INSURANCE, month, place=HRS.index(body), amount=52_000)
    desk.unduly("EM-03", line, "flexible employment on paper, employed in fact")


def dead(desk: WorkDesk, body: str) -> None:
    """Dead for a month or more; the firm went on insuring."""
    person, died = desk.dead()
    firm, month = desk.open(desk.employer(body)), min(month_at(died) + desk.between(1, 3), LAST_BEFORE - 4)
    desk.stay(person, firm, month - 20)
    desk.fair("EM-03", desk.line(firm, person, INSURANCE, month_at(died)), "the month of death", Kind.NEAR_MISS)
    desk.unduly("EM-03", desk.line(firm, person, INSURANCE, month), "dead since the month before")


def retired(desk: WorkDesk, body: str) -> None:
    """Draws a pension."""
    born = day(date(1962, 1, 1)) + desk.between(0, 900)
    person, month, firm = desk.person(born=born, male=1), desk.when(), desk.open(desk.employer(body))
    first = month_at(born) + 721
    desk.pensioner(person, born, first)
    desk.stay(person, firm, month - 3)
    desk.unduly("EM-03", desk.line(firm, person, INSURANCE, max(month, first)), "draws a pension")


def on_the_payroll(desk: WorkDesk, body: str) -> None:
    """Holds a post that is paid from the budget."""
    month = desk.when()
    firm, person = _hired(desk, body, month)
    since = first_day(month) - desk.between(0, 900)
    desk.posts.add(person, desk.between(0, len(desk.town.spending) - 1), since, NEVER, states=3)
    desk.unduly("EM-03", desk.line(firm, person, GRADUATE, month), "holds a post paid from the budget")


def left_in_that_month(desk: WorkDesk, body: str) -> None:
    """Left a post in the month, before its last day."""
    month = desk.when()
    firm, person = _hired(desk, body, month)
    until = first_day(month + 1) - desk.between(2, 20)
    desk.posts.add(person, desk.between(0, len(desk.town.spending) - 1), first_day(month) - 700, until, states=3)
    desk.fair("EM-03", desk.line(firm, person, GRADUATE, month), "left a post in that month", Kind.NEAR_MISS)


def changes_employer(desk: WorkDesk, body: str) -> None:
    """Insured by the old and the new employer in one month."""
    month = desk.when()
    old, person = desk.open(desk.employer(body)), desk.person()
    firm = desk.open(desk.employer(body))
    desk.stay(person, old, month - 30, month)
    desk.stay(person, firm, month)
    desk.fair("EM-03", desk.line(firm, person, INSURANCE, month), "the month of changing employer")


def founder_at_work(desk: WorkDesk, body: str) -> None:
    """A founder who still has a job elsewhere draws the grant."""
    month = desk.when()
    _, person = _hired(desk, body, month)
    firm = desk.open(desk.employer(body, representative=person))
    desk.fair("EM-03", desk.line(firm, person, STARTUP, month), "a founder who has a job elsewhere")


def nobody_named(desk: WorkDesk, body: str) -> None:
    """A line without a person."""
    desk.of_nobody(desk.open(desk.employer(body)), TRAINEESHIP, "no person")


def _drawing(desk: WorkDesk, body: str, person: int, month: int) -> str:
    """Let a person draw benefit for a month, and return the number of the payment."""
    place = HRS.index(body)
    paid = desk.benefit(desk.jobless(ABSENT, place, person, month), place, person, month)
    desk.disburse(paid)
    return benefit_text(paid.number)


def trainee_on_benefit(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """A trainee whom nobody insures draws benefit as well."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when(after=fate is not None)
    _drawing(desk, body, person, month)
    line = desk.line(firm, person, TRAINEESHIP, month)
    desk.unduly("EM-04", line, "traineeship and unemployment benefit", fate)


def two_months_of_both(desk: WorkDesk, body: str) -> None:
    """Two months of traineeship, both with benefit, from one claim."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when() - 1
    place = HRS.index(body)
    claim = desk.jobless(ABSENT, place, person, month)
    for later in (month, month + 1):
        desk.disburse(desk.benefit(claim, place, person, later))
        desk.unduly("EM-04", desk.line(firm, person, TRAINEESHIP, later), "months of both")


def benefit_just_before(desk: WorkDesk, body: str) -> None:
    """Benefit for the month before."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    _drawing(desk, body, person, month - 1)
    desk.fair("EM-04", desk.line(firm, person, TRAINEESHIP, month), "benefit until the month before", Kind.NEAR_MISS)


def benefit_just_after(desk: WorkDesk, body: str) -> None:
    """Benefit from the month after."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    _drawing(desk, body, person, month + 1)
    desk.fair("EM-04", desk.line(firm, person, TRAINEESHIP, month), "benefit from the month after", Kind.NEAR_MISS)


def benefit_given_back(desk: WorkDesk, body: str) -> None:
    """The benefit of that month came back."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    number = _drawing(desk, body, person, month)
    desk.recover(BENEFITS, number, 207_000, first_day(month + 2))
    desk.fair("EM-04", desk.line(firm, person, TRAINEESHIP, month), "the benefit of that month came back")


def _drawn_for(desk: WorkDesk, body: str, kind: int, person: int, months: int, last: int) -> list[Line]:
    """Return the lines of a person for so many months up to a last one, the first of them paid in order."""
    firm = desk.open(desk.employer(body, registered=day(date(2016, 1, 1))))
    desk.stay(person, firm, last - months - 3)
    return [desk.line(firm, person, kind, month) for month in range(last - months + 1, last + 1)]


def _beyond(desk: WorkDesk, body: str, kind: int, more: int, fate: Fate | None = None) -> None:
    born = (day(date(1975, 1, 1)), day(date(2005, 1, 1)))
    person = desk.resident(*born) if kind == INSURANCE else desk.person()
    if person is None:
        return
    last = desk.when(after=fate is not None)
    lines = _drawn_for(desk, body, kind, person, LONGEST[kind] + more, last)
    for line in lines[: LONGEST[kind]]:
        desk.pay(line)
    for line in lines[LONGEST[kind] :]:
        desk.unduly("EM-05", line, "beyond the longest term", fate)


def months_beyond(desk: WorkDesk, body: str) -> None:
    """Two to four months beyond three years."""
    _beyond(desk, body, INSURANCE, desk.between(2, 4))


def one_month_beyond(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """The thirty-seventh month."""
    _beyond(desk, body, INSURANCE, 1, fate)


def graduate_beyond(desk: WorkDesk, body: str) -> None:
    """A third year for a graduate."""
    _beyond(desk, body, GRADUATE, desk.between(1, 3))


def to_the_last_month(desk: WorkDesk, body: str) -> None:
    """Two years to the month."""
    lines = _drawn_for(desk, body, GRADUATE, desk.person(), LONGEST[GRADUATE], desk.when())
    for line in lines[:-1]:
        desk.pay(line)
    desk.fair("EM-05", lines[-1], "the last month of the term", Kind.NEAR_MISS)


def near_retirement(desk: WorkDesk, body: str) -> None:
    """Four years from retirement when it began: may be drawn until then."""
    person = desk.resident(day(date(1966, 11, 20)), day(date(1967, 10, 25)), male=1)
    if person is None:
        return
    lines = _drawn_for(desk, body, INSURANCE, person, LONGEST[INSURANCE] + 1, LAST_BEFORE - 4)
    for line in lines[:-1]:
        desk.pay(line)
    desk.fair("EM-05", lines[-1], "less than five years from retirement when it began")


def of_unknown_age(desk: WorkDesk, body: str) -> None:
    """Beyond three years, and the register of residents does not know the person."""
    lines = _drawn_for(desk, body, INSURANCE, desk.person(), LONGEST[INSURANCE] + 1, desk.when())
    for line in lines[:-1]:
        desk.pay(line)
    desk.fair("EM-05", lines[-1], "nobody knows how near retirement was", Kind.NOT_TESTABLE)


def _paid_to(desk: WorkDesk, body: str, month: int, **changes: int) -> Line:
    """Return a line of a firm that differs from an ordinary one; the firm is written."""
    firm = desk.employer(body, **changes)
    desk.open(firm)
    person = desk.person()
    desk.stay(person, firm, month - 6)
    return desk.line(firm, person, INSURANCE, month)


def dispatch_firm(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """A labour dispatch firm."""
    line = _paid_to(desk, body, desk.when(after=fate is not None), dispatch=1)
    desk.unduly("EM-06", line, "a labour dispatch firm", fate)


def _ended(desk: WorkDesk, body: str, days: int, status: int = CANCELLED) -> Line:
    """Return a line that was applied for so many days after the firm was struck off."""
    firm, month, person = desk.employer(body), desk.when(), desk.person()
    line = desk.line(firm, person, INSURANCE, month)
    desk.open(replace(firm, status=status, status_on=line.applied - days))
    desk.stay(person, firm, month - 6, month)
    return line


def struck_off(desk: WorkDesk, body: str) -> None:
    """A firm struck off weeks before it applied."""
    status = (CANCELLED, REVOKED)[desk.between(0, 1)]
    desk.unduly("EM-06", _ended(desk, body, desk.between(2, 90), status), "struck off before it applied")


def struck_off_the_day_before(desk: WorkDesk, body: str) -> None:
    """Struck off the day before."""
    desk.unduly("EM-06", _ended(desk, body, 1), "struck off the day before it applied")


def struck_off_that_day(desk: WorkDesk, body: str) -> None:
    """Struck off on the day of the application."""
    desk.fair("EM-06", _ended(desk, body, 0), "struck off on the day it applied", Kind.NEAR_MISS)


def struck_off_later(desk: WorkDesk, body: str) -> None:
    """Struck off after it applied."""
    desk.fair("EM-06", _ended(desk, body, -desk.between(10, 30)), "struck off after it applied")


def unknown_firm(desk: WorkDesk, body: str) -> None:
    """A firm that the register of firms does not know."""
    firm = desk.employer(body)
    line = desk.line(firm, desk.person(), TRAINEESHIP, desk.when())
    desk.of_unknown_firm(line, firm, "the firm is not in the register")


def struck_off_some_day(desk: WorkDesk, body: str) -> None:
    """Struck off on a day that was lost."""
    line = _paid_to(desk, body, desk.when(), status=CANCELLED)
    desk.fair("EM-06", line, "struck off on an unknown day", Kind.NOT_TESTABLE)


SCENARIOS = {
    "EM-03": deal({
        insured_elsewhere: 9, on_the_payroll: 6, retired: 5, flexible_but_employed: 4, dead: 4, left_in_that_month: 2,
        changes_employer: 2, founder_at_work: 1, nobody_named: 1,
    }),
    "EM-04": deal({
        trainee_on_benefit: 14, two_months_of_both: 9, benefit_just_before: 2, benefit_just_after: 2,
        benefit_given_back: 1,
    }),
    "EM-05": deal({
        months_beyond: 7, one_month_beyond: 6, graduate_beyond: 6, to_the_last_month: 2, near_retirement: 1,
        of_unknown_age: 1,
    }),
    "EM-06": deal({
        dispatch_firm: 11, struck_off: 9, struck_off_the_day_before: 4, struck_off_that_day: 2, struck_off_later: 1,
        unknown_firm: 1, struck_off_some_day: 1,
    }),
}  # fmt: skip
AGAIN = {
    "EM-03": insured_elsewhere,
    "EM-04": trainee_on_benefit,
    "EM-05": one_month_beyond,
    "EM-06": dispatch_firm,
}
