"""How each table looks as a file: format, headers, how a number becomes text.

Rules kept here:

* Headers are those of Chinese bureaus, in the order in which their systems print them; every one is a label or an
  alias of the table's contract. Money is in yuan, except where a header says 分 (fen) or 万元 (ten thousand yuan).
* Each kind of file that a bureau may send occurs: Parquet for what is big, CSV in UTF-8 with a byte order mark and in
  GB18030, JSON Lines, XLSX for what is small.
* The expressions are DuckDB's SQL over the number columns of `rows`. Money is multiplied, not divided: a division of
  decimals is a float there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .identity import CHECKS
from .longevity import BY_HAND
from .pensions import SCHEMES, SOURCES
from .revenue import ACCOUNTS, ITEMS
from .suppliers import CATEGORIES, PURPOSES
from .town import CIVIL_AFFAIRS, PENSION_PAYERS, Town

LARGEST_SHEET = 20_000
"""A table with more rows than this comes as CSV instead of XLSX."""
PERSON = f"(person >> 4)::VARCHAR || substr('{CHECKS}', (person & 15)::INTEGER + 1, 1)"
_PLACES = ("云江", "东屏", "望岭", "沙渚", "澄湖", "云麓", "汀兰", "白屿", "枫浦", "江北岸", "望潮", "听泉", "石埠")
_NAMES = (
    "恒信",
    "鼎盛",
    "华源",
    "瑞通",
    "博远",
    "嘉禾",
    "中泽",
    "天弘",
    "同舟",
    "启明",
    "安泰",
    "泰和",
    "新维",
    "万象",
    "宏图",
    "佳木",
    "骏驰",
)
_TRADES = (
    "物业服务",
    "办公设备",
    "信息技术",
    "印务",
    "建筑工程",
    "餐饮管理",
    "汽车服务",
    "园林绿化",
    "医疗器械",
    "商贸",
    "咨询",
)


class Format(StrEnum):
    """The kinds of files."""

    PARQUET = "Parquet"
    CSV_BOM = "CSV in UTF-8 with a byte order mark"
    CSV_GB18030 = "CSV in GB18030"
    JSON_LINES = "JSON Lines"
    XLSX = "XLSX"

    @property
    def suffix(self) -> str:
        """How the names of such files end."""
        return _SUFFIXES[self]


_SUFFIXES = {
    Format.PARQUET: "parquet",
    Format.CSV_BOM: "csv",
    Format.CSV_GB18030: "csv",
    Format.JSON_LINES: "jsonl",
    Format.XLSX: "xlsx",
}


@dataclass(frozen=True)
class Layout:
    """One table as a file: the columns as (header, SQL expression)."""

    table: str
    format: Format
    columns: tuple[tuple[str, str], ...]

    def select(self, source: str) -> str:
        """Return the query that turns number columns into what the file shows."""
        shown = ", ".join(f'{expression} AS "{header}"' for header, expression in self.columns)
        return f"SELECT {shown} FROM {source}"  # noqa: S608 - both are written in this module


def _date(column: str) -> str:
    return f"CASE WHEN {column} BETWEEN -40000 AND 40000 THEN DATE '1970-01-01' + {column}::INTEGER END"


def _text_date(column: str, pattern: str) -> str:
    return f"strftime({_date(column)}, '{pattern}')"


def _month(column: str, pattern: str) -> str:
    return f"strftime(DATE '1970-01-01' + to_months({column}::INTEGER), '{pattern}')"


def _from(names: Sequence[str], place: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"list_extract([{listed}], ({place})::INTEGER + 1)"


def _yuan(column: str) -> str:
    return f"({column}::DECIMAL(16, 0) * 0.01)::DECIMAL(18, 2)"


def _numbered(prefix: str, column: str, digits: int) -> str:
    return f"CASE WHEN {column} >= 0 THEN '{prefix}' || lpad({column}::VARCHAR, {digits}, '0') END"


_RUN = f"'CS-' || {_from(CIVIL_AFFAIRS, 'body')} || '-' || {_month('month', '%Y%m')}"
_BY_HAND = f"'BF-' || lpad((voucher - {BY_HAND})::VARCHAR, 7, '0')"
RESIDENT = Layout(
    "resident",
    Format.PARQUET,
    (
        ("公民身份号码", PERSON),
        ("性别", "CASE male WHEN 1 THEN '男' ELSE '女' END"),
        ("出生日期", _date("born")),
        ("户籍所在区", _from(CIVIL_AFFAIRS, "district")),
        ("迁入日期", _date("moved_in")),
        ("迁出日期", _date("moved_out")),
        ("死亡注销日期", _date("died")),
    ),
)
LONGEVITY_PAYMENT = Layout(
    "longevity_payment",
    Format.PARQUET,
    (
        ("身份证号码", PERSON),
        ("发放区", _from(CIVIL_AFFAIRS, "body")),
        ("所属月份", _month("month", "%Y-%m")),
        ("实发金额", _yuan("amount")),
        ("发放日期", _date("paid_on")),
        ("凭证号", f"CASE WHEN voucher >= {BY_HAND} THEN {_BY_HAND} ELSE {_RUN} END"),
    ),
)
PENSION_PAYMENT = Layout(
    "pension_payment",
    Format.PARQUET,
    (
        ("身份证号", PERSON),
        ("险种类型", _from(SCHEMES, "scheme")),
        ("经办机构", _from(PENSION_PAYERS, "body")),
        ("待遇所属期", _month("month", "%Y%m")),
        ("发放金额（元）", _yuan("amount")),
    ),
)
PENSION_REFUND = Layout(
    "pension_refund",
    Format.XLSX,
    (
        ("凭证号", _numbered("HD-", "voucher", 7)),
        ("身份证号", PERSON),
        ("险种", _from(SCHEMES, "scheme")),
        ("多发月份", _month("month", "%Y-%m")),
        ("追回金额（元）", _yuan("refunded")),
        ("追回日期", _date("refunded_on")),
    ),
)
DEATH_REGISTER = Layout(
    "death_register",
    Format.XLSX,
    (
        ("死者身份证号", PERSON),
        ("死亡日期", _date("died")),
        ("是否死亡", "CASE flag WHEN 1 THEN '是' ELSE '否' END"),
        ("登记来源", _from(SOURCES, "source")),
    ),
)
TREASURY_CREDIT = Layout(
    "treasury_credit",
    Format.JSON_LINES,
    (
        ("收入凭证号", _numbered("RK-", "voucher", 9)),
        ("缴款书号", "'9901' || lpad(bill::VARCHAR, 10, '0')"),
        ("账户性质", _from(ACCOUNTS, "account")),
        ("入库日期", _text_date("credited", "%Y-%m-%d")),
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
        ("执收单位代码", _from(town.collecting, "body")),
        ("收费项目", _from(ITEMS, "item")),
        ("开票日期", _text_date("issued", "%Y/%m/%d")),
        ("开票金额", _yuan("amount")),
        ("缴费日期", _text_date("paid", "%Y/%m/%d")),
    )
    return Layout("nontax_bill", Format.CSV_GB18030, columns)


def _supplier_payment(town: Town) -> Layout:
    trades = len(_NAMES) * len(_TRADES)
    name = (
        f"{_from(_PLACES, f'(supplier // {trades}) % {len(_PLACES)}')} || "
        f"{_from(_NAMES, f'supplier % {len(_NAMES)}')} || "
        f"{_from(_TRADES, f'(supplier // {len(_NAMES)}) % {len(_TRADES)}')} || '有限公司'"
    )
    columns = (
        ("预算单位", _from(town.spending, "body")),
        ("支付流水号", _numbered("ZF", "number", 9)),
        ("付款日期", _text_date("paid", "%Y-%m-%d")),
        ("收款人代码", _numbered("GYS", "supplier", 8)),
        ("收款人名称", f"CASE WHEN supplier >= 0 THEN {name} END"),
        ("付款金额（万元）", "(amount::DECIMAL(16, 0) * 0.000001)::DECIMAL(18, 6)"),
        ("摘要", _from(PURPOSES, "purpose")),
        ("支出经济分类", _from(CATEGORIES, f"purpose % {len(CATEGORIES)}")),
        ("合同号", _numbered("HT-", "contract", 8)),
        ("发票号", _numbered("25", "invoice", 8)),
    )
    return Layout("supplier_payment", Format.CSV_BOM, columns)


def _supplier_refund(town: Town) -> Layout:
    columns = (
        ("退款凭证号", _numbered("TK-", "voucher", 7)),
        ("预算单位", _from(town.spending, "body")),
        ("原支付流水号", _numbered("ZF", "number", 9)),
        ("退款金额（元）", _yuan("refunded")),
        ("退款日期", _date('"on"')),
    )
    return Layout("supplier_refund", Format.XLSX, columns)
