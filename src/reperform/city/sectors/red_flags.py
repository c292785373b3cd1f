"""Tendering of services with the published red flags in it: what open contracting data would show.

It writes into the registers of public investment (tender, bid, award) and one of its own, the items of awards. Its
tenders belong to no project and have no limit, so that they concern no other procedure of that field.
"""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Format, Layout, named, numbered
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector, joined
from reperform.city.town import Part, Town, deal

from . import investment_layouts
from .investment_papers import builders
from .red_flags_cases import CASES
from .red_flags_desk import Flags
from .red_flags_life import CLASSES, SUPPLIES, planes, regulars, rings

CASES_PER_MILLION, AGAIN_PER_MILLION = 60, 10
_SHARED = ("tender", "bid", "award")
AWARD_ITEM = Layout(
    "award_item",
    Format.JSON_LINES,
    (
        ("招标编号", numbered("ZB", "tender", 8)),
        ("定标编号", numbered("DB", "award", 8)),
        ("明细序号", "item::VARCHAR"),
        ("分类标准", "'CPV'"),
        ("品目编码", f"{named(CLASSES, 'code')} || '000000'"),
        ("品目名称", named(tuple(SUPPLIES.values()), "code")),
    ),
)


def layouts(town: Town) -> tuple[Layout, ...]:
    """Return the layouts of the registers that it writes into."""
    return (*(each for each in investment_layouts.layouts(town) if each.table in _SHARED), AWARD_ITEM)


def looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    """Return who can be at fault: whoever buys."""
    return dict.fromkeys(CASES, builders(town))


def make(town: Town, part: Part, residents: Residents) -> dict[str, Columns]:
    """Write the registers of a chunk."""
    desk = Flags(town, part)
    for code, weights in CASES.items():
        for scenario, body in town.cases(code, deal(weights), CASES_PER_MILLION, part):
            scenario(desk, body)
        begun = next(iter(weights))
        for body, fate in town.again(code, AGAIN_PER_MILLION, part):
            desk.later_fate = fate
            begun(desk, body)
            desk.later_fate = None
    of_sector: dict[str, list[Columns]] = {}
    for made in (rings(town, part), planes(town, part), regulars(town, part), desk.columns()):
        for table, columns in made.items():
            of_sector.setdefault(table, []).append(columns)
    return joined(of_sector)


RED_FLAGS = Sector("red_flags", layouts, looks_at, make)
