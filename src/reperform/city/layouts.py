"""The tables of the first four procedures as files.

Each kind of file that a bureau may send occurs: Parquet for what is big, CSV in UTF-8 with a byte order mark and in
GB18030, JSON Lines, XLSX for what is small.
"""

from __future__ import annotations

from .layout import PERSON, Format, Layout, date_of, firm_name, money, month_of, named, numbered, text_date
from .longevity import BY_HAND
from .pensions import SCHEMES, SOURCES
from .revenue import ACCOUNTS, ITEMS
from .suppliers import CATEGORIES, PURPOSES
from .town import CIVIL_AFFAIRS, PENSION_PAYERS, Town

_RUN = f"'CS-' || {named(CIVIL_AFFAIRS, 'body')} || '-' || {month_of('month', '%Y%m')}"
_BY_HAND = f"'BF-' || lpad((voucher - {BY_HAND})::VARCHAR, 7, '0')"
RESIDENT = Layout(
    "resident",
    Format.PARQUET,
    (
        ("公民身份号码", PERSON),
        ("性别", "CASE male WHEN 1 THEN '男' ELSE '女' END"),
        ("出生日期", date_of("born")),
        ("户籍所在区", named(CIVIL_AFFAIRS, "district")),
        ("迁入日期", date_of("moved_in")),
        ("迁出日期", date_of("moved_out")),
        ("死亡注销日期", date_of("died")),
    ),
)
LONGEVITY_PAYMENT = Layout(
    "longevity_payment",
    Format.PARQUET,
    (
        ("身份证号码", PERSON),
        ("发放区", named(CIVIL_AFFAIRS, "body")),
        ("所属月份", month_of("month", "%Y-%m")),
        ("实发金额", money("amount")),
        ("发放日期", date_of("paid_on")),
        ("凭证号", f"CASE WHEN voucher >= {BY_HAND} THEN {_BY_HAND} ELSE {_RUN} END"),
    ),
)
PENSION_PAYMENT = Layout(
    "pension_payment",
    Format.PARQUET,
    (
        ("身份证号", PERSON),
        ("险种类型", named(SCHEMES, "scheme")),
        ("经办机构", named(PENSION_PAYERS, "body")),
        ("待遇所属期", month_of("month", "%Y%m")),
        ("发放金额（元）", money("amount")),
    ),
)
PENSION_REFUND = Layout(
    "pension_refund",
    Format.XLSX,
    (
        ("凭证号", numbered("HD-", "voucher", 7)),
        ("身份证号", PERSON),
        ("险种", named(SCHEMES, "scheme")),
        ("多发月份", month_of("month", "%Y-%m")),
        ("追回金额（元）", money("refunded")),
        ("追回日期", date_of("refunded_on")),
    ),
)
DEATH_REGISTER = Layout(
    "death_register",
    Format.XLSX,
    (
        ("死者身份证号", PERSON),
        ("死亡日期", date_of("died")),
        ("是否死亡", "CASE flag WHEN 1 THEN '是' ELSE '否' END"),
        ("登记来源", named(SOURCES, "source")),
    ),
)
TREASURY_CREDIT = Layout(
    "treasury_credit",
    Format.JSON_LINES,
    (
        ("收入凭证号", numbered("RK-", "voucher", 9)),
        ("缴款书号", "'9901' || lpad(bill::VARCHAR, 10, '0')"),
        ("账户性质", named(ACCOUNTS, "account")),
        ("入库日期", text_date("credited", "%Y-%m-%d")),
        ("到账金额（分）", "amount"),
    ),
)


def layouts(town: Town) -> tuple[Layout, ...]:
    """Return the layouts of all tables; only the lists of bodies depend on the city."""
    people = (RESIDENT, LONGEVITY_PAYMENT, PENSION_PAYMENT, PENSION_REFUND, DEATH_REGISTER)
    return (*people, _nontax_bill(town), TREASURY_CREDIT, _supplier_payment(town), _supplier_refund(town))


def _nontax_bill(town: Town) -> Layout:
    columns = (
        ("缴款书号", "'9901' || lpad(number::VARCHAR, 10, '0')"),
        ("执收单位代码", named(town.collecting, "body")),
        ("收费项目", named(ITEMS, "item")),
        ("开票日期", text_date("issued", "%Y/%m/%d")),
        ("开票金额", money("amount")),
        ("缴费日期", text_date("paid", "%Y/%m/%d")),
    )
    return Layout("nontax_bill", Format.CSV_GB18030, columns)


def _supplier_payment(town: Town) -> Layout:
    columns = (
        ("预算单位", named(town.spending, "body")),
        ("支付流水号", numbered("ZF", "number", 9)),
        ("付款日期", text_date("paid", "%Y-%m-%d")),
        ("收款人代码", numbered("GYS", "supplier", 8)),
        ("收款人名称", firm_name("supplier")),
        ("付款金额（万元）", "(amount::DECIMAL(16, 0) * 0.000001)::DECIMAL(18, 6)"),
        ("摘要", named(PURPOSES, "purpose")),
        ("支出经济分类", named(CATEGORIES, f"purpose % {len(CATEGORIES)}")),
        ("合同号", numbered("HT-", "contract", 8)),
        ("发票号", numbered("25", "invoice", 8)),
    )
    return Layout("supplier_payment", Format.CSV_BOM, columns)


def _supplier_refund(town: Town) -> Layout:
    columns = (
        ("退款凭证号", numbered("TK-", "voucher", 7)),
        ("预算单位", named(town.spending, "body")),
        ("原支付流水号", numbered("ZF", "number", 9)),
        ("退款金额（元）", money("refunded")),
        ("退款日期", date_of('"on"')),
    )
    return Layout("supplier_refund", Format.XLSX, columns)
