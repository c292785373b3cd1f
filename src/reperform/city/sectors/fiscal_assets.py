"""Assets of units, their leases and disposals, and the cases of each.

Rules kept here:

* In ordinary life rent is credited within three weeks of each full month, an idle asset is let, lent or used within a
  year, what is let has a lease in force, a sale brings nine tenths of the appraisal at least, and approval comes first.
* A lease of a case has ended before the audit, or its tenant has never paid: otherwise rent of later months would look
  like arrears that were made good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, FIRST, LAST_AFTER, LAST_BEFORE, Ints, first_days, spread
from reperform.city.rows import ABSENT, IN_BOTH, Columns, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town

from .fiscal_desk import TEN_THOUSAND, YUAN, Book, amounts, on, sometimes, text, turns

ASSETS_PER_MILLION, DISPOSALS_PER_MILLION = 20_000, 3_000
_FEW = 2_000
KINDS = ("房屋建筑物", "土地使用权", "公务用车", "仪器设备")
NAMES = ("旧办公楼", "沿街商铺", "仓储用地", "停车场用地", "执法车辆", "检测设备", "会议中心", "培训用房")
STATUSES = ("自用", "闲置未用", "出租中", "出借中", "处置")
IN_USE, IDLE, LET, LENT, DISPOSED = range(5)
METHODS = ("拍卖", "转让", "报废", "调拨")
AUCTION, AGREEMENT, SCRAP, TRANSFER = range(4)
IDLE_DAYS = 365


@dataclass(frozen=True)
class Asset:
    """One asset."""

    number: int
    body: int
    name: int
    kind: int
    book: int
    status: int
    since: int


@dataclass(frozen=True)
class Lease:
    """One lease of an asset."""

    number: int
    asset: int
    body: int
    tenant: int
    starts: int
    months: int
    rent: int


@dataclass(frozen=True)
class Credit:
    """One credit of rent."""

    voucher: int
    lease: int
    credited: int
    amount: int


@dataclass(frozen=True)
class Disposal:
    """One disposal of an asset."""

    number: int
    asset: int
    body: int
    method: int
    disposed: int
    approval: int
    approved: int
    appraised: int
    proceeds: int


def asset_text(number: int) -> str:
    """Return an asset's number as it is written."""
    return text("ZC", number, 9)


def lease_text(number: int) -> str:
    """Return a lease's number as it is written."""
    return text("CZ", number, 7)


def disposal_text(number: int) -> str:
    """Return a disposal's number as it is written."""
    return text("CB", number, 7)


class AssetsDesk(Desk):
    """Writes ordinary assets, leases and disposals, then those of the cases."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "fiscal assets")
        self.assets, self.leases, self.credits, self.disposals = Book(Asset), Book(Lease), Book(Credit), Book(Disposal)
        self.bodies = len(town.spending)

    def ordinary(self) -> None:
        """Write what is in order."""
        share = self.town.share
        self._assets(share(ASSETS_PER_MILLION, 6 * self.bodies, self.part))
        self._disposals(share(DISPOSALS_PER_MILLION, 3 * self.bodies, self.part))

    def _assets(self, count: int) -> None:
        rng, first = self.rng, self.town.serial("asset", count)
        number, body = first + np.arange(count, dtype=np.int64), turns(first, count, self.bodies)
        # Each body lets some: every fourth of its assets.
        let = np.arange(count) // self.bodies % 4 == 1
        status = np.where(let, LET, rng.choice(len(STATUSES), count, p=[0.9, 0.05, 0.0, 0.02, 0.03]))
        lately = rng.integers(DAY_AFTER - IDLE_DAYS + 1, DAY_BEFORE, count)
        since = np.where(status == IDLE, lately, rng.integers(on(2010, 1, 1), on(2022, 12, 1), count))
        old = rng.random(count) < 0.2
        self.assets.block(
            number=number,
            body=body,
            name=sometimes(rng, rng.integers(0, len(NAMES), count)),
            kind=rng.integers(0, len(KINDS), count),
            book=np.where(old, rng.integers(10, 9_000, count) * YUAN, amounts(rng, count, 40 * TEN_THOUSAND)),
            status=status,
            since=since,
            states=np.full(count, IN_BOTH),
        )
        self._leases(number[let], body[let], running=True)
        used = np.flatnonzero(status == IN_USE)[:: 1 if count < _FEW else 8]
        self._leases(number[used], body[used], running=False)

    def _leases(self, asset: Ints, body: Ints, *, running: bool) -> None:
        """Lease assets out, some until after the second state, others until long before the first."""
        rng, count = self.rng, len(asset)
        first, rent = self.town.serial("lease", count), amounts(rng, count, 12_000 * YUAN)
        begin = rng.integers(FIRST - 24, LAST_BEFORE, count) if running else rng.integers(FIRST - 36, FIRST - 12, count)
        months = ((LAST_AFTER - begin) // 12 + rng.integers(1, 4, count)) * 12 if running else np.full(count, 12)
        self.leases.block(
            number=first + np.arange(count, dtype=np.int64),
            asset=asset,
            body=body,
            tenant=rng.integers(0, 3000, count),
            starts=first_days(begin),
            months=months,
            rent=rent,
            states=np.full(count, IN_BOTH),
        )
        place, turn = spread(np.ones(count, dtype=np.int64), np.minimum(months, LAST_AFTER - begin))
        credited = first_days(begin[place] + turn) + rng.integers(0, 21, len(place))
        here = credited <= DAY_AFTER
        place, credited = place[here], credited[here]
        self.credits.block(
            voucher=self.town.serial("rent credit", len(place)) + np.arange(len(place), dtype=np.int64),
            lease=first + place,
            credited=credited,
            amount=rent[place],
            states=known_from(credited),
        )

    def _disposals(self, count: int) -> None:
        rng, first = self.rng, self.town.serial("disposal", count)
        number = first + np.arange(count, dtype=np.int64)
        method = rng.choice(len(METHODS), count, p=[0.3, 0.15, 0.45, 0.1])
        sold, appraised = method <= AGREEMENT, amounts(rng, count, 20 * TEN_THOUSAND)
        disposed = rng.integers(on(2024, 1, 10), DAY_BEFORE, count)
        proceeds = np.where(sold, appraised // 100 * rng.integers(92, 140, count), rng.integers(0, 2_000, count) * YUAN)
        self.disposals.block(
            number=number,
            asset=number,
            body=turns(first, count, self.bodies),
            method=method,
            disposed=disposed,
            approval=number,
            approved=disposed - rng.integers(0, 60, count),
            appraised=np.where(sold, appraised, ABSENT),
            proceeds=proceeds,
            states=np.full(count, IN_BOTH),
        )

    def asset(self, body: str, status: int, since: int, book: int = 0) -> Asset:
        """Make up an asset of some value."""
        place, number = self.town.spending.index(body), self.town.serial("asset")
        name, kind = self.between(0, len(NAMES) - 1), self.between(0, len(KINDS) - 1)
        return Asset(number, place, name, kind, book or self.sum(60 * TEN_THOUSAND) + TEN_THOUSAND, status, since)

    def lease(self, body: str, starts: int, months: int) -> Lease:
        """Make up a lease."""
        place, rent = self.town.spending.index(body), self.between(10, 400) * 100 * YUAN
        return Lease(
            self.town.serial("lease"), self.between(0, 500), place, self.between(0, 3000), starts, months, rent
        )

    def credit(self, lease: Lease, amount: int, credited: int) -> None:
        """Credit rent to the treasury."""
        states = int(known_from(credited))
        self.credits.write(Credit(self.town.serial("rent credit"), lease.number, credited, amount), states)

    def disposal(self, body: str, method: int = AUCTION, percent: int = 100) -> Disposal:
        """Make up a disposal that was approved before, at so many percent of the appraisal."""
        number, disposed = self.town.serial("disposal"), self.between(on(2025, 1, 20), DAY_BEFORE - 20)
        appraised = self.between(5, 300) * TEN_THOUSAND
        place, price = self.town.spending.index(body), appraised // 100 * percent
        return Disposal(number, number, place, method, disposed, number, disposed - 12, appraised, price)

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        return {
            "state_asset": self.assets.columns(),
            "asset_lease": self.leases.columns(),
            "rent_credit": self.credits.columns(),
            "asset_disposal": self.disposals.columns(),
        } | self.registers()
