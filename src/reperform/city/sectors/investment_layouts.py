"""The registers of public investment as files."""

from __future__ import annotations

from reperform.city.layout import Format, Layout, date_of, firm_name, flag, money, month_of, named, numbered, text_date
from reperform.city.town import Town

from .investment_papers import (
    AWARD_STATUSES,
    BID_STATUSES,
    BONDS,
    EXEMPTIONS,
    ITEMS,
    KINDS,
    METHODS,
    PAYMENTS,
    ROLES,
    SCOPES,
    STATUSES,
    builders,
)

_PLACES = ("云江", "东屏", "望岭", "沙渚", "澄湖", "云麓", "汀兰", "白屿", "枫浦")
_WORKS = ("道路改造工程", "学校扩建工程", "污水管网工程", "医院综合楼工程", "河道整治工程", "公园提升工程")
_PROJECT, _TENDER, _CONTRACT = numbered("XM", "project", 8), numbered("ZB", "tender", 8), numbered("GC", "contract", 8)
_BID, _AWARD = numbered("TB", "bid", 9), numbered("DB", "award", 8)
_TITLE = (
    f"{named(_PLACES, f'project % {len(_PLACES)}')} || "
    f"{named(_WORKS, f'(project // {len(_PLACES)}) % {len(_WORKS)}')} || '（' || (project % 97 + 1)::VARCHAR || '号）'"
)
_YUAN = "'CNY'"
_MANAGER = numbered("RY", "manager", 9)


def firm(column: str) -> str:
    """Return the expression of a firm's number."""
    return numbered("QY", column, 8)


def at(column: str, clock: str) -> str:
    """Return the expression of a day with a time."""
    return f"CASE WHEN {column} BETWEEN -40000 AND 40000 THEN {date_of(column)} + INTERVAL '{clock}' END"


def optional_money(column: str) -> str:
    """Return the expression of fen as yuan, empty at `ABSENT`."""
    return f"CASE WHEN {column} >= 0 THEN {money(column)} END"


def wan(column: str) -> str:
    """Return the expression of fen as ten thousand yuan, empty at `ABSENT`."""
    return f"CASE WHEN {column} >= 0 THEN ({column}::DECIMAL(16, 0) * 0.000001)::DECIMAL(18, 6) END"


def _spelt(column: str, row: str) -> str:
    """Return the expression of a firm's name as clerks write it: one in twenty otherwise than it is registered."""
    name = firm_name(column)
    return (
        f"CASE {row} % 40 WHEN 7 THEN replace({name}, '有限公司', '有限责任公司') "
        f"WHEN 23 THEN replace({name}, '有限公司', ' 有限公司') ELSE {name} END"
    )


def _count(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {column} END"


def layouts(town: Town) -> tuple[Layout, ...]:
    """Return the layouts of all thirteen registers."""
    return (*_bidding(town), *_building(town))


def _project(bodies: tuple[str, ...]) -> Layout:
    columns = (
        ("项目编码", _PROJECT),
        ("工程名称", _TITLE),
        ("建设单位", named(bodies, "body")),
        ("建议书批复日期", date_of("proposal")),
        ("可研批复日期", date_of("feasibility_on")),
        ("可研批复投资（万元）", wan("feasibility")),
        ("概算批复日期", date_of("estimate_on")),
        ("批复概算（万元）", wan("estimate")),
        ("预算评审日期", date_of("budget_on")),
        ("预算评审金额（万元）", wan("budget")),
        ("财政资金（万元）", wan("state_funds")),
        ("施工许可日期", date_of("permit")),
        ("开工日期", date_of("started")),
        ("竣工验收日期", date_of("accepted")),
        ("决算批复文号", numbered("财建决", "accounts", 6)),
        ("决算批复日期", date_of("accounts_on")),
    )
    return Layout("project", Format.XLSX, columns)


def _tender(bodies: tuple[str, ...]) -> Layout:
    columns = (
        ("招标项目编号", _TENDER),
        ("项目代码", _PROJECT),
        ("招标人", named(bodies, "body")),
        ("代理机构", numbered("DL", "agency", 4)),
        ("标段名称", f"{_TITLE} || {named(KINDS, 'kind')} || '标'"),
        ("招标类别", named(KINDS, "kind")),
        ("招标方式", named(METHODS, "method")),
        ("采购方式说明", f"CASE WHEN method = 0 THEN '资格后审' ELSE {named(METHODS, 'method')} END"),
        ("招标状态", named(STATUSES, "status")),
        ("合同估算价（元）", optional_money("value")),
        ("币种", _YUAN),
        ("公告日期", text_date("published", "%Y-%m-%d")),
        ("发售开始日期", text_date("docs_from", "%Y-%m-%d")),
        ("发售截止日期", text_date("docs_until", "%Y-%m-%d")),
        ("投标起始时间", at("docs_from", "8 hours")),
        ("投标截止时间", at("deadline", "9 hours 30 minutes")),
        ("公示开始日期", text_date("candidates_from", "%Y-%m-%d")),
        ("公示截止日期", text_date("candidates_until", "%Y-%m-%d")),
        ("中标通知书日期", text_date("noticed", "%Y-%m-%d")),
        ("评委人数", _count("committee")),
        ("专家人数", _count("experts")),
        ("投标家数", _count("bidders")),
    )
    return Layout("tender", Format.CSV_BOM, columns)


def _bidding(town: Town) -> tuple[Layout, ...]:
    bodies = builders(town)
    bid = (
        ("招标项目编号", _TENDER),
        ("投标文件编号", _BID),
        ("投标人代码", firm("firm")),
        ("投标人名称", _spelt("firm", "bid")),
        ("报价", optional_money("amount")),
        ("币种", _YUAN),
        ("递交时间", at("submitted", "16 hours 12 minutes")),
        ("评审结果", named(BID_STATUSES, "status")),
        ("名次", _count("rank")),
        ("投标工期", _count("period")),
        ("项目经理证件号", _MANAGER),
        ("委托代理人证件号", numbered("RY", "agent", 9)),
        ("保证金付款账号", numbered("6228480", "account", 12)),
        ("文件作者", numbered("user", "author", 9)),
        ("机器码", f"CASE WHEN device >= 0 THEN md5('{town.seed}/' || device::VARCHAR) END"),
    )
    award = (
        ("招标项目编号", _TENDER),
        ("定标编号", _AWARD),
        ("中标人代码", firm("firm")),
        ("中标人名称", firm_name("firm")),
        ("中标价（元）", optional_money("amount")),
        ("币种", _YUAN),
        ("定标日期", date_of("awarded")),
        ("中标状态", named(AWARD_STATUSES, "status")),
    )
    bond = (
        ("收据编号", numbered("BZ", "bond", 9)),
        ("担保种类", named(BONDS, "kind")),
        ("收取单位", named(bodies, "body")),
        ("招标编号", _TENDER),
        ("合同编号", _CONTRACT),
        ("缴款单位", firm("payer")),
        ("收取金额（元）", money("amount")),
        ("收取日期", date_of("taken")),
        ("退还金额（元）", optional_money("returned")),
        ("退还日期", date_of("returned_on")),
        ("退款凭证号", numbered("TH", "voucher", 8)),
    )
    text = (("招标编号", _TENDER), ("投标编号", _BID), ("章节名称", "'第' || part || '章'"), ("文本内容", "text"))
    return (
        _project(bodies),
        _tender(bodies),
        Layout("bid", Format.PARQUET, bid),
        Layout("award", Format.JSON_LINES, award),
        Layout("bond", Format.XLSX, bond),
        Layout("bid_document", Format.JSON_LINES, text),
    )


def _building(town: Town) -> tuple[Layout, ...]:
    contract = (
        ("合同号", _CONTRACT),
        ("项目编码", _PROJECT),
        ("发包单位", named(builders(town), "body")),
        ("招标编号", _TENDER),
        ("中标编号", _AWARD),
        ("合同名称", f"{_TITLE} || {named(KINDS, 'kind')} || '合同'"),
        ("合同类别", named(KINDS, "kind")),
        ("发包方式", named(METHODS, "method")),
        ("不招标依据", named(EXEMPTIONS, "exemption")),
        ("承包单位代码", firm("firm")),
        ("承包单位", _spelt("firm", "contract")),
        ("签约合同价", money("amount")),
        ("币种", _YUAN),
        ("签约日期", text_date("signed", "%Y/%m/%d")),
        ("合同工期（日历天）", _count("period")),
        ("合同项目经理", _MANAGER),
        ("进度款支付比例（%）", _count("percent")),
    )
    variation = (
        ("合同编号", _CONTRACT),
        ("签证编号", numbered("BG", "variation", 8)),
        ("变更部位", named(ITEMS, "item")),
        ("变更增减金额（元）", money("amount")),
        ("施工日期", date_of("worked")),
        ("审批日期", date_of("approved")),
    )
    settlement = (
        ("合同号", _CONTRACT),
        ("报审金额（元）", optional_money("claimed")),
        ("审核金额（元）", optional_money("audited")),
        ("审核日期", date_of("audited_on")),
        ("办理结算金额（元）", optional_money("settled")),
        ("办理结算日期", date_of("settled_on")),
    )
    payment = (
        ("付款凭证号", numbered("FK", "payment", 9)),
        ("合同号", _CONTRACT),
        ("付款日期", date_of("paid")),
        ("本次支付金额（分）", "amount"),
        ("款项类别", named(PAYMENTS, "kind")),
    )
    return (
        Layout("contract", Format.CSV_GB18030, contract),
        Layout("variation", Format.XLSX, variation),
        Layout("settlement", Format.XLSX, settlement),
        Layout("project_payment", Format.PARQUET, payment),
        *_on_site(),
    )


def _on_site() -> tuple[Layout, ...]:
    certificate = (
        ("合同号", _CONTRACT),
        ("计量单号", numbered("JL", "certificate", 3)),
        ("计量截止日期", date_of("certified")),
        ("累计完成产值（元）", money("cumulative")),
    )
    staff = (
        ("合同号", _CONTRACT),
        ("证件号码", numbered("RY", "person", 9)),
        ("任职岗位", named(ROLES, "role")),
        ("在岗月份", month_of("month", "%Y-%m")),
        ("社保缴纳单位代码", firm("employer")),
        ("社保缴纳单位名称", firm_name("employer")),
    )
    subcontract = (
        ("分包合同号", numbered("FB", "subcontract", 8)),
        ("施工合同编号", _CONTRACT),
        ("上级分包编号", numbered("FB", "upper", 8)),
        ("分包单位代码", firm("firm")),
        ("分包单位", firm_name("firm")),
        ("分包内容", named(SCOPES, "scope")),
        ("分包合同价（元）", optional_money("amount")),
        ("分包签订日期", date_of("signed")),
        ("是否经建设单位认可", flag("agreed")),
        ("资质是否符合", flag("qualified")),
    )
    return (
        Layout("progress_certificate", Format.PARQUET, certificate),
        Layout("site_staff", Format.PARQUET, staff),
        Layout("subcontract", Format.XLSX, subcontract),
    )
