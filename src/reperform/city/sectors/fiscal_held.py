"""Cases of receipts that stay in a unit's account.

Rules kept here:

* A receipt of a case is passed on by an entry of its own, or not at all.
* What is hidden is a receipt deleted, or one relabelled as the unit's own money.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_accounts import OWN, AccountsDesk, Entry, entry_text
from .fiscal_desk import MANY_CASES, Plot

HOLD_DAYS = 14


def _held(desk: AccountsDesk, body: str, receipt: Entry, note: str, passed: int = 0) -> None:
    if passed:
        desk.settle(receipt, passed, receipt.booked + 5)
    rest = receipt.amount - passed
    fate = desk.plant("NT-03", {"entry_no": entry_text(receipt.number)}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.entries.write(receipt)
    elif desk.town.serial("held hidden") % 2:
        desk.entries.becomes(receipt, replace(receipt, fund=OWN))
    else:
        desk.entries.write(receipt, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.settle(receipt, rest, desk.later())
    elif fate is Fate.PARTLY:
        desk.settle(receipt, rest // 2, desk.later())


def never_passed_on(desk: AccountsDesk, body: str) -> None:
    """Received months ago, still there."""
    _held(desk, body, desk.receipt(body), "received months ago, not passed on")


def passed_on_short(desk: AccountsDesk, body: str) -> None:
    """A part was passed on."""
    receipt = desk.receipt(body)
    _held(desk, body, receipt, "passed on in part", passed=receipt.amount // 3)


def passed_on_less_one(desk: AccountsDesk, body: str) -> None:
    """One fen stayed behind."""
    receipt = desk.receipt(body)
    _held(desk, body, receipt, "one fen stayed behind", passed=receipt.amount - 1)


def one_day_over(desk: AccountsDesk, body: str) -> None:
    """Received one day more than allowed before the audit."""
    _held(desk, body, desk.receipt(body, DAY_BEFORE - HOLD_DAYS - 1), "one day over the allowed time")


def _not_held(desk: AccountsDesk, body: str, receipt: Entry, kind: Kind, note: str) -> None:
    desk.entries.write(receipt)
    desk.harmless("NT-03", {"entry_no": entry_text(receipt.number)}, body, note, kind, receipt.amount)


def last_allowed_day(desk: AccountsDesk, body: str) -> None:
    """Received as many days ago as are allowed; passed on the day after the audit."""
    receipt = desk.receipt(body, DAY_BEFORE - HOLD_DAYS)
    desk.settle(receipt, receipt.amount, DAY_BEFORE + 1)
    _not_held(desk, body, receipt, Kind.NEAR_MISS, "the last allowed day")


def late_in_full(desk: AccountsDesk, body: str) -> None:
    """Passed on two months late, but before the audit."""
    receipt = desk.receipt(body)
    desk.settle(receipt, receipt.amount, receipt.booked + 60)
    _not_held(desk, body, receipt, Kind.INNOCENT, "late, but in full before the audit")


def in_two_sums(desk: AccountsDesk, body: str) -> None:
    """Two sums that add up, the second on the day of the audit."""
    receipt = desk.receipt(body)
    desk.settle(receipt, receipt.amount // 2, receipt.booked + 4)
    desk.settle(receipt, receipt.amount - receipt.amount // 2, DAY_BEFORE)
    _not_held(desk, body, receipt, Kind.INNOCENT, "passed on in two sums")


def day_lost(desk: AccountsDesk, body: str) -> None:
    """A receipt whose day was lost."""
    _not_held(desk, body, desk.receipt(body, NEVER), Kind.NOT_TESTABLE, "the day of the receipt was lost")


def held_again(desk: AccountsDesk, body: str, fate: Fate) -> None:
    """Let a receipt after the audit stay where it is."""
    receipt = desk.receipt(body, desk.between(DAY_BEFORE + 10, DAY_AFTER - HOLD_DAYS - 1))
    desk.entries.write(receipt, IN_AFTER)
    key = {"entry_no": entry_text(receipt.number)}
    desk.plant_later("NT-03", key, body, receipt.amount, fate, "received after the audit, not passed on")


HELD = Plot[AccountsDesk](
    "NT-03",
    deal(
        {
            never_passed_on: 10,
            passed_on_short: 8,
            passed_on_less_one: 3,
            one_day_over: 5,
            last_allowed_day: 2,
            late_in_full: 1,
            in_two_sums: 1,
            day_lost: 2,
        }
    ),
    held_again,
    MANY_CASES,
)
