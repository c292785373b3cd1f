"""Ordinary life of public investment: projects that are approved, tendered, built, paid and closed as they should be.

Rules kept here:

* Everything is made in blocks, one row of numbers per contract first, from which its tender, bids and payments follow.
* A register is filled when a thing is concluded: a tender stands in it with its contract, a payment with its date. What
  would be later than the second state is not written.
* Each project has one contract of each kind. One below the limit of its kind may be given directly; its fellows are of
  other kinds, so that nothing looks split.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, Ints, day
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE

from . import investment_building as building
from .investment_deals import Deals, Pool, block, filled, serial, turns
from .investment_desk import SEVEREST, Works, falls, severity
from .investment_papers import (
    COMPLETE,
    DESIGN,
    DIRECT,
    DISQUALIFIED,
    GOODS,
    LIMITS,
    OPEN,
    SUPERVISION,
    VALID,
    WITHDRAWN,
    WON,
    WORKS,
)

_SHARES = ((WORKS, 70), (GOODS, 8), (DESIGN, 3), (SUPERVISION, 2))
"""Per cent of the estimate by kind."""
_GAPS = np.array([0, 100, 330, 390, 560, 870, 960, 1100], dtype=np.int64)
"""Where the bids stand above the lowest, in ten-thousandths of the estimate: no steps alike."""
_MOST_BIDS = len(_GAPS)


def ordinary(desk: Works, count: int) -> None:
    """Write so many projects and all that follows from them."""
    if not count:
        return
    rng = desk.rng
    number = serial(desk, "project", count)
    body = rng.integers(0, len(desk.bodies), count)
    approved = np.sort(rng.integers(day(OPENING) - 400, DAY_AFTER - 130, count))
    estimate = (np.clip(rng.lognormal(8.3, 1.1, count), 400, 200_000) * 10_000).astype(np.int64) * 100
    size = _prime(max(211, 8 * count))
    pool = Pool(desk.town.serial("investment firm", size), size)
    deals = _deals(desk, pool, (number, body, approved, estimate))
    works = deals.at(deals.kind == WORKS)
    _projects(desk, number, body, approved, estimate, works)
    known = deals.at(deals.signed <= DAY_AFTER)
    _contracts(desk, known)
    tendered = known.at(known.bids > 0)
    _tenders(desk, tendered)
    _bids(desk, tendered, pool)
    building.bonds(desk, known)
    building.progress(desk, known)
    built = known.at(known.kind == WORKS)
    building.staff(desk, built)
    building.subcontracts(desk, built)
    building.variations(desk, built)


def _prime(least: int) -> int:
    number = max(least, 3) | 1
    while any(number % part == 0 for part in range(3, int(number**0.5) + 1, 2)):
        number += 2
    return number


def _deals(desk: Works, pool: Pool, projects: tuple[Ints, Ints, Ints, Ints]) -> Deals:
    project, body, approved, estimate = projects
    rng, total = desk.rng, len(project) * len(_SHARES)
    kind = np.tile(np.array([kind for kind, _ in _SHARES]), len(project))
    share = np.tile(np.array([share for _, share in _SHARES]), len(project))
    value = np.repeat(estimate, len(_SHARES)) // 100_000 * share * rng.integers(900, 1000, total) // 10_000 * 10_000
    must = value >= np.array(LIMITS)[kind]
    bids = np.where(must | (rng.random(total) < 0.4), rng.integers(4, _MOST_BIDS + 1, total), 0)
    docs_from = np.repeat(approved, len(_SHARES)) + rng.integers(20, 90, total)
    deadline = docs_from + rng.integers(21, 35, total)
    noticed = deadline + rng.integers(8, 13, total)
    lowest = value // 10_000 * rng.integers(8400, 8900, total)
    return Deals(
        contract=serial(desk, "contract", total),
        project=np.repeat(project, len(_SHARES)),
        body=np.repeat(body, len(_SHARES)),
        kind=kind,
        value=value,
        price=np.where(bids > 0, lowest, value),
        bids=bids,
        tender=serial(desk, "tender", total),
        award=serial(desk, "award", total),
        firm=pool.first + rng.integers(0, pool.size, total),
        manager=serial(desk, "person", total),
        docs_from=docs_from,
        deadline=deadline,
        noticed=noticed,
        signed=noticed + rng.integers(5, 29, total),
        months=np.where(kind == WORKS, rng.integers(5, 11, total), 2),
    )


def _projects(desk: Works, number: Ints, body: Ints, approved: Ints, estimate: Ints, works: Deals) -> None:
    rng, count = desk.rng, len(number)
    started = works.signed + rng.integers(10, 40, count)
    accepted = works.signed + 30 * works.months + rng.integers(45, 90, count)
    accounts_on = accepted + rng.integers(30, 86, count)
    money = rng.choice(np.array([100, 60, 5]), count, p=[0.85, 0.1, 0.05])
    feasibility_on, feasibility = (
        approved - rng.integers(60, 200, count),
        estimate // 1000 * rng.integers(930, 1080, count),
    )
    table = {
        "project": number,
        "body": body,
        "proposal": np.where(rng.random(count) < 0.1, NEVER, feasibility_on - rng.integers(40, 160, count)),
        "feasibility_on": feasibility_on,
        "feasibility": feasibility,
        "estimate_on": approved,
        "estimate": estimate,
        "budget_on": approved + rng.integers(5, 18, count),
        "budget": estimate // 100 * 96,
        "state_funds": estimate // 100 * money,
    }
    papers = serial(desk, "paper", count)
    for state, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
        dated = {"permit": started - rng.integers(0, 20, count), "started": started, "accepted": accepted}
        dated |= {"accounts_on": accounts_on}
        known = {name: np.where(days <= today, days, NEVER) for name, days in dated.items()}
        known["permit"] = np.where(known["started"] == NEVER, NEVER, known["permit"])
        known["accounts"] = np.where(accounts_on <= today, papers, ABSENT)
        known["states"] = np.full(count, state, dtype=np.int64)
        block(desk, "project", table | known, approved <= today)


def _contracts(desk: Works, deals: Deals) -> None:
    tendered, count = deals.bids > 0, len(deals)
    columns = {
        "contract": deals.contract,
        "project": deals.project,
        "body": deals.body,
        "tender": np.where(tendered, deals.tender, ABSENT),
        "award": np.where(tendered, deals.award, ABSENT),
        "kind": deals.kind,
        "method": np.where(tendered, OPEN, DIRECT),
        "exemption": filled(ABSENT, count),
        "firm": deals.firm,
        "amount": deals.price,
        "signed": deals.signed,
        "period": deals.months * 30,
        "manager": deals.manager,
        "percent": np.where(desk.rng.random(count) < 0.1, ABSENT, 80),
        "states": deals.states,
    }
    block(desk, "contract", columns)


def _tenders(desk: Works, deals: Deals) -> None:
    rng, count = desk.rng, len(deals)
    candidates = deals.deadline + rng.integers(1, 4, count)
    size = 5 + 2 * rng.integers(0, 2, count)
    columns = {
        "tender": deals.tender,
        "project": deals.project,
        "body": deals.body,
        "agency": deals.body % 40 + 1,
        "kind": deals.kind,
        "method": filled(OPEN, count),
        "status": filled(COMPLETE, count),
        "value": deals.value,
        "published": deals.docs_from - 1,
        "docs_from": deals.docs_from,
        "docs_until": deals.docs_from + rng.integers(4, 12, count),
        "deadline": deals.deadline,
        "candidates_from": candidates,
        "candidates_until": candidates + rng.integers(2, 4, count),
        "noticed": deals.noticed,
        "committee": size,
        "experts": size - 1,
        "bidders": deals.bids,
        "states": deals.states,
    }
    block(desk, "tender", columns)
    award = {"tender": deals.tender, "award": deals.award, "firm": deals.firm, "amount": deals.price}
    award |= {"awarded": deals.noticed, "status": filled(WON, count), "states": deals.states}
    block(desk, "award", award)


def _bids(desk: Works, deals: Deals, pool: Pool) -> None:
    """Write the bids, the winner's first."""
    rng, row = desk.rng, np.repeat(np.arange(len(deals)), deals.bids)
    total = len(row)
    place = np.arange(total) - np.repeat(np.cumsum(deals.bids) - deals.bids, deals.bids)
    step = rng.integers(1, pool.size, len(deals))
    firm = pool.first + (deals.firm[row] - pool.first + step[row] * place) % pool.size
    width = rng.integers(70, 131, len(deals))[row]
    above = deals.value[row] // 1_000_000 * (_GAPS[place] * width + rng.integers(-99, 100, total) * (place > 0))
    # Of a firm's bids no more than one in three is thrown out; of those that may be, each body has its own share.
    time = np.argsort(deals.signed[row], kind="stable")
    nth = np.empty(total, dtype=np.int64)
    nth[time] = turns(firm[time])
    may = np.flatnonzero((place > 1) & (nth % 3 == 2))
    body = deals.body[row[may]]
    thrown_out = np.zeros(total, dtype=np.bool_)
    thrown_out[may] = falls(turns(body), severity(body), SEVEREST)
    last = (place == deals.bids[row] - 1) & (place > 3) & (rng.random(total) < 0.03)
    gaps = rng.random((2, total)) < 0.12
    columns = {
        "tender": deals.tender[row],
        "bid": serial(desk, "bid", total),
        "firm": firm,
        "amount": deals.price[row] + above,
        "submitted": deals.deadline[row] - rng.integers(1, 6, total),
        "status": np.where(last, WITHDRAWN, np.where(thrown_out, DISQUALIFIED, VALID)),
        "rank": place + 1,
        "period": deals.months[row] * 30 + place * 5,
        "manager": np.where(place == 0, deals.manager[row], serial(desk, "person", total)),
        "agent": serial(desk, "person", total),
        "account": serial(desk, "account", total),
        "author": np.where(gaps[0], ABSENT, serial(desk, "author", total)),
        "device": np.where(gaps[1], ABSENT, serial(desk, "device", total)),
        "states": deals.states[row],
    }
    block(desk, "bid", columns)
