"""Medical insurance, needy groups and care for the elderly over their sectors of the city, scored against the truth."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest

from reperform import city
from reperform.city.sectors.medical_claims import DIALYSIS
from reperform.city.sectors.medical_stays import WEEKLY
from reperform.engine.results import SubjectOutcome
from reperform.engine.verdict import completeness
from tests.city.audited import Audited, audit

MEDICAL = tuple(f"MI-{number:02d}" for number in range(1, 14))
CODES = (*MEDICAL, "NG-01", "NG-02", "NG-03", "NG-04", "EL-01", "EL-03", "EL-04")
TOUCHED = ("EL-02", "SI-01")
"""Procedures of the first tables, to which these sectors append people of their own."""
WITHOUT_MONEY = ("NG-01", "NG-02", "NG-04")
FOOLED_BY = {"MI-04": {WEEKLY}, "MI-10": {DIALYSIS}}
"""What the columns of the tables cannot tell from guilt."""
EACH = pytest.mark.parametrize("code", CODES)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """A city in three chunks: what one of them writes must fit to what the others wrote."""
    sectors, codes = ("medical", "needy", "elderly"), (*CODES, *TOUCHED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("reperform.city.generate"), "CHUNK", 1500)
        yield audit(tmp_path_factory.mktemp("medical"), scale=0.004, sectors=sectors, codes=codes)


@pytest.mark.parametrize("state", ["before", "after"])
def test_intake_takes_every_row_of_every_file(audited: Audited, state: str) -> None:
    counts = getattr(audited.made, state).counts
    for table, load in audited.loads[state].items():
        assert (load.rows_accepted, load.rows_rejected, load.issues) == (counts[table], 0, ()), table


@EACH
def test_everything_planted_is_found(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert score.missed == ()
    assert score.planted > 20


@EACH
def test_what_is_found_besides_is_one_in_twenty_at_most(audited: Audited, code: str) -> None:
    score = audited.score(code)
    cases = [audited.truth.get((code, key)) for key in score.strays]
    assert {case.note if case else "nobody's case" for case in cases} <= FOOLED_BY.get(code, set()), score.strays
    assert score.precision >= 0.95


@EACH
def test_each_row_is_laid_at_the_right_door_with_its_money(audited: Audited, code: str) -> None:
    for row in audited.before[code].exceptions:
        case = audited.truth[code, city.key_of(row.key)]
        assert row.body == case.body
        if audited.owed(code, row):
            assert (row.amount or 0) == case.amount


@EACH
def test_what_cannot_be_tested_is_said_so(audited: Audited, code: str) -> None:
    unknown = audited.untestable(code)
    assert unknown
    assert audited.before[code].not_testable == len(unknown)
    named = [subject.outcome for subject in audited.after[code].subjects.values()]
    assert named.count(SubjectOutcome.NOT_TESTABLE) > 0


@EACH
def test_the_look_back_gives_every_case_its_fate(audited: Audited, code: str) -> None:
    assert completeness(audited.before[code], audited.after[code]) == []
    score = audited.verdicts(code)
    assert score.differing == ()
    assert score.agreed == score.expected > 20


@EACH
def test_every_fate_occurs(audited: Audited, code: str) -> None:
    assert audited.fates(code) == set(city.Fate) - ({city.Fate.PARTLY} if code in WITHOUT_MONEY else set())


@pytest.mark.parametrize("code", [*CODES, *TOUCHED])
def test_nothing_is_found_after_the_audit_that_nobody_planted(audited: Audited, code: str) -> None:
    found = [row for row in audited.after[code].exceptions if not audited.owed(code, row)]
    cases = [audited.truth.get((code, city.key_of(row.key))) for row in found]
    assert {case.note if case else "nobody's case" for case in cases} <= FOOLED_BY.get(code, set()), found


@pytest.mark.parametrize("code", TOUCHED)
def test_the_people_of_these_cases_are_right_for_the_first_procedures(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert (score.missed, score.strays) == ((), ())
    assert audited.verdicts(code).differing == ()
