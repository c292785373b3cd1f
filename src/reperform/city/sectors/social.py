"""The social security sector: pensions, insured residents, cards, death benefits, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reperform.city.layout import PERSON, Format, Layout, date_of, money, named, numbered, person, text_date
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.town import PENSION_PAYERS, Part, Town
from reperform.city.truth import Fate

from . import social_cards, social_pensions
from .roster import ROSTER
from .social_desk import SocialDesk
from .social_life import ordinary

CASES_PER_MILLION, AGAIN_PER_MILLION = 80, 16
_MODULES = (social_cards, social_pensions)
SCENARIOS: dict[str, tuple[Callable[[SocialDesk, str], None], ...]] = {
    code: scenarios for module in _MODULES for code, scenarios in module.SCENARIOS.items()
}
AGAIN: dict[str, Callable[[SocialDesk, str, Fate], None]] = {
    code: scenario for module in _MODULES for code, scenario in module.AGAIN.items()
}


def looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    """Return who can be at fault, by procedure."""
    del town
    return dict.fromkeys(SCENARIOS, PENSION_PAYERS)


def make(town: Town, part: Part, crowd: Residents) -> dict[str, Columns]:
    """Write the social security tables of a chunk."""
    desk = SocialDesk(town, part)
    ordinary(desk, crowd)
    for code, scenarios in SCENARIOS.items():
        for scenario, body in town.cases(code, scenarios, CASES_PER_MILLION, part):
            scenario(desk, body)
        for body, fate in town.again(code, AGAIN_PER_MILLION, part):
            AGAIN[code](desk, body, fate)
    tables = {
        "pension_roster": desk.roster,
        "resident_insurance": desk.insured,
        "social_card_application": desk.cards,
        "death_benefit": desk.grants,
        "death_register": desk.deaths,
    }
    return {name: rows.columns() for name, rows in tables.items()} | desk.registers()


def layouts(town: Town) -> tuple[Layout, ...]:
    """Return how the tables look as files."""
    del town
    return (ROSTER, _INSURED, _CARD, _BENEFIT)


_INSURED = Layout(
    "resident_insurance",
    Format.PARQUET,
    (
        ("公民身份号码", PERSON),
        ("出生日期", date_of("born")),
        ("缴费年限", "years"),
        ("月养老金测算（元）", money("monthly")),
        ("退保日期", date_of('"left"')),
        ("社保经办机构", named(PENSION_PAYERS, "body")),
    ),
)
_CARD = Layout(
    "social_card_application",
    Format.CSV_BOM,
    (
        ("受理编号", numbered("SK-", "number", 9)),
        ("身份证号", PERSON),
        ("受理日期", text_date("applied", "%Y-%m-%d")),
        ("可领卡日期", text_date("issued", "%Y-%m-%d")),
        ("受理机构", named(PENSION_PAYERS, "body")),
    ),
)
_BENEFIT = Layout(
    "death_benefit",
    Format.XLSX,
    (
        ("支付单号", numbered("SW-", "number", 8)),
        ("死亡人员身份证号", person("person")),
        ("险种", named(("基本养老保险", "工伤保险", "失业保险"), "scheme")),
        ("待遇名称", named(("丧葬补助金", "抚恤金"), "kind")),
        ("发放日期", date_of("paid")),
        ("发放金额（元）", money("amount")),
        ("支付机构", named(PENSION_PAYERS, "body")),
    ),
)
SOCIAL = Sector("social", layouts, looks_at, make)
