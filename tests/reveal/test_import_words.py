"""What the format `fac` says in words: nothing beyond the marks, and what is missing is said to be missing."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from datetime import date
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.reveal.formats import fac
from reperform.reveal.formats.fac import COLUMNS, FIELDS
from reperform.reveal.formats.fac_words import (
    TITLE_LENGTH,
    agency_names,
    compose,
    decision_due,
    engagement_title,
    terms,
)
from reperform.reveal.formats.reading import SourceFinding
from reperform.rules.outcomes import Nature
from tests.reveal.workbooks import row

EN, ZH = itemgetter("en"), itemgetter("zh")
MARKS = [name for name in COLUMNS if name.startswith("is_") and name in terms()["marks"]]


def finding(*awards: Mapping[str, object], accepted: str = "2024-02-01", **said: object) -> SourceFinding:
    """Return a finding of the given awards, each described by what differs from the plain row."""
    items = []
    for number, award in enumerate(awards or ({},), 1):
        line = {name: str(value) for name, value in row(**{**said, **award}).items()}
        items.append(fac.item(line["report_id"], "2023-001", f"AWARD-{number:04d}", {n: line[n] for n in FIELDS}))
    return fac.assemble(
        "2023-06-GSAFAC-0000000001", "2023-001", auditee=("ABCDEFGHJ123", "Springfield"), lead="OVER-84",
        accepted=accepted, items=items,
    )  # fmt: skip


def test_the_six_marks_of_the_source_all_have_words_and_law() -> None:
    flags = {name for name in COLUMNS if name.startswith("is_")}
    assert set(terms()["marks"]) == flags - {"is_direct", "is_major", "is_passthrough_award", "is_repeat_finding"}
    for term in terms()["marks"].values():
        assert Nature(term["nature"])
        assert term["law"].startswith("2 CFR 200.516")
        assert isinstance(term["verified"], bool)


def test_a_mark_that_every_award_carries_is_told_without_a_count() -> None:
    words = compose(finding({}, {}), EN)
    assert "Marked as: material weakness in internal control over a major program." in words.condition


def test_a_mark_that_some_awards_carry_is_told_with_its_count() -> None:
    words = compose(finding({}, {"is_questioned_costs": "YES"}, {}), EN)
    assert "known questioned costs above the reporting threshold (1 of 3 awards)" in words.condition


@pytest.mark.parametrize(
    ("marks", "nature"),
    [
        ({"is_material_weakness": "YES"}, "mismanagement"),
        ({"is_material_weakness": "NO", "is_other_matters": "YES"}, "violation"),
        ({"is_significant_deficiency": "YES", "is_questioned_costs": "YES"}, "violation"),
        ({"is_material_weakness": "NO"}, "mismanagement"),
    ],
)
def test_what_breaks_a_rule_outweighs_what_is_badly_kept(marks: dict[str, str], nature: str) -> None:
    assert compose(finding(**marks), EN).nature == nature


def test_the_law_of_each_mark_is_a_line_and_says_whether_it_was_verified() -> None:
    lines = compose(finding(is_other_matters="YES"), EN).criteria.splitlines()
    assert lines[0].startswith("2 CFR 200.516(a)(1)")
    assert "Not verified" not in lines[0]
    assert "Not verified" in lines[1]
    assert "only these marks" in lines[-1]


@pytest.mark.parametrize(
    ("awards", "sentence"),
    [
        ([{"is_repeat_finding": "YES"}], "declares that it is a repeat"),
        ([{"is_repeat_finding": "NO"}], "declares that it is not a repeat"),
        ([{"is_repeat_finding": "YES"}, {}, {}], "1 of 3 awards declare a repeat finding, 2 do not"),
        ([{"is_repeat_finding": "NO / YES"}], "1 of 1 awards declare a repeat finding, 1 do not"),
    ],
)
def test_repeat_is_told_as_the_source_declares_it(awards: list[dict[str, str]], sentence: str) -> None:
    assert sentence in compose(finding(*awards), EN).condition


def test_citations_are_listed_and_their_absence_is_silent() -> None:
    assert "2022-001, 2022-004" in compose(finding(prior_finding_ref_numbers="2022-004 and 2022-001"), EN).condition
    assert "cites" not in compose(finding(), EN).condition


def test_many_programs_are_cut_and_counted() -> None:
    words = compose(finding(*[{"aln": f"84.{n:03d}"} for n in range(12)]), EN)
    assert "and 7 more" in words.condition
    assert words.title.endswith("84.000 TITLE I GRANTS (one of 12 programs)")


@pytest.mark.parametrize("say", [EN, ZH])
def test_a_title_fits_its_column_whatever_the_program_is_called(say: itemgetter[str]) -> None:
    named = {"federal_program_name": "LONG {} NAME " * 23, **dict.fromkeys(MARKS, "YES")}
    words = compose(finding(named, {"aln": "93.778"}), say)
    assert len(words.title) <= TITLE_LENGTH
    assert "…" in words.title


def test_without_a_day_of_acceptance_no_limit_is_computed() -> None:
    assert "within 6 months" in compose(finding(accepted=""), EN).requirement
    assert "that is by" not in compose(finding(accepted=""), EN).requirement


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2024-02-01", "2024-08-01"),
        ("2023-08-31", "2024-02-29"),
        ("2024-08-31", "2025-02-28"),
        ("2024-12-15", "2025-06-15"),
    ],
)
def test_the_agencys_six_months_end_on_the_same_day_or_the_months_last(accepted: str, due: str) -> None:
    assert decision_due(date.fromisoformat(accepted)).isoformat() == due


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_six_months_are_never_more_than_184_days(day: date) -> None:
    assert 180 <= (decision_due(day) - day).days <= 184


def test_an_engagement_is_named_by_auditee_and_period_and_fits_its_column() -> None:
    assert engagement_title(finding(), EN) == "Single audit of Springfield, period to 2023-06"
    longest = "x" * 150
    for say in (EN, ZH):
        assert len(say(terms()["sentences"]["engagement"]).format(auditee=longest, period="2023-06")) <= 200


def test_agencies_have_both_names_and_unknown_ones_are_not_guessed() -> None:
    assert agency_names("US-ALN-93") == {"en": "Department of Health and Human Services", "zh": "美国卫生与公众服务部"}
    assert agency_names("US-ALN-90")["en"] == "Federal agency with listing prefix 90"


def _pairs(value: object) -> Iterator[Mapping[str, str]]:
    if isinstance(value, Mapping):
        if {"en", "zh"} <= set(value):
            yield value
        for inner in value.values():
            yield from _pairs(inner)


def test_every_sentence_stands_in_both_languages_with_the_same_places() -> None:
    def places(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}

    pairs = list(_pairs(terms()))
    assert len(pairs) > 50
    for pair in pairs:
        assert pair["en"]
        assert pair["zh"]
        assert places(pair["en"]) == places(pair["zh"]), pair
