"""The cases of unemployment benefit and of employers without insurance: SI-06, SI-07, SI-09.

Rules kept here:

* A month of benefit is told by its payment line; the months before it that were due are told of by nobody.
* An employer is found by what it declares to the tax office: wages.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, FIRST, LAST_AFTER, LAST_BEFORE, NEVER, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.town import PENSION_PAYERS, deal
from reperform.city.truth import Fate, Kind

from .employment_desk import BENEFITS, CANCELLED, HRS, Benefit, Employer, WorkDesk, benefit_text, month_at

OFFICES = PENSION_PAYERS[1:]
"""The district offices, in the order of the districts."""


def _key(paid: Benefit) -> dict[str, object]:
    return {"payment_no": benefit_text(paid.number)}


def _unduly(desk: WorkDesk, code: str, paid: Benefit, note: str, fate: Fate | None = None) -> None:
    """Say that a month was unduly paid, and let the fate take its course."""
    body = OFFICES[paid.place]
    if fate is not None:
        desk.plant_later(code, _key(paid), body, paid.amount, fate, note)
        desk.disburse(paid)
        return
    fate = desk.plant(code, _key(paid), body, paid.amount, note)
    desk.disburse(paid, IN_BEFORE if fate is Fate.UNPROVEN else None)
    desk.remedy(fate, BENEFITS, benefit_text(paid.number), paid.amount)


def _fair(desk: WorkDesk, code: str, paid: Benefit, note: str, kind: Kind) -> None:
    desk.disburse(paid)
    desk.harmless(code, _key(paid), OFFICES[paid.place], note, kind, paid.amount)


def _month(desk: WorkDesk, *, after: bool = False) -> int:
    return desk.between(LAST_BEFORE + 1, LAST_AFTER - 2) if after else desk.between(FIRST + 2, LAST_BEFORE - 3)


def _of_one_month(desk: WorkDesk, body: str, person: int, month: int) -> Benefit:
    place = OFFICES.index(body)
    return desk.benefit(desk.jobless(ABSENT, place, person, month), place, person, month)


def at_work_again(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """A firm insures the person, and the benefit goes on."""
    month, person = _month(desk, after=fate is not None), desk.person()
    firm = desk.open(desk.employer(HRS[OFFICES.index(body)]))
    desk.stay(person, firm, month - desk.between(0, 2))
    _unduly(desk, "SI-06", _of_one_month(desk, body, person, month), "insured by a firm again", fate)


def never_left(desk: WorkDesk, body: str) -> None:
    """Insured throughout, two months of benefit."""
    month, person, place = _month(desk), desk.person(), OFFICES.index(body)
    desk.stay(person, desk.open(desk.employer(HRS[place])), month - 40)
    claim = desk.jobless(ABSENT, place, person, month)
    for later in (month, month + 1):
        _unduly(desk, "SI-06", desk.benefit(claim, place, person, later), "never left the firm")


def last_month_at_work(desk: WorkDesk, body: str) -> None:
    """Benefit for the last month at work."""
    month, person = _month(desk), desk.person()
    desk.stay(person, desk.open(desk.employer(HRS[OFFICES.index(body)])), month - 30, month)
    _unduly(desk, "SI-06", _of_one_month(desk, body, person, month), "the last month at work")


def retired(desk: WorkDesk, body: str) -> None:
    """A pension has begun."""
    born = day(date(1962, 1, 1)) + desk.between(0, 900)
    person = desk.person(born=born, male=1)
    first = month_at(born) + 721
    desk.pensioner(person, born, first)
    month = max(_month(desk), first)
    _unduly(desk, "SI-06", _of_one_month(desk, body, person, month), "a pension has begun")


def between_two_jobs(desk: WorkDesk, body: str) -> None:
    """Benefit for the one month between two employers."""
    month, person = _month(desk), desk.person()
    for first, last in ((month - 20, month - 1), (month + 1, ABSENT)):
        desk.stay(person, desk.open(desk.employer(HRS[OFFICES.index(body)])), first, last)
    paid = _of_one_month(desk, body, person, month)
    _fair(desk, "SI-06", paid, "the month between two jobs", Kind.NEAR_MISS)


def noticed_and_returned(desk: WorkDesk, body: str) -> None:
    """At work again, and the month came back before the audit."""
    month, person = _month(desk), desk.person()
    desk.stay(person, desk.open(desk.employer(HRS[OFFICES.index(body)])), month)
    paid = _of_one_month(desk, body, person, month)
    desk.recover(BENEFITS, benefit_text(paid.number), paid.amount, DAY_BEFORE - 5)
    _fair(desk, "SI-06", paid, "came back before the audit", Kind.INNOCENT)


def _drawn(desk: WorkDesk, body: str, insured: int, months: int, *, after: bool = False) -> list[Benefit]:
    """Return the months that a new claimant draws, the last of them at a month of the audit."""
    place, person = OFFICES.index(body), desk.person()
    first = _month(desk, after=after) - months + 1
    claim = desk.jobless(ABSENT, place, person, first, insured=insured)
    return [desk.benefit(claim, place, person, first + turn) for turn in range(months)]


def _beyond(desk: WorkDesk, body: str, insured: int, due: int, more: int, note: str, fate: Fate | None = None) -> None:
    paid = _drawn(desk, body, insured, due + more, after=fate is not None)
    for month in paid[:due]:
        desk.disburse(month)
    if more > 1:  # months that are counted in order share a fate: hiding one would make the next one due
        _together(desk, body, paid[due:], note)
        return
    _unduly(desk, "SI-07", paid[-1], note, fate)


def _together(desk: WorkDesk, body: str, paid: list[Benefit], note: str) -> None:
    fate = desk.town.attitudes["SI-07"].fate(body)
    for month in paid:
        desk.plant_later("SI-07", _key(month), body, month.amount, fate, note)
        desk.disburse(month, IN_BEFORE if fate is Fate.UNPROVEN else None)
        desk.remedy(fate, BENEFITS, benefit_text(month.number), month.amount)


def one_month_more(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Between one and four years: one month a full year, and one more."""
    years = desk.between(1, 4)
    _beyond(desk, body, years * 12 + desk.between(0, 11) * (years < 4), years, 1, "one month more than the years", fate)


def counted_as_full_years(desk: WorkDesk, body: str) -> None:
    """Eleven months counted as a year."""
    _beyond(desk, body, 11, 0, 1, "not insured for a full year")


def half_years_miscounted(desk: WorkDesk, body: str) -> None:
    """Seven years: ten months are due, twelve were paid."""
    _beyond(desk, body, 84 + desk.between(0, 5), 10, 2, "half-years counted as quarters")


def beyond_the_longest(desk: WorkDesk, body: str) -> None:
    """Twenty years: never more than twenty-four months."""
    _beyond(desk, body, 240, 24, 1, "the twenty-fifth month")


def to_the_last_month(desk: WorkDesk, body: str) -> None:
    """Four and a half years: five months, all drawn."""
    *paid, last = _drawn(desk, body, 54, 5)
    for month in paid:
        desk.disburse(month)
    _fair(desk, "SI-07", last, "the last month that is due", Kind.NEAR_MISS)


def months_unknown(desk: WorkDesk, body: str) -> None:
    """Nobody counted how long the person was insured."""
    _fair(desk, "SI-07", _drawn(desk, body, ABSENT, 1)[0], "the months insured are not known", Kind.NOT_TESTABLE)


def _uninsured(desk: WorkDesk, body: str, registered: int, *, employees: int = 4) -> Employer:
    """Write a firm that declares wages and never registered for insurance."""
    firm = desk.employer(body, registered=registered)
    desk.enter(firm)
    desk.declare(firm, employees=employees)
    return firm


def never_registered(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Pays wages for months or years, and never registered."""
    if fate is not None:
        firm = _uninsured(desk, body, desk.between(DAY_BEFORE + 2, DAY_AFTER - 140))
        desk.plant_later("SI-09", desk.firm_key(firm), body, 0, fate, "founded after the audit, never registered")
        return
    _never(desk, body, desk.between(day(date(2018, 1, 1)), DAY_BEFORE - 200), "pays wages, never registered")


def thirty_first_day(desk: WorkDesk, body: str) -> None:
    """One day over the term, with wages declared ahead of the quarter's end."""
    _never(desk, body, DAY_BEFORE - 31, "the first day after the term", declared=True)


def _never(desk: WorkDesk, body: str, registered: int, note: str, *, declared: bool = False) -> None:
    firm = desk.employer(body, registered=registered)
    fate = desk.plant("SI-09", desk.firm_key(firm), body, 0, note)
    struck = fate is Fate.UNPROVEN and desk.chance(0.5)
    desk.enter(replace(firm, status=CANCELLED, status_on=desk.later()) if struck else firm)
    if declared:
        desk.declarations.add(firm.number, LAST_BEFORE - 2, 5_000_000, 3, states=IN_BEFORE)
    hidden = fate is Fate.UNPROVEN and not struck
    desk.declare(firm, employees=4, states=IN_BEFORE if hidden else IN_BOTH)
    if hidden:
        desk.declare(firm, employees=0, states=IN_AFTER)
    if fate is Fate.CLEARED:
        desk.insure(firm, desk.later())


def thirtieth_day(desk: WorkDesk, body: str) -> None:
    """The last day of the term; registered the day after."""
    firm = desk.employer(body, registered=DAY_BEFORE - 30)
    desk.enter(firm)
    desk.declarations.add(firm.number, LAST_BEFORE - 2, 5_000_000, 3, states=IN_BEFORE)
    desk.declare(firm, employees=3)
    desk.insure(firm, DAY_BEFORE + 1)
    desk.harmless("SI-09", desk.firm_key(firm), body, "the last day of the term", Kind.NEAR_MISS)


def late_but_done(desk: WorkDesk, body: str) -> None:
    """Registered a year late."""
    firm = _uninsured(desk, body, desk.between(DAY_BEFORE - 900, DAY_BEFORE - 500))
    desk.insure(firm, firm.registered + 366)
    desk.harmless("SI-09", desk.firm_key(firm), body, "registered a year late", Kind.INNOCENT)


def employs_nobody(desk: WorkDesk, body: str) -> None:
    """Declares sales and no wages."""
    firm = _uninsured(desk, body, DAY_BEFORE - 700, employees=0)
    desk.harmless("SI-09", desk.firm_key(firm), body, "employs nobody", Kind.INNOCENT)


def day_lost(desk: WorkDesk, body: str) -> None:
    """The day of foundation was lost."""
    firm = desk.employer(body)
    values = (firm.number, firm.representative, NEVER, 0, NEVER, NEVER, NEVER, 0)
    desk.firms.add(*values, firm.address, 0, firm.phone, ABSENT, firm.place, states=IN_BOTH)
    desk.declare(firm, employees=2)
    desk.harmless("SI-09", desk.firm_key(firm), body, "the day of foundation was lost", Kind.NOT_TESTABLE)


SCENARIOS = {
    "SI-06": deal({
        at_work_again: 11, never_left: 5, last_month_at_work: 5, retired: 4, between_two_jobs: 2,
        noticed_and_returned: 1,
    }),
    "SI-07": deal({
        one_month_more: 11, counted_as_full_years: 5, half_years_miscounted: 4, beyond_the_longest: 3,
        to_the_last_month: 2, months_unknown: 1,
    }),
    "SI-09": deal({
        never_registered: 20, thirty_first_day: 4, thirtieth_day: 2, late_but_done: 1, employs_nobody: 1, day_lost: 1,
    }),
}  # fmt: skip
AGAIN = {"SI-06": at_work_again, "SI-07": one_month_more, "SI-09": never_registered}
