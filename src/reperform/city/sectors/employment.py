"""The employment sector: firms, insurance, subsidies, benefits, and what is wrong with them.

Rules kept here:

* Ordinary life comes first, cases after it; a case never changes a row of ordinary life.
* District bureaus answer for subsidies and employers, district offices of social insurance for benefits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reperform.city.layout import (
    PERSON,
    Format,
    Layout,
    date_of,
    firm_name,
    flag,
    money,
    month_of,
    named,
    numbered,
    person,
)
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.town import PENSION_PAYERS, Part, Town
from reperform.city.truth import Fate

from . import employment_benefits, employment_grants, employment_groups, employment_people
from .employers import address, firm_code, phone
from .employment_benefits import OFFICES
from .employment_desk import HRS, WorkDesk
from .employment_life import ordinary, workers
from .roster import ROSTER, month_or_none

CASES_PER_MILLION, AGAIN_PER_MILLION, RESERVE_PER_MILLION = 60, 12, 2000
_MODULES = (employment_grants, employment_people, employment_groups, employment_benefits)
SCENARIOS: dict[str, tuple[Callable[[WorkDesk, str], None], ...]] = {
    code: scenarios for module in _MODULES for code, scenarios in module.SCENARIOS.items()
}
AGAIN: dict[str, Callable[[WorkDesk, str, Fate], None]] = {
    code: scenario for module in _MODULES for code, scenario in module.AGAIN.items()
}
_OF_OFFICES = ("SI-06", "SI-07")
_KINDS_ZH = ("一次性创业资助", "社会保险补贴", "小微企业招用高校毕业生社保补贴", "一次性扩岗补助", "就业见习补贴")


def looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    """Return who can be at fault, by procedure."""
    del town
    return {code: OFFICES if code in _OF_OFFICES else HRS for code in SCENARIOS}


def make(town: Town, part: Part, crowd: Residents) -> dict[str, Columns]:
    """Write the employment tables of a chunk."""
    reserve = max(300, part.share(RESERVE_PER_MILLION * town.residents // 1_000_000))
    kept, working = workers(town.rng("workers", part.number), crowd, reserve)
    desk = WorkDesk(town, part, crowd, kept.tolist())
    ordinary(desk, crowd, working, kept)
    for code, scenarios in SCENARIOS.items():
        for scenario, body in town.cases(code, scenarios, CASES_PER_MILLION, part):
            scenario(desk, body)
        for body, fate in town.again(code, AGAIN_PER_MILLION, part):
            AGAIN[code](desk, body, fate)
    tables = {
        "firm": desk.firms,
        "insurance_registration": desk.registrations,
        "tax_declaration": desk.declarations,
        "contribution": desk.stays,
        "employment_subsidy": desk.lines,
        "unemployment_claim": desk.claims,
        "unemployment_payment": desk.benefits,
        "public_staff": desk.posts,
        "pension_roster": desk.roster,
        "death_register": desk.deaths,
    }
    return {name: rows.columns() for name, rows in tables.items()} | desk.registers()


def layouts(town: Town) -> tuple[Layout, ...]:
    """Return how the tables look as files."""
    return (_FIRM, _REGISTRATION, _DECLARATION, _CONTRIBUTION, _SUBSIDY, _CLAIM, _BENEFIT, _public_staff(town), ROSTER)


_FIRM = Layout(
    "firm",
    Format.CSV_BOM,
    (
        ("统一社会信用代码", firm_code("firm")),
        ("市场主体名称", firm_name("firm")),
        ("法定代表人身份证号", person("representative")),
        ("成立日期", date_of("registered")),
        ("登记状态", named(("存续", "注销", "吊销"), "status")),
        ("注吊销日期", date_of("status_on")),
        ("列入异常日期", date_of("listed")),
        ("移出异常日期", date_of("delisted")),
        ("是否劳务派遣", flag("dispatch")),
        ("注册地址", address("address", "style")),
        ("联系电话", phone("phone", "style")),
        ("经办人身份证号", person("agent")),
        ("所属区人社局", named(HRS, "place")),
    ),
)
_REGISTRATION = Layout(
    "insurance_registration",
    Format.JSON_LINES,
    (
        ("单位社保号", numbered("SB-", "number", 8)),
        ("统一社会信用代码", firm_code("firm")),
        ("参保日期", f"strftime({date_of('insured_on')}, '%Y-%m-%d')"),
    ),
)
_DECLARATION = Layout(
    "tax_declaration",
    Format.PARQUET,
    (
        ("纳税人识别号", firm_code("firm")),
        ("所属期起", month_of("quarter", "%Y-%m")),
        ("申报销售额（元）", money("sales")),
        ("个税申报人数", "employees"),
    ),
)
_CONTRIBUTION = Layout(
    "contribution",
    Format.PARQUET,
    (
        ("社会保障号码", PERSON),
        ("单位信用代码", firm_code("firm")),
        ("起始年月", month_of('"first"', "%Y%m")),
        ("停保年月", month_or_none('"last"', "%Y%m")),
        ("缴费基数（元）", money("base")),
    ),
)
_SUBSIDY = Layout(
    "employment_subsidy",
    Format.CSV_GB18030,
    (
        ("补贴流水号", numbered("BT-", "number", 9)),
        ("补贴类型", named(_KINDS_ZH, "kind")),
        ("单位信用代码", firm_code("firm")),
        ("身份证号", person("person")),
        ("补贴月份", month_of("month", "%Y-%m")),
        ("发放金额（元）", money("amount")),
        ("申领日期", date_of("applied")),
        ("拨付日期", date_of("paid")),
        ("所属区人社局", named(HRS, "place")),
    ),
)
_CLAIM = Layout(
    "unemployment_claim",
    Format.CSV_BOM,
    (
        ("申领号", numbered("SY-", "number", 8)),
        ("身份证号", PERSON),
        ("原单位信用代码", firm_code("firm")),
        ("失业登记日期", date_of("claimed")),
        ("缴费月数", "CASE WHEN insured >= 0 THEN insured END"),
        ("受理机构", named(PENSION_PAYERS, "body")),
    ),
)
_BENEFIT = Layout(
    "unemployment_payment",
    Format.CSV_BOM,
    (
        ("支付流水号", numbered("SF-", "number", 9)),
        ("申领号", numbered("SY-", "claim", 8)),
        ("身份证号", PERSON),
        ("待遇所属期", month_of("month", "%Y-%m")),
        ("实发金额（元）", money("amount")),
        ("经办机构", named(PENSION_PAYERS, "body")),
    ),
)


def _public_staff(town: Town) -> Layout:
    columns = (
        ("身份证号码", PERSON),
        ("预算单位", named(town.spending, "employer")),
        ("进编日期", date_of("since")),
        ("出编日期", date_of("until")),
    )
    return Layout("public_staff", Format.XLSX, columns)


EMPLOYMENT = Sector("employment", layouts, looks_at, make)
