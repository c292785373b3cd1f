"""The cases of start-up grants, rates and what is paid twice: EM-01, EM-02, EM-11.

Rules kept here:

* A founder's firm that a case does not make guilty is older than six months, off every list, and has lasting staff.
* Of two payments the later one is the one too many.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_BEFORE, NEVER
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .employment_desk import (
    EXPANSION,
    GRADUATE,
    HRS,
    INSURANCE,
    STARTUP,
    SUBSIDIES,
    USUAL,
    Employer,
    Line,
    WorkDesk,
    earlier,
    first_day,
    month_at,
)


def _founded(desk: WorkDesk, body: str, applied: int, **changes: int) -> tuple[Employer, Line]:
    """Make up a firm, not written, and the grant for its founder applied for on a day."""
    firm = desk.employer(body, **changes)
    paid = applied + desk.between(20, 60)
    line = desk.line(firm, firm.representative, STARTUP, month_at(applied), applied=applied, paid=paid)
    return firm, line


def _applied(desk: WorkDesk, *, after: bool = False) -> int:
    return first_day(desk.when(after=after) + after) + desk.between(0, 27)


def _staffed(desk: WorkDesk, firm: Employer, *spans: tuple[int, int]) -> None:
    """Write a firm whose staff, one person after another, is insured for spans of months."""
    desk.open(firm, staff=0)
    for first, last in spans:
        desk.stay(desk.person(), firm, first, last)


def too_young(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Applied for within weeks of the registration."""
    applied = _applied(desk, after=fate is not None)
    firm, line = _founded(desk, body, applied, registered=applied - desk.between(20, 150))
    desk.open(firm)
    desk.unduly("EM-01", line, "applied for within months of the registration", fate)


def one_day_young(desk: WorkDesk, body: str) -> None:
    """One day less than six months."""
    applied = first_day(desk.when()) + desk.between(5, 20)
    firm, line = _founded(desk, body, applied, registered=earlier(applied, 6) + 1)
    desk.open(firm)
    desk.unduly("EM-01", line, "one day short of six months")


def no_staff(desk: WorkDesk, body: str) -> None:
    """Nobody insured but the founder."""
    firm, line = _founded(desk, body, _applied(desk))
    desk.open(firm, staff=0)
    desk.stay(firm.representative, firm, month_at(line.applied) - 12)
    desk.unduly("EM-01", line, "nobody insured but the representative")


def two_months_of_staff(desk: WorkDesk, body: str) -> None:
    """Staff for two months, and again from the month after the application."""
    firm, line = _founded(desk, body, _applied(desk))
    at = month_at(line.applied)
    _staffed(desk, firm, (at - 4, at - 3), (at + 1, at + 9))
    desk.unduly("EM-01", line, "staff for two consecutive months before the application")


def gap_in_staff(desk: WorkDesk, body: str) -> None:
    """Four months of staff with a gap in the middle."""
    firm, line = _founded(desk, body, _applied(desk))
    at = month_at(line.applied)
    _staffed(desk, firm, (at - 6, at - 5), (at - 3, at - 2))
    desk.unduly("EM-01", line, "four months of staff, a gap in the middle")


def on_the_list(desk: WorkDesk, body: str) -> None:
    """On the list of irregular firms when it applied."""
    applied = _applied(desk)
    delisted = applied + 40 if desk.chance(0.5) else NEVER
    firm, line = _founded(desk, body, applied, listed=applied - desk.between(1, 200), delisted=delisted)
    desk.open(firm)
    desk.unduly("EM-01", line, "on the list of irregular firms")


def six_months_to_the_day(desk: WorkDesk, body: str) -> None:
    """Registered six months before to the day."""
    applied = first_day(desk.when()) + desk.between(5, 20)
    firm, line = _founded(desk, body, applied, registered=earlier(applied, 6))
    desk.open(firm)
    desk.fair("EM-01", line, "registered six months before to the day", Kind.NEAR_MISS)


def three_months_of_staff(desk: WorkDesk, body: str) -> None:
    """Staff for three months, up to the month of the application."""
    firm, line = _founded(desk, body, _applied(desk))
    at = month_at(line.applied)
    _staffed(desk, firm, (at - 2, at))
    desk.fair("EM-01", line, "staff for exactly three consecutive months", Kind.NEAR_MISS)


def off_the_list(desk: WorkDesk, body: str) -> None:
    """Off the list on the very day."""
    applied = _applied(desk)
    firm, line = _founded(desk, body, applied, listed=applied - 90, delisted=applied)
    desk.open(firm)
    desk.fair("EM-01", line, "off the list of irregular firms that day", Kind.NEAR_MISS)


def one_after_another(desk: WorkDesk, body: str) -> None:
    """Employees who follow one another without a gap."""
    firm, line = _founded(desk, body, _applied(desk))
    at = month_at(line.applied)
    _staffed(desk, firm, (at - 3, at - 2), (at - 1, at))
    desk.fair("EM-01", line, "two employees, one after the other")


def unknown_firm(desk: WorkDesk, body: str) -> None:
    """A firm that the register of firms does not know."""
    firm, line = _founded(desk, body, _applied(desk))
    desk.of_unknown_firm(line, firm, "the firm is not in the register")


def two_districts(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """One month of one person paid by two districts, to two employers who both insure."""
    month = desk.when(after=fate is not None)
    other = HRS[(HRS.index(body) + 1) % len(HRS)]
    firm, second, person = desk.open(desk.employer(body)), desk.open(desk.employer(other)), desk.person()
    for employer in (firm, second):
        desk.stay(person, employer, month - 5)
    first = desk.line(second, person, INSURANCE, month)
    desk.pay(first)
    later = desk.line(firm, person, INSURANCE, month, applied=first.applied + 3, paid=first.paid + desk.between(1, 20))
    desk.unduly("EM-02", later, "one month paid by two districts", fate)


def same_month_again(desk: WorkDesk, body: str) -> None:
    """One month paid twice, three times now and then, to one employer."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    desk.stay(person, firm, month - 9)
    first = desk.line(firm, person, GRADUATE, month)
    desk.pay(first)
    for turn in range(desk.between(1, 2)):
        again = desk.line(firm, person, GRADUATE, month, applied=first.applied, paid=first.paid + turn)
        desk.unduly("EM-02", again, "one month paid again")


def grant_again(desk: WorkDesk, body: str) -> None:
    """A founder draws the grant for a second firm."""
    applied = _applied(desk)
    firm, second = _founded(desk, body, applied)
    first = desk.employer(body, representative=firm.representative)
    desk.open(first)
    desk.open(firm)
    desk.pay(desk.line(first, firm.representative, STARTUP, second.month - 2))
    desk.unduly("EM-02", replace(second, paid=second.paid + 30), "a second grant for one founder")


def partner_too(desk: WorkDesk, body: str) -> None:
    """Two people draw the grant for one firm."""
    firm, first = _founded(desk, body, _applied(desk))
    desk.open(firm)
    desk.pay(first)
    second = desk.line(firm, desk.person(), STARTUP, first.month, applied=first.applied, paid=first.paid + 5)
    desk.unduly("EM-02", second, "a second grant for one firm")


def aid_again(desk: WorkDesk, body: str) -> None:
    """Expansion aid twice for one person."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    desk.stay(person, firm, month)
    first = desk.line(firm, person, EXPANSION, month)
    desk.pay(first)
    desk.unduly(
        "EM-02", desk.line(firm, person, EXPANSION, month + 1, paid=first.paid + 45), "aid twice for one person"
    )


def months_in_a_row(desk: WorkDesk, body: str) -> None:
    """Two months paid on one day."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when() - 1
    desk.stay(person, firm, month - 9)
    first = desk.line(firm, person, INSURANCE, month)
    desk.pay(first)
    second = desk.line(firm, person, INSURANCE, month + 1, applied=first.applied, paid=first.paid)
    desk.fair("EM-02", second, "the next month, paid on the same day", Kind.NEAR_MISS)


def two_kinds(desk: WorkDesk, body: str) -> None:
    """Aid and a monthly subsidy for one person and month."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    desk.stay(person, firm, month)
    desk.pay(desk.line(firm, person, EXPANSION, month))
    desk.fair("EM-02", desk.line(firm, person, INSURANCE, month), "two different subsidies")


def given_back(desk: WorkDesk, body: str) -> None:
    """Paid twice, and the first came back before the audit."""
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when()
    desk.stay(person, firm, month)
    first = desk.line(firm, person, EXPANSION, month)
    desk.pay(first)
    desk.recover(SUBSIDIES, first.text, first.amount, min(first.paid + 10, DAY_BEFORE))
    desk.fair("EM-02", desk.line(firm, person, EXPANSION, month, paid=first.paid + 9), "the first payment came back")


def nobody_named(desk: WorkDesk, body: str) -> None:
    """A line without a person."""
    desk.of_nobody(desk.open(desk.employer(body)), INSURANCE, "no person")


def _aid(desk: WorkDesk, body: str, amount: int, *, after: bool = False) -> Line:
    firm, person, month = desk.open(desk.employer(body)), desk.person(), desk.when(after=after)
    desk.stay(person, firm, month)
    return desk.line(firm, person, EXPANSION, month, amount=amount)


def aid_above_rate(desk: WorkDesk, body: str, fate: Fate | None = None) -> None:
    """Expansion aid at more than the rate."""
    line = _aid(desk, body, USUAL[EXPANSION] + desk.between(1, 20) * 10_000, after=fate is not None)
    desk.unduly("EM-11", line, "aid above its rate", fate, line.amount - USUAL[EXPANSION])


def grant_above_rate(desk: WorkDesk, body: str) -> None:
    """A start-up grant at half as much again."""
    firm, line = _founded(desk, body, _applied(desk))
    desk.open(firm)
    line = replace(line, amount=USUAL[STARTUP] * 3 // 2)
    desk.unduly("EM-11", line, "grant above its rate", amount=line.amount - USUAL[STARTUP])


def one_fen_above(desk: WorkDesk, body: str) -> None:
    """One fen above the rate."""
    desk.unduly("EM-11", _aid(desk, body, USUAL[EXPANSION] + 1), "one fen above the rate", amount=1)


def at_the_rate(desk: WorkDesk, body: str) -> None:
    """The rate itself."""
    desk.fair("EM-11", _aid(desk, body, USUAL[EXPANSION]), "the rate itself", Kind.NEAR_MISS)


def below_the_rate(desk: WorkDesk, body: str) -> None:
    """Half the rate."""
    desk.fair("EM-11", _aid(desk, body, USUAL[EXPANSION] // 2), "below the rate")


def before_any_rate(desk: WorkDesk, body: str) -> None:
    """Applied for when no rate was known."""
    applied = first_day(month_at(DAY_BEFORE) - 80) + desk.between(0, 27)
    firm, line = _founded(desk, body, applied, registered=applied - 900)
    desk.open(firm)
    desk.fair("EM-11", line, "no rate is known for that day", Kind.NOT_TESTABLE)


SCENARIOS = {
    "EM-01": deal({
        too_young: 8, no_staff: 7, on_the_list: 5, two_months_of_staff: 4, gap_in_staff: 3, one_day_young: 2,
        six_months_to_the_day: 2, three_months_of_staff: 2, off_the_list: 1, one_after_another: 1, unknown_firm: 1,
    }),
    "EM-02": deal({
        two_districts: 8, same_month_again: 7, grant_again: 5, aid_again: 5, partner_too: 4, months_in_a_row: 2,
        two_kinds: 1, given_back: 1, nobody_named: 1,
    }),
    "EM-11": deal({
        aid_above_rate: 12, grant_above_rate: 9, one_fen_above: 5, at_the_rate: 2, below_the_rate: 1,
        before_any_rate: 1,
    }),
}  # fmt: skip
AGAIN = {"EM-01": too_young, "EM-02": two_districts, "EM-11": aid_above_rate}
