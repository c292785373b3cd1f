"""Days, fees and loads of sewage plants: what is wrong with them, and what only looks so.

Rules kept here:

* A past day cannot be undone: what is put right carries a paper of correction, or money that came back.
* What is hidden is a day deleted or told otherwise, a fee made smaller, a load taken out or made lighter.
* A month with a day over a limit can be a case of its fee too: the same days, another procedure.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_BEFORE, FIRST, NEVER, OPENING, day, on
from reperform.city.history import followed
from reperform.city.rows import ABSENT, IN_BEFORE
from reperform.city.town import month_text
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted
from .sewage_plants import COLD, COLD_LIMIT, LIMITS, OUTS, PlantDesk, plant_text
from .sewage_sewers import BODIES

PER_MILLION, AGAIN = 60, 12
RECEIPT_DAYS = 10


def _day(desk: PlantDesk, slot: tuple[int, int], values: dict[str, int], *, fails: bool) -> Situation:
    plant, month = slot
    place = desk.some_day(month)
    for name, value in values.items():
        desk.daily[name][plant, place] = value
    desk.failed[plant, place] = fails
    key = {"plant_id": plant_text(int(desk.number[plant])), "day": on(day(OPENING) + place).isoformat()}

    def act(fate: Fate) -> None:
        rewritten = fate is Fate.UNPROVEN and desk.town.serial("hidden day") % 2 == 1
        if fails and not rewritten and not fate.begins_after:
            desk.failed_months[BODIES[int(desk.owner[plant])]].append(slot)
        if fate is Fate.CLEARED:
            desk.correct("plant_daily", desk.ref(plant, str(key["day"])), desk.later())
        elif rewritten:
            within = {name: np.array([LIMITS[0][name] // 2]) for name in values if name in OUTS}
            desk.rewrite(plant, slice(place, place + 1), **within)
        elif fate is Fate.UNPROVEN:
            desk.delete(plant, place)

    return Situation(key, 0, act)


def _over(desk: PlantDesk, slot: tuple[int, int], *names: str, by: int) -> Situation:
    return _day(desk, slot, {name: desk.limit(slot[0], name) + by for name in names}, fails=True)


def cod_over(desk: PlantDesk, body: str, when: int) -> Situation:
    """COD clearly over its limit."""
    return _over(desk, desk.before.take(body), "cod_out", by=desk.between(200, 4000))


def several_over(desk: PlantDesk, body: str, when: int) -> Situation:
    """A plant out of order: nothing keeps its limit."""
    return _over(desk, desk.before.take(body), "bod_out", "ss_out", "tn_out", by=desk.between(50, 900))


def ammonia_over(desk: PlantDesk, body: str, when: int) -> Situation:
    """Ammonia over the limit of warm water, and below that of cold."""
    return _over(desk, desk.before.take(body), "nh3_out", by=desk.between(20, 250))


def phosphorus_a_hundredth_over(desk: PlantDesk, body: str, when: int) -> Situation:
    """Phosphorus over its limit by the least that is reported."""
    return _over(desk, desk.before.take(body), "tp_out", by=1)


def on_the_limit(desk: PlantDesk, body: str, when: int) -> Situation:
    """Each value stands exactly on its limit."""
    slot = desk.before.take(body)
    return _day(desk, slot, {name: desk.limit(slot[0], name) for name in OUTS}, fails=False)


def cold_water(desk: PlantDesk, body: str, when: int) -> Situation:
    """Ammonia on the limit of cold water, at the warmest that is cold."""
    slot = desk.before.take(body)
    return _day(desk, slot, {"nh3_out": COLD_LIMIT[int(desk.standard[slot[0]])], "water_temp": COLD}, fails=False)


def standstill(desk: PlantDesk, body: str, when: int) -> Situation:
    """The meters show something on a day without flow."""
    slot = desk.before.take(body)
    made, days = _day(desk, slot, {"cod_out": 9_000, "flow": 0}, fails=False), desk.days(slot[1])
    desk.paid_flow[slot[0], days] = desk.daily["flow"][slot[0], days]
    return made


def not_measured(desk: PlantDesk, body: str, when: int) -> Situation:
    """Nothing was measured."""
    return _day(desk, desk.before.take(body), dict.fromkeys(OUTS, ABSENT), fails=False)


def over_again(desk: PlantDesk, body: str, when: int) -> Situation:
    """COD over its limit after the audit."""
    return _over(desk, desk.after.take(body), "cod_out", by=desk.between(200, 4000))


def _fee(desk: PlantDesk, slot: tuple[int, int], amount: int) -> Situation:
    plant, month = slot

    def act(fate: Fate) -> None:
        if fate is Fate.UNPROVEN:
            desk.fee_states[plant, month - FIRST] = IN_BEFORE
            if desk.town.serial("hidden fee") % 2:
                desk.fee_later.append((plant, month, amount))
        desk.remedy(fate, "plant_fee", desk.ref(plant, month_text(month)), amount)

    return Situation(desk.month_key(plant, month), amount, act)


def _paid_over(desk: PlantDesk, slot: tuple[int, int], amount: int) -> Situation:
    desk.fee_over[slot[0], slot[1] - FIRST] = amount
    return _fee(desk, slot, amount)


def paid_for_failed_days(desk: PlantDesk, body: str, when: int) -> Situation:
    """The days over a limit were paid like the others; where there are none, some water too much was paid for."""
    if not desk.failed_months[body]:
        return more_than_treated(desk, body, when)
    plant, month = desk.failed_months[body].pop(0)
    days = desk.days(month)
    failed = int(desk.paid_flow[plant, days][desk.failed[plant, days]].sum())
    desk.fee_full[plant, month - FIRST] = True
    return _fee(desk, (plant, month), failed * int(desk.price[plant]))


def more_than_treated(desk: PlantDesk, body: str, when: int) -> Situation:
    """Paid for water that never came."""
    slot = desk.before.take(body)
    return _paid_over(desk, slot, desk.between(1_000, 40_000) * int(desk.price[slot[0]]))


def one_fen_too_much(desk: PlantDesk, body: str, when: int) -> Situation:
    """The smallest fee too much."""
    return _paid_over(desk, desk.before.take(body), 1)


def to_the_fen(desk: PlantDesk, body: str, when: int) -> Situation:
    """The fee is right to the fen."""
    return _paid_over(desk, desk.before.take(body), 0)


def came_back(desk: PlantDesk, body: str, when: int) -> Situation:
    """Too much was paid, and came back before the audit."""
    slot = desk.before.take(body)
    made = _paid_over(desk, slot, 300_000)
    desk.recover("plant_fee", desk.ref(slot[0], month_text(slot[1])), 300_000, DAY_BEFORE - 9)
    return Situation(made.key, 0, lambda fate: None)


def without_records(desk: PlantDesk, body: str, when: int) -> Situation:
    """There are no daily records of the month."""
    plant, month = desk.before.take(body)
    desk.states[plant, desk.days(month)] = 0
    return Situation(desk.month_key(plant, month), 0, lambda fate: None)


def fee_again(desk: PlantDesk, body: str, when: int) -> Situation:
    """Paid for water that never came, after the audit."""
    slot = desk.after.take(body)
    return _paid_over(desk, slot, desk.between(1_000, 40_000) * int(desk.price[slot[0]]))


def _load(desk: PlantDesk, body: str, when: int, sent: int, **known: int) -> Situation:
    """A load of a plant that keeps no account of sludge by month."""
    values = {
        "number": desk.town.serial("sludge load"),
        "plant": int(desk.number[desk.young[BODIES.index(body)]]),
        "sent_on": when,
        "sent": sent,
        "receiver": desk.between(0, 2),
        "got_on": NEVER,
        "got": ABSENT,
        "receipt": ABSENT,
    }
    values |= known
    key = {"weighbill": f"LD{values['number']:08d}"}
    fakes = {"sent": max(int(values["got"]), 0)}, {"got_on": when + 1, "got": sent, "receipt": ABSENT}
    act = followed(desk, desk.loads, values, "got_on", "receipt", *fakes)

    def put_right(fate: Fate) -> None:
        if fate is Fate.CLEARED:
            desk.correct("sludge_load", str(key["weighbill"]), desk.later())
        act(Fate.STILL if fate is Fate.CLEARED else fate)

    return Situation(key, 0, put_right)


def _got(desk: PlantDesk, body: str, when: int, sent: int, got: int) -> Situation:
    return _load(desk, body, when, sent, got_on=when + 1, got=got, receipt=desk.town.serial("sludge receipt"))


def never_received(desk: PlantDesk, body: str, when: int) -> Situation:
    """Left the plant and arrived nowhere."""
    return _load(desk, body, when, desk.between(16_000, 24_000))


def one_day_too_long(desk: PlantDesk, body: str, when: int) -> Situation:
    """On its way for a day longer than it may."""
    return _load(desk, body, DAY_BEFORE - RECEIPT_DAYS - 1, desk.between(16_000, 24_000))


def received_short(desk: PlantDesk, body: str, when: int) -> Situation:
    """A part of it went elsewhere."""
    return _got(desk, body, when, 20_000, desk.between(9_000, 17_000))


def a_kilogram_short(desk: PlantDesk, body: str, when: int) -> Situation:
    """One kilogram less than the loss that is let pass."""
    return _got(desk, body, when, 20_000, 18_999)


def on_its_way(desk: PlantDesk, body: str, when: int) -> Situation:
    """Received on the day after the last allowed one is past."""
    sent_on, receipt = DAY_BEFORE - RECEIPT_DAYS, desk.town.serial("sludge receipt")
    return _load(desk, body, sent_on, 20_000, got_on=DAY_BEFORE + 1, got=19_900, receipt=receipt)


def lost_what_may_be(desk: PlantDesk, body: str, when: int) -> Situation:
    """Exactly the loss that is let pass."""
    return _got(desk, body, when, 20_000, 19_000)


def rained_on(desk: PlantDesk, body: str, when: int) -> Situation:
    """Heavier on arrival."""
    return _got(desk, body, when, 20_000, 20_600)


def not_weighed(desk: PlantDesk, body: str, when: int) -> Situation:
    """The scale at the gate was out of order."""
    return _got(desk, body, when, 0, 19_000)


BOOKS = (
    Book(
        "SP-01",
        {
            planted(cod_over, "COD over its limit"): 7,
            planted(several_over, "several pollutants over their limits"): 3,
            planted(ammonia_over, "ammonia over the limit of warm water"): 2,
            planted(phosphorus_a_hundredth_over, "phosphorus over its limit by the least that is reported"): 2,
            near_miss(on_the_limit, "every value on its limit"): 2,
            near_miss(cold_water, "ammonia on the limit of cold water"): 1,
            innocent(standstill, "a reading on a day without flow"): 1,
            not_testable(not_measured, "nothing was measured"): 1,
        },
        over_again,
        PER_MILLION,
        AGAIN,
    ),
    Book(
        "SP-05",
        {
            planted(paid_for_failed_days, "paid for the days over a limit"): 12,
            planted(more_than_treated, "paid for more than was treated"): 10,
            planted(one_fen_too_much, "one fen too much"): 1,
            near_miss(to_the_fen, "paid right to the fen"): 2,
            innocent(came_back, "too much, and back before the audit"): 1,
            not_testable(without_records, "no daily records"): 1,
        },
        fee_again,
        PER_MILLION,
        AGAIN,
    ),
    Book(
        "SP-07",
        {
            planted(never_received, "left and arrived nowhere"): 6,
            planted(received_short, "received short"): 4,
            planted(one_day_too_long, "on its way a day too long"): 2,
            planted(a_kilogram_short, "a kilogram below what may be lost"): 1,
            near_miss(on_its_way, "on its way on the last allowed day"): 2,
            near_miss(lost_what_may_be, "lost exactly what may be lost"): 1,
            innocent(rained_on, "heavier on arrival"): 1,
            not_testable(not_weighed, "not weighed at the gate"): 1,
        },
        never_received,
        PER_MILLION,
        AGAIN,
    ),
)
