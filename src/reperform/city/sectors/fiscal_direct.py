"""Cases of direct funds: not distributed in time, and parked in a unit's own account.

Rules kept here:

* What is put right is a distribution, or money that was returned.
* What is hidden is a row deleted, a later date of receipt, another kind of payee.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import YEAR_BEFORE, YUAN, Plot, on, states_from
from .fiscal_transfers import (
    AGENCY,
    DIRECT_FUNDS,
    MILLION,
    OWN_ACCOUNT,
    PERSON,
    Direct,
    DirectPayment,
    TransfersDesk,
    direct_payment_text,
    direct_text,
)

SPLIT_DAYS, ONWARD_DAYS = 30, 10


def _direct(desk: TransfersDesk, body: str, received: int) -> Direct:
    fund, number = desk.between(0, len(DIRECT_FUNDS) - 1), desk.town.serial("direct fund")
    return Direct(number, desk.bureau(body), fund, received, desk.sum(2 * MILLION) + YUAN)


def _split(desk: TransfersDesk, fund: Direct, amount: int, when: int) -> None:
    desk.issue(desk.splits, "direct split", fund.number, amount, when)


def _waiting(desk: TransfersDesk, body: str, fund: Direct, note: str, split: int = 0) -> None:
    if split:
        _split(desk, fund, split, fund.received + 8)
    rest = fund.amount - split
    fate = desk.plant("DF-01", {"doc_no": direct_text(fund.number)}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.directs.write(fund)
    elif desk.town.serial("direct hidden") % 2:
        desk.directs.becomes(fund, replace(fund, received=DAY_AFTER - SPLIT_DAYS))
    else:
        desk.directs.write(fund, IN_BEFORE)
    if fate is Fate.CLEARED:
        _split(desk, fund, rest, desk.later())
    elif fate is Fate.PARTLY:
        _split(desk, fund, rest // 2, desk.later())


def never_split(desk: TransfersDesk, body: str) -> None:
    """Received last year, distributed to nobody."""
    fund = _direct(desk, body, on(YEAR_BEFORE, 4, 1) + desk.between(0, 250))
    _waiting(desk, body, fund, "received last year, distributed to nobody")


def split_in_part(desk: TransfersDesk, body: str) -> None:
    """A third waits."""
    fund = _direct(desk, body, on(YEAR_BEFORE, 4, 1) + desk.between(0, 250))
    _waiting(desk, body, fund, "a third not distributed", fund.amount * 2 // 3)


def one_fen_waits(desk: TransfersDesk, body: str) -> None:
    """One fen waits."""
    fund = _direct(desk, body, on(YEAR_BEFORE, 4, 1) + desk.between(0, 250))
    _waiting(desk, body, fund, "one fen not distributed", fund.amount - 1)


def one_day_over(desk: TransfersDesk, body: str) -> None:
    """Received one day more than the allowed days ago."""
    _waiting(desk, body, _direct(desk, body, DAY_BEFORE - SPLIT_DAYS - 1), "one day over the allowed days")


def _in_time(desk: TransfersDesk, body: str, fund: Direct, kind: Kind, note: str, split: int) -> None:
    desk.directs.write(fund)
    if split < NEVER:
        _split(desk, fund, fund.amount, split)
    desk.harmless("DF-01", {"doc_no": direct_text(fund.number)}, body, note, kind, fund.amount)


def on_the_last_day(desk: TransfersDesk, body: str) -> None:
    """Received as many days ago as are allowed; distributed the day after."""
    fund = _direct(desk, body, DAY_BEFORE - SPLIT_DAYS)
    _in_time(desk, body, fund, Kind.NEAR_MISS, "on the last allowed day", DAY_BEFORE + 1)


def late_in_full(desk: TransfersDesk, body: str) -> None:
    """Distributed months late, but before the audit."""
    fund = _direct(desk, body, on(YEAR_BEFORE, 5, 1))
    _in_time(desk, body, fund, Kind.INNOCENT, "months late, but before the audit", DAY_BEFORE - 9)


def receipt_lost(desk: TransfersDesk, body: str) -> None:
    """Nobody knows when it was received."""
    _in_time(desk, body, _direct(desk, body, NEVER), Kind.NOT_TESTABLE, "no date of receipt", NEVER)


def waiting_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let funds of the summer wait."""
    fund = _direct(desk, body, desk.between(DAY_BEFORE + 10, DAY_AFTER - SPLIT_DAYS - 1))
    desk.directs.write(fund, states_from(fund.received))
    desk.plant_later("DF-01", {"doc_no": direct_text(fund.number)}, body, fund.amount, fate, "funds of the summer wait")


WAITING = Plot[TransfersDesk](
    "DF-01",
    deal(
        {
            never_split: 10,
            split_in_part: 9,
            one_day_over: 6,
            one_fen_waits: 3,
            on_the_last_day: 3,
            late_in_full: 2,
            receipt_lost: 1,
        }
    ),
    waiting_again,
)


def _payment(desk: TransfersDesk, body: str, paid: int, payee: int = OWN_ACCOUNT) -> DirectPayment:
    """Make up a payment out of funds that were distributed long before."""
    fund = _direct(desk, desk.finance[desk.between(0, desk.bureaus - 1)], min(paid, DAY_BEFORE) - 60)
    desk.directs.write(fund)
    _split(desk, fund, fund.amount, fund.received + 10)
    number, place = desk.town.serial("direct payment"), desk.town.spending.index(body)
    return DirectPayment(number, fund.number, place, paid, payee, fund.amount, ABSENT)


def _parked(desk: TransfersDesk, body: str, payment: DirectPayment, note: str) -> None:
    ref, rest = direct_payment_text(payment.number), payment.amount - max(payment.reached, 0)
    fate = desk.plant("DF-02", {"payment_no": ref}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.payments.write(payment)
    elif desk.town.serial("parked hidden") % 2:
        desk.payments.becomes(payment, replace(payment, payee=PERSON))
    else:
        desk.payments.write(payment, IN_BEFORE)
    desk.remedy(fate, "direct_fund_payment", ref, rest)


def _winter(desk: TransfersDesk) -> int:
    return on(YEAR_BEFORE, 9, 1) + desk.between(0, 150)


def parked(desk: TransfersDesk, body: str) -> None:
    """Paid to the own account in winter, still there."""
    _parked(desk, body, _payment(desk, body, _winter(desk)), "paid to the own account, still there")


def parked_in_part(desk: TransfersDesk, body: str) -> None:
    """A part reached its users."""
    payment = _payment(desk, body, _winter(desk))
    _parked(desk, body, replace(payment, reached=payment.amount // 3), "a third reached its users")


def one_fen_parked(desk: TransfersDesk, body: str) -> None:
    """All but one fen reached its users."""
    payment = _payment(desk, body, _winter(desk))
    _parked(desk, body, replace(payment, reached=payment.amount - 1), "all but one fen reached its users")


def parked_a_day_over(desk: TransfersDesk, body: str) -> None:
    """Paid one day more than the allowed days ago."""
    _parked(desk, body, _payment(desk, body, DAY_BEFORE - ONWARD_DAYS - 1), "one day over the allowed days")


def _passed(desk: TransfersDesk, body: str, payment: DirectPayment, kind: Kind, note: str) -> None:
    desk.payments.write(payment)
    desk.harmless("DF-02", {"payment_no": direct_payment_text(payment.number)}, body, note, kind, payment.amount)


def passed_on_last_day(desk: TransfersDesk, body: str) -> None:
    """Paid as many days ago as are allowed; it reaches its users afterwards."""
    payment = _payment(desk, body, DAY_BEFORE - ONWARD_DAYS)
    desk.payments.becomes(payment, replace(payment, reached=payment.amount))
    key = {"payment_no": direct_payment_text(payment.number)}
    desk.harmless("DF-02", key, body, "on the last allowed day", Kind.NEAR_MISS, payment.amount)


def through_agency(desk: TransfersDesk, body: str) -> None:
    """Paid through a paying agency."""
    _passed(desk, body, _payment(desk, body, _winter(desk), AGENCY), Kind.INNOCENT, "paid through a paying agency")


def reached_in_full(desk: TransfersDesk, body: str) -> None:
    """Paid to the own account, and all of it reached its users."""
    payment = _payment(desk, body, _winter(desk))
    _passed(desk, body, replace(payment, reached=payment.amount), Kind.INNOCENT, "all of it reached its users")


def payee_unknown(desk: TransfersDesk, body: str) -> None:
    """Nobody knows what kind of payee it was."""
    _passed(desk, body, _payment(desk, body, _winter(desk), ABSENT), Kind.NOT_TESTABLE, "no kind of payee")


def parked_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let money be parked after the audit."""
    payment = _payment(desk, body, desk.between(DAY_BEFORE + 10, DAY_AFTER - ONWARD_DAYS - 1))
    desk.payments.write(payment, IN_AFTER)
    key = {"payment_no": direct_payment_text(payment.number)}
    desk.plant_later("DF-02", key, body, payment.amount, fate, "parked after the audit")


PARKED = Plot[TransfersDesk](
    "DF-02",
    deal(
        {
            parked: 11,
            parked_in_part: 8,
            parked_a_day_over: 5,
            one_fen_parked: 3,
            passed_on_last_day: 3,
            through_agency: 1,
            reached_in_full: 1,
            payee_unknown: 2,
        }
    ),
    parked_again,
)
