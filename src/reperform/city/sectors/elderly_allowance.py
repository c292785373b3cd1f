"""Cases about the longevity allowance: above the rate, before the age, after death or moving out, by two districts.

Rules kept here:

* Old people of cases are guests with rows of their own in the register of residents; they are paid every month that is
  due, in full, so that nothing is wrong with them but what the case says.
* A body that only tidies its table takes the payment out, or writes down what would have been right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reperform.city.dates import (
    ALWAYS,
    DAY_AFTER,
    DAY_BEFORE,
    FIRST,
    NEVER,
    day,
    first_on,
    month,
    on,
)
from reperform.city.identity import person_text
from reperform.city.longevity import BY_HAND, LAST_PAID_AFTER, LAST_PAID_BEFORE, paid_on, rates
from reperform.city.rows import IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows
from reperform.city.sector import Desk
from reperform.city.town import CIVIL_AFFAIRS, Part, Town, month_text
from reperform.city.truth import Fate, Kind

from .cases import Book, Situation, guest, innocent, near_miss, not_testable, planted

_SEVENTY, _EIGHTY = 70 * 12, 80 * 12


@dataclass(frozen=True)
class Elder:
    """An old person of a case; `district` is where the person is registered and paid."""

    person: int
    born: int
    male: int
    district: int
    died: int = NEVER
    moved_out: int = NEVER

    @property
    def last(self) -> int:
        """The last month that is paid."""
        return min([month(on(end)) for end in (self.died, self.moved_out) if end != NEVER] + [LAST_PAID_AFTER])


@dataclass(frozen=True)
class Extra:
    """One payment that a procedure judges: what was paid, what of it is too much, what would have been right."""

    month: int
    body: str
    paid: int
    over: int
    right: int = 0
    days_later: int = 0


class AllowanceDesk(Desk):
    """Writes old people, their payments and the truth about them."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "elderly allowance")
        self.residents = Rows("person", "born", "male", "district", "moved_in", "moved_out", "died")
        self.payments = Rows("person", "month", "body", "amount", "paid_on", "voucher")

    def elder(self, body: str, at: int, months: int, *, away: int = 0) -> Elder:
        """Make up a person who is so many months old in a month, registered in a body's district or others away."""
        male = self.between(0, 1)
        born = day(first_on(at - months)) + self.between(0, 27)
        district = (CIVIL_AFFAIRS.index(body) + away) % len(CIVIL_AFFAIRS)
        return Elder(guest(self.town, born, male), born, male, district)

    def enter(self, one: Elder) -> None:
        """Write a person into the register, as each state knows it."""
        for states, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
            died, moved_out = (end if end <= today else NEVER for end in (one.died, one.moved_out))
            values = (one.person, one.born, one.male, one.district, ALWAYS, moved_out, died)
            self.residents.add(*values, states=states)

    def pay_what_is_due(self, one: Elder, but: int) -> None:
        """Write the monthly runs of a person, leaving out one month."""
        months = np.arange(FIRST, one.last + 1, dtype=np.int64)
        amounts = rates(np.full(len(months), one.born, dtype=np.int64), months)
        due = (amounts > 0) & (months != but)
        at, amount = months[due], amounts[due]
        known = np.where(at <= LAST_PAID_BEFORE, IN_BOTH, IN_AFTER)
        everywhere = np.ones(len(at), dtype=np.int64)
        self.payments.block(
            person=one.person * everywhere, month=at, body=one.district * everywhere, amount=amount,
            paid_on=paid_on(at), voucher=at * 100 + one.district, states=known,
        )  # fmt: skip

    def pay(self, one: Elder, at: int, district: int, amount: int, states: int, later: int = 0) -> None:
        """Write one payment, as far as it was known; a later one has a voucher of its own."""
        shown = states & (IN_BOTH if at <= LAST_PAID_BEFORE else IN_AFTER)
        voucher = BY_HAND + self.town.serial("longevity_voucher") if later else at * 100 + district
        if shown:
            on_day = int(paid_on(np.array([at]))[0]) + later
            self.payments.add(one.person, at, district, amount, on_day, voucher, states=shown)

    def columns(self) -> dict[str, Columns]:
        """Return the rows that are appended to the first tables."""
        return {"resident": self.residents.columns(), "longevity_payment": self.payments.columns()}


def _key(one: Elder, extra: Extra) -> dict[str, object]:
    return {
        "person_id": person_text(one.person),
        "month": month_text(extra.month),
        "district_body": extra.body,
    }


def _paid(
    desk: AllowanceDesk, one: Elder, extra: Extra, *, own: int | None = None, returned: int = 0, known: bool = True
) -> Situation:
    """Return a payment beside what is due; `own` is what the own district paid of that month, if another paid too."""
    key = _key(one, extra)
    ref, district = "/".join(str(value) for value in key.values()), CIVIL_AFFAIRS.index(extra.body)

    def write(amount: int, states: int) -> None:
        desk.pay(one, extra.month, district, amount, states, extra.days_later)

    def act(fate: Fate) -> None:
        if known:
            desk.enter(one)
            desk.pay_what_is_due(one, extra.month)
        if own is not None:
            desk.pay(one, extra.month, one.district, own, IN_BOTH)
        write(extra.paid, IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH)
        if fate is Fate.UNPROVEN and extra.right:
            write(extra.right, IN_AFTER)
        desk.remedy(fate, "longevity_payment", ref, extra.over)
        if returned:
            desk.recover("longevity_payment", ref, extra.over, returned)

    return Situation(key, extra.over, act)


def _month(when: int) -> int:
    return month(on(when))


def rate_of_eighty(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The rate of eighty, in the seventies."""
    at = _month(when)
    one = desk.elder(body, at, desk.between(_SEVENTY + 24, _EIGHTY - 36))
    return _paid(desk, one, Extra(at, body, 10_000, 7000, right=3000))


def before_seventy(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """An allowance years before the seventieth birthday."""
    at = _month(when)
    return _paid(desk, desk.elder(body, at, desk.between(_SEVENTY - 60, _SEVENTY - 30)), Extra(at, body, 3000, 3000))


def a_month_too_early(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The new rate in the month before the birthday."""
    at = _month(when)
    return _paid(desk, desk.elder(body, at, _EIGHTY - 1), Extra(at, body, 10_000, 7000, right=3000))


def one_fen_above(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """One fen above the rate."""
    at = _month(when)
    return _paid(desk, desk.elder(body, at, _EIGHTY + 30), Extra(at, body, 10_001, 1, right=10_000))


def in_the_month_of_the_birthday(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The new rate in the month of the birthday."""
    at = _month(when)
    return _paid(desk, desk.elder(body, at, _EIGHTY), Extra(at, body, 10_000, 0))


def too_much_and_repaid(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The rate of eighty in the seventies, paid back before the audit."""
    at = _month(when)
    one = desk.elder(body, at, _SEVENTY + 50)
    return _paid(desk, one, Extra(at, body, 10_000, 7000), returned=when + 90)


def _stranger(desk: AllowanceDesk, body: str, when: int, other: str) -> Situation:
    """Return a payment to a number that the register of residents does not hold, and tell the other procedure."""
    at = _month(when)
    made = _paid(desk, desk.elder(body, at, _EIGHTY + 20), Extra(at, body, 10_000, 0), known=False)
    desk.harmless(other, made.key, body, "not in the register of residents", Kind.NOT_TESTABLE)
    return made


def stranger(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """A number that the register of residents does not hold."""
    return _stranger(desk, body, when, "EL-04")


def stranger_too(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Another number that the register of residents does not hold."""
    return _stranger(desk, body, when, "EL-03")


def _gone(desk: AllowanceDesk, body: str, when: int, months: int, *, dead: bool, returned: int = 0) -> Situation:
    """Return a payment so many months after the death or the move."""
    at = _month(when)
    end = day(first_on(at - months)) + desk.between(0, 27)
    one = desk.elder(body, at, _EIGHTY + desk.between(12, 100))
    one = replace(one, died=end) if dead else replace(one, moved_out=end)
    return _paid(desk, one, Extra(at, body, 10_000, 10_000 if months else 0), returned=returned)


def after_death(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Months after the death."""
    return _gone(desk, body, when, desk.between(2, 8), dead=True)


def after_moving_out(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Months after moving out."""
    return _gone(desk, body, when, desk.between(2, 8), dead=False)


def the_month_after_death(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The month after that of the death."""
    return _gone(desk, body, when, 1, dead=True)


def the_month_of_death(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The month of the death."""
    return _gone(desk, body, when, 0, dead=True)


def the_month_of_moving_out(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """The month of moving out."""
    return _gone(desk, body, when, 0, dead=False)


def dead_and_repaid(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Paid after the death, and the family paid it back before the audit."""
    return _gone(desk, body, when, 3, dead=True, returned=when + 90)


def _shared(
    desk: AllowanceDesk, body: str, when: int, own: int, second: int, over: int, right: int = 0, returned: int = 0
) -> Situation:
    """Return a second payment of a month by a district in which the person is not registered."""
    at = _month(when)
    one = desk.elder(body, at, _EIGHTY + desk.between(12, 100), away=1)
    return _paid(desk, one, Extra(at, body, second, over, right, days_later=5), own=own, returned=returned)


def by_two_districts(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Paid in full by two districts."""
    return _shared(desk, body, when, 10_000, 10_000, 10_000)


def a_fen_above_the_share(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Shared by two districts, one fen too much."""
    return _shared(desk, body, when, 4000, 6001, 1, 6000)


def a_shared_month(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Shared by two districts, which add up."""
    return _shared(desk, body, when, 4000, 6000, 0)


def second_district_repaid(desk: AllowanceDesk, body: str, when: int) -> Situation:
    """Paid by two districts, and the second got it back before the audit."""
    return _shared(desk, body, when, 10_000, 10_000, 10_000, returned=when + 90)


BOOKS = (
    Book(
        "EL-03",
        {
            planted(rate_of_eighty, "the rate of eighty in the seventies"): 14,
            planted(before_seventy, "years before the seventieth birthday"): 6,
            planted(a_month_too_early, "the new rate one month too early"): 2,
            planted(one_fen_above, "one fen above the rate"): 1,
            near_miss(in_the_month_of_the_birthday, "the new rate in the month of the birthday"): 2,
            innocent(too_much_and_repaid, "paid back before the audit"): 2,
            not_testable(stranger, "not in the register of residents"): 1,
        },
        rate_of_eighty,
        300,
        60,
    ),
    Book(
        "EL-04",
        {
            planted(after_death, "months after the death"): 10,
            planted(after_moving_out, "months after moving out"): 6,
            planted(by_two_districts, "paid in full by two districts"): 6,
            planted(the_month_after_death, "the month after that of the death"): 2,
            planted(a_fen_above_the_share, "shared by two districts, one fen too much"): 1,
            near_miss(the_month_of_death, "the month of the death"): 2,
            near_miss(the_month_of_moving_out, "the month of moving out"): 1,
            innocent(a_shared_month, "shared by two districts, which add up"): 2,
            innocent(dead_and_repaid, "paid back before the audit"): 1,
            innocent(second_district_repaid, "the second district got it back"): 1,
            not_testable(stranger_too, "not in the register of residents"): 1,
        },
        by_two_districts,
        300,
        60,
    ),
)
