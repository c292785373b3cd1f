"""Rain-water outlets, the visits to them and the rain: which of them run when it has not rained.

Rules kept here:

* It rains on a gauge for the whole city alike in every chunk: the weather has a random stream of its own.
* In ordinary life an outlet runs after rain alone, and each is visited in dry weather at least once.
* What is put right is a later visit in dry weather that finds it dry; what is hidden is an outlet that left the
  register, or visits that were deleted.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, DEMANDED, OPENING, Flags, Ints, day
from reperform.city.history import numbers
from reperform.city.layout import Format, Layout, date_of, flag, named, numbered
from reperform.city.rows import ABSENT, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .sewage_sewers import BODIES

OUTLETS, VISITS = 800, 15
DRY_DAYS = 2
FIRST_DAY = day(OPENING) - 10
STATIONS = tuple(f"YL-{place:02d}" for place in range(1, len(BODIES) + 1))


class Weather:
    """The rain of every gauge and day, in tenths of a millimetre."""

    def __init__(self, town: Town) -> None:
        rng = town.rng("rainfall", 0)
        shape = (len(STATIONS), DAY_AFTER - FIRST_DAY + 1)
        self.rain: Ints = np.where(rng.random(shape) < 0.35, rng.geometric(0.02, shape), 0).astype(np.int64)
        none = self.rain == 0
        self.dry: Flags = none.copy()
        for back in range(1, DRY_DAYS + 1):
            self.dry[:, back:] &= none[:, :-back]
        self.dry[:, :DRY_DAYS] = False

    def rows(self) -> Columns:
        """Return the readings of all gauges."""
        gauges, days = self.rain.shape
        when = FIRST_DAY + np.tile(np.arange(days, dtype=np.int64), gauges)
        station = np.repeat(np.arange(gauges, dtype=np.int64), days)
        return {"station": station, "day": when, "rain": self.rain.ravel(), "states": known_from(when)}


class OutletDesk(Desk):
    """Writes outlets and visits."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "sewage outlets")
        self.weather = Weather(town)
        self.outlets = Rows("number", "body", "station")
        self.visits = Rows("number", "outlet", "day", "flowing")

    def ordinary(self) -> None:
        """Write outlets of ordinary life and the visits to them."""
        rng, town = self.rng, self.town
        count = town.share(OUTLETS, 300, self.part)
        number, body = numbers(town, "storm outlet", count), rng.integers(0, len(BODIES), count)
        self.outlets.block(number=number, body=body, station=body, states=np.full(count, IN_BOTH))
        outlet = np.repeat(np.arange(count), VISITS)
        when = rng.integers(day(OPENING), DAY_AFTER + 1, len(outlet))
        when[::VISITS] = self.dry_days(body, day(OPENING), DAY_BEFORE - 5)
        dry = self.weather.dry[body[outlet], when - FIRST_DAY]
        self.visits.block(
            number=numbers(town, "outlet visit", len(outlet)),
            outlet=number[outlet],
            day=when,
            flowing=(~dry & (rng.random(len(outlet)) < 0.7)).astype(np.int64),
            states=known_from(when),
        )

    def dry_days(self, stations: Ints, low: int, high: int) -> Ints:
        """Return a day of dry weather from `low` to `high` for each gauge of a list."""
        chosen = np.empty(len(stations), dtype=np.int64)
        for station in range(len(STATIONS)):
            days = np.flatnonzero(self.weather.dry[station, low - FIRST_DAY : high - FIRST_DAY + 1]) + low
            here = stations == station
            chosen[here] = self.rng.choice(days, int(here.sum()))
        return chosen

    def dry_day(self, station: int, low: int, high: int) -> int:
        """Return one day of dry weather."""
        return int(self.dry_days(np.array([station]), low, high)[0])

    def day_after_rain(self, station: int, low: int, high: int, dry: int) -> int:
        """Return a day on which it has not rained for exactly so many days, itself included."""
        rain = self.weather.rain[station]
        days = [
            when
            for when in range(low - FIRST_DAY, high - FIRST_DAY + 1)
            if rain[when - dry] > 0 and not rain[when - dry + 1 : when + 1].any()
        ]
        return int(self.rng.choice(days)) + FIRST_DAY

    def visit(self, outlet: int, when: int, *, flowing: bool, states: int | None = None) -> None:
        """Write a visit to an outlet of a case."""
        here = int(known_from(when)) if states is None else states
        self.visits.add(self.town.serial("outlet visit"), outlet, when, int(flowing), states=here)


def _running(desk: OutletDesk, body: str, flowed: int, earlier: bool = True) -> Situation:
    """An outlet that runs on a dry day; before that it was dry once, if `earlier`."""
    station, number = BODIES.index(body), desk.town.serial("storm outlet")
    start = day(OPENING)

    def act(fate: Fate) -> None:
        vanishes = fate is Fate.UNPROVEN and desk.town.serial("hidden outlet") % 2 == 0
        desk.outlets.add(number, station, station, states=IN_BEFORE if vanishes else IN_BOTH)
        deleted = fate is Fate.UNPROVEN and not vanishes
        if earlier and not deleted:
            desk.visit(number, desk.dry_day(station, start, start + 150), flowing=False)
        desk.visit(number, flowed, flowing=True, states=IN_BEFORE if deleted else None)
        later = desk.dry_day(station, day(DEMANDED) + 20, DAY_AFTER)
        if fate is Fate.CLEARED:
            desk.visit(number, later, flowing=False)
        elif fate is Fate.STILL:
            desk.visit(number, later, flowing=True)

    return Situation({"outlet_id": f"YSK{number:06d}"}, 0, act)


def _visited(desk: OutletDesk, body: str, visits: dict[int, bool], *, gauge: bool = True) -> Situation:
    """An outlet of which nothing bad can be said."""
    station, number = BODIES.index(body), desk.town.serial("storm outlet")

    def act(fate: Fate) -> None:
        desk.outlets.add(number, station, station if gauge else ABSENT, states=IN_BOTH)
        for when, flowing in visits.items():
            desk.visit(number, when, flowing=flowing)

    return Situation({"outlet_id": f"YSK{number:06d}"}, 0, act)


def runs_in_dry_weather(desk: OutletDesk, body: str, when: int) -> Situation:
    """Water ran on a dry day."""
    return _running(desk, body, desk.dry_day(BODIES.index(body), day(OPENING) + 160, DAY_BEFORE))


def runs_two_days_after_rain(desk: OutletDesk, body: str, when: int) -> Situation:
    """Water ran on the first day that counts as dry."""
    station = BODIES.index(body)
    return _running(desk, body, desk.day_after_rain(station, day(OPENING) + 160, DAY_BEFORE, DRY_DAYS + 1))


def runs_at_first_sight(desk: OutletDesk, body: str, when: int) -> Situation:
    """Water ran on the only visit ever made."""
    return _running(desk, body, desk.dry_day(BODIES.index(body), day(OPENING) + 160, DAY_BEFORE), earlier=False)


def runs_a_day_too_soon(desk: OutletDesk, body: str, when: int) -> Situation:
    """Water ran when it had not rained for a day less than counts as dry."""
    station = BODIES.index(body)
    wet = desk.day_after_rain(station, day(OPENING) + 160, DAY_BEFORE, DRY_DAYS)
    return _visited(desk, body, {desk.dry_day(station, day(OPENING), day(OPENING) + 150): False, wet: True})


def ran_once(desk: OutletDesk, body: str, when: int) -> Situation:
    """Water ran on a dry day, and later no more."""
    station, start = BODIES.index(body), day(OPENING)
    ran, dried = desk.dry_day(station, start, start + 150), desk.dry_day(station, start + 160, DAY_BEFORE)
    return _visited(desk, body, {ran: True, dried: False})


def visited_in_rain_alone(desk: OutletDesk, body: str, when: int) -> Situation:
    """Never visited in dry weather."""
    return _visited(desk, body, {desk.day_after_rain(BODIES.index(body), when, when + 60, 1): True})


def without_gauge(desk: OutletDesk, body: str, when: int) -> Situation:
    """Nobody knows which gauge holds for it."""
    return _visited(desk, body, {desk.dry_day(BODIES.index(body), when, when + 60): True}, gauge=False)


def runs_again(desk: OutletDesk, body: str, when: int) -> Situation:
    """Water ran on a dry day after the audit."""
    return _running(desk, body, desk.dry_day(BODIES.index(body), DAY_BEFORE + 10, DAY_AFTER))


BOOK = Book(
    "SW-02",
    {
        planted(runs_in_dry_weather, "runs in dry weather"): 8,
        planted(runs_two_days_after_rain, "runs on the first day that counts as dry"): 3,
        planted(runs_at_first_sight, "runs on the only visit"): 2,
        near_miss(runs_a_day_too_soon, "runs a day before the weather counts as dry"): 2,
        innocent(ran_once, "ran once and runs no more"): 2,
        not_testable(visited_in_rain_alone, "never visited in dry weather"): 1,
        not_testable(without_gauge, "no rain gauge"): 1,
    },
    runs_again,
    60,
    12,
)
_OUTLET = numbered("YSK", "number", 6)
LAYOUTS = (
    Layout(
        "storm_outlet",
        Format.XLSX,
        (("排水口编号", _OUTLET), ("管养单位", named(BODIES, "body")), ("雨量站编号", named(STATIONS, "station"))),
    ),
    Layout(
        "outlet_patrol",
        Format.CSV_BOM,
        (
            ("巡查记录号", numbered("XC", "number", 8)),
            ("雨水口编号", numbered("YSK", "outlet", 6)),
            ("检查日期", date_of("day")),
            ("有无出流", flag("flowing")),
        ),
    ),
    Layout(
        "rainfall",
        Format.CSV_BOM,
        (
            ("雨量站", named(STATIONS, "station")),
            ("观测日期", date_of("day")),
            ("降雨量", "(rain::DECIMAL(16, 0) * 0.1)::DECIMAL(18, 1)"),
        ),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the outlets and visits of a chunk, and with the first one the rain."""
    desk = OutletDesk(town, part)
    desk.ordinary()
    BOOK.play(desk, town, part)
    rain = desk.weather.rows()
    if part.number:
        rain = {name: column[:0] for name, column in rain.items()}
    tables = {"storm_outlet": desk.outlets.columns(), "outlet_patrol": desk.visits.columns(), "rainfall": rain}
    return tables | desk.registers()
