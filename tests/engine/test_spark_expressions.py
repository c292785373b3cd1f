"""Every node and function of the portable subset gives the same on DuckDB and on Spark, or is refused for Spark.

One table holds what is known to part engines: blanks and letters of many scripts, ends of months, halves, nulls. All
expressions are asked in one query of each engine, and compared as the canonical text that a result would hold.
"""

# ruff: noqa: S608 - the expressions are those of this folder
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from reperform.engine.duckdb import Embedded, Source, Space, fill, locked, rows_of, types_of
from reperform.engine.spark import SETTINGS, Cluster
from reperform.engine.spark_sql import for_spark, read
from reperform.engine.subset import FUNCTIONS, STRUCTURE, broken
from reperform.errors import BadInput

pytestmark = pytest.mark.xdist_group("spark")

COLUMNS = (
    ("i", "BIGINT"), ("a", "BIGINT"), ("b", "BIGINT"), ("n", "DECIMAL(18,6)"), ("d", "DATE"), ("e", "DATE"),
    ("m", "TIMESTAMP"), ("s", "VARCHAR"), ("w", "VARCHAR"), ("f", "BOOLEAN"), ("c", "VARCHAR"),
)  # fmt: skip
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, 7, 2, Decimal("1.005"), date(2024, 2, 29), date(2024, 3, 1), datetime(2024, 2, 29, 23, 59, 59), "Alpha", "12",
     True, "x"),
    (2, -7, 2, Decimal("2.675"), date(2023, 12, 31), date(2024, 1, 1), datetime(2024, 1, 1, 0, 0, 0, 500000),
     "\u3000广州市 审计局\u3000", "1.5", False, "y"),
    (3, 0, None, Decimal("-0.285"), date(2024, 1, 31), None, None, "a\\b_c%", "-0.5", None, "x"),
    (4, None, 5, None, None, date(1999, 2, 28), datetime(1970, 1, 1), None, None, True, "x"),
    (5, 9007199254740991, 3, Decimal("123456789012.345678"), date(1949, 10, 1), date(2100, 12, 31),
     datetime(2024, 3, 31, 1, 30), "ΑΣ İß straße", "2024-02-30", False, "y"),
    (6, 100, 7, Decimal("0.000001"), date(2024, 3, 31), date(2024, 2, 29), datetime(2024, 3, 31, 1, 30),
     "440106199001011234\n", "1e3", True, None),
    (7, 5, -2, Decimal("2.5"), date(2024, 3, 31), date(2024, 3, 31), datetime(2024, 12, 31, 12), "44010619900101123X",
     " +12 ", None, "y"),
    (8, 5, 4, Decimal("-2.5"), date(2000, 2, 29), date(2001, 3, 1), datetime(2000, 2, 29), "", "", False, "z"),
    (9, 1, 8, Decimal("0.125"), date(2024, 2, 29), date(2024, 2, 29), datetime(2024, 2, 29), "𠀀汉字 \tfoo.bar$",
     "2024-2-5", True, "z"),
    (10, 1, 8, Decimal("0.125"), date(2024, 2, 29), date(2024, 2, 29), datetime(2024, 2, 29), "it's \u00a0", "abc",
     True, "z"),
)  # fmt: skip
OTHER = (("k", "VARCHAR"), ("v", "BIGINT"), ("i", "BIGINT"))
OTHER_ROWS = (("x", 1, 1), ("x", 2, 2), (None, 3, 3), ("q", 4, None))


def lists() -> dict[str, list[str]]:
    """Return the expressions of spark_expressions.txt by the heading that they stand under."""
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "spark_expressions.txt").read_text().splitlines():
        if line.startswith("# "):
            found[line[2:]] = current = []
        elif line:
            current.append(line)
    return found


LISTS = lists()
BATCH = 40  # a query of hundreds of columns is more than Spark can write down


@dataclass(frozen=True)
class Both:
    """The two engines over the same two tables."""

    duckdb: Embedded
    cluster: Cluster

    def asked(self, sql: str) -> tuple[list[Any], list[Any]]:
        """Return the rows of a query from both, as texts, sorted."""
        return tuple(self._texts(engine, sql) for engine in (self.duckdb, self.cluster))  # type: ignore[return-value]

    def _texts(self, engine: Embedded | Cluster, sql: str) -> list[Any]:
        engine.connection.execute('DROP TABLE IF EXISTS "_kept"')
        engine.keep("_kept", sql)
        names = types_of(engine.connection, "SELECT * FROM _kept")
        texts = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in names)
        return sorted(rows_of(engine.connection, f"SELECT {texts} FROM _kept"), key=repr)


@pytest.fixture(scope="module")
def both(spark: Any) -> Iterator[Both]:
    space = Space(256 << 20, 1, 64 << 20)
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    with locked({}, space) as one, locked({}, space) as two:
        cluster = Cluster(spark, two, bring=False, frames={})
        for name, source in (("t", Source(COLUMNS, rows=ROWS)), ("o", Source(OTHER, rows=OTHER_ROWS))):
            fill(one, name, source)
            cluster.give(name, source)
        yield Both(Embedded(one), cluster)
        cluster.clear()


def batches(both: Both, name: str, end: str = "", key: str = "") -> dict[str, tuple[list[Any], list[Any]]]:
    """Ask the expressions of a list, many at once; return the column of each, from both engines."""
    told = {}
    for start in range(0, len(LISTS[name]), BATCH):
        some = LISTS[name][start : start + BATCH]
        columns = ", ".join(f"{expression} AS c{place}" for place, expression in enumerate(some))
        duckdb, spark = both.asked(f"SELECT {key}{columns} FROM t {end}")
        for place, expression in enumerate(some, 1 if key else 0):
            told[expression] = [row[place] for row in duckdb], [row[place] for row in spark]
    return told


@pytest.fixture(scope="module")
def answers(both: Both) -> dict[str, tuple[list[Any], list[Any]]]:
    return {
        **batches(both, "of a row", key="i, "),
        **batches(both, "of all rows"),
        **batches(both, "of windows", "WINDOW named AS (PARTITION BY c ORDER BY i)", "i, "),
    }


@pytest.mark.parametrize("expression", LISTS["of a row"] + LISTS["of all rows"] + LISTS["of windows"])
def test_an_expression_gives_the_same_on_both_engines(
    answers: dict[str, tuple[list[Any], list[Any]]], expression: str
) -> None:
    duckdb, spark = answers[expression]
    assert spark == duckdb


@pytest.mark.parametrize("statement", LISTS["statements"])
def test_a_statement_gives_the_same_on_both_engines(both: Both, statement: str) -> None:
    duckdb, spark = both.asked(statement)
    assert duckdb
    assert spark == duckdb


def schema() -> dict[str, dict[str, str]]:
    return {"t": dict(COLUMNS), "o": dict(OTHER)}


@pytest.mark.parametrize("expression", LISTS["refused for spark"])
def test_what_the_engines_would_tell_differently_is_refused_for_spark(expression: str) -> None:
    with pytest.raises(BadInput) as caught:
        for_spark(read(f"SELECT {expression} AS x FROM t"), schema())
    assert caught.value.rule == "sql.spark"


@pytest.mark.parametrize("text", ["1_000", "0x1f", "2024/1/5", "infinity"])
def test_a_text_that_duckdb_alone_reads_stops_the_run_on_spark(both: Both, text: str) -> None:
    from pyspark.errors import PySparkException

    target = "BIGINT" if text[:1] in "10" else "DATE"
    with pytest.raises(PySparkException, match="not read alike by every engine"):
        both.cluster.rows(f"SELECT TRY_CAST(c || '{text}' AS {target}) AS x FROM t WHERE c = '' OR i < 0 UNION ALL "
                          f"SELECT TRY_CAST(s || '{text}' AS {target}) FROM t WHERE s = ''")  # fmt: skip


def test_every_node_of_the_subset_stands_in_the_lists_above() -> None:
    end = "FROM t WINDOW named AS (PARTITION BY c ORDER BY i)"
    asked = [f"SELECT {each} {end}" for name in ("of a row", "of all rows", "of windows") for each in LISTS[name]]
    trees = [sqlglot.parse_one(sql, dialect="duckdb") for sql in (*asked, *LISTS["statements"])]
    seen = {type(node) for tree in trees for node in tree.walk()}
    never = {exp.Placeholder, exp.Var, exp.TableAlias}  # a parameter is a literal before it is translated
    assert set(FUNCTIONS) <= seen
    assert STRUCTURE - seen <= never
    assert [node.sql() for tree in trees for node in tree.walk() if broken(node) is not None] == []
