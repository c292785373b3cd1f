"""Work and social security over their sectors of the city, scored against the truth.

Both sectors are made together: they share the roster of pensioners, and nothing of one may look guilty to the other.
"""

from __future__ import annotations

from itertools import pairwise

import duckdb
import numpy as np
import pytest

from reperform import catalogue, city
from reperform.city.dates import DAY_AFTER, on
from reperform.city.sectors import workdays
from reperform.city.sectors.employers import firm_code, firm_text
from reperform.engine.results import SubjectOutcome
from reperform.engine.verdict import completeness
from tests.city.audited import Audited, audit

EMPLOYMENT = tuple(f"EM-{number:02d}" for number in range(1, 12))
SOCIAL = tuple(f"SI-{number:02d}" for number in range(1, 10))
CODES = EMPLOYMENT + SOCIAL
EVERYTHING_TESTABLE = {"EM-07", "EM-10", "SI-03", "SI-06"}
"""Procedures that lack nothing to say of a row once they run at all, or whose rows nobody made unsayable."""
WITHOUT_MONEY = {"SI-02", "SI-09"}
EACH = pytest.mark.parametrize("code", CODES)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    return audit(tmp_path_factory.mktemp("people"), scale=0.004, sectors=("employment", "social"), codes=CODES)


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
    assert bool(unknown) == (code not in EVERYTHING_TESTABLE)
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
def test_every_fate_occurs(audited: Audited, code: str) -> None:
    without = {city.Fate.PARTLY} if code in WITHOUT_MONEY else set()
    assert audited.fates(code) == set(city.Fate) - without


@EACH
def test_there_are_near_misses_or_innocents(audited: Audited, code: str) -> None:
    kinds = {case.kind for (procedure, _), case in audited.truth.items() if procedure == code}
    assert kinds & {city.Kind.NEAR_MISS, city.Kind.INNOCENT}


def test_a_credit_code_in_a_file_is_the_one_of_the_truth() -> None:
    numbers = [0, 1, 7, 99, 12_345_678, 99_999_999, *np.random.default_rng(1).integers(0, 10**8, 500).tolist()]
    query = f"SELECT {firm_code('n')} FROM unnest(?) AS t(n)"  # noqa: S608 - written in this project
    rows = duckdb.execute(query, [numbers]).fetchall()
    assert [text for (text,) in rows] == [firm_text(number) for number in numbers]


def test_the_calendar_of_the_procedure_is_that_of_the_city() -> None:
    fact = catalogue.procedures()["SI-02"].facts["calendar_exception"]
    known = dict(fact.rows)
    for when in range(DAY_AFTER - 1033, DAY_AFTER + 1):
        day = on(when)
        assert workdays.is_worked(when) == known.get(day, day.weekday() < 5), day


def test_the_pension_age_rises_by_the_month_as_the_law_says() -> None:
    rows = catalogue.procedures()["SI-04"].facts["pension_age"].rows
    ages = {category: [row for row in rows if row[0] == category] for category in {row[0] for row in rows}}
    assert {name: (found[0][3], found[-1][3], len(found)) for name, found in ages.items()} == {
        "resident": (720, 720, 1),
        "male": (720, 756, 37),
        "female_cadre": (660, 696, 37),
        "female_worker": (600, 660, 61),
    }
    for found in ages.values():
        assert all((after[1] - before[2]).days == 1 for before, after in pairwise(found))
