"""Sewers of urban villages: sections and households that are connected in time, or never, and defects.

Rules kept here:

* A section is connected within 170 days of its completion, a household by its planned day: what is later is a case.
* Sections are accepted once they carry water; a grave defect is repaired before that, unless a case says otherwise.
* What is put right carries a certificate. What is hidden is a row deleted, a date moved, or a connection without one.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, day
from reperform.city.history import History, followed, numbers
from reperform.city.layout import Format, Layout, date_of, flag, named, numbered
from reperform.city.rows import ABSENT, Columns
from reperform.city.sector import Desk
from reperform.city.town import Part, Town

from .cases import Book, Situation, innocent, near_miss, not_testable, planted

BODIES = tuple(f"{short}-WAT" for short, _, _ in DISTRICTS)
VILLAGES = ("石埠村", "上榕村", "下榕村", "沙头村", "河边村", "新桥村", "岭南村", "东圃村", "西塱村", "塘尾村")
SECTIONS, HOUSEHOLDS = 3_000, 20_000
GRACE = 180
BUILT_FROM = day(date(2022, 1, 1))


class SewerDesk(Desk):
    """Writes sections and households."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "sewage sewers")
        self.sections = History(
            *("number", "body", "village", "length", "completed", "connected", "connect", "accepted", "defect"),
            *("repaired", "repair", "known"),
            began="known",
            later={"completed": (), "connected": ("connect",), "accepted": (), "repaired": ("repair",)},
        )
        self.households = History(
            *("number", "body", "village", "planned", "exempt", "connected", "connect", "known"),
            began="known",
            later={"connected": ("connect",)},
        )

    def ordinary(self) -> None:
        """Write sections and households of ordinary life."""
        rng, town = self.rng, self.town
        count = town.share(SECTIONS, 500, self.part)
        completed = rng.integers(BUILT_FROM, DAY_AFTER + 1, count)
        connected = completed + rng.integers(5, 171, count)
        accepted = connected + rng.integers(5, 60, count)
        defect = np.searchsorted(np.array([0.6, 0.82, 0.95, 0.98]), rng.random(count), side="right")
        grave = defect >= 3
        self.sections.block(
            number=numbers(town, "sewer section", count),
            body=rng.integers(0, len(BODIES), count),
            village=rng.integers(0, len(VILLAGES), count),
            length=np.where(rng.random(count) < 0.02, ABSENT, rng.integers(20, 400, count)),
            completed=completed,
            connected=connected,
            connect=numbers(town, "connect", count),
            accepted=accepted,
            defect=defect,
            repaired=np.where(grave, accepted - 3, NEVER),
            repair=np.where(grave, numbers(town, "repair", count), ABSENT),
            known=completed,
        )
        count = town.share(HOUSEHOLDS, 800, self.part)
        planned = rng.integers(day(OPENING), DAY_AFTER + 240, count)
        exempt = (rng.random(count) < 0.05).astype(np.int64)
        self.households.block(
            number=numbers(town, "household", count),
            body=rng.integers(0, len(BODIES), count),
            village=np.where(rng.random(count) < 0.01, ABSENT, rng.integers(0, len(VILLAGES), count)),
            planned=planned,
            exempt=exempt,
            connected=np.where(exempt == 1, NEVER, planned - rng.integers(0, 120, count)),
            connect=np.where(exempt == 1, ABSENT, numbers(town, "connect", count)),
            known=np.full(count, day(OPENING) - 200),
        )

    def section(self, body: str, **known: int) -> dict[str, int]:
        """Make up a section that is in order: finished, connected, accepted."""
        completed = known.get("completed", self.between(day(OPENING), DAY_BEFORE - 250))
        connected = known.get("connected", completed + 40)
        values = {
            "number": self.town.serial("sewer section"),
            "body": BODIES.index(body),
            "village": self.between(0, len(VILLAGES) - 1),
            "length": self.between(20, 400),
            "completed": completed,
            "connected": connected,
            "connect": self.town.serial("connect"),
            "accepted": connected + 20 if connected < NEVER else NEVER,
            "defect": 0,
            "repaired": NEVER,
            "repair": ABSENT,
            "known": min(completed, DAY_BEFORE - 10),
        }
        return values | known

    def household(self, body: str, **known: int) -> dict[str, int]:
        """Make up a household that is not connected."""
        values = {
            "number": self.town.serial("household"),
            "body": BODIES.index(body),
            "village": self.between(0, len(VILLAGES) - 1),
            "planned": self.between(day(OPENING), DAY_BEFORE - 30),
            "exempt": 0,
            "connected": NEVER,
            "connect": ABSENT,
            "known": day(OPENING) - 200,
        }
        return values | known


def _section(desk: SewerDesk, values: dict[str, int], event: str, paper: str, *fakes: dict[str, int]) -> Situation:
    key = {"section_id": f"GD{values['number']:07d}"}
    return Situation(key, 0, followed(desk, desk.sections, values, event, paper, *fakes))


def _idle(desk: SewerDesk, body: str, completed: int, **known: int) -> Situation:
    values = desk.section(body, completed=completed, **({"connected": NEVER, "connect": ABSENT} | known))
    unseen = {"completed": NEVER}, {"connected": DAY_BEFORE + 60, "connect": ABSENT}
    return _section(desk, values, "connected", "connect", *unseen)


def never_connected(desk: SewerDesk, body: str, when: int) -> Situation:
    """Finished long ago and connected to nothing."""
    return _idle(desk, body, desk.between(BUILT_FROM, DAY_BEFORE - GRACE - 2))


def idle_one_day_over(desk: SewerDesk, body: str, when: int) -> Situation:
    """The first day on which waiting is too long."""
    return _idle(desk, body, DAY_BEFORE - GRACE - 1)


def idle_last_day(desk: SewerDesk, body: str, when: int) -> Situation:
    """The last day on which waiting is in time; it is connected the day after."""
    return _idle(desk, body, DAY_BEFORE - GRACE, connected=DAY_BEFORE + 1, connect=desk.town.serial("connect"))


def connected_late(desk: SewerDesk, body: str, when: int) -> Situation:
    """Connected after a year, on the day of the first state."""
    connect = desk.town.serial("connect")
    return _idle(desk, body, DAY_BEFORE - 365, connected=DAY_BEFORE, connect=connect)


def under_construction(desk: SewerDesk, body: str, when: int) -> Situation:
    """Not finished: nothing to connect."""
    return _idle(desk, body, NEVER, known=when)


def dates_contradict(desk: SewerDesk, body: str, when: int) -> Situation:
    """Connected before it was completed."""
    return _idle(desk, body, when, connected=when - 30, connect=desk.town.serial("connect"), known=when - 40)


def idle_again(desk: SewerDesk, body: str, when: int) -> Situation:
    """Finished after the audit, and idle for longer than it may."""
    completed = desk.between(DAY_BEFORE + 5, DAY_AFTER - GRACE - 1)
    return _idle(desk, body, completed, known=completed)


def _defective(desk: SewerDesk, body: str, grade: int, **known: int) -> Situation:
    return _section(desk, desk.section(body, defect=grade, **known), "repaired", "repair", {"defect": 1})


def collapsed(desk: SewerDesk, body: str, when: int) -> Situation:
    """Accepted although the pipe fell in."""
    return _defective(desk, body, 4)


def grade_three(desk: SewerDesk, body: str, when: int) -> Situation:
    """Accepted with a defect of the lowest grave grade."""
    return _defective(desk, body, 3)


def grade_two(desk: SewerDesk, body: str, when: int) -> Situation:
    """Accepted with a defect just below the grave ones."""
    return _defective(desk, body, 2)


def repaired_afterwards(desk: SewerDesk, body: str, when: int) -> Situation:
    """Accepted with a grave defect that was repaired before the audit."""
    return _defective(desk, body, 4, repaired=DAY_BEFORE - 20, repair=desk.town.serial("repair"))


def not_accepted(desk: SewerDesk, body: str, when: int) -> Situation:
    """A grave defect that nobody has accepted yet."""
    return _defective(desk, body, 4, accepted=NEVER)


def never_inspected(desk: SewerDesk, body: str, when: int) -> Situation:
    """Accepted without a look inside."""
    return _defective(desk, body, ABSENT)


def accepted_again(desk: SewerDesk, body: str, when: int) -> Situation:
    """Accepted after the audit with a grave defect."""
    return _defective(desk, body, 4, accepted=when)


def _waiting(desk: SewerDesk, body: str, **known: int) -> Situation:
    values = desk.household(body, **known)
    fakes = {"planned": DAY_AFTER + 200}, {"exempt": 1}
    key = {"household_id": f"PSH{values['number']:08d}"}
    return Situation(key, 0, followed(desk, desk.households, values, "connected", "connect", *fakes))


def overdue(desk: SewerDesk, body: str, when: int) -> Situation:
    """Not connected long after the planned day."""
    return _waiting(desk, body)


def overdue_one_day(desk: SewerDesk, body: str, when: int) -> Situation:
    """Planned for the day before the first state."""
    return _waiting(desk, body, planned=DAY_BEFORE - 1)


def due_today(desk: SewerDesk, body: str, when: int) -> Situation:
    """Planned for the day of the first state; connected three days later."""
    return _waiting(desk, body, planned=DAY_BEFORE, connected=DAY_BEFORE + 3, connect=desk.town.serial("connect"))


def household_late(desk: SewerDesk, body: str, when: int) -> Situation:
    """Connected half a year late, before the audit."""
    return _waiting(desk, body, planned=when - 180, connected=when, connect=desk.town.serial("connect"))


def to_be_pulled_down(desk: SewerDesk, body: str, when: int) -> Situation:
    """Exempt by a decision."""
    return _waiting(desk, body, exempt=1)


def without_plan(desk: SewerDesk, body: str, when: int) -> Situation:
    """No planned day."""
    return _waiting(desk, body, planned=NEVER)


def overdue_again(desk: SewerDesk, body: str, when: int) -> Situation:
    """Planned for a day between the states, and not connected."""
    return _waiting(desk, body, planned=when)


BOOKS = (
    Book(
        "SW-01",
        {
            planted(never_connected, "finished, connected to nothing"): 8,
            planted(idle_one_day_over, "idle on the first day over the allowed time"): 2,
            near_miss(idle_last_day, "idle on the last allowed day"): 2,
            innocent(connected_late, "connected late, on the day of the data"): 1,
            innocent(under_construction, "not finished"): 1,
            not_testable(dates_contradict, "connected before it was completed"): 1,
        },
        idle_again,
        60,
        12,
    ),
    Book(
        "SW-04",
        {
            planted(collapsed, "accepted with the gravest defect"): 6,
            planted(grade_three, "accepted with a defect of the lowest grave grade"): 4,
            near_miss(grade_two, "a defect just below the grave ones"): 2,
            innocent(repaired_afterwards, "repaired before the audit"): 1,
            innocent(not_accepted, "not accepted yet"): 1,
            not_testable(never_inspected, "nobody looked inside"): 1,
        },
        accepted_again,
        60,
        12,
    ),
    Book(
        "SW-05",
        {
            planted(overdue, "not connected after the planned day"): 12,
            planted(overdue_one_day, "not connected on the day after the planned one"): 3,
            near_miss(due_today, "not connected on the planned day"): 2,
            innocent(household_late, "connected late, before the audit"): 1,
            innocent(to_be_pulled_down, "exempt by a decision"): 2,
            not_testable(without_plan, "no planned day"): 1,
        },
        overdue_again,
        300,
        40,
    ),
)
_SECTION = numbered("GD", "number", 7)
_CONNECTION = numbered("JB-", "connect", 8)
LAYOUTS = (
    Layout(
        "sewer_section",
        Format.CSV_GB18030,
        (
            ("管段编号", _SECTION),
            ("建设单位", named(BODIES, "body")),
            ("所在城中村", named(VILLAGES, "village")),
            ("管段长度", "CASE WHEN length >= 0 THEN length END"),
            ("竣工日期", date_of("completed")),
            ("通水日期", date_of("connected")),
            ("接驳单号", _CONNECTION),
            ("验收日期", date_of("accepted")),
            ("最高缺陷等级", "CASE WHEN defect >= 0 THEN defect END"),
            ("修复日期", date_of("repaired")),
            ("修复单号", numbered("XF-", "repair", 7)),
        ),
    ),
    Layout(
        "village_household",
        Format.PARQUET,
        (
            ("排水户编号", numbered("PSH", "number", 8)),
            ("实施单位", named(BODIES, "body")),
            ("村名", named(VILLAGES, "village")),
            ("计划完成日期", date_of("planned")),
            ("是否豁免", flag("exempt")),
            ("实际接驳日期", date_of("connected")),
            ("确认单号", _CONNECTION),
        ),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the sections and households of a chunk."""
    desk = SewerDesk(town, part)
    desk.ordinary()
    for book in BOOKS:
        book.play(desk, town, part)
    tables = {"sewer_section": desk.sections.columns(), "village_household": desk.households.columns()}
    return tables | desk.registers()
