"""The cases of social security cards and of funeral grants: SI-02 and SI-08.

Rules kept here:

* The term of a card is counted by the city's own calendar, not by the table that a procedure reads.
* Of several funeral grants for one death the first is the survivors' choice; every later one is too many.
"""

from __future__ import annotations

from datetime import date

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, known_from
from reperform.city.town import PENSION_PAYERS, deal
from reperform.city.truth import Fate, Kind

from .social_desk import (
    CARDS,
    DEATHS,
    FUNERAL,
    GRANTS,
    OF_INJURY,
    OF_PENSION,
    OF_UNEMPLOYMENT,
    SURVIVORS,
    SocialDesk,
    card_text,
    grant_text,
)
from .workdays import after as working_day_after
from .workdays import before as working_day_before

TERM = 12


def _card(desk: SocialDesk, body: str, applied: int, issued: int, states: int, number: int | None = None) -> int:
    """Write an application, and return its number."""
    known = desk.town.serial("card") if number is None else number
    person = desk.person(day(date(1990, 1, 1)) + desk.between(0, 6000))
    desk.cards.add(known, person, applied, issued, PENSION_PAYERS.index(body), states=states)
    return known


def _late(desk: SocialDesk, body: str, applied: int, issued: int, note: str) -> None:
    """Plant a card that is late on the day of the first state; one that is not there yet comes before the second."""
    number = _card(desk, body, applied, issued, IN_BEFORE)
    fate = desk.plant("SI-02", {"application_no": card_text(number)}, body, 0, note)
    if fate is not Fate.UNPROVEN:
        _card(desk, body, applied, desk.later() if issued == NEVER else issued, IN_AFTER, number)
    elif desk.chance(0.5):
        _card(desk, body, applied, working_day_after(applied, TERM - 2), IN_AFTER, number)
    if fate is Fate.CLEARED:
        desk.correct(CARDS, card_text(number), desk.later())


def _applied(desk: SocialDesk) -> int:
    return desk.between(day(OPENING) + 5, DAY_BEFORE - 90)


def weeks_late(desk: SocialDesk, body: str) -> None:
    """Two weeks to two months late."""
    applied = _applied(desk)
    _late(desk, body, applied, working_day_after(applied, TERM + desk.between(10, 40)), "weeks late")


def thirteenth_day(desk: SocialDesk, body: str) -> None:
    """Ready on the thirteenth working day."""
    applied = _applied(desk)
    _late(desk, body, applied, working_day_after(applied, TERM + 1), "ready one working day late")


def never_ready(desk: SocialDesk, body: str) -> None:
    """Not ready to this day."""
    _late(desk, body, desk.between(DAY_BEFORE - 200, DAY_BEFORE - 40), NEVER, "not ready to this day")


def thirteen_days_and_waiting(desk: SocialDesk, body: str) -> None:
    """Not ready on the thirteenth working day, which is the day of the state."""
    _late(desk, body, working_day_before(DAY_BEFORE, TERM + 1), NEVER, "not ready on the first day after the term")


def _timely(desk: SocialDesk, body: str, applied: int, issued: int, note: str, kind: Kind) -> None:
    number = _card(desk, body, applied, issued, int(known_from(issued)))
    desk.harmless("SI-02", {"application_no": card_text(number)}, body, note, kind)


def twelfth_day(desk: SocialDesk, body: str) -> None:
    """Ready on the last day of the term."""
    applied = _applied(desk)
    _timely(desk, body, applied, working_day_after(applied, TERM), "ready on the last day", Kind.NEAR_MISS)


def over_the_holidays(desk: SocialDesk, body: str) -> None:
    """Twenty-five calendar days over a long holiday."""
    applied = day(date(2025, 9, 26)) + desk.between(0, 3)
    _timely(desk, body, applied, working_day_after(applied, TERM), "a long holiday in between", Kind.INNOCENT)


def posted_late(desk: SocialDesk, body: str) -> None:
    """Ready on the last day, posted only after the first state was taken."""
    applied = working_day_before(DAY_BEFORE, TERM)
    number = _card(desk, body, applied, NEVER, IN_BEFORE)
    _card(desk, body, applied, DAY_BEFORE, IN_AFTER, number)
    key = {"application_no": card_text(number)}
    desk.harmless("SI-02", key, body, "the last day of the term, posted later", Kind.NEAR_MISS)


def put_right_before(desk: SocialDesk, body: str) -> None:
    """Late, and put right before the audit."""
    applied = desk.between(day(OPENING) + 5, DAY_BEFORE - 200)
    number = _card(desk, body, applied, working_day_after(applied, TERM + 9), IN_BOTH)
    desk.correct(CARDS, card_text(number), DAY_BEFORE - 30)
    desk.harmless("SI-02", {"application_no": card_text(number)}, body, "put right before the audit")


def day_lost(desk: SocialDesk, body: str) -> None:
    """The day of the application was lost, or lies in a year without a calendar."""
    applied, issued = (NEVER, DAY_BEFORE - 90) if desk.chance(0.5) else (day(date(2023, 11, 1)), day(date(2024, 1, 9)))
    _timely(desk, body, applied, issued, "working days cannot be counted", Kind.NOT_TESTABLE)


def late_again(desk: SocialDesk, body: str, fate: Fate) -> None:
    """A card applied for after the audit is late."""
    applied = desk.between(DAY_BEFORE + 5, DAY_AFTER - 60)
    number = _card(desk, body, applied, working_day_after(applied, TERM + desk.between(1, 9)), IN_AFTER)
    desk.plant_later("SI-02", {"application_no": card_text(number)}, body, 0, fate, "late after the audit")


def _grant(desk: SocialDesk, body: str, person: int, scheme: int, paid: int, states: int | None = None,
           kind: int = FUNERAL) -> int:  # fmt: skip
    """Write a death benefit, and return its number."""
    number, known = desk.town.serial("death_benefit"), int(known_from(paid)) if states is None else states
    desk.grants.add(number, person, scheme, kind, paid, GRANTS[scheme], PENSION_PAYERS.index(body), states=known)
    return number


def _deceased(desk: SocialDesk) -> int:
    return desk.person(day(date(1960, 1, 1)) + desk.between(0, 9000), desk.between(0, 1))


def _one_too_many(desk: SocialDesk, body: str, person: int, scheme: int, paid: int, note: str) -> None:
    number = desk.town.serial("death_benefit")
    fate = desk.plant("SI-08", {"benefit_no": grant_text(number)}, body, GRANTS[scheme], note)
    values = (number, person, scheme, FUNERAL, paid, GRANTS[scheme], PENSION_PAYERS.index(body))
    desk.grants.add(*values, states=IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH)
    if fate is Fate.UNPROVEN and desk.chance(0.5):
        desk.grants.add(number, ABSENT, *values[2:], states=IN_AFTER)
    desk.remedy(fate, DEATHS, grant_text(number), GRANTS[scheme])


def _paid(desk: SocialDesk) -> int:
    return desk.between(day(OPENING) + 10, DAY_BEFORE - 120)


def pension_and_injury(desk: SocialDesk, body: str) -> None:
    """Pension insurance first, injury insurance months later."""
    person, paid = _deceased(desk), _paid(desk)
    _grant(desk, body, person, OF_PENSION, paid)
    _one_too_many(desk, body, person, OF_INJURY, paid + desk.between(5, 90), "pension and injury insurance both paid")


def on_one_day(desk: SocialDesk, body: str) -> None:
    """Two insurances on one day."""
    person, paid = _deceased(desk), _paid(desk)
    _grant(desk, body, person, OF_INJURY, paid)
    _one_too_many(desk, body, person, OF_UNEMPLOYMENT, paid, "two insurances paid on one day")


def three_insurances(desk: SocialDesk, body: str) -> None:
    """All three insurances."""
    person, paid = _deceased(desk), _paid(desk)
    _grant(desk, body, person, OF_PENSION, paid)
    for turn, scheme in enumerate((OF_INJURY, OF_UNEMPLOYMENT), start=1):
        _one_too_many(desk, body, person, scheme, paid + 15 * turn, "three insurances paid")


def same_insurance_twice(desk: SocialDesk, body: str) -> None:
    """One insurance paid twice."""
    person, paid = _deceased(desk), _paid(desk)
    _grant(desk, body, person, OF_PENSION, paid)
    _one_too_many(desk, body, person, OF_PENSION, paid + desk.between(1, 40), "one insurance paid twice")


def _lawful(desk: SocialDesk, body: str, number: int, note: str, kind: Kind = Kind.INNOCENT) -> None:
    desk.harmless("SI-08", {"benefit_no": grant_text(number)}, body, note, kind)


def survivors_as_well(desk: SocialDesk, body: str) -> None:
    """A funeral grant after a survivors' pension."""
    person, paid = _deceased(desk), _paid(desk)
    _grant(desk, body, person, OF_INJURY, paid, kind=SURVIVORS)
    _lawful(desk, body, _grant(desk, body, person, OF_INJURY, paid + 3), "a survivors' pension is another benefit")


def first_given_back(desk: SocialDesk, body: str) -> None:
    """The survivors gave the first grant back and took the other."""
    person, paid = _deceased(desk), _paid(desk)
    first = _grant(desk, body, person, OF_PENSION, paid)
    desk.recover(DEATHS, grant_text(first), GRANTS[OF_PENSION], paid + 20)
    _lawful(desk, body, _grant(desk, body, person, OF_INJURY, paid + 30), "the first grant came back", Kind.NEAR_MISS)


def nobody_named(desk: SocialDesk, body: str) -> None:
    """A grant without the deceased."""
    number = _grant(desk, body, ABSENT, OF_PENSION, _paid(desk))
    _lawful(desk, body, number, "the deceased is not named", Kind.NOT_TESTABLE)


def granted_again(desk: SocialDesk, body: str, fate: Fate) -> None:
    """A second grant after the audit."""
    person, paid = _deceased(desk), desk.between(DAY_BEFORE + 5, DAY_AFTER - 60)
    _grant(desk, body, person, OF_PENSION, paid)
    number = _grant(desk, body, person, OF_INJURY, paid + 20)
    key = {"benefit_no": grant_text(number)}
    desk.plant_later("SI-08", key, body, GRANTS[OF_INJURY], fate, "a second grant after the audit")


SCENARIOS = {
    "SI-02": deal({
        weeks_late: 9, never_ready: 7, thirteenth_day: 5, thirteen_days_and_waiting: 4, twelfth_day: 2,
        over_the_holidays: 1, posted_late: 1, put_right_before: 1, day_lost: 1,
    }),
    "SI-08": deal({
        pension_and_injury: 10, same_insurance_twice: 5, on_one_day: 4, three_insurances: 4, survivors_as_well: 2,
        first_given_back: 1, nobody_named: 1,
    }),
}  # fmt: skip
AGAIN = {"SI-02": late_again, "SI-08": granted_again}
