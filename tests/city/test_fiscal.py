"""Fiscal funds and state assets over their sector of the city, scored against the truth."""

from __future__ import annotations

import pytest

from reperform import city
from reperform.city.sectors.fiscal_desk import finance
from reperform.city.town import Town
from reperform.engine.results import SubjectOutcome
from reperform.engine.verdict import completeness
from tests.city.audited import Audited, audit

CODES = (
    *(f"NT-{number:02d}" for number in range(2, 6)),
    *(f"ID-{number:02d}" for number in range(1, 7)),
    *(f"PF-{number:02d}" for number in range(1, 7)),
    *(f"BP-{number:02d}" for number in range(1, 7)),
    *("DF-01", "DF-02"),
    *(f"SA-{number:02d}" for number in range(1, 6)),
)
WITHOUT_MONEY = {
    "NT-04",
    "PF-01",
    "PF-02",
    "PF-03",
    "PF-04",
    "PF-05",
    "PF-06",
    "BP-01",
    "BP-02",
    "NT-05",
    "SA-03",
    "SA-04",
    "SA-05",
}
ALWAYS_TESTABLE = {"NT-04", "NT-05", "ID-02", "ID-03", "ID-04", "PF-01", "PF-04", "PF-05", "PF-06", "BP-01", "SA-05"}
EACH = pytest.mark.parametrize("code", CODES)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    return audit(tmp_path_factory.mktemp("fiscal"), scale=0.004, sectors=("fiscal",), codes=CODES)


@pytest.mark.parametrize("state", ["before", "after"])
def test_intake_takes_every_row_of_every_file(audited: Audited, state: str) -> None:
    counts = getattr(audited.made, state).counts
    for table, load in audited.loads[state].items():
        assert (load.rows_accepted, load.rows_rejected, load.issues) == (counts[table], 0, ()), table


@EACH
def test_everything_planted_is_found_and_nothing_else(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert score.missed == ()
    assert score.strays == ()
    assert score.planted > 20


@EACH
def test_each_row_is_laid_at_the_right_door_with_its_money(audited: Audited, code: str) -> None:
    for row in audited.before[code].exceptions:
        case = audited.truth[code, city.key_of(row.key)]
        assert (row.body, row.amount or 0) == (case.body, case.amount)


@pytest.mark.parametrize("code", [code for code in CODES if code not in ALWAYS_TESTABLE])
def test_what_cannot_be_tested_is_said_so_and_not_called_clean(audited: Audited, code: str) -> None:
    unknown = audited.untestable(code)
    assert unknown
    assert audited.before[code].not_testable == len(unknown)
    named = [subject.outcome for subject in audited.after[code].subjects.values()]
    assert named.count(SubjectOutcome.NOT_TESTABLE) >= len(unknown)


@EACH
def test_the_look_back_gives_every_case_its_fate(audited: Audited, code: str) -> None:
    assert completeness(audited.before[code], audited.after[code]) == []
    score = audited.verdicts(code)
    assert score.differing == ()
    assert score.agreed == score.expected > 20


@EACH
def test_after_the_audit_nothing_is_found_that_was_not_planted(audited: Audited, code: str) -> None:
    strays = [row.key for row in audited.after[code].exceptions if not audited.owed(code, row)]
    assert strays == []


@EACH
def test_every_fate_occurs(audited: Audited, code: str) -> None:
    without = {city.Fate.PARTLY} if code in WITHOUT_MONEY else set()
    assert audited.fates(code) == set(city.Fate) - without


@EACH
def test_near_misses_and_innocents_stand_beside_the_guilty(audited: Audited, code: str) -> None:
    kinds = {case.kind for (procedure, _), case in audited.truth.items() if procedure == code}
    assert kinds >= {city.Kind.NEAR_MISS, city.Kind.INNOCENT}


@EACH
def test_no_procedure_is_noisy(audited: Audited, code: str) -> None:
    assert 0 < audited.before[code].flagged < 0.2


def test_the_city_has_a_finance_bureau_and_each_district_too() -> None:
    assert len(finance(Town(1, 1000))) == 9
