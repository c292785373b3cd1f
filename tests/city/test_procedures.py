"""The first four procedures over the city, from its files through the store to verdicts, scored against the truth.

Nothing is read in any other way than a bureau's files are. Where a procedure differs from the truth, the failing test
names the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import reperform
from reperform import city
from reperform.engine.results import ExceptionRow, Result, SubjectOutcome
from reperform.engine.run import run
from reperform.engine.snapshot import Snapshot
from reperform.engine.spec import Procedure, load_catalogue
from reperform.engine.store import Loaded, Store
from reperform.engine.tables import load_tables
from reperform.engine.verdict import ItemBefore, compare, completeness, judge

CATALOGUE = Path(reperform.__file__).parent / "catalogue"
CODES = ("EL-02", "FF-01", "NT-01", "SI-01")
CONTRACTS = load_tables(CATALOGUE / "tables")
PROCEDURES: dict[str, Procedure] = load_catalogue(CATALOGUE)
FOOLED_BY = "the next month's rent, no invoice number"


@dataclass(frozen=True)
class Audited:
    """A city, its two snapshots, and what the procedures say of each."""

    made: city.City
    loads: dict[str, dict[str, Loaded]]
    before: dict[str, Result]
    after: dict[str, Result]
    truth: dict[tuple[str, city.Key], city.Planted]

    def owed(self, code: str, row: ExceptionRow) -> bool:
        """Whether an auditor who knows the truth would confirm a row."""
        case = self.truth.get((code, city.key_of(row.key)))
        return case is not None and case.kind is city.Kind.PLANTED


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    folder = tmp_path_factory.mktemp("audited")
    made = city.generate(folder / "city", scale=0.01, seed=42)
    store = Store(folder / "snapshots")
    loads: dict[str, dict[str, Loaded]] = {}
    snapshots: dict[str, Snapshot] = {}
    for name, state in (("before", made.before), ("after", made.after)):
        loads[name] = {table: store.read(paths, CONTRACTS[table]) for table, paths in state.files.items()}
        snapshots[name] = store.snapshot(state.as_of, loads[name])
    truth = {(case.procedure, case.key): case for case in city.truth(made.folder)}
    before = {code: run(PROCEDURES[code], snapshots["before"], tables=CONTRACTS) for code in CODES}
    asked = {
        code: [row.key for row in before[code].exceptions]
        + [dict(key) for (procedure, key), case in truth.items() if procedure == code and case.kind == "not_testable"]
        for code in CODES
    }
    after = {code: run(PROCEDURES[code], snapshots["after"], tables=CONTRACTS, subjects=asked[code]) for code in CODES}
    return Audited(made, loads, before, after, truth)


def found(audited: Audited) -> dict[str, set[city.Key]]:
    return {code: {city.key_of(row.key) for row in result.exceptions} for code, result in audited.before.items()}


@pytest.mark.parametrize("state", ["before", "after"])
def test_intake_takes_every_row_of_every_file(audited: Audited, state: str) -> None:
    counts = getattr(audited.made, state).counts
    for table, load in audited.loads[state].items():
        assert (load.rows_accepted, load.rows_rejected, load.issues) == (counts[table], 0, ()), table


def test_money_arrives_to_the_fen_whatever_its_unit(audited: Audited) -> None:
    """The truth was written in fen, the files in 元, 万元 and 分."""
    for code, result in audited.before.items():
        amounts = {city.key_of(row.key): row.amount for row in result.exceptions if audited.owed(code, row)}
        assert amounts == {key: audited.truth[code, key].amount for key in amounts}


@pytest.mark.parametrize("code", CODES)
def test_everything_planted_is_found(audited: Audited, code: str) -> None:
    (score,) = [one for one in city.score(audited.truth.values(), found(audited)) if one.code == code]
    assert score.missed == ()
    assert score.recall == 1.0
    assert score.planted > 20


@pytest.mark.parametrize("code", CODES)
def test_what_is_found_besides_is_one_in_twenty_at_most(audited: Audited, code: str) -> None:
    (score,) = [one for one in city.score(audited.truth.values(), found(audited)) if one.code == code]
    notes = {audited.truth[code, key].note for key in score.strays}
    assert notes <= {FOOLED_BY}, score.strays
    assert score.precision >= 0.95


@pytest.mark.parametrize("code", CODES)
def test_each_row_is_laid_at_the_right_door(audited: Audited, code: str) -> None:
    for row in audited.before[code].exceptions:
        assert row.body == audited.truth[code, city.key_of(row.key)].body


@pytest.mark.parametrize("code", ["EL-02", "FF-01", "SI-01"])
def test_what_cannot_be_tested_is_said_so_and_not_called_clean(audited: Audited, code: str) -> None:
    cases = [case for (procedure, _), case in audited.truth.items() if procedure == code]
    unknown = {case.key for case in cases if case.kind is city.Kind.NOT_TESTABLE}
    assert unknown
    assert audited.before[code].not_testable == len(unknown)
    named = {identity: subject.outcome for identity, subject in audited.after[code].subjects.items()}
    assert list(named.values()).count(SubjectOutcome.NOT_TESTABLE) >= len(unknown)


@pytest.mark.parametrize("code", CODES)
def test_the_look_back_gives_every_case_its_fate(audited: Audited, code: str) -> None:
    before, after = audited.before[code], audited.after[code]
    assert completeness(before, after) == []
    verdicts = {city.key_of(row.key): "new" for row in compare(before, after) if audited.owed(code, row)}
    for row in before.exceptions:
        if audited.owed(code, row):
            remedy = before.remedied.get(row.identity)
            item = ItemBefore(row.identity, row.amount, (remedy.remedied or 0) if remedy else 0)
            verdicts[city.key_of(row.key)] = str(judge(item, after.subjects[row.identity]).verdict)
    scores = {score.code: score for score in city.score_verdicts(audited.truth.values(), {code: verdicts})}
    assert scores[code].differing == ()
    assert scores[code].agreed == scores[code].expected > 20


@pytest.mark.parametrize("code", CODES)
def test_every_verdict_and_new_rows_occur(audited: Audited, code: str) -> None:
    fates = {case.fate for (procedure, _), case in audited.truth.items() if procedure == code}
    assert fates == set(city.Fate)


@pytest.mark.parametrize("code", CODES)
def test_no_procedure_is_noisy(audited: Audited, code: str) -> None:
    assert 0 < audited.before[code].flagged < 0.2
