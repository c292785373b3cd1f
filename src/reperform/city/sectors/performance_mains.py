"""Gas and water mains: their age, the plans of renewal, and the patrols.

Rules kept here:

* In ordinary life a main is younger than its design life or in a plan of renewal, and a gas main in use is walked
  along every two to four weeks.
* What is put right is a plan or the next patrol; what is hidden is a main taken out, or made young, or put out of use.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, Ints, day, spread
from reperform.city.history import numbers
from reperform.city.layout import Format, Layout, date_of, named, numbered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate, Kind

from .cases import Book, Situation, innocent, near_miss, not_testable, planted

GAS_BODIES = tuple(f"{short}-URB" for short, _, _ in DISTRICTS)
WATER_BODIES = tuple(f"{short}-WAT" for short, _, _ in DISTRICTS)
BODIES = GAS_BODIES + WATER_BODIES
PIPES = 8_000
MEDIA, MATERIALS = ("燃气", "自来水"), ("钢管", "灰口铸铁", "球墨铸铁", "聚乙烯管")
GAS, WATER = 0, 1
STEEL, GREY_IRON, DUCTILE_IRON, POLYETHYLENE = range(4)
LIFE = np.array([[30, 20, 30, 50], [30, 30, 50, 50]])
CYCLE = 30


def _years_before(when: date, years: int) -> int:
    return day(when.replace(year=when.year - years))


class MainsDesk(Desk):
    """Writes mains, plans and patrols."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "performance mains")
        self.pipes = Rows("number", "body", "medium", "material", "laid", "retired", "length")
        self.plans = Rows("plan", "pipe", "adopted")
        self.patrols = Rows("number", "pipe", "day")

    def ordinary(self) -> None:
        """Write mains of ordinary life, and the patrols along them."""
        rng, town = self.rng, self.town
        count = town.share(PIPES, 1_000, self.part)
        number, body = numbers(town, "main", count), rng.integers(0, len(BODIES), count)
        medium = (body >= len(GAS_BODIES)).astype(np.int64)
        material = rng.choice(4, count, p=[0.35, 0.1, 0.2, 0.35])
        young = LIFE[medium, material] * 365 - 400
        old = rng.random(count) < 0.03
        laid = DAY_AFTER - np.where(old, young + 1000 + rng.integers(0, 3000, count), (young * rng.random(count)))
        laid = laid.astype(np.int64)
        retired = np.where(old & (rng.random(count) < 0.4), DAY_BEFORE - rng.integers(0, 3000, count), NEVER)
        columns = {"number": number, "body": body, "medium": medium, "material": material, "laid": laid}
        length = np.where(rng.random(count) < 0.01, ABSENT, rng.integers(50, 1500, count))
        columns |= {"retired": retired, "length": length}
        self.pipes.block(**columns, states=known_from(laid))
        planned = np.flatnonzero(old & (retired == NEVER))
        adopted = rng.integers(day(OPENING) - 300, DAY_BEFORE, len(planned))
        self.plans.block(
            plan=rng.integers(1, 40, len(planned)), pipe=number[planned], adopted=adopted, states=known_from(adopted)
        )
        walked = np.flatnonzero((medium == GAS) & (retired == NEVER))
        self._walk(number[walked], np.maximum(laid[walked], day(OPENING) - rng.integers(0, 20, len(walked))))

    def _walk(self, pipes: Ints, since: Ints) -> None:
        step = self.rng.integers(14, 29, len(pipes))
        which, turn = spread(np.ones(len(pipes), dtype=np.int64), (DAY_AFTER - since) // step)
        when = since[which] + turn * step[which]
        self.patrols.block(
            number=numbers(self.town, "pipe patrol", len(when)), pipe=pipes[which], day=when, states=known_from(when)
        )

    def pipe(self, body: str, **known: int) -> dict[str, int]:
        """Make up a main of a body: of steel and young unless told otherwise."""
        values = {
            "number": self.town.serial("main"),
            "body": BODIES.index(body),
            "medium": WATER if body in WATER_BODIES else GAS,
            "material": STEEL,
            "laid": self.between(day(date(2008, 1, 1)), day(date(2020, 1, 1))),
            "retired": NEVER,
            "length": self.between(50, 1500),
        }
        return values | known

    def write(self, values: dict[str, int], states: int = IN_BOTH) -> None:
        """Write a main as it stands in some states."""
        self.pipes.add(*values.values(), states=states)

    def patrol(self, pipe: int, when: int) -> None:
        """Write one patrol along a main of a case."""
        self.patrols.add(self.town.serial("pipe patrol"), pipe, when, states=int(known_from(when)))

    def walk_always(self, values: dict[str, int]) -> None:
        """Let a gas main of a case be patrolled as it should."""
        if values["medium"] == GAS:
            for when in range(day(OPENING) + self.between(0, 20), DAY_AFTER + 1, 25):
                self.patrol(values["number"], when)

    def adopt(self, pipe: int, when: int) -> None:
        """Put a main of a case into a plan of renewal."""
        self.plans.add(self.between(1, 40), pipe, when, states=int(known_from(when)))


def _key(values: dict[str, int]) -> dict[str, object]:
    return {"pipe_id": f"GX{values['number']:08d}"}


# --- mains past their design life (GW-01) ---


def _aged(desk: MainsDesk, body: str, planned: int = NEVER, **known: int) -> Situation:
    values = desk.pipe(body, **known)

    def act(fate: Fate) -> None:
        desk.walk_always(values)
        if planned < NEVER:
            desk.adopt(values["number"], planned)
        if fate is Fate.CLEARED:
            desk.adopt(values["number"], desk.later())
        desk.write(values, IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH)
        if fate is Fate.UNPROVEN and desk.town.serial("hidden main") % 2:
            desk.write(values | {"laid": day(date(2012, 5, 1))}, IN_AFTER)

    return Situation(_key(values), 0, act)


def old_steel(desk: MainsDesk, body: str, when: int) -> Situation:
    """Steel of the last century, in no plan."""
    return _aged(desk, body, laid=desk.between(day(date(1970, 1, 1)), day(date(1995, 1, 1))))


def old_iron(desk: MainsDesk, body: str, when: int) -> Situation:
    """Grey iron past its life."""
    laid = desk.between(day(date(1970, 1, 1)), day(date(1994, 1, 1)))
    return _aged(desk, body, laid=laid, material=GREY_IRON)


def a_day_past_its_life(desk: MainsDesk, body: str, when: int) -> Situation:
    """The day after the last day of its life."""
    return _aged(desk, body, laid=_years_before(date(2026, 3, 30), 30))


def last_day_of_its_life(desk: MainsDesk, body: str, when: int) -> Situation:
    """The last day of its life; it comes into a plan soon after."""
    return _aged(desk, body, DAY_BEFORE + 20, laid=_years_before(date(2026, 3, 31), 30))


def in_a_plan(desk: MainsDesk, body: str, when: int) -> Situation:
    """Past its life and in a plan of renewal."""
    return _aged(desk, body, DAY_BEFORE - 100, laid=day(date(1985, 1, 1)))


def out_of_use(desk: MainsDesk, body: str, when: int) -> Situation:
    """Past its life and out of use."""
    return _aged(desk, body, laid=day(date(1985, 1, 1)), retired=day(date(2023, 1, 1)))


def old_but_lasting(desk: MainsDesk, body: str, when: int) -> Situation:
    """Forty years old, of a material that lasts fifty."""
    return _aged(desk, body, laid=day(date(1986, 1, 1)), material=POLYETHYLENE)


def unknown_material(desk: MainsDesk, body: str, when: int) -> Situation:
    """Nobody knows what it is made of."""
    return _aged(desk, body, material=ABSENT)


def unknown_age(desk: MainsDesk, body: str, when: int) -> Situation:
    """Nobody knows when it was laid."""
    return _aged(desk, body, laid=NEVER)


def aged_again(desk: MainsDesk, body: str, when: int) -> Situation:
    """Its life ends between the states, and it is in no plan."""
    return _aged(desk, body, laid=_years_before(date(2026, 5, 1), 30) + desk.between(0, 150))


# --- patrols (GW-03) ---


def _walked(desk: MainsDesk, body: str, days: list[int], **known: int) -> Situation:
    values = desk.pipe(body, **known)

    def act(fate: Fate) -> None:
        for when in days:
            desk.patrol(values["number"], when)
        if fate is Fate.CLEARED:
            desk.patrol(values["number"], DAY_AFTER - desk.between(0, CYCLE - 2))
        desk.write(values, IN_BEFORE if fate is Fate.UNPROVEN else IN_BOTH)
        if fate is Fate.UNPROVEN and desk.town.serial("hidden patrol") % 2:
            desk.write(values | {"retired": DAY_BEFORE + 40}, IN_AFTER)

    return Situation(_key(values), 0, act)


def never_walked(desk: MainsDesk, body: str, when: int) -> Situation:
    """Not patrolled since it was laid."""
    return _walked(desk, body, [])


def walked_no_more(desk: MainsDesk, body: str, when: int) -> Situation:
    """The patrols stopped months ago."""
    return _walked(desk, body, list(range(day(OPENING) + 3, when - 40, 25)))


def a_day_over_the_cycle(desk: MainsDesk, body: str, when: int) -> Situation:
    """The last patrol is a day longer ago than it may be."""
    return _walked(desk, body, [DAY_BEFORE - CYCLE - 1])


def last_day_of_the_cycle(desk: MainsDesk, body: str, when: int) -> Situation:
    """The last day on which the next patrol is due."""
    return _walked(desk, body, [DAY_BEFORE - CYCLE, *range(DAY_BEFORE + 1, DAY_AFTER, 25)])


def newly_laid(desk: MainsDesk, body: str, when: int) -> Situation:
    """Laid less than a cycle ago."""
    return _walked(desk, body, list(range(DAY_BEFORE + 1, DAY_AFTER, 25)), laid=DAY_BEFORE - CYCLE)


def walked_by_nobody_for_it_is_closed(desk: MainsDesk, body: str, when: int) -> Situation:
    """Out of use, and not patrolled."""
    return _walked(desk, body, [], retired=day(OPENING) - 100)


def neither_walked_nor_dated(desk: MainsDesk, body: str, when: int) -> Situation:
    """No patrol and no date of laying; its age cannot be tested either."""
    made = _walked(desk, body, [], laid=NEVER)
    desk.harmless("GW-01", made.key, body, "nobody knows when it was laid", Kind.NOT_TESTABLE)
    return made


def walked_no_more_again(desk: MainsDesk, body: str, when: int) -> Situation:
    """The patrols stopped after the audit."""
    return _walked(desk, body, list(range(day(OPENING) + 3, DAY_AFTER - desk.between(60, 190), 25)))


BOOKS = (
    Book(
        "GW-01",
        {
            planted(old_steel, "steel of the last century, in no plan"): 6,
            planted(old_iron, "grey iron past its life"): 4,
            planted(a_day_past_its_life, "a day past its life"): 2,
            near_miss(last_day_of_its_life, "the last day of its life"): 2,
            innocent(in_a_plan, "past its life and in a plan"): 1,
            innocent(out_of_use, "past its life and out of use"): 1,
            innocent(old_but_lasting, "old, of a material that lasts"): 1,
            not_testable(unknown_material, "material not known"): 1,
            not_testable(unknown_age, "nobody knows when it was laid"): 1,
        },
        aged_again,
        100,
        16,
    ),
    Book(
        "GW-03",
        {
            planted(walked_no_more, "the patrols stopped"): 7,
            planted(never_walked, "never patrolled"): 4,
            planted(a_day_over_the_cycle, "a day over the cycle"): 2,
            near_miss(last_day_of_the_cycle, "the last day of the cycle"): 2,
            innocent(newly_laid, "laid less than a cycle ago"): 1,
            innocent(walked_by_nobody_for_it_is_closed, "out of use"): 1,
            not_testable(neither_walked_nor_dated, "neither patrolled nor dated"): 1,
        },
        walked_no_more_again,
        100,
        16,
    ),
)
LOOKS_AT = {"GW-01": BODIES, "GW-03": GAS_BODIES}
_MAIN = numbered("GX", "pipe", 8)
LAYOUTS = (
    Layout(
        "pipe",
        Format.CSV_BOM,
        (
            ("管线编号", numbered("GX", "number", 8)),
            ("主管部门", named(BODIES, "body")),
            ("管线类别", named(MEDIA, "medium")),
            ("管道材质", named(MATERIALS, "material")),
            ("埋设日期", date_of("laid")),
            ("报废日期", date_of("retired")),
            ("管道长度", "CASE WHEN length >= 0 THEN length END"),
        ),
    ),
    Layout(
        "pipe_renewal",
        Format.XLSX,
        (("改造计划文号", numbered("云改〔2025〕", "plan", 2)), ("管线编号", _MAIN), ("批准日期", date_of("adopted"))),
    ),
    Layout(
        "pipe_patrol",
        Format.PARQUET,
        (("巡查单号", numbered("XX", "number", 9)), ("管线编号", _MAIN), ("巡查日期", date_of("day"))),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the mains of a chunk."""
    desk = MainsDesk(town, part)
    desk.ordinary()
    for book in BOOKS:
        book.play(desk, town, part)
    tables = {"pipe": desk.pipes, "pipe_renewal": desk.plans, "pipe_patrol": desk.patrols}
    return {name: rows.columns() for name, rows in tables.items()} | desk.registers()
