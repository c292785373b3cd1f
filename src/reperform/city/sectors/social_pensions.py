"""The cases of pensions drawn twice, drawn early, and drawn by nobody: SI-03 to SI-05.

Rules kept here:

* The age is from the birthday that the case chose, by the law that held then.
* A second pension is owed back up to the day of the state; what is put right ends with the first state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reperform.city.dates import ALWAYS, DAY_BEFORE, FIRST, LAST_AFTER, LAST_BEFORE, NEVER, day, month
from reperform.city.identity import person_text
from reperform.city.pensions import POLICE
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.town import PENSION_PAYERS, deal
from reperform.city.truth import Fate, Kind

from . import roster
from .social_desk import Pension, SocialDesk

SIXTY = 721
"""Months from the month of birth to the first month of a pension at sixty."""
REFORM = month(date(1965, 1, 1))
"""Men born from here on retire later: one month for every four."""


def both_schemes(desk: SocialDesk, body: str) -> None:
    """Employees' and residents' pension since sixty."""
    main = desk.pension(body, desk.old())
    second = desk.resident(body, main.born, person=main.person)
    desk.enter(main)
    desk.overpaid("SI-03", second, second.months(), "both schemes since sixty", stop=True)


def two_regions(desk: SocialDesk, body: str) -> None:
    """Employees' pensions of two regions, for a while or to this day."""
    main = desk.pension(body, desk.old(), region=desk.between(1, 2))
    first = desk.between(FIRST - 10, LAST_BEFORE - 6)
    last = first + desk.between(2, 5) if desk.chance(0.5) else ABSENT
    second = desk.pension(body, main.born, person=main.person, first=first, last=last)
    desk.enter(main)
    desk.overpaid("SI-03", second, second.months(), "pensions of two regions", stop=True)


def one_month_of_both(desk: SocialDesk, body: str) -> None:
    """The residents' pension stopped one month late."""
    main = desk.pension(body, desk.old(), first=desk.between(FIRST, LAST_BEFORE - 6))
    second = desk.resident(body, main.born, person=main.person, last=main.first)
    desk.enter(main)
    desk.overpaid("SI-03", second, 1, "stopped one month late", stop=True)


def three_pensions(desk: SocialDesk, body: str) -> None:
    """A public pension, an employee's elsewhere and a resident's."""
    main = desk.pension(body, desk.old(), scheme=roster.PUBLIC)
    desk.enter(main)
    other = desk.pension(body, main.born, person=main.person, region=1, first=main.first + 3)
    desk.overpaid("SI-03", other, other.months(), "three pensions", stop=True)
    third = desk.resident(body, main.born, person=main.person, first=main.first + 6)
    desk.overpaid("SI-03", third, third.months(), "three pensions", stop=True)


def one_after_the_other(desk: SocialDesk, body: str) -> None:
    """The residents' pension ended the month before."""
    main = desk.pension(body, desk.old(), first=desk.between(FIRST, LAST_BEFORE - 6))
    second = desk.resident(body, main.born, person=main.person, last=main.first - 1)
    for row in (main, second):
        desk.enter(row)
    desk.harmless("SI-03", second.key, body, "ended the month before", Kind.NEAR_MISS)


def moved_twice(desk: SocialDesk, body: str) -> None:
    """Three regions, one after the other."""
    begun = desk.pension(body, desk.old(), region=1, last=FIRST - 4)
    for region, first, last in ((1, begun.first, FIRST - 4), (2, FIRST - 3, FIRST + 2), (0, FIRST + 3, ABSENT)):
        row = desk.pension(body, begun.born, person=begun.person, region=region, first=first, last=last)
        desk.enter(row)
        desk.harmless("SI-03", row.key, body, "moved from region to region")


def double_again(desk: SocialDesk, body: str, fate: Fate) -> None:
    """A second pension that begins after the audit."""
    main = desk.pension(body, desk.old())
    desk.enter(main)
    first = desk.between(LAST_BEFORE + 1, LAST_AFTER - 1)
    second = desk.resident(body, main.born, person=main.person, first=first)
    desk.overpaid_later("SI-03", second, second.months(LAST_AFTER), fate, "a second pension after the audit")


def _early(row: Pension, months: int) -> Pension:
    return replace(row, first=row.first - months)


def _sixty_in(desk: SocialDesk, first: int, last: int) -> int:
    """Return a birthday whose pension is due from a month between two."""
    return desk.birthday(desk.between(first, last) - SIXTY)


def months_early(desk: SocialDesk, body: str) -> None:
    """A resident's pension up to two years early; the birthday may be moved to hide it."""
    row, early = desk.resident(body, _sixty_in(desk, FIRST + 6, LAST_BEFORE - 2)), desk.between(2, 24)
    row = _early(row, early)
    tidied = replace(row, born=row.born - 900)
    desk.overpaid("SI-04", row, early, "drawn months before sixty", tidied)


def still_too_young(desk: SocialDesk, body: str) -> None:
    """Not sixty to this day."""
    born = _sixty_in(desk, LAST_AFTER + 2, LAST_AFTER + 20)
    row = desk.resident(body, born, first=desk.between(FIRST + 3, LAST_BEFORE - 3))
    desk.overpaid("SI-04", row, row.months(), "not sixty to this day", stop=True)


def in_the_month_of_the_birthday(desk: SocialDesk, body: str) -> None:
    """Paid from the month of the birthday on: one month early."""
    row = desk.resident(body, _sixty_in(desk, FIRST + 2, LAST_BEFORE - 2))
    desk.overpaid("SI-04", _early(row, 1), 1, "paid for the month of the sixtieth birthday")


def by_the_old_age(desk: SocialDesk, body: str) -> None:
    """A man of 1965 at sixty, as before the law changed: one or two months early."""
    of = desk.between(0, 6)
    row = desk.pension(body, desk.birthday(REFORM + of))
    desk.overpaid("SI-04", row, of // 4 + 1, "retired by the age of the old law")


def chosen_too_early(desk: SocialDesk, body: str) -> None:
    """Chosen in writing, half a year below the lowest age."""
    row = desk.pension(body, desk.birthday(REFORM + desk.between(2, 8)), ground=roster.ELECTIVE)
    desk.overpaid("SI-04", _early(row, 6), 6, "chosen below the earliest age")


def worker_at_forty_nine(desk: SocialDesk, body: str) -> None:
    """A woman worker at forty-nine."""
    born = desk.birthday(month(date(1970, 1, 1)) + desk.between(0, 40))
    row = desk.pension(body, born, male=0, post=roster.WORKER, monthly=desk.sum(290_000))
    row = replace(row, first=row.first - 120 - 12)
    desk.overpaid("SI-04", row, 12, "a woman worker a year before fifty")


def _due(desk: SocialDesk, row: Pension, body: str, note: str, kind: Kind = Kind.INNOCENT) -> None:
    desk.enter(row)
    desk.harmless("SI-04", row.key, body, note, kind)


def month_after_the_birthday(desk: SocialDesk, body: str) -> None:
    """Paid from the month after the birthday."""
    row = desk.resident(body, _sixty_in(desk, FIRST + 2, LAST_BEFORE - 2))
    _due(desk, row, body, "paid from the month after the sixtieth birthday", Kind.NEAR_MISS)


def chosen_at_the_lowest_age(desk: SocialDesk, body: str) -> None:
    """Chosen in writing, at the lowest age."""
    row = desk.pension(body, desk.birthday(REFORM + desk.between(2, 8)), ground=roster.ELECTIVE)
    _due(desk, row, body, "chosen at the earliest age", Kind.NEAR_MISS)


def hazardous_work(desk: SocialDesk, body: str) -> None:
    """Five years early after hazardous work."""
    row = _early(desk.pension(body, desk.old(), ground=roster.SPECIAL_WORK), 60)
    _due(desk, row, body, "five years early after hazardous work")


def birthday_lost(desk: SocialDesk, body: str) -> None:
    """No date of birth."""
    row = desk.resident(body, _sixty_in(desk, FIRST + 6, LAST_BEFORE - 2))
    _due(desk, replace(row, born=ALWAYS), body, "no date of birth", Kind.NOT_TESTABLE)


def post_unknown(desk: SocialDesk, body: str) -> None:
    """A woman whose kind of post is not known."""
    born = desk.birthday(month(date(1968, 1, 1)))
    row = desk.pension(body, born, male=0, post=ABSENT, first=month(date(1968, 1, 1)) + 601)
    _due(desk, row, body, "the kind of post is not known", Kind.NOT_TESTABLE)


def early_again(desk: SocialDesk, body: str, fate: Fate) -> None:
    """A pension that begins after the audit, before sixty."""
    first = desk.between(LAST_BEFORE + 1, LAST_AFTER - 2)
    row = desk.resident(body, _sixty_in(desk, LAST_AFTER + 3, LAST_AFTER + 30), first=first)
    desk.overpaid_later("SI-04", row, row.months(LAST_AFTER), fate, "drawn before sixty after the audit")


def _insure(desk: SocialDesk, body: str, born: int, states: int = IN_BOTH, *, person: int = 0, years: int = 15,
            monthly: int = 0, left: int = NEVER) -> int:  # fmt: skip
    """Enter a person into the residents' pension insurance, and return the number of the person."""
    known = person or desk.person(born if born != ALWAYS else day(date(1963, 5, 5)), desk.between(0, 1))
    worth = monthly or desk.sum(24_000)
    desk.insured.add(known, born, years, worth, left, PENSION_PAYERS.index(body), states=states)
    return known


def _forgotten(desk: SocialDesk, body: str, due: int, note: str) -> None:
    """Plant a person who could have drawn from a month on and does not."""
    born, monthly, months = desk.birthday(due - SIXTY), desk.sum(24_000), LAST_BEFORE - due
    person = desk.person(born, desk.between(0, 1))
    fate = desk.town.attitudes["SI-05"].fate(body)
    if fate is Fate.PARTLY and months < 2:
        fate = Fate.STILL
    desk.plant_later("SI-05", {"person_id": person_text(person)}, body, months * monthly, fate, note)
    left = fate is Fate.UNPROVEN and desk.chance(0.5)
    hidden = IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH
    _insure(desk, body, born, hidden, person=person, monthly=monthly)
    if left:
        _insure(desk, body, born, IN_AFTER, person=person, monthly=monthly, left=DAY_BEFORE - 300)
    first = {Fate.CLEARED: due, Fate.PARTLY: LAST_AFTER + 1 - max(1, months // 2)}.get(fate)
    if first is not None:
        desk.enter(desk.resident(body, born, person=person, first=first, monthly=monthly), IN_AFTER)


def nobody_applied(desk: SocialDesk, body: str) -> None:
    """Could draw since months or years."""
    _forgotten(desk, body, desk.between(FIRST - 20, LAST_BEFORE - 3), "could draw and never applied")


def one_month_owed(desk: SocialDesk, body: str) -> None:
    """One month is owed by now."""
    _forgotten(desk, body, LAST_BEFORE - 1, "one month is owed by now")


def _not_owed(desk: SocialDesk, body: str, person: int, note: str, kind: Kind = Kind.INNOCENT) -> None:
    desk.harmless("SI-05", {"person_id": person_text(person)}, body, note, kind)


def on_its_way(desk: SocialDesk, body: str) -> None:
    """Due since this month; the decision comes in the next."""
    born, monthly = desk.birthday(LAST_BEFORE - SIXTY), desk.sum(24_000)
    person = _insure(desk, body, born, monthly=monthly)
    desk.enter(desk.resident(body, born, person=person, first=LAST_BEFORE, monthly=monthly), IN_AFTER)
    _not_owed(desk, body, person, "due from this month, decided in the next", Kind.NEAR_MISS)


def fourteen_years(desk: SocialDesk, body: str) -> None:
    """One year short."""
    person = _insure(desk, body, desk.birthday(FIRST - SIXTY), years=14)
    _not_owed(desk, body, person, "fourteen years paid", Kind.NEAR_MISS)


def draws_another(desk: SocialDesk, body: str) -> None:
    """Draws an employee's pension."""
    row = desk.pension(body, desk.old())
    desk.enter(row)
    _not_owed(desk, body, _insure(desk, body, row.born, person=row.person), "draws an employee's pension")


def left_the_scheme(desk: SocialDesk, body: str) -> None:
    """Left the scheme before sixty."""
    person = _insure(desk, body, desk.birthday(FIRST - SIXTY), left=day(date(2023, 6, 1)))
    _not_owed(desk, body, person, "left the scheme")


def died_before_sixty(desk: SocialDesk, body: str) -> None:
    """Died in the month of the sixtieth birthday."""
    born = desk.birthday(FIRST + 4 - SIXTY)
    person = _insure(desk, body, born)
    desk.deaths.add(person, desk.birthday(FIRST + 3), 1, POLICE, states=IN_BOTH)
    _not_owed(desk, body, person, "died in the month of the sixtieth birthday", Kind.NEAR_MISS)


def age_unknown(desk: SocialDesk, body: str) -> None:
    """No date of birth."""
    _not_owed(desk, body, _insure(desk, body, ALWAYS), "no date of birth", Kind.NOT_TESTABLE)


def forgotten_again(desk: SocialDesk, body: str, fate: Fate) -> None:
    """Due from a month after the audit, and not drawn."""
    due, monthly = desk.between(LAST_BEFORE + 1, LAST_AFTER - 1), desk.sum(24_000)
    person = _insure(desk, body, desk.birthday(due - SIXTY), monthly=monthly)
    worth = (LAST_AFTER - due) * monthly
    desk.plant_later("SI-05", {"person_id": person_text(person)}, body, worth, fate, "due after the audit, not drawn")


SCENARIOS = {
    "SI-03": deal({
        both_schemes: 10, two_regions: 7, one_month_of_both: 4, three_pensions: 3, one_after_the_other: 2,
        moved_twice: 1,
    }),
    "SI-04": deal({
        months_early: 8, still_too_young: 5, by_the_old_age: 4, in_the_month_of_the_birthday: 3, chosen_too_early: 3,
        worker_at_forty_nine: 3, month_after_the_birthday: 2, chosen_at_the_lowest_age: 1, hazardous_work: 1,
        birthday_lost: 1, post_unknown: 1,
    }),
    "SI-05": deal({
        nobody_applied: 18, one_month_owed: 5, on_its_way: 2, fourteen_years: 1, draws_another: 1, left_the_scheme: 1,
        died_before_sixty: 1, age_unknown: 1,
    }),
}  # fmt: skip
AGAIN = {"SI-03": double_again, "SI-04": early_again, "SI-05": forgotten_again}
