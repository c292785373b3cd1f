"""Words for the translation to Spark: how a small piece of a tree is made, and how a node is refused."""

from __future__ import annotations

from sqlglot import exp

from reperform.engine.spark_kinds import Kind, Kinds
from reperform.errors import N_, BadInput

DUCKDB, SPARK = "duckdb", "spark"
NUMBERS = (Kind.WHOLE, Kind.DECIMAL, Kind.FRACTION)


def refused(node: exp.Expr) -> BadInput:
    """Return the complaint about a node."""
    return BadInput(
        N_("This cannot be said to Spark with the same meaning."),
        value=node.sql(DUCKDB, comments=False)[:120],
        rule="sql.spark",
        hint=N_("Give values their types by casts, and compare like with like."),
    )


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """Return a call of one of Spark's own functions."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def quoted(value: str) -> exp.Expr:
    """Return a text."""
    return exp.Literal.string(value)


def cast(node: exp.Expr, type_: str) -> exp.Expr:
    """Return the node as another type of Spark's."""
    return exp.Cast(this=node, to=exp.DataType.build(type_, dialect=SPARK))


def whole(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """DuckDB counts in 64 bits where Spark counts in 32."""
    return cast(node, "BIGINT")


def moment(node: exp.Expr) -> exp.Expr:
    """Return a time without zone."""
    return cast(node, "TIMESTAMP_NTZ")
