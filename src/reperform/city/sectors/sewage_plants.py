"""Sewage plants: their days, their sludge, and what they were paid.

Rules kept here:

* Values are whole numbers: hundredths of a milligram per litre, tenths of a degree, kilograms, cubic metres, fen.
* In ordinary life every value keeps its limit with a distance, the load is between the bounds, sludge balances within
  two in a hundred, loads arrive within five days, and the fee pays for what was treated within the limits.
* A month of a plant belongs to one case at most, whatever the procedure, so that no case disturbs another. The fee of
  a month is worked out last, from the days as they stand in whichever state shows less.
* Young plants are in their second and third year: they need less load, and keep no account of sludge.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np

from reperform.city.dates import DAY_AFTER, FIRST, LAST_AFTER, LAST_BEFORE, OPENING, Ints, day, first_days
from reperform.city.dates import month as month_of_day
from reperform.city.history import History, Slots, numbers
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, month_text

from .sewage_sewers import BODIES

PLANTS, LEAST = 60, 32
LOADS = 8
STANDARDS = ("一级A", "一级B")
OUTS = ("cod_out", "bod_out", "ss_out", "tn_out", "nh3_out", "tp_out")
LIMITS = (
    {"cod_out": 5000, "bod_out": 1000, "ss_out": 1000, "tn_out": 1500, "nh3_out": 500, "tp_out": 50},
    {"cod_out": 6000, "bod_out": 2000, "ss_out": 2000, "tn_out": 2000, "nh3_out": 800, "tp_out": 100},
)
"""Hundredths of a milligram per litre, by standard; cold water has other limits for ammonia."""
COLD_LIMIT, COLD = (800, 1500), 120
_ORDINARY = {
    "water_temp": (160, 300),
    "cod_in": (18_000, 32_000),
    "bod_in": (11_000, 18_000),
    "nh3_in": (1_500, 3_000),
    "cod_out": (1_500, 4_000),
    "bod_out": (300, 800),
    "ss_out": (300, 800),
    "tn_out": (600, 1_300),
    "nh3_out": (20, 300),
    "tp_out": (10, 40),
}
_UNMEASURED = {"bod_in": 0.2, "ss_out": 0.03, "tn_out": 0.03, "water_temp": 0.02}
"""Shares of days on which a quantity is not measured."""
COLUMNS = ("flow", *_ORDINARY)
OLD, YOUNG = day(date(2016, 4, 1)), day(date(2024, 6, 15))
SECOND_YEAR = month_of_day(date(2025, 7, 1))
"""The first month in which a young plant must reach the load of the second year."""
DAYS = DAY_AFTER - day(OPENING) + 1
MONTHS = LAST_AFTER - FIRST + 1


def plant_text(number: int) -> str:
    """Return a plant's number as it is written."""
    return f"WSC{number:05d}"


class PlantDesk(Desk):
    """The plants of a chunk: tables of days and months while cases still change them."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "sewage plants")
        rng = self.rng
        old = max(town.share(PLANTS, LEAST, part), LEAST)
        self.young = range(old, old + len(BODIES))
        count = old + len(BODIES)
        self.number = numbers(town, "sewage plant", count)
        self.owner = np.arange(count) % len(BODIES)
        owners = [BODIES[place] for place in self.owner]
        self.capacity = rng.integers(10, 120, count) * 1000
        self.standard = np.where(rng.random(count) < 0.75, 0, 1)
        self.commissioned = np.where(np.arange(count) < old, OLD - rng.integers(0, 2000, count), YOUNG)
        self.price = rng.integers(90, 190, count)
        self._draw(count)
        before, after = range(FIRST, LAST_BEFORE + 1), range(LAST_BEFORE + 1, LAST_AFTER + 1)
        self.before, self.after = Slots(rng, owners[:old], before), Slots(rng, owners[:old], after)
        nobody = [""] * old
        self.first_year = Slots(rng, nobody + owners[old:], range(FIRST, SECOND_YEAR))
        self.second_year = Slots(rng, nobody + owners[old:], range(SECOND_YEAR, LAST_BEFORE + 1))
        self.failed_months: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._sludge(old)

    def _draw(self, count: int) -> None:
        rng = self.rng
        load = np.where(np.arange(count) < count - len(BODIES), 870, 680)[:, None] + rng.integers(
            -40, 41, (count, DAYS)
        )
        self.daily = {"flow": self.capacity[:, None] * load // 1000}
        self.daily |= {name: rng.integers(low, high, (count, DAYS)) for name, (low, high) in _ORDINARY.items()}
        for name, share in _UNMEASURED.items():
            self.daily[name][rng.random((count, DAYS)) < share] = ABSENT
        self.when = np.tile(day(OPENING) + np.arange(DAYS, dtype=np.int64), (count, 1))
        self.states = known_from(self.when)
        self.failed = np.zeros((count, DAYS), dtype=np.bool_)
        self.paid_flow = self.daily["flow"].copy()
        self._rewritten: list[Columns] = []
        self.fee_over = np.zeros((count, MONTHS), dtype=np.int64)
        self.fee_full = np.zeros((count, MONTHS), dtype=np.bool_)
        month = FIRST + np.arange(MONTHS, dtype=np.int64)
        self.fee_states = np.tile(known_from(first_days(month + 1) - 1), (count, 1))
        self.fee_later: list[tuple[int, int, int]] = []

    def _sludge(self, plants: int) -> None:
        rng = self.rng
        shape = (plants, MONTHS, LOADS)
        sent = rng.integers(16_000, 24_000, shape)
        stores = rng.integers(0, 30_000, (plants, MONTHS + 1))
        self.opening, self.closing = stores[:, :-1].copy(), stores[:, 1:].copy()
        self.sent = sent.sum(axis=2)
        exact = self.sent + self.closing - self.opening
        self.produced = exact + exact * rng.integers(-20, 21, exact.shape) // 1000
        month = FIRST + np.arange(MONTHS, dtype=np.int64)
        self.sludge_states = np.tile(known_from(first_days(month + 1) - 1), (plants, 1))
        self.sludge_later = Rows("plant", "month", "opening", "produced", "closing")
        self.loads = History(
            *("number", "plant", "sent_on", "sent", "receiver", "got_on", "got", "receipt"),
            began="sent_on",
            later={"got_on": ("got", "receipt")},
        )
        days = first_days(np.broadcast_to(month[None, :, None], shape)) + rng.integers(0, 28, shape)
        weight, when = sent.ravel(), days.ravel()
        count = len(weight)
        self.loads.block(
            number=numbers(self.town, "sludge load", count),
            plant=np.repeat(self.number[:plants], MONTHS * LOADS),
            sent_on=when,
            sent=weight,
            receiver=rng.integers(0, 3, count),
            got_on=when + rng.integers(0, 6, count),
            got=weight * rng.integers(970, 1005, count) // 1000,
            receipt=numbers(self.town, "sludge receipt", count),
        )

    def days(self, month: int) -> slice:
        """Return the places of a month's days."""
        begin, end = first_days(np.array([month, month + 1], dtype=np.int64)) - day(OPENING)
        return slice(int(begin), int(end))

    def some_day(self, month: int) -> int:
        """Return the place of a day of a month."""
        days = self.days(month)
        return self.between(days.start, days.stop - 1)

    def limit(self, plant: int, name: str) -> int:
        """Return the limit of a quantity at a plant."""
        return LIMITS[int(self.standard[plant])][name]

    def month_key(self, plant: int, month: int) -> dict[str, object]:
        """Return the key of a month of a plant."""
        return {"plant_id": plant_text(int(self.number[plant])), "month": month_text(month)}

    def ref(self, plant: int, what: str) -> str:
        """Return how papers name a day or a month of a plant."""
        return f"{plant_text(int(self.number[plant]))}/{what}"

    def delete(self, plant: int, place: int) -> None:
        """Take a day out of the second state."""
        self.states[plant, place] = IN_BEFORE

    def rewrite(self, plant: int, places: slice, **values: Ints) -> None:
        """Let some days be told otherwise in the second state."""
        count = places.stop - places.start
        told = {name: self.daily[name][plant, places] for name in COLUMNS} | values
        self.paid_flow[plant, places] = np.minimum(self.paid_flow[plant, places], told["flow"])
        self.states[plant, places] = IN_BEFORE
        told |= {"plant": np.full(count, self.number[plant]), "day": self.when[plant, places]}
        self._rewritten.append({**told, "states": np.full(count, IN_AFTER)})

    def tables(self) -> dict[str, Columns]:
        """Return the tables as they stand now."""
        count, shown = len(self.number), self.states.ravel() > 0
        plain = {name: self.daily[name].ravel()[shown] for name in COLUMNS}
        plain |= {"plant": np.repeat(self.number, DAYS)[shown], "day": self.when.ravel()[shown]}
        plain |= {"states": self.states.ravel()[shown]}
        blocks = [plain, *self._rewritten]
        daily = {name: np.concatenate([block[name] for block in blocks]) for name in plain}
        plants = {"number": self.number, "body": self.owner, "capacity": self.capacity, "standard": self.standard}
        plants |= {"commissioned": self.commissioned, "states": np.full(count, IN_BOTH)}
        return {
            "sewage_plant": plants,
            "plant_daily": daily,
            "plant_sludge": self._sludge_table(),
            "sludge_load": self.loads.columns(),
            "plant_fee": self._fees(),
        }

    def _sludge_table(self) -> Columns:
        plants = len(self.opening)
        here = self.sludge_states.ravel() > 0
        told = {"opening": self.opening, "produced": self.produced, "closing": self.closing}
        rows = Rows("plant", "month", *told)
        rows.block(
            plant=np.repeat(self.number[:plants], MONTHS)[here],
            month=np.tile(FIRST + np.arange(MONTHS, dtype=np.int64), plants)[here],
            **{name: values.ravel()[here] for name, values in told.items()},
            states=self.sludge_states.ravel()[here],
        )
        later = self.sludge_later.columns()
        return {name: np.concatenate([column, later[name]]) for name, column in rows.columns().items()}

    def within(self, plant: int, month: int) -> int:
        """Return the volume of a month that was treated within the limits."""
        days = self.days(month)
        return int(self.paid_flow[plant, days][~self.failed[plant, days]].sum())

    def _fees(self) -> Columns:
        bounds = first_days(FIRST + np.arange(MONTHS, dtype=np.int64)) - day(OPENING)
        full = np.add.reduceat(self.paid_flow, bounds, axis=1)
        within = np.add.reduceat(np.where(self.failed, 0, self.paid_flow), bounds, axis=1)
        volume = np.where(self.fee_full, full, within)
        count = len(self.number)
        price = np.repeat(self.price, MONTHS)
        month = np.tile(FIRST + np.arange(MONTHS, dtype=np.int64), count)
        columns = {
            "plant": np.repeat(self.number, MONTHS),
            "month": month,
            "volume": volume.ravel(),
            "price": price,
            "paid": volume.ravel() * price + self.fee_over.ravel(),
        }
        rows, here = Rows(*columns), self.fee_states.ravel() > 0
        rows.block(**{name: column[here] for name, column in columns.items()}, states=self.fee_states.ravel()[here])
        for plant, at, lowered in self.fee_later:
            place = plant * MONTHS + at - FIRST
            told = [int(column[place]) for column in columns.values()]
            rows.add(*told[:-1], told[-1] - lowered, states=IN_AFTER)
        return rows.columns()
