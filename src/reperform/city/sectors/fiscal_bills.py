"""Cases of receipts without a bill.

Rules kept here:

* What a unit receives without a bill it passes on in days like anything else: the bill alone is missing.
* A bill that was entered later with a paper puts it right, one without a paper hides it.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, OPENING, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_accounts import OWN, AccountsDesk, Entry, entry_text
from .fiscal_desk import MANY_CASES, Plot

SMALLEST = 10_000
"""A hundred yuan: what is smaller is not worth an audit."""


def _receipt(desk: AccountsDesk, body: str, amount: int = 0) -> Entry:
    """Make up a receipt without a bill that is passed on in days."""
    receipt = desk.receipt(body, desk.between(day(OPENING) + 20, DAY_BEFORE - 30))
    receipt = replace(receipt, amount=amount or receipt.amount + SMALLEST, bill=ABSENT)
    desk.settle(receipt, receipt.amount, receipt.booked + 4)
    return receipt


def _unbilled(desk: AccountsDesk, body: str, receipt: Entry, note: str) -> None:
    ref = entry_text(receipt.number)
    fate = desk.plant("NT-05", {"entry_no": ref}, body, 0, note)
    if fate is Fate.STILL:
        desk.entries.write(receipt)
    elif fate is Fate.CLEARED or desk.town.serial("bill hidden") % 2:
        desk.entries.becomes(receipt, replace(receipt, bill=receipt.number))
    else:
        desk.entries.write(receipt, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.correct("account_entry", ref, desk.later())


def no_bill(desk: AccountsDesk, body: str) -> None:
    """A receipt without a bill."""
    _unbilled(desk, body, _receipt(desk, body), "a receipt without a bill")


def no_bill_for_smallest(desk: AccountsDesk, body: str) -> None:
    """A receipt of the smallest sum that is looked at, without a bill."""
    _unbilled(desk, body, _receipt(desk, body, SMALLEST), "the smallest sum that is looked at, no bill")


def _billed(desk: AccountsDesk, body: str, receipt: Entry, kind: Kind, note: str) -> None:
    desk.entries.write(receipt)
    desk.harmless("NT-05", {"entry_no": entry_text(receipt.number)}, body, note, kind, receipt.amount)


def too_small(desk: AccountsDesk, body: str) -> None:
    """One fen below the smallest sum, no bill."""
    _billed(desk, body, _receipt(desk, body, SMALLEST - 1), Kind.NEAR_MISS, "one fen below the smallest sum, no bill")


def shared_bill(desk: AccountsDesk, body: str) -> None:
    """The second receipt of one bill."""
    first, second = _receipt(desk, body), _receipt(desk, body)
    desk.entries.write(replace(first, bill=first.number))
    _billed(desk, body, replace(second, bill=first.number), Kind.INNOCENT, "the second receipt of one bill")


def own_money(desk: AccountsDesk, body: str) -> None:
    """The unit's own money needs no bill."""
    _billed(desk, body, replace(_receipt(desk, body), fund=OWN), Kind.INNOCENT, "its own money needs no bill")


def unbilled_again(desk: AccountsDesk, body: str, fate: Fate) -> None:
    """Let a receipt after the audit go without a bill."""
    receipt = desk.receipt(body, desk.between(DAY_BEFORE + 10, DAY_AFTER - 10))
    receipt = replace(receipt, amount=receipt.amount + SMALLEST, bill=ABSENT)
    desk.entries.write(receipt, IN_AFTER)
    desk.settle(receipt, receipt.amount, receipt.booked + 3)
    desk.plant_later("NT-05", {"entry_no": entry_text(receipt.number)}, body, 0, fate, "after the audit, no bill")


UNBILLED = Plot[AccountsDesk](
    "NT-05",
    deal({no_bill: 19, no_bill_for_smallest: 9, too_small: 3, shared_bill: 2, own_money: 1}),
    unbilled_again,
    MANY_CASES,
)
