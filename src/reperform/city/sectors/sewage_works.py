"""Contracts for sewers, the work certified under them, and what was paid.

Rules kept here:

* In ordinary life each payment follows its certificate and never goes beyond what advance and certified work allow.
* What is put right is money that comes back; what is hidden is a contract deleted, or a certificate made bigger.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, OPENING, day
from reperform.city.history import numbers
from reperform.city.layout import Format, Layout, date_of, money, named, numbered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .sewage_sewers import BODIES

CONTRACTS, STAGES = 600, 6
PERCENT = 80


class WorksDesk(Desk):
    """Writes contracts, certificates and payments."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "sewage works")
        self.works = Rows("number", "body", "price", "advance", "percent")
        self.certificates = Rows("number", "contract", "day", "done")
        self.payments = Rows("voucher", "contract", "day", "amount")

    def ordinary(self) -> None:
        """Write contracts of ordinary life."""
        rng, town = self.rng, self.town
        count = town.share(CONTRACTS, 200, self.part)
        number = numbers(town, "sewage contract", count)
        price = (rng.lognormal(9, 1, count) * 100).astype(np.int64) * 100 + 5_000_000
        advance = price // 10
        body = rng.integers(0, len(BODIES), count)
        columns = {"number": number, "body": body, "price": price, "advance": advance}
        percent = np.where(rng.random(count) < 0.3, 85, PERCENT)
        self.works.block(**columns, percent=percent, states=np.full(count, IN_BOTH))
        stages = np.arange(STAGES)
        start = rng.integers(day(OPENING), DAY_BEFORE - 60, count)
        when = start[:, None] + 40 * (stages + 1) + rng.integers(0, 20, (count, STAGES))
        share = np.cumsum(rng.integers(5, 16, (count, STAGES)), axis=1)
        done = price[:, None] * share // 100
        payable = np.minimum(price[:, None], advance[:, None] + done * percent[:, None] // 100)
        before = np.concatenate([advance[:, None], payable[:, :-1]], axis=1)
        certified = when.ravel()
        here = certified <= DAY_AFTER
        contract = np.repeat(number, STAGES)
        self.certificates.block(
            number=numbers(town, "sewage certificate", int(here.sum())),
            contract=contract[here],
            day=certified[here],
            done=done.ravel()[here],
            states=known_from(certified[here]),
        )
        paid_on = np.concatenate([start, certified + rng.integers(5, 30, len(certified))])
        amount = np.concatenate([advance, (payable - before).ravel()])
        paid = (paid_on <= DAY_AFTER) & (amount > 0)
        self.payments.block(
            voucher=numbers(town, "sewage payment", int(paid.sum())),
            contract=np.concatenate([number, contract])[paid],
            day=paid_on[paid],
            amount=amount[paid],
            states=known_from(paid_on[paid]),
        )

    def pay(self, contract: int, when: int, amount: int) -> None:
        """Write one payment of a case."""
        voucher = self.town.serial("sewage payment")
        self.payments.add(voucher, contract, when, amount, states=int(known_from(when)))

    def certify(self, contract: int, when: int, done: int, states: int | None = None) -> None:
        """Write one certificate of a case."""
        here = int(known_from(when)) if states is None else states
        self.certificates.add(self.town.serial("sewage certificate"), contract, when, done, states=here)


def _paid(desk: WorksDesk, body: str, when: int, over: int, *, share: int = 40, percent: int = PERCENT) -> Situation:
    """A contract under which so many fen more than payable were paid."""
    number, place = desk.town.serial("sewage contract"), BODIES.index(body)
    price = desk.sum(80_000_000) + 10_000_000
    done = price * share // 100
    payable = price // 10 + done * PERCENT // 100

    def act(fate: Fate) -> None:
        hidden = fate is Fate.UNPROVEN
        vanishes = hidden and (desk.town.serial("hidden contract") % 2 == 0 or not share)
        states = IN_BEFORE if vanishes else IN_BOTH
        desk.works.add(number, place, price, price // 10, percent, states=states)
        desk.pay(number, day(OPENING) + 5, price // 10)
        if share:
            desk.certify(number, day(OPENING) + 12, done)
            desk.pay(number, when + 10, payable - price // 10)
        if hidden and not vanishes:
            desk.certify(number, day(OPENING) + 50, done + (over + 1) * 100 // PERCENT + 100, IN_AFTER)
        if over:
            desk.pay(number, when + 20, over)
        desk.remedy(fate, "sewage_works", contract_text(number), over)

    return Situation({"contract_no": contract_text(number)}, over, act)


def contract_text(number: int) -> str:
    """Return a contract's number as it is written."""
    return f"JW-{number:06d}"


def ahead_of_progress(desk: WorksDesk, body: str, when: int) -> Situation:
    """Far more was paid than certified work allows."""
    return _paid(desk, body, when, desk.sum(9_000_000))


def without_any_work(desk: WorksDesk, body: str, when: int) -> Situation:
    """Paid beyond the advance although nothing was certified."""
    return _paid(desk, body, when, desk.sum(5_000_000), share=0)


def one_fen_ahead(desk: WorksDesk, body: str, when: int) -> Situation:
    """The smallest payment ahead of progress."""
    return _paid(desk, body, when, 1)


def to_the_last_fen(desk: WorksDesk, body: str, when: int) -> Situation:
    """Paid exactly what is payable."""
    return _paid(desk, body, when, 0)


def booked_back(desk: WorksDesk, body: str, when: int) -> Situation:
    """A payment was made twice and booked back."""
    made = _paid(desk, body, when, 0)

    def act(fate: Fate) -> None:
        made.act(fate)
        contract = int(str(made.key["contract_no"])[3:])
        desk.pay(contract, when + 30, 1_000_000)
        desk.pay(contract, when + 31, -1_000_000)

    return Situation(made.key, 0, act)


def returned_before(desk: WorksDesk, body: str, when: int) -> Situation:
    """Paid ahead, and all of it came back before the audit."""
    made = _paid(desk, body, when, 2_000_000)

    def act(fate: Fate) -> None:
        made.act(fate)
        desk.recover("sewage_works", str(made.key["contract_no"]), 2_000_000, DAY_BEFORE - 15)

    return Situation(made.key, 0, act)


def without_percent(desk: WorksDesk, body: str, when: int) -> Situation:
    """The contract's share of payment is not recorded."""
    return _paid(desk, body, when, 3_000_000, percent=ABSENT)


BOOK = Book(
    "SW-03",
    {
        planted(ahead_of_progress, "paid ahead of certified work"): 15,
        planted(without_any_work, "paid beyond the advance without any work"): 6,
        planted(one_fen_ahead, "paid one fen ahead"): 1,
        near_miss(to_the_last_fen, "paid to the last fen of what is payable"): 2,
        innocent(booked_back, "a payment was booked back"): 1,
        innocent(returned_before, "all that was ahead came back before the audit"): 1,
        not_testable(without_percent, "no share of payment in the contract's record"): 1,
    },
    ahead_of_progress,
    60,
    12,
)
_CONTRACT = numbered("JW-", "contract", 6)
LAYOUTS = (
    Layout(
        "sewage_works",
        Format.XLSX,
        (
            ("合同号", numbered("JW-", "number", 6)),
            ("建设单位", named(BODIES, "body")),
            ("签约合同价（元）", money("price")),
            ("预付款金额（元）", money("advance")),
            ("约定支付比例", "CASE WHEN percent >= 0 THEN percent END"),
        ),
    ),
    Layout(
        "sewage_works_progress",
        Format.CSV_BOM,
        (
            ("计量确认单号", numbered("JL-", "number", 7)),
            ("合同号", _CONTRACT),
            ("监理确认日期", date_of("day")),
            ("累计计量金额（元）", money("done")),
        ),
    ),
    Layout(
        "sewage_works_payment",
        Format.CSV_GB18030,
        (
            ("支付凭证号", numbered("FK-", "voucher", 8)),
            ("合同号", _CONTRACT),
            ("支付日期", date_of("day")),
            ("付款金额（元）", money("amount")),
        ),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the contracts of a chunk."""
    desk = WorksDesk(town, part)
    desk.ordinary()
    BOOK.play(desk, town, part)
    tables = {
        "sewage_works": desk.works.columns(),
        "sewage_works_progress": desk.certificates.columns(),
        "sewage_works_payment": desk.payments.columns(),
    }
    return tables | desk.registers()
