"""Cases of projects that are paid behind their progress, and ahead of it.

Rules kept here:

* A project of a case was approved so late last year that it cannot have been asleep for a year at either state.
* What is put right is a payment, or money paid back; what is hidden is a certificate made smaller or larger, or a
  project taken out of the tables.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE
from reperform.city.rows import IN_AFTER, IN_BEFORE, IN_BOTH
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_budget import BudgetDesk, Item, Progress, item_text, payment_text
from .fiscal_desk import THIS_YEAR, YEAR_BEFORE, Plot, on, states_from

GRACE_DAYS, AGREED, ADVANCE = 30, 80, 30


def _project(desk: BudgetDesk, body: str) -> Item:
    """Make up a project whose money is a round sum, so that shares of it are whole."""
    item = desk.item(body, YEAR_BEFORE, on(YEAR_BEFORE, 11, 5) + desk.between(0, 30))
    return replace(item, amount=(item.amount // 100_000 + 1) * 100_000)


def _winter(desk: BudgetDesk) -> int:
    return on(THIS_YEAR, 1, 5) + desk.between(0, 45)


def _behind(desk: BudgetDesk, body: str, item: Item, mark: Progress, paid: int, note: str) -> None:
    if paid:
        desk.pay(item, paid, on(THIS_YEAR, 1, 20) + desk.between(0, 50))
    due = mark.certified * mark.agreed // 100
    fate = desk.plant("ID-03", {"item_no": item_text(item.number)}, body, due - paid, note)
    hidden = fate is Fate.UNPROVEN
    vanishes = hidden and desk.town.serial("progress hidden") % 2 == 0
    desk.items.write(item, IN_BEFORE if vanishes else IN_BOTH)
    if vanishes:
        desk.certificates.write(mark, IN_BEFORE)
    elif hidden:
        desk.certificates.becomes(mark, replace(mark, certified=paid * 100 // mark.agreed))
    else:
        desk.certificates.write(mark)
    if fate is Fate.CLEARED:
        desk.pay(item, due - paid, desk.later())
    elif fate is Fate.PARTLY:
        desk.pay(item, (due - paid) // 2, desk.later())


def nothing_paid(desk: BudgetDesk, body: str) -> None:
    """Work was certified in winter, nothing was paid."""
    item = _project(desk, body)
    _behind(desk, body, item, desk.certify(item, item.amount // 2, _winter(desk)), 0, "certified, nothing paid")


def half_paid(desk: BudgetDesk, body: str) -> None:
    """Half of what is due was paid."""
    item = _project(desk, body)
    mark = desk.certify(item, item.amount * 3 // 5, _winter(desk))
    _behind(desk, body, item, mark, mark.certified * AGREED // 200, "half of what is due was paid")


def one_day_over(desk: BudgetDesk, body: str) -> None:
    """Certified one day more than the allowed days ago."""
    item = _project(desk, body)
    mark = desk.certify(item, item.amount // 2, DAY_BEFORE - GRACE_DAYS - 1)
    _behind(desk, body, item, mark, 0, "certified one day too long ago")


def one_fen_over_tolerance(desk: BudgetDesk, body: str) -> None:
    """One fen more than a tenth is open."""
    item = _project(desk, body)
    mark = desk.certify(item, item.amount // 2, _winter(desk))
    _behind(desk, body, item, mark, mark.certified * AGREED // 100 * 9 // 10 - 1, "one fen more than a tenth open")


def _in_step(desk: BudgetDesk, code: str, body: str, item: Item, kind: Kind, note: str) -> None:
    desk.items.write(item)
    desk.harmless(code, {"item_no": item_text(item.number)}, body, note, kind, item.amount)


def a_tenth_open(desk: BudgetDesk, body: str) -> None:
    """Exactly a tenth of what is due is open."""
    item = _project(desk, body)
    mark = desk.certify(item, item.amount // 2, _winter(desk))
    desk.certificates.write(mark)
    desk.pay(item, mark.certified * AGREED // 100 * 9 // 10, mark.certified_on + 10)
    _in_step(desk, "ID-03", body, item, Kind.NEAR_MISS, "exactly a tenth open")


def due_today(desk: BudgetDesk, body: str) -> None:
    """Certified as many days ago as are allowed; paid the day after the audit."""
    item = _project(desk, body)
    mark = desk.certify(item, item.amount // 2, DAY_BEFORE - GRACE_DAYS)
    desk.certificates.write(mark)
    desk.pay(item, mark.certified * AGREED // 100, DAY_BEFORE + 1)
    _in_step(desk, "ID-03", body, item, Kind.NEAR_MISS, "certified as long ago as is allowed")


def young_certificate(desk: BudgetDesk, body: str) -> None:
    """The last certificate is young; the one before it is paid."""
    item = _project(desk, body)
    old, young = (
        desk.certify(item, item.amount // 4, _winter(desk)),
        desk.certify(item, item.amount // 2, DAY_BEFORE - 10),
    )
    for mark in (old, young):
        desk.certificates.write(mark)
    desk.pay(item, old.certified * AGREED // 100, old.certified_on + 10)
    desk.pay(item, (young.certified - old.certified) * AGREED // 100 + 1, DAY_BEFORE + 15)
    _in_step(desk, "ID-03", body, item, Kind.INNOCENT, "the last certificate is young")


def behind_again(desk: BudgetDesk, body: str, fate: Fate) -> None:
    """Let work of the summer stay unpaid."""
    item = replace(_project(desk, body), approved=DAY_BEFORE + 20, year=THIS_YEAR)
    mark = desk.certify(item, item.amount // 2, desk.between(DAY_BEFORE + 60, DAY_AFTER - GRACE_DAYS - 1))
    desk.items.write(item, IN_AFTER)
    desk.certificates.write(mark, states_from(mark.certified_on))
    key, due = {"item_no": item_text(item.number)}, mark.certified * AGREED // 100
    desk.plant_later("ID-03", key, body, due, fate, "work of the summer not paid")


BEHIND = Plot[BudgetDesk](
    "ID-03",
    deal(
        {
            nothing_paid: 9,
            half_paid: 9,
            one_day_over: 5,
            one_fen_over_tolerance: 3,
            a_tenth_open: 3,
            due_today: 2,
            young_certificate: 2,
        }
    ),
    behind_again,
)


def _ahead(desk: BudgetDesk, body: str, item: Item, certified: int, paid: int, allowed: int, note: str) -> None:
    mark = desk.certify(item, certified, _winter(desk))
    number = desk.pay(item, paid, on(THIS_YEAR, 1, 20) + desk.between(0, 50))
    fate = desk.plant("ID-04", {"item_no": item_text(item.number)}, body, paid - allowed, note)
    if fate is not Fate.UNPROVEN:
        desk.items.write(item)
        desk.certificates.write(mark)
    elif desk.town.serial("lead hidden") % 2:
        desk.items.write(item)
        desk.certificates.becomes(mark, replace(mark, certified=paid))
    else:
        desk.items.write(item, IN_BEFORE)
        desk.certificates.write(mark, IN_BEFORE)
    desk.remedy(fate, "budget_payment", payment_text(number), paid - allowed)


def paid_for_nothing(desk: BudgetDesk, body: str) -> None:
    """Half of the price was paid before any work."""
    item = _project(desk, body)
    _ahead(
        desk, body, item, 0, item.amount // 2, item.amount * ADVANCE // 100, "half of the price paid before any work"
    )


def paid_too_much(desk: BudgetDesk, body: str) -> None:
    """More was paid than work was certified."""
    item = _project(desk, body)
    done = item.amount * desk.between(40, 60) // 100
    _ahead(desk, body, item, done, done + item.amount // 5, done, "more paid than work certified")


def one_fen_ahead(desk: BudgetDesk, body: str) -> None:
    """One fen more was paid than work was certified."""
    item = _project(desk, body)
    done = item.amount // 2
    _ahead(desk, body, item, done, done + 1, done, "one fen more paid than work certified")


def one_fen_over_advance(desk: BudgetDesk, body: str) -> None:
    """One fen more than the largest advance."""
    item = _project(desk, body)
    advance = item.amount * ADVANCE // 100
    _ahead(desk, body, item, 0, advance + 1, advance, "one fen more than the largest advance")


def largest_advance(desk: BudgetDesk, body: str) -> None:
    """Exactly the largest advance."""
    item = _project(desk, body)
    desk.certificates.write(desk.certify(item, 0, _winter(desk)))
    desk.pay(item, item.amount * ADVANCE // 100, on(THIS_YEAR, 1, 20))
    _in_step(desk, "ID-04", body, item, Kind.NEAR_MISS, "exactly the largest advance")


def paid_as_certified(desk: BudgetDesk, body: str) -> None:
    """As much was paid as work was certified."""
    item = _project(desk, body)
    desk.certificates.write(desk.certify(item, item.amount // 2, _winter(desk)))
    desk.pay(item, item.amount // 2, on(THIS_YEAR, 3, 1))
    _in_step(desk, "ID-04", body, item, Kind.NEAR_MISS, "as much paid as certified")


def work_caught_up(desk: BudgetDesk, body: str) -> None:
    """Paid ahead in winter; the work caught up before the audit."""
    item = _project(desk, body)
    desk.certificates.write(desk.certify(item, item.amount // 5, _winter(desk)))
    desk.certificates.write(desk.certify(item, item.amount // 2, DAY_BEFORE - 5))
    desk.pay(item, item.amount * 9 // 20, on(THIS_YEAR, 2, 25))
    _in_step(desk, "ID-04", body, item, Kind.INNOCENT, "the work caught up before the audit")


def ahead_again(desk: BudgetDesk, body: str, fate: Fate) -> None:
    """Let a project be paid before its work after the audit."""
    item = replace(_project(desk, body), approved=DAY_BEFORE + 20, year=THIS_YEAR)
    desk.items.write(item, IN_AFTER)
    desk.certificates.write(desk.certify(item, item.amount // 10, DAY_BEFORE + 50), IN_AFTER)
    desk.pay(item, item.amount // 2, desk.between(DAY_BEFORE + 60, DAY_AFTER - 5))
    lead = item.amount // 2 - item.amount * ADVANCE // 100
    key = {"item_no": item_text(item.number)}
    desk.plant_later("ID-04", key, body, lead, fate, "paid ahead of its work after the audit")


AHEAD = Plot[BudgetDesk](
    "ID-04",
    deal(
        {
            paid_too_much: 10,
            paid_for_nothing: 9,
            one_fen_ahead: 4,
            one_fen_over_advance: 3,
            largest_advance: 2,
            paid_as_certified: 2,
            work_caught_up: 2,
        }
    ),
    ahead_again,
)
