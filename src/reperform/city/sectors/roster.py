"""The roster of pensioners, which both work and social security look at.

Rules kept here:

* Whoever stands on it without being a case has reached the age of the law that held, and draws one pension.
"""

from __future__ import annotations

from reperform.city.bodies import CITY
from reperform.city.layout import PERSON, Format, Layout, date_of, money, month_of, named, numbered
from reperform.city.rows import Rows
from reperform.city.town import PENSION_PAYERS

EMPLOYEE, PUBLIC, RESIDENT = 0, 1, 2
SCHEMES = ("employee", "public", "resident")
_SCHEMES_ZH = ("城镇职工基本养老保险", "机关事业单位养老保险", "城乡居民基本养老保险")
REGIONS = (CITY[0], "沐川市", "临岚市")
CADRE, WORKER = 0, 1
STATUTORY, ELECTIVE, SPECIAL_WORK, ILLNESS = 0, 1, 2, 3
COLUMNS = ("person", "scheme", "region", "body", "born", "male", "post", "ground", "first", "last", "monthly", "number")


def rows() -> Rows:
    """Return an empty roster."""
    return Rows(*COLUMNS)


def decision_text(number: int) -> str:
    """Return a decision's number as it is written."""
    return f"HDB-{number:08d}"


def month_or_none(column: str, pattern: str) -> str:
    """Return the expression of a month; empty at `ABSENT`."""
    return f"CASE WHEN {column} >= 0 THEN {month_of(column, pattern)} END"


ROSTER = Layout(
    "pension_roster",
    Format.PARQUET,
    (
        ("社会保障号码", PERSON),
        ("养老险种", named(_SCHEMES_ZH, "scheme")),
        ("领取地", named(REGIONS, "region")),
        ("经办机构", named(PENSION_PAYERS, "body")),
        ("出生日期", date_of("born")),
        ("性别", "CASE male WHEN 1 THEN '男' WHEN 0 THEN '女' END"),
        ("岗位性质", named(("管理技术岗", "工人岗"), "post")),
        ("退休类别", named(("正常退休", "弹性提前退休", "特殊工种提前退休", "病退"), "ground")),
        ("待遇起始年月", month_or_none("first", "%Y-%m")),
        ("停发年月", month_or_none('"last"', "%Y-%m")),
        ("月养老金", money("monthly")),
        ("核定单号", numbered("HDB-", "number", 8)),
    ),
)
