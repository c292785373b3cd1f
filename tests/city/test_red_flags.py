"""The published red flags over their sector of the city, scored against the truth at both states."""

from __future__ import annotations

import pytest

from reperform import city
from reperform.city.sectors.red_flags_cases import CASES
from reperform.engine.results import SubjectOutcome
from reperform.engine.verdict import completeness
from tests.city.audited import Audited, audit

EACH = pytest.mark.parametrize("code", CASES)
WITHOUT_UNTESTABLE = ("RF-025", "RF-030", "RF-035", "RF-036", "RF-038", "RF-048")
"""Flags whose city has no case of which nothing can be said; what those are, their own cases draw."""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    return audit(tmp_path_factory.mktemp("red_flags"), scale=0.004, sectors=("red_flags",), codes=tuple(CASES))


def test_intake_takes_every_row_of_every_file(audited: Audited) -> None:
    for state in ("before", "after"):
        counts = getattr(audited.made, state).counts
        for table, load in audited.loads[state].items():
            issues = () if counts[table] else ("empty",)  # nothing was put right before the audit
            assert (load.rows_accepted, load.rows_rejected, load.issues) == (counts[table], 0, issues), table


@EACH
def test_everything_planted_is_found_and_nothing_besides(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert score.missed == ()
    assert score.strays == ()
    assert score.planted >= 12


@EACH
def test_each_row_is_laid_at_the_right_door(audited: Audited, code: str) -> None:
    for row in audited.before[code].exceptions:
        assert row.body == audited.truth[code, city.key_of(row.key)].body


@pytest.mark.parametrize("code", [code for code in CASES if code not in WITHOUT_UNTESTABLE])
def test_what_cannot_be_tested_is_said_so(audited: Audited, code: str) -> None:
    unknown = audited.untestable(code)
    assert unknown
    named = [subject.outcome for subject in audited.after[code].subjects.values()]
    assert named.count(SubjectOutcome.NOT_TESTABLE) >= len(unknown)


@EACH
def test_the_look_back_gives_every_case_its_fate(audited: Audited, code: str) -> None:
    assert completeness(audited.before[code], audited.after[code]) == []
    score = audited.verdicts(code)
    assert score.differing == ()
    assert score.agreed == score.expected >= 12


@EACH
def test_every_fate_occurs(audited: Audited, code: str) -> None:
    assert audited.fates(code) == set(city.Fate) - {city.Fate.PARTLY}


@EACH
def test_no_ordinary_row_is_singled_out_after_the_audit_either(audited: Audited, code: str) -> None:
    strangers = [row.key for row in audited.after[code].exceptions if not audited.owed(code, row)]
    assert strangers == []
