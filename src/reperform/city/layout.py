"""How a table looks as a file: format, headers, how a number becomes text.

Rules kept here:

* Headers are those of Chinese bureaus, in the order in which their systems print them; every one is a label or an
  alias of the table's contract. Money is in yuan, except where a header says 分 (fen) or 万元 (ten thousand yuan).
* The expressions are DuckDB's SQL over the columns of `rows`. Money is multiplied, not divided: a division of decimals
  is a float there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .identity import CHECKS

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


def date_of(column: str) -> str:
    """Return the expression of a day's date, empty where there is none."""
    return f"CASE WHEN {column} BETWEEN -40000 AND 40000 THEN DATE '1970-01-01' + {column}::INTEGER END"


def text_date(column: str, pattern: str) -> str:
    """Return the expression of a day written in a pattern."""
    return f"strftime({date_of(column)}, '{pattern}')"


def month_of(column: str, pattern: str) -> str:
    """Return the expression of a month written in a pattern."""
    return f"strftime(DATE '1970-01-01' + to_months({column}::INTEGER), '{pattern}')"


def named(names: Sequence[str], place: str) -> str:
    """Return the expression of the name at a place of a list; empty at `ABSENT`."""
    listed = ", ".join(f"'{name}'" for name in names)
    return f"list_extract([{listed}], ({place})::INTEGER + 1)"


def money(column: str) -> str:
    """Return the expression of fen as yuan."""
    return f"({column}::DECIMAL(16, 0) * 0.01)::DECIMAL(18, 2)"


def numbered(prefix: str, column: str, digits: int) -> str:
    """Return the expression of a number with its letters and leading zeros; empty at `ABSENT`."""
    return f"CASE WHEN {column} >= 0 THEN '{prefix}' || lpad({column}::VARCHAR, {digits}, '0') END"


def flag(column: str) -> str:
    """Return the expression of yes or no."""
    return f"CASE {column} WHEN 1 THEN '是' WHEN 0 THEN '否' END"


def person(column: str) -> str:
    """Return the expression of an identity number; empty at `ABSENT`."""
    return f"CASE WHEN {column} > 0 THEN {PERSON.replace('person', column)} END"


def firm_name(column: str) -> str:
    """Return the expression of an invented firm's name; empty at `ABSENT`."""
    trades = len(_NAMES) * len(_TRADES)
    name = (
        f"{named(_PLACES, f'({column} // {trades}) % {len(_PLACES)}')} || "
        f"{named(_NAMES, f'{column} % {len(_NAMES)}')} || "
        f"{named(_TRADES, f'({column} // {len(_NAMES)}) % {len(_TRADES)}')} || '有限公司'"
    )
    return f"CASE WHEN {column} >= 0 THEN {name} END"
