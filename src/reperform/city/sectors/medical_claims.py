"""Cases about visits and claims: too often, reimbursed twice, paid late by a commercial insurer.

Rules kept here:

* What is wrong is decided here, from the story of the case; no procedure is asked.
* A course of dialysis cannot be told from guilt by the columns of the tables; it is there to be honest about precision.
* What an insurer pays later is its own trace; the register of recoveries knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, day, first_on, month
from reperform.city.dates import on as day_on
from reperform.city.identity import person_text
from reperform.city.rows import ABSENT, IN_AFTER, IN_BOTH, known_from
from reperform.city.town import month_text
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, recoverable, settled, states_of
from .medical_stays import later_one
from .medical_tables import (
    CLINIC,
    CONTRACTS,
    PLACES,
    Care,
)
from .medical_ward import Ward

DIALYSIS = "a course of dialysis"


def _visits(ward: Ward, hospital: int, first: Care, days: Sequence[int]) -> list[Care]:
    return [ward.same_person(first, ward.visit(hospital, on)) for on in days]


def _often(ward: Ward, hospital: int, body: str, when: int, count: int, *, returned: int = 0) -> Situation:
    """Return a month of so many visits at one hospital."""
    start = day(first_on(month(day_on(when))))
    first = ward.visit(hospital, start)
    visits = [first, *_visits(ward, hospital, first, [start + place % 27 for place in range(1, count)])]
    key = {"person_id": person_text(first.person), "institution": body, "month": month_text(month(day_on(start)))}
    ref, paid = "/".join(str(value) for value in key.values()), sum(care.fund for care in visits)

    def write(states: int) -> None:
        for care in visits:
            ward.tables.write(care, states)

    def fewer(states: int) -> None:
        for care in visits[:3]:
            ward.tables.write(care, states)

    if returned:
        return Situation(key, paid, settled(ward, write, "medical_settlement", ref, paid, start + returned))
    return Situation(key, paid, recoverable(ward, write, "medical_settlement", ref, paid, fewer))


def nearly_every_day(ward: Ward, body: str, when: int) -> Situation:
    """Visits on most days of a month."""
    return _often(ward, ward.place(body), body, when, ward.between(13, 24))


def ten_visits(ward: Ward, body: str, when: int) -> Situation:
    """Ten visits where patients make one to four."""
    return _often(ward, ward.place(body), body, when, 10)


def nine_visits(ward: Ward, body: str, when: int) -> Situation:
    """Nine visits: three ranges above the upper quartile."""
    return _often(ward, ward.place(body), body, when, 9)


def repaid_visits(ward: Ward, body: str, when: int) -> Situation:
    """Visits on most days, and the month was paid back before the audit."""
    return _often(ward, ward.place(body), body, when, 14, returned=60)


def dialysis(ward: Ward, body: str, when: int) -> Situation:
    """Dialysis on every other day."""
    return _often(ward, ward.place(body), body, when, 13)


def at_two_hospitals(ward: Ward, body: str, when: int) -> Situation:
    """Many visits, half of them at each of two hospitals."""
    made = _often(ward, ward.place(body), body, when, 7)
    start = day(first_on(month(day_on(when))))
    for care in _visits(ward, ward.other(body), ward.visit(ward.other(body), start), range(start, start + 7)):
        ward.tables.write(care, IN_BOTH)
    return made


def at_the_clinic(ward: Ward, body: str, when: int) -> Situation:
    """Many visits to the campus clinic, which has no peers."""
    return _often(ward, CLINIC, PLACES[CLINIC], when, 12)


def twice_on_one_invoice(ward: Ward, body: str, when: int) -> Situation:
    """Settled at the hospital, and again by hand weeks later."""
    first = ward.visit(ward.place(body), when)
    second = replace(
        ward.same_person(first, ward.visit(first.hospital, when + ward.between(1, 30))), invoice=first.invoice
    )
    faked = replace(second, invoice=ward.town.serial("medical invoice"))
    return later_one(ward, second, first, faked=faked)


def twice_on_one_day(ward: Ward, body: str, when: int) -> Situation:
    """Settled twice on one day."""
    first = ward.visit(ward.place(body), when)
    second = replace(ward.same_person(first, ward.visit(first.hospital, when)), invoice=first.invoice)
    return later_one(ward, second, first)


def twice_for_one_fen(ward: Ward, body: str, when: int) -> Situation:
    """Settled again for one fen."""
    first = ward.visit(ward.place(body), when)
    again = ward.same_person(first, ward.visit(first.hospital, when + 2))
    return later_one(ward, replace(again, invoice=first.invoice, fund=1), first)


def twice_for_nothing(ward: Ward, body: str, when: int) -> Situation:
    """Settled again, and the fund paid nothing."""
    first = ward.visit(ward.place(body), when)
    again = ward.same_person(first, ward.visit(first.hospital, when + 2))
    return later_one(ward, replace(again, invoice=first.invoice, fund=0), first)


def two_series(ward: Ward, body: str, when: int) -> Situation:
    """One number of two series of invoices, two patients."""
    first = ward.visit(ward.other(body), when)
    return later_one(ward, replace(ward.visit(ward.place(body), when + 4), invoice=first.invoice), first)


def invoice_repaid(ward: Ward, body: str, when: int) -> Situation:
    """Settled twice and paid back before the audit."""
    first = ward.visit(ward.place(body), when)
    second = ward.same_person(first, ward.visit(first.hospital, when + 5))
    return later_one(ward, replace(second, invoice=first.invoice), first, returned=when + 40)


def no_invoice(ward: Ward, body: str, when: int) -> Situation:
    """Settled without an invoice number."""
    return ward.whole(replace(ward.visit(ward.place(body), when), invoice=ABSENT))


def claim_text(number: int) -> str:
    """Return a claim's number as it is written."""
    return f"SQ{number:08d}"


def _claim(ward: Ward, body: str, submitted: int, contract: int, paid: int = 0, paid_on: int = 0) -> Situation:
    """Return a claim of which the insurer has paid so many percent on a day."""
    tables, claim, hospital = ward.tables, ward.town.serial("insurer claim"), ward.place(body)
    amount = ward.sum(3_000_000) + 2000
    part = amount * paid // 100

    def pay(money: int, on: int) -> None:
        voucher = ward.town.serial("insurer payment")
        tables.payments.add(voucher, claim, money, on, states=int(known_from(on)))

    def act(fate: Fate) -> None:
        tables.claims.add(claim, contract, hospital, submitted, amount, states=states_of(fate))
        if fate is Fate.UNPROVEN and ward.town.serial("claim faked") % 2 and part:
            tables.claims.add(claim, contract, hospital, submitted, part, states=IN_AFTER)
        if part:
            pay(part, paid_on)
        if fate is Fate.CLEARED:
            pay(amount - part, ward.later())
        elif fate is Fate.PARTLY:
            pay((amount - part) // 2, ward.later())

    return Situation({"claim_no": claim_text(claim)}, amount - part, act)


def never_paid(ward: Ward, body: str, when: int) -> Situation:
    """Months without a payment."""
    return _claim(ward, body, when, ward.between(0, len(CONTRACTS) - 1))


def paid_short(ward: Ward, body: str, when: int) -> Situation:
    """Paid in part."""
    return _claim(ward, body, when, ward.between(0, len(CONTRACTS) - 1), ward.between(20, 90), when + 9)


_CALENDAR_15, _WORKING_10 = 0, 1
_TEN_WORKING_DAYS_BEFORE = day(date(2026, 3, 17))
"""Ten working days before the first state: no holiday lies between."""


def a_day_over_calendar(ward: Ward, body: str, when: int) -> Situation:
    """One calendar day more than the contract allows."""
    return _claim(ward, body, DAY_BEFORE - 16, _CALENDAR_15)


def a_day_over_working(ward: Ward, body: str, when: int) -> Situation:
    """One working day more than the contract allows."""
    return _claim(ward, body, _TEN_WORKING_DAYS_BEFORE - 1, _WORKING_10)


def last_calendar_day(ward: Ward, body: str, when: int) -> Situation:
    """The last calendar day of the contract; the payment comes the day after."""
    return _claim(ward, body, DAY_BEFORE - 15, _CALENDAR_15, 100, DAY_BEFORE + 1)


def last_working_day(ward: Ward, body: str, when: int) -> Situation:
    """The last working day of the contract; the payment comes the day after."""
    return _claim(ward, body, _TEN_WORKING_DAYS_BEFORE, _WORKING_10, 100, DAY_BEFORE + 1)


def paid_late(ward: Ward, body: str, when: int) -> Situation:
    """Paid months late, but before the audit."""
    return _claim(ward, body, when, _CALENDAR_15, 100, when + 80)


def no_submission(ward: Ward, body: str, when: int) -> Situation:
    """The day of submission was lost."""
    return _claim(ward, body, NEVER, _CALENDAR_15)


def no_contract(ward: Ward, body: str, when: int) -> Situation:
    """A contract that nobody has sent."""
    return _claim(ward, body, when, 900)


def unpaid_again(ward: Ward, body: str, when: int) -> Situation:
    """Submitted after the audit and not paid."""
    return _claim(ward, body, min(when, DAY_AFTER - 90), ward.between(0, len(CONTRACTS) - 1))


BOOKS = (
    Book(
        "MI-10",
        {
            planted(nearly_every_day, "visits on most days of a month"): 20,
            planted(ten_visits, "one visit beyond the fence"): 3,
            near_miss(nine_visits, "as many visits as the fence"): 2,
            innocent(at_two_hospitals, "half of the visits at each of two hospitals"): 1,
            innocent(repaid_visits, "paid back before the audit"): 1,
            innocent(dialysis, DIALYSIS): 1,
            not_testable(at_the_clinic, "an institution of unknown level"): 1,
        },
        nearly_every_day,
        80,
        20,
    ),
    Book(
        "MI-11",
        {
            planted(twice_on_one_invoice, "one invoice settled again by hand"): 16,
            planted(twice_on_one_day, "one invoice settled twice on a day"): 5,
            planted(twice_for_one_fen, "one invoice settled again for one fen"): 1,
            near_miss(twice_for_nothing, "settled again for nothing"): 2,
            innocent(two_series, "one number of two series of invoices"): 2,
            innocent(invoice_repaid, "paid back before the audit"): 1,
            not_testable(no_invoice, "no invoice number"): 1,
        },
        twice_on_one_invoice,
        150,
        40,
    ),
    Book(
        "MI-12",
        {
            planted(never_paid, "never paid"): 14,
            planted(paid_short, "paid in part"): 6,
            planted(a_day_over_calendar, "one calendar day over"): 2,
            planted(a_day_over_working, "one working day over"): 2,
            near_miss(last_calendar_day, "the last calendar day"): 2,
            near_miss(last_working_day, "the last working day"): 2,
            innocent(paid_late, "paid late, but before the audit"): 2,
            not_testable(no_submission, "no day of submission"): 1,
            not_testable(no_contract, "no contract"): 1,
        },
        unpaid_again,
        120,
        30,
    ),
)
