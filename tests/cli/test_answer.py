"""What a command answers, as an object and as lines."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.cli.answer import Answer, Grid, error_as_json, error_in_lines, said
from reperform.errors import BadInput, IntegrityBroken, Place, Refused


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def test_an_object_names_its_schema_and_version() -> None:
    told = json.loads(Answer("data-list", {"snapshots": []}).as_json())
    assert told == {"schema": "reperform/data-list/1", "snapshots": []}


def test_dates_times_and_paths_are_text_in_an_object() -> None:
    moment = datetime(2026, 6, 8, 1, 30, tzinfo=UTC)
    told = json.loads(Answer("x", {"day": date(2026, 6, 8), "at": moment, "path": Path("a")}).as_json())
    assert (told["day"], told["at"], told["path"]) == ("2026-06-08", "2026-06-08T01:30:00+00:00", "a")


def test_what_has_no_form_in_json_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError):
        Answer("x", {"thing": object()}).as_json()


def test_chinese_characters_take_two_columns() -> None:
    lines = list(Grid(("Name", "Count"), [["云江市审计局", 5], ["Bureau", 1234]]).lines(str))
    assert lines == ["Name          Count", "云江市审计局      5", "Bureau        1,234"]


def test_nothing_is_told_apart_from_zero() -> None:
    assert list(Grid(("A", "B"), [[None, 0], ["", 1]]).lines(str))[1:] == ["—  0", "—  1"]


def test_a_table_without_rows_has_no_lines() -> None:
    assert list(Grid(("A",), []).lines(str)) == []


def test_a_cell_never_breaks_a_line() -> None:
    lines = list(Grid(("A",), [["one\ntwo\tthree"]]).lines(str))
    assert lines[1] == "one two three"


@given(st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), min_size=1, max_size=5))
def test_columns_begin_at_the_same_place_in_every_line(rows: list[list[str]]) -> None:
    grid = Grid(("a", "b", "|"), [[*row[:2], "|"] for row in rows])
    ends = {width(line) for line in grid.lines(str)}
    assert len(ends) == 1


def test_sentences_are_translated_with_their_values() -> None:
    answer = Answer("x", {}, [said("Hello {name}", name="Li"), "as it is"])
    assert list(answer.as_lines(lambda text: text.replace("Hello", "你好"))) == ["你好 Li", "as it is"]


def test_a_bad_input_says_where_what_by_which_rule_and_what_to_do() -> None:
    error = BadInput(
        "Not an amount: {text}", place=Place("a.xlsx", "Sheet1", 7, "金额"), value="abc", rule="money",
        hint="Write {example}", text="abc", example="12.50",
    )  # fmt: skip
    assert list(error_in_lines(error, str)) == [
        "a.xlsx, Sheet1, row 7, 金额: Not an amount: abc [money]", "  'abc'", "  Write 12.50",
    ]  # fmt: skip
    told = json.loads(error_as_json(error, str))["error"]
    assert told["place"] == {"file": "a.xlsx", "sheet": "Sheet1", "row": 7, "column": "金额"}
    assert (told["rule"], told["value"], told["hint"]) == ("money", "abc", "Write 12.50")


@pytest.mark.parametrize(
    "error", [Refused("close.second_person", "No."), IntegrityBroken("No.", rule="close.second_person")]
)
def test_a_refusal_names_its_rule(error: Refused | IntegrityBroken) -> None:
    assert list(error_in_lines(error, str)) == ["No. [close.second_person]"]
    assert json.loads(error_as_json(error, str))["error"]["rule"] == "close.second_person"
