"""Ordinary tendering of services: the processes from which the published red flags learn what is usual.

Rules kept here:

* Firms bid in rings: four firms in the same four tenders (or three in three), each winning one. In one kind of ring
  the dearest bid of each tender is disqualified, once for each firm. So the shares of wins are a quarter or a third,
  the shares of disqualified bids none or a quarter, of firms, of agencies and of buyers alike: the fences lie at an
  eighth of wins and five eighths of disqualified bids, and nobody reaches them by chance.
* The second-lowest bid is 1.0 to 1.5 per cent above the winning one, evenly spread; prices have no other pattern.
* Regular suppliers of the framework agreements have twenty awards each, of two to five classes.
* Services have no limit from which they must be tendered, so that no other rule of public investment applies.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, NEVER, OPENING, Ints, day
from reperform.city.rows import ABSENT, IN_BOTH, Columns, known_from
from reperform.city.town import Part, Town

from .investment_papers import COMPLETE, DIRECT, DISQUALIFIED, OPEN, SERVICES, VALID, builders

RINGS_PER_MILLION, LEAST_RINGS = 12_000, 1_600
REGULARS_PER_MILLION, LEAST_REGULARS = 300, 120
AWARDS_OF_A_REGULAR = 20
_CYCLE = 20
_STRICT, _MILD = 9, 18
"""Of twenty rings nine have their dearest bids disqualified, nine have none, two are of three firms."""
_AGENCIES, _FIRST_AGENCY = 200, 41
_GAPS = np.array([0, 100, 330, 390], dtype=np.int64)
"""Places of the prices, in hundredths of the first gap."""
CLASSES = ("41", "42", "44", "50", "55", "60", "64", "71", "72", "77", "79", "85", "90", "92", "98")


def rings(town: Town, part: Part) -> dict[str, Columns]:
    """Return tenders, bids and awards of all rings of a chunk."""
    count = part.share(max(LEAST_RINGS, RINGS_PER_MILLION * town.residents // 1_000_000))
    first = town.serial("red flags ring", count)
    ring = first + np.arange(count, dtype=np.int64)
    size = np.where(ring % _CYCLE < _MILD, 4, 3)
    rng = town.rng("red flags rings", part.number)
    begun = rng.integers(day(OPENING) + 30, DAY_AFTER - 90, count)
    at = np.repeat(np.arange(count), size)  # the ring of each tender
    turn = np.arange(len(at)) - np.repeat(np.cumsum(size) - size, size)
    tenders = len(at)
    number = town.serial("investment tender", tenders) + np.arange(tenders, dtype=np.int64)
    published = begun[at] + turn * 3
    value = (rng.lognormal(4.6, 0.8, tenders) * 1_000_000).astype(np.int64) + 20_000_000
    states = known_from(begun[at] + 60)
    tender = {
        **_papers(number, _buyers(town, ring)[at], value, published, states),
        "agency": _FIRST_AGENCY + ring[at] % _AGENCIES,
        "bidders": size[at],
    }
    bid, award = _bids(town, ring[at], size[at], turn, tender)
    return {"tender": tender, "bid": bid, "award": award}


def _bids(town: Town, ring: Ints, size: Ints, turn: Ints, tender: Columns) -> tuple[Columns, Columns]:
    """Return the bids of the tenders, the firm whose turn it is lowest, and its awards."""
    of = np.repeat(np.arange(len(ring)), size)
    place = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
    starts = np.flatnonzero(turn == 0)
    firms = size[starts]
    base = town.serial("investment firm", int(firms.sum())) + np.cumsum(firms) - firms
    of_ring = np.repeat(np.arange(len(starts)), firms)  # the ring of each tender, as a ring has as many as firms
    firm = base[of_ring][of] + (turn[of] + place) % size[of]
    spread = (tender["tender"] * 618_034) % 1_000_000  # evenly over the million, in no order
    step = tender["value"] * 86 // 100 // 10_000 * (100 + spread // 20_000) // 100
    amount = tender["value"][of] * 86 // 100 // 100 * 100 + step[of] * 100 * _GAPS[place] // 100
    strict = (ring[of] % _CYCLE < _STRICT) & (place == size[of] - 1)
    serial = np.arange(len(of), dtype=np.int64)
    bid = {
        "tender": tender["tender"][of],
        "bid": town.serial("investment bid", len(of)) + serial,
        "firm": firm,
        "amount": amount,
        "submitted": tender["deadline"][of] - 1 - place % 3,
        "status": np.where(strict, DISQUALIFIED, VALID),
        "rank": np.where(strict, ABSENT, place + 1),
        "period": np.full(len(of), 365, dtype=np.int64),
        "manager": town.serial("investment person", len(of)) + serial,
        "agent": town.serial("investment person", len(of)) + serial,
        "account": town.serial("investment account", len(of)) + serial,
        "author": town.serial("investment author", len(of)) + serial,
        "device": town.serial("investment device", len(of)) + serial,
        "states": tender["states"][of],
    }
    won = place == 0
    award = _awards(town, bid["tender"][won], firm[won], amount[won], tender["noticed"], tender["states"])
    return bid, award


def regulars(town: Town, part: Part) -> dict[str, Columns]:
    """Return the direct awards to regular suppliers, with the classes of what they supply."""
    count = part.share(max(LEAST_REGULARS, REGULARS_PER_MILLION * town.residents // 1_000_000))
    supplier = np.repeat(np.arange(count, dtype=np.int64), AWARDS_OF_A_REGULAR)
    turn = np.tile(np.arange(AWARDS_OF_A_REGULAR, dtype=np.int64), count)
    known = town.serial("red flags regular", count) + supplier
    rng = town.rng("red flags regulars", part.number)
    total = len(supplier)
    number = town.serial("investment tender", total) + np.arange(total, dtype=np.int64)
    value = (rng.lognormal(3.0, 0.6, total) * 1_000_000).astype(np.int64) + 1_000_000
    buyer = _buyers(town, known)
    published = day(OPENING) + 10 + turn * 20 + known % 17
    tender = direct(_papers(number, buyer, value, published, np.full(total, IN_BOTH, dtype=np.int64)))
    firm = town.serial("investment firm", count) + supplier
    award = _awards(town, number, firm, value, published + 5, tender["states"])
    variety = 2 + known % 4
    item = {
        "tender": number,
        "award": award["award"],
        "item": np.ones(total, dtype=np.int64),
        "code": (known + turn % variety) % len(CLASSES),
        "states": tender["states"],
    }
    return {"tender": tender, "award": award, "award_item": item}


def direct(tender: Columns) -> Columns:
    """Return tenders as direct awards: nothing was published, nobody else was asked."""
    size = len(tender["tender"])
    never = np.full(size, NEVER, dtype=np.int64)
    nobody = np.full(size, ABSENT, dtype=np.int64)
    days = ("docs_from", "docs_until", "deadline", "candidates_from", "candidates_until")
    return {
        **tender,
        **dict.fromkeys(days, never),
        **dict.fromkeys(("agency", "committee", "experts", "bidders"), nobody),
        "method": np.full(size, DIRECT, dtype=np.int64),
    }


def _buyers(town: Town, number: Ints) -> Ints:
    """Return the buyer of each ring: one of those of its kind, so that a buyer's rings are of one kind."""
    buyers = len(builders(town))
    kinds = min(_CYCLE, buyers)
    kind = number % kinds
    of_kind = (buyers - 1 - kind) // kinds + 1
    return kind + kinds * (number // kinds % of_kind)


def _papers(number: Ints, buyer: Ints, value: Ints, published: Ints, states: Ints) -> Columns:
    """Return open tenders of services that keep all time limits; agency and bidders are for the caller to say."""
    deadline = published + 22 + number % 9
    size = len(number)

    def same(what: int) -> Ints:
        return np.full(size, what, dtype=np.int64)

    return {
        "tender": number,
        "project": same(ABSENT),
        "body": buyer,
        "agency": same(ABSENT),
        "kind": same(SERVICES),
        "method": same(OPEN),
        "status": same(COMPLETE),
        "value": value,
        "published": published,
        "docs_from": published + 1,
        "docs_until": published + 8,
        "deadline": deadline,
        "candidates_from": deadline + 2,
        "candidates_until": deadline + 5,
        "noticed": deadline + 8,
        "committee": same(5),
        "experts": same(4),
        "bidders": same(ABSENT),
        "states": states,
    }


def _awards(town: Town, tender: Ints, firm: Ints, amount: Ints, awarded: Ints, states: Ints) -> Columns:
    numbers = town.serial("investment award", len(tender)) + np.arange(len(tender), dtype=np.int64)
    return {
        "tender": tender,
        "award": numbers,
        "firm": firm,
        "amount": amount,
        "awarded": awarded,
        "status": np.zeros(len(tender), dtype=np.int64),
        "states": states,
    }
