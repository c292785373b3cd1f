"""Patterns that RE2 and Java read alike are written for Java; others are refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.spark_regexp import for_java, matches_nothing

ATOMS = st.sampled_from(["a", "汉", "[0-9]", "[^a-z_]", r"\d", r"\w", r"\.", r"\$", "(ab|c)", "(?:x)", "-", "/"])
PIECES = st.builds(lambda atom, count: atom + count, ATOMS, st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "*?"]))


@pytest.mark.parametrize(
    ("pattern", "java"),
    [
        (r"^\d{17}[0-9X]$", r"^\d{17}[0-9X]\z"),
        ("a.b", r"a[^\n]b"),
        (r"\s", r"[\t\n\f\r ]"),
        (r"[\s,]", r"[\t\n\f\r ,]"),
        (r"\S+", r"[^\t\n\f\r ]+"),
        (r"a\$|\.b", r"a\$|\.b"),
    ],
)
def test_what_both_know_but_read_differently_is_written_out(pattern: str, java: str) -> None:
    assert for_java(pattern) == java


@pytest.mark.parametrize(
    "pattern",
    ["(?=x)", "(?i)x", r"\bword",
     r"(a)\1", "a++", "a**", "[[:alpha:]]", "[a&&b]", r"\p{Han}", "(", "a)", "[]a]", "a{,3}",
     "a{2000}", "\\", "*a", "x{a"],
)  # fmt: skip
def test_what_either_does_not_know_is_refused(pattern: str) -> None:
    assert for_java(pattern) is None


@given(st.lists(PIECES, max_size=6).map("".join), st.text("ab汉c09-/.$_x", max_size=8))
def test_a_pattern_without_end_signs_means_in_java_what_it_means_here(pattern: str, text: str) -> None:
    assert for_java(pattern) == pattern
    assert matches_nothing(pattern) == (re.search(pattern, "") is not None)
    assert (re.search(for_java(pattern) or "", text) is None) == (re.search(pattern, text) is None)


@given(st.text("ab(){}[]*+?\\^$.|,0-", max_size=10))
def test_any_text_is_written_for_java_or_refused(pattern: str) -> None:
    written = for_java(pattern)
    assert written is None or re.compile(pattern)
