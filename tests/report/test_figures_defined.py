"""The definitions of the figures are whole, portable, and what the reference page says."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp
from tests.world import World

from reperform.errors import Usage
from reperform.papers.words import (
    LANGUAGES,
    language_of,
    listed,
    printed_date,
    say,
    vocabularies,
)  # fmt: skip
from reperform.report.figures import (
    Figure,
    Scope,
    as_json,
    common,
    compute,
    figure,
    figures,
    number_text,
    rate_text,
    reads,
    sum_text,
)  # fmt: skip
from reperform.report.reference import page
from reperform.rules.outcomes import MoneyClass, Nature, Term, Verdict

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("one", figures().values(), ids=lambda one: one.code)


@EVERY
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_a_query_parses_in_both_dialects_to_one_select(one: Figure, dialect: str) -> None:
    (parsed,) = sqlglot.parse(one.sql, dialect=dialect)
    assert isinstance(parsed, exp.Select)


@EVERY
def test_a_query_asks_no_clock_and_reads_declared_columns_only(one: Figure) -> None:
    parsed = sqlglot.parse_one(one.sql, dialect="postgres")
    assert not re.search(r"\b(now|current_\w+|localtime\w*|date|datetime|julianday|random)\b", one.sql, re.IGNORECASE)
    tables = {table.name for table in parsed.find_all(exp.Table)} - set(one.uses)
    assert tables <= set(reads())


@EVERY
def test_a_query_takes_the_date_and_the_body_and_no_unknown_parameter(one: Figure) -> None:
    asked = set(re.findall(r":([a-z_]+)", one.sql))
    assert {"as_of", "bureau", "year"} <= asked <= {"as_of", "before", "bureau", "year"}


@EVERY
def test_a_figure_has_titles_in_both_languages_and_columns_that_can_be_printed(one: Figure) -> None:
    for title in (one.title, *(column.title for column in one.columns)):
        assert all(title[language].strip() for language in LANGUAGES)
    for column in one.columns:
        assert column.rate or column.words or column.unit in vocabularies()["unit"]
        assert not column.rate or {*column.rate} <= {other.name for other in one.columns}
    assert not one.complete or listed(one.columns[0].words)


def test_what_is_read_are_columns_of_the_ledger() -> None:
    tables = {model._meta.db_table: model for model in apps.get_app_config("ledger").get_models()}
    for name, columns in reads().items():
        assert {*columns} <= {field.column for field in tables[name]._meta.concrete_fields}, name


def test_every_common_query_is_used() -> None:
    assert {*common()} == {name for one in figures().values() for name in one.uses}


def test_the_page_of_the_figures_is_what_the_definitions_say() -> None:
    assert (ROOT / "docs/reference/figures.md").read_text(encoding="utf-8") == page(), "run: make pages"


def test_an_unknown_figure_is_named() -> None:
    with pytest.raises(Usage, match=r"There is no figure findings\.lost"):
        figure("findings.lost")


def test_the_words_of_the_rules_are_all_in_the_list() -> None:
    for name, words in {"term": Term, "nature": Nature, "verdict": Verdict, "money_class": MoneyClass}.items():
        assert {*words} <= {*listed(name)}, name
    for words in vocabularies().values():
        assert all(pair.keys() == {"zh", "en"} and all(pair.values()) for pair in words.values())


def test_a_word_that_is_not_listed_is_printed_as_it_is() -> None:
    assert say("topic", "2025-001 Single Audit", "zh") == "2025-001 Single Audit"
    assert say("topic", "", "zh") == "其他事项"


def test_a_topic_of_an_imported_ledger_comes_after_the_listed_ones(world: World) -> None:
    from tests.report.story import Story

    story = Story(world)
    story.on(date(2026, 5, 8))
    for name, topic in {"a": "Zoning", "b": "elderly_care", "c": "Acreage", "d": ""}.items():
        story.find(name, name, topic)
    story.issue("a", "b", "c", "d", due_on=date(2026, 7, 1))
    answer = compute(Scope(date(2026, 6, 1), "YJ/YJ-AUD/"), ["findings.by_topic"])["findings.by_topic"]
    assert [row["topic"] for row in answer.rows] == ["elderly_care", "", "Acreage", "Zoning"]


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (0, "0元", "0 yuan"),
        (1, "0.01元", "0.01 yuan"),
        (999_999, "9,999.99元", "9,999.99 yuan"),
        (10**6, "1.00万元", "10,000.00 yuan"),
        (1_234_569_999, "1,234.56万元", "12.34 million yuan"),
        (16 * 10**9, "1.60亿元", "160.00 million yuan"),
        (7_519_999_999_9, "7.51亿元", "751.99 million yuan"),
        (9577 * 10**10 + 69 * 10**8, "9570多亿元", "957,769.00 million yuan"),
        (9570 * 10**10, "9570亿元", "957,000.00 million yuan"),
        (104 * 10**12, "1.04万亿元", "1,040,000.00 million yuan"),
    ],
)
def test_a_sum_is_printed_as_official_reports_print_it(fen: int, chinese: str, english: str) -> None:
    assert (sum_text(fen, "zh"), sum_text(fen, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("count", "chinese", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1000, "1000", "1000"),
        (1097, "1090多", "more than 1,090"),
        (3420, "3420", "3420"),
    ],
)
def test_a_large_count_is_floored_with_a_sign_that_there_is_more(count: int, chinese: str, english: str) -> None:
    assert (number_text(count, "rule", "zh"), number_text(count, "rule", "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [(1691, 1786, "94%（1691/1786）"), (513, 817, "62%（513/817）"), (999, 1000, "99%（999/1000）"), (0, 0, "（无）")],
)
def test_a_rate_is_truncated_and_shows_its_fraction(part: int, whole: int, printed: str) -> None:
    assert rate_text(part, whole, "finding", "zh") == printed


_UNITS = {"万亿元": 10**14, "亿元": 10**10, "万元": 10**6, "元": 100}


@given(st.integers(0, 10**17))
def test_no_printed_sum_exceeds_the_true_one(fen: int) -> None:
    text = sum_text(fen, "zh")
    unit = next(name for name in _UNITS if text.endswith(name))
    number = text.removesuffix(unit).removesuffix("多").replace(",", "")
    whole, _, cents = number.partition(".")
    printed = int(whole) * _UNITS[unit] + int((cents or "0").ljust(2, "0")) * _UNITS[unit] // 100
    assert printed <= fen
    assert fen - printed < _UNITS[unit] * (10 if "多" in text else 1)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rate_reaches_a_hundred_only_when_all_is_done(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (rate_text(part, whole, "finding", "en").startswith("100%")) == (part == whole)


def test_the_document_of_the_figures_is_the_same_bytes_each_time(world: World) -> None:
    scope = Scope(date(2026, 11, 30), "YJ/YJ-AUD/", 2026)
    first, second = as_json(compute(scope), scope), as_json(compute(scope), scope)
    assert first == second
    document = json.loads(first)
    assert document["schema"] == "reperform/figures/1"
    assert document["parameters"] == {
        "as_of": "2026-11-30", "before": "2026-11-30 16:00:00", "bureau": "YJ/YJ-AUD/", "year": 2026,
    }  # fmt: skip
    assert [one["code"] for one in document["figures"]] == list(figures())
    assert all(one["sql"].startswith("WITH cohort AS (") for one in document["figures"])


def test_dates_are_printed_in_full() -> None:
    assert printed_date(date(2026, 3, 9), "zh") == "2026年3月9日"
    assert printed_date(date(2026, 3, 9), "en") == "9 March 2026"
    assert [language_of(code) for code in ("zh-hans", "en", "en-gb", None, "fr")] == ["zh", "en", "en", "zh", "zh"]
