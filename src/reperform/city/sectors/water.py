"""The sector of water sources: protection zones, what lies in them, and the signs that mark them."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Format, Layout, date_of, flag, named, numbered
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.town import Part, Town

from . import water_sites, water_zones
from .water_map import FARM_BODIES, GOVERNMENTS, ZONE_LAYOUT, degrees
from .water_sites import KINDS, WaterDesk

_EAST, _NORTH = ("东经", degrees("x")), ("北纬", degrees("y"))
LAYOUTS = (
    ZONE_LAYOUT,
    Layout(
        "sewage_outlet",
        Format.CSV_BOM,
        (
            ("入河排污口编号", numbered("PWK", "number", 6)),
            ("属地政府", named(GOVERNMENTS, "body")),
            _EAST,
            _NORTH,
            ("排查日期", date_of("known")),
            ("关闭日期", date_of("closed")),
            ("拆除验收单号", numbered("FD-", "closure", 7)),
        ),
    ),
    Layout(
        "zone_project",
        Format.CSV_GB18030,
        (
            ("建设项目编号", numbered("JSXM", "number", 6)),
            ("属地政府", named(GOVERNMENTS, "body")),
            _EAST,
            _NORTH,
            ("投产日期", date_of("built")),
            ("是否供水保护相关", flag("serves")),
            ("是否排污", flag("discharges")),
            ("是否重污染项目", flag("heavy")),
            ("关停日期", date_of("closed")),
            ("拆除验收单号", numbered("FD-", "closure", 7)),
        ),
    ),
    Layout(
        "livestock_farm",
        Format.XLSX,
        (
            ("养殖点编号", numbered("YZC", "number", 6)),
            ("主管单位", named(FARM_BODIES, "body")),
            ("养殖方式", named(KINDS, "kind")),
            _EAST,
            _NORTH,
            ("是否排污", flag("discharges")),
            ("清退日期", date_of("closed")),
            ("关闭验收单号", numbered("FD-", "closure", 7)),
        ),
    ),
    Layout(
        "zone_marker",
        Format.JSON_LINES,
        (
            ("标志编号", numbered("BZ", "number", 6)),
            ("设施种类", named(("界标", "摄像头"), "kind")),
            _EAST,
            _NORTH,
            ("安装日期", date_of('"set"')),
            ("是否正常", flag("working")),
            ("设置验收单号", numbered("SZ-", "record", 7)),
        ),
    ),
)


def _layouts(town: Town) -> tuple[Layout, ...]:
    return LAYOUTS


def _looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    return water_sites.LOOKS_AT | {water_zones.BOOK.code: GOVERNMENTS}


def _make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    desk = WaterDesk(town, part)
    desk.ordinary()
    for book in (*water_sites.BOOKS, water_zones.BOOK):
        book.play(desk, town, part)
    histories = {"source_zone": desk.zones, "sewage_outlet": desk.outlets, "zone_project": desk.projects}
    tables = {name: rows.columns() for name, rows in histories.items()}
    tables |= {"livestock_farm": desk.farms.columns(), "zone_marker": desk.markers.columns()}
    return tables | desk.registers()


WATER = Sector("water", _layouts, _looks_at, _make)
