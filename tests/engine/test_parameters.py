"""Parameters are typed and bounded, and go into SQL as literals."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.front_matter import read_yaml
from reperform.engine.parameters import Parameter, as_text, put_in, read_parameter, settle
from reperform.errors import BadInput, Usage

AS_OF = date(2026, 3, 31)


def declared(text: str, name: str = "limit") -> Parameter:
    return read_parameter(name, read_yaml(text, "P.sql"))


LIMIT = declared("{type: integer, value: 10, min: 0, max: 99, unit: day, source: A rule, verified: true}")
SINCE = declared("{type: date, value: 2025-01-01, min: 2024-01-01}", "since")
ITEM = declared("{type: string, value: rent}", "item")
LAX = declared("{type: boolean, value: false}", "lax")
ALL = {parameter.name: parameter for parameter in (LIMIT, SINCE, ITEM, LAX)}


def test_defaults_hold_and_the_date_of_the_snapshot_is_there_unasked():
    assert settle(ALL, None, AS_OF) == {
        "as_of": AS_OF,
        "item": "rent",
        "lax": False,
        "limit": 10,
        "since": date(2025, 1, 1),
    }


@pytest.mark.parametrize(
    ("given_", "name", "value"),
    [
        ({"limit": "12"}, "limit", 12),
        ({"limit": 12}, "limit", 12),
        ({"limit": 0}, "limit", 0),
        ({"limit": 99}, "limit", 99),
        ({"since": "2026-02-28"}, "since", date(2026, 2, 28)),
        ({"since": date(2026, 2, 28)}, "since", date(2026, 2, 28)),
        ({"lax": "true"}, "lax", True),
        ({"item": "12"}, "item", "12"),
    ],
)
def test_values_come_typed_or_as_the_text_of_a_form(given_: dict[str, object], name: str, value: object):
    assert settle(ALL, given_, AS_OF)[name] == value


@pytest.mark.parametrize(
    "given_",
    [
        {"limit": -1},
        {"limit": 100},
        {"limit": "1.5"},
        {"limit": "٣"},
        {"limit": True},
        {"limit": None},
        {"since": "2023-12-31"},
        {"since": "31.12.2025"},
        {"since": "2025-02-30"},
        {"since": datetime(2025, 1, 1)},
        {"lax": "yes"},
        {"lax": 1},
        {"item": 5},
    ],
)
def test_a_value_of_another_type_or_out_of_bounds_is_refused(given_: dict[str, object]):
    with pytest.raises(BadInput) as caught:
        settle(ALL, given_, AS_OF)
    assert caught.value.rule == "parameter.value"


def test_an_unknown_parameter_is_refused_with_the_known_ones():
    with pytest.raises(Usage, match=r"limit, since, item, lax"):
        settle(ALL, {"limits": 1}, AS_OF)


def test_the_date_of_the_snapshot_cannot_be_given():
    with pytest.raises(Usage):
        settle(ALL, {"as_of": AS_OF}, AS_OF)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limit", "{type: integer, value: 100, max: 99}"),
        ("limit", "{type: integer, value: ten}"),
        ("limit", "{type: float, value: 1}"),
        ("limit", "{type: integer}"),
        ("as_of", "{type: date, value: 2025-01-01}"),
        ("Limit", "{type: integer, value: 1}"),
    ],
)
def test_a_declaration_that_cannot_hold_is_refused(name: str, text: str):
    with pytest.raises(BadInput):
        declared(text, name)


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (-3, "-3"), (AS_OF, "2026-03-31"), ("x", "x")]
)
def test_every_value_has_one_text(value: object, text: str):
    assert as_text(value) == text  # type: ignore[arg-type]


VALUES = st.one_of(
    st.booleans(), st.integers(-(10**17), 10**17), st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.text(max_size=40)
)


@given(VALUES.filter(lambda value: not isinstance(value, str) or "\x00" not in value))
def test_a_value_comes_out_of_the_engine_as_it_went_in_whatever_it_holds(value: object):
    tree = put_in(
        sqlglot.parse_one("SELECT $x AS x, 5 - $x AS y" if type(value) is int else "SELECT $x AS x", dialect="duckdb"),
        {"x": value},
    )  # type: ignore[dict-item]
    row = duckdb.sql(tree.sql("duckdb")).fetchall()[0]
    assert row[0] == value
    assert type(value) is not int or row[1] == 5 - value


def test_a_value_cannot_become_sql():
    tree = put_in(sqlglot.parse_one("SELECT 1 AS a WHERE 'x' = $item", dialect="duckdb"), {"item": "x' OR 1=1 --"})
    assert duckdb.sql(tree.sql("duckdb")).fetchall() == []


def test_the_tree_that_the_linter_read_is_left_as_it_was():
    tree = sqlglot.parse_one("SELECT $x AS x", dialect="duckdb")
    put_in(tree, {"x": 1})
    assert tree.sql("duckdb") == "SELECT $x AS x"
