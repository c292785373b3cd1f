"""Payments to suppliers and refunds: the tables of "paid twice", and its cases.

Rules kept here:

* In ordinary life a body never pays one supplier the same amount twice: the last three digits of the fen count the
  payments of the pair. Every equal pair is a case, and somebody decided what it is.
* Suppliers of cases have no other payments. Suppliers belong to a chunk.
* The later payment is the one that was too much; a fate concerns that one. One innocent, the next rent, cannot be told
  from a guilty one by the columns of the tables; it is there to be honest about precision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .dates import DAY_AFTER, DAY_BEFORE, DEMANDED, NEVER, OPENING, Ints, day
from .rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from .town import Part, Town, deal
from .truth import Fate, Kind, Planted, key_of

CODE = "FF-01"
PAYMENTS_PER_MILLION, CASES_PER_MILLION, AGAIN_PER_MILLION = 50_000, 2500, 400
PURPOSES = (
    "办公设备",
    "物业管理服务",
    "印刷服务",
    "信息系统运维",
    "食堂食材",
    "车辆维修",
    "房屋租赁",
    "培训服务",
    "医用耗材",
    "绿化养护",
)
RENT = PURPOSES.index("房屋租赁")
CATEGORIES = ("办公费", "物业管理费", "印刷费", "维修（护）费", "租赁费", "培训费", "专用材料费", "委托业务费")
SMALLEST = 100_000
"""1,000 yuan: what is smaller is not worth an audit."""
WINDOW_DAYS = 30
"""Without an invoice number, equal payments further apart than this are two purchases."""


def trans_text(number: int) -> str:
    """Return a transaction's number as it is written."""
    return f"ZF{number:09d}"


@dataclass(frozen=True)
class Payment:
    """One payment of a case."""

    number: int
    body: int
    supplier: int
    paid: int
    amount: int
    purpose: int
    contract: int
    invoice: int


def workday(days: Ints) -> Ints:
    """Move Saturdays and Sundays to the Friday before."""
    weekday = (days + 3) % 7
    return days - np.maximum(weekday - 4, 0)


class Desk:
    """Writes the ordinary payments, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        self.town, self.rng = town, town.rng("suppliers", part.number)
        names = ("number", "body", "supplier", "paid", "amount", "purpose", "contract", "invoice")
        self.payments = Rows(*names)
        self.refunds = Rows("body", "number", "refunded", "voucher", "on")

    def ordinary(self, count: int) -> None:
        """Write payments of ordinary life: no two alike."""
        rng, suppliers = self.rng, count // 12 + 1
        first = self.town.serial("supplier", suppliers)
        number = self.town.serial("transaction", count) + np.arange(count, dtype=np.int64)
        body = rng.integers(0, len(self.town.spending), count)
        supplier = first + (rng.random(count) ** 2 * suppliers).astype(np.int64)
        paid = np.sort(workday(rng.integers(day(OPENING) + 2, DAY_AFTER + 1, count)))
        pair = body * suppliers + supplier - first
        order = np.argsort(pair, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(pair[order]) != 0])
        rank = np.empty(count, dtype=np.int64)
        rank[order] = np.arange(count) - np.repeat(starts, np.diff(np.r_[starts, count]))
        thousands = (rng.lognormal(7.0, 1.4, count)).astype(np.int64)
        invoice = self.town.serial("invoice", count) + np.arange(count, dtype=np.int64)
        contract = self.town.serial("contract", count // 4 + 1) + np.arange(count, dtype=np.int64) // 4
        self.payments.block(
            number=number,
            body=body,
            supplier=supplier,
            paid=paid,
            amount=thousands * 1000 + rank * 37 % 990,
            purpose=rng.integers(0, len(PURPOSES), count),
            contract=np.where(rng.random(count) < 0.6, contract, ABSENT),
            invoice=np.where(rng.random(count) < 0.85, invoice, ABSENT),
            states=known_from(paid),
        )
        some = np.flatnonzero(rng.random(count) < 0.002)
        self.refunds.block(
            body=body[some],
            number=number[some],
            refunded=thousands[some] * 100,
            voucher=self.town.serial("supplier_refund", len(some)) + np.arange(len(some), dtype=np.int64),
            on=np.minimum(paid[some] + 20, DAY_AFTER),
            states=known_from(np.minimum(paid[some] + 20, DAY_AFTER)),
        )

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def payment(self, body: str, *, invoiced: bool, amount: int = 0, paid: int | None = None) -> Payment:
        """Make up a payment to a new supplier, early enough for another one to follow before the audit."""
        return Payment(
            number=self.town.serial("transaction"),
            body=self.town.spending.index(body),
            supplier=self.town.serial("supplier"),
            paid=self.between(day(OPENING) + 10, DAY_BEFORE - 130) if paid is None else paid,
            amount=amount or int(self.rng.lognormal(8.5, 1.2)) * 1000 + 200_000,
            purpose=self.between(0, len(PURPOSES) - 1),
            contract=self.town.serial("contract") if self.between(0, 1) else ABSENT,
            invoice=self.town.serial("invoice") if invoiced else ABSENT,
        )

    def like(self, earlier: Payment, days: int, **changes: int) -> Payment:
        """Make up a payment like an earlier one, so many days later."""
        number = self.town.serial("transaction")
        return replace(earlier, number=number, paid=earlier.paid + days, **changes)

    def write(self, payment: Payment, states: int = IN_BOTH) -> None:
        """Write a payment as it stands in some states."""
        line = payment
        values = (
            line.number,
            line.body,
            line.supplier,
            line.paid,
            line.amount,
            line.purpose,
            line.contract,
            line.invoice,
        )
        self.payments.add(*values, states=states)

    def refund(self, payment: Payment, amount: int, on: int) -> None:
        """Let the supplier give money back."""
        voucher = self.town.serial("supplier_refund")
        self.refunds.add(payment.body, payment.number, amount, voucher, on, states=int(known_from(on)))

    def say(self, payment: Payment, kind: Kind, note: str, fate: Fate = Fate.NONE) -> None:
        """Write the truth about a payment."""
        body = self.town.spending[payment.body]
        key = key_of({"body_id": body, "trans_no": trans_text(payment.number)})
        self.town.truth.append(Planted(CODE, key, body, payment.amount, kind, fate, note))

    def twice(self, payment: Payment, note: str) -> None:
        """Say that a payment was one too many, write it, and let the fate take its course."""
        fate = self.town.attitudes[CODE].fate(self.town.spending[payment.body])
        self.say(payment, Kind.PLANTED, note, fate)
        later = day(DEMANDED) + self.between(7, 130)
        if fate is Fate.UNPROVEN:
            self._hide(payment)
        else:
            self.write(payment)
        if fate is Fate.CLEARED:
            self.refund(payment, payment.amount, later)
        elif fate is Fate.PARTLY:
            self.refund(payment, payment.amount // 2, later)

    def _hide(self, payment: Payment) -> None:
        way = self.town.serial("supplier_hidden") % 3
        self.write(payment, IN_BEFORE)
        if way == 1:
            self.write(replace(payment, invoice=self.town.serial("invoice")), IN_AFTER)
        elif way == 2:
            self.write(replace(payment, supplier=self.town.serial("supplier")), IN_AFTER)

    def pair(self, body: str, days: int, note: str, *, invoiced: bool, amount: int = 0) -> None:
        """Plant a payment and, so many days later, the same again."""
        first = self.payment(body, invoiced=invoiced, amount=amount)
        self.write(first)
        self.twice(self.like(first, days), note)

    def harmless(self, first: Payment, second: Payment, kind: Kind, note: str) -> None:
        """Write two payments that are alike, and say that the second is in order."""
        self.write(first)
        self.write(second)
        self.say(second, kind, note)


def same_invoice(desk: Desk, body: str) -> None:
    """One invoice paid twice within days."""
    desk.pair(body, desk.between(1, 25), "one invoice paid twice", invoiced=True)


def same_invoice_months_later(desk: Desk, body: str) -> None:
    """One invoice paid again months later."""
    desk.pair(body, desk.between(60, 120), "one invoice paid again months later", invoiced=True)


def same_day(desk: Desk, body: str) -> None:
    """Twice on one day, without an invoice number."""
    desk.pair(body, 0, "paid twice on one day", invoiced=False)


def without_invoice(desk: Desk, body: str) -> None:
    """Twice within weeks, without an invoice number."""
    desk.pair(body, desk.between(1, WINDOW_DAYS - 1), "paid twice within weeks, no invoice number", invoiced=False)


def last_day_of_window(desk: Desk, body: str) -> None:
    """The last day on which two equal payments without an invoice are one purchase."""
    desk.pair(body, WINDOW_DAYS, "paid again on the last day of the window", invoiced=False)


def smallest_amount(desk: Desk, body: str) -> None:
    """The smallest amount worth an audit."""
    desk.pair(body, 7, "the smallest amount that is looked at", invoiced=True, amount=SMALLEST)


def three_times(desk: Desk, body: str) -> None:
    """One invoice paid three times: two are too many."""
    first = desk.payment(body, invoiced=True)
    desk.write(first)
    for days in (9, 18):
        desk.twice(desk.like(first, days), "one invoice paid three times")


def day_after_window(desk: Desk, body: str) -> None:
    """One day after the window: a second purchase."""
    first = desk.payment(body, invoiced=False)
    second = desk.like(first, WINDOW_DAYS + 1)
    desk.harmless(first, second, Kind.NEAR_MISS, "one day after the window, a second purchase")


def too_small(desk: Desk, body: str) -> None:
    """One fen below the smallest amount."""
    first = desk.payment(body, invoiced=True, amount=SMALLEST - 1)
    desk.harmless(first, desk.like(first, 7), Kind.NEAR_MISS, "one fen below the smallest amount")


def instalment(desk: Desk, body: str) -> None:
    """Two equal instalments of one contract, each with its invoice."""
    first = replace(desk.payment(body, invoiced=True), contract=desk.town.serial("contract"))
    second = desk.like(first, 28, invoice=desk.town.serial("invoice"))
    desk.harmless(first, second, Kind.INNOCENT, "two equal instalments of one contract, two invoices")


def two_payers(desk: Desk, body: str) -> None:
    """Two bodies pay their halves of one invoice."""
    first = desk.payment(body, invoiced=True)
    other = (first.body + 1) % len(desk.town.spending)
    desk.harmless(first, desk.like(first, 2, body=other), Kind.INNOCENT, "two bodies pay half of one invoice each")


def already_refunded(desk: Desk, body: str) -> None:
    """Paid twice, and the second came back before the audit."""
    first = desk.payment(body, invoiced=True)
    second = desk.like(first, 6)
    desk.refund(second, second.amount, second.paid + 30)
    desk.harmless(first, second, Kind.INNOCENT, "paid twice, refunded before the audit")


def no_day(desk: Desk, body: str) -> None:
    """A payment whose day was lost."""
    first = desk.payment(body, invoiced=True)
    desk.harmless(first, replace(desk.like(first, 3), paid=NEVER), Kind.NOT_TESTABLE, "the day of payment was lost")


def no_supplier(desk: Desk, body: str) -> None:
    """A payment without a supplier's code."""
    first = desk.payment(body, invoiced=True)
    second = desk.like(first, 3, supplier=ABSENT)
    desk.harmless(first, second, Kind.NOT_TESTABLE, "no code of the supplier")


def bounced(desk: Desk, body: str) -> None:
    """The first transfer bounced and came back, the second is the payment: the first row carries the refund."""
    first = desk.payment(body, invoiced=True)
    desk.refund(first, first.amount, first.paid + 2)
    desk.harmless(first, desk.like(first, 4), Kind.INNOCENT, "the first transfer bounced; this one is the payment")


def rent(desk: Desk, body: str) -> None:
    """A month's rent like the last one, without an invoice number."""
    first = replace(desk.payment(body, invoiced=False), purpose=RENT, contract=desk.town.serial("contract"))
    desk.harmless(first, desk.like(first, 30), Kind.INNOCENT, "the next month's rent, no invoice number")


SCENARIOS = deal(
    {
        same_invoice: 14,
        without_invoice: 8,
        same_invoice_months_later: 6,
        same_day: 5,
        three_times: 3,
        last_day_of_window: 2,
        smallest_amount: 2,
        day_after_window: 2,
        instalment: 2,
        too_small: 1,
        two_payers: 1,
        already_refunded: 1,
        no_day: 1,
        no_supplier: 1,
        bounced: 1,
        rent: 1,
    }
)


def again(desk: Desk, body: str, fate: Fate) -> None:
    """Let an invoice be paid twice after the audit."""
    first = desk.payment(body, invoiced=True, paid=desk.between(DAY_BEFORE + 20, DAY_AFTER - 40))
    second = desk.like(first, desk.between(1, 30))
    desk.write(first, IN_AFTER)
    desk.write(second, IN_AFTER)
    desk.say(second, Kind.PLANTED, "one invoice paid twice after the audit", fate)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the payments and refunds of a chunk."""
    desk = Desk(town, part)
    desk.ordinary(part.share(PAYMENTS_PER_MILLION * town.residents // 1_000_000))
    for scenario, body in town.cases(CODE, SCENARIOS, CASES_PER_MILLION, part):
        scenario(desk, body)
    for body, fate in town.again(CODE, AGAIN_PER_MILLION, part):
        again(desk, body, fate)
    return {"supplier_payment": desk.payments.columns(), "supplier_refund": desk.refunds.columns()}
