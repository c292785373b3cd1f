"""Water sources, sewage, networks, waste and performance over their sectors of the city, scored against the truth."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from reperform import city
from reperform.engine.results import SubjectOutcome
from reperform.engine.verdict import completeness
from tests.city.audited import Audited, audit

SEWAGE = (*(f"SW-{number:02d}" for number in range(1, 6)), *(f"SP-{number:02d}" for number in range(1, 8)))
PERFORMANCE = ["PI-01", "PI-02", "GW-01", "GW-02", "GW-03", "GW-04", "WA-01", "WA-02", "WA-03", "BM-01", "BM-02"]
WATER = ["WS-01", "WS-02", "WS-03", "WS-04"]
SECTOR_OF = dict.fromkeys(WATER, "water") | dict.fromkeys(SEWAGE, "sewage") | dict.fromkeys(PERFORMANCE, "performance")
WITH_MONEY = {"SW-03", "SP-05", "PI-02", "WA-02", "BM-02"}
EACH = pytest.mark.parametrize("code", SECTOR_OF)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("environment")


@lru_cache(maxsize=4)
def audited_sector(folder: Path, sector: str) -> Audited:
    codes = [code for code, name in SECTOR_OF.items() if name == sector]
    return audit(folder / sector, scale=0.004, sectors=(sector,), codes=codes)


@pytest.fixture
def audited(folder: Path, code: str) -> Audited:
    return audited_sector(folder, SECTOR_OF[code])


@EACH
def test_everything_planted_is_found(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert score.missed == ()
    assert score.planted >= 8


@EACH
def test_nothing_is_found_besides(audited: Audited, code: str) -> None:
    score = audited.score(code)
    assert score.strays == (), [audited.truth.get((code, key)) for key in score.strays]


@EACH
def test_each_row_is_laid_at_the_right_door_with_its_money(audited: Audited, code: str) -> None:
    for row in audited.before[code].exceptions:
        case = audited.truth[code, city.key_of(row.key)]
        assert (row.body, row.amount or 0) == (case.body, case.amount), case


@EACH
def test_what_cannot_be_tested_is_said_so(audited: Audited, code: str) -> None:
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
    assert score.agreed == score.expected > 15


@EACH
def test_what_is_new_after_the_audit_is_somebodys_case(audited: Audited, code: str) -> None:
    strays = [row.key for row in audited.after[code].exceptions if not audited.owed(code, row)]
    assert strays == []


@EACH
def test_every_fate_occurs(audited: Audited, code: str) -> None:
    without = set() if code in WITH_MONEY else {city.Fate.PARTLY}
    assert audited.fates(code) >= set(city.Fate) - without


@EACH
def test_no_procedure_is_noisy(audited: Audited, code: str) -> None:
    assert 0 < audited.before[code].flagged < 0.2


@pytest.mark.parametrize("sector", sorted(set(SECTOR_OF.values())))
def test_intake_takes_every_row_of_every_file(folder: Path, sector: str) -> None:
    audited = audited_sector(folder, sector)
    for state, loads in audited.loads.items():
        counts = getattr(audited.made, state).counts
        for table, load in loads.items():
            issues = ("empty",) if not counts[table] else ()  # nothing was put right before the audit
            assert (load.rows_accepted, load.rows_rejected, load.issues) == (counts[table], 0, issues), table
