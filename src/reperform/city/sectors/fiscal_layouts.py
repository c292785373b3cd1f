"""How the tables of fiscal funds and state assets look as files.

Each bureau's system prints in its own format: registers that people keep are sheets, what systems export is CSV, JSON
Lines or Parquet.
"""

from __future__ import annotations

from reperform.city.layout import Format, Layout, date_of, flag, money, named, numbered
from reperform.city.town import Town

from .fiscal_accounts import BANKS, DIRECTIONS, FUNDS, PARTIES
from .fiscal_accounts import KINDS as ACCOUNT_KINDS
from .fiscal_assets import KINDS as ASSET_KINDS
from .fiscal_assets import METHODS, STATUSES
from .fiscal_assets import NAMES as ASSET_NAMES
from .fiscal_budget import FUNDS as BUDGETS
from .fiscal_budget import NAMES, SPENDS
from .fiscal_desk import finance
from .fiscal_targets import COUNT, GRADES, LEVELS, PERCENT, PHRASES, TEXTS, district_names
from .fiscal_transfers import DIRECT_FUNDS, FUND_NAMES, KINDS, NATURES, PAYEES, PURPOSES, SOURCES, TIERS

_VALUE = (
    f"CASE measure WHEN {COUNT} THEN (value * 10)::VARCHAR || '人次' WHEN {PERCENT} THEN '≥' || value::VARCHAR || '%'"
    f" ELSE {named(PHRASES, 'value')} END"
)


def _code(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {column}::VARCHAR END"


def _number(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {column} END"


def _some_money(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {money(column)} END"


def _table(table: str, kind: Format, **columns: str) -> Layout:
    return Layout(table, kind, tuple(columns.items()))


def layouts(town: Town) -> tuple[Layout, ...]:
    """Return how each table looks as a file."""
    unit, bureau = named(town.spending, "body"), named(finance(town), "body")
    return (*_accounts(unit), *_items(town, unit), *_performance(town, unit), *_transfers(town, bureau), *_assets(unit))


def _accounts(unit: str) -> tuple[Layout, ...]:
    account = numbered("9558", "account", 10)
    return (
        _table(
            "unit_account",
            Format.XLSX,
            银行账号=numbered("9558", "number", 10),
            预算单位编码=unit,
            开户银行=named(BANKS, "bank"),
            账户性质=named(ACCOUNT_KINDS, "kind"),
            批准文号=numbered("财库账〔2019〕", "approved", 6),
            开户日期=date_of("opened"),
            项目完工日期=date_of("ended"),
            期末余额=money("balance"),
        ),
        _table(
            "account_entry",
            Format.PARQUET,
            交易流水号=numbered("LS", "number", 10),
            账号=account,
            单位代码=unit,
            记账日期=date_of("booked"),
            收付标志=named(DIRECTIONS, "direction"),
            资金性质=named(FUNDS, "fund"),
            对方性质=named(PARTIES, "party"),
            发生额=money("amount"),
            原收款流水=numbered("LS", "settles", 10),
            退付文号=numbered("退付", "approval", 8),
            票据号码=numbered("9902", "bill", 10),
        ),
    )


def _items(town: Town, unit: str) -> tuple[Layout, ...]:
    item = numbered("ZB", "item", 8)
    return (
        _table(
            "budget_item",
            Format.CSV_GB18030,
            预算指标号=numbered("ZB", "number", 8),
            单位编码=unit,
            项目名称=named(NAMES, "name"),
            支出类别=named(SPENDS, "spend"),
            预算类型=named(BUDGETS, "fund"),
            指标年度=_number("year"),
            批复日期=date_of("approved"),
            预算金额=money("amount"),
            功能科目编码=_code("function"),
            经济科目编码=_code("economy"),
            代编标志=flag("lump"),
        ),
        _table(
            "budget_payment",
            Format.PARQUET,
            支付令号=numbered("ZFL", "number", 9),
            指标编号=item,
            预算单位编码=unit,
            清算日期=date_of("paid"),
            清算金额=money("amount"),
        ),
        _table(
            "project_progress",
            Format.XLSX,
            计量单号=numbered("JL", "number", 7),
            指标编号=item,
            计量日期=date_of("certified_on"),
            合同价=money("contract"),
            累计完成产值=money("certified"),
            进度款支付比例="agreed",
        ),
        _table(
            "budget_allocation",
            Format.CSV_BOM,
            细化文号=numbered("XH", "number", 7),
            预算指标号=item,
            下达单位=named(town.spending, '"to"'),
            细化日期=date_of("issued"),
            细化金额=money("amount"),
        ),
    )


def _performance(town: Town, unit: str) -> tuple[Layout, ...]:
    return (
        _table(
            "performance_project",
            Format.CSV_BOM,
            项目编号=numbered("XM", "number", 8),
            年度="year",
            主管部门编码=unit,
            用款单位编码=numbered("DW", "unit", 6),
            行政区划=named(district_names(town), "body"),
            预算金额=money("budget"),
            执行数=_some_money("executed"),
            目标申报截止日期=date_of("target_due"),
            目标填报日期=date_of("target_filed"),
            自评截止日期=date_of("evaluation_due"),
            自评报送日期=date_of("evaluated"),
            自评总分="CASE WHEN score >= 0 THEN (score::DECIMAL(8, 0) * 0.1)::DECIMAL(8, 1) END",
            自评等级=named(GRADES, "grade"),
        ),
        _table(
            "performance_target",
            Format.JSON_LINES,
            项目编码=numbered("XM", "project", 8),
            预算年度="year",
            指标序号="indicator::VARCHAR",
            指标类别=named(LEVELS, "level"),
            指标名称=named(TEXTS, "name"),
            目标值=_VALUE,
            权重=_number("points"),
            是否达标=flag("achieved"),
        ),
    )


def _transfers(town: Town, bureau: str) -> tuple[Layout, ...]:
    to, unit = named(finance(town), '"to"'), named(town.spending, "body")
    transfer, line, direct = numbered("ZY", '"of"', 7), numbered("TQ", '"of"', 7), numbered("ZD", '"of"', 7)
    return (
        _table(
            "government_budget",
            Format.XLSX,
            预算文号=numbered("YS", "number", 6),
            财政局=bureau,
            政府级次=named(TIERS, "tier"),
            年度="year",
            本级支出额=money("spend"),
            预备费金额=_some_money("reserve"),
        ),
        _table(
            "government_fund",
            Format.CSV_GB18030,
            基金结转编号=numbered("JJ", "number", 6),
            财政局=bureau,
            基金名称=named(FUND_NAMES, "name"),
            年度="year",
            基金收入决算数=_some_money("revenue"),
            结转金额=money("carried"),
        ),
        _table(
            "reserve_use",
            Format.XLSX,
            动用单号=numbered("YB", "number", 6),
            财政部门=bureau,
            年度="year",
            用途类别=named(PURPOSES, "purpose"),
            支出金额=money("amount"),
            政府决定文号=numbered("府函〔2025〕", "decision", 5),
            政府批准日期=date_of("decided"),
            拨付日期=date_of("paid"),
        ),
        _table(
            "transfer_payment",
            Format.CSV_GB18030,
            指标文号=numbered("ZY", "number", 7),
            下达单位=bureau,
            接收单位=to,
            转移支付类别=named(KINDS, "kind"),
            资金级次=named(SOURCES, "source"),
            结算方式=named(NATURES, "nature"),
            预算批准日期=date_of("approved"),
            收文日期=date_of("received"),
            应下达金额=money("amount"),
        ),
        _table(
            "transfer_issue",
            Format.JSON_LINES,
            正式下达文号=numbered("ZX", "number", 7),
            指标文号=transfer,
            发文日期=date_of("issued"),
            本次下达金额=money("amount"),
        ),
        _table(
            "advance_plan",
            Format.XLSX,
            提前下达编号=numbered("TQ", "number", 7),
            财政部门=bureau,
            接收地区=to,
            所属预算年度="year",
            类型=named(KINDS, "kind"),
            据实结算标志=flag("by_fact"),
            预计执行数=_some_money("expected"),
        ),
        _table(
            "advance_notice",
            Format.CSV_BOM,
            通知文号=numbered("TZ", "number", 7),
            计划行号=line,
            通知日期=date_of("issued"),
            本次下达金额=money("amount"),
        ),
        _table(
            "direct_fund",
            Format.XLSX,
            资金文号=numbered("ZD", "number", 7),
            分配财政部门=bureau,
            直达资金名称=named(DIRECT_FUNDS, "fund"),
            收文日期=date_of("received"),
            接收金额=money("amount"),
        ),
        _table(
            "direct_fund_split",
            Format.CSV_BOM,
            分配单号=numbered("FP", "number", 7),
            资金文号=direct,
            下达单位=named(town.spending, '"to"'),
            细化日期=date_of("issued"),
            下达金额=money("amount"),
        ),
        _table(
            "direct_fund_payment",
            Format.CSV_GB18030,
            支付单号=numbered("ZDZF", "number", 8),
            资金文号=direct,
            预算单位编码=unit,
            清算日期=date_of("paid"),
            收款账户性质=named(PAYEES, "payee"),
            付款金额=money("amount"),
            到户金额=_some_money("reached"),
        ),
    )


def _assets(unit: str) -> tuple[Layout, ...]:
    return (
        _table(
            "state_asset",
            Format.PARQUET,
            资产卡片号=numbered("ZC", "number", 9),
            预算单位编码=unit,
            名称=named(ASSET_NAMES, "name"),
            资产分类=named(ASSET_KINDS, "kind"),
            资产原值=money("book"),
            使用状态=named(STATUSES, "status"),
            变更日期=date_of("since"),
        ),
        _table(
            "asset_lease",
            Format.XLSX,
            租约编号=numbered("CZ", "number", 7),
            资产编号=numbered("ZC", "asset", 9),
            单位代码=unit,
            租户=numbered("商户", "tenant", 4),
            起租日期=date_of("starts"),
            租赁月数="months",
            每月租金=money("rent"),
        ),
        _table(
            "rent_credit",
            Format.CSV_BOM,
            缴库凭证号=numbered("ZJ", "voucher", 9),
            合同编号=numbered("CZ", "lease", 7),
            入库日期=date_of("credited"),
            入库金额=money("amount"),
        ),
        _table(
            "asset_disposal",
            Format.CSV_GB18030,
            处置单号=numbered("CB", "number", 7),
            资产编号=numbered("ZC", "asset", 9),
            单位编码=unit,
            处置类型=named(METHODS, "method"),
            成交日期=date_of("disposed"),
            批准文号=numbered("资产处置批复", "approval", 6),
            处置批复日期=date_of("approved"),
            评估价=_some_money("appraised"),
            成交价=_some_money("proceeds"),
        ),
    )
