"""Cases of assets: rent not credited, sold too cheaply, idle too long, disposed of without approval.

Rules kept here:

* What is put right is a credit, a recovery, or a paper with the asset in use again.
* What is hidden is a row deleted, an appraisal made smaller, an approval that appears, a date that moves.
"""

from __future__ import annotations

from dataclasses import replace

from reperform.city.dates import DAY_AFTER, DAY_BEFORE, NEVER
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE
from reperform.city.town import deal
from reperform.city.truth import Fate, Kind

from .fiscal_assets import (
    AGREEMENT,
    IDLE,
    IDLE_DAYS,
    IN_USE,
    LENT,
    SCRAP,
    Asset,
    AssetsDesk,
    Disposal,
    Lease,
    asset_text,
    disposal_text,
    lease_text,
)
from .fiscal_desk import MANY_CASES, TEN_THOUSAND, Plot, on


def _arrears(desk: AssetsDesk, body: str, lease: Lease, due: int, note: str, credited: int = 0) -> None:
    """Plant a lease of which so many months are due and so much was credited."""
    if credited:
        desk.credit(lease, credited, lease.starts + 40)
    rest = lease.rent * due - credited
    fate = desk.plant("SA-01", {"lease_no": lease_text(lease.number)}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.leases.write(lease)
    elif desk.town.serial("lease hidden") % 2 and not credited:
        desk.leases.becomes(lease, replace(lease, starts=DAY_AFTER - 10))
    else:
        desk.leases.write(lease, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.credit(lease, lease.rent * lease.months - credited, desk.later())
    elif fate is Fate.PARTLY:
        desk.credit(lease, rest // 2, desk.later())


def never_credited(desk: AssetsDesk, body: str) -> None:
    """A lease of a year that has ended, no rent credited."""
    lease = desk.lease(body, on(2024, 6, 1) + desk.between(0, 200), 12)
    _arrears(desk, body, lease, 12, "a lease has ended, no rent credited")


def credited_in_part(desk: AssetsDesk, body: str) -> None:
    """A lease that has ended, some months credited."""
    lease = desk.lease(body, on(2024, 6, 1) + desk.between(0, 200), 12)
    _arrears(desk, body, lease, 12, "a lease has ended, some months credited", lease.rent * desk.between(2, 10))


def credited_less_one(desk: AssetsDesk, body: str) -> None:
    """One fen short."""
    lease = desk.lease(body, on(2024, 6, 1) + desk.between(0, 200), 12)
    _arrears(desk, body, lease, 12, "one fen short", lease.rent * 12 - 1)


def never_paid_since(desk: AssetsDesk, body: str) -> None:
    """A running lease whose tenant never paid."""
    _arrears(desk, body, desk.lease(body, on(2025, 4, 1), 24), 10, "a running lease, never paid")


def second_month_full(desk: AssetsDesk, body: str) -> None:
    """The second month is full on the very day."""
    _arrears(desk, body, desk.lease(body, on(2026, 1, 31), 12), 1, "the second month is full on the very day")


def _rent_fine(desk: AssetsDesk, body: str, lease: Lease, kind: Kind, note: str) -> None:
    desk.leases.write(lease)
    desk.harmless("SA-01", {"lease_no": lease_text(lease.number)}, body, note, kind, lease.rent)


def second_month_not_full(desk: AssetsDesk, body: str) -> None:
    """The second month is full the day after; its year is credited in advance soon."""
    lease = desk.lease(body, on(2026, 2, 1), 12)
    desk.credit(lease, lease.rent * 12, DAY_BEFORE + 3)
    _rent_fine(desk, body, lease, Kind.NEAR_MISS, "the second month is full the day after")


def late_in_full(desk: AssetsDesk, body: str) -> None:
    """A year of rent in one sum, after the lease had ended."""
    lease = desk.lease(body, on(2024, 9, 1), 12)
    desk.credit(lease, lease.rent * 12, DAY_BEFORE - 15)
    _rent_fine(desk, body, lease, Kind.INNOCENT, "a year of rent in one sum, late")


def in_advance(desk: AssetsDesk, body: str) -> None:
    """Rent of two years in advance."""
    lease = desk.lease(body, on(2025, 3, 1), 24)
    desk.credit(lease, lease.rent * 24, lease.starts)
    _rent_fine(desk, body, lease, Kind.INNOCENT, "rent of two years in advance")


def start_unknown(desk: AssetsDesk, body: str) -> None:
    """Nobody knows when the lease began."""
    _rent_fine(desk, body, desk.lease(body, NEVER, 12), Kind.NOT_TESTABLE, "no first day of the lease")


def arrears_again(desk: AssetsDesk, body: str, fate: Fate) -> None:
    """Let a lease of spring bring nothing."""
    lease = desk.lease(body, DAY_BEFORE + 1, 12)
    desk.leases.write(lease, IN_AFTER)
    key = {"lease_no": lease_text(lease.number)}
    desk.plant_later("SA-01", key, body, lease.rent * 5, fate, "a lease of spring, nothing credited")


RENTS = Plot[AssetsDesk](
    "SA-01",
    deal(
        {
            never_credited: 9,
            credited_in_part: 8,
            never_paid_since: 6,
            second_month_full: 3,
            credited_less_one: 3,
            second_month_not_full: 2,
            late_in_full: 1,
            in_advance: 1,
            start_unknown: 1,
        }
    ),
    arrears_again,
)


def _cheap(desk: AssetsDesk, body: str, sale: Disposal, note: str) -> None:
    ref, rest = disposal_text(sale.number), sale.appraised - sale.proceeds
    fate = desk.plant("SA-02", {"disposal_no": ref}, body, rest, note)
    if fate is not Fate.UNPROVEN:
        desk.disposals.write(sale)
    elif desk.town.serial("sale hidden") % 2:
        desk.disposals.becomes(sale, replace(sale, appraised=sale.proceeds))
    else:
        desk.disposals.write(sale, IN_BEFORE)
    desk.remedy(fate, "asset_disposal", ref, rest)


def half_price(desk: AssetsDesk, body: str) -> None:
    """Auctioned for half of the appraisal."""
    _cheap(desk, body, desk.disposal(body, percent=desk.between(40, 60)), "auctioned for half of the appraisal")


def sold_by_agreement(desk: AssetsDesk, body: str) -> None:
    """Sold by agreement for four fifths."""
    _cheap(desk, body, desk.disposal(body, AGREEMENT, desk.between(70, 85)), "sold by agreement for four fifths")


def one_fen_too_cheap(desk: AssetsDesk, body: str) -> None:
    """One fen below nine tenths."""
    sale = desk.disposal(body, percent=90)
    _cheap(desk, body, replace(sale, proceeds=sale.proceeds - 1), "one fen below nine tenths")


def _price_fine(desk: AssetsDesk, body: str, sale: Disposal, kind: Kind, note: str) -> None:
    desk.disposals.write(sale)
    desk.harmless("SA-02", {"disposal_no": disposal_text(sale.number)}, body, note, kind, max(sale.appraised, 0))


def nine_tenths(desk: AssetsDesk, body: str) -> None:
    """Exactly nine tenths."""
    _price_fine(desk, body, desk.disposal(body, percent=90), Kind.NEAR_MISS, "exactly nine tenths")


def sold_as_scrap(desk: AssetsDesk, body: str) -> None:
    """Scrapped: the price is that of the metal."""
    _price_fine(desk, body, desk.disposal(body, SCRAP, 3), Kind.INNOCENT, "scrapped")


def not_appraised(desk: AssetsDesk, body: str) -> None:
    """Sold without an appraisal on record."""
    sale = replace(desk.disposal(body), appraised=ABSENT)
    _price_fine(desk, body, sale, Kind.NOT_TESTABLE, "no appraisal on record")


def cheap_again(desk: AssetsDesk, body: str, fate: Fate) -> None:
    """Let an asset be sold for half after the audit."""
    sale = replace(desk.disposal(body, percent=50), disposed=desk.between(DAY_BEFORE + 20, DAY_AFTER - 5))
    desk.disposals.write(sale, IN_AFTER)
    rest = sale.appraised - sale.proceeds
    desk.plant_later("SA-02", {"disposal_no": disposal_text(sale.number)}, body, rest, fate, "sold after the audit")


CHEAP = Plot[AssetsDesk](
    "SA-02",
    deal(
        {
            half_price: 11,
            sold_by_agreement: 10,
            one_fen_too_cheap: 7,
            nine_tenths: 3,
            sold_as_scrap: 2,
            not_appraised: 1,
        }
    ),
    cheap_again,
)


def _asleep(desk: AssetsDesk, body: str, asset: Asset, note: str) -> None:
    ref = asset_text(asset.number)
    fate = desk.plant("SA-03", {"asset_no": ref}, body, 0, note)
    used = replace(asset, status=LENT if asset.number % 2 else IN_USE, since=desk.later())
    if fate is Fate.STILL:
        desk.assets.write(asset)
    elif fate is Fate.CLEARED or desk.town.serial("asset hidden") % 2:
        desk.assets.becomes(asset, used)
    else:
        desk.assets.write(asset, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.correct("state_asset", ref, used.since)


def idle_for_years(desk: AssetsDesk, body: str) -> None:
    """Idle for years."""
    _asleep(desk, body, desk.asset(body, IDLE, desk.between(on(2019, 1, 1), on(2024, 12, 1))), "idle for years")


def idle_a_day_over(desk: AssetsDesk, body: str) -> None:
    """Idle for one day more than a year."""
    _asleep(desk, body, desk.asset(body, IDLE, DAY_BEFORE - IDLE_DAYS - 1), "idle for one day more than a year")


def idle_and_smallest(desk: AssetsDesk, body: str) -> None:
    """Idle, of the smallest value that is looked at."""
    _asleep(desk, body, desk.asset(body, IDLE, on(2023, 5, 1), TEN_THOUSAND), "idle, of the smallest value looked at")


def _asset_fine(desk: AssetsDesk, body: str, asset: Asset, kind: Kind, note: str) -> None:
    desk.assets.write(asset)
    desk.harmless("SA-03", {"asset_no": asset_text(asset.number)}, body, note, kind)


def idle_for_a_year(desk: AssetsDesk, body: str) -> None:
    """Idle for exactly a year; in use soon after."""
    asset = desk.asset(body, IDLE, DAY_BEFORE - IDLE_DAYS)
    desk.assets.becomes(asset, replace(asset, status=IN_USE, since=DAY_BEFORE + 9))
    key = {"asset_no": asset_text(asset.number)}
    desk.harmless("SA-03", key, body, "idle for exactly a year", Kind.NEAR_MISS)


def idle_but_small(desk: AssetsDesk, body: str) -> None:
    """Idle, one fen below the smallest value."""
    asset = desk.asset(body, IDLE, on(2022, 3, 1), TEN_THOUSAND - 1)
    _asset_fine(desk, body, asset, Kind.NEAR_MISS, "one fen below the smallest value")


def old_but_in_use(desk: AssetsDesk, body: str) -> None:
    """In use since long ago."""
    _asset_fine(desk, body, desk.asset(body, IN_USE, on(2009, 3, 1)), Kind.INNOCENT, "in use since long ago")


def idle_since_unknown(desk: AssetsDesk, body: str) -> None:
    """Idle, and nobody knows since when."""
    _asset_fine(desk, body, desk.asset(body, IDLE, NEVER), Kind.NOT_TESTABLE, "no day since which it is idle")


def idle_again(desk: AssetsDesk, body: str, fate: Fate) -> None:
    """Let the year of an idle asset be full after the audit."""
    asset = desk.asset(body, IDLE, desk.between(DAY_BEFORE - 300, DAY_AFTER - IDLE_DAYS - 1))
    desk.assets.write(asset)
    desk.plant_later("SA-03", {"asset_no": asset_text(asset.number)}, body, 0, fate, "a year idle after the audit")


ASLEEP = Plot[AssetsDesk](
    "SA-03",
    deal(
        {
            idle_for_years: 14,
            idle_a_day_over: 8,
            idle_and_smallest: 6,
            idle_for_a_year: 2,
            idle_but_small: 2,
            old_but_in_use: 1,
            idle_since_unknown: 1,
        }
    ),
    idle_again,
    MANY_CASES,
)


def _unapproved(desk: AssetsDesk, body: str, sale: Disposal, note: str) -> None:
    ref = disposal_text(sale.number)
    fate = desk.plant("SA-04", {"disposal_no": ref}, body, 0, note)
    if fate is not Fate.UNPROVEN:
        desk.disposals.write(sale)
    elif desk.town.serial("approval hidden") % 2:
        desk.disposals.becomes(sale, replace(sale, approval=sale.number, approved=sale.disposed - 8))
    else:
        desk.disposals.write(sale, IN_BEFORE)
    if fate is Fate.CLEARED:
        desk.correct("asset_disposal", ref, desk.later())


def without_approval(desk: AssetsDesk, body: str) -> None:
    """Sold without an approval."""
    sale = replace(desk.disposal(body), approval=ABSENT, approved=NEVER)
    _unapproved(desk, body, sale, "sold without an approval")


def scrapped_without_approval(desk: AssetsDesk, body: str) -> None:
    """Scrapped without an approval."""
    sale = replace(desk.disposal(body, SCRAP, 2), approval=ABSENT, approved=NEVER)
    _unapproved(desk, body, sale, "scrapped without an approval")


def approved_afterwards(desk: AssetsDesk, body: str) -> None:
    """Approved weeks after the sale."""
    sale = desk.disposal(body)
    _unapproved(desk, body, replace(sale, approved=sale.disposed + 18), "approved weeks after the sale")


def approved_the_day_after(desk: AssetsDesk, body: str) -> None:
    """Approved the day after the sale."""
    sale = desk.disposal(body)
    _unapproved(desk, body, replace(sale, approved=sale.disposed + 1), "approved the day after the sale")


def _approved(desk: AssetsDesk, body: str, sale: Disposal, kind: Kind, note: str) -> None:
    desk.disposals.write(sale)
    desk.harmless("SA-04", {"disposal_no": disposal_text(sale.number)}, body, note, kind)


def approved_that_day(desk: AssetsDesk, body: str) -> None:
    """Approved on the day of the sale."""
    sale = desk.disposal(body)
    _approved(desk, body, replace(sale, approved=sale.disposed), Kind.NEAR_MISS, "approved on the day of the sale")


def made_good_before(desk: AssetsDesk, body: str) -> None:
    """The procedure was made good before the audit."""
    sale = replace(desk.disposal(body), approval=ABSENT, approved=NEVER)
    desk.correct("asset_disposal", disposal_text(sale.number), DAY_BEFORE - 4)
    _approved(desk, body, sale, Kind.INNOCENT, "made good before the audit")


def day_unknown(desk: AssetsDesk, body: str) -> None:
    """Nobody knows when it was sold."""
    _approved(desk, body, replace(desk.disposal(body), disposed=NEVER), Kind.NOT_TESTABLE, "no day of disposal")


def unapproved_again(desk: AssetsDesk, body: str, fate: Fate) -> None:
    """Let an asset be sold without approval after the audit."""
    sale = replace(desk.disposal(body), disposed=desk.between(DAY_BEFORE + 20, DAY_AFTER - 5), approved=NEVER)
    desk.disposals.write(replace(sale, approval=ABSENT), IN_AFTER)
    desk.plant_later("SA-04", {"disposal_no": disposal_text(sale.number)}, body, 0, fate, "sold after the audit")


UNAPPROVED = Plot[AssetsDesk](
    "SA-04",
    deal(
        {
            without_approval: 10,
            scrapped_without_approval: 7,
            approved_afterwards: 7,
            approved_the_day_after: 5,
            approved_that_day: 2,
            made_good_before: 1,
            day_unknown: 1,
        }
    ),
    unapproved_again,
)
