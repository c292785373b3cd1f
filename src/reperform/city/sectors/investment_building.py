"""Ordinary life on site: bonds, certificates, payments, staff, subcontracts, variations and settlements, in blocks.

Work is certified month by month and paid behind the certificates; at the end what was audited is settled and, less a
retention, paid. Each register is known up to the date of its rows.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, NEVER, Ints, months_of
from reperform.city.rows import ABSENT, known_from

from .investment_deals import Deals, block, filled, serial
from .investment_desk import Works
from .investment_papers import (
    ADVANCE,
    BID_BOND,
    CLERK,
    FINAL,
    GOODS,
    ITEMS,
    LABOUR,
    MANAGER,
    PERFORMANCE,
    PROGRESS,
    QUALITY,
    SPECIALIST,
)


def bonds(desk: Works, deals: Deals) -> None:
    """Write bid bonds, given back with the contract, and performance bonds."""
    tendered = deals.at(deals.bids > 0)
    back = tendered.signed + desk.rng.integers(1, 6, len(tendered))
    amount = tendered.value // 1000 * desk.rng.integers(8, 21, len(tendered))
    bid = {"bond": serial(desk, "bond", len(tendered)), "kind": filled(BID_BOND, len(tendered)), "body": tendered.body}
    bid |= {"tender": tendered.tender, "contract": filled(ABSENT, len(tendered)), "payer": tendered.firm}
    bid |= {"amount": amount, "taken": tendered.deadline - 2, "returned": amount, "returned_on": back}
    bid |= {"voucher": serial(desk, "bond voucher", len(tendered)), "states": known_from(back)}
    block(desk, "bond", bid, back <= DAY_AFTER)
    large = deals.at(deals.kind <= GOODS)
    share = desk.rng.integers(50, 101, len(large))
    _held(desk, large, PERFORMANCE, large.price // 1000 * share, large.signed)


def _held(desk: Works, deals: Deals, kind: int, amount: Ints, taken: Ints) -> None:
    nothing = filled(ABSENT, len(deals))
    held = {"bond": serial(desk, "bond", len(deals)), "kind": filled(kind, len(deals)), "body": deals.body}
    held |= {"tender": nothing, "contract": deals.contract, "payer": deals.firm, "amount": amount, "taken": taken}
    held |= {
        "returned": nothing,
        "returned_on": filled(NEVER, len(deals)),
        "voucher": nothing,
        "states": known_from(taken),
    }
    block(desk, "bond", held, taken <= DAY_AFTER)


def _paid(desk: Works, contract: Ints, paid: Ints, amount: Ints, kind: int) -> None:
    columns = {"payment": serial(desk, "payment", len(contract)), "contract": contract, "paid": paid, "amount": amount}
    columns |= {"kind": filled(kind, len(contract)), "states": known_from(paid)}
    block(desk, "project_payment", columns, paid <= DAY_AFTER)


def progress(desk: Works, deals: Deals) -> None:
    """Write certificates, payments behind them, and what follows the last one."""
    rng, row = desk.rng, np.repeat(np.arange(len(deals)), deals.months)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(deals.months) - deals.months, deals.months) + 1
    certified = deals.signed[row] + 30 * turn
    done, before = (deals.price[row] * at // deals.months[row] for at in (turn, turn - 1))
    columns = {"contract": deals.contract[row], "certificate": turn, "certified": certified, "cumulative": done}
    block(desk, "progress_certificate", columns | {"states": known_from(certified)}, certified <= DAY_AFTER)
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
    block(desk, "settlement", columns | {"states": known_from(audited_on + 4)}, audited_on + 4 <= DAY_AFTER)
    rest = audited // 100 * 97 - deals.price * 7 // 10 - np.where(advanced, deals.price // 10, 0)
    _paid(desk, deals.contract, audited_on + rng.integers(10, 40, len(deals)), rest, FINAL)
    _held(desk, deals.at(advanced), QUALITY, (audited // 100 * 3)[advanced], (audited_on + 4)[advanced])


def staff(desk: Works, deals: Deals) -> None:
    """Write who was on site, month by month."""
    rng, roles = desk.rng, np.arange(MANAGER, CLERK + 1)
    row, role = np.repeat(np.arange(len(deals)), len(roles)), np.tile(roles, len(deals))
    person = np.where(role == MANAGER, deals.manager[row], serial(desk, "person", len(row)))
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
    block(desk, "site_staff", columns, deals.signed[row][line] + 31 * (turn + 1) <= DAY_AFTER)


def subcontracts(desk: Works, deals: Deals) -> None:
    """Write one specialist and one labour subcontract of most contracts."""
    for scope, agreed, share in ((SPECIALIST, 1, 12), (LABOUR, ABSENT, 9)):
        chosen = deals.at(desk.rng.random(len(deals)) < 0.7)
        signed, count = chosen.signed + 20, len(chosen)
        columns = {"subcontract": serial(desk, "subcontract", count), "contract": chosen.contract}
        columns |= {"upper": filled(ABSENT, count), "firm": serial(desk, "firm", count), "scope": filled(scope, count)}
        columns |= {"amount": chosen.price // 100 * share, "signed": signed, "agreed": filled(agreed, count)}
        columns |= {"qualified": filled(1, count), "states": known_from(signed)}
        block(desk, "subcontract", columns, signed <= DAY_AFTER)


def variations(desk: Works, deals: Deals) -> None:
    """Write up to two variations of a contract, of different parts of the works."""
    rng, item = desk.rng, desk.rng.integers(0, len(ITEMS), len(deals))
    for turn in range(2):
        chosen = rng.random(len(deals)) < 0.5
        some, count = deals.at(chosen), int(np.count_nonzero(chosen))
        worked = some.signed + rng.integers(40, 140, count)
        amount = some.price // 1000 * rng.integers(2, 11, count) * np.where(rng.random(count) < 0.2, -1, 1)
        columns = {"contract": some.contract, "variation": serial(desk, "variation", count)}
        columns |= {"item": (item[chosen] + turn) % len(ITEMS), "amount": amount, "worked": worked}
        columns |= {"approved": worked - rng.integers(3, 21, count), "states": known_from(worked)}
        block(desk, "variation", columns, worked <= DAY_AFTER)
