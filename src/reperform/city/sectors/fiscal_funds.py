"""Cases of government funds that carried over too much.

Rules kept here:

* The excess is put right when it goes to the general public budget with a voucher.
* What is hidden is a line deleted, or a carry-over made smaller.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_BEFORE
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, Plot
from .fiscal_transfers import FUND_NAMES, MILLION, Fund, TransfersDesk, fund_text


def _fund(desk: TransfersDesk, body: str, percent: int, beside: int = 0) -> Fund:
    """Make up a line that carried over so many percent of its revenue, and some fen beside it."""
    revenue = desk.between(2, 90) * MILLION
    number, name = desk.town.serial("fund line"), desk.between(0, len(FUND_NAMES) - 1)
    carried = revenue // 100 * percent + beside
    return Fund(number, desk.bureau(body), name, desk.between(2023, YEAR_BEFORE), revenue, carried)


def _excess(desk: TransfersDesk, body: str, fund: Fund, note: str, back: int = 0) -> None:
    ref, above = fund_text(fund.number), fund.carried - fund.revenue // 100 * 30 - back
    if back:
        desk.recover("government_fund", ref, back, DAY_BEFORE - 40)
    fate = desk.plant("ID-06", {"line_no": ref}, body, above, note)
    if fate is not Fate.UNPROVEN:
        desk.funds.write(fund)
    elif desk.town.serial("fund hidden") % 2:
        desk.funds.becomes(fund, replace(fund, carried=fund.revenue // 5))
    else:
        desk.funds.write(fund, IN_BEFORE)
    desk.remedy(fate, "government_fund", ref, above)


def half_carried(desk: TransfersDesk, body: str) -> None:
    """Half of the revenue was carried over."""
    _excess(desk, body, _fund(desk, body, desk.between(40, 60)), "half of the revenue carried over")


def all_carried(desk: TransfersDesk, body: str) -> None:
    """All of the revenue was carried over, and older money."""
    _excess(desk, body, _fund(desk, body, 130), "all of the revenue carried over, and older money")


def one_fen_over(desk: TransfersDesk, body: str) -> None:
    """One fen more than thirty percent."""
    _excess(desk, body, _fund(desk, body, 30, 1), "one fen more than thirty percent")


def transferred_in_part(desk: TransfersDesk, body: str) -> None:
    """A part of the excess was transferred before the audit."""
    fund = _fund(desk, body, 60)
    _excess(desk, body, fund, "a part transferred before the audit", back=fund.revenue // 10)


def _within(desk: TransfersDesk, body: str, fund: Fund, kind: Kind, note: str) -> None:
    desk.funds.write(fund)
    desk.harmless("ID-06", {"line_no": fund_text(fund.number)}, body, note, kind, fund.carried)


def exactly_thirty(desk: TransfersDesk, body: str) -> None:
    """Exactly thirty percent."""
    _within(desk, body, _fund(desk, body, 30), Kind.NEAR_MISS, "exactly thirty percent")


def transferred_in_full(desk: TransfersDesk, body: str) -> None:
    """All of the excess was transferred before the audit."""
    fund = _fund(desk, body, 60)
    desk.recover("government_fund", fund_text(fund.number), fund.revenue // 100 * 30, DAY_BEFORE - 2)
    _within(desk, body, fund, Kind.INNOCENT, "all of the excess transferred before the audit")


def year_not_over(desk: TransfersDesk, body: str) -> None:
    """This year is not over."""
    _within(desk, body, replace(_fund(desk, body, 80), year=THIS_YEAR), Kind.INNOCENT, "this year is not over")


def revenue_unknown(desk: TransfersDesk, body: str) -> None:
    """Nobody stated the revenue."""
    fund = replace(_fund(desk, body, 50), revenue=ABSENT)
    _within(desk, body, fund, Kind.NOT_TESTABLE, "no revenue stated")


def excess_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let the final accounts of last year bring up another fund."""
    fund = replace(_fund(desk, body, 55), year=YEAR_BEFORE)
    desk.funds.write(fund, IN_AFTER)
    above = fund.carried - fund.revenue // 100 * 30
    desk.plant_later("ID-06", {"line_no": fund_text(fund.number)}, body, above, fate, "came up with the final accounts")


EXCESS = Plot[TransfersDesk](
    "ID-06",
    deal(
        {
            half_carried: 11,
            all_carried: 8,
            one_fen_over: 5,
            transferred_in_part: 4,
            exactly_thirty: 2,
            transferred_in_full: 1,
            year_not_over: 1,
            revenue_unknown: 2,
        }
    ),
    excess_again,
)
