"""The sector of performance: indicators and unit cost, gas and water mains, waste, biomedicine."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.city.layout import Format, Layout, date_of, money, month_of, named, numbered
from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector, joined
from reperform.city.town import Part, Town

from . import performance_biomedicine, performance_losses, performance_mains, performance_panel, performance_waste

_FACILITY = numbered("SS", "facility", 4)
_WASTE_BODY = named(performance_waste.BODIES, "body")
WASTE_LAYOUTS = (
    Layout(
        "waste_trip",
        Format.CSV_GB18030,
        (
            ("转运单号", numbered("CC", "number", 9)),
            ("主管单位", _WASTE_BODY),
            ("终端设施编号", _FACILITY),
            ("转运日期", date_of('"left"')),
            ("装车重量", "loaded"),
            ("过磅重量", "CASE WHEN weighed >= 0 THEN weighed END"),
        ),
    ),
    Layout(
        "waste_facility_month",
        Format.XLSX,
        (
            ("终端设施编号", _FACILITY),
            ("报告期", month_of("month", "%Y-%m")),
            ("主管单位", _WASTE_BODY),
            ("月初库存", "CASE WHEN opening >= 0 THEN opening END"),
            ("接收量", "received"),
            ("处置量", "treated"),
            ("月末库存", "CASE WHEN closing >= 0 THEN closing END"),
        ),
    ),
    Layout(
        "waste_fee",
        Format.XLSX,
        (
            ("处理厂编号", _FACILITY),
            ("结算月份", month_of("month", "%Y-%m")),
            ("主管单位", _WASTE_BODY),
            ("每吨单价（元）", money("price")),
            ("实付金额（元）", money("paid")),
        ),
    ),
)


def _layouts(town: Town) -> tuple[Layout, ...]:
    own = (performance_panel.LAYOUTS, performance_mains.LAYOUTS, performance_losses.LAYOUTS)
    return (*(layout for layouts in own for layout in layouts), *WASTE_LAYOUTS, *performance_biomedicine.LAYOUTS)


def _looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    waste = {book.code: performance_waste.BODIES for book in performance_waste.BOOKS}
    mains = performance_mains.LOOKS_AT | performance_losses.LOOKS_AT
    return performance_panel.LOOKS_AT | mains | waste | performance_biomedicine.LOOKS_AT


def _make(town: Town, part: Part, people: Residents) -> dict[str, Columns]:
    writers = (
        performance_panel.make,
        performance_mains.make,
        performance_losses.make,
        performance_waste.make,
        performance_biomedicine.make,
    )
    made = [write(town, part) for write in writers]
    return joined({table: [one[table] for one in made if table in one] for one in made for table in one})


PERFORMANCE = Sector("performance", _layouts, _looks_at, _make)
