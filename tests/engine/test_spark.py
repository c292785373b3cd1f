"""A run on Spark says what a run on DuckDB says, to the hash: of small rows, of the catalogue's cases, of a city.

The city is small, for it is the number of questions that takes time; what each answers is compared row for row.
Of every fourth procedure one case is played, for rows that come from no file; all cases with REPERFORM_SPARK_CASES=all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reperform import catalogue, city
from reperform.engine import spark as engine
from reperform.engine.cases import Case, Work, play
from reperform.engine.child import ChildStopped
from reperform.engine.lint import lint
from reperform.engine.run import RunLimits, run, types_of
from reperform.engine.snapshot import Snapshot
from reperform.engine.spark_lint import for_spark_too
from reperform.engine.spec import Procedure
from reperform.engine.store import Store
from reperform.errors import BadInput, Inconclusive
from tests.engine.test_worker import BROKEN_PROMISES
from tests.engine.written import EXCEPTIONS, FEES, load, result_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import SparkSession

pytestmark = pytest.mark.xdist_group("spark")

TABLES = catalogue.tables()
PROCEDURES = {code: each for code, each in catalogue.procedures().items() if "spark" in each.engines}
ALL = os.environ.get("REPERFORM_SPARK_CASES") == "all"
SCALE = 0.002


def chosen(procedure: Procedure, place: int) -> list[Case]:
    """Return the cases that are played: here and there one, of one kind and another; the city has all kinds."""
    cases = list(catalogue.cases(procedure))
    if ALL:
        return cases
    return [] if place % 4 else [cases[place // 4 % len(cases)]]


CASES = [
    pytest.param(procedure, case, id=f"{code}-{case.kind}-{case.name['en']}")
    for place, (code, procedure) in enumerate(PROCEDURES.items())
    for case in chosen(procedure, place)
]


@pytest.fixture(params=["brought", "left there"])
def work(spark: SparkSession, request: pytest.FixtureRequest) -> Work:
    """What does a job on Spark: with the outcome of every section brought to the driver, and with questions to it."""
    return engine.performer(spark, small=engine.SMALL if request.param == "brought" else -1)


def test_a_small_run_has_the_same_hash(tmp_path: Path, work: Work) -> None:
    procedure, asked = load(tmp_path), [{"fee_no": name} for name in ("F1", "F3", "F4", "F9")]
    here, there = result_of(procedure, asked=asked), result_of(procedure, work, asked=asked)
    assert there.result_hash == here.result_hash
    assert replace(there, engine=here.engine, seconds=here.seconds) == here
    assert there.engine.startswith("spark 4.")


@pytest.mark.parametrize(("sections", "rows", "told"), BROKEN_PROMISES)
def test_a_procedure_that_breaks_its_promise_says_nothing(
    tmp_path: Path, spark: SparkSession, sections: dict[str, str], rows: Mapping[str, Any], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        result_of(load(tmp_path, **sections), engine.performer(spark), **rows)


def test_a_key_that_stands_twice_among_the_clean_is_found_too(tmp_path: Path, work: Work) -> None:
    with pytest.raises(BadInput, match="@population: 1 keys stand more than once"):
        result_of(load(tmp_path), work, fee=(*FEES, FEES[1]))


def test_more_exceptions_than_the_limit_are_not_a_list_of_leads(tmp_path: Path, spark: SparkSession) -> None:
    limits = RunLimits(memory=256 << 20, threads=1, temporary=1 << 20, rows=1)
    with pytest.raises(Inconclusive, match="more than 1 rows"):
        result_of(load(tmp_path), engine.performer(spark), limits=limits)


def test_an_error_of_spark_names_the_procedure(tmp_path: Path, spark: SparkSession) -> None:
    exceptions = EXCEPTIONS.replace("f.amount > coalesce", "CAST(f.unit AS BIGINT) > coalesce")
    with pytest.raises(BadInput, match=r"XX-01\.sql: The procedure failed: ") as caught:
        result_of(load(tmp_path, exceptions=exceptions), engine.performer(spark))
    assert caught.value.rule == "run.failed"


def test_a_run_that_takes_too_long_is_stopped(tmp_path: Path, spark: SparkSession) -> None:
    head = {"not_testable_when": None}
    joins = " ".join(f"CROSS JOIN fee AS t{place}" for place in range(3))
    never = " + ".join(f"t{place}.amount" for place in range(3))
    population = f"SELECT a.fee_no, a.unit, a.due_on FROM fee AS a {joins} WHERE a.amount + {never} < 0"  # noqa: S608
    many = tuple((f"F{place}", "B1", 100 + place, "2026-01-01") for place in range(100))
    with pytest.raises(ChildStopped, match="longer than 1 seconds"):
        result_of(load(tmp_path, head, population=population), engine.performer(spark, RunLimits(seconds=1)), fee=many)


def test_a_run_leaves_nothing_in_the_session(tmp_path: Path, spark: SparkSession, work: Work) -> None:
    before = [table.name for table in spark.catalog.listTables()]
    result_of(load(tmp_path), work)
    assert [table.name for table in spark.catalog.listTables()] == before


@pytest.mark.parametrize("gone", ["nowhere", "later"], ids=["before they are opened", "before they are read"])
def test_tables_that_spark_does_not_see_are_named_with_their_folder(
    tmp_path: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    procedure, there = PROCEDURES["FF-01"], tmp_path / "copies"
    paths = city.generate(tmp_path / "city", scale=0.001, seed=42).before.files
    store, frames = Store(tmp_path / "snapshots"), engine.Frames()
    loads = {name: store.read(paths[name], TABLES[name]) for name in procedure.tables}
    snapshot = store.snapshot(city.BEFORE, loads)
    monkeypatch.setenv("REPERFORM_SPARK_TABLES", str(there))
    if gone == "later":
        there.mkdir()
        for copy in snapshot.tables.values():
            shutil.copy(copy.path, there)
        engine.run(procedure, snapshot, tables=TABLES, session=spark, frames=frames)
        shutil.rmtree(there)
    with pytest.raises(BadInput, match="does not find the tables of the snapshot in"):
        engine.run(procedure, snapshot, tables=TABLES, session=spark, frames=frames)


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)
def test_every_section_of_the_catalogue_can_be_said_to_spark(procedure: Procedure) -> None:
    queries = lint(procedure, types_of(TABLES))
    assert set(for_spark_too(procedure, queries, types_of(TABLES))) == set(queries.sections)


def test_what_cannot_be_said_to_spark_is_told_with_its_place(tmp_path: Path) -> None:
    procedure = load(tmp_path, exceptions=EXCEPTIONS.replace("f.due_on\nFROM", "f.amount / 3 || '' AS due_on\nFROM"))
    types = {"fee": {"fee_no": "VARCHAR", "unit": "VARCHAR", "amount": "BIGINT", "due_on": "DATE"},
             "payment": {"fee_no": "VARCHAR", "paid": "BIGINT", "voucher": "VARCHAR"}}  # fmt: skip
    with pytest.raises(BadInput) as caught:
        for_spark_too(procedure, lint(procedure, types), types)
    assert (caught.value.rule, caught.value.place.column) == ("sql.spark", "@exceptions")
    assert for_spark_too(replace(procedure, engines=("duckdb",)), lint(procedure, types), types) == {}


@pytest.mark.parametrize(("procedure", "case"), CASES)
def test_a_case_gives_the_same_result(spark: SparkSession, procedure: Procedure, case: Case) -> None:
    here, there = play(procedure, case, TABLES), play(procedure, case, TABLES, engine.performer(spark))
    assert there.exceptions == here.exceptions
    assert there.result_hash == here.result_hash


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The first state of a city with all its sectors, read from its files."""
    folder = tmp_path_factory.mktemp("spark")
    state = city.generate(folder / "city", scale=SCALE, seed=42, sectors=None).before
    read = {table for procedure in PROCEDURES.values() for table in procedure.tables}
    store = Store(folder / "snapshots")
    loads = {name: store.read(paths, TABLES[name]) for name, paths in state.files.items() if name in read}
    return store.snapshot(state.as_of, loads)


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)
def test_over_a_city_spark_singles_out_the_same_rows(
    spark: SparkSession, snapshot: Snapshot, procedure: Procedure
) -> None:
    here = run(procedure, snapshot, tables=TABLES)
    there = engine.run(procedure, snapshot, tables=TABLES, session=spark)
    assert there.exceptions == here.exceptions
    assert there.result_hash == here.result_hash
