"""What a text means, type by type; and what is refused, by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.engine.tables import Category, Constraints, Field
from reperform.engine.values import MARK, Cell, rule_sql, shown_sql, text_sql, value_sql

CONNECTION = duckdb.connect()


def field(type_: str, **parts: Any) -> Field:
    return Field("x", type_, {"en": "X", "zh": "值"}, **parts)


def judged(cell: Cell, values: Sequence[object], sql_type: str = "VARCHAR") -> list[tuple[Any, str | None]]:
    """Return value and broken rule for each text; the value counts for nothing where a rule is broken."""
    CONNECTION.execute(f"CREATE OR REPLACE TABLE cells (c {sql_type})")
    CONNECTION.executemany("INSERT INTO cells VALUES (?)", [[value] for value in values])
    texts = CONNECTION.table("cells").project(f"{text_sql(cell)} AS t")
    rows = texts.project(f"t, {value_sql(cell, 't')} AS v").project(f"v, {rule_sql(cell, 't', 'v')}").fetchall()
    return [(None if rule else value, rule) for value, rule in rows]


def one(cell: Cell, value: object, sql_type: str = "VARCHAR") -> tuple[Any, str | None]:
    return judged(cell, [value], sql_type)[0]


def money(factor: int = 100) -> Cell:
    return Cell(field("integer", unit="fen"), "c", factor=factor)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.3", 1230),
        ("12.34", 1234),
        ("12.3400", 1234),
        ("5.", 500),
        ("-0.01", -1),
        ("+7", 700),
        (" 8　", 800),
        ("１２．３４", 1234),
        ("1,234.50", 123450),
        ("１，２３４．５０", 123450),
        ("1,234,567", 123456700),
        ("¥5.00", 500),
        ("￥1,000", 100000),
        ("(1,234.50)", -123450),
        ("（３）", -300),
        ("99999999999999.99", 9999999999999999),
    ],
)
def test_yuan_become_fen_exactly(text: str, fen: int) -> None:
    assert one(money(), text) == (fen, None)


@pytest.mark.parametrize(
    ("factor", "text", "fen"),
    [
        (1, "12", 12),
        (10, "1.5", 15),
        (10**5, "1.23456", 123456),
        (10**6, "0.000001", 1),
        (10**6, "1,234.5", 1234500000),
        (10**10, "1.2", 12 * 10**9),
    ],
)
def test_each_unit_has_its_places(factor: int, text: str, fen: int) -> None:
    assert one(money(factor), text) == (fen, None)


@pytest.mark.parametrize(
    ("factor", "text", "rule"),
    [
        (100, "12.345", "finer_than_fen"),
        (1, "0.5", "finer_than_fen"),
        (10**6, "0.0000001", "finer_than_fen"),
        (100, "1e-07", "finer_than_fen"),
        (100, "9999999999999999", "out_of_range"),
        (10**6, "1234567890123", "out_of_range"),
        (100, "12,34", "type"),
        (100, "1,2345.00", "type"),
        (100, "1.234,56", "type"),
        (100, "1e3", "type"),
        (100, "3.5万元", "type"),
        (100, "--5", "type"),
        (100, "(-5)", "type"),
        (100, "12 元", "type"),
        (100, "abc", "type"),
        (100, "#REF!", "cell_error"),
    ],
)
def test_an_amount_that_is_not_exact_is_refused_by_name(factor: int, text: str, rule: str) -> None:
    assert one(money(factor), text) == (None, rule)


@settings(deadline=None)
@given(st.integers(-(10**16) + 1, 10**16 - 1))
def test_every_amount_comes_back_however_it_is_written(fen: int) -> None:
    sign, whole, cents = "-" if fen < 0 else "", abs(fen) // 100, abs(fen) % 100
    plain = f"{whole}.{cents:02d}"
    grouped = f"{whole:,}.{cents:02d}"
    wide = grouped.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，"))
    forms = [sign + plain, sign + grouped, sign + wide]
    if fen < 0:
        forms += [f"({grouped})", f"（{wide}）"]
    assert judged(money(), forms) == [(fen, None)] * len(forms)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_named_fault(text: str) -> None:
    value, rule = one(money(), text)
    assert (value is None) or rule is None
    assert rule in (None, "type", "finer_than_fen", "out_of_range", "cell_error")


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("12.0", 12), ("1,200", 1200), ("-3", -3), ("１２", 12), ("9" * 18, 10**18 - 1)]
)
def test_whole_numbers(text: str, value: int) -> None:
    assert one(Cell(field("integer"), "c"), text) == (value, None)


@pytest.mark.parametrize(("text", "rule"), [("1.5", "type"), ("9" * 19, "out_of_range"), ("1e5", "type")])
def test_what_is_no_whole_number(text: str, rule: str) -> None:
    assert one(Cell(field("integer"), "c"), text) == (None, rule)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", "1.5"), ("1,234.5", "1234.5"), ("1.5e3", "1500"), ("1e-5", "0.00001"), ("(5)", "-5"), ("-0", "0")],
)
def test_numbers_are_decimals_with_six_places(text: str, value: str) -> None:
    assert one(Cell(field("number"), "c"), text) == (Decimal(value), None)


def test_a_number_of_too_many_digits_is_refused() -> None:
    assert judged(Cell(field("number"), "c"), ["1234567890123", "45%"]) == [(None, "out_of_range"), (None, "type")]


@pytest.mark.parametrize(
    "text",
    [
        "2023-09-30",
        "2023/9/30",
        "2023.9.30",
        "2023年9月30日",
        "２０２３年９月３０日",
        "２０２３－０９－３０",
        "20230930",
        "20230930.0",
        "45199",
        "45199.5",
        "2023-09-30 14:22:11",
        "2023/9/30 1:02",
        "2023-09-30T00:00:00.000",
        " 2023-09-30 ",
    ],
)
def test_a_day_in_each_form_that_sources_use(text: str) -> None:
    assert one(Cell(field("date"), "c"), text) == (date(2023, 9, 30), None)


def test_a_serial_day_counts_from_the_calendar_of_its_workbook() -> None:
    assert one(Cell(field("date"), "c", epoch=1904), "43737") == (date(2023, 9, 30), None)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("21/01/2014", "date_order"),
        ("1/2/14", "date_order"),
        ("03.04.2014 10:00", "date_order"),
        ("2023-02-30", "type"),
        ("20231301", "type"),
        ("00:00:00", "type"),
        ("1931", "type"),
        ("0023-01-01", "type"),
        ("infinity", "type"),
        ("epoch", "type"),
        ("2023年9月", "type"),
        ("2023-09-30 abc", "type"),
    ],
)
def test_what_is_no_day_or_could_be_two(text: str, rule: str) -> None:
    assert one(Cell(field("date"), "c"), text) == (None, rule)


def test_the_format_of_the_contract_decides_the_order_of_day_and_month() -> None:
    cell = Cell(field("date", format="%d/%m/%Y"), "c")
    texts = ["21/01/2014", "1/2/2014", "2014-02-01", "31/02/2014", "1/2/14"]
    assert judged(cell, texts) == [
        (date(2014, 1, 21), None),
        (date(2014, 2, 1), None),
        (date(2014, 2, 1), None),
        (None, "type"),
        (None, "type"),
    ]


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_every_day_comes_back_from_each_form(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        f"{day.isoformat()} 23:59:59",
    ]
    assert judged(Cell(field("date"), "c"), forms) == [(day, None)] * len(forms)


@settings(deadline=None)
@given(st.integers(10_000, 99_999))
def test_every_serial_day_is_that_many_days_after_the_start(serial: int) -> None:
    assert one(Cell(field("date"), "c"), str(serial)) == (date(1899, 12, 30) + timedelta(serial), None)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03", "202503", "202503.0", "2025年3月", "2025年03月", "2025/3", "2025.03", "２０２５年３月",
        "2025-03-15", "20250315", "45731",
    ],
)  # fmt: skip
def test_a_month_is_its_first_day(text: str) -> None:
    assert one(Cell(field("yearmonth"), "c"), text) == (date(2025, 3, 1), None)


@pytest.mark.parametrize("text", ["202513", "2025", "2025-3-32", "三月", "0999-01"])
def test_what_is_no_month(text: str) -> None:
    assert one(Cell(field("yearmonth"), "c"), text) == (None, "type")


def test_a_month_in_another_order_needs_a_format() -> None:
    assert one(Cell(field("yearmonth"), "c"), "15/03/2025") == (None, "date_order")
    assert one(Cell(field("yearmonth", format="%m/%Y"), "c"), "03/2025") == (date(2025, 3, 1), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-03-01 10:00:00", datetime(2025, 3, 1, 10)),
        ("2025/3/1 9:05", datetime(2025, 3, 1, 9, 5)),
        ("2025-03-01T10:00:00.5", datetime(2025, 3, 1, 10, 0, 0, 500000)),
        ("2025年3月1日 10:00", datetime(2025, 3, 1, 10)),
        ("2025-03-01", datetime(2025, 3, 1)),
    ],
)
def test_local_times(text: str, value: datetime) -> None:
    assert one(Cell(field("datetime"), "c"), text) == (value, None)


@pytest.mark.parametrize("text", ["2025-03-01 25:00", "2025-03-01 10:00:00Z", "2025-03-01T10:00:00+08:00", "10:00"])
def test_a_time_with_a_zone_or_out_of_the_day_is_refused(text: str) -> None:
    assert one(Cell(field("datetime"), "c"), text) == (None, "type")


def test_yes_and_no_in_two_languages_or_in_the_words_of_the_contract() -> None:
    assert judged(Cell(field("boolean"), "c"), ["是", "否", "TRUE", "0", "已死亡"]) == [
        (True, None), (False, None), (True, None), (False, None), (None, "type"),
    ]  # fmt: skip
    own = Cell(field("boolean", true_values=("已死亡",), false_values=("未死亡",)), "c")
    assert judged(own, ["已死亡", "未死亡", "是"]) == [(True, None), (False, None), (None, "type")]


def test_texts_lose_the_blanks_around_them_and_are_composed() -> None:
    texts = ["　张 三\u00a0", "\tabc\n", "\ufeffx", "Ame\u0301lie", "１２"]
    assert judged(Cell(field("string"), "c"), texts) == [
        ("张 三", None), ("abc", None), ("x", None), ("Amélie", None), ("１２", None),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["4.40103E+17", "4.40103199001011e+17", "440103199001011234.0", "1E+14"])
def test_an_identifier_that_was_a_float_is_refused(text: str) -> None:
    assert one(Cell(field("string"), "c"), text) == (None, "id_as_number")


@pytest.mark.parametrize("text", ["440103199001011234", "44010319900101123X", "1E5", "12.0", "1E-14"])
def test_an_identifier_as_it_is_written_stays(text: str) -> None:
    assert one(Cell(field("string"), "c"), text) == (text, None)


def test_a_missing_value_is_null_and_breaks_a_rule_only_where_one_is_required() -> None:
    optional = Cell(field("string", missing_values=("", "—", "无")), "c")
    assert judged(optional, ["", "  ", "—", " 无 ", "无无", None]) == [
        (None, None), (None, None), (None, None), (None, None), ("无无", None), (None, None),
    ]  # fmt: skip
    required = Cell(field("string", constraints=Constraints(required=True)), "c")
    assert judged(required, ["", None]) == [(None, "required"), (None, "required")]


def test_categories_turn_the_words_of_sources_into_one_value() -> None:
    kinds = (Category("F", {"en": "Female", "zh": "女"}, ("2",)), Category("M", {"en": "Male", "zh": "男"}, ("1",)))
    cell = Cell(field("string", categories=kinds), "c")
    assert judged(cell, ["女", "female", "2", "m", "x"]) == [
        ("F", None), ("F", None), ("F", None), ("M", None), (None, "enum"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "limits", "good", "bad", "rule"),
    [
        ("string", Constraints(enum=("a", "b")), "a", "c", "enum"),
        ("integer", Constraints(enum=("1", "2")), "2", "3", "enum"),
        ("string", Constraints(pattern="[A-Z][0-9]+"), "A1", "A1x", "pattern"),
        ("string", Constraints(min_length=2), "二字", "一", "min_length"),
        ("string", Constraints(max_length=2), "二字", "三个字", "max_length"),
        ("integer", Constraints(minimum="0"), "0", "-1", "minimum"),
        ("integer", Constraints(maximum="9"), "9", "10", "maximum"),
        ("number", Constraints(minimum="0.5"), "0.5", "0.49", "minimum"),
        ("date", Constraints(minimum="2020-01-01"), "2020/1/1", "2019/12/31", "minimum"),
        ("yearmonth", Constraints(maximum="2025-03-01"), "2025-03", "2025-04", "maximum"),
    ],
)
def test_each_constraint_is_a_rule(type_: str, limits: Constraints, good: str, bad: str, rule: str) -> None:
    cell = Cell(field(type_, constraints=limits), "c")
    (value, none), (nothing, broken) = judged(cell, [good, bad])
    assert value is not None
    assert none is None
    assert (nothing, broken) == (None, rule)


def test_a_cell_that_the_reader_marked_keeps_its_rule_and_shows_its_text() -> None:
    cell = Cell(field("integer", unit="fen"), "c", factor=100, marked=True)
    text = f"{MARK}merged_cell{MARK}12.00"
    assert one(cell, text) == (None, "merged_cell")
    shown = CONNECTION.sql("SELECT ? AS c", params=[text]).project(shown_sql(cell, "c")).fetchall()
    assert shown == [("12.00",)]


@pytest.mark.parametrize(
    ("type_", "sql_type", "raw", "value"),
    [
        ("date", "DATE", date(2023, 9, 30), date(2023, 9, 30)),
        ("date", "TIMESTAMP", datetime(2023, 9, 30, 12), date(2023, 9, 30)),
        ("yearmonth", "DATE", date(2023, 9, 30), date(2023, 9, 1)),
        ("boolean", "BOOLEAN", True, True),
        ("integer", "INTEGER", 5, 5),
        ("string", "BIGINT", 5, "5"),
        ("string", "DOUBLE", 20018504.0, "20018504"),
        ("number", "DOUBLE", 0.1 + 0.2, Decimal("0.3")),
    ],
)
def test_a_column_that_has_a_type_keeps_it_or_goes_through_text(
    type_: str, sql_type: str, raw: object, value: object
) -> None:
    assert one(Cell(field(type_), "c", kind=sql_type), raw, sql_type) == (value, None)


def test_whole_yuan_in_a_typed_column_become_fen_or_are_out_of_range() -> None:
    cell = Cell(field("integer", unit="fen"), "c", kind="BIGINT", factor=100)
    assert judged(cell, [5, None, 2**62], "BIGINT") == [(500, None), (None, None), (None, "type")]


def test_a_float_of_sixteen_digits_is_no_identifier() -> None:
    assert one(Cell(field("string"), "c", kind="DOUBLE"), 4.40103199001011e17, "DOUBLE") == (None, "id_as_number")
