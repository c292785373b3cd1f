"""What finance bureaus owe to others: reserve funds, transfers, advance notices and direct funds.

Rules kept here:

* In ordinary life a reserve fund is one to three percent of the budget, its uses are decided before they are paid,
  transfers and direct funds go on within four weeks, rarely later, and enough is notified in November.
* Direct funds go to firms, persons and paying agencies; what goes through a unit's own account reaches its users.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reperform.city.dates import DAY_AFTER, NEVER, Flags, Ints
from reperform.city.rows import ABSENT, IN_BOTH, Columns, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town

from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, YUAN, Book, amounts, finance, followed, on, states_from, text, turns

TOWNSHIPS_PER_MILLION, USES_PER_MILLION, TRANSFERS_PER_MILLION = 90, 500, 6_000
LINES_PER_MILLION, DIRECT_PER_MILLION = 2_000, 6_000
FUND_NAMES = (
    "国有土地使用权出让收入",
    "彩票公益金",
    "城市基础设施配套费",
    "污水处理费",
    "农业土地开发资金",
)
TIERS = ("市本级", "区本级", "乡镇级")
PURPOSES = ("救灾", "疫情防控", "应急抢险", "难以预见", "一般性支出")
DISASTER, HEALTH, ACCIDENT, UNFORESEEN, ROUTINE = range(5)
KINDS = ("一般性", "专项")
GENERAL, SPECIAL = range(2)
SOURCES = ("本级", "上级")
OWN, UPPER = range(2)
NATURES = ("正常", "应急", "据实")
NORMAL, EMERGENCY, BY_FACT = range(3)
PAYEES = ("企业", "受益个人", "单位实有资金账户", "代发专户")
SUPPLIER, PERSON, OWN_ACCOUNT, AGENCY = range(4)
DIRECT_FUNDS = ("就业补助资金", "困难群众救助补助", "城乡居民医保补助", "义务教育补助经费", "优抚对象补助")
MILLION = 1_000_000 * YUAN


@dataclass(frozen=True)
class Budget:
    """The general public budget of one government in one year."""

    number: int
    body: int
    tier: int
    year: int
    spend: int
    reserve: int


@dataclass(frozen=True)
class Fund:
    """One government fund in one year: what came in and what was carried over."""

    number: int
    body: int
    name: int
    year: int
    revenue: int
    carried: int


@dataclass(frozen=True)
class Use:
    """One use of a reserve fund."""

    number: int
    body: int
    year: int
    purpose: int
    amount: int
    decision: int
    decided: int
    paid: int


@dataclass(frozen=True)
class Transfer:
    """One transfer that is owed to a lower government."""

    number: int
    body: int
    to: int
    kind: int
    source: int
    nature: int
    approved: int
    received: int
    amount: int


@dataclass(frozen=True)
class Issue:
    """One paper, or payment, by which something was passed on: a transfer, an advance notice, direct funds."""

    number: int
    of: int
    to: int
    issued: int
    amount: int


@dataclass(frozen=True)
class Line:
    """One line of transfers of which a share must be notified in advance."""

    number: int
    body: int
    to: int
    year: int
    kind: int
    by_fact: int
    expected: int


@dataclass(frozen=True)
class Direct:
    """One paper of direct funds."""

    number: int
    body: int
    fund: int
    received: int
    amount: int


@dataclass(frozen=True)
class DirectPayment:
    """One payment of direct funds."""

    number: int
    of: int
    body: int
    paid: int
    payee: int
    amount: int
    reached: int


def budget_text(number: int) -> str:
    """Return a budget's number as it is written."""
    return text("YS", number, 6)


def fund_text(number: int) -> str:
    """Return the number of a fund's line as it is written."""
    return text("JJ", number, 6)


def use_text(number: int) -> str:
    """Return the number of a use of a reserve fund as it is written."""
    return text("YB", number, 6)


def transfer_text(number: int) -> str:
    """Return a transfer's number as it is written."""
    return text("ZY", number, 7)


def line_text(number: int) -> str:
    """Return the number of a line as it is written."""
    return text("TQ", number, 7)


def direct_text(number: int) -> str:
    """Return the number of a paper of direct funds as it is written."""
    return text("ZD", number, 7)


def direct_payment_text(number: int) -> str:
    """Return the number of a payment of direct funds as it is written."""
    return text("ZDZF", number, 8)


class TransfersDesk(Desk):
    """Writes what is in order, then the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "fiscal transfers")
        self.budgets, self.uses, self.lines = Book(Budget), Book(Use), Book(Line)
        self.transfers, self.issues, self.notices = Book(Transfer), Book(Issue), Book(Issue)
        self.directs, self.splits, self.payments = Book(Direct), Book(Issue), Book(DirectPayment)
        self.funds = Book(Fund)
        self.finance = finance(town)
        self.bureaus, self.bodies = len(self.finance), len(town.spending)

    def ordinary(self) -> None:
        """Write what is in order."""
        share = self.town.share
        self._budgets(share(TOWNSHIPS_PER_MILLION, 5 * self.bureaus, self.part))
        self._funds(share(TOWNSHIPS_PER_MILLION, 7 * self.bureaus, self.part))
        self._uses(share(USES_PER_MILLION, 20 * self.bureaus, self.part))
        self._transfers(share(TRANSFERS_PER_MILLION, 25 * self.bureaus, self.part))
        self._lines(share(LINES_PER_MILLION, 25 * self.bureaus, self.part))
        self._directs(share(DIRECT_PER_MILLION, 4 * self.bodies, self.part))

    def _numbers(self, name: str, count: int) -> Ints:
        return self.town.serial(name, count) + np.arange(count, dtype=np.int64)

    def _issue(self, book: Book[Issue], name: str, of: Ints, issued: Ints, amount: Ints) -> None:
        here: Flags = issued <= DAY_AFTER
        count = int(here.sum())
        to = self.rng.integers(0, self.bureaus if book is not self.splits else self.bodies, count)
        book.block(number=self._numbers(name, count), of=of[here], to=to, issued=issued[here], amount=amount[here],
                   states=known_from(issued[here]))  # fmt: skip

    def _budgets(self, governments: int) -> None:
        rng, first = self.rng, self.town.serial("government", governments)
        for year in range(2022, THIS_YEAR + 1):
            spend = amounts(rng, governments, 80 * MILLION) * 10
            self.budgets.block(
                number=self._numbers("government budget", governments),
                body=turns(first, governments, self.bureaus),
                tier=rng.choice(len(TIERS), governments, p=[0.05, 0.1, 0.85]),
                year=np.full(governments, year),
                spend=spend,
                reserve=spend // 10_000 * rng.integers(100, 301, governments),
                states=np.full(governments, IN_BOTH),
            )

    def _funds(self, lines: int) -> None:
        rng, first = self.rng, self.town.serial("government fund", lines)
        for year in range(2023, THIS_YEAR + 1):
            revenue = amounts(rng, lines, 20 * MILLION)
            self.funds.block(
                number=self._numbers("fund line", lines),
                body=turns(first, lines, self.bureaus),
                name=rng.integers(0, len(FUND_NAMES), lines),
                year=np.full(lines, year),
                revenue=revenue,
                carried=revenue // 1000 * rng.integers(0, 301, lines),
                states=np.full(lines, IN_BOTH),
            )

    def _uses(self, count: int) -> None:
        rng, number = self.rng, self._numbers("reserve use", count)
        year = rng.integers(2023, THIS_YEAR, count)
        decided = np.select([year == known for known in (2023, 2024)], [on(2023, 2, 1), on(2024, 2, 1)],
                            on(YEAR_BEFORE, 2, 1)) + rng.integers(0, 300, count)  # fmt: skip
        self.uses.block(number=number, body=turns(int(number[0]) if count else 0, count, self.bureaus), year=year,
                        purpose=rng.integers(DISASTER, ROUTINE, count), amount=amounts(rng, count, MILLION),
                        decision=number, decided=decided, paid=decided + rng.integers(0, 30, count),
                        states=np.full(count, IN_BOTH))  # fmt: skip

    def _transfers(self, count: int) -> None:
        rng, number = self.rng, self._numbers("transfer", count)
        source = rng.choice(2, count, p=[0.7, 0.3])
        nature = rng.choice(len(NATURES), count, p=[0.9, 0.04, 0.06])
        own = np.where(rng.random(count) < 0.5, on(YEAR_BEFORE, 1, 25), on(THIS_YEAR, 1, 28)) + rng.integers(
            -5, 5, count
        )
        upper = rng.integers(on(YEAR_BEFORE, 1, 10), DAY_AFTER - 20, count)
        starts = np.where(source == OWN, own, upper)
        amount = amounts(rng, count, 3 * MILLION)
        self.transfers.block(number=number, body=turns(int(number[0]) if count else 0, count, self.bureaus),
                             to=rng.integers(0, self.bureaus, count), kind=rng.choice(2, count, p=[0.6, 0.4]),
                             source=source, nature=nature, approved=np.where(source == OWN, own, NEVER),
                             received=np.where(source == UPPER, upper, NEVER), amount=amount,
                             states=known_from(starts))  # fmt: skip
        open_ended = (nature == BY_FACT) & (rng.random(count) < 0.5)
        issued = np.where(open_ended, NEVER, followed(rng, starts, 5, 28, 90))
        self._issue(self.issues, "transfer issue", number, issued, amount)

    def _lines(self, count: int) -> None:
        rng, number = self.rng, self._numbers("advance line", count)
        year, kind = rng.integers(YEAR_BEFORE, THIS_YEAR + 2, count), rng.choice(2, count, p=[0.6, 0.4])
        expected, by_fact = amounts(rng, count, 5 * MILLION), (rng.random(count) < 0.08).astype(np.int64)
        self.lines.block(number=number, body=turns(int(number[0]) if count else 0, count, self.bureaus),
                         to=rng.integers(0, self.bureaus, count), year=year, kind=kind, by_fact=by_fact,
                         expected=expected, states=np.full(count, IN_BOTH))  # fmt: skip
        november = np.select([year == known for known in (YEAR_BEFORE, THIS_YEAR)],
                             [on(YEAR_BEFORE - 1, 11, 1), on(YEAR_BEFORE, 11, 1)], NEVER)  # fmt: skip
        issued = np.where((by_fact == 1) | (november == NEVER), NEVER, november + rng.integers(0, 28, count))
        percent = np.where(kind == GENERAL, rng.integers(90, 101, count), rng.integers(70, 96, count))
        self._issue(self.notices, "advance notice", number, issued, expected // 100 * percent)

    def _directs(self, count: int) -> None:
        rng, number = self.rng, self._numbers("direct fund", count)
        received = rng.integers(on(YEAR_BEFORE, 1, 15), DAY_AFTER - 30, count)
        amount = amounts(rng, count, 2 * MILLION)
        self.directs.block(number=number, body=turns(int(number[0]) if count else 0, count, self.bureaus),
                           fund=rng.integers(0, len(DIRECT_FUNDS), count), received=received, amount=amount,
                           states=known_from(received))  # fmt: skip
        split = followed(rng, received, 3, 28, 60)
        self._issue(self.splits, "direct split", number, split, amount)
        payee = rng.choice(len(PAYEES), count, p=[0.5, 0.3, 0.05, 0.15])
        paid = split + rng.integers(2, 120, count)
        here = paid <= DAY_AFTER
        table = {"number": self._numbers("direct payment", count), "of": number}
        table |= {"body": turns(int(number[0]) if count else 0, count, self.bodies), "paid": paid, "payee": payee}
        table |= {
            "amount": amount,
            "reached": np.where(payee == OWN_ACCOUNT, amount, ABSENT),
            "states": known_from(paid),
        }
        self.payments.block(**{name: column[here] for name, column in table.items()})

    def bureau(self, body: str) -> int:
        """Return the place of a finance bureau."""
        return self.finance.index(body)

    def other(self, place: int) -> int:
        """Return the place of another finance bureau."""
        return (place + self.between(1, self.bureaus - 1)) % self.bureaus

    def issue(self, book: Book[Issue], name: str, of: int, amount: int, issued: int) -> None:
        """Pass something on, or a part of it."""
        to = self.between(0, self.bureaus - 1)
        book.write(Issue(self.town.serial(name), of, to, issued, amount), states_from(issued))

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        return {
            "government_budget": self.budgets.columns(),
            "government_fund": self.funds.columns(),
            "reserve_use": self.uses.columns(),
            "transfer_payment": self.transfers.columns(),
            "transfer_issue": self.issues.columns(),
            "advance_plan": self.lines.columns(),
            "advance_notice": self.notices.columns(),
            "direct_fund": self.directs.columns(),
            "direct_fund_split": self.splits.columns(),
            "direct_fund_payment": self.payments.columns(),
        } | self.registers()
