"""What kind of value every expression of a procedure has, told from the types of the tables that it reads.

Rules kept here:

* The kinds are those of DuckDB, for a procedure is written and read in its dialect: `/` gives a fraction, a month added
  to a date gives a moment, the difference of two dates is a number of days.
* A kind that cannot be told (`None`) is never guessed: the translator refuses what depends on it.

SQLGlot's own annotation was measured to differ (DECIMAL for a quotient, DATE for a difference of dates, nothing for
`median` and `regexp_extract`), so the few nodes of the portable subset are read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

Schema = Mapping[str, Mapping[str, str]]


class Kind(StrEnum):
    """A kind of value; INTERVAL and ROW stand inside expressions only."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    FRACTION = "fraction"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    TRUTH = "truth"
    INTERVAL = "interval"
    ROW = "row"
    NOTHING = "nothing"


_T = exp.DataType.Type
_TYPES = {
    **dict.fromkeys((_T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT, _T.INT128), Kind.WHOLE),
    **dict.fromkeys((_T.DECIMAL,), Kind.DECIMAL),
    **dict.fromkeys((_T.DOUBLE, _T.FLOAT), Kind.FRACTION),
    **dict.fromkeys((_T.TEXT, _T.VARCHAR), Kind.TEXT),
    **dict.fromkeys((_T.DATE,), Kind.DATE),
    **dict.fromkeys((_T.TIMESTAMP, _T.TIMESTAMPNTZ), Kind.MOMENT),
    **dict.fromkeys((_T.BOOLEAN,), Kind.TRUTH),
}
_WHOLE = (exp.Count, exp.Length, exp.Year, exp.Month, exp.Day, exp.DateDiff, exp.RowNumber, exp.Rank, exp.DenseRank)
_TEXTS = (exp.Lower, exp.Trim, exp.Substring, exp.Concat, exp.DPipe, exp.Replace, exp.RegexpExtract, exp.RegexpReplace)
_TRUTH = (exp.Connector, exp.Predicate, exp.Not, exp.Boolean, exp.RegexpLike, exp.LogicalOr, exp.LogicalAnd)
_FIXED: dict[type[exp.Expr], Kind] = {
    **dict.fromkeys(_WHOLE, Kind.WHOLE),
    **dict.fromkeys(_TEXTS, Kind.TEXT),
    **dict.fromkeys((exp.MD5, exp.TimeToStr, exp.GroupConcat), Kind.TEXT),
    **dict.fromkeys((exp.Avg, exp.Median, exp.Div), Kind.FRACTION),
    exp.TimestampTrunc: Kind.MOMENT,
    exp.Interval: Kind.INTERVAL,
    exp.Tuple: Kind.ROW,
    exp.Null: Kind.NOTHING,
}
_SAME: tuple[type[exp.Expr], ...] = (
    *(exp.Paren, exp.Alias, exp.Window, exp.Filter, exp.IgnoreNulls, exp.Distinct, exp.Order),
    *(exp.Neg, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Nullif, exp.Sum, exp.Min, exp.Max),
    *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue),
)
_ORDER = (Kind.WHOLE, Kind.DECIMAL, Kind.FRACTION)
_TIMES = (Kind.DATE, Kind.MOMENT)


def kind_of_type(type_: str) -> Kind | None:
    """Return the kind of a column of this SQL type."""
    try:
        return _TYPES.get(exp.DataType.build(type_, dialect="duckdb").this)
    except ValueError:
        return None


class Kinds:
    """The kinds of a qualified tree; asks of a node are answered from the columns upwards, each once."""

    def __init__(self, tree: exp.Query, schema: Schema) -> None:
        self._schema = {table: {name: kind_of_type(type_) for name, type_ in columns.items()}
                        for table, columns in schema.items()}  # fmt: skip
        self._known: dict[int, Kind | None] = {}
        self._kept: list[exp.Expr] = []  # what is known by its address must stay alive
        self._places: dict[int, tuple[exp.Column, Scope]] = {}
        for scope in traverse_scope(tree):
            for column in scope.columns:
                self._places[id(column)] = (column, scope)

    def __getitem__(self, node: exp.Expr) -> Kind | None:
        if id(node) not in self._known:
            self._known[id(node)] = None  # a query that reads itself knows nothing of itself yet
            self._known[id(node)] = self._told(node)
        return self._known[id(node)]

    def also(self, node: exp.Expr, old: exp.Expr) -> None:
        """Say that a node has the kind of the one whose place it takes."""
        self._known[id(node)] = self[old]
        self._kept.append(node)

    def outputs(self, query: exp.Query) -> dict[str, Kind | None]:
        """Return the kind of every column that a query gives."""
        inner = query.unnest()
        if inner is not query and isinstance(inner, exp.Query):
            return self.outputs(inner)
        if isinstance(query, exp.Union):
            left, right = self.outputs(query.left), list(self.outputs(query.right).values())
            return {name: _joined((kind, right[place])) for place, (name, kind) in enumerate(left.items())}
        return {column.output_name: self[column] for column in query.selects}

    def _told(self, node: exp.Expr) -> Kind | None:
        if isinstance(node, exp.Column):
            return self._of_column(node)
        if isinstance(node, exp.Literal):
            return Kind.TEXT if node.is_string else Kind.DECIMAL if "." in node.name else Kind.WHOLE
        if isinstance(node, exp.Cast):
            return _TYPES.get(node.to.this)
        if isinstance(node, exp.Query):
            return next(iter(self.outputs(node).values()), None)
        if isinstance(node, exp.Case):
            values = [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default")]
            return self._joined(values)
        if isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
            return self._joined([node.this, *node.expressions])
        if isinstance(node, exp.Add | exp.Sub):
            return self._sum(node)
        if isinstance(node, exp.Mul | exp.Mod | exp.IntDiv):
            return self._joined([node.this, node.expression])
        if isinstance(node, _SAME):
            inner = node.this if node.this is not None else next(iter(node.expressions), None)
            return self[inner] if isinstance(inner, exp.Expr) else None
        return _FIXED.get(type(node), Kind.TRUTH if isinstance(node, _TRUTH) else None)

    def _of_column(self, column: exp.Column) -> Kind | None:
        _, scope = self._places.get(id(column), (column, None))
        source = scope.sources.get(column.table) if scope is not None else None
        if isinstance(source, Scope) and isinstance(source.expression, exp.Query):
            return self.outputs(source.expression).get(column.name)
        return self._schema.get(source.name, {}).get(column.name) if isinstance(source, exp.Table) else None

    def _sum(self, node: exp.Add | exp.Sub) -> Kind | None:
        """Return what adding gives: a date and days are a date, a date and an interval a moment, two dates are days."""
        left, right = self[node.this], self[node.expression]
        if left in _TIMES and right is Kind.INTERVAL:
            return Kind.MOMENT
        if left is Kind.DATE and right is Kind.WHOLE:
            return Kind.DATE
        if left is Kind.DATE and right is Kind.DATE and isinstance(node, exp.Sub):
            return Kind.WHOLE
        joined = _joined((left, right))
        return joined if joined in _ORDER else None

    def _joined(self, nodes: Iterable[exp.Expr | None]) -> Kind | None:
        return _joined(self[node] if node is not None else Kind.NOTHING for node in nodes)


def _joined(kinds: Iterable[Kind | None]) -> Kind | None:
    """Return the kind that holds all of them, if DuckDB and Spark agree on it."""
    found = {kind for kind in kinds if kind is not Kind.NOTHING}
    if not found:
        return Kind.NOTHING
    if len(found) == 1:
        return found.pop()
    if found <= set(_ORDER):
        return max((kind for kind in _ORDER if kind in found), key=_ORDER.index)
    return Kind.MOMENT if found == set(_TIMES) else None
