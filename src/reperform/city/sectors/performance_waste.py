"""Waste: trips of lorries from stations to facilities, what the facilities treated, and what they were paid.

Rules kept here:

* In ordinary life a load is weighed in on the day on which it left, at most three in a hundred lighter; a facility
  treats what it receives within two in a hundred; its fee is what its scale shows, times the price.
* Trips of cases go to facilities that get no fee, so that a trip that vanished disturbs no fee.
* What is put right is a paper of correction, or money that came back. What is hidden is a row taken out or told
  otherwise.
"""

from __future__ import annotations

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import (
    DAY_AFTER,
    DAY_BEFORE,
    FIRST,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    OPENING,
    Ints,
    day,
    first_days,
    months_of,
)
from reperform.city.history import History, Slots, followed, numbers, papered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, month_text
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted

BODIES = tuple(f"{short}-URB" for short, _, _ in DISTRICTS)
TRIPS, FACILITIES = 40_000, 24
WAITING_DAYS = 3
MONTHS = LAST_AFTER - FIRST + 1


class WasteDesk(Desk):
    """Writes trips, and keeps the months of the facilities while cases still change them."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "performance waste")
        rng = self.rng
        self.paid = max(town.share(FACILITIES, 16, part), 16)
        count = self.paid + len(BODIES)
        self.facility = numbers(town, "waste facility", count)
        self.owner = np.arange(count) % len(BODIES)
        owners = [BODIES[place] for place in self.owner]
        before, after = range(FIRST, LAST_BEFORE + 1), range(LAST_BEFORE + 1, LAST_AFTER + 1)
        self.fees_before, self.fees_after = (Slots(rng, owners[: self.paid], span) for span in (before, after))
        self.months_before, self.months_after = (Slots(rng, owners, span) for span in (before, after))
        self.trips = History(
            *("number", "body", "facility", "left", "loaded", "weighed_on", "weighed"),
            began="left",
            later={"weighed_on": ("weighed",)},
        )
        self.weighed = self._ordinary(count)
        self.price = rng.integers(8_000, 16_000, count)
        self.fee = self.weighed * self.price[:, None] // 1000
        known = known_from(first_days(FIRST + 1 + np.arange(MONTHS, dtype=np.int64)) - 1)
        self.fee_states = np.where(self.weighed > 0, known, 0)
        self.fee_states[self.paid :] = 0
        self.fee_later: list[tuple[int, int, int]] = []
        stores = rng.integers(0, 30_000, (count, MONTHS + 1))
        self.opening, self.closing = stores[:, :-1].copy(), stores[:, 1:].copy()
        self.received = self.weighed + 100_000
        exact = self.opening + self.received - self.closing
        self.treated = exact + self.received * rng.integers(-20, 21, exact.shape) // 1000
        self.month_states = np.tile(known, (count, 1))
        self.month_later: list[tuple[int, int, int]] = []
        self.extra_fees = Rows("facility", "month", "body", "price", "paid")

    def _ordinary(self, count: int) -> Ints:
        """Write the trips of ordinary life, and return what was weighed in by facility and month."""
        rng = self.rng
        trips = self.town.share(TRIPS, 3_000, self.part)
        facility, left = rng.integers(0, count, trips), rng.integers(day(OPENING), DAY_AFTER + 1, trips)
        loaded = rng.integers(8_000, 14_000, trips)
        weighed = loaded * rng.integers(970, 1006, trips) // 1000
        self.trips.block(
            number=numbers(self.town, "waste trip", trips),
            body=rng.integers(0, len(BODIES), trips),
            facility=self.facility[facility],
            left=left,
            loaded=loaded,
            weighed_on=left,
            weighed=weighed,
        )
        total = np.zeros((count, MONTHS), dtype=np.int64)
        np.add.at(total, (facility, months_of(left) - FIRST), weighed)
        return total

    def text(self, facility: int) -> str:
        """Return a facility's number as it is written."""
        return f"SS{int(self.facility[facility]):04d}"

    def key(self, facility: int, month: int) -> dict[str, object]:
        """Return the key of a month of a facility."""
        return {"facility_id": self.text(facility), "month": month_text(month)}

    def ref(self, facility: int, month: int) -> str:
        """Return how papers name a month of a facility."""
        return f"{self.text(facility)}/{month_text(month)}"

    def weighed_month(self, slots: Slots, body: str) -> tuple[int, int]:
        """Return a month of a facility with a fee, in which something was weighed in."""
        while True:
            facility, month = slots.take(body)
            if self.weighed[facility, month - FIRST] > 0:
                return facility, month

    def fees(self) -> Columns:
        """Return the fees as they stand now."""
        here = self.fee_states.ravel() > 0
        shown = {name: column[here] for name, column in self._months(self.price[:, None], self.fee).items()}
        names = ("facility", "month", "body", "price", "paid")
        rows = Rows(*names)
        rows.block(**dict(zip(names, shown.values(), strict=True)), states=self.fee_states.ravel()[here])
        for facility, month, paid in self.fee_later:
            owner, price = int(self.owner[facility]), int(self.price[facility])
            rows.add(int(self.facility[facility]), month, owner, price, paid, states=IN_AFTER)
        extra = self.extra_fees.columns()
        return {name: np.concatenate([column, extra[name]]) for name, column in rows.columns().items()}

    def months(self) -> Columns:
        """Return the months of the facilities as they stand now."""
        shown = self._months(self.opening, self.received, self.treated, self.closing)
        names = ("facility", "month", "body", "opening", "received", "treated", "closing")
        rows = Rows(*names)
        rows.block(**dict(zip(names, shown.values(), strict=True)), states=self.month_states.ravel())
        for facility, month, treated in self.month_later:
            at = (facility, month - FIRST)
            told = (int(self.opening[at]), int(self.received[at]), treated, int(self.closing[at]))
            rows.add(int(self.facility[facility]), month, int(self.owner[facility]), *told, states=IN_AFTER)
        return rows.columns()

    def _months(self, *values: Ints) -> dict[str, Ints]:
        count = len(self.facility)
        columns = {
            "facility": np.repeat(self.facility, MONTHS),
            "month": np.tile(FIRST + np.arange(MONTHS, dtype=np.int64), count),
            "body": np.repeat(self.owner, MONTHS),
        }
        shape = (count, MONTHS)
        return columns | {f"value {place}": np.broadcast_to(value, shape).ravel() for place, value in enumerate(values)}


# --- trips (WA-01) ---


def _trip(desk: WasteDesk, body: str, left: int, loaded: int, weighed: int, weighed_on: int = 0) -> Situation:
    place = BODIES.index(body)
    values = {
        "number": desk.town.serial("waste trip"),
        "body": place,
        "facility": int(desk.facility[desk.paid + desk.between(0, len(BODIES) - 1)]),
        "left": left,
        "loaded": loaded,
        "weighed_on": NEVER if weighed == ABSENT else weighed_on or left,
        "weighed": weighed,
    }
    key = {"trip_no": f"CC{values['number']:09d}"}
    fakes = {"loaded": max(weighed, 0)}, {"weighed_on": left, "weighed": loaded}
    hidden = followed(desk, desk.trips, values, "weighed_on", "weighed", *fakes)

    def act(fate: Fate) -> None:
        if fate is Fate.CLEARED:
            desk.correct("waste_trip", key["trip_no"], desk.later())
        hidden(Fate.STILL if fate is Fate.CLEARED else fate)

    return Situation(key, 0, act)


def never_weighed_in(desk: WasteDesk, body: str, when: int) -> Situation:
    """Left the station and arrived nowhere."""
    return _trip(desk, body, when, desk.between(8_000, 14_000), ABSENT)


def weighed_short(desk: WasteDesk, body: str, when: int) -> Situation:
    """A part went elsewhere."""
    return _trip(desk, body, when, 12_000, desk.between(5_000, 10_500))


def a_day_too_long(desk: WasteDesk, body: str, when: int) -> Situation:
    """Not weighed in, a day over the allowed time."""
    return _trip(desk, body, DAY_BEFORE - WAITING_DAYS - 1, 11_000, ABSENT)


def a_kilogram_short(desk: WasteDesk, body: str, when: int) -> Situation:
    """One kilogram less than may be lost."""
    return _trip(desk, body, when, 10_000, 9_499)


def on_its_way(desk: WasteDesk, body: str, when: int) -> Situation:
    """Not weighed in on the last allowed day; it comes the day after."""
    return _trip(desk, body, DAY_BEFORE - WAITING_DAYS, 11_000, 10_900, DAY_BEFORE + 1)


def what_may_be_lost(desk: WasteDesk, body: str, when: int) -> Situation:
    """Exactly what may be lost on the way."""
    return _trip(desk, body, when, 10_000, 9_500)


def heavier_by_rain(desk: WasteDesk, body: str, when: int) -> Situation:
    """Heavier on arrival."""
    return _trip(desk, body, when, 10_000, 10_400)


def not_loaded_over_a_scale(desk: WasteDesk, body: str, when: int) -> Situation:
    """The scale of the station was out of order."""
    return _trip(desk, body, when, 0, 9_000)


# --- fees (WA-02) ---


def _fee(desk: WasteDesk, slot: tuple[int, int], over: int, tell: int | None = None) -> Situation:
    """A month that is paid so many fen more than the scale shows."""
    facility, month = slot
    payable = int(desk.fee[facility, month - FIRST])
    desk.fee[facility, month - FIRST] = payable + over

    def act(fate: Fate) -> None:
        if fate is Fate.UNPROVEN:
            desk.fee_states[facility, month - FIRST] = IN_BEFORE
            if desk.town.serial("hidden waste fee") % 2:
                desk.fee_later.append((facility, month, payable))
        desk.remedy(fate, "waste_fee", desk.ref(facility, month), over)

    return Situation(desk.key(facility, month), over if tell is None else tell, act)


def _payable(desk: WasteDesk, slot: tuple[int, int]) -> int:
    return int(desk.fee[slot[0], slot[1] - FIRST])


def paid_over_the_scale(desk: WasteDesk, body: str, when: int) -> Situation:
    """Paid for more than was weighed in."""
    slot = desk.weighed_month(desk.fees_before, body)
    return _fee(desk, slot, _payable(desk, slot) * desk.between(5, 60) // 100)


def a_fen_over_the_tolerance(desk: WasteDesk, body: str, when: int) -> Situation:
    """One fen more than is let pass."""
    slot = desk.weighed_month(desk.fees_before, body)
    return _fee(desk, slot, _payable(desk, slot) // 100 + 1)


def what_is_let_pass(desk: WasteDesk, body: str, when: int) -> Situation:
    """Exactly the difference that is let pass."""
    slot = desk.weighed_month(desk.fees_before, body)
    return _fee(desk, slot, _payable(desk, slot) // 100, tell=0)


def paid_less(desk: WasteDesk, body: str, when: int) -> Situation:
    """Paid for half of what was weighed in."""
    slot = desk.weighed_month(desk.fees_before, body)
    return _fee(desk, slot, -_payable(desk, slot) // 2, tell=0)


def came_back(desk: WasteDesk, body: str, when: int) -> Situation:
    """Too much, and back before the audit."""
    slot = desk.weighed_month(desk.fees_before, body)
    over = _payable(desk, slot) // 4
    desk.recover("waste_fee", desk.ref(*slot), over, DAY_BEFORE - 12)
    return _fee(desk, slot, over, tell=0)


def without_trips(desk: WasteDesk, body: str, when: int) -> Situation:
    """A fee, and no trip to the facility."""
    number, month = desk.town.serial("waste facility without trips"), desk.between(FIRST, LAST_BEFORE - 1)
    facility = 9_000 + number
    desk.extra_fees.add(facility, month, BODIES.index(body), 12_000, 5_000_000, states=int(known_from(DAY_BEFORE)))
    return Situation({"facility_id": f"SS{facility:04d}", "month": month_text(month)}, 0, lambda fate: None)


def paid_over_again(desk: WasteDesk, body: str, when: int) -> Situation:
    """Paid for more than was weighed in, after the audit."""
    slot = desk.weighed_month(desk.fees_after, body)
    return _fee(desk, slot, _payable(desk, slot) * desk.between(5, 60) // 100)


# --- balance (WA-03) ---


def _balance(desk: WasteDesk, slot: tuple[int, int], opening: int, treated: int, closing: int) -> Situation:
    facility, month = slot
    at = month - FIRST
    desk.opening[facility, at], desk.treated[facility, at], desk.closing[facility, at] = opening, treated, closing

    def hide() -> None:
        desk.month_states[facility, at] = IN_BEFORE
        if desk.town.serial("hidden waste month") % 2:
            desk.month_later.append((facility, month, opening + int(desk.received[facility, at]) - closing))

    return Situation(
        desk.key(facility, month), 0, papered(desk, "waste_facility_month", desk.ref(facility, month), hide)
    )


def _received(desk: WasteDesk, slot: tuple[int, int]) -> int:
    return int(desk.received[slot[0], slot[1] - FIRST])


def waste_gone(desk: WasteDesk, body: str, when: int) -> Situation:
    """A part of what came in was never treated."""
    slot = desk.months_before.take(body)
    return _balance(desk, slot, 9_000, _received(desk, slot) * desk.between(50, 93) // 100, 9_000)


def more_treated_than_there_was(desk: WasteDesk, body: str, when: int) -> Situation:
    """More was treated than there was."""
    slot = desk.months_before.take(body)
    return _balance(desk, slot, 0, _received(desk, slot) * desk.between(108, 150) // 100, 0)


def a_kilogram_gone(desk: WasteDesk, body: str, when: int) -> Situation:
    """One kilogram more than the difference that is let pass."""
    slot = desk.months_before.take(body)
    return _balance(desk, slot, 0, _received(desk, slot) - _received(desk, slot) // 20 - 1, 0)


def all_that_is_let_pass(desk: WasteDesk, body: str, when: int) -> Situation:
    """The greatest difference that is let pass."""
    slot = desk.months_before.take(body)
    return _balance(desk, slot, 0, _received(desk, slot) - _received(desk, slot) // 20, 0)


def standstill(desk: WasteDesk, body: str, when: int) -> Situation:
    """Nothing was treated; it lies in the pit."""
    slot = desk.months_before.take(body)
    return _balance(desk, slot, 5_000, 0, 5_000 + _received(desk, slot))


def unknown_stores(desk: WasteDesk, body: str, when: int) -> Situation:
    """Nobody recorded the stores."""
    slot = desk.months_before.take(body)
    return _balance(desk, slot, ABSENT, _received(desk, slot) // 2, ABSENT)


def waste_gone_again(desk: WasteDesk, body: str, when: int) -> Situation:
    """A part of what came in after the audit was never treated."""
    slot = desk.months_after.take(body)
    return _balance(desk, slot, 9_000, _received(desk, slot) * desk.between(50, 93) // 100, 9_000)


BOOKS = (
    Book(
        "WA-01",
        {
            planted(never_weighed_in, "left and arrived nowhere"): 10,
            planted(weighed_short, "weighed in short"): 6,
            planted(a_day_too_long, "not weighed in, a day over the allowed time"): 2,
            planted(a_kilogram_short, "a kilogram below what may be lost"): 1,
            near_miss(on_its_way, "not weighed in on the last allowed day"): 2,
            near_miss(what_may_be_lost, "lost exactly what may be lost"): 1,
            innocent(heavier_by_rain, "heavier on arrival"): 1,
            not_testable(not_loaded_over_a_scale, "not weighed at the station"): 1,
        },
        never_weighed_in,
        400,
        60,
    ),
    Book(
        "WA-02",
        {
            planted(paid_over_the_scale, "paid for more than was weighed in"): 19,
            planted(a_fen_over_the_tolerance, "a fen more than is let pass"): 3,
            near_miss(what_is_let_pass, "exactly the difference that is let pass"): 2,
            innocent(paid_less, "paid for less than was weighed in"): 1,
            innocent(came_back, "too much, and back before the audit"): 1,
            not_testable(without_trips, "a fee, and no trip"): 1,
        },
        paid_over_again,
        50,
        12,
    ),
    Book(
        "WA-03",
        {
            planted(waste_gone, "received and never treated"): 7,
            planted(more_treated_than_there_was, "more treated than there was"): 3,
            planted(a_kilogram_gone, "a kilogram over the difference that is let pass"): 1,
            near_miss(all_that_is_let_pass, "the greatest difference that is let pass"): 2,
            innocent(standstill, "a standstill fills the pit"): 1,
            not_testable(unknown_stores, "the stores are not recorded"): 1,
        },
        waste_gone_again,
        50,
        12,
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the waste of a chunk."""
    desk = WasteDesk(town, part)
    for book in BOOKS:
        book.play(desk, town, part)
    tables = {"waste_trip": desk.trips.columns(), "waste_fee": desk.fees(), "waste_facility_month": desk.months()}
    return tables | desk.registers()
