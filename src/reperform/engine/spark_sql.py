"""From a tree of the portable subset in DuckDB's dialect to the text of the same query for Spark.

Rules kept here:

* SQLGlot writes the text; what it was measured to write otherwise than DuckDB means it is put right in the tree first,
  by the kinds of the values (`spark_kinds`). Spark runs in ANSI mode, in UTC, without loss of precision.
* Nothing is guessed: what has no known kind, or no equal on Spark, is refused with the rule `sql.spark`.
* Each rule here has lines in tests/engine/test_spark_expressions.py, which run on both engines.

Sources: DuckDB 2.0 and Spark 4.3 measured side by side, see docs/adr/0091.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel
from sqlglot.optimizer.qualify import qualify

from reperform.engine.spark_casts import PLAIN_DATE, converted, rounded
from reperform.engine.spark_kinds import Kind, Kinds, Schema
from reperform.engine.spark_regexp import for_java
from reperform.engine.spark_words import DUCKDB, NUMBERS, SPARK, call, cast, moment, quoted, refused, whole

_SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))  # category Zs
_FORMATS = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss"}
Rule = Callable[[exp.Expr, Kinds], "exp.Expr | None"]


def for_spark(tree: exp.Query, schema: Schema, names: Mapping[str, str] | None = None) -> str:
    """Return the text for Spark of a query that the linter has read.

    `schema` gives the SQL types of what it reads; `names` gives tables other names there.
    """
    full = qualified(tree, schema)
    kinds = Kinds(full, schema)
    nodes = list(full.walk())
    for node in nodes:
        kinds[node]  # every kind is told before the first node changes
    for node in reversed(nodes):  # children before parents
        _put_right(node, kinds)
    for table in full.find_all(exp.Table):
        if table.name in (names or {}):
            table.set("this", exp.to_identifier((names or {})[table.name]))
    return full.sql(SPARK, identify=True, comments=False, unsupported_level=ErrorLevel.RAISE)


def qualified(tree: exp.Query, schema: Schema) -> exp.Query:
    """Return a copy in which every column names its table."""
    known: dict[str, object] = {name: dict(columns) for name, columns in schema.items()}
    full = qualify(tree.copy(), dialect=DUCKDB, schema=known, quote_identifiers=False, expand_stars=True)
    if not isinstance(full, exp.Query):
        raise refused(full)
    return full


def read(sql: str) -> exp.Query:
    """Return the tree of a query that was generated from a tree."""
    tree = sqlglot.parse_one(sql, dialect=DUCKDB)
    if not isinstance(tree, exp.Query):
        raise refused(tree)
    return tree


def _put_right(node: exp.Expr, kinds: Kinds) -> None:
    rule, parent, key, index = _RULES.get(type(node)), node.parent, node.arg_key, node.index
    new = rule(node, kinds) if rule is not None else None
    if new is not None and parent is not None and key is not None:
        kinds.also(new, node)
        parent.set(key, new, index)


# -- numbers -----------------------------------------------------------------------------------------------------------


def _quotient(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """DuckDB's `/` is always of floating point, whatever it divides."""
    sides = (node.this, node.expression)
    if any(kinds[side] not in (*NUMBERS, Kind.NOTHING) for side in sides):
        raise refused(node)
    return exp.Div(this=cast(sides[0], "DOUBLE"), expression=cast(sides[1], "DOUBLE"))


def _numbers(node: exp.Expr, kinds: Kinds) -> None:
    if kinds[node] not in (*NUMBERS, Kind.NOTHING):
        raise refused(node)


def _whole_quotient(node: exp.Expr, kinds: Kinds) -> None:
    if kinds[node] is not Kind.WHOLE:
        raise refused(node)


def _exact(node: exp.Expr, kinds: Kinds) -> None:
    """A sum of floating point numbers depends on the order of the rows."""
    if kinds[node.this] not in (Kind.WHOLE, Kind.DECIMAL, Kind.NOTHING):
        raise refused(node)


def _average(node: exp.Expr, kinds: Kinds) -> exp.Expr | None:
    """DuckDB divides the exact sum; Spark adds floating point numbers, or divides on in decimals."""
    if not isinstance(_inner(node), exp.Avg) or isinstance(node.parent, exp.Window | exp.Filter):
        return None
    _exact(_inner(node), kinds)
    total, count = _instead(node, exp.Sum), _instead(node, exp.Count)
    return exp.Paren(this=exp.Div(this=cast(total, "DOUBLE"), expression=count))


def _inner(node: exp.Expr) -> exp.Expr:
    """Return the function that is filtered or goes over a window."""
    return _inner(node.this) if isinstance(node, exp.Window | exp.Filter) else node


def _instead(node: exp.Expr, function: type[exp.Expr]) -> exp.Expr:
    copy = node.copy()
    inner = _inner(copy)
    new = function(this=inner.this)
    if inner is copy:
        return new
    inner.replace(new)
    return copy


def _windowed(node: exp.Expr, kinds: Kinds) -> exp.Expr | None:
    if isinstance(node.this, exp.RowNumber | exp.Rank | exp.DenseRank):
        return whole(node, kinds)
    return _average(node, kinds)


def _of_whole(node: exp.Expr, kinds: Kinds) -> None:
    """Of other numbers the engines give the last digit in their own ways."""
    if kinds[node.this] not in (Kind.WHOLE, Kind.NOTHING):
        raise refused(node)


def _round(node: exp.Expr, kinds: Kinds) -> exp.Expr | None:
    """Spark rounds a floating point number by its decimal digits, DuckDB by multiplying it."""
    places = node.args.get("decimals")
    if kinds[node] not in NUMBERS:
        raise refused(node)
    if kinds[node] is not Kind.FRACTION or places is None:
        return None
    if not isinstance(places, exp.Literal) or not places.name.isdigit():
        raise refused(node)
    return rounded(node.this, int(places.name))


def _fraction(node: exp.Expr, kinds: Kinds) -> exp.Expr | None:
    """Spark's floor and ceil give whole numbers."""
    return cast(node, "DOUBLE") if kinds[node.this] is Kind.FRACTION else None


# -- casts and comparisons ---------------------------------------------------------------------------------------------


def _alike(nodes: Iterable[exp.Expr], around: exp.Expr, kinds: Kinds) -> None:
    """Refuse to compare what the engines make alike in different ways; a text beside dates must be a date's."""
    nodes = list(nodes)
    found = {kinds[node] for node in nodes} - {Kind.NOTHING}
    times = found & {Kind.DATE, Kind.MOMENT}
    if times and found - times == {Kind.TEXT}:
        for node in nodes:
            if kinds[node] is Kind.TEXT:
                if not isinstance(node, exp.Literal) or not re.search(PLAIN_DATE, node.name):
                    raise refused(around)
                node.replace(cast(node.copy(), "DATE" if times == {Kind.DATE} else "TIMESTAMP_NTZ"))
        return
    if found & {None, Kind.ROW} or not (len(found) < 2 or found <= set(NUMBERS) or found == times):
        raise refused(around)


def _compared(node: exp.Expr, kinds: Kinds) -> None:
    sides = [node.this, node.args.get("expression"), node.args.get("low"), node.args.get("high")]
    sides += [*node.expressions, node.args.get("query")]
    _alike([side for side in sides if isinstance(side, exp.Expr)], node, kinds)


def _chosen(node: exp.Expr, kinds: Kinds) -> None:
    """The values of a CASE, and what it compares."""
    branches = node.args["ifs"]
    _alike([*(each.args["true"] for each in branches), *filter(None, [node.args.get("default")])], node, kinds)
    if node.this is not None:
        _alike([node.this, *(each.this for each in branches)], node, kinds)


def _united(node: exp.Expr, kinds: Kinds) -> None:
    if isinstance(node, exp.Union) and None in kinds.outputs(node).values():
        raise refused(node)


# -- dates -------------------------------------------------------------------------------------------------------------


def _sum(node: exp.Expr, kinds: Kinds) -> exp.Expr | None:
    left, right, minus = kinds[node.this], kinds[node.expression], isinstance(node, exp.Sub)
    if kinds[node] is None:
        raise refused(node)
    if right is Kind.INTERVAL:
        return type(node)(this=moment(node.this), expression=node.expression)
    if left is Kind.DATE and right is Kind.DATE:
        return whole(call("DATEDIFF", node.this, node.expression), kinds)
    if left is Kind.DATE and right is Kind.WHOLE:
        return call("DATE_SUB" if minus else "DATE_ADD", node.this, cast(node.expression, "INT"))
    return None


def _interval(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    count = node.this.unnest()
    if isinstance(count, exp.Literal):
        count = exp.Literal.number(count.name)
    elif kinds[count] is not Kind.WHOLE:
        raise refused(node)
    count, none = cast(count, "INT"), exp.Literal.number(0)
    return call("MAKE_YM_INTERVAL", *((count, none) if node.text("unit").upper() == "YEAR" else (none, count)))


def _days(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """Days are counted from date to date; the start is the second for SQLGlot."""
    ends = (node.this, node.expression)
    if any(kinds[end] not in (Kind.DATE, Kind.MOMENT, Kind.NOTHING) for end in ends):
        raise refused(node)
    return whole(call("DATEDIFF", *(cast(end, "DATE") for end in ends)), kinds)


def _truncated(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """DuckDB gives a moment even of a date."""
    if kinds[node.this] not in (Kind.DATE, Kind.MOMENT):
        raise refused(node)
    day, unit = cast(node.this, "DATE"), node.text("unit").upper()
    return moment(day if unit == "DAY" else call("TRUNC", day, quoted(unit)))


def _shown(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    parts = re.findall(r"%[YmdHMS]|[^%]+", node.text("format"))
    if "".join(parts) != node.text("format") or kinds[node.this] not in (Kind.DATE, Kind.MOMENT):
        raise refused(node)
    written = "".join(_FORMATS.get(part, "'" + part.replace("'", "''") + "'") for part in parts)
    return call("DATE_FORMAT", node.this, quoted(written))


# -- texts -------------------------------------------------------------------------------------------------------------


def _said(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """Return the node as text; a fraction has another text on each engine."""
    kind = kinds[node]
    if kind in (Kind.TEXT, Kind.NOTHING):
        return node
    if kind in (Kind.WHOLE, Kind.DECIMAL, Kind.DATE, Kind.TRUTH, Kind.MOMENT):
        return cast(node, "STRING")
    raise refused(node)


def _joined(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    if isinstance(node, exp.DPipe):
        return exp.DPipe(this=_said(node.this, kinds), expression=_said(node.expression, kinds))
    parts = [call("COALESCE", _said(part, kinds), quoted("")) for part in node.expressions]
    return call("CONCAT", *parts)


def _of_text(node: exp.Expr, kinds: Kinds) -> None:
    if kinds[node.this] not in (Kind.TEXT, Kind.NOTHING):
        raise refused(node)


def _trimmed(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """DuckDB removes every blank of Unicode, the wide one of Chinese texts among them; Spark one alone."""
    _of_text(node, kinds)
    blanks = node.args.get("expression") or quoted(_SPACES)
    return exp.Trim(this=node.this, expression=blanks, position="BOTH")


def _small(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    _of_text(node, kinds)
    return _lowered(node.this)


def _lowered(text: exp.Expr) -> exp.Expr:
    """Of two letters Java makes something else: one by its place in the word, one by adding a sign."""
    return exp.Lower(this=call("TRANSLATE", text, quoted("İΣ"), quoted("iσ")))


def _like(node: exp.Expr, kinds: Kinds) -> exp.Expr:
    """To Spark a backslash in a pattern is a sign of its own."""
    _of_text(node, kinds)
    pattern: exp.Expr = call("REPLACE", node.expression, quoted("\\"), quoted("\\\\"))
    if isinstance(node.expression, exp.Literal):
        pattern = quoted(node.expression.name.replace("\\", "\\\\"))
    sides = {"this": node.this, "expression": pattern}
    if isinstance(node, exp.ILike):
        sides = {name: _lowered(side) for name, side in sides.items()}
    return exp.Like(**sides, negate=node.args.get("negate"))


def _listed(node: exp.Expr, kinds: Kinds) -> None:
    """Spark 4.3 fails where an ordered list stands beside several DISTINCT, or a filtered one (ClassCastException)."""
    select = node.find_ancestor(exp.Select)
    every = select.find_all(exp.Distinct) if select is not None else ()
    own = [each for each in every if each.parent is not select and each.find_ancestor(exp.Select) is select]
    if len(own) > 1 or any(isinstance(each.find_ancestor(exp.Filter, exp.Select), exp.Filter) for each in own):
        raise refused(node)


def _pattern(node: exp.Expr, kinds: Kinds) -> None:
    _of_text(node, kinds)
    java = for_java(node.expression.name) if isinstance(node.expression, exp.Literal) else None
    if java is None:
        raise refused(node)
    node.set("expression", quoted(java))
    replacement = node.args.get("replacement")
    if replacement is not None:
        node.set("replacement", quoted(replacement.name.replace("$", "\\$")))


_RULES: dict[type[exp.Expr], Rule] = {
    exp.Div: _quotient,
    exp.IntDiv: _whole_quotient,
    exp.Avg: _average,
    exp.Median: _of_whole,
    exp.Round: _round,
    exp.Window: _windowed,
    exp.Filter: _average,
    **dict.fromkeys((exp.Mul, exp.Mod, exp.Neg, exp.Abs), _numbers),
    **dict.fromkeys((exp.Floor, exp.Ceil), _fraction),
    exp.Sum: _exact,
    **dict.fromkeys((exp.Cast, exp.TryCast), converted),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Nullif), _compared),
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least), _compared),
    exp.Case: _chosen,
    exp.Union: _united,
    **dict.fromkeys((exp.Add, exp.Sub), _sum),
    exp.Interval: _interval,
    exp.DateDiff: _days,
    exp.TimestampTrunc: _truncated,
    exp.TimeToStr: _shown,
    **dict.fromkeys((exp.Year, exp.Month, exp.Day, exp.Length), whole),
    **dict.fromkeys((exp.DPipe, exp.Concat), _joined),
    **dict.fromkeys((exp.Substring, exp.Replace, exp.MD5), _of_text),
    exp.GroupConcat: _listed,
    exp.Trim: _trimmed,
    exp.Lower: _small,
    **dict.fromkeys((exp.Like, exp.ILike), _like),
    **dict.fromkeys((exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace), _pattern),
}
