"""Facts are small dated tables with a source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reperform.engine.facts import load_fact, load_facts, valid_on, with_rows
from reperform.errors import BadInput

RATE = """\
name: rate
title: {en: Rate, zh: 标准}
jurisdiction: 某市
source: {en: A paper, zh: 某文件}
verified: false
columns:
  - {name: monthly, type: integer, unit: fen, title: {en: Per month, zh: 每月}}
  - {name: valid_from, type: date, title: {en: From, zh: 起}}
  - {name: valid_to, type: date, title: {en: To, zh: 止}}
rows:
  - [3000, 2020-01-01, 2022-12-31]
  - [5000, 2023-01-01, 9999-12-31]
"""


def write(folder: Path, text: str = RATE, name: str = "rate") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_fact_keeps_its_source_and_whether_it_was_checked(tmp_path):
    fact = load_fact(write(tmp_path))
    assert fact.source == {"en": "A paper", "zh": "某文件"}
    assert not fact.verified
    assert fact.rows[0] == (3000, date(2020, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(("day", "monthly"), [("2020-01-01", 3000), ("2022-12-31", 3000), ("2023-01-01", 5000)])
def test_the_row_that_holds_on_a_day_is_found_from_its_first_to_its_last_day(tmp_path, day: str, monthly: int):
    assert valid_on(load_fact(write(tmp_path)), date.fromisoformat(day))["monthly"] == monthly


def test_a_day_without_a_row_is_an_error_and_not_a_guess(tmp_path):
    with pytest.raises(BadInput, match="0 rows for 2019-12-31"):
        valid_on(load_fact(write(tmp_path)), date(2019, 12, 31))


def test_the_hash_follows_the_rows_and_not_the_words(tmp_path):
    fact = load_fact(write(tmp_path / "a"))
    reworded = load_fact(write(tmp_path / "b", RATE.replace("A paper", "Another paper")))
    changed = load_fact(write(tmp_path / "c", RATE.replace("5000", "5001")))
    assert fact.hash == reworded.hash != changed.hash
    assert with_rows(fact, changed.rows).hash == changed.hash


def test_a_fact_of_a_later_folder_replaces_one_of_the_same_name(tmp_path):
    write(tmp_path / "shipped")
    write(tmp_path / "own", RATE.replace("5000", "5500"))
    assert load_facts(tmp_path / "shipped", tmp_path / "own")["rate"].rows[1][0] == 5500


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: rate", "name: other", "must stand in a file of that name"),
        ("[3000, 2020-01-01, 2022-12-31]", "[3000, 2020-01-01]", "The row has 2 values"),
        ("[3000,", "[three,", "must be a whole number"),
        ("type: integer", "type: float", "is not one of the known words"),
        ("verified: false", "checked: false", "not a known key"),
        ("source: {en: A paper, zh: 某文件}\n", "", "source is missing"),
    ],
)
def test_what_is_wrong_in_a_fact_is_said(tmp_path, old: str, new: str, told: str):
    with pytest.raises(BadInput, match=told):
        load_fact(write(tmp_path, RATE.replace(old, new)))


def test_an_unquoted_null_is_an_empty_cell(tmp_path):
    fact = load_fact(write(tmp_path, RATE.replace("[3000,", "[~,")))
    assert fact.rows[0][0] is None
