"""Items of departments' budgets, what is paid out of them, and how far projects have come.

Rules kept here:

* In ordinary life what was provided up to 2024 is spent by the end of 2025; of 2025's money something was paid in the
  last months before the audit, of this year's something in spring. Payments follow certificates of work.
* Every item is broken down by classification, every lump is distributed by June.
* The items of cases stand for one problem each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reperform.city.dates import DAY_AFTER, Flags, Ints
from reperform.city.rows import ABSENT, IN_BOTH, Columns, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town

from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, YUAN, Book, amounts, on, sometimes, states_from, text, turns

ITEMS_PER_MILLION = 20_000
SPENDS = ("基本支出", "项目支出")
BASIC, PROJECT = range(2)
FUNDS = ("一般预算", "基金预算", "上级专款")
NAMES = (
    "办公运行",
    "信息化建设",
    "道路养护",
    "校舍维修",
    "设备购置",
    "公共卫生服务",
    "农田水利",
    "环境监测",
    "文化惠民",
    "技能培训",
    "市政设施",
    "社区服务",
)
FUNCTIONS = (2010301, 2050201, 2060404, 2080199, 2100408, 2110301, 2120303, 2130305, 2140106)
ECONOMIES = (30101, 30201, 30213, 30218, 30299, 31005)


@dataclass(frozen=True)
class Item:
    """One item of a department's budget."""

    number: int
    body: int
    name: int
    spend: int
    fund: int
    year: int
    approved: int
    amount: int
    function: int
    economy: int
    lump: int


@dataclass(frozen=True)
class Payment:
    """One payment out of an item."""

    number: int
    item: int
    body: int
    paid: int
    amount: int


@dataclass(frozen=True)
class Progress:
    """One certificate of work done."""

    number: int
    item: int
    certified_on: int
    contract: int
    certified: int
    agreed: int


@dataclass(frozen=True)
class Allocation:
    """One distribution out of a lump."""

    number: int
    item: int
    to: int
    issued: int
    amount: int


def item_text(number: int) -> str:
    """Return an item's number as it is written."""
    return text("ZB", number, 8)


def payment_text(number: int) -> str:
    """Return a payment's number as it is written."""
    return text("ZFL", number, 9)


class BudgetDesk(Desk):
    """Writes ordinary items and payments, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "fiscal budget")
        self.items, self.payments = Book(Item), Book(Payment)
        self.certificates, self.allocations = Book(Progress), Book(Allocation)
        self.bodies = len(town.spending)

    def ordinary(self) -> None:
        """Write what is in order."""
        rng, count = self.rng, self.town.share(ITEMS_PER_MILLION, 8 * self.bodies, self.part)
        first = self.town.serial("budget item", count)
        year = rng.choice(np.array([2023, 2024, YEAR_BEFORE, THIS_YEAR]), count, p=[0.1, 0.25, 0.4, 0.25])
        kind = rng.random(count)
        lump = (kind < 0.2) & (year >= YEAR_BEFORE)
        january = np.select([year == known for known in (2023, 2024, 2025)], [on(y, 1, 10) for y in (2023, 2024, 2025)],
                            on(THIS_YEAR, 1, 10))  # fmt: skip
        table = {
            "number": first + np.arange(count, dtype=np.int64),
            "body": turns(first, count, self.bodies),
            "name": sometimes(rng, rng.integers(0, len(NAMES), count)),
            "spend": np.where((kind > 0.7) & ~lump, BASIC, PROJECT),
            "fund": rng.choice(len(FUNDS), count, p=[0.8, 0.08, 0.12]),
            "year": year,
            "approved": january + np.where(lump | (year == THIS_YEAR), 10, rng.integers(0, 300, count)),
            "amount": amounts(rng, count, 600_000 * YUAN),
            "function": np.array(FUNCTIONS)[rng.integers(0, len(FUNCTIONS), count)],
            "economy": np.where((kind > 0.7) | (rng.random(count) < 0.7), ECONOMIES[1], ABSENT),
            "lump": lump.astype(np.int64),
        }
        self.items.block(**table, states=np.full(count, IN_BOTH))
        certified = (year == YEAR_BEFORE) & ~lump & (kind < 0.5)
        self._spend(table, ~lump & ~certified)
        self._build(table, certified)
        self._distribute(table, lump)

    def _pay(self, item: Ints, body: Ints, paid: Ints, amount: Ints) -> None:
        here = (paid <= DAY_AFTER) & (amount > 0)
        count = int(here.sum())
        number = self.town.serial("budget payment", count) + np.arange(count, dtype=np.int64)
        known = known_from(paid[here])
        self.payments.block(
            number=number, item=item[here], body=body[here], paid=paid[here], amount=amount[here], states=known
        )

    def _spend(self, table: dict[str, Ints], chosen: Flags) -> None:
        """Pay ordinary items in two sums; a part of the money of 2025 and of this year is left."""
        item, body, year, approved, amount = (
            table[name][chosen] for name in ("number", "body", "year", "approved", "amount")
        )
        rng, count = self.rng, int(chosen.sum())
        old = year < YEAR_BEFORE
        winter = rng.integers(on(YEAR_BEFORE, 12, 1), on(THIS_YEAR, 3, 25), count)
        summer = rng.integers(on(THIS_YEAR, 5, 1), on(THIS_YEAR, 10, 20), count)
        first = np.where(
            old, approved + 20, np.where(year == YEAR_BEFORE, winter, approved + rng.integers(15, 60, count))
        )
        second = np.where(old, np.minimum(approved + rng.integers(40, 300, count), on(YEAR_BEFORE, 12, 31)), summer)
        part = amount * rng.integers(30, 60, count) // 100
        rest = np.where(old, amount - part, (amount - part) * rng.integers(0, 101, count) // 100)
        self._pay(item, body, first, part)
        self._pay(item, body, second, rest)

    def _build(self, table: dict[str, Ints], chosen: Flags) -> None:
        """Certify work twice and pay what is due of it after each certificate."""
        item, body, amount = (table[name][chosen] for name in ("number", "body", "amount"))
        rng, count = self.rng, int(chosen.sum())
        agreed = rng.choice(np.array([80, 85, 90]), count)
        winter = rng.integers(on(THIS_YEAR, 1, 10), on(THIS_YEAR, 2, 20), count)
        summer = rng.integers(on(THIS_YEAR, 7, 1), on(THIS_YEAR, 8, 31), count)
        done, paid = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        for when, least, most in ((winter, 40, 70), (summer, 15, 30)):
            done = done + amount * rng.integers(least, most, count) // 100
            number = self.town.serial("certificate", count) + np.arange(count, dtype=np.int64)
            self.certificates.block(number=number, item=item, certified_on=when, contract=amount, certified=done,
                                    agreed=agreed, states=known_from(when))  # fmt: skip
            due = done * agreed // 100
            self._pay(item, body, when + rng.integers(5, 25, count), due - paid)
            paid = due

    def _distribute(self, table: dict[str, Ints], chosen: Flags) -> None:
        """Give lumps to those who spend them, in two sums."""
        item, year, approved, amount = (table[name][chosen] for name in ("number", "year", "approved", "amount"))
        rng, count = self.rng, int(chosen.sum())
        june = np.where(year == YEAR_BEFORE, on(YEAR_BEFORE, 6, 20), on(THIS_YEAR, 6, 20))
        part = amount // 3
        for when, given in ((approved + rng.integers(10, 50, count), part), (june, amount - part)):
            number = self.town.serial("allocation", count) + np.arange(count, dtype=np.int64)
            to = rng.integers(0, self.bodies, count)
            self.allocations.block(number=number, item=item, to=to, issued=when, amount=given, states=known_from(when))

    def item(self, body: str, year: int, approved: int, amount: int = 0, spend: int = PROJECT, lump: int = 0) -> Item:
        """Make up an item that is broken down as it should be."""
        return Item(
            number=self.town.serial("budget item"),
            body=self.town.spending.index(body),
            name=self.between(0, len(NAMES) - 1),
            spend=spend,
            fund=0,
            year=year,
            approved=approved,
            amount=amount or self.sum(800_000 * YUAN) + 1000 * YUAN,
            function=FUNCTIONS[self.between(0, len(FUNCTIONS) - 1)],
            economy=ECONOMIES[self.between(0, len(ECONOMIES) - 1)],
            lump=lump,
        )

    def pay(self, item: Item, amount: int, paid: int) -> int:
        """Pay out of an item, and return the payment's number."""
        number = self.town.serial("budget payment")
        self.payments.write(Payment(number, item.number, item.body, paid, amount), states_from(paid))
        return number

    def certify(self, item: Item, certified: int, when: int, agreed: int = 80) -> Progress:
        """Make up a certificate of work on an item whose contract is all of its money."""
        return Progress(self.town.serial("certificate"), item.number, when, item.amount, certified, agreed)

    def allocate(self, item: Item, amount: int, issued: int) -> None:
        """Give a part of a lump to a unit."""
        to = self.between(0, self.bodies - 1)
        self.allocations.write(
            Allocation(self.town.serial("allocation"), item.number, to, issued, amount), states_from(issued)
        )

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        return {
            "budget_item": self.items.columns(),
            "budget_payment": self.payments.columns(),
            "project_progress": self.certificates.columns(),
            "budget_allocation": self.allocations.columns(),
        } | self.registers()
