"""Months of sewage plants: load, influent, sludge and readings that are out of bounds, or only look so.

Rules kept here:

* What is put right carries a paper of correction; what is hidden is days told otherwise, or a month taken out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reperform.city.dates import FIRST
from reperform.city.history import papered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import month_text

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .sewage_plants import PlantDesk

PER_MILLION, AGAIN = 60, 12
RUN_DAYS = 7


def _month(desk: PlantDesk, plant: int, month: int, register: str, hide: Callable[[], None]) -> Situation:
    """A month of a plant that is put right by a paper, or hidden."""
    act = papered(desk, register, desk.ref(plant, month_text(month)), hide)
    return Situation(desk.month_key(plant, month), 0, act)


def _load(desk: PlantDesk, slot: tuple[int, int], percent: int, more: int = 0) -> Situation:
    """A month with exactly so many percent of what the plant can take, and some cubic metres more."""
    plant, month = slot
    days, capacity = desk.days(month), int(desk.capacity[plant])
    flow = np.full(days.stop - days.start, capacity * percent // 100, dtype=np.int64)
    flow[0] += more
    desk.daily["flow"][plant, days] = desk.paid_flow[plant, days] = flow

    def hide() -> None:
        desk.rewrite(plant, days, flow=np.full(len(flow), capacity * 85 // 100))

    return _month(desk, plant, month, "plant_load", hide)


def half_empty(desk: PlantDesk, body: str, when: int) -> Situation:
    """An old plant with far too little water."""
    return _load(desk, desk.before.take(body), desk.between(30, 70))


def below_three_quarters(desk: PlantDesk, body: str, when: int) -> Situation:
    """One cubic metre below what an old plant needs."""
    return _load(desk, desk.before.take(body), 75, -1)


def three_quarters(desk: PlantDesk, body: str, when: int) -> Situation:
    """Exactly what an old plant needs."""
    return _load(desk, desk.before.take(body), 75)


def overloaded(desk: PlantDesk, body: str, when: int) -> Situation:
    """More water than the plant was built for."""
    return _load(desk, desk.before.take(body), desk.between(105, 125))


def a_cubic_metre_too_much(desk: PlantDesk, body: str, when: int) -> Situation:
    """One cubic metre more than the plant was built for."""
    return _load(desk, desk.before.take(body), 100, 1)


def full(desk: PlantDesk, body: str, when: int) -> Situation:
    """Exactly what the plant was built for."""
    return _load(desk, desk.before.take(body), 100)


def second_year_too_low(desk: PlantDesk, body: str, when: int) -> Situation:
    """A young plant below the load of the second year."""
    return _load(desk, desk.second_year.take(body), desk.between(35, 58))


def first_year(desk: PlantDesk, body: str, when: int) -> Situation:
    """A young plant that is still filling up."""
    return _load(desk, desk.first_year.take(body), 30)


def few_days(desk: PlantDesk, body: str, when: int) -> Situation:
    """Nineteen days are recorded, half empty."""
    plant, month = desk.before.take(body)
    days = desk.days(month)
    gone = slice(days.start + 19, days.stop)
    desk.states[plant, gone] = 0
    desk.paid_flow[plant, gone] = 0
    return _month(desk, plant, month, "plant_load", lambda: None)


def load_again(desk: PlantDesk, body: str, when: int) -> Situation:
    """Too little water in a month after the audit."""
    return _load(desk, desk.after.take(body), desk.between(30, 70))


def _influent(desk: PlantDesk, slot: tuple[int, int], low: int, high: int) -> Situation:
    plant, month = slot
    days = desk.days(month)
    count = days.stop - days.start
    desk.daily["bod_in"][plant, days] = desk.rng.integers(low, high + 1, count)

    def hide() -> None:
        better = ABSENT if desk.town.serial("hidden influent") % 2 else 12_000
        desk.rewrite(plant, days, bod_in=np.full(count, better))

    return _month(desk, plant, month, "plant_influent", hide)


def thin(desk: PlantDesk, body: str, when: int) -> Situation:
    """Rain and river water in the sewer."""
    return _influent(desk, desk.before.take(body), 4_000, 9_000)


def a_hundredth_thin(desk: PlantDesk, body: str, when: int) -> Situation:
    """The least below the bound, day by day."""
    return _influent(desk, desk.before.take(body), 9_999, 9_999)


def just_strong_enough(desk: PlantDesk, body: str, when: int) -> Situation:
    """Exactly on the bound, day by day."""
    return _influent(desk, desk.before.take(body), 10_000, 10_000)


def thin_on_a_day_of_little_water(desk: PlantDesk, body: str, when: int) -> Situation:
    """One thin day of little water does not make a thin month."""
    plant, month = desk.before.take(body)
    made = _influent(desk, (plant, month), 10_500, 11_000)
    place = desk.some_day(month)
    desk.daily["bod_in"][plant, place] = 1_500
    desk.daily["flow"][plant, place] = desk.paid_flow[plant, place] = int(desk.capacity[plant]) // 10
    return made


def measured_three_times(desk: PlantDesk, body: str, when: int) -> Situation:
    """BOD was measured on one day less than needed, and was low."""
    plant, month = desk.before.take(body)
    made, days = _influent(desk, (plant, month), 4_000, 5_000), desk.days(month)
    desk.daily["bod_in"][plant, days.start + 3 : days.stop] = ABSENT
    return made


def thin_again(desk: PlantDesk, body: str, when: int) -> Situation:
    """Thin in a month after the audit."""
    return _influent(desk, desk.after.take(body), 4_000, 9_000)


def _sludge(desk: PlantDesk, slot: tuple[int, int], opening: int, produced: int, closing: int) -> Situation:
    plant, month = slot
    at = month - FIRST
    desk.opening[plant, at], desk.produced[plant, at], desk.closing[plant, at] = opening, produced, closing

    def hide() -> None:
        desk.sludge_states[plant, at] = IN_BEFORE
        if desk.town.serial("hidden sludge") % 2:
            exact = int(desk.sent[plant, at]) + closing - opening
            desk.sludge_later.add(int(desk.number[plant]), month, opening, exact, closing, states=IN_AFTER)

    return _month(desk, plant, month, "plant_sludge", hide)


def _missing(desk: PlantDesk, slot: tuple[int, int], percent: int) -> Situation:
    sent = int(desk.sent[slot[0], slot[1] - FIRST])
    return _sludge(desk, slot, 10_000, sent * 100 // (100 - percent), 10_000)


def _at_the_bound(desk: PlantDesk, body: str, more: int) -> Situation:
    slot = desk.before.take(body)
    sent = int(desk.sent[slot[0], slot[1] - FIRST])
    produced = sent // 20 * 20
    return _sludge(desk, slot, 50_000, produced, 50_000 + produced - sent - produced // 20 - more)


def sludge_gone(desk: PlantDesk, body: str, when: int) -> Situation:
    """A part of the sludge left on no weighbill."""
    return _missing(desk, desk.before.take(body), desk.between(10, 40))


def more_sent_than_produced(desk: PlantDesk, body: str, when: int) -> Situation:
    """More left than there was."""
    return _missing(desk, desk.before.take(body), -desk.between(10, 40))


def a_kilogram_gone(desk: PlantDesk, body: str, when: int) -> Situation:
    """One kilogram more than the difference that is let pass."""
    return _at_the_bound(desk, body, 1)


def all_that_is_let_pass(desk: PlantDesk, body: str, when: int) -> Situation:
    """Exactly the difference that is let pass."""
    return _at_the_bound(desk, body, 0)


def filled_store(desk: PlantDesk, body: str, when: int) -> Situation:
    """Twice as much was produced as left; it lies in store."""
    slot = desk.before.take(body)
    sent = int(desk.sent[slot[0], slot[1] - FIRST])
    return _sludge(desk, slot, 0, sent * 2, sent)


def unknown_stores(desk: PlantDesk, body: str, when: int) -> Situation:
    """Nobody recorded the stores."""
    return _sludge(desk, desk.before.take(body), ABSENT, 500_000, ABSENT)


def sludge_again(desk: PlantDesk, body: str, when: int) -> Situation:
    """Sludge that left on no weighbill after the audit."""
    return _missing(desk, desk.after.take(body), desk.between(10, 40))


def _readings(desk: PlantDesk, slot: tuple[int, int], name: str, first: int, values: list[int]) -> Situation:
    plant, month = slot
    days = desk.days(month)
    begin = days.start + first
    desk.daily[name][plant, begin : begin + len(values)] = values

    def hide() -> None:
        low, high = (1_500, 4_000) if name == "cod_out" else (18_000, 32_000) if name == "cod_in" else (20, 300)
        desk.rewrite(plant, days, **{name: desk.rng.integers(low, high, days.stop - days.start)})

    return _month(desk, plant, month, "plant_readings", hide)


def still_for_days(desk: PlantDesk, body: str, when: int) -> Situation:
    """A reading that stands still for days on end."""
    alike = [desk.between(1_600, 3_900)] * desk.between(RUN_DAYS + 1, 14)
    return _readings(desk, desk.before.take(body), "cod_out", 3, alike)


def still_for_a_week(desk: PlantDesk, body: str, when: int) -> Situation:
    """A reading that stands still for just so long that it is a sign."""
    return _readings(desk, desk.before.take(body), "nh3_out", 5, [desk.between(30, 290)] * RUN_DAYS)


def more_out_than_in(desk: PlantDesk, body: str, when: int) -> Situation:
    """Clean water went in and dirtier came out."""
    return _readings(desk, desk.before.take(body), "cod_in", 9, [1_200] * desk.between(1, 3))


def still_for_six_days(desk: PlantDesk, body: str, when: int) -> Situation:
    """A reading that stands still for a day less."""
    return _readings(desk, desk.before.take(body), "cod_out", 3, [desk.between(1_600, 3_900)] * (RUN_DAYS - 1))


def as_much_out_as_in(desk: PlantDesk, body: str, when: int) -> Situation:
    """As much came out as went in."""
    plant, month = desk.before.take(body)
    place = desk.days(month).start + 12
    return _readings(desk, (plant, month), "cod_in", 12, [int(desk.daily["cod_out"][plant, place])])


def no_readings(desk: PlantDesk, body: str, when: int) -> Situation:
    """Neither COD nor ammonia was measured in the month."""
    plant, month = desk.before.take(body)
    days = desk.days(month)
    for name in ("cod_out", "nh3_out"):
        desk.daily[name][plant, days] = ABSENT
    return _month(desk, plant, month, "plant_readings", lambda: None)


def still_again(desk: PlantDesk, body: str, when: int) -> Situation:
    """A reading that stands still after the audit."""
    return _readings(desk, desk.after.take(body), "cod_out", 3, [desk.between(1_600, 3_900)] * 10)


BOOKS = (
    Book(
        "SP-02",
        {
            planted(half_empty, "an old plant far too empty"): 5,
            planted(overloaded, "more water than it was built for"): 3,
            planted(second_year_too_low, "a young plant below the load of its second year"): 2,
            planted(below_three_quarters, "a cubic metre below the least load"): 1,
            planted(a_cubic_metre_too_much, "a cubic metre over the greatest load"): 1,
            near_miss(three_quarters, "exactly the least load"): 1,
            near_miss(full, "exactly the greatest load"): 1,
            innocent(first_year, "the first year of service"): 1,
            not_testable(few_days, "nineteen days recorded"): 1,
        },
        load_again,
        PER_MILLION,
        AGAIN,
    ),
    Book(
        "SP-03",
        {
            planted(thin, "rain and river water in the sewer"): 9,
            planted(a_hundredth_thin, "the least below the bound"): 2,
            near_miss(just_strong_enough, "exactly on the bound"): 2,
            innocent(thin_on_a_day_of_little_water, "one thin day of little water"): 1,
            not_testable(measured_three_times, "measured on three days"): 1,
        },
        thin_again,
        PER_MILLION,
        AGAIN,
    ),
    Book(
        "SP-04",
        {
            planted(sludge_gone, "sludge that left on no weighbill"): 8,
            planted(more_sent_than_produced, "more left than there was"): 2,
            planted(a_kilogram_gone, "a kilogram over the difference that is let pass"): 1,
            near_miss(all_that_is_let_pass, "exactly the difference that is let pass"): 2,
            innocent(filled_store, "it lies in store"): 1,
            not_testable(unknown_stores, "the stores are not recorded"): 1,
        },
        sludge_again,
        PER_MILLION,
        AGAIN,
    ),
    Book(
        "SP-06",
        {
            planted(still_for_days, "a reading stands still for days"): 6,
            planted(more_out_than_in, "more out than in"): 3,
            planted(still_for_a_week, "a reading stands still for just a week"): 2,
            near_miss(still_for_six_days, "a reading stands still for six days"): 2,
            innocent(as_much_out_as_in, "as much out as in"): 1,
            not_testable(no_readings, "no readings"): 1,
        },
        still_again,
        PER_MILLION,
        AGAIN,
    ),
)
