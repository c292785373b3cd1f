"""What a locked connection can still do: read its tables. Everything else that was tried is tried here again."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from reperform.engine.duckdb import Embedded, Source, Space, fill, locked, rows_of, select
from reperform.errors import BadInput

SPACE = Space(memory=256 << 20, threads=2, temporary=256 << 20)


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "fee's.parquet"
    duckdb.sql("SELECT i AS fee_no, i * 100 AS amount, 'secret' AS hidden FROM range(10) AS t(i)").write_parquet(
        str(path)
    )
    return path


@pytest.fixture
def connection(parquet: Path):
    duckdb.sql("SELECT 1 AS a").write_parquet(str(parquet.parent / "other.parquet"))
    source = Source((("fee_no", "BIGINT"), ("amount", "BIGINT")), path=str(parquet))
    with locked(
        {"fee": source, "rate": Source((("a", "BIGINT"), ("d", "DATE")), rows=((1, "2026-01-01"),))}, SPACE
    ) as it:
        yield it


def test_the_declared_columns_of_a_table_can_be_read(connection):
    assert rows_of(connection, "SELECT sum(amount) FROM fee") == [(4500,)]
    assert [row[0] for row in rows_of(connection, "DESCRIBE fee")] == ["fee_no", "amount"]


def test_a_fact_is_a_table_too(connection):
    assert str(rows_of(connection, "SELECT d FROM rate")[0][0]) == "2026-01-01"


ATTEMPTS = {
    "another table file": "SELECT * FROM read_parquet('{folder}/other.parquet')",
    "a file by its name": "SELECT * FROM '{folder}/other.parquet'",
    "the names of files": "SELECT * FROM glob('{folder}/*')",
    "any text file": "SELECT * FROM read_text('/etc/hostname')",
    "any csv file": "SELECT * FROM read_csv('/etc/passwd')",
    "any json file": "SELECT * FROM read_json('/etc/passwd')",
    "any blob": "SELECT * FROM read_blob('/etc/passwd')",
    "sniffing a file": "SELECT * FROM sniff_csv('/etc/passwd')",
    "the schema of another file": "SELECT * FROM parquet_metadata('{folder}/other.parquet')",
    "a path upwards": "SELECT * FROM read_parquet('{folder}/../../etc/passwd')",
    "a page on the network": "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "writing a new file": "COPY (SELECT 1) TO '{folder}/new.csv'",
    "writing beside the snapshot": "COPY (SELECT 1 AS a) TO '{folder}/other.parquet' (USE_TMP_FILE false)",
    "exporting": "EXPORT DATABASE '{folder}/out'",
    "importing": "IMPORT DATABASE '{folder}'",
    "attaching a new database": "ATTACH '{folder}/new.db'",
    "installing an extension": "INSTALL httpfs",
    "loading an extension": "LOAD httpfs",
    "more threads": "SET threads = 64",
    "more memory": "SET memory_limit = '64GB'",
    "opening the files again": "SET enable_external_access = true",
    "unlocking": "SET lock_configuration = false",
    "resetting": "RESET lock_configuration",
    "a pragma": "PRAGMA threads=8",
    "a variable of Python": "SELECT * FROM python_rows",
    "the environment": "SELECT getenv('HOME')",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_nothing_else_can_be_read_written_or_set(connection, parquet: Path, attempt: str):
    python_rows = duckdb.sql("SELECT 1 AS a")  # noqa: F841 - what a replacement scan would find
    before = sorted(path.name for path in parquet.parent.iterdir())
    with pytest.raises(duckdb.Error):
        connection.execute(attempt.format(folder=parquet.parent)).fetchall()
    assert sorted(path.name for path in parquet.parent.iterdir()) == before


def test_a_link_out_of_the_snapshot_is_not_followed(connection, parquet: Path):
    (parquet.parent / "link.parquet").symlink_to("/etc/passwd")
    with pytest.raises(duckdb.Error):
        connection.execute("SELECT * FROM read_text(?)", [f"{parquet.parent}/link.parquet"]).fetchall()


def test_duckdb_may_write_to_an_allowed_path_which_is_why_only_a_select_is_taken(connection, parquet: Path):
    escaped = str(parquet).replace("'", "''")
    with pytest.raises(BadInput, match="one SELECT"):
        select(connection, f"COPY (SELECT 1 AS a) TO '{escaped}' (USE_TMP_FILE false)")


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT 2", "DROP VIEW fee", "PRAGMA version", "ATTACH ':memory:' AS m", "EXPLAIN SELECT 1"]
)
def test_what_is_not_one_select_is_not_taken(connection, sql: str):
    with pytest.raises(BadInput):
        select(connection, sql)


def test_temporary_space_is_there_and_is_gone_afterwards():
    space = Space(memory=60 << 20, threads=1, temporary=512 << 20)
    with locked({}, space) as connection:
        folder = Path(rows_of(connection, "SELECT current_setting('temp_directory')")[0][0])
        sql = "SELECT count(*) FROM (SELECT i, hash(i) AS h FROM range(4000000) AS t(i) ORDER BY h)"
        assert rows_of(connection, sql) == [(4_000_000,)]
    assert not folder.exists()


def test_more_than_its_space_is_refused_and_not_taken_from_the_machine():
    space = Space(memory=40 << 20, threads=1, temporary=8 << 20)
    sql = "SELECT count(*) FROM (SELECT i, hash(i) AS h FROM range(9000000) AS t(i) ORDER BY h)"
    with locked({}, space) as connection, pytest.raises(duckdb.OutOfMemoryException):
        rows_of(connection, sql)


def test_values_go_in_as_values_whatever_they_hold(connection):
    rows = tuple((n, text) for n, text in enumerate(["'; DROP VIEW fee; --", None, "甲", "", '"']))
    fill(connection, "drawn", Source((("n", "BIGINT"), ("t", "VARCHAR")), rows=rows))
    assert tuple(rows_of(connection, "SELECT n, t FROM drawn ORDER BY n")) == rows


def test_the_cap_on_rows_ends_over_a_join_that_limit_does_not_survive():
    """DuckDB 2.0.0 waits for ever where `LIMIT` stands over this join of more than one row group (docs/adr/0140)."""
    below = """
        WITH measured AS (SELECT id, (b - a) / b AS part FROM population WHERE b >= a),
        ranked AS (SELECT part, row_number() OVER (ORDER BY part, id) AS place, count(*) OVER () AS n FROM measured),
        quartile AS (SELECT max(CASE WHEN place = n // 4 THEN part END) AS low FROM ranked)
        SELECT m.id FROM measured AS m CROSS JOIN quartile AS f WHERE m.part - f.low <= 0.000001
    """
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE population AS SELECT i AS id, (i * 7919) % 100003 AS a, 1000 + (i * 104729) % 99991 AS b"
            " FROM range(150000) AS t(i)"
        )
        late = threading.Timer(60, connection.interrupt)
        late.start()
        try:
            Embedded(connection).keep("kept", below, 700)
        finally:
            late.cancel()
        assert rows_of(connection, "SELECT count(*) FROM kept") == [(700,)]
