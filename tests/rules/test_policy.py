"""The numbers of the policy: dated, sourced, replaceable, never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reperform.errors import BadInput
from reperform.rules.calendar import DayKind, Limit
from reperform.rules.outcomes import Term
from reperform.rules.policy import SHIPPED, load

POLICY = load(SHIPPED)
TODAY = date(2026, 11, 23)


def test_every_entry_names_its_source() -> None:
    entries = [entry for dated in (*POLICY.clocks.values(), *POLICY.limits.values()) for entry in dated]
    assert all(entry.source for entry in entries)
    assert [entry.name for entry in entries if entry.verified] == ["dispute.ruling", "committee.report"]


@pytest.mark.parametrize("term", list(Term))
def test_every_term_has_a_clock(term: Term) -> None:
    assert POLICY.clock(f"rectify.{term}", TODAY).value.count > 0


def test_the_latest_entry_that_has_begun_holds(tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(
        '[[clock]]\nname = "rectify.immediate"\nsince = 2026-07-01\ncount = 90\nkind = "working"\n'
        'source = "own rule"\nverified = true\n',
        encoding="utf-8",
    )
    policy = load(SHIPPED, own)
    assert policy.clock("rectify.immediate", date(2026, 6, 30)).value.count == 60
    assert policy.clock("rectify.immediate", date(2026, 7, 1)).value == Limit(90, DayKind.WORKING)


def test_a_name_without_an_entry_is_an_error_that_names_it() -> None:
    with pytest.raises(BadInput, match=r"No entry respond of the policy holds on 2020-01-01"):
        POLICY.clock("respond", date(2020, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "[[clock",
        "[[cluck]]\nname = 'x'",
        "clock = 3",
        "[[clock]]\nname = 'x'\nsince = 2026-01-01\ncount = 0\nkind = 'working'\nsource = ''\nverified = true",
        "[[clock]]\nname = 'x'\nsince = 2026-01-01\ncount = 5\nkind = 'weeks'\nsource = ''\nverified = true",
        "[[clock]]\nname = 'x'\nsince = 'today'\ncount = 5\nkind = 'working'\nsource = ''\nverified = true",
        "[[limit]]\nname = 'x'\nsince = 2026-01-01\nvalue = 1.5\nsource = ''\nverified = true",
        "[[limit]]\nname = 'x'\nsince = 2026-01-01\nvalue = 1\nsource = ''\nverified = true\ncolour = 'red'",
    ],
)
def test_a_file_that_is_no_policy_is_refused_and_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        load(path)
    assert error.value.place.file == str(path)
