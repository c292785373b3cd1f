"""Cases of reserve funds: shares outside the law, and uses against it.

Rules kept here:

* A share is put right by a budget that was adjusted with a paper, a use by money that went back.
* What is hidden is a row deleted, or one that reads as if it had been lawful.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, Plot, on
from .fiscal_transfers import (
    DISASTER,
    MILLION,
    ROUTINE,
    UNFORESEEN,
    Budget,
    TransfersDesk,
    Use,
    budget_text,
    use_text,
)


def _budget(desk: TransfersDesk, body: str, share: int, beside: int = 0, year: int = 0) -> Budget:
    """Make up a budget with a reserve of so many per ten thousand, and some fen beside it."""
    spend = desk.between(200, 900) * MILLION
    when = year or desk.between(2023, THIS_YEAR)
    number = desk.town.serial("government budget")
    return Budget(number, desk.bureau(body), 2, when, spend, spend // 10_000 * share + beside)


def _share(desk: TransfersDesk, body: str, bad: Budget, note: str) -> None:
    ref = budget_text(bad.number)
    fate, good = desk.plant("BP-02", {"budget_no": ref}, body, 0, note), replace(bad, reserve=bad.spend // 50)
    if fate is Fate.STILL:
        desk.budgets.write(bad)
    elif fate is Fate.CLEARED or desk.town.serial("share hidden") % 2:
        desk.budgets.becomes(bad, good)
    else:
        desk.budgets.write(bad, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.correct("government_budget", ref, desk.later())


def share_too_low(desk: TransfersDesk, body: str) -> None:
    """Half a percent."""
    _share(desk, body, _budget(desk, body, 50), "half a percent")


def no_reserve(desk: TransfersDesk, body: str) -> None:
    """No reserve fund at all."""
    _share(desk, body, _budget(desk, body, 0), "no reserve fund")


def share_too_high(desk: TransfersDesk, body: str) -> None:
    """Four and a half percent."""
    _share(desk, body, _budget(desk, body, 450), "four and a half percent")


def one_fen_low(desk: TransfersDesk, body: str) -> None:
    """One fen below one percent."""
    _share(desk, body, _budget(desk, body, 100, -1), "one fen below one percent")


def one_fen_high(desk: TransfersDesk, body: str) -> None:
    """One fen above three percent."""
    _share(desk, body, _budget(desk, body, 300, 1), "one fen above three percent")


def _share_fine(desk: TransfersDesk, body: str, budget: Budget, kind: Kind, note: str) -> None:
    desk.budgets.write(budget)
    desk.harmless("BP-02", {"budget_no": budget_text(budget.number)}, body, note, kind)


def exactly_one_percent(desk: TransfersDesk, body: str) -> None:
    """Exactly one percent."""
    _share_fine(desk, body, _budget(desk, body, 100), Kind.NEAR_MISS, "exactly one percent")


def exactly_three_percent(desk: TransfersDesk, body: str) -> None:
    """Exactly three percent."""
    _share_fine(desk, body, _budget(desk, body, 300), Kind.NEAR_MISS, "exactly three percent")


def very_large_reserve(desk: TransfersDesk, body: str) -> None:
    """More money than any other reserve, of a budget that is larger still."""
    budget = _budget(desk, body, 0)
    budget = replace(budget, tier=0, spend=budget.spend * 100, reserve=budget.spend * 3 - 1)
    _share_fine(desk, body, budget, Kind.INNOCENT, "a very large reserve of a larger budget")


def reserve_unknown(desk: TransfersDesk, body: str) -> None:
    """Nobody entered the reserve fund."""
    budget = replace(_budget(desk, body, 0), reserve=ABSENT)
    _share_fine(desk, body, budget, Kind.NOT_TESTABLE, "no reserve fund stated")


def share_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let a budget be adopted after the audit without enough reserve."""
    budget = _budget(desk, body, 40, year=THIS_YEAR)
    desk.budgets.write(budget, IN_AFTER)
    desk.plant_later("BP-02", {"budget_no": budget_text(budget.number)}, body, 0, fate, "adopted after the audit")


SHARES = Plot[TransfersDesk](
    "BP-02",
    deal(
        {
            share_too_low: 8,
            share_too_high: 7,
            no_reserve: 6,
            one_fen_low: 4,
            one_fen_high: 4,
            exactly_one_percent: 2,
            exactly_three_percent: 2,
            very_large_reserve: 1,
            reserve_unknown: 1,
        }
    ),
    share_again,
)


def _use(desk: TransfersDesk, body: str, purpose: int, late: int, decided: int | None = None) -> Use:
    """Make up a use that is paid so many days after its decision."""
    when = on(YEAR_BEFORE, 2, 1) + desk.between(0, 300) if decided is None else decided
    number = desk.town.serial("reserve use")
    return Use(number, desk.bureau(body), YEAR_BEFORE, purpose, desk.sum(MILLION), number, when, when + late)


def _misused(desk: TransfersDesk, body: str, use: Use, note: str) -> None:
    ref = use_text(use.number)
    fate = desk.plant("BP-06", {"use_no": ref}, body, use.amount, note)
    if fate is not Fate.UNPROVEN:
        desk.uses.write(use)
    elif desk.town.serial("use hidden") % 2:
        desk.uses.becomes(use, replace(use, purpose=UNFORESEEN, decision=use.number, decided=use.paid))
    else:
        desk.uses.write(use, IN_BEFORE)
    desk.remedy(fate, "reserve_use", ref, use.amount)


def for_routine(desk: TransfersDesk, body: str) -> None:
    """Used for what could be foreseen."""
    _misused(desk, body, _use(desk, body, ROUTINE, 5), "used for routine expense")


def without_decision(desk: TransfersDesk, body: str) -> None:
    """Used without a decision of the government."""
    use = replace(_use(desk, body, DISASTER, 5), decision=ABSENT, decided=NEVER)
    _misused(desk, body, use, "no decision of the government")


def paid_first(desk: TransfersDesk, body: str) -> None:
    """Paid weeks before the decision."""
    _misused(desk, body, _use(desk, body, DISASTER, -desk.between(5, 60)), "paid weeks before the decision")


def paid_a_day_early(desk: TransfersDesk, body: str) -> None:
    """Paid one day before the decision."""
    _misused(desk, body, _use(desk, body, UNFORESEEN, -1), "paid one day before the decision")


def _used_well(desk: TransfersDesk, body: str, use: Use, kind: Kind, note: str) -> None:
    desk.uses.write(use)
    desk.harmless("BP-06", {"use_no": use_text(use.number)}, body, note, kind, use.amount)


def paid_same_day(desk: TransfersDesk, body: str) -> None:
    """Decided and paid on one day."""
    _used_well(desk, body, _use(desk, body, DISASTER, 0), Kind.NEAR_MISS, "decided and paid on one day")


def given_back(desk: TransfersDesk, body: str) -> None:
    """Misused, and given back before the audit."""
    use = _use(desk, body, ROUTINE, 5)
    desk.recover("reserve_use", use_text(use.number), use.amount, DAY_BEFORE - 3)
    _used_well(desk, body, use, Kind.INNOCENT, "given back before the audit")


def payment_day_lost(desk: TransfersDesk, body: str) -> None:
    """Nobody knows when it was paid."""
    use = replace(_use(desk, body, DISASTER, 0), paid=NEVER)
    _used_well(desk, body, use, Kind.NOT_TESTABLE, "no date of payment")


def misused_again(desk: TransfersDesk, body: str, fate: Fate) -> None:
    """Let the reserve be misused after the audit."""
    decided = desk.between(DAY_BEFORE + 20, DAY_AFTER - 30)
    use = replace(_use(desk, body, ROUTINE, 4, decided), year=THIS_YEAR)
    desk.uses.write(use, IN_AFTER)
    desk.plant_later("BP-06", {"use_no": use_text(use.number)}, body, use.amount, fate, "misused after the audit")


USES = Plot[TransfersDesk](
    "BP-06",
    deal(
        {
            for_routine: 9,
            without_decision: 8,
            paid_first: 6,
            paid_a_day_early: 4,
            paid_same_day: 2,
            given_back: 2,
            payment_day_lost: 2,
        }
    ),
    misused_again,
)
