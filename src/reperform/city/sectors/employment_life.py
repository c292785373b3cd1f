"""Work in ordinary life: firms, who is insured where and how long, subsidies, benefits, declarations.

Rules kept here:

* Nobody here breaks a rule: subsidies go to lasting staff of active firms, benefits to people without work, each for
  no more months than is due; nobody is old enough for a pension.
* Office towers and bookkeepers are shared by many firms, a house by two: sharing alone is innocent.
* What a register can't know yet at the first state, an end or a beginning after it, is not in that state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from reperform.city.dates import (
    DAY_AFTER,
    DAY_BEFORE,
    FIRST,
    LAST_AFTER,
    LAST_BEFORE,
    NEVER,
    OPENING,
    Flags,
    Ints,
    day,
    first_days,
    months_of,
    spread,
)
from reperform.city.people import Residents
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, known_from

from .employment_desk import (
    ACTIVE,
    BENEFIT,
    CANCELLED,
    EXPANSION,
    GRADUATE,
    INSURANCE,
    QUARTERS,
    STARTUP,
    TRAINEESHIP,
    USUAL,
    WorkDesk,
)

FIRMS_PER_MILLION = 20_000
_TOWER, _BOOKKEEPER = 24, 30
"""Firms at one address, firms of one agent: many more than a tie may have."""


@dataclass(frozen=True, eq=False)
class Firms:
    """The firms of a chunk."""

    number: Ints
    place: Ints
    registered: Ints
    status_on: Ints
    plain: Flags
    """Active throughout and no dispatch firm."""
    representative: Ints

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, eq=False)
class Staff:
    """Who works in a chunk: the row of the resident, of the firm, the months, and the next firm of whoever moves."""

    who: Ints
    firm: Ints
    first: Ints
    end: Ints
    stays: Flags
    leaves: Flags
    moves: Flags
    next_firm: Ints
    next_first: Ints


def workers(rng: np.random.Generator, people: Residents, reserve: int) -> tuple[Ints, Ints]:
    """Return who is kept for cases and who works; nobody of either reaches a pension before the second state."""
    youngest = DAY_AFTER - 20 * 366
    oldest = np.where(people.male == 1, day(date(1966, 11, 15)), DAY_AFTER - 49 * 365)
    able = (people.born <= youngest) & (people.born >= oldest) & ~people.taken
    settled = able & (people.died == NEVER) & (people.moved_out == NEVER) & (people.moved_in <= day(OPENING))
    kept = rng.permutation(np.flatnonzero(settled))[:reserve]
    able[kept] = False
    return kept, np.flatnonzero(able & (rng.random(len(people)) < 0.62))


def firms(desk: WorkDesk, count: int, people: Ints) -> Firms:
    """Draw and write the firms of a chunk."""
    rng, number = desk.rng, desk.town.serial("firm", count) + np.arange(count, dtype=np.int64)
    young = rng.random(count) < 0.08
    registered = np.where(
        young,
        rng.integers(day(OPENING), DAY_BEFORE - 60, count),
        day(date(2005, 1, 1)) + (rng.random(count) * 7200).astype(np.int64),
    )
    chance = rng.random((3, count))
    ended = (chance[0] < 0.03) & ~young
    status_on = np.where(ended, rng.integers(day(OPENING), DAY_AFTER + 1, count), NEVER)
    dispatch = (chance[1] < 0.015) & ~ended
    listed = np.where((chance[2] < 0.02) & ~young, registered + 300, NEVER)
    people = rng.permutation(people)[: 2 * count]
    place = rng.integers(0, 8, count)
    address = desk.town.serial("firm_address", count) + np.arange(count, dtype=np.int64)
    for begin in range(0, count // _TOWER // 8 * _TOWER, _TOWER):
        address[begin : begin + _TOWER] = address[begin]
    agent = np.where(rng.random(count) < 0.3, people[count : 2 * count], ABSENT)
    half = count // 2
    for begin in range(half, half + count // _BOOKKEEPER // 7 * _BOOKKEEPER, _BOOKKEEPER):
        agent[begin : begin + _BOOKKEEPER] = people[begin]
    house = np.arange(count - 1 - count // 50 * 2, count - 1, 2)
    address[house + 1], place[house + 1] = address[house], place[house]
    known = {
        "firm": number,
        "representative": people[:count],
        "registered": registered,
        "listed": listed,
        "delisted": np.where(listed < NEVER, listed + 120, NEVER),
        "dispatch": dispatch.astype(np.int64),
        "address": address,
        "style": rng.integers(0, 3, count),
        "phone": desk.town.serial("firm_phone", count) + np.arange(count, dtype=np.int64),
        "agent": agent,
        "place": place,
    }
    for state, today in ((IN_BEFORE, DAY_BEFORE), (IN_AFTER, DAY_AFTER)):
        over = status_on <= today
        desk.firms.block(
            **known,
            status=np.where(over, CANCELLED, ACTIVE),
            status_on=np.where(over, status_on, NEVER),
            states=np.full(count, state, dtype=np.int64),
        )
    desk.registrations.block(
        number=desk.town.serial("insured_firm", count) + np.arange(count, dtype=np.int64),
        firm=number,
        insured_on=registered + rng.integers(0, 30, count),
        states=np.full(count, IN_BOTH, dtype=np.int64),
    )
    return Firms(number, place, registered, status_on, (status_on == NEVER) & ~dispatch, people[:count])


def staff(desk: WorkDesk, made: Firms, people: Residents, who: Ints) -> Staff:
    """Draw who works where; sizes of firms follow a lognormal law."""
    rng, count = desk.rng, len(who)
    weight = np.cumsum(rng.lognormal(0, 1.1, len(made)))
    firm, other = (np.searchsorted(weight, rng.random(count) * weight[-1]) for _ in range(2))
    first = np.maximum(rng.integers(FIRST - 150, FIRST, count), months_of(made.registered)[firm])
    lot = rng.random(count)
    end = rng.integers(FIRST + 1, LAST_AFTER, count)
    moves, leaves = (lot < 0.14) & (first < end), (lot >= 0.14) & (lot < 0.22) & (first < end)
    end = np.where(moves | leaves, end, NEVER)
    bound = np.minimum(months_of(people.died)[who], months_of(made.status_on)[firm])
    next_first = np.maximum(end + 1 + rng.integers(0, 4, count), months_of(made.registered)[other])
    alive = people.died[who] == NEVER
    moves &= alive & (next_first <= LAST_AFTER - 1) & (bound >= end) & made.plain[other]
    leaves &= alive & (bound >= end)
    end = np.minimum(end, bound)
    stays = (end >= LAST_AFTER) & alive
    drawn = Staff(who, firm, first, end, stays, leaves, moves, other, next_first)
    _write_staff(desk, made, people, drawn)
    return drawn


def _write_staff(desk: WorkDesk, made: Firms, people: Residents, drawn: Staff) -> None:
    base = (desk.rng.lognormal(8.9, 0.4, len(drawn.who)) / 10).astype(np.int64) * 1000
    lasts = np.where(drawn.end <= LAST_AFTER, drawn.end, ABSENT)
    lived = np.flatnonzero(drawn.first <= drawn.end)
    moved = np.flatnonzero(drawn.moves)
    for rows, firm, first, last in (
        (lived, drawn.firm, drawn.first, lasts),
        (moved, drawn.next_firm, drawn.next_first, np.full(len(drawn.who), ABSENT, dtype=np.int64)),
    ):
        unknown = (last[rows] >= LAST_BEFORE) & (last[rows] != ABSENT)
        late = first[rows] > LAST_BEFORE
        table = {"person": people.person[drawn.who[rows]], "firm": made.number[firm[rows]], "first": first[rows]}
        table |= {"base": base[rows]}
        desk.stays.block(**table, last=last[rows], states=np.where(unknown | late, IN_AFTER, IN_BOTH))
        open_still = np.flatnonzero(unknown & ~late)
        desk.stays.block(
            **{name: column[open_still] for name, column in table.items()},
            last=np.full(len(open_still), ABSENT, dtype=np.int64),
            states=np.full(len(open_still), IN_BEFORE, dtype=np.int64),
        )


def declarations(desk: WorkDesk, made: Firms, drawn: Staff) -> None:
    """Write what the firms declare, quarter by quarter."""
    rng, employees = desk.rng, np.bincount(drawn.firm, minlength=len(made)) + 1
    begun = np.searchsorted(QUARTERS + 2, np.maximum(months_of(made.registered), QUARTERS[0]))
    ended = np.searchsorted(QUARTERS, np.minimum(months_of(made.status_on), LAST_AFTER - 3), side="right") - 1
    row, at = spread(begun, ended)
    quarter = QUARTERS[at]
    typical = (rng.lognormal(11.5, 1.0, len(made)) * 1000).astype(np.int64) + 100_000
    desk.declarations.block(
        firm=made.number[row],
        quarter=quarter,
        sales=typical[row] * rng.integers(60, 140, len(row)) // 100,
        employees=employees[row],
        states=known_from(first_days(quarter + 3) + 14),
    )


def _pay(desk: WorkDesk, table: dict[str, Ints]) -> None:
    """Write payment lines; what is not paid by the second state is not written."""
    count = len(table["month"])
    applied = first_days(table["month"] + 1) + desk.rng.integers(0, 15, count)
    applied = table.get("applied", applied)
    paid = applied + desk.rng.integers(15, 40, count)
    lines = table | {"applied": applied, "paid": paid, "states": known_from(paid)}
    lines["number"] = desk.town.serial("subsidy_line", count) + np.arange(count, dtype=np.int64)
    seen = paid <= DAY_AFTER
    desk.lines.block(**{name: column[seen] for name, column in lines.items()})


def subsidies(desk: WorkDesk, made: Firms, people: Residents, drawn: Staff) -> None:
    """Pay monthly subsidies for lasting staff, aid for some who were hired, and grants to some founders."""
    rng = desk.rng
    fit = np.flatnonzero(drawn.stays & made.plain[drawn.firm] & (rng.random(len(drawn.who)) < 0.025))
    start = np.maximum(rng.integers(FIRST, LAST_AFTER - 4, len(fit)), drawn.first[fit] + 1)
    end = np.minimum(start + rng.integers(2, 18, len(fit)), LAST_AFTER - 2)
    kind = np.array([INSURANCE, GRADUATE, TRAINEESHIP])[rng.integers(0, 3, len(fit))]
    row, months = spread(start, end)
    at = drawn.firm[fit[row]]
    _pay(desk, {
        "kind": kind[row], "firm": made.number[at], "person": people.person[drawn.who[fit[row]]], "month": months,
        "amount": np.array(USUAL)[kind[row]], "place": made.place[at],
    })  # fmt: skip
    hired = np.flatnonzero(drawn.moves & (rng.random(len(drawn.who)) < 0.1))
    at = drawn.next_firm[hired]
    _pay(desk, {
        "kind": np.full(len(hired), EXPANSION), "firm": made.number[at], "person": people.person[drawn.who[hired]],
        "month": drawn.next_first[hired], "amount": np.full(len(hired), USUAL[EXPANSION]), "place": made.place[at],
    })  # fmt: skip
    _grants(desk, made, people, drawn)


def _grants(desk: WorkDesk, made: Firms, people: Residents, drawn: Staff) -> None:
    rng, size = desk.rng, len(made)
    lasting = drawn.stays & (people.person[drawn.who] != made.representative[drawn.firm])
    since = np.full(size, LAST_AFTER, dtype=np.int64)
    np.minimum.at(since, drawn.firm[lasting], drawn.first[lasting])
    ready = np.maximum(np.maximum(made.registered + 190, first_days(since + 4)), day(OPENING))
    chosen = np.flatnonzero(made.plain & (ready <= DAY_AFTER - 150) & (rng.random(size) < 0.3))
    chosen = chosen[ready[chosen] - made.registered[chosen] < 1100]
    applied = ready[chosen] + rng.integers(0, 100, len(chosen))
    listed = (applied >= made.registered[chosen] + 300) & (applied < made.registered[chosen] + 420)
    chosen, applied = chosen[~listed], applied[~listed]
    _pay(desk, {
        "kind": np.full(len(chosen), STARTUP), "firm": made.number[chosen], "person": made.representative[chosen],
        "month": months_of(applied), "amount": np.full(len(chosen), USUAL[STARTUP]), "place": made.place[chosen],
        "applied": applied,
    })  # fmt: skip


def benefits(desk: WorkDesk, made: Firms, people: Residents, drawn: Staff) -> None:
    """Let half of those who left for good claim unemployment benefit, and draw some of what is due."""
    rng = desk.rng
    left = np.flatnonzero(drawn.leaves & (drawn.end <= LAST_AFTER - 3) & (rng.random(len(drawn.who)) < 0.5))
    count, at = len(left), drawn.firm[left]
    insured = np.clip(drawn.end[left] - drawn.first[left] + 1, 12, None)
    due = np.where(insured < 48, insured // 12, 4 + (insured - 48) // 6)
    first = drawn.end[left] + 1
    number = desk.town.serial("jobless_claim", count) + np.arange(count, dtype=np.int64)
    claimed = first_days(first) + rng.integers(0, 20, count)
    person, body = people.person[drawn.who[left]], made.place[at] + 1
    desk.claims.block(
        number=number,
        person=person,
        firm=made.number[at],
        claimed=claimed,
        insured=insured,
        body=body,
        states=known_from(claimed),
    )
    drawn_months = np.minimum(rng.integers(1, 25, count), np.minimum(due, 24))
    row, months = spread(first, np.minimum(first + drawn_months - 1, LAST_AFTER - 1))
    desk.benefits.block(
        number=desk.town.serial("benefit_line", len(row)) + np.arange(len(row), dtype=np.int64),
        claim=number[row],
        person=person[row],
        month=months,
        amount=np.full(len(row), BENEFIT, dtype=np.int64),
        body=body[row],
        states=np.where(months < LAST_BEFORE, IN_BOTH, IN_AFTER),
    )


def posts(desk: WorkDesk, people: Residents, busy: Ints) -> None:
    """Give some of those who work for no firm a post that is paid from the budget."""
    rng, idle = desk.rng, np.ones(len(people), dtype=np.bool_)
    idle[busy] = False
    adult = (people.born < day(OPENING) - 24 * 366) & (people.born > day(OPENING) - 57 * 365)
    who = np.flatnonzero(idle & adult & ~people.taken & (people.died == NEVER) & (rng.random(len(people)) < 0.06))
    since = np.maximum(people.born[who] + 23 * 366, day(date(1995, 1, 1))) + rng.integers(0, 365, len(who))
    desk.posts.block(
        person=people.person[who],
        employer=rng.integers(0, len(desk.town.spending), len(who)),
        since=since,
        until=np.full(len(who), NEVER, dtype=np.int64),
        states=np.full(len(who), IN_BOTH, dtype=np.int64),
    )


def ordinary(desk: WorkDesk, people: Residents, working: Ints, kept: Ints) -> None:
    """Write all of ordinary working life in a chunk; who is kept for cases has no part in it."""
    count = max(40, desk.part.share(FIRMS_PER_MILLION * desk.town.residents // 1_000_000))
    made = firms(desk, min(count, len(working) // 3), people.person[working])
    drawn = staff(desk, made, people, working)
    declarations(desk, made, drawn)
    subsidies(desk, made, people, drawn)
    benefits(desk, made, people, drawn)
    posts(desk, people, np.concatenate([working, kept]))
