"""A procedure written to do harm is stopped by name, wherever it tries: in the linter, in the connection, in the child.

Each attempt goes the whole way that a third party's file goes: read, linted, run over a snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reperform.engine import child
from reperform.engine.run import RunLimits, run
from reperform.engine.snapshot import Snapshot
from reperform.engine.store import Store
from reperform.engine.worker import Job, perform
from reperform.errors import BadInput, Inconclusive, ReperformError
from tests.engine.test_duckdb import ATTEMPTS
from tests.engine.written import AS_OF, EXCEPTIONS, TABLES, load, plan

LIMITS = RunLimits(memory=256 << 20, threads=2, temporary=64 << 20, seconds=20, rows=5000)


@pytest.fixture(scope="module")
def fees(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of 1,000 fees."""
    folder = tmp_path_factory.mktemp("fees")
    lines = "".join(f"F{n},B1,100,2026-01-01\n" for n in range(1000))
    (folder / "fee.csv").write_text(f"fee_no,unit,amount,due_on\n{lines}", encoding="utf-8")
    (folder / "payment.csv").write_text("fee_no,paid,voucher\nF1,1,V1\n", encoding="utf-8")
    store = Store(folder / "snapshots")
    return store.snapshot(AS_OF, {name: store.read(folder / f"{name}.csv", TABLES[name]) for name in TABLES})


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """A file beside the procedure that must be the only one there, and be the same, afterwards."""
    path = tmp_path / "canary.csv"
    path.write_text("secret\n42\n", encoding="utf-8")
    before = sorted(path.parent.rglob("*"))
    yield path
    assert path.read_text(encoding="utf-8") == "secret\n42\n"
    assert [one for one in sorted(path.parent.rglob("*")) if one not in before and one.suffix != ".sql"] in (
        [],
        [tmp_path / "fiscal_funds"],
    )


SQL = {
    "a file by a function": "SELECT fee_no, unit, (SELECT max(content) FROM read_text('{canary}')) AS t FROM fee",
    "a file by its name": "SELECT fee_no, unit, t.secret FROM fee CROSS JOIN '{canary}' AS t",
    "a file behind a table function": "SELECT fee_no, unit FROM fee, read_csv('{canary}')",
    "the names of files": "SELECT fee_no, unit FROM fee, glob('/*')",
    "the network": "SELECT fee_no, unit FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "another database": "ATTACH '{canary}.db' AS x; SELECT fee_no, unit FROM fee",
    "an extension": "INSTALL httpfs; LOAD httpfs; SELECT fee_no, unit FROM fee",
    "a new file": "COPY (SELECT 1 AS a) TO '{canary}.out'",
    "the environment": "SELECT fee_no, getenv('HOME') AS unit FROM fee",
    "the settings": "SELECT fee_no, current_setting('secret_directory') AS unit FROM fee",
    "a setting": "SET memory_limit = '64GB'; SELECT fee_no, unit FROM fee",
    "the catalogue of the engine": "SELECT table_name AS fee_no, schema_name AS unit FROM information_schema.tables",
    "the tables of the engine": "SELECT database_name AS fee_no, path AS unit FROM duckdb_databases()",
    "another text as SQL": "SELECT fee_no, unit FROM query('SELECT 1')",
    "a macro": "CREATE MACRO x() AS 1; SELECT fee_no, unit FROM fee",
    "the clock": "SELECT fee_no, unit FROM fee WHERE now() > DATE '2026-01-01'",
    "chance": "SELECT fee_no, unit FROM fee WHERE random() > 0.5",
    "the row numbers of the file": "SELECT fee_no, unit FROM fee WHERE rowid > 3",
}


@pytest.mark.parametrize("sql", SQL.values(), ids=SQL)
def test_what_is_no_plain_reading_of_declared_tables_never_reaches_the_engine(
    tmp_path: Path, fees: Snapshot, canary: Path, sql: str
) -> None:
    procedure = load(tmp_path, population=sql.replace("{canary}", str(canary)))
    with pytest.raises(BadInput) as caught:
        run(procedure, fees, tables=TABLES, limits=LIMITS)
    assert caught.value.rule.startswith("sql.")
    assert caught.value.place.row > 1


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_what_would_get_past_the_linter_is_stopped_by_the_lock(tmp_path: Path, canary: Path, attempt: str) -> None:
    """A job is made by hand, as if the linter had been fooled."""
    from reperform.engine.run import _job

    job: Job = _job(plan(load(tmp_path)))
    with pytest.raises(ReperformError):
        child.in_child(perform, replace(job, queries={**job.queries, "population": attempt.format(folder=tmp_path)}))


def test_a_loop_without_end_is_stopped_by_the_clock_or_the_processor(tmp_path: Path, fees: Snapshot) -> None:
    endless = (
        "WITH RECURSIVE forever(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 AS n FROM forever WHERE n > 0),"
        " counted AS (SELECT count(*) AS steps FROM forever)"
        " SELECT fee_no, unit, due_on FROM fee CROSS JOIN counted WHERE steps > 0"
    )
    with pytest.raises(child.ChildStopped, match="was stopped") as caught:
        run(load(tmp_path, population=endless), fees, tables=TABLES, limits=replace(LIMITS, seconds=2))
    assert caught.value.reason in ("seconds", "cpu", "memory")


THOUSAND_MILLION = "FROM fee AS f CROSS JOIN fee AS g CROSS JOIN fee AS h"


def test_a_thousand_million_exceptions_are_no_list_of_leads(tmp_path: Path, fees: Snapshot) -> None:
    many = f"SELECT f.fee_no, f.unit, 1 AS open, f.due_on {THOUSAND_MILLION}"
    head: dict[str, str | None] = {"tables": "{fee: [fee_no, unit, due_on]}", "parameters": None}
    procedure = load(tmp_path, head, exceptions=many, remedies=None)
    with pytest.raises(Inconclusive, match="singles out more than 5000 rows"):
        run(procedure, fees, tables=TABLES, limits=replace(LIMITS, seconds=300))  # counted to the last of them


def test_a_population_of_a_thousand_million_ends_at_a_limit(tmp_path: Path, fees: Snapshot) -> None:
    many = f"SELECT concat(f.fee_no, g.fee_no, h.fee_no) AS fee_no, f.unit, f.due_on {THOUSAND_MILLION}"
    with pytest.raises(ReperformError) as caught:
        run(load(tmp_path, population=many), fees, tables=TABLES, limits=replace(LIMITS, seconds=3))
    stopped = getattr(caught.value, "reason", "") in ("seconds", "cpu", "memory")
    assert stopped or "Out of Memory" in str(caught.value)


def test_a_million_columns_are_refused_before_they_are_read(tmp_path: Path) -> None:
    wide = EXCEPTIONS.replace("f.due_on\nFROM", ", ".join(f"1 AS c{n}" for n in range(60_000)) + "\nFROM")
    with pytest.raises(BadInput, match="at most 131072 signs") as caught:
        run(load(tmp_path, exceptions=wide), Snapshot("", AS_OF, ""), tables=TABLES, limits=LIMITS)
    assert caught.value.rule == "sql.length"


def test_more_columns_than_anyone_reads_are_refused(tmp_path: Path) -> None:
    wide = EXCEPTIONS.replace("f.due_on\nFROM", ", ".join(f"1 AS c{n}" for n in range(1001)) + "\nFROM")
    with pytest.raises(BadInput, match="at most 1000 columns") as caught:
        run(load(tmp_path, exceptions=wide), Snapshot("", AS_OF, ""), tables=TABLES, limits=LIMITS)
    assert caught.value.rule == "sql.columns"


def test_a_file_longer_than_anyone_writes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too long"):
        load(tmp_path, population="SELECT 1 -- " + "x" * (1 << 20))


def test_texts_that_double_and_double_end_at_the_memory(tmp_path: Path, fees: Snapshot) -> None:
    greedy = (
        "WITH RECURSIVE grown(n, t) AS (SELECT 1 AS n, 'x' AS t UNION ALL"
        " SELECT n + 1 AS n, concat(t, t) AS t FROM grown WHERE n < 60)"
        " SELECT f.fee_no, f.unit, f.due_on FROM fee AS f JOIN grown AS g ON length(g.t) > 0"
    )
    with pytest.raises((child.ChildStopped, BadInput)):
        run(load(tmp_path, population=greedy), fees, tables=TABLES, limits=replace(LIMITS, memory=128 << 20))


def test_a_pattern_that_backtracks_costs_no_more_than_its_length(tmp_path: Path, fees: Snapshot) -> None:
    slow = "SELECT fee_no, unit, due_on FROM fee WHERE regexp_matches(repeat('a', 40), '(a+)+$')"
    with pytest.raises(BadInput, match="subset"):  # no `repeat`; the engine's patterns are automata in any case
        run(load(tmp_path, population=slow), fees, tables=TABLES, limits=LIMITS)
    plain = slow.replace("repeat('a', 40)", "'" + "a" * 40 + "b'")
    with pytest.raises(ReperformError):
        run(load(tmp_path, population=plain), fees, tables=TABLES, limits=LIMITS)


def test_limits_are_the_callers_to_set(tmp_path: Path, fees: Snapshot) -> None:
    assert run(load(tmp_path), fees, tables=TABLES, limits=LIMITS).status == "done"
    with pytest.raises(Inconclusive, match="more than 3 rows"):
        run(load(tmp_path), fees, tables=TABLES, limits=replace(LIMITS, rows=3))
