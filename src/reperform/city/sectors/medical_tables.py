"""The registers of medical insurance: institutions, items and their limits, settlements and charges, stock, insurers.

Rules kept here:

* Items are few and invented; their limits are of the kinds that the lists print. A drug of a case has a number of its
  own, so that no ordinary sale touches its stock.
* Codes of diagnoses are those of ICD-10. Prices are by level of institution; one of them changed within the period.
* Yunjiang's hospitals are bodies of the city. The clinic of the institute of technology is none of the designated ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import NEVER, day
from reperform.city.layout import Format, Layout, date_of, flag, money, named, numbered, person, text_date
from reperform.city.rows import ABSENT, IN_BOTH, Columns, Rows

HOSPITALS = ("YJ-HO1", "YJ-HO2", "YJ-HO3", *(f"{short}-HOS" for short, _, _ in DISTRICTS))
CLINIC = len(HOSPITALS)
"""The place of the campus clinic, which the register of institutions does not know."""
PLACES = (*HOSPITALS, "YJ-UNI")
TERTIARY = 3
"""So many of the first hospitals are of the third level; the others are of the second."""
INPATIENT, OUTPATIENT, PHARMACY = 0, 1, 2
DIAGNOSES = (
    "I10.x00",
    "E11.900",
    "J18.900",
    "I63.900",
    "C34.900",
    "C50.900",
    "K29.500",
    "M54.500",
    "E10.900",
    "I25.103",
    "I63.801",
)
HYPERTENSION, DIABETES, PNEUMONIA, STROKE, LUNG_CANCER = 0, 1, 2, 3, 4
GASTRITIS, HEART, OTHER_STROKE = 6, 9, 10
(BED, NURSING, DRIP, XRAY, CT, BLOOD, SUTURE, OPERATION, GYNAECOLOGY, PROSTATE) = range(10)
(CHEMOTHERAPY, SYRUP, BONE, IMPLANT, METFORMIN, AMLODIPINE, REGISTRATION, GRANULES) = range(10, 18)
NAMES = (
    "床位费",
    "护理费",
    "静脉输液",
    "胸部X线摄影",
    "CT平扫",
    "血常规",
    "清创缝合包",
    "清创缝合术",
    "妇科检查",
    "前列腺特异性抗原测定",
    "培美曲塞注射剂",
    "小儿氨酚黄那敏颗粒",
    "唑来膦酸注射剂",
    "人工关节",
    "二甲双胍片",
    "氨氯地平片",
    "诊查费",
    "感冒清热颗粒",
)
PRICES = (
    5000,
    3000,
    1500,
    6000,
    20000,
    2000,
    4000,
    60000,
    8000,
    7000,
    80000,
    2500,
    50000,
    300000,
    1200,
    1800,
    1000,
    2200,
)
"""Fen at the second level; the third charges a tenth more."""
STOCKED = (METFORMIN, AMLODIPINE, GRANULES)
CAPPED = (BED, XRAY, CT, BLOOD, REGISTRATION)
CHEAPER_FROM = day(date(2025, 7, 1))
"""From this day on the highest price of a CT is a tenth lower."""
COUNTED = day(date(2024, 12, 31))
"""The day of the opening count of stock."""
CASE_DRUGS = 1000
"""Items from here on are the drugs of cases."""
_DAILY = (BED, NURSING)
_MOST = {DRIP: 2, XRAY: 1, CT: 1, BLOOD: 2, REGISTRATION: 2}
_SEXES = {GYNAECOLOGY: 0, PROSTATE: 1}
_DIAGNOSES = ((CHEMOTHERAPY, "C34"), (CHEMOTHERAPY, "C50"), (METFORMIN, "E10"), (METFORMIN, "E11"))


def price(item: int, hospital: int, on: int) -> int:
    """Return the highest price of an item on a day."""
    of_level = PRICES[item] * 11 // 10 if hospital < TERTIARY else PRICES[item]
    return of_level * 9 // 10 if item == CT and on >= CHEAPER_FROM else of_level


def item_text(item: int) -> str:
    """Return an item's code as it is written."""
    return f"YL{item:08d}"


def settlement_text(number: int) -> str:
    """Return a settlement's number as it is written."""
    return f"JS{number:010d}"


@dataclass(frozen=True)
class Line:
    """One line of charges."""

    item: int
    on: int
    quantity: int
    amount: int


@dataclass(frozen=True)
class Care:
    """One settlement of a case, with its lines."""

    number: int
    person: int
    hospital: int
    kind: int
    male: int
    born: int
    admitted: int
    discharged: int
    diagnosis: int
    invoice: int
    eligible: int
    fund: int
    lines: tuple[Line, ...]
    second: int = ABSENT
    planned: int = ABSENT
    leave: int = ABSENT
    needy: int = 0

    @property
    def text(self) -> str:
        """The number as it is written."""
        return settlement_text(self.number)

    def having(self, *lines: Line) -> Care:
        """Return the same with these lines."""
        return replace(self, lines=lines)


class Changes(TypedDict, total=False):
    """What a case changes in a settlement."""

    male: int
    born: int
    diagnosis: int
    second: int
    planned: int


class MedicalTables:
    """The tables of a chunk while they are made."""

    def __init__(self) -> None:
        self.settlements = Rows(
            *("number", "person", "hospital", "kind", "male", "born", "admitted", "discharged", "diagnosis", "second"),
            *("planned", "leave", "invoice", "needy", "eligible", "fund"),
        )
        self.fees = Rows("number", "line", "hospital", "item", "on", "quantity", "amount")
        self.institutions = Rows("hospital", "level")
        self.items = Rows("item", "daily", "most", "within", "sex", "age_from", "age_to", "level")
        self.diagnoses = Rows("item", "category")
        self.caps = Rows("item", "level", "cap", "since", "until")
        self.purchases = Rows("receipt", "hospital", "item", "on", "quantity")
        self.stocks = Rows("hospital", "item", "on", "quantity")
        self.contracts = Rows("contract", "insurer", "days", "kind")
        self.claims = Rows("claim", "contract", "hospital", "submitted", "amount")
        self.payments = Rows("voucher", "claim", "amount", "on")

    def write(self, care: Care, states: int) -> None:
        """Write a settlement and its lines."""
        one = care
        self.settlements.add(
            *(one.number, one.person, one.hospital, one.kind, one.male, one.born, one.admitted, one.discharged),
            *(one.diagnosis, one.second, one.planned, one.leave, one.invoice, one.needy, one.eligible, one.fund),
            states=states,
        )
        for place, line in enumerate(one.lines, start=1):
            values = (one.number, place, one.hospital, line.item, line.on, line.quantity, line.amount)
            self.fees.add(*values, states=states)

    def lists(self) -> None:
        """Write the lists that hold for the whole city."""
        for hospital in range(len(HOSPITALS)):
            self.institutions.add(hospital, 3 if hospital < TERTIARY else 2, states=IN_BOTH)
        for item in range(len(NAMES)):
            within = OPERATION if item == SUTURE else ABSENT
            ages = {SYRUP: (ABSENT, 14), BONE: (60, ABSENT)}.get(item, (ABSENT, ABSENT))
            limits = (
                _MOST.get(item, ABSENT),
                within,
                _SEXES.get(item, ABSENT),
                *ages,
                3 if item == IMPLANT else ABSENT,
            )
            self.items.add(item, int(item in _DAILY), *limits, states=IN_BOTH)
        for place, (item, _) in enumerate(_DIAGNOSES):
            self.diagnoses.add(item, place, states=IN_BOTH)
        for item in CAPPED:
            for level, hospital in ((2, TERTIARY), (3, 0)):
                first, second = (price(item, hospital, on) for on in (COUNTED, CHEAPER_FROM))
                changed = item == CT
                self.caps.add(item, level, first, COUNTED - 365, CHEAPER_FROM - 1 if changed else NEVER, states=IN_BOTH)
                if changed:
                    self.caps.add(item, level, second, CHEAPER_FROM, NEVER, states=IN_BOTH)
        for contract, (days, kind) in enumerate(CONTRACTS):
            self.contracts.add(contract, contract % len(INSURERS), days, kind, states=IN_BOTH)

    def drug(self, item: int) -> None:
        """Enter the drug of a case into the list."""
        self.items.add(item, 0, *(ABSENT,) * 6, states=IN_BOTH)

    def columns(self) -> dict[str, Columns]:
        """Return the tables."""
        rows = {
            "medical_settlement": self.settlements,
            "medical_fee": self.fees,
            "medical_institution": self.institutions,
            "medical_item": self.items,
            "medical_item_diagnosis": self.diagnoses,
            "medical_price_cap": self.caps,
            "medical_purchase": self.purchases,
            "medical_stock": self.stocks,
            "insurer_contract": self.contracts,
            "insurer_claim": self.claims,
            "insurer_payment": self.payments,
        }
        return {table: made.columns() for table, made in rows.items()}


INSURERS = ("云江人寿保险", "恒信健康保险", "同舟养老保险")
WORKING, CALENDAR = 0, 1
CONTRACTS = ((15, CALENDAR), (10, WORKING), (30, CALENDAR), (20, WORKING))
"""Days to pay, by contract."""
_ITEM = numbered("YL", "item", 8)
_SETTLEMENT = numbered("JS", "number", 10)
_PLACE = named(PLACES, "hospital")
_LEVEL = "CASE level WHEN 3 THEN '三级' WHEN 2 THEN '二级' END"


def _whole(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {column} END"


def _paid(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {money(column)} END"


SETTLEMENT = Layout(
    "medical_settlement",
    Format.PARQUET,
    (
        ("结算编号", _SETTLEMENT),
        ("参保人证件号", person("person")),
        ("定点医药机构编号", _PLACE),
        ("医疗类别", named(("住院", "门诊", "药店购药"), "kind")),
        ("性别", "CASE male WHEN 1 THEN '男' WHEN 0 THEN '女' END"),
        ("出生日期", date_of("born")),
        ("入院日期", date_of("admitted")),
        ("出院日期", date_of("discharged")),
        ("主诊断", named(DIAGNOSES, "diagnosis")),
        ("第二诊断", named(DIAGNOSES, "second")),
        ("是否计划再入院", flag("planned")),
        ("请假天数", _whole("leave")),
        ("收费票据号", numbered("44", "invoice", 10)),
        ("待遇类别", "CASE needy WHEN 1 THEN '困难群众' WHEN 0 THEN '普通' END"),
        ("政策范围内费用", _paid("eligible")),
        ("医保基金支付", money("fund")),
    ),
)
_FEE = Layout(
    "medical_fee",
    Format.PARQUET,
    (
        ("结算编号", _SETTLEMENT),
        ("明细序号", "line"),
        ("医疗机构代码", _PLACE),
        ("医保目录编码", _ITEM),
        ("费用发生日期", date_of('"on"')),
        ("数量", "quantity"),
        ("明细金额", money("amount")),
    ),
)
_ITEMS = Layout(
    "medical_item",
    Format.CSV_BOM,
    (
        ("医保目录编码", _ITEM),
        ("项目名称", f"CASE WHEN item < {CASE_DRUGS} THEN {named(NAMES, 'item')} ELSE '注射用药' || item END"),
        ("按日计费", flag("daily")),
        ("每日限量", _whole("most")),
        ("被包含项目编码", numbered("YL", "within", 8)),
        ("限性别", "CASE sex WHEN 1 THEN '男' WHEN 0 THEN '女' END"),
        ("限定年龄下限", _whole("age_from")),
        ("限定年龄上限", _whole("age_to")),
        ("限定机构等级", _LEVEL),
    ),
)
LAYOUTS = (
    SETTLEMENT,
    _FEE,
    _ITEMS,
    Layout(
        "medical_institution",
        Format.XLSX,
        (
            ("医院编码", _PLACE),
            (
                "机构名称",
                named(
                    ("第一人民医院", "中医医院", "第三人民医院", *(f"{name}人民医院" for _, name, _ in DISTRICTS)),
                    "hospital",
                ),
            ),
            ("医院等级", _LEVEL),
        ),
    ),
    Layout(
        "medical_item_diagnosis",
        Format.CSV_GB18030,
        (("药品编码", _ITEM), ("限定病种类目", named([category for _, category in _DIAGNOSES], "category"))),
    ),
    Layout(
        "medical_price_cap",
        Format.XLSX,
        (
            ("收费项目编码", _ITEM),
            ("医院等级", _LEVEL),
            ("最高限价（元）", money("cap")),
            ("执行日期", date_of("since")),
            ("停止执行日期", date_of("until")),
        ),
    ),
    Layout(
        "medical_purchase",
        Format.CSV_BOM,
        (
            ("验收单号", numbered("YS", "receipt", 9)),
            ("采购单位编码", _PLACE),
            ("药品编码", _ITEM),
            ("入库日期", date_of('"on"')),
            ("入库数量", "quantity"),
        ),
    ),
    Layout(
        "medical_stock",
        Format.XLSX,
        (
            ("盘点单位编码", _PLACE),
            ("药品编码", _ITEM),
            ("盘点日期", date_of('"on"')),
            ("库存数量", _whole("quantity")),
        ),
    ),
    Layout(
        "insurer_contract",
        Format.XLSX,
        (
            ("合同号", numbered("SB-", "contract", 8)),
            ("保险公司", named(INSURERS, "insurer")),
            ("拨付期限", "days"),
            ("天数类型", named(("工作日", "自然日"), "kind")),
        ),
    ),
    Layout(
        "insurer_claim",
        Format.CSV_GB18030,
        (
            ("申请单号", numbered("SQ", "claim", 8)),
            ("合同号", numbered("SB-", "contract", 8)),
            ("医院编码", _PLACE),
            ("申报日期", date_of("submitted")),
            ("垫付金额", money("amount")),
        ),
    ),
    Layout(
        "insurer_payment",
        Format.JSON_LINES,
        (
            ("到账凭证号", numbered("DZ", "voucher", 8)),
            ("申请单号", numbered("SQ", "claim", 8)),
            ("到账金额（分）", "amount"),
            ("到账日期", text_date('"on"', "%Y-%m-%d")),
        ),
    ),
)
