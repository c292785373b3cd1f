"""Bills of non-tax revenue and their credits: the tables of "not paid into the treasury", and its cases.

Rules kept here:

* What a payer has paid reaches the treasury in full within six days, unless a case says otherwise. Yunjiang allows ten
  working days; around both states no holiday lies in them, so that they are fourteen calendar days.
* Contributions of social insurance go to their fiscal special account, as the law wants it.
* What is put right after the audit is one more credit of the treasury; what is hidden is a bill deleted, a bill made
  smaller, or a payment taken off a bill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .dates import DAY_AFTER, DAY_BEFORE, DEMANDED, NEVER, OPENING, day
from .rows import IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from .town import Part, Town, deal
from .truth import Fate, Kind, Planted, key_of

CODE = "NT-01"
BILLS_PER_MILLION, CASES_PER_MILLION, AGAIN_PER_MILLION = 90_000, 1500, 300
INSURANCE = 0
ITEMS = (
    "社会保险基金",
    "罚没收入",
    "不动产登记费",
    "城市道路占用费",
    "污水处理费",
    "水资源费",
    "考试考务费",
    "国有资产有偿使用收入",
    "国有资产处置收入",
    "房屋租金收入",
    "停车泊位占用费",
    "行政事业性收费",
)
TREASURY, FISCAL_ACCOUNT, UNIT_ACCOUNT = 0, 1, 2
ACCOUNTS = ("国库", "财政专户", "单位账户")
ALLOWED_DAYS = 14


def bill_text(number: int) -> str:
    """Return a bill's number as it is written."""
    return f"9901{number:010d}"


@dataclass(frozen=True)
class Bill:
    """One bill of a case."""

    number: int
    body: int
    item: int
    amount: int
    issued: int
    paid: int


class Desk:
    """Writes the ordinary bills, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        self.town, self.rng = town, town.rng("revenue", part.number)
        self.bills = Rows("number", "body", "item", "amount", "issued", "paid")
        self.credits = Rows("voucher", "bill", "amount", "credited", "account")

    def ordinary(self, count: int) -> None:
        """Write bills of ordinary life and their credits."""
        rng, first = self.rng, self.town.serial("bill", count)
        number = first + np.arange(count, dtype=np.int64)
        item = rng.integers(0, len(ITEMS), count)
        issued = np.sort(rng.integers(day(OPENING), DAY_AFTER + 1, count))
        paid = np.where(rng.random(count) < 0.04, NEVER, issued + rng.geometric(0.18, count) - 1)
        amount = (rng.lognormal(7.2, 1.5, count) * 10).astype(np.int64) * 10 + 5000
        body = rng.integers(0, len(self.town.collecting), count)
        for state, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
            here = issued <= today
            known = np.where(paid <= today, paid, NEVER)
            states = np.full(count, state, dtype=np.int64)
            table = {"number": number, "body": body, "item": item, "amount": amount, "issued": issued}
            table |= {"paid": known, "states": states}
            self.bills.block(**{name: column[here] for name, column in table.items()})
        credited = paid + rng.integers(0, 7, count)
        here = credited <= DAY_AFTER
        voucher = self.town.serial("credit", count) + np.arange(count, dtype=np.int64) // 3
        account = np.where(item == INSURANCE, FISCAL_ACCOUNT, TREASURY)
        table = {"voucher": voucher, "bill": number, "amount": amount, "credited": credited, "account": account}
        table |= {"states": known_from(credited)}
        self.credits.block(**{name: column[here] for name, column in table.items()})

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def bill(self, body: str, *, paid: int | None = None, item: int | None = None) -> Bill:
        """Make up a bill that was paid on a day, long before the audit unless given."""
        when = self.between(day(OPENING) + 5, DAY_BEFORE - 60) if paid is None else paid
        amount = int(self.rng.lognormal(8.5, 1.2) * 10) * 10 + 20_000
        chosen = self.between(1, len(ITEMS) - 1) if item is None else item
        place = self.town.collecting.index(body)
        return Bill(self.town.serial("bill"), place, chosen, amount, when - self.between(0, 5), when)

    def write(self, bill: Bill, states: int, *, amount: int | None = None, paid: int | None = None) -> None:
        """Write a bill as it stands in some states."""
        shown, when = bill.amount if amount is None else amount, bill.paid if paid is None else paid
        self.bills.add(bill.number, bill.body, bill.item, shown, bill.issued, when, states=states)

    def credit(self, bill: Bill, amount: int, on: int, account: int = TREASURY) -> None:
        """Credit part of a bill under a voucher of its own."""
        voucher = self.town.serial("credit")
        self.credits.add(voucher, bill.number, amount, on, account, states=int(known_from(on)))

    def say(self, bill: Bill, amount: int, kind: Kind, note: str, fate: Fate = Fate.NONE) -> None:
        """Write the truth about a bill."""
        key, body = key_of({"bill_no": bill_text(bill.number)}), self.town.collecting[bill.body]
        self.town.truth.append(Planted(CODE, key, body, amount, kind, fate, note))

    def missing(self, bill: Bill, amount: int, note: str) -> None:
        """Say that so much of a bill is missing, and let the fate take its course."""
        fate = self.town.attitudes[CODE].fate(self.town.collecting[bill.body])
        if fate is Fate.PARTLY and amount < 2:
            fate = Fate.STILL
        self.say(bill, amount, Kind.PLANTED, note, fate)
        later = day(DEMANDED) + self.between(7, 130)
        if fate is Fate.UNPROVEN:
            self._hide(bill, amount)
        else:
            self.write(bill, IN_BOTH)
        if fate is Fate.CLEARED:
            self.credit(bill, amount, later)
        elif fate is Fate.PARTLY:
            self.credit(bill, amount // 2, later)

    def _hide(self, bill: Bill, amount: int) -> None:
        way = self.town.serial("revenue_hidden") % 3
        self.write(bill, IN_BEFORE)
        if way == 1:
            self.write(bill, IN_AFTER, amount=bill.amount - amount)
        elif way == 2:
            self.write(bill, IN_AFTER, paid=NEVER)

    def fine(self, bill: Bill, kind: Kind, note: str) -> None:
        """Say that a bill is in order."""
        self.write(bill, IN_BOTH)
        self.say(bill, bill.amount, kind, note)


def never_credited(desk: Desk, body: str) -> None:
    """Paid by the payer, seen nowhere since."""
    bill = desk.bill(body)
    desk.missing(bill, bill.amount, "paid, credited nowhere")


def credited_short(desk: Desk, body: str) -> None:
    """Part of the money did not arrive."""
    bill = desk.bill(body)
    part = bill.amount * desk.between(30, 90) // 100
    desk.credit(bill, part, bill.paid + 3)
    desk.missing(bill, bill.amount - part, "credited short")


def one_fen_short(desk: Desk, body: str) -> None:
    """One fen did not arrive: the smallest violation there is."""
    bill = desk.bill(body)
    desk.credit(bill, bill.amount - 1, bill.paid + 3)
    desk.missing(bill, 1, "credited short by one fen")


def kept_by_unit(desk: Desk, body: str) -> None:
    """The money went to the unit's own account."""
    bill = desk.bill(body)
    desk.credit(bill, bill.amount, bill.paid + 1, UNIT_ACCOUNT)
    desk.missing(bill, bill.amount, "credited to the account of the unit")


def wrong_special_account(desk: Desk, body: str) -> None:
    """The money went to a fiscal special account that the item has no right to."""
    bill = desk.bill(body)
    desk.credit(bill, bill.amount, bill.paid + 2, FISCAL_ACCOUNT)
    desk.missing(bill, bill.amount, "credited to a fiscal account that this item has no right to")


def one_day_late(desk: Desk, body: str) -> None:
    """Paid one day more than the allowed time before the state's day, and not there."""
    bill = desk.bill(body, paid=DAY_BEFORE - ALLOWED_DAYS - 1)
    desk.missing(bill, bill.amount, "not credited on the first day after the allowed time")


def last_allowed_day(desk: Desk, body: str) -> None:
    """Not there yet on the last allowed day; it comes the day after."""
    bill = desk.bill(body, paid=DAY_BEFORE - ALLOWED_DAYS)
    desk.credit(bill, bill.amount, DAY_BEFORE + 1)
    desk.fine(bill, Kind.NEAR_MISS, "not credited on the last allowed day")


def credited_on_last_day(desk: Desk, body: str) -> None:
    """Credited on the last allowed day."""
    bill = desk.bill(body)
    desk.credit(bill, bill.amount, bill.paid + ALLOWED_DAYS)
    desk.fine(bill, Kind.NEAR_MISS, "credited on the last allowed day")


def split_credit(desk: Desk, body: str) -> None:
    """Two credits that add up, the second on the day of the first state."""
    bill = desk.bill(body)
    part = bill.amount // 3
    desk.credit(bill, part, bill.paid + 2)
    desk.credit(bill, bill.amount - part, DAY_BEFORE)
    desk.fine(bill, Kind.INNOCENT, "two credits that add up")


def lawful_special_account(desk: Desk, body: str) -> None:
    """Credited to the fiscal special account that the law gives the item."""
    bill = desk.bill(body, item=INSURANCE)
    desk.credit(bill, bill.amount, bill.paid + 2, FISCAL_ACCOUNT)
    desk.fine(bill, Kind.INNOCENT, "credited to its lawful fiscal account")


def late_but_in_full(desk: Desk, body: str) -> None:
    """Credited two months late, but all of it before the audit."""
    bill = desk.bill(body)
    desk.credit(bill, bill.amount, bill.paid + 59)
    desk.fine(bill, Kind.INNOCENT, "late, but in full before the audit")


def passed_on(desk: Desk, body: str) -> None:
    """First on the account of the unit, then passed on to the treasury."""
    bill = desk.bill(body)
    desk.credit(bill, bill.amount, bill.paid, UNIT_ACCOUNT)
    desk.credit(bill, bill.amount, bill.paid + 9)
    desk.fine(bill, Kind.INNOCENT, "by way of the account of the unit, in time")


def not_paid_yet(desk: Desk, body: str) -> None:
    """The payer has not paid: there is nothing to credit."""
    bill = desk.bill(body)
    desk.write(bill, IN_BOTH, paid=NEVER)
    desk.say(bill, bill.amount, Kind.INNOCENT, "the payer has not paid")


SCENARIOS = deal(
    {
        never_credited: 10,
        kept_by_unit: 6,
        credited_short: 5,
        wrong_special_account: 3,
        one_day_late: 3,
        one_fen_short: 1,
        last_allowed_day: 3,
        credited_on_last_day: 2,
        split_credit: 2,
        lawful_special_account: 2,
        late_but_in_full: 1,
        passed_on: 1,
        not_paid_yet: 1,
    }
)


def again(desk: Desk, body: str, fate: Fate, *, latest: bool) -> None:
    """Let a payment after the audit go nowhere; the latest is one day over the allowed time."""
    last = DAY_AFTER - ALLOWED_DAYS - 1
    bill = desk.bill(body, paid=last if latest else desk.between(DAY_BEFORE + 10, last))
    desk.write(bill, IN_AFTER)
    desk.say(bill, bill.amount, Kind.PLANTED, "paid after the audit, credited nowhere", fate)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the bills and credits of a chunk."""
    desk = Desk(town, part)
    desk.ordinary(part.share(BILLS_PER_MILLION * town.residents // 1_000_000))
    for scenario, body in town.cases(CODE, SCENARIOS, CASES_PER_MILLION, part):
        scenario(desk, body)
    for turn, (body, fate) in enumerate(town.again(CODE, AGAIN_PER_MILLION, part)):
        again(desk, body, fate, latest=turn == 0)
        on_its_way = desk.bill(body, paid=DAY_AFTER - ALLOWED_DAYS)
        desk.write(on_its_way, IN_AFTER)
        desk.say(on_its_way, on_its_way.amount, Kind.NEAR_MISS, "not credited on the last allowed day")
    return {"nontax_bill": desk.bills.columns(), "treasury_credit": desk.credits.columns()}
