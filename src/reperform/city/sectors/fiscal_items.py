"""Cases of budget items: carried over too long, asleep for a year, not broken down, not distributed.

Rules kept here:

* An item of a case has one problem; what would be another one is kept away from it.
* Hidden means that the item was taken out of the tables, or made as small as what was spent of it.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_budget import BASIC, BudgetDesk, Item, item_text
from .fiscal_desk import MANY_CASES, THIS_YEAR, YEAR_BEFORE, Plot, on

IDLE_DAYS = 365
LAST_YEAR_DAY = on(YEAR_BEFORE, 12, 31)


def _balance(desk: BudgetDesk, code: str, body: str, item: Item, note: str, spent: int = 0, back: int = 0) -> None:
    """Say that a balance must be put to use, and let the fate take its course."""
    ref = item_text(item.number)
    if back:
        desk.recover("budget_item", ref, back, DAY_BEFORE - desk.between(1, 60))
    rest = item.amount - spent - back
    fate = desk.plant(code, {"item_no": ref}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.items.write(item)
    elif desk.town.serial("item hidden") % 2 and not back:
        desk.items.becomes(item, replace(item, amount=spent))
    else:
        desk.items.write(item, IN_BEFORE)
    desk.remedy(fate, "budget_item", ref, rest)


def _fine(desk: BudgetDesk, code: str, body: str, item: Item, kind: Kind, note: str) -> None:
    desk.items.write(item)
    desk.harmless(code, {"item_no": item_text(item.number)}, body, note, kind, item.amount)


def _old(desk: BudgetDesk, body: str, amount: int = 0) -> Item:
    year = desk.between(2023, 2024)
    return desk.item(body, year, on(year, 1, 15) + desk.between(0, 200), amount)


def never_spent(desk: BudgetDesk, body: str) -> None:
    """Nothing was spent in two years."""
    _balance(desk, "ID-01", body, _old(desk, body), "nothing spent in two years")


def spent_in_part(desk: BudgetDesk, body: str) -> None:
    """A part is left after two years."""
    item = _old(desk, body)
    part = item.amount * desk.between(20, 90) // 100
    desk.pay(item, part, on(YEAR_BEFORE, 6, 1) + desk.between(0, 200))
    _balance(desk, "ID-01", body, item, "a part left after two years", spent=part)


def one_fen_left(desk: BudgetDesk, body: str) -> None:
    """One fen is left after two years."""
    item = _old(desk, body)
    desk.pay(item, item.amount - 1, LAST_YEAR_DAY)
    _balance(desk, "ID-01", body, item, "one fen left after two years", spent=item.amount - 1)


def purpose_changed(desk: BudgetDesk, body: str) -> None:
    """Approved anew for another purpose last year; the first year stays."""
    item = desk.item(body, 2024, on(YEAR_BEFORE, 8, 1))
    _balance(desk, "ID-01", body, item, "purpose changed last year, first provided before")


def taken_back_in_part(desk: BudgetDesk, body: str) -> None:
    """Finance took a part back before the audit."""
    item = _old(desk, body)
    _balance(desk, "ID-01", body, item, "taken back in part before the audit", back=item.amount // 4)


def provided_last_year(desk: BudgetDesk, body: str) -> None:
    """Provided late last year: one year more to spend it."""
    item = desk.item(body, YEAR_BEFORE, on(YEAR_BEFORE, 12, 20))
    _fine(desk, "ID-01", body, item, Kind.NEAR_MISS, "provided last year, one more year to go")


def spent_on_last_day(desk: BudgetDesk, body: str) -> None:
    """The last fen was spent on the last day."""
    item = _old(desk, body)
    desk.pay(item, item.amount, LAST_YEAR_DAY)
    _fine(desk, "ID-01", body, item, Kind.NEAR_MISS, "spent in full on the last day")


def taken_back_in_full(desk: BudgetDesk, body: str) -> None:
    """Finance took all of it back before the audit."""
    item = _old(desk, body)
    desk.recover("budget_item", item_text(item.number), item.amount, DAY_BEFORE)
    _fine(desk, "ID-01", body, item, Kind.INNOCENT, "taken back in full before the audit")


def running_costs(desk: BudgetDesk, body: str) -> None:
    """Basic expenditure follows other rules."""
    item = desk.item(body, 2024, on(2024, 1, 20), spend=BASIC)
    _fine(desk, "ID-01", body, item, Kind.INNOCENT, "basic expenditure")


def year_lost(desk: BudgetDesk, body: str) -> None:
    """Nobody knows the first year."""
    item = desk.item(body, ABSENT, on(2024, 1, 20))
    _fine(desk, "ID-01", body, item, Kind.NOT_TESTABLE, "no year in which it was first provided")


def carried_again(desk: BudgetDesk, body: str, fate: Fate) -> None:
    """Let an item of an old year be entered after the audit, unspent."""
    item = desk.item(body, 2024, on(2024, 3, 1))
    desk.items.write(item, IN_AFTER)
    key = {"item_no": item_text(item.number)}
    desk.plant_later("ID-01", key, body, item.amount, fate, "an old item that came to light after the audit")


CARRIED = Plot[BudgetDesk](
    "ID-01",
    deal(
        {
            never_spent: 9,
            spent_in_part: 8,
            purpose_changed: 4,
            one_fen_left: 2,
            taken_back_in_part: 3,
            provided_last_year: 2,
            spent_on_last_day: 1,
            taken_back_in_full: 1,
            running_costs: 1,
            year_lost: 2,
        }
    ),
    carried_again,
    MANY_CASES,
)


def _asleep(desk: BudgetDesk, body: str, last: int, amount: int = 0) -> Item:
    return desk.item(body, YEAR_BEFORE, last, amount)


def not_begun(desk: BudgetDesk, body: str) -> None:
    """Approved more than a year ago, not begun."""
    item = _asleep(desk, body, on(YEAR_BEFORE, 1, 10) + desk.between(0, 60))
    _balance(desk, "ID-05", body, item, "approved more than a year ago, not begun")


def came_to_a_stop(desk: BudgetDesk, body: str) -> None:
    """One payment early last year, none since."""
    item = _asleep(desk, body, on(YEAR_BEFORE, 1, 10))
    part = item.amount // 5
    desk.pay(item, part, on(YEAR_BEFORE, 2, 1) + desk.between(0, 40))
    _balance(desk, "ID-05", body, item, "one payment early last year, none since", spent=part)


def one_day_over(desk: BudgetDesk, body: str) -> None:
    """Approved one day too long ago."""
    _balance(desk, "ID-05", body, _asleep(desk, body, DAY_BEFORE - IDLE_DAYS - 1), "approved one day too long ago")


def year_and_no_day(desk: BudgetDesk, body: str) -> None:
    """Approved as long ago as may be; begun soon after the audit."""
    item = _asleep(desk, body, DAY_BEFORE - IDLE_DAYS)
    desk.pay(item, item.amount // 2, DAY_BEFORE + 20)
    _fine(desk, "ID-05", body, item, Kind.NEAR_MISS, "approved as long ago as may be")


def paid_out_early(desk: BudgetDesk, body: str) -> None:
    """Paid out in full early last year: nothing is asleep."""
    item = _asleep(desk, body, on(YEAR_BEFORE, 1, 10))
    desk.pay(item, item.amount, on(YEAR_BEFORE, 2, 1))
    _fine(desk, "ID-05", body, item, Kind.INNOCENT, "paid out in full early last year")


def given_back(desk: BudgetDesk, body: str) -> None:
    """Given back before the audit."""
    item = _asleep(desk, body, on(YEAR_BEFORE, 1, 10))
    desk.recover("budget_item", item_text(item.number), item.amount, DAY_BEFORE - 30)
    _fine(desk, "ID-05", body, item, Kind.INNOCENT, "given back before the audit")


def approval_lost(desk: BudgetDesk, body: str) -> None:
    """Nobody knows when it was approved."""
    _fine(desk, "ID-05", body, _asleep(desk, body, NEVER), Kind.NOT_TESTABLE, "no date of approval")


def asleep_again(desk: BudgetDesk, body: str, fate: Fate) -> None:
    """Let an item fall asleep between the two states."""
    item = _asleep(desk, body, desk.between(DAY_BEFORE - 300, DAY_AFTER - IDLE_DAYS - 1))
    desk.items.write(item)
    key = {"item_no": item_text(item.number)}
    desk.plant_later("ID-05", key, body, item.amount, fate, "a year without a payment, complete after the audit")


ASLEEP = Plot[BudgetDesk](
    "ID-05",
    deal(
        {
            not_begun: 11,
            came_to_a_stop: 9,
            one_day_over: 6,
            year_and_no_day: 3,
            paid_out_early: 1,
            given_back: 1,
            approval_lost: 2,
        }
    ),
    asleep_again,
)


def _detail(desk: BudgetDesk, body: str, note: str, spend: int, **codes: int) -> None:
    good = desk.item(body, THIS_YEAR, on(THIS_YEAR, 1, 20) + desk.between(0, 40), spend=spend)
    bad = replace(good, **codes)
    ref = item_text(bad.number)
    fate = desk.plant("BP-01", {"item_no": ref}, body, 0, note)
    if fate is Fate.STILL:
        desk.items.write(bad)
    elif fate is Fate.UNPROVEN and desk.town.serial("detail hidden") % 2:
        desk.items.write(bad, IN_BEFORE)
    else:
        desk.items.becomes(bad, good)
    if fate is Fate.CLEARED:
        desk.correct("budget_item", ref, desk.later())


def heading_too_short(desk: BudgetDesk, body: str) -> None:
    """The functional heading stops one level above the lowest."""
    _detail(desk, body, "functional heading one level too high", spend=1, function=20502)


def class_alone(desk: BudgetDesk, body: str) -> None:
    """The functional heading is a class alone."""
    _detail(desk, body, "functional heading is a class alone", spend=1, function=205)


def no_heading(desk: BudgetDesk, body: str) -> None:
    """No functional heading."""
    _detail(desk, body, "no functional heading", spend=1, function=ABSENT)


def economy_too_short(desk: BudgetDesk, body: str) -> None:
    """Basic expenditure with an economic class alone."""
    _detail(desk, body, "basic expenditure with an economic class alone", spend=BASIC, economy=302)


def no_economy(desk: BudgetDesk, body: str) -> None:
    """Basic expenditure without an economic heading."""
    _detail(desk, body, "basic expenditure without an economic heading", spend=BASIC, economy=ABSENT)


def project_without_economy(desk: BudgetDesk, body: str) -> None:
    """A project needs no economic heading."""
    item = replace(desk.item(body, THIS_YEAR, on(THIS_YEAR, 1, 20)), economy=ABSENT)
    _fine(desk, "BP-01", body, item, Kind.INNOCENT, "a project without an economic heading")


def just_detailed(desk: BudgetDesk, body: str) -> None:
    """Both headings are at the lowest level that is asked for."""
    item = desk.item(body, THIS_YEAR, on(THIS_YEAR, 1, 20), spend=BASIC)
    _fine(desk, "BP-01", body, item, Kind.NEAR_MISS, "headings just at the level asked for")


def detail_again(desk: BudgetDesk, body: str, fate: Fate) -> None:
    """Let an item be added after the audit without a heading."""
    item = replace(desk.item(body, THIS_YEAR, DAY_BEFORE + desk.between(20, 150)), function=205)
    desk.items.write(item, IN_AFTER)
    desk.plant_later("BP-01", {"item_no": item_text(item.number)}, body, 0, fate, "added after the audit, no detail")


DETAIL = Plot[BudgetDesk](
    "BP-01",
    deal(
        {
            heading_too_short: 7,
            no_heading: 6,
            class_alone: 5,
            economy_too_short: 5,
            no_economy: 4,
            project_without_economy: 2,
            just_detailed: 2,
        }
    ),
    detail_again,
    MANY_CASES,
)


def _lump(desk: BudgetDesk, body: str, year: int = YEAR_BEFORE) -> Item:
    return desk.item(body, year, on(max(year, 2024), 1, 20), lump=1)


def _undistributed(desk: BudgetDesk, body: str, item: Item, note: str, given: int = 0) -> None:
    if given:
        desk.allocate(item, given, on(YEAR_BEFORE, 5, 1) + desk.between(0, 50))
    rest, ref = item.amount - given, item_text(item.number)
    fate = desk.plant("BP-05", {"item_no": ref}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.items.write(item)
    elif desk.town.serial("lump hidden") % 2:
        desk.items.becomes(item, replace(item, amount=given))
    else:
        desk.items.write(item, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.allocate(item, rest, desk.later())
    elif fate is Fate.PARTLY:
        desk.recover("budget_item", ref, rest // 2, desk.later())


def never_distributed(desk: BudgetDesk, body: str) -> None:
    """Last year's lump was given to nobody."""
    _undistributed(desk, body, _lump(desk, body), "last year's lump given to nobody")


def distributed_in_part(desk: BudgetDesk, body: str) -> None:
    """Last year's lump was given in part."""
    item = _lump(desk, body)
    _undistributed(desk, body, item, "last year's lump given in part", given=item.amount * 3 // 5)


def one_fen_kept(desk: BudgetDesk, body: str) -> None:
    """All but one fen was given."""
    item = _lump(desk, body)
    _undistributed(desk, body, item, "all but one fen given", given=item.amount - 1)


def months_to_go(desk: BudgetDesk, body: str) -> None:
    """This year's lump has until June; it is given on the last day."""
    item = _lump(desk, body, THIS_YEAR)
    desk.allocate(item, item.amount, on(THIS_YEAR, 6, 30))
    _fine(desk, "BP-05", body, item, Kind.NEAR_MISS, "this year's lump has until June")


def lump_taken_back(desk: BudgetDesk, body: str) -> None:
    """Finance took last year's lump back."""
    item = _lump(desk, body)
    desk.recover("budget_item", item_text(item.number), item.amount, DAY_BEFORE - 90)
    _fine(desk, "BP-05", body, item, Kind.INNOCENT, "finance took the lump back")


def lump_without_year(desk: BudgetDesk, body: str) -> None:
    """A lump of which nobody knows the year."""
    _fine(desk, "BP-05", body, _lump(desk, body, ABSENT), Kind.NOT_TESTABLE, "no year")


def lump_again(desk: BudgetDesk, body: str, fate: Fate) -> None:
    """Let this year's lump wait beyond June."""
    item = _lump(desk, body, THIS_YEAR)
    desk.items.write(item)
    key = {"item_no": item_text(item.number)}
    desk.plant_later("BP-05", key, body, item.amount, fate, "this year's lump not given by June")


LUMPS = Plot[BudgetDesk](
    "BP-05",
    deal(
        {
            never_distributed: 12,
            distributed_in_part: 9,
            one_fen_kept: 4,
            months_to_go: 3,
            lump_taken_back: 2,
            lump_without_year: 2,
        }
    ),
    lump_again,
)
