"""Fiscal funds and state assets: rows A1 to A4 of the design's table of coverage.

Five desks, one for each kind of register; each has a random stream of its own, so that the rows of one do not depend
on the cases of another.
"""

from __future__ import annotations

from collections import defaultdict

from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector, joined
from reperform.city.town import Part, Town

from . import (
    fiscal_accounts,
    fiscal_assets_cases,
    fiscal_balances,
    fiscal_bills,
    fiscal_direct,
    fiscal_funds,
    fiscal_grades,
    fiscal_held,
    fiscal_items,
    fiscal_leases,
    fiscal_overdue,
    fiscal_progress,
    fiscal_reserves,
    fiscal_targets_cases,
    fiscal_transfers_cases,
)
from .fiscal_accounts import AccountsDesk
from .fiscal_assets import AssetsDesk
from .fiscal_budget import BudgetDesk
from .fiscal_desk import Plot, finance
from .fiscal_layouts import layouts
from .fiscal_targets import TargetsDesk
from .fiscal_transfers import TransfersDesk

_ACCOUNTS: tuple[Plot[AccountsDesk], ...] = (
    fiscal_accounts.SPENT,
    fiscal_held.HELD,
    fiscal_balances.WRONG,
    fiscal_balances.LIES,
    fiscal_bills.UNBILLED,
)
_BUDGET: tuple[Plot[BudgetDesk], ...] = (
    fiscal_items.CARRIED,
    fiscal_items.ASLEEP,
    fiscal_items.DETAIL,
    fiscal_items.LUMPS,
    fiscal_progress.BEHIND,
    fiscal_progress.AHEAD,
)
_TARGETS: tuple[Plot[TargetsDesk], ...] = (
    fiscal_targets_cases.NO_TARGETS,
    fiscal_targets_cases.POINTS,
    fiscal_targets_cases.SCORES,
    fiscal_targets_cases.WORDS_ALONE,
    fiscal_overdue.OVERDUE,
    fiscal_grades.UNGRADED,
)
_FINANCE: tuple[Plot[TransfersDesk], ...] = (
    fiscal_reserves.SHARES,
    fiscal_reserves.USES,
    fiscal_transfers_cases.KEPT,
    fiscal_transfers_cases.NOTICES,
    fiscal_direct.WAITING,
    fiscal_funds.EXCESS,
)
_PARKED: tuple[Plot[TransfersDesk], ...] = (fiscal_direct.PARKED,)
_ASSETS: tuple[Plot[AssetsDesk], ...] = (
    fiscal_assets_cases.RENTS,
    fiscal_assets_cases.CHEAP,
    fiscal_assets_cases.ASLEEP,
    fiscal_assets_cases.UNAPPROVED,
    fiscal_leases.UNLEASED,
)


def _looks_at(town: Town) -> dict[str, tuple[str, ...]]:
    units = [plot.code for plots in (_ACCOUNTS, _BUDGET, _TARGETS, _PARKED, _ASSETS) for plot in plots]
    return dict.fromkeys(units, town.spending) | dict.fromkeys((plot.code for plot in _FINANCE), finance(town))


def _make(town: Town, part: Part, residents: Residents) -> dict[str, Columns]:
    accounts, budget, targets = AccountsDesk(town, part), BudgetDesk(town, part), TargetsDesk(town, part)
    transfers, assets = TransfersDesk(town, part), AssetsDesk(town, part)
    desks = (accounts, budget, targets, transfers, assets)
    for desk in desks:
        desk.ordinary()
    for of_accounts in _ACCOUNTS:
        of_accounts.play(accounts)
    for of_budget in _BUDGET:
        of_budget.play(budget)
    for of_targets in _TARGETS:
        of_targets.play(targets)
    for of_transfers in (*_FINANCE, *_PARKED):
        of_transfers.play(transfers)
    for of_assets in _ASSETS:
        of_assets.play(assets)
    tables: dict[str, list[Columns]] = defaultdict(list)
    for desk in desks:
        for table, columns in desk.columns().items():
            tables[table].append(columns)
    return joined(tables)


FISCAL = Sector("fiscal", layouts, _looks_at, _make)
