"""Leaks of gas and water mains, and the water that gets lost between the source and the bill.

Rules kept here:

* In ordinary life a leak is closed in time, and an area loses three to seven percent of its water.
* What is put right is a repair order or a paper of correction. What is hidden is a leak taken out or closed without an
  order, and a month taken out or told otherwise.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, FIRST, LAST_AFTER, LAST_BEFORE, NEVER, OPENING, day, first_days
from reperform.city.history import History, Slots, followed, numbers, papered
from reperform.city.layout import Format, Layout, date_of, flag, month_of, named, numbered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, month_text

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .performance_mains import BODIES, GAS, GAS_BODIES, MEDIA, WATER, WATER_BODIES

LEAKS, AREAS = 1_500, 60
URGENT_DAYS, OTHER_DAYS = 1, 30
MONTHS = LAST_AFTER - FIRST + 1


class LossesDesk(Desk):
    """Writes leaks and the water balance."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "performance losses")
        self.leaks = History(
            *("number", "body", "medium", "urgent", "found", "repaired", "repair"),
            began="found",
            later={"repaired": ("repair",)},
        )
        areas = max(town.share(AREAS, 32, part), 32)
        self.area = numbers(town, "metered area", areas)
        self.owner = np.arange(areas) % len(WATER_BODIES)
        owners = [WATER_BODIES[place] for place in self.owner]
        self.before = Slots(self.rng, owners, range(FIRST, LAST_BEFORE + 1))
        self.after = Slots(self.rng, owners, range(LAST_BEFORE + 1, LAST_AFTER + 1))
        shape = (areas, MONTHS)
        self.supplied = self.rng.integers(40, 400, shape) * 1000
        self.billed = self.supplied * self.rng.integers(920, 961, shape) // 1000
        self.exempt = self.supplied // 100
        month = FIRST + np.arange(MONTHS, dtype=np.int64)
        self.balance_states = np.tile(known_from(first_days(month + 1) - 1), (areas, 1))
        self.told_later = Rows("area", "month", "body", "supplied", "billed", "exempt")

    def ordinary(self) -> None:
        """Write leaks of ordinary life."""
        rng, town = self.rng, self.town
        count = town.share(LEAKS, 300, self.part)
        urgent, found = (rng.random(count) < 0.3).astype(np.int64), rng.integers(day(OPENING), DAY_AFTER + 1, count)
        body = rng.integers(0, len(BODIES), count)
        self.leaks.block(
            number=numbers(town, "leak", count),
            body=body,
            medium=(body >= len(GAS_BODIES)).astype(np.int64),
            urgent=urgent,
            found=found,
            repaired=found + np.where(urgent == 1, rng.integers(0, 2, count), rng.integers(0, 26, count)),
            repair=numbers(town, "repair order", count),
        )

    def balance(self) -> Columns:
        """Return the water balance as it stands now."""
        shape = self.supplied.shape
        told = {
            "area": np.repeat(self.area, MONTHS),
            "month": np.tile(FIRST + np.arange(MONTHS, dtype=np.int64), shape[0]),
            "body": np.repeat(self.owner, MONTHS),
            "supplied": self.supplied.ravel(),
            "billed": self.billed.ravel(),
            "exempt": self.exempt.ravel(),
            "states": self.balance_states.ravel(),
        }
        later = self.told_later.columns()
        return {name: np.concatenate([column, later[name]]) for name, column in told.items()}


# --- leaks (GW-04) ---


def _leak(desk: LossesDesk, body: str, found: int, *, urgent: bool, repaired: int = NEVER) -> Situation:
    values = {
        "number": desk.town.serial("leak"),
        "body": BODIES.index(body),
        "medium": WATER if body in WATER_BODIES else GAS,
        "urgent": int(urgent),
        "found": found,
        "repaired": repaired,
        "repair": desk.town.serial("repair order") if repaired < NEVER else ABSENT,
    }
    closed = {"repaired": DAY_BEFORE + 70, "repair": ABSENT}
    act = followed(desk, desk.leaks, values, "repaired", "repair", closed)
    return Situation({"leak_no": f"XL{values['number']:07d}"}, 0, act)


def urgent_leak_open(desk: LossesDesk, body: str, when: int) -> Situation:
    """An urgent leak, open for weeks."""
    return _leak(desk, body, desk.between(DAY_BEFORE - 60, DAY_BEFORE - 3), urgent=True)


def leak_open_for_months(desk: LossesDesk, body: str, when: int) -> Situation:
    """A leak that nobody repairs."""
    return _leak(desk, body, desk.between(day(OPENING), DAY_BEFORE - OTHER_DAYS - 2), urgent=False)


def urgent_a_day_over(desk: LossesDesk, body: str, when: int) -> Situation:
    """An urgent leak, a day over its time."""
    return _leak(desk, body, DAY_BEFORE - URGENT_DAYS - 1, urgent=True)


def leak_a_day_over(desk: LossesDesk, body: str, when: int) -> Situation:
    """Any other leak, a day over its time."""
    return _leak(desk, body, DAY_BEFORE - OTHER_DAYS - 1, urgent=False)


def urgent_on_its_day(desk: LossesDesk, body: str, when: int) -> Situation:
    """An urgent leak on its last day."""
    return _leak(desk, body, DAY_BEFORE - URGENT_DAYS, urgent=True, repaired=DAY_BEFORE + 1)


def leak_on_its_last_day(desk: LossesDesk, body: str, when: int) -> Situation:
    """Any other leak on its last day."""
    return _leak(desk, body, DAY_BEFORE - OTHER_DAYS, urgent=False, repaired=DAY_BEFORE + 1)


def leak_closed_late(desk: LossesDesk, body: str, when: int) -> Situation:
    """Closed late, before the audit."""
    return _leak(desk, body, when, urgent=True, repaired=when + 80)


def leak_before_it_was_found(desk: LossesDesk, body: str, when: int) -> Situation:
    """Repaired before it was found."""
    return _leak(desk, body, when, urgent=True, repaired=when - 9)


def leak_again(desk: LossesDesk, body: str, when: int) -> Situation:
    """Found after the audit and left open."""
    return _leak(desk, body, when, urgent=desk.chance(0.5))


# --- water that gets lost (GW-02) ---


def _lost(desk: LossesDesk, slot: tuple[int, int], billed: int, exempt: int) -> Situation:
    area, month = slot
    at = month - FIRST
    desk.billed[area, at], desk.exempt[area, at] = billed, exempt
    text = f"FQ{int(desk.area[area]):05d}"

    def hide() -> None:
        desk.balance_states[area, at] = IN_BEFORE
        if desk.town.serial("hidden balance") % 2:
            supplied, owner = int(desk.supplied[area, at]), int(desk.owner[area])
            better = (int(desk.area[area]), month, owner, supplied, supplied * 95 // 100, exempt)
            desk.told_later.add(*better, states=IN_AFTER)

    act = papered(desk, "water_balance", f"{text}/{month_text(month)}", hide)
    return Situation({"area_id": text, "month": month_text(month)}, 0, act)


def _supplied(desk: LossesDesk, slot: tuple[int, int]) -> int:
    return int(desk.supplied[slot[0], slot[1] - FIRST])


def much_lost(desk: LossesDesk, body: str, when: int) -> Situation:
    """Far more is lost than allowed."""
    slot = desk.before.take(body)
    return _lost(desk, slot, _supplied(desk, slot) * desk.between(55, 86) // 100, 0)


def a_cubic_metre_over(desk: LossesDesk, body: str, when: int) -> Situation:
    """One cubic metre more is lost than allowed."""
    slot = desk.before.take(body)
    return _lost(desk, slot, _supplied(desk, slot) * 90 // 100 - 1, 0)


def just_the_limit(desk: LossesDesk, body: str, when: int) -> Situation:
    """Exactly as much is lost as allowed."""
    slot = desk.before.take(body)
    return _lost(desk, slot, _supplied(desk, slot) * 88 // 100, _supplied(desk, slot) * 2 // 100)


def great_fire(desk: LossesDesk, body: str, when: int) -> Situation:
    """Much was let out to put out a fire."""
    slot = desk.before.take(body)
    return _lost(desk, slot, _supplied(desk, slot) * 80 // 100, _supplied(desk, slot) * 15 // 100)


def read_late(desk: LossesDesk, body: str, when: int) -> Situation:
    """The meters were read late: more was billed than let in."""
    slot = desk.before.take(body)
    return _lost(desk, slot, _supplied(desk, slot) * 112 // 100, 0)


def not_billed(desk: LossesDesk, body: str, when: int) -> Situation:
    """The water billed is not recorded."""
    return _lost(desk, desk.before.take(body), ABSENT, 0)


def much_lost_again(desk: LossesDesk, body: str, when: int) -> Situation:
    """Far more is lost than allowed, after the audit."""
    slot = desk.after.take(body)
    return _lost(desk, slot, _supplied(desk, slot) * desk.between(55, 86) // 100, 0)


BOOKS = (
    Book(
        "GW-02",
        {
            planted(much_lost, "far more is lost than allowed"): 10,
            planted(a_cubic_metre_over, "a cubic metre more than allowed"): 2,
            near_miss(just_the_limit, "exactly as much as allowed"): 2,
            innocent(great_fire, "let out for a fire"): 1,
            innocent(read_late, "meters read late"): 1,
            not_testable(not_billed, "the water billed is not recorded"): 1,
        },
        much_lost_again,
        60,
        12,
    ),
    Book(
        "GW-04",
        {
            planted(urgent_leak_open, "an urgent leak, open for weeks"): 5,
            planted(leak_open_for_months, "a leak, open for months"): 6,
            planted(urgent_a_day_over, "an urgent leak, a day over its time"): 2,
            planted(leak_a_day_over, "a leak, a day over its time"): 2,
            near_miss(urgent_on_its_day, "an urgent leak on its last day"): 1,
            near_miss(leak_on_its_last_day, "a leak on its last day"): 2,
            innocent(leak_closed_late, "closed late, before the audit"): 1,
            not_testable(leak_before_it_was_found, "repaired before it was found"): 1,
        },
        leak_again,
        80,
        16,
    ),
)
LOOKS_AT = {"GW-02": WATER_BODIES, "GW-04": BODIES}
LAYOUTS = (
    Layout(
        "pipe_leak",
        Format.CSV_GB18030,
        (
            ("漏点编号", numbered("XL", "number", 7)),
            ("主管部门", named(BODIES, "body")),
            ("输送介质", named(MEDIA, "medium")),
            ("是否一级漏点", flag("urgent")),
            ("上报日期", date_of("found")),
            ("消除日期", date_of("repaired")),
            ("抢修单号", numbered("QX", "repair", 7)),
        ),
    ),
    Layout(
        "water_balance",
        Format.XLSX,
        (
            ("计量分区编号", numbered("FQ", "area", 5)),
            ("报告期", month_of("month", "%Y-%m")),
            ("主管部门", named(WATER_BODIES, "body")),
            ("供水量", "supplied"),
            ("计费用水量", "CASE WHEN billed >= 0 THEN billed END"),
            ("合法未计费水量", "exempt"),
        ),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the leaks and the water balance of a chunk."""
    desk = LossesDesk(town, part)
    desk.ordinary()
    for book in BOOKS:
        book.play(desk, town, part)
    return {"pipe_leak": desk.leaks.columns(), "water_balance": desk.balance()} | desk.registers()
