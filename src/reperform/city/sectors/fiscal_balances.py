"""Cases of whole accounts: those that collect without the right to it, and those in which money lies.

Rules kept here:

* What a wrong account collects is passed on at once, so that nothing is held back there.
* An idle account has no other entries than those of its case; a balance leaves it with a voucher or without one.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_accounts import (
    BASIC,
    ENDED_DAYS,
    IDLE_DAYS,
    IN,
    OTHER,
    OUT,
    OWN,
    PAYER,
    SPECIAL,
    SUPPLIER,
    TRANSIT,
    Account,
    AccountsDesk,
    Entry,
    account_text,
)
from .fiscal_desk import TEN_THOUSAND, Plot, on, states_from

_NEW = IN_AFTER


def _collects(desk: AccountsDesk, account: Account, booked: int, count: int, states: int) -> int:
    """Let an account collect some receipts, each passed on in days; return the day of the last one."""
    last = booked
    for turn in range(count):
        receipt = desk.entry(account, IN, PAYER, booked + 9 * turn, desk.sum(40_000))
        desk.entries.write(receipt, states)
        desk.entries.write(desk.pass_on(receipt, receipt.amount, receipt.booked + 2), states)
        last = receipt.booked
    return last


def _wrong(
    desk: AccountsDesk, body: str, account: Account, note: str, *, listed: bool = True, early: bool = False
) -> None:
    key = {"account_no": account_text(account.number)}
    fate = desk.plant("NT-04", key, body, 0, note)
    vanishes = fate is Fate.UNPROVEN and (early or not listed or account.kind != TRANSIT)
    booked, count = desk.between(day(OPENING) + 30, DAY_BEFORE - 120), desk.between(2, 4)
    last = _collects(desk, account, booked, count, IN_BEFORE if vanishes else IN_BOTH)
    if early:
        desk.correct("unit_account", account_text(account.number), last - 1)
    if fate is Fate.UNPROVEN and not vanishes:
        desk.accounts.becomes(account, replace(account, approved=account.number))
    elif listed:
        desk.accounts.write(account)
    if fate is Fate.CLEARED:
        desk.correct("unit_account", account_text(account.number), desk.later())


def basic_account(desk: AccountsDesk, body: str) -> None:
    """Fees go to the basic account."""
    _wrong(desk, body, desk.account(body, BASIC), "fees collected on the basic account")


def special_account(desk: AccountsDesk, body: str) -> None:
    """Fees go to an account that was opened for something else."""
    _wrong(desk, body, desk.account(body, SPECIAL), "fees collected on a special account")


def without_approval(desk: AccountsDesk, body: str) -> None:
    """A collecting account that nobody approved."""
    account = replace(desk.account(body, TRANSIT), approved=ABSENT)
    _wrong(desk, body, account, "a collecting account without approval")


def not_reported(desk: AccountsDesk, body: str) -> None:
    """An account that is in no register."""
    _wrong(desk, body, desk.account(body, OTHER), "an account that nobody reported", listed=False)


def closed_too_early(desk: AccountsDesk, body: str) -> None:
    """Said to be put right, and collecting the day after."""
    _wrong(desk, body, desk.account(body, BASIC), "put right one day before the last receipt", early=True)


def _not_wrong(desk: AccountsDesk, body: str, account: Account, kind: Kind, note: str) -> None:
    desk.accounts.write(account)
    desk.harmless("NT-04", {"account_no": account_text(account.number)}, body, note, kind)


def put_right_in_time(desk: AccountsDesk, body: str) -> None:
    """Put right on the day of the last receipt."""
    account = desk.account(body, BASIC)
    last = _collects(desk, account, desk.between(day(OPENING) + 30, DAY_BEFORE - 120), 3, IN_BOTH)
    desk.correct("unit_account", account_text(account.number), last)
    _not_wrong(desk, body, account, Kind.NEAR_MISS, "put right on the day of the last receipt")


def other_money(desk: AccountsDesk, body: str) -> None:
    """A basic account that receives the unit's own money."""
    account = desk.account(body, BASIC)
    desk.entries.write(replace(desk.entry(account, IN, PAYER, DAY_BEFORE - 80), fund=OWN))
    _not_wrong(desk, body, account, Kind.INNOCENT, "its own money on the basic account")


def passes_to_basic(desk: AccountsDesk, body: str) -> None:
    """An approved collecting account whose number was typed anew."""
    account = desk.account(body, TRANSIT)
    _collects(desk, account, DAY_BEFORE - 100, 2, IN_BOTH)
    _not_wrong(desk, body, account, Kind.INNOCENT, "an approved collecting account with few receipts")


def wrong_again(desk: AccountsDesk, body: str, fate: Fate) -> None:
    """Let a new account collect after the audit."""
    account = replace(desk.account(body, TRANSIT, opened=DAY_BEFORE + 5), approved=ABSENT)
    desk.accounts.write(account, _NEW)
    _collects(desk, account, desk.between(DAY_BEFORE + 10, DAY_AFTER - 60), 3, _NEW)
    key = {"account_no": account_text(account.number)}
    desk.plant_later("NT-04", key, body, 0, fate, "collects after the audit without approval")


WRONG = Plot[AccountsDesk](
    "NT-04",
    deal(
        {
            basic_account: 8,
            without_approval: 9,
            special_account: 4,
            not_reported: 4,
            closed_too_early: 2,
            put_right_in_time: 2,
            other_money: 1,
            passes_to_basic: 1,
        }
    ),
    wrong_again,
)


def _lies(desk: AccountsDesk, body: str, account: Account, note: str) -> None:
    key = {"account_no": account_text(account.number)}
    fate = desk.plant("ID-02", key, body, account.balance, note)
    if fate is Fate.CLEARED:
        desk.accounts.becomes(account, replace(account, balance=0))
    elif fate is Fate.PARTLY:
        desk.accounts.becomes(account, replace(account, balance=account.balance - account.balance // 2))
    elif fate is Fate.STILL:
        desk.accounts.write(account)
    elif desk.town.serial("balance hidden") % 2:
        desk.accounts.becomes(account, replace(account, balance=0))
    else:
        desk.accounts.write(account, IN_BEFORE)
    desk.remedy(fate, "unit_account", account_text(account.number), account.balance)


def _payment(desk: AccountsDesk, account: Account, booked: int) -> None:
    entry: Entry = replace(desk.entry(account, OUT, SUPPLIER, booked, 100_000), fund=OWN)
    desk.entries.write(entry, states_from(booked))


def _idle(desk: AccountsDesk, body: str, *, balance: int = 0, ended: int = NEVER) -> Account:
    return desk.account(body, SPECIAL, balance=balance or desk.sum(80 * TEN_THOUSAND) + TEN_THOUSAND, ended=ended)


def asleep(desk: AccountsDesk, body: str) -> None:
    """Nothing was paid for years."""
    _lies(desk, body, _idle(desk, body), "nothing paid for years")


def asleep_one_day_over(desk: AccountsDesk, body: str) -> None:
    """The last payment is one day too old."""
    account = _idle(desk, body)
    _payment(desk, account, DAY_BEFORE - IDLE_DAYS - 1)
    _lies(desk, body, account, "the last payment one day too old")


def project_ended(desk: AccountsDesk, body: str) -> None:
    """The project ended long ago; bank charges are still paid."""
    account = _idle(desk, body, ended=desk.between(on(2024, 3, 1), DAY_BEFORE - 150))
    _payment(desk, account, DAY_BEFORE - 20)
    _lies(desk, body, account, "project ended long ago")


def project_ended_one_day_over(desk: AccountsDesk, body: str) -> None:
    """The project ended one day too long ago."""
    account = _idle(desk, body, ended=DAY_BEFORE - ENDED_DAYS - 1)
    _payment(desk, account, DAY_BEFORE - 20)
    _lies(desk, body, account, "project ended one day too long ago")


def smallest_balance(desk: AccountsDesk, body: str) -> None:
    """The smallest balance that is looked at."""
    _lies(desk, body, _idle(desk, body, balance=TEN_THOUSAND), "the smallest balance looked at")


def _lies_by_right(desk: AccountsDesk, body: str, account: Account, kind: Kind, note: str) -> None:
    desk.harmless("ID-02", {"account_no": account_text(account.number)}, body, note, kind, account.balance)


def too_small(desk: AccountsDesk, body: str) -> None:
    """One fen below the smallest balance."""
    account = _idle(desk, body, balance=TEN_THOUSAND - 1)
    desk.accounts.write(account)
    _lies_by_right(desk, body, account, Kind.NEAR_MISS, "one fen below the smallest balance")


def paid_a_year_ago(desk: AccountsDesk, body: str) -> None:
    """The last payment is as old as it may be; the next comes soon."""
    account = _idle(desk, body)
    _payment(desk, account, DAY_BEFORE - IDLE_DAYS)
    _payment(desk, account, DAY_BEFORE + 12)
    desk.accounts.write(account)
    _lies_by_right(desk, body, account, Kind.NEAR_MISS, "the last payment as old as it may be")


def project_just_ended(desk: AccountsDesk, body: str) -> None:
    """The project ended as long ago as is allowed; the rest is given back in time."""
    account = _idle(desk, body, ended=DAY_BEFORE - ENDED_DAYS)
    _payment(desk, account, DAY_BEFORE - 20)
    desk.accounts.becomes(account, replace(account, balance=0))
    _lies_by_right(desk, body, account, Kind.NEAR_MISS, "project ended as long ago as is allowed")


def young_account(desk: AccountsDesk, body: str) -> None:
    """Opened half a year ago and not used yet."""
    account = replace(_idle(desk, body), opened=DAY_BEFORE - 200)
    _payment(desk, account, DAY_BEFORE + 60)
    desk.accounts.write(account)
    _lies_by_right(desk, body, account, Kind.INNOCENT, "opened half a year ago")


def lies_again(desk: AccountsDesk, body: str, fate: Fate) -> None:
    """Let a project end soon after the audit and its money stay."""
    account = _idle(desk, body)
    _payment(desk, account, DAY_BEFORE - 20)
    desk.accounts.becomes(account, replace(account, ended=desk.between(DAY_BEFORE + 5, DAY_AFTER - ENDED_DAYS - 1)))
    key = {"account_no": account_text(account.number)}
    desk.plant_later("ID-02", key, body, account.balance, fate, "project ended after the audit")


LIES = Plot[AccountsDesk](
    "ID-02",
    deal(
        {
            asleep: 9,
            project_ended: 8,
            asleep_one_day_over: 3,
            project_ended_one_day_over: 3,
            smallest_balance: 3,
            too_small: 2,
            paid_a_year_ago: 1,
            project_just_ended: 2,
            young_account: 1,
        }
    ),
    lies_again,
)
