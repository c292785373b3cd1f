"""The portable subset of SQL: what a procedure may say, so that it means the same on every engine.

Rules kept here:

* An allow-list, not a block-list: a node or function of the syntax tree that is not named here is refused.
* The lists hold expressions that gave the same answer on DuckDB and, through SQLGlot, on Spark. Transpiling alone was
  measured to be silently wrong on 4 of 76 expressions (docs/adr/0031), and raised an error on none of them.
* Nothing depends on the order of rows or on the clock: no LIMIT, no `now()`, ordered windows, ordered texts.
* No number is made by a cast that rounds on one engine and cuts off on another; no division by what may be zero; no
  floating point literal.

`broken(node)` is a pure function of one node of a tree in DuckDB's dialect.
"""

from __future__ import annotations

import re

from sqlglot import exp

from reperform.engine.front_matter import NAME
from reperform.engine.spark_regexp import for_java, matches_nothing
from reperform.errors import N_

Broken = tuple[str, str] | None  # the rule, and the sentence

STRUCTURE: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered),
        *(exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.Subquery, exp.Union, exp.Distinct),
        *(exp.Column, exp.Identifier, exp.Alias, exp.Paren, exp.Tuple, exp.Star, exp.Var, exp.Placeholder),
        *(exp.Window, exp.WindowSpec, exp.IgnoreNulls, exp.Filter),
        *(exp.Literal, exp.Null, exp.Boolean, exp.Interval, exp.DataType, exp.DataTypeParam, exp.Cast, exp.TryCast),
        *(exp.Case, exp.If, exp.Exists, exp.In, exp.Between, exp.Like, exp.ILike, exp.Is, exp.Not, exp.And, exp.Or),
        *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
        *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe),
    }
)
FUNCTIONS: dict[type[exp.Expr], str] = {
    exp.Sum: "sum",
    exp.Count: "count",
    exp.Min: "min",
    exp.Max: "max",
    exp.Avg: "avg",
    exp.Median: "median",
    exp.LogicalOr: "bool_or",
    exp.LogicalAnd: "bool_and",
    exp.GroupConcat: "string_agg",
    exp.Lag: "lag",
    exp.Lead: "lead",
    exp.RowNumber: "row_number",
    exp.Rank: "rank",
    exp.DenseRank: "dense_rank",
    exp.FirstValue: "first_value",
    exp.LastValue: "last_value",
    exp.Coalesce: "coalesce",
    exp.Nullif: "nullif",
    exp.Greatest: "greatest",
    exp.Least: "least",
    exp.Abs: "abs",
    exp.Round: "round",
    exp.Floor: "floor",
    exp.Ceil: "ceil",
    exp.Lower: "lower",
    exp.Trim: "trim",
    exp.Length: "length",
    exp.Substring: "substr",
    exp.Concat: "concat",
    exp.Replace: "replace",
    exp.RegexpLike: "regexp_matches",
    exp.RegexpExtract: "regexp_extract",
    exp.RegexpReplace: "regexp_replace",
    exp.MD5: "md5",
    exp.DateDiff: "date_diff",
    exp.TimestampTrunc: "date_trunc",
    exp.Year: "year",
    exp.Month: "month",
    exp.Day: "day",
    exp.TimeToStr: "strftime",
}
WHOLE = frozenset({exp.DataType.Type.INT, exp.DataType.Type.BIGINT})
FRACTIONS = frozenset({exp.DataType.Type.DECIMAL, exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT})
_TEXTS = frozenset({exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR})
_CASTS = WHOLE | _TEXTS | {exp.DataType.Type.DECIMAL, exp.DataType.Type.DATE, exp.DataType.Type.BOOLEAN}
_NEED_ORDER = (exp.Lag, exp.Lead, exp.RowNumber, exp.Rank, exp.DenseRank, exp.FirstValue, exp.LastValue)
_JOINS = ("", "INNER", "OUTER", "CROSS", "SEMI", "ANTI")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_FORMAT = re.compile(r"(%[YmdHMS]|[^%A-Za-z])+")


def broken(node: exp.Expr) -> Broken:
    """Return the rule that the node breaks and why, or nothing."""
    if type(node) not in STRUCTURE and type(node) not in FUNCTIONS:
        return "sql.subset", N_("This is not in the portable subset of SQL.")
    return next((found for found in (check(node) for check in _CHECKS) if found is not None), None)


def rounds_silently(cast: exp.Cast) -> bool:
    """Whether the cast (of an annotated tree) turns a fraction into a whole number without saying how."""
    return cast.to.this in WHOLE and cast.this.is_type(*FRACTIONS) and not isinstance(cast.this, _ROUNDED)


_ROUNDED = (exp.Round, exp.Floor, exp.Ceil)


def _name(node: exp.Expr) -> Broken:
    if isinstance(node, exp.Identifier) and not NAME.fullmatch(str(node.this)):
        return "sql.name", N_("A name is of small letters, digits and underscores.")
    if isinstance(node, exp.Table) and (not isinstance(node.this, exp.Identifier) or node.args.get("db")):
        return "sql.table", N_("A table is named by its name alone.")
    if isinstance(node, exp.Column) and node.args.get("db"):
        return "sql.column", N_("A column is named by itself or with its table.")
    return None


def _star(node: exp.Expr) -> Broken:
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        return "sql.star", N_("Name the columns instead of *.")
    return None


def _shape(node: exp.Expr) -> Broken:
    """Refuse what hangs on an allowed node without being a node of its own."""
    if isinstance(node, exp.Join) and (node.args.get("method") or str(node.args.get("kind") or "") not in _JOINS):
        return "sql.join", N_("Only plain joins are allowed: INNER, LEFT, RIGHT, FULL, CROSS, SEMI, ANTI.")
    if isinstance(node, exp.Union) and node.args.get("by_name"):
        return "sql.union", N_("UNION goes by position, not by name.")
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        return "sql.distinct", N_("DISTINCT ON depends on the order of rows; use row_number().")
    if isinstance(node, exp.Not) and isinstance(node.this, exp.In) and node.this.args.get("query"):
        return "sql.not_in", N_("NOT IN with a query answers nothing when the query holds a null; use NOT EXISTS.")
    return None


def _texts(node: exp.Expr) -> Broken:
    if isinstance(node, exp.Substring) and not _places(node):
        return "sql.substr", N_("substr takes a place from 1 and a length, both written as numbers.")
    if isinstance(node, exp.TimeToStr) and not _FORMAT.fullmatch(node.text("format")):
        return "sql.date", N_("strftime writes %Y, %m, %d, %H, %M and %S, with signs between them.")
    if isinstance(node, exp.RegexpLike | exp.RegexpExtract | exp.RegexpReplace):
        return _expression(node)
    return None


def _places(node: exp.Substring) -> bool:
    start, length = node.args.get("start"), node.args.get("length")
    first = isinstance(start, exp.Literal) and start.name.isdigit() and int(start.name) > 0
    return first and (length is None or (isinstance(length, exp.Literal) and length.name.isdigit()))


def _expression(node: exp.Expr) -> Broken:
    pattern, options = node.expression, {name: node.args.get(name) for name in ("flag", "parameters", "modifiers")}
    if not isinstance(pattern, exp.Literal) or for_java(pattern.name) is None or node.args.get("position"):
        return "sql.regexp", N_(
            "A regular expression is written out, with groups, classes and repetitions that every engine reads alike."
        )
    if isinstance(node, exp.RegexpReplace):
        replacement = node.args.get("replacement")
        if not isinstance(replacement, exp.Literal) or "\\" in replacement.name or matches_nothing(pattern.name):
            return "sql.regexp", N_("A replacement is a text without back references, for what is not empty.")
        if options.pop("modifiers") is None or node.text("modifiers") != "g":
            return "sql.regexp", N_("regexp_replace replaces all there is: say so with 'g'.")
    if any(option is not None for option in options.values()):
        return "sql.regexp", N_("A regular expression takes no options.")
    return None


def _numbers(node: exp.Expr) -> Broken:
    if isinstance(node, exp.Literal) and not node.is_string and not _NUMBER.fullmatch(node.name):
        return "sql.number", N_("A number is written with digits and one point.")
    if isinstance(node, exp.Cast) and node.to.this not in _CASTS:
        return "sql.cast", N_("A cast goes to bigint, integer, decimal, varchar, date or boolean.")
    if isinstance(node, exp.Cast) and not _has_place(node.to):
        return "sql.cast", N_("A decimal needs a place before its point.")
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
        below = node.expression.unnest()
        number = isinstance(below, exp.Literal) and not below.is_string and below.name.strip("0.")
        if not number and not isinstance(below, exp.Nullif):
            return "sql.division", N_("Divide by a number or by nullif(…, 0).")
    return None


def _has_place(type_: exp.DataType) -> bool:
    """Whether a decimal can hold a whole number: without, its text is `.50` on one engine alone."""
    places = [int(part.name) for part in type_.expressions]
    return type_.this != exp.DataType.Type.DECIMAL or len(places) < 2 or places[0] > places[1]


def _order(node: exp.Expr) -> Broken:
    if isinstance(node, exp.WindowSpec) and node.args.get("kind") != "ROWS":
        return "sql.window", N_("A window frame counts ROWS.")
    if isinstance(node, exp.GroupConcat) and not isinstance(node.this, exp.Order):
        return "sql.order", N_("string_agg needs ORDER BY.")
    if isinstance(node, _NEED_ORDER) and not _ordered(node.find_ancestor(exp.Window)):
        return "sql.order", N_("This function needs OVER (… ORDER BY …).")
    return None


def _ordered(window: exp.Window | None) -> bool:
    if window is None:
        return False
    if window.args.get("alias") is not None:
        select = window.find_ancestor(exp.Select)
        named = (select.args.get("windows") if select is not None else None) or []
        window = next((item for item in named if item.name == window.alias), window)
    return bool(window.args.get("order"))


def _dates(node: exp.Expr) -> Broken:
    unit = node.text("unit").upper()
    if isinstance(node, exp.DateDiff) and unit != "DAY":
        return "sql.date", N_("date_diff counts days; months are counted from year() and month().")
    if isinstance(node, exp.TimestampTrunc) and unit not in ("DAY", "MONTH", "QUARTER", "YEAR"):
        return "sql.date", N_("date_trunc goes to the day, month, quarter or year.")
    if isinstance(node, exp.Interval) and unit not in ("MONTH", "YEAR"):
        # DuckDB 2.0 takes INTERVAL 30 DAY and INTERVAL 1 MONTH in one query for the same constant (docs/adr/0091)
        return "sql.date", N_("An interval is of months or years; days are added as a whole number: paid_on + 30.")
    return None


_CHECKS = (_name, _star, _shape, _texts, _numbers, _order, _dates)
