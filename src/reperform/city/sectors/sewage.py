"""The sector of sewage: sewers of urban villages, rain-water outlets, contracts for sewers, and sewage plants."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Format, Layout, date_of, money, month_of, named, numbered
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector, joined
from reperform.city.town import Part, Town

from . import sewage_outlets, sewage_plant_days, sewage_plant_months, sewage_sewers, sewage_works
from .sewage_plants import STANDARDS, PlantDesk
from .sewage_sewers import BODIES

RECEIVERS = ("云江绿源固废处理有限公司", "望岭环保建材有限公司", "东屏生物质能有限公司")
_PLANT = numbered("WSC", "plant", 5)


def _or_empty(expression: str, column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN {expression} END"


def _measured(column: str) -> str:
    return _or_empty(f"({column}::DECIMAL(16, 0) * 0.01)::DECIMAL(18, 2)", column)


PLANT_LAYOUTS = (
    Layout(
        "sewage_plant",
        Format.XLSX,
        (
            ("污水处理厂编号", numbered("WSC", "number", 5)),
            ("主管单位", named(BODIES, "body")),
            ("设计处理能力", "capacity"),
            ("执行标准", named(STANDARDS, "standard")),
            ("投产日期", date_of("commissioned")),
        ),
    ),
    Layout(
        "plant_daily",
        Format.CSV_BOM,
        (
            ("厂站编号", _PLANT),
            ("运行日期", date_of("day")),
            ("日处理水量", "flow"),
            ("出水水温", _or_empty("(water_temp::DECIMAL(16, 0) * 0.1)::DECIMAL(18, 1)", "water_temp")),
            ("进水化学需氧量", _measured("cod_in")),
            ("进水五日生化需氧量", _measured("bod_in")),
            ("氨氮进水", _measured("nh3_in")),
            ("出水化学需氧量", _measured("cod_out")),
            ("出水五日生化需氧量", _measured("bod_out")),
            ("出水悬浮物", _measured("ss_out")),
            ("出水总氮", _measured("tn_out")),
            ("出水氨氮", _measured("nh3_out")),
            ("出水总磷", _measured("tp_out")),
        ),
    ),
    Layout(
        "plant_sludge",
        Format.XLSX,
        (
            ("厂站编号", _PLANT),
            ("报告期", month_of("month", "%Y-%m")),
            ("月初库存", _or_empty("opening", "opening")),
            ("产泥量", "produced"),
            ("月末库存", _or_empty("closing", "closing")),
        ),
    ),
    Layout(
        "sludge_load",
        Format.CSV_GB18030,
        (
            ("转移联单号", numbered("LD", "number", 8)),
            ("产生单位编号", _PLANT),
            ("外运日期", date_of("sent_on")),
            ("出厂净重", "sent"),
            ("接收单位", named(RECEIVERS, "receiver")),
            ("接收净重", _or_empty("got", "got")),
            ("回执号", numbered("HZ", "receipt", 8)),
        ),
    ),
    Layout(
        "plant_fee",
        Format.XLSX,
        (
            ("污水处理厂编号", _PLANT),
            ("结算月份", month_of("month", "%Y-%m")),
            ("计费水量", "volume"),
            ("处理单价（元）", money("price")),
            ("实付金额（元）", money("paid")),
        ),
    ),
)


def _layouts(town: Town) -> tuple[Layout, ...]:
    return (*sewage_sewers.LAYOUTS, *sewage_outlets.LAYOUTS, *sewage_works.LAYOUTS, *PLANT_LAYOUTS)


def _looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    books = (
        *(book.code for book in sewage_sewers.BOOKS),
        sewage_outlets.BOOK.code,
        sewage_works.BOOK.code,
        *(book.code for book in sewage_plant_days.BOOKS),
        *(book.code for book in sewage_plant_months.BOOKS),
    )
    return dict.fromkeys(books, BODIES)


def _plants(town: Town, part: Part) -> dict[str, Columns]:
    desk = PlantDesk(town, part)
    for book in (*sewage_plant_days.BOOKS, *sewage_plant_months.BOOKS):
        book.play(desk, town, part)
    return desk.tables() | desk.registers()


def _make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    writers = (sewage_sewers.make, sewage_outlets.make, sewage_works.make, _plants)
    made = [write(town, part) for write in writers]
    return joined({table: [one[table] for one in made if table in one] for one in made for table in one})


SEWAGE = Sector("sewage", _layouts, _looks_at, _make)
