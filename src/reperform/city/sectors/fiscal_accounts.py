"""Bank accounts of units and what passes through them: revenue held back, spent or misdirected, and idle balances.

Rules kept here:

* In ordinary life a unit collects non-tax revenue on an approved collecting account and passes each receipt on within
  ten days, rarely later; now and then it gives one back with an approval. Running accounts pay something every month.
* A collecting account keeps less than is worth looking at.
* What is put right after the audit is an outgoing entry, a recovery or a paper; what is hidden is an entry deleted or
  relabelled, a balance moved away, an approval that appears.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, FIRST, LAST_AFTER, NEVER, OPENING, day, first_days, spread
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, Columns, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import (
    MANY_CASES,
    TEN_THOUSAND,
    Book,
    Plot,
    amounts,
    followed,
    on,
    sometimes,
    states_from,
    text,
    turns,
)

COLLECTING_PER_MILLION, RUNNING_PER_MILLION, RECEIPTS_PER_MILLION = 800, 3_000, 60_000
KINDS = ("基本户", "汇缴户", "专户", "其他账户")
BASIC, TRANSIT, SPECIAL, OTHER = range(4)
DIRECTIONS = ("收入", "支出")
IN, OUT = range(2)
FUNDS = ("非税收入", "财政拨款", "自有资金")
NONTAX, GRANT, OWN = range(3)
PARTIES = ("缴款人", "国库单一账户", "非税专户", "供应商", "职工", "其他单位")
PAYER, TREASURY, FISCAL, SUPPLIER, STAFF, UNIT = range(6)
BANKS = ("云江银行", "东屏农商银行", "望岭农商银行", "沙渚农商银行", "澄湖农商银行")
IDLE_DAYS, ENDED_DAYS = 365, 90


@dataclass(frozen=True)
class Account:
    """One bank account."""

    number: int
    body: int
    bank: int
    kind: int
    approved: int
    opened: int
    ended: int
    balance: int


@dataclass(frozen=True)
class Entry:
    """One entry of an account."""

    number: int
    account: int
    body: int
    booked: int
    direction: int
    fund: int
    party: int
    amount: int
    settles: int = ABSENT
    approval: int = ABSENT
    bill: int = ABSENT


def account_text(number: int) -> str:
    """Return an account's number as it is written."""
    return text("9558", number, 10)


def entry_text(number: int) -> str:
    """Return an entry's number as it is written."""
    return text("LS", number, 10)


class AccountsDesk(Desk):
    """Writes ordinary accounts and entries, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "fiscal accounts")
        self.accounts, self.entries = Book(Account), Book(Entry)
        self.bodies = len(town.spending)

    def ordinary(self) -> None:
        """Write what is in order."""
        collecting = self.town.share(COLLECTING_PER_MILLION, self.bodies, self.part)
        first = self._open(collecting, TRANSIT)
        self._collect(first, collecting, self.town.share(RECEIPTS_PER_MILLION, 6 * self.bodies, self.part))
        running = self.town.share(RUNNING_PER_MILLION, 2 * self.bodies, self.part)
        self._run(self._open(running, BASIC), running)

    def _open(self, count: int, kind: int) -> int:
        rng, first = self.rng, self.town.serial("fiscal account", count)
        number = first + np.arange(count, dtype=np.int64)
        special = (rng.random(count) < 0.4) if kind == BASIC else np.zeros(count, dtype=bool)
        table = {
            "number": number,
            "body": turns(first, count, self.bodies),
            "bank": sometimes(rng, rng.integers(0, len(BANKS), count)),
            "kind": np.where(special, SPECIAL, kind),
            "approved": number,
            "opened": rng.integers(on(2012, 1, 1), on(2024, 6, 30), count),
            "ended": np.full(count, NEVER),
        }
        for state in (IN_BEFORE, IN_AFTER):
            small = rng.integers(0, TEN_THOUSAND, count)
            balance = small if kind == TRANSIT else amounts(rng, count, 30 * TEN_THOUSAND)
            self.accounts.block(**table, balance=balance, states=np.full(count, state, dtype=np.int64))
        return first

    def _collect(self, first: int, accounts: int, count: int) -> None:
        rng = self.rng
        number = self.town.serial("account entry", 2 * count) + np.arange(count, dtype=np.int64)
        place = first + np.arange(count, dtype=np.int64) % max(accounts, 1)
        booked = np.sort(rng.integers(day(OPENING) + 5, DAY_AFTER + 1, count))
        same = {"account": place, "body": place % self.bodies, "fund": np.full(count, NONTAX)}
        same["amount"] = amounts(rng, count, 80_000)
        absent = np.full(count, ABSENT)
        receipt = same | {"number": number, "booked": booked, "direction": np.full(count, IN)}
        receipt |= {"party": np.full(count, PAYER), "settles": absent, "approval": absent, "bill": number}
        self.entries.block(**receipt, states=known_from(booked))
        passed = followed(rng, booked, 1, 10, 40)
        refund = rng.random(count) < 0.01
        onward = same | {"number": number + count, "booked": passed, "direction": np.full(count, OUT)}
        onward |= {"party": np.where(refund, PAYER, np.where(rng.random(count) < 0.1, FISCAL, TREASURY))}
        onward |= {"settles": number, "approval": np.where(refund, number, ABSENT), "states": known_from(passed)}
        onward["bill"] = absent
        here = passed <= DAY_AFTER
        self.entries.block(**{name: column[here] for name, column in onward.items()})

    def _run(self, first: int, count: int) -> None:
        months = (np.full(count, FIRST), np.full(count, LAST_AFTER))
        place, month = spread(*months)
        size, rng = len(place), self.rng
        booked = np.minimum(first_days(month) + rng.integers(0, 27, size), DAY_AFTER)
        absent = np.full(size, ABSENT)
        self.entries.block(
            number=self.town.serial("account entry", size) + np.arange(size, dtype=np.int64),
            account=first + place,
            body=(first + place) % self.bodies,
            booked=booked,
            direction=np.full(size, OUT),
            fund=rng.integers(GRANT, OWN + 1, size),
            party=rng.integers(SUPPLIER, UNIT + 1, size),
            amount=amounts(rng, size, 500_000),
            settles=absent,
            approval=absent,
            bill=absent,
            states=known_from(booked),
        )

    def account(self, body: str, kind: int, *, balance: int = 0, opened: int = 0, ended: int = NEVER) -> Account:
        """Make up an account, approved and opened long ago."""
        number = self.town.serial("fiscal account")
        when = opened or self.between(on(2014, 1, 1), on(2023, 1, 1))
        place = self.town.spending.index(body)
        return Account(number, place, self.between(0, len(BANKS) - 1), kind, number, when, ended, balance)

    def entry(self, account: Account, direction: int, party: int, booked: int, amount: int = 0) -> Entry:
        """Make up an entry of non-tax revenue."""
        number, amount = self.town.serial("account entry"), amount or self.sum(900_000)
        bill = number if direction == IN else ABSENT
        return Entry(number, account.number, account.body, booked, direction, NONTAX, party, amount, bill=bill)

    def receipt(self, body: str, booked: int | None = None) -> Entry:
        """Make up a receipt on a new collecting account of a body."""
        account = self.account(body, TRANSIT)
        self.accounts.write(account)
        when = self.between(day(OPENING) + 20, DAY_BEFORE - 90) if booked is None else booked
        return self.entry(account, IN, PAYER, when)

    def pass_on(self, receipt: Entry, amount: int, booked: int, party: int = TREASURY) -> Entry:
        """Pass a receipt on, or give it back."""
        number = self.town.serial("account entry")
        return replace(receipt, number=number, booked=booked, direction=OUT, party=party, amount=amount,
                       settles=receipt.number, bill=ABSENT)  # fmt: skip

    def settle(self, receipt: Entry, amount: int, booked: int) -> None:
        """Pass a receipt on to the treasury."""
        self.entries.write(self.pass_on(receipt, amount, booked), states_from(booked))

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        return {"unit_account": self.accounts.columns(), "account_entry": self.entries.columns()} | self.registers()


def _spent(desk: AccountsDesk, body: str, party: int, note: str, back: int = 0, amount: int = 0) -> None:
    account = desk.account(body, TRANSIT)
    desk.accounts.write(account)
    entry = desk.entry(account, OUT, party, desk.between(day(OPENING) + 20, DAY_BEFORE - 30), amount)
    if back:
        desk.recover("account_entry", entry_text(entry.number), back, DAY_BEFORE - desk.between(1, 25))
    rest = entry.amount - back
    fate = desk.plant("NT-02", {"entry_no": entry_text(entry.number)}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.entries.write(entry)
    elif desk.town.serial("spent hidden") % 2:
        desk.entries.becomes(entry, replace(entry, party=TREASURY))
    else:
        desk.entries.write(entry, IN_BEFORE)
    desk.remedy(fate, "account_entry", entry_text(entry.number), rest)


def paid_supplier(desk: AccountsDesk, body: str) -> None:
    """A supplier is paid from collected fees."""
    _spent(desk, body, SUPPLIER, "a supplier paid from collected fees")


def paid_staff(desk: AccountsDesk, body: str) -> None:
    """Staff is paid from collected fees."""
    _spent(desk, body, STAFF, "staff paid from collected fees")


def lent_to_unit(desk: AccountsDesk, body: str) -> None:
    """Another unit gets the money."""
    _spent(desk, body, UNIT, "collected fees moved to another unit")


def unapproved_refund(desk: AccountsDesk, body: str) -> None:
    """Given back to the payer without an approval."""
    _spent(desk, body, PAYER, "given back without an approval")


def one_fen_left(desk: AccountsDesk, body: str) -> None:
    """All but one fen was put back before the audit."""
    _spent(desk, body, SUPPLIER, "put back before the audit but for one fen", back=499_999, amount=500_000)


def half_put_back(desk: AccountsDesk, body: str) -> None:
    """Half was put back before the audit."""
    _spent(desk, body, STAFF, "half put back before the audit", back=300_000, amount=600_000)


def _not_spent(desk: AccountsDesk, body: str, entry: Entry, kind: Kind, note: str) -> None:
    desk.entries.write(entry)
    desk.harmless("NT-02", {"entry_no": entry_text(entry.number)}, body, note, kind, entry.amount)


def approved_refund(desk: AccountsDesk, body: str) -> None:
    """Given back to the payer with an approval."""
    entry = replace(desk.receipt(body), direction=OUT, approval=desk.town.serial("refund approval"))
    _not_spent(desk, body, entry, Kind.INNOCENT, "given back with an approval")


def put_back_in_full(desk: AccountsDesk, body: str) -> None:
    """Spent, and put back to the fen before the audit."""
    entry = replace(desk.receipt(body), direction=OUT, party=SUPPLIER)
    desk.recover("account_entry", entry_text(entry.number), entry.amount, DAY_BEFORE)
    _not_spent(desk, body, entry, Kind.NEAR_MISS, "put back to the fen before the audit")


def own_money(desk: AccountsDesk, body: str) -> None:
    """A payment out of money that is the unit's own."""
    entry = replace(desk.receipt(body), direction=OUT, party=SUPPLIER, fund=OWN)
    _not_spent(desk, body, entry, Kind.INNOCENT, "paid from the unit's own money")


def unknown_party(desk: AccountsDesk, body: str) -> None:
    """Nobody wrote down where the money went."""
    entry = replace(desk.receipt(body), direction=OUT, party=ABSENT)
    _not_spent(desk, body, entry, Kind.NOT_TESTABLE, "no kind of counterparty")


def spent_again(desk: AccountsDesk, body: str, fate: Fate) -> None:
    """Let fees be spent after the audit."""
    entry = replace(desk.receipt(body, desk.between(DAY_BEFORE + 10, DAY_AFTER - 5)), direction=OUT, party=SUPPLIER)
    desk.entries.write(entry, IN_AFTER)
    key = {"entry_no": entry_text(entry.number)}
    desk.plant_later("NT-02", key, body, entry.amount, fate, "fees spent after the audit")


SPENT = Plot[AccountsDesk](
    "NT-02",
    deal(
        {
            paid_supplier: 7,
            paid_staff: 5,
            lent_to_unit: 5,
            unapproved_refund: 4,
            half_put_back: 3,
            one_fen_left: 2,
            approved_refund: 1,
            put_back_in_full: 2,
            own_money: 1,
            unknown_party: 2,
        }
    ),
    spent_again,
    MANY_CASES,
)
