"""Cases of assets that are let without a lease in force.

Rules kept here:

* Rent of a lease that a case makes is credited in advance, so that nothing is owed.
* A new lease puts it right; an asset that is said to be in use again, or is gone, hides it.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_BEFORE
from reperform.city.rows import IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_assets import IN_USE, LENT, LET, Asset, AssetsDesk, asset_text
from .fiscal_desk import Plot, on, states_from


def _asset(desk: AssetsDesk, body: str) -> Asset:
    return desk.asset(body, LET, desk.between(on(2019, 1, 1), on(2024, 12, 1)))


def _lease(desk: AssetsDesk, body: str, asset: Asset, starts: int, months: int) -> None:
    lease = replace(desk.lease(body, starts, months), asset=asset.number)
    desk.leases.write(lease, states_from(starts))
    desk.credit(lease, lease.rent * months, starts)


def _without(desk: AssetsDesk, body: str, asset: Asset, note: str) -> None:
    fate = desk.plant("SA-05", {"asset_no": asset_text(asset.number)}, body, 0, note)
    if fate is not Fate.UNPROVEN:
        desk.assets.write(asset)
    elif desk.town.serial("let hidden") % 2:
        desk.assets.becomes(asset, replace(asset, status=IN_USE))
    else:
        desk.assets.write(asset, IN_BEFORE)
    if fate is Fate.CLEARED:
        _lease(desk, body, asset, desk.later(), 24)


def no_lease(desk: AssetsDesk, body: str) -> None:
    """Let for years without a lease."""
    _without(desk, body, _asset(desk, body), "let for years without a lease")


def lease_ended(desk: AssetsDesk, body: str) -> None:
    """The lease ended long ago."""
    asset = _asset(desk, body)
    _lease(desk, body, asset, on(2022, 1, 1) + desk.between(0, 300), 24)
    _without(desk, body, asset, "the lease ended long ago")


def lease_ended_today(desk: AssetsDesk, body: str) -> None:
    """The last month of the lease is over on the very day."""
    asset = _asset(desk, body)
    _lease(desk, body, asset, on(2025, 3, 31), 12)
    _without(desk, body, asset, "the last month of the lease is over on the very day")


def lease_begins_tomorrow(desk: AssetsDesk, body: str) -> None:
    """The last month of the lease ends tomorrow, when the next one begins."""
    asset = _asset(desk, body)
    _lease(desk, body, asset, on(2025, 4, 1), 12)
    _lease(desk, body, asset, DAY_BEFORE + 1, 24)
    desk.assets.write(asset)
    key = {"asset_no": asset_text(asset.number)}
    desk.harmless("SA-05", key, body, "the last month of the lease ends tomorrow", Kind.NEAR_MISS)


def lease_renewed(desk: AssetsDesk, body: str) -> None:
    """An old lease and the one that followed it."""
    asset = _asset(desk, body)
    _lease(desk, body, asset, on(2021, 5, 1), 24)
    _lease(desk, body, asset, on(2023, 5, 1), 60)
    desk.assets.write(asset)
    desk.harmless("SA-05", {"asset_no": asset_text(asset.number)}, body, "an old lease and the one that followed it")


def lent(desk: AssetsDesk, body: str) -> None:
    """Lent to another unit without rent."""
    asset = replace(_asset(desk, body), status=LENT)
    desk.assets.write(asset)
    desk.harmless("SA-05", {"asset_no": asset_text(asset.number)}, body, "lent to another unit without rent")


def let_again(desk: AssetsDesk, body: str, fate: Fate) -> None:
    """Let a lease run out after the audit while the tenant stays."""
    asset = _asset(desk, body)
    _lease(desk, body, asset, on(2025, 4, 10) + desk.between(0, 180), 12)
    desk.assets.write(asset)
    key = {"asset_no": asset_text(asset.number)}
    desk.plant_later("SA-05", key, body, 0, fate, "the lease ran out after the audit")


UNLEASED = Plot[AssetsDesk](
    "SA-05",
    deal({no_lease: 12, lease_ended: 11, lease_ended_today: 5, lease_begins_tomorrow: 2, lease_renewed: 1, lent: 1}),
    let_again,
)
