"""Refusals and errors become sentences in the reader's language, with the words that people use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils.translation import override

from reperform.errors import BadInput, Place, Refused, Stale
from reperform.rules.standing import Actor, Role, Standing
from reperform.rules.steps import STEPS
from reperform.rules.take import take
from reperform.web.sentences import dot, explain, told


def test_a_refusal_names_step_and_state_in_words() -> None:
    with pytest.raises(Refused) as caught:
        take("finding", "close", Standing("submitted"), Actor("a", Role.AUDITOR, "B"), {})
    with override("en"):
        said = explain(caught.value)
    assert said.sentence == "Cannot take the step Strike off: it is To verify."
    assert said.rule == "finding.close.state"


def test_a_refused_role_is_named_in_words() -> None:
    with pytest.raises(Refused) as caught:
        take("finding", "issue", Standing("draft"), Actor("a", Role.LIAISON, "B"), {})
    with override("en"):
        assert "Liaison of the unit" in explain(caught.value).sentence


def test_a_bad_input_names_its_place_and_what_was_seen() -> None:
    place = Place("a.csv", row=3, column="died_on")
    error = BadInput("Not a date.", place=place, value="x", rule="date", hint="Write {day}.", day="2026-01-01")
    said = explain(error)
    assert (said.sentence, said.hint, said.rule, said.value) == ("Not a date.", "Write 2026-01-01.", "date", "x")
    assert "died_on" in said.place


def test_a_stale_page_says_what_to_do() -> None:
    said = explain(Stale("{subject} was changed.", hint="Look again.", subject="finding:1"))
    assert (said.sentence, said.hint, said.rule) == ("finding:1 was changed.", "Look again.", "")


@pytest.mark.parametrize(
    ("type_", "facts", "expected"),
    [
        ("finding.draft", {"items": 1}, "Drafted from 1 confirmed exception"),
        ("finding.draft", {"items": 3}, "Drafted from 3 confirmed exceptions"),
        ("finding.draft", {}, "Draft written"),
        ("finding.issue", {"due": "2026-06-30"}, "Issued, to be put right by 2026-06-30"),
        ("finding.plan", {"actions": 2}, "2 measures planned"),
        ("finding.submit", {"version": 2, "done": 1_110_000, "evidence": 3},
         "Version 2 submitted, claims 1.11 (10,000 yuan), 3 files"),
        ("finding.judge", {"items": 2, "cleared": 1}, "2 items judged, 1 cleared"),
        ("check.propose", {"cleared": 1, "partly": 2, "still": 3, "unproven": 4, "new": 5},
         "Reperformed on newer data: cleared 1, partly 2, still there 3, unproven 4; new 5"),
        ("check.suspend", {"gaps": 2}, "Reperformed, but the data are incomplete: inconclusive, 2 gaps"),
        ("check.decide", {"conclusion": "relapsed"}, "Look-back concluded: Relapsed"),
        ("run.complete", {"procedure": "SI-01", "exceptions": 1234, "population": 5678901},
         "SI-01 run: 1,234 exceptions among 5,678,901 examined"),
        ("unheard.of", {}, "unheard.of"),
    ],
)  # fmt: skip
def test_an_entry_of_the_log_is_told_in_one_sentence(type_: str, facts: Mapping[str, Any], expected: str) -> None:
    with override("en"):
        assert told(type_, facts) == expected


def test_every_step_on_the_time_line_of_a_finding_is_told_in_words() -> None:
    for kind, verb in STEPS:
        if kind in {"finding", "check"}:
            with override("en"):
                assert told(f"{kind}.{verb}", {}) != f"{kind}.{verb}"


def test_the_dot_says_who_set_the_step() -> None:
    assert dot("finding.return", {}) == dot("check.decide", {"conclusion": "not_held"}) == "bad"
    assert dot("finding.issue", {}) == "key"
    assert dot("finding.submit", {}) == dot("check.decide", {"conclusion": "held"}) == ""
