"""Cases about prices and stock: charged above the highest price, and more charged than was in store.

Rules kept here:

* What is wrong is decided here, from the story of the case and the price list; no procedure is asked.
* The drug of a stock case is its own: nothing else is sold of it. A body that only tidies its papers enters a receipt
  that nobody has seen before.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.rows import ABSENT, IN_AFTER, IN_BOTH
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted, settled
from .medical_tables import (
    BLOOD,
    CASE_DRUGS,
    CHEAPER_FROM,
    CLINIC,
    COUNTED,
    CT,
    XRAY,
    Care,
    Line,
    item_text,
    price,
)
from .medical_ward import Ward


def _priced(ward: Ward, body: str, when: int, item: int, quantity: int, above: int) -> tuple[Care, Care]:
    """Return a visit with an item above its price, and the same at it."""
    hospital = ward.place(body)
    care = ward.visit(hospital, when)
    right = care.having(*care.lines, ward.line(item, hospital, when, quantity))
    dear = Line(item, when, quantity, quantity * price(item, hospital, when) + above)
    return care.having(*care.lines, dear), right


def above_the_price(ward: Ward, body: str, when: int) -> Situation:
    """An examination above its highest price."""
    item = (XRAY, BLOOD)[ward.between(0, 1)]
    above = ward.between(2, 40) * 100
    care, right = _priced(ward, body, when, item, 1, above)
    return ward.one_line(care, 2, above, faked=right)


def old_price(ward: Ward, body: str, when: int) -> Situation:
    """A CT at the price that was lowered."""
    when = max(when, CHEAPER_FROM)
    above = price(CT, ward.place(body), COUNTED) - price(CT, ward.place(body), when)
    care, right = _priced(ward, body, when, CT, 1, above)
    return ward.one_line(care, 2, above, faked=right)


def one_fen_above(ward: Ward, body: str, when: int) -> Situation:
    """One fen above the highest price, on two pieces."""
    return ward.one_line(_priced(ward, body, when, BLOOD, 2, 1)[0], 2, 1)


def at_the_price(ward: Ward, body: str, when: int) -> Situation:
    """Exactly the highest price."""
    return ward.one_line(_priced(ward, body, when, BLOOD, 2, 0)[0], 2, 0)


def old_price_in_time(ward: Ward, body: str, when: int) -> Situation:
    """A CT on the last day of the older price."""
    return ward.one_line(_priced(ward, body, CHEAPER_FROM - 1, CT, 1, 0)[0], 2, 0)


def price_repaid(ward: Ward, body: str, when: int) -> Situation:
    """Above the price, and the difference paid back before the audit."""
    return ward.one_line(_priced(ward, body, when, XRAY, 1, 500)[0], 2, 500, returned=when + 25)


def at_the_clinic(ward: Ward, body: str, when: int) -> Situation:
    """A charge of the campus clinic, whose level nobody knows."""
    care = ward.visit(CLINIC, when)
    ward.clinic(care.person, when)
    care = care.having(Line(XRAY, when, 1, 90_000))
    return ward.one_line(care, 1, 0)


def _drug(ward: Ward, body: str, when: int, sold: int, had: int, bought: int) -> Situation:
    """Sell of a new drug so many, of which some were in store and some were bought."""
    drug, hospital = CASE_DRUGS + ward.town.serial("case drug"), ward.place(body)
    unit, tables = ward.between(20, 300) * 10, ward.tables
    tables.drug(drug)
    tables.stocks.add(hospital, drug, COUNTED, had, states=IN_BOTH)

    def receive(quantity: int, states: int) -> None:
        tables.purchases.add(ward.town.serial("medical receipt"), hospital, drug, when - 5, quantity, states=states)

    if bought:
        receive(bought, IN_BOTH)
    care = ward.visit(hospital, when)
    care = care.having(*care.lines, Line(drug, when, sold, sold * unit))
    key, ref = {"institution": body, "item_code": item_text(drug)}, f"{body}/{item_text(drug)}"
    excess = max(0, sold - max(had, 0) - bought)

    def act(fate: Fate) -> None:
        tables.write(care, IN_AFTER if fate.begins_after else IN_BOTH)
        if fate is Fate.UNPROVEN:
            receive(excess, IN_AFTER)
        ward.remedy(fate, "medical_stock", ref, excess * unit)

    return Situation(key, excess * unit, act)


def out_of_nothing(ward: Ward, body: str, when: int) -> Situation:
    """Far more charged than there was."""
    return _drug(ward, body, when, ward.between(120, 200), ward.between(0, 20), ward.between(30, 90))


def never_bought(ward: Ward, body: str, when: int) -> Situation:
    """Charged and never bought."""
    return _drug(ward, body, when, ward.between(5, 60), 0, 0)


def one_too_many(ward: Ward, body: str, when: int) -> Situation:
    """One more than there was."""
    return _drug(ward, body, when, 61, 10, 50)


def the_last_one(ward: Ward, body: str, when: int) -> Situation:
    """The very last one of the store."""
    return _drug(ward, body, when, 60, 10, 50)


def out_of_store(ward: Ward, body: str, when: int) -> Situation:
    """Never bought, all of it from the opening stock."""
    return _drug(ward, body, when, 40, 45, 0)


def lost_count(ward: Ward, body: str, when: int) -> Situation:
    """The quantity of the opening count was lost."""
    return _drug(ward, body, when, 40, ABSENT, 0)


def stock_repaid(ward: Ward, body: str, when: int) -> Situation:
    """More charged than there was, paid back before the audit."""
    made = _drug(ward, body, when, 30, 10, 0)
    ref = f"{body}/{made.key['item_code']}"
    return replace(made, act=settled(ward, lambda _: made.act(Fate.NONE), "medical_stock", ref, made.amount, when + 30))


BOOKS = (
    Book(
        "MI-08",
        {
            planted(above_the_price, "above the highest price"): 14,
            planted(old_price, "at the price that was lowered"): 6,
            planted(one_fen_above, "one fen above the highest price"): 2,
            near_miss(at_the_price, "at the highest price"): 2,
            innocent(old_price_in_time, "the last day of the older price"): 2,
            innocent(price_repaid, "the difference was paid back before the audit"): 1,
            not_testable(at_the_clinic, "an institution of unknown level"): 1,
        },
        above_the_price,
        300,
        60,
    ),
    Book(
        "MI-09",
        {
            planted(out_of_nothing, "far more charged than there was"): 14,
            planted(never_bought, "charged and never bought"): 6,
            planted(one_too_many, "one more than there was"): 2,
            near_miss(the_last_one, "exactly what there was"): 2,
            innocent(out_of_store, "all from the opening stock"): 2,
            innocent(stock_repaid, "paid back before the audit"): 1,
            not_testable(lost_count, "the opening count was lost"): 1,
        },
        never_bought,
        100,
        30,
    ),
)
