"""Ordinary life of public investment: projects that are approved, tendered, built, paid and closed as they should be.

Rules kept here:

* Everything is made in blocks, one row of numbers per contract first, from which its tender, bids and payments follow.
* A register is filled when a thing is concluded: a tender stands in it with its contract, a payment with its date. What
  would be later than the second state is not written.
* Each project has one contract of each kind. One below the limit of its kind may be given directly; its fellows are of
  other kinds, so that nothing looks split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, Flags, Ints, day, months_of
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, Columns, known_from

from .investment_desk import Works
from .investment_papers import (
    ADVANCE,
    BID_BOND,
    CLERK,
    COMPLETE,
    DESIGN,
    DIRECT,
    DISQUALIFIED,
    FINAL,
    GOODS,
    ITEMS,
    LABOUR,
    LIMITS,
    MANAGER,
    OPEN,
    PERFORMANCE,
    PROGRESS,
    QUALITY,
    SPECIALIST,
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


@dataclass(frozen=True)
class Deals:
    """One row per contract of ordinary life; `bids` is 0 where it was given directly."""

    contract: Ints
    project: Ints
    body: Ints
    kind: Ints
    value: Ints
    price: Ints
    bids: Ints
    tender: Ints
    award: Ints
    firm: Ints
    manager: Ints
    docs_from: Ints
    deadline: Ints
    noticed: Ints
    signed: Ints
    months: Ints

    def at(self, chosen: Flags) -> Deals:
        """Return some of them."""
        return Deals(**{name: column[chosen] for name, column in vars(self).items()})

    @property
    def states(self) -> Ints:
        """The states in which each is known."""
        return known_from(self.signed)

    def __len__(self) -> int:
        return len(self.contract)


def ordinary(desk: Works, count: int) -> None:
    """Write so many projects and all that follows from them."""
    if not count:
        return
    rng = desk.rng
    number = _serial(desk, "project", count)
    body = rng.integers(0, len(desk.bodies), count)
    approved = np.sort(rng.integers(day(OPENING) - 400, DAY_AFTER - 130, count))
    estimate = (np.clip(rng.lognormal(8.3, 1.1, count), 400, 200_000) * 10_000).astype(np.int64) * 100
    deals = _deals(desk, number, body, approved, estimate)
    works = deals.at(deals.kind == WORKS)
    _projects(desk, number, body, approved, estimate, works)
    known = deals.at(deals.signed <= DAY_AFTER)
    _contracts(desk, known)
    tendered = known.at(known.bids > 0)
    _tenders(desk, tendered)
    _bids(desk, tendered)
    _bonds(desk, known)
    _progress(desk, known)
    built = known.at(known.kind == WORKS)
    _staff(desk, built)
    _subcontracts(desk, built)
    _variations(desk, built)


def _serial(desk: Works, name: str, count: int) -> Ints:
    return desk.town.serial(f"investment {name}", count) + np.arange(count, dtype=np.int64)


def _prime(least: int) -> int:
    number = max(least, 3) | 1
    while any(number % part == 0 for part in range(3, int(number**0.5) + 1, 2)):
        number += 2
    return number


def _deals(desk: Works, project: Ints, body: Ints, approved: Ints, estimate: Ints) -> Deals:
    rng, total = desk.rng, len(project) * len(_SHARES)
    kind = np.tile(np.array([kind for kind, _ in _SHARES]), len(project))
    share = np.tile(np.array([share for _, share in _SHARES]), len(project))
    value = np.repeat(estimate, len(_SHARES)) // 100_000 * share * rng.integers(900, 1000, total) // 10_000 * 10_000
    must = value >= np.array(LIMITS)[kind]
    bids = np.where(must | (rng.random(total) < 0.4), rng.integers(4, _MOST_BIDS + 1, total), 0)
    docs_from = np.repeat(approved, len(_SHARES)) + rng.integers(20, 90, total)
    deadline = docs_from + rng.integers(21, 35, total)
    noticed = deadline + rng.integers(8, 13, total)
    pool = _prime(max(211, total // 4))
    first = desk.town.serial("investment firm", pool)
    lowest = value // 10_000 * rng.integers(8400, 8900, total)
    return Deals(
        contract=_serial(desk, "contract", total),
        project=np.repeat(project, len(_SHARES)),
        body=np.repeat(body, len(_SHARES)),
        kind=kind,
        value=value,
        price=np.where(bids > 0, lowest, value),
        bids=bids,
        tender=_serial(desk, "tender", total),
        award=_serial(desk, "award", total),
        firm=first + rng.integers(0, pool, total),
        manager=_serial(desk, "person", total),
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
    papers = _serial(desk, "paper", count)
    for state, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
        dated = {"permit": started - rng.integers(0, 20, count), "started": started, "accepted": accepted}
        dated |= {"accounts_on": accounts_on}
        known = {name: np.where(days <= today, days, NEVER) for name, days in dated.items()}
        known["permit"] = np.where(known["started"] == NEVER, NEVER, known["permit"])
        known["accounts"] = np.where(accounts_on <= today, papers, ABSENT)
        known["states"] = np.full(count, state, dtype=np.int64)
        _block(desk, "project", table | known, approved <= today)


def _block(desk: Works, table: str, columns: Columns, here: Flags | None = None) -> None:
    chosen = columns if here is None else {name: column[here] for name, column in columns.items()}
    desk.rows[table].block(**chosen)


def _all(number: int, count: int) -> Ints:
    return np.full(count, number, dtype=np.int64)


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
        "exemption": _all(ABSENT, count),
        "firm": deals.firm,
        "amount": deals.price,
        "signed": deals.signed,
        "period": deals.months * 30,
        "manager": deals.manager,
        "percent": np.where(desk.rng.random(count) < 0.1, ABSENT, 80),
        "states": deals.states,
    }
    _block(desk, "contract", columns)


def _tenders(desk: Works, deals: Deals) -> None:
    rng, count = desk.rng, len(deals)
    candidates = deals.deadline + rng.integers(1, 4, count)
    size = 5 + 2 * rng.integers(0, 2, count)
    columns = {
        "tender": deals.tender,
        "project": deals.project,
        "body": deals.body,
        "agency": rng.integers(1, 41, count),
        "kind": deals.kind,
        "method": _all(OPEN, count),
        "status": _all(COMPLETE, count),
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
    _block(desk, "tender", columns)
    award = {"tender": deals.tender, "award": deals.award, "firm": deals.firm, "amount": deals.price}
    award |= {"awarded": deals.noticed, "status": _all(WON, count), "states": deals.states}
    _block(desk, "award", award)


def _bids(desk: Works, deals: Deals) -> None:
    """Write the bids; those of one tender are of different firms because the pool is a prime number of them."""
    rng, row = desk.rng, np.repeat(np.arange(len(deals)), deals.bids)
    total = len(row)
    place = np.arange(total) - np.repeat(np.cumsum(deals.bids) - deals.bids, deals.bids)
    pool = _prime(max(211, len(deals)))
    base = desk.town.serial("investment firm", pool)
    step, start = rng.integers(1, pool, len(deals)), rng.integers(0, pool, len(deals))
    firm = np.where(place == 0, deals.firm[row], base + (start[row] + step[row] * place) % pool)
    above = deals.value[row] // 100_000 * (_GAPS[place] * 10 + rng.integers(-30, 31, total) * (place > 0))
    luck = rng.random(total)
    last = (place == deals.bids[row] - 1) & (place > 3)
    status = np.where((place > 0) & (luck < 0.05), DISQUALIFIED, VALID)
    gaps = rng.random((2, total)) < 0.12
    columns = {
        "tender": deals.tender[row],
        "bid": _serial(desk, "bid", total),
        "firm": firm,
        "amount": deals.price[row] + above,
        "submitted": deals.deadline[row] - rng.integers(1, 6, total),
        "status": np.where(last & (luck > 0.97), WITHDRAWN, status),
        "rank": place + 1,
        "period": deals.months[row] * 30 + place * 5,
        "manager": np.where(place == 0, deals.manager[row], _serial(desk, "person", total)),
        "agent": _serial(desk, "person", total),
        "account": _serial(desk, "account", total),
        "author": np.where(gaps[0], ABSENT, _serial(desk, "author", total)),
        "device": np.where(gaps[1], ABSENT, _serial(desk, "device", total)),
        "states": deals.states[row],
    }
    _block(desk, "bid", columns)


def _bonds(desk: Works, deals: Deals) -> None:
    tendered = deals.at(deals.bids > 0)
    back = tendered.signed + desk.rng.integers(1, 6, len(tendered))
    amount = tendered.value // 1000 * desk.rng.integers(8, 21, len(tendered))
    bid = {"bond": _serial(desk, "bond", len(tendered)), "kind": _all(BID_BOND, len(tendered)), "body": tendered.body}
    bid |= {"tender": tendered.tender, "contract": _all(ABSENT, len(tendered)), "payer": tendered.firm}
    bid |= {"amount": amount, "taken": tendered.deadline - 2, "returned": amount, "returned_on": back}
    bid |= {"voucher": _serial(desk, "bond voucher", len(tendered)), "states": known_from(back)}
    _block(desk, "bond", bid, back <= DAY_AFTER)
    large = deals.at(deals.kind <= GOODS)
    share = desk.rng.integers(50, 101, len(large))
    _held(desk, large, PERFORMANCE, large.price // 1000 * share, large.signed)


def _held(desk: Works, deals: Deals, kind: int, amount: Ints, taken: Ints) -> None:
    nothing = _all(ABSENT, len(deals))
    held = {"bond": _serial(desk, "bond", len(deals)), "kind": _all(kind, len(deals)), "body": deals.body}
    held |= {"tender": nothing, "contract": deals.contract, "payer": deals.firm, "amount": amount, "taken": taken}
    held |= {
        "returned": nothing,
        "returned_on": _all(NEVER, len(deals)),
        "voucher": nothing,
        "states": known_from(taken),
    }
    _block(desk, "bond", held, taken <= DAY_AFTER)


def _paid(desk: Works, contract: Ints, paid: Ints, amount: Ints, kind: int) -> None:
    columns = {"payment": _serial(desk, "payment", len(contract)), "contract": contract, "paid": paid, "amount": amount}
    columns |= {"kind": _all(kind, len(contract)), "states": known_from(paid)}
    _block(desk, "project_payment", columns, paid <= DAY_AFTER)


def _progress(desk: Works, deals: Deals) -> None:
    """Write certificates, payments behind them, and what follows the last one."""
    rng, row = desk.rng, np.repeat(np.arange(len(deals)), deals.months)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(deals.months) - deals.months, deals.months) + 1
    certified = deals.signed[row] + 30 * turn
    done, before = (deals.price[row] * at // deals.months[row] for at in (turn, turn - 1))
    columns = {"contract": deals.contract[row], "certificate": turn, "certified": certified, "cumulative": done}
    _block(desk, "progress_certificate", columns | {"states": known_from(certified)}, certified <= DAY_AFTER)
    _paid(
        desk,
        deals.contract[row],
        certified + rng.integers(4, 14, len(row)),
        done * 7 // 10 - before * 7 // 10,
        PROGRESS,
    )
    advanced = deals.kind <= GOODS
    early = deals.at(advanced)
    _paid(desk, early.contract, early.signed + 7, early.price // 10, ADVANCE)
    audited_on = deals.signed + 30 * deals.months + rng.integers(20, 40, len(deals))
    audited = deals.price // 1000 * rng.integers(930, 1000, len(deals))
    columns = {"contract": deals.contract, "claimed": deals.price // 100 * 103, "audited": audited}
    columns |= {"audited_on": audited_on, "settled": audited, "settled_on": audited_on + 4}
    _block(desk, "settlement", columns | {"states": known_from(audited_on + 4)}, audited_on + 4 <= DAY_AFTER)
    rest = audited // 100 * 97 - deals.price * 7 // 10 - np.where(advanced, deals.price // 10, 0)
    _paid(desk, deals.contract, audited_on + rng.integers(10, 40, len(deals)), rest, FINAL)
    _held(desk, deals.at(advanced), QUALITY, (audited // 100 * 3)[advanced], (audited_on + 4)[advanced])


def _staff(desk: Works, deals: Deals) -> None:
    rng, roles = desk.rng, np.arange(MANAGER, CLERK + 1)
    row, role = np.repeat(np.arange(len(deals)), len(roles)), np.tile(roles, len(deals))
    person = np.where(role == MANAGER, deals.manager[row], _serial(desk, "person", len(row)))
    late = rng.random(len(row)) < 0.05
    line = np.repeat(np.arange(len(row)), deals.months[row])
    turn = np.arange(len(line)) - np.repeat(np.cumsum(deals.months[row]) - deals.months[row], deals.months[row])
    months = months_of(deals.signed)[row][line] + turn
    columns = {
        "contract": deals.contract[row][line],
        "person": person[line],
        "role": role[line],
        "month": months,
        "employer": np.where(late[line] & (turn == 0), ABSENT, deals.firm[row][line]),
        "states": known_from(deals.signed[row][line] + 31 * (turn + 1)),
    }
    _block(desk, "site_staff", columns, deals.signed[row][line] + 31 * (turn + 1) <= DAY_AFTER)


def _subcontracts(desk: Works, deals: Deals) -> None:
    for scope, agreed, share in ((SPECIALIST, 1, 12), (LABOUR, ABSENT, 9)):
        chosen = deals.at(desk.rng.random(len(deals)) < 0.7)
        signed, count = chosen.signed + 20, len(chosen)
        columns = {"subcontract": _serial(desk, "subcontract", count), "contract": chosen.contract}
        columns |= {"upper": _all(ABSENT, count), "firm": _serial(desk, "firm", count), "scope": _all(scope, count)}
        columns |= {"amount": chosen.price // 100 * share, "signed": signed, "agreed": _all(agreed, count)}
        columns |= {"qualified": _all(1, count), "states": known_from(signed)}
        _block(desk, "subcontract", columns, signed <= DAY_AFTER)


def _variations(desk: Works, deals: Deals) -> None:
    """Write up to two variations of a contract, of different parts of the works."""
    rng, item = desk.rng, desk.rng.integers(0, len(ITEMS), len(deals))
    for turn in range(2):
        chosen = rng.random(len(deals)) < 0.5
        some, count = deals.at(chosen), int(np.count_nonzero(chosen))
        worked = some.signed + rng.integers(40, 140, count)
        amount = some.price // 1000 * rng.integers(2, 11, count) * np.where(rng.random(count) < 0.2, -1, 1)
        columns = {"contract": some.contract, "variation": _serial(desk, "variation", count)}
        columns |= {"item": (item[chosen] + turn) % len(ITEMS), "amount": amount, "worked": worked}
        columns |= {"approved": worked - rng.integers(3, 21, count), "states": known_from(worked)}
        _block(desk, "variation", columns, worked <= DAY_AFTER)
