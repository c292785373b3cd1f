"""The procedures of public investment over their sector of the city, scored against the truth at both states."""

from __future__ import annotations

import pytest

from reperform import city
from reperform.city.sectors.investment import CASES
from reperform.engine.results import SubjectOutcome
from reperform.engine.verdict import completeness
from tests.city.audited import Audited, audit

EACH = pytest.mark.parametrize("code", CASES)
OF_MONEY = ("IV-03", "IV-07", "IV-14", "IV-18")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    return audit(tmp_path_factory.mktemp("investment"), scale=0.01, sectors=("investment",), codes=tuple(CASES))


def test_intake_takes_every_row_of_every_file(audited: Audited) -> None:
    for state in ("before", "after"):
        counts = getattr(audited.made, state).counts
        for table, load in audited.loads[state].items():
            issues = () if counts[table] else ("empty",)  # nothing was put right before the audit
            assert (load.rows_accepted, load.rows_rejected, load.issues) == (counts[table], 0, issues), table


@EACH
def test_everything_planted_is_found(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert score.missed == ()
    assert score.planted > 20


@EACH
def test_nothing_is_found_besides(audited: Audited, code: str) -> None:
    assert audited.score(code).strays == ()


@EACH
def test_each_row_is_laid_at_the_right_door_with_its_money(audited: Audited, code: str) -> None:
    for row in audited.before[code].exceptions:
        case = audited.truth[code, city.key_of(row.key)]
        assert (row.body, row.amount or 0) == (case.body, case.amount)


@EACH
def test_what_cannot_be_tested_is_said_so(audited: Audited, code: str) -> None:
    unknown = audited.untestable(code)
    assert unknown
    assert audited.before[code].not_testable >= len(unknown)  # works just begun have nothing certified either
    named = [subject.outcome for subject in audited.after[code].subjects.values()]
    assert named.count(SubjectOutcome.NOT_TESTABLE) >= len(unknown)


@EACH
def test_the_look_back_gives_every_case_its_fate(audited: Audited, code: str) -> None:
    assert completeness(audited.before[code], audited.after[code]) == []
    score = audited.verdicts(code)
    assert score.differing == ()
    assert score.agreed == score.expected > 20


@EACH
def test_every_fate_occurs(audited: Audited, code: str) -> None:
    without = set() if code in OF_MONEY else {city.Fate.PARTLY}
    assert audited.fates(code) == set(city.Fate) - without


@EACH
def test_no_ordinary_row_is_singled_out_after_the_audit_either(audited: Audited, code: str) -> None:
    strangers = [row.key for row in audited.after[code].exceptions if not audited.owed(code, row)]
    assert strangers == []
