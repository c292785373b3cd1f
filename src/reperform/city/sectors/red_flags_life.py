"""Ordinary tendering of services: the processes from which the published red flags learn what is usual.

Rules kept here:

* Firms bid in rings: four firms meet in four tenders, each winning one. Some firms bid in one ring only, in which the
  dearest bid of each tender is disqualified, of each firm once. Others are the points of the affine plane of order
  four, whose lines (in three directions) are rings: they bid twelve times, and no two meet in more than four tenders.
* Hence the shares of wins are a quarter or a third of the valid bids, those of disqualified bids none or a quarter, of
  firms, agencies and buyers alike: the fences lie at an eighth of wins, twelve bids and five eighths of disqualified
  bids, and nobody reaches them by chance. There are enough of either to outweigh the firms of public investment, most
  of which bid once and lose.
* The second-lowest bid is 0.8 to 1.6 per cent above the winning one, evenly spread; prices have no other pattern.
* Regular suppliers have twenty direct awards each, of two to five classes.
"""

from __future__ import annotations

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER, OPENING, Ints, day
from reperform.city.rows import ABSENT, IN_BOTH, Columns, known_from
from reperform.city.town import Part, Town

from .investment_papers import COMPLETE, DIRECT, DISQUALIFIED, OPEN, SERVICES, VALID, builders

PLANES_PER_MILLION, LEAST_PLANES = 2_000, 200
RINGS_PER_MILLION, LEAST_RINGS = 10_000, 1_000
"""Each on top of the least, as the cases of a small city are as many as those of a large one."""
REGULARS_PER_MILLION, LEAST_REGULARS = 300, 120
AWARDS_OF_A_REGULAR = 20
FEWEST_OF_A_TOP_BIDDER = 12
_RING = 4
_CYCLE, _STRICT = 20, 9
"""Of twenty agencies, and of twenty buyers, nine disqualify."""
_AGENCIES, _FIRST_AGENCY = 200, 41
_PRODUCTS = ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2))
"""Multiplication in the field of four elements; its addition is the exclusive or."""
_LINES = np.array(
    [
        [4 * x + (_PRODUCTS[slope][x] ^ shift) for x in range(_RING)]
        for slope in range(1, _RING)
        for shift in range(_RING)
    ]
)
_GAPS = np.array([0, 100, 330, 390], dtype=np.int64)
"""Places of the prices, in hundredths of the first gap."""
SUPPLIES = {
    "41": "净水供应",
    "42": "工业机械",
    "44": "建筑材料",
    "50": "维修保养",
    "55": "餐饮住宿",
    "60": "客货运输",
    "64": "邮政电信",
    "71": "工程设计",
    "72": "信息技术服务",
    "77": "园林养护",
    "79": "印刷会务",
    "85": "卫生服务",
    "90": "环卫清洁",
    "92": "文体活动",
    "98": "其他服务",
}
"""Divisions of the Common Procurement Vocabulary, and what is bought of each."""
CLASSES = tuple(SUPPLIES)


def rings(town: Town, part: Part) -> dict[str, Columns]:
    """Return tenders, bids and awards of the firms that bid in one ring, and are disqualified once."""
    ring = _numbers(town, part, "red flags ring", LEAST_RINGS + RINGS_PER_MILLION * town.residents // 1_000_000)
    kind = ring // _STRICT * _CYCLE + ring % _STRICT
    return _played(town, part, "red flags rings", kind, np.arange(_RING)[None, :], strict=True)


def planes(town: Town, part: Part) -> dict[str, Columns]:
    """Return tenders, bids and awards of the firms that bid in three rings."""
    plane = _numbers(town, part, "red flags plane", LEAST_PLANES + PLANES_PER_MILLION * town.residents // 1_000_000)
    mild = _CYCLE - _STRICT
    kind = plane // mild * _CYCLE + _STRICT + plane % mild
    return _played(town, part, "red flags planes", kind, _LINES, strict=False)


def _numbers(town: Town, part: Part, name: str, total: int) -> Ints:
    count = part.share(total)
    return town.serial(name, count) + np.arange(count, dtype=np.int64)


def _played(town: Town, part: Part, stream: str, kind: Ints, lines: Ints, *, strict: bool) -> dict[str, Columns]:
    """Let the firms of each play meet on its lines; `kind` decides on buyer and agency."""
    count, rng, firms = len(kind), town.rng(stream, part.number), int(lines.max()) + 1
    late = rng.random(count) < 0.12
    begun = np.where(
        late,
        rng.integers(DAY_BEFORE - 100, DAY_AFTER - 125, count),
        rng.integers(day(OPENING) + 30, DAY_BEFORE - 125, count),
    )
    at = np.repeat(np.arange(count), len(lines) * _RING)  # the play of each tender
    line = np.tile(np.repeat(np.arange(len(lines)), _RING), count)
    turn = np.tile(np.arange(_RING), count * len(lines))
    tenders = len(at)
    number = town.serial("investment tender", tenders) + np.arange(tenders, dtype=np.int64)
    value = (rng.lognormal(4.6, 0.8, tenders) * 1_000_000).astype(np.int64) + 20_000_000
    tender = {
        **_papers(number, _buyers(town, kind[at]), value, begun[at] + line * 5 + turn, known_from(begun[at] + 120)),
        "agency": _FIRST_AGENCY + kind[at] % _AGENCIES,
        "bidders": np.full(tenders, _RING, dtype=np.int64),
    }
    base = town.serial("investment firm", count * firms) + at * firms
    of, place = np.repeat(np.arange(tenders), _RING), np.tile(np.arange(_RING), tenders)
    firm = base[of] + lines[line[of], (turn[of] + place) % _RING]
    bid, award = _bids(town, firm, of, place, tender, strict=strict)
    return {"tender": tender, "bid": bid, "award": award}


def _bids(town: Town, firm: Ints, of: Ints, place: Ints, tender: Columns, *, strict: bool) -> tuple[Columns, Columns]:
    """Return the bids of the tenders, the first of each the lowest, and its awards."""
    spread = (tender["tender"] * 618_034) % 1_000_000  # evenly over the million, in no order
    price = tender["value"] * 86 // 100 // 10_000 * 10_000
    step = price // 10_000 * (8_000 + spread * 8 // 1_000)  # millionths of a hundredth of the price
    amount = price[of] + step[of] // 10_000 * _GAPS[place]
    out = strict & (place == _RING - 1)
    serial = np.arange(len(of), dtype=np.int64)
    bid = {
        "tender": tender["tender"][of],
        "bid": town.serial("investment bid", len(of)) + serial,
        "firm": firm,
        "amount": amount,
        "submitted": tender["deadline"][of] - 1 - place % 3,
        "status": np.where(out, DISQUALIFIED, VALID),
        "rank": np.where(out, ABSENT, place + 1),
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
    """Return the buyer of each number: one of those of its kind, so that what a buyer does is of one kind."""
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
