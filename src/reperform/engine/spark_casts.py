"""Casts of DuckDB for Spark: what is rounded, what is read in a text.

Rules kept here:

* A fraction is rounded by multiplying it, as DuckDB does, not by its decimal digits.
* A text becomes the number or the date that DuckDB reads in it. What DuckDB reads in a way of its own (`1_000`, `0x1f`,
  `2024/1/5`) stops the run: never another value.
"""

from __future__ import annotations

import re

from sqlglot import exp

from reperform.engine.spark_kinds import Kind, Kinds
from reperform.engine.spark_words import NUMBERS, call, cast, quoted, refused

_PLAIN_NUMBER = r"^[ \t-\r]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t-\r]*$"
_ODD_NUMBER = r"[0-9]_[0-9]|^[ \t-\r]*[+-]?0[xXbB]"
PLAIN_DATE = r"^[ \t-\r]*(?!0000)[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ \t-\r]*$"
_ODD_DATE = r"[0-9][-/ \\][0-9]+[-/ \\][0-9]|[iI][nN][fF]|[eE][pP][oO][cC][hH]"


def converted(node: exp.Expr, kinds: Kinds) -> exp.Expr | None:
    source, target, attempt = kinds[node.this], kinds[node], isinstance(node, exp.TryCast)
    if source is None or target is None:
        raise refused(node)
    if source in (target, Kind.NOTHING) and target is not Kind.DECIMAL:
        return None
    if source is Kind.TEXT:
        return _parsed(node, target, attempt=attempt)
    if source is Kind.FRACTION and target is Kind.DECIMAL:
        scale = int(node.args["to"].expressions[1].name)
        return type(node)(this=rounded(node.this, scale), to=node.args["to"])
    fits = {
        Kind.WHOLE: (*NUMBERS, Kind.TRUTH),
        Kind.DECIMAL: (*NUMBERS, Kind.TRUTH),
        Kind.TEXT: (Kind.WHOLE, Kind.DECIMAL, Kind.DATE, Kind.MOMENT, Kind.TRUTH),
        Kind.DATE: (Kind.MOMENT,),
        Kind.TRUTH: (Kind.WHOLE,),
    }
    if source not in fits.get(target, ()):
        raise refused(node)
    return None


def _parsed(node: exp.Expr, target: Kind, *, attempt: bool) -> exp.Expr | None:
    """Return the value that DuckDB reads in a text.

    What DuckDB reads in a way of its own (`1_000`, `0x1f`, `2024/1/5`) stops the run: never another value.
    """
    text, make = node.this, type(node)
    if target not in (Kind.DATE, Kind.WHOLE, Kind.DECIMAL):
        raise refused(node)
    plain, odd = (PLAIN_DATE, _ODD_DATE) if target is Kind.DATE else (_PLAIN_NUMBER, _ODD_NUMBER)
    if isinstance(text, exp.Literal) and re.search(plain, text.name):
        return None
    value: exp.Expr = node
    if target is Kind.WHOLE:
        exact = make(this=text.copy(), to=exp.DataType.build("DECIMAL(38, 18)"))
        value = make(this=exp.Round(this=exact), to=node.args["to"])
    wrong = call("RAISE_ERROR", call("CONCAT", quoted("not read alike by every engine: "), text.copy()))
    given = exp.Case().when(exp.RegexpLike(this=text.copy(), expression=quoted(plain)), value, copy=False)
    unread = exp.RegexpLike(this=text.copy(), expression=quoted(odd))
    return given.when(unread if attempt else exp.Not(this=exp.Is(this=text.copy(), expression=exp.null())), wrong)


def rounded(node: exp.Expr, places: int) -> exp.Expr:
    power = cast(exp.Literal.number(10**places), "DOUBLE")
    scaled = exp.Round(this=exp.Mul(this=exp.paren(node, copy=False), expression=power))
    return exp.Paren(this=exp.Div(this=scaled, expression=power.copy()))
