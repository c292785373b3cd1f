r"""Turn the texts of source files into typed values, in SQL, and name what cannot be turned.

Rules kept here:

* Exact or refused. Money goes through decimals into whole fen; an amount finer than one fen, an identifier that a
  spreadsheet has turned into a float, a date whose order of day and month is not known are refused by name.
* Dates: 2023-09-30, 2023/9/30, 2023.9.30, 2023年9月30日, 20230930, each with or without a time of day; a whole number
  of five digits is a day of the spreadsheet's calendar (1900 or 1904); anything else only by the field's `format`.
  Months: 2025-03, 2025/3, 2025年3月, 202503, or any date in them.
* Numbers: full-width digits, thousands separators in their places, ¥, and brackets for what is negative.
* Texts: surrounding blanks (full-width ones too) go, Unicode is composed (NFC); nothing else is changed.
* A value is missing when it stands in the field's list of missing values, after the blanks are gone.

Everything here is one expression for one cell, `t` being its text without blanks and `v` its value; DuckDB does them
a column at a time. The quick form of a value is tried first, the long way is taken only for the cells that need it.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path

from reperform.engine.tables import Field

MARK = "﷐"  # a sign that Unicode keeps free for programs: "mark rule mark value" is a cell that the reader refused
BLANKS = " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff"
CELL_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
NESTED = "nested_value"
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_WIDE, _NARROW = "０１２３４５６７８９．，－＋（）％／：−¥￥　 \u00a0", "0123456789.,-+()%/:-"  # the last five signs go
_TIME = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAY = rf"([0-9]{{4}})[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?{_TIME}"
_MONTH = r"([0-9]{4})[-/.年]([0-9]{1,2})月?"
_OTHER_ORDER = rf"[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.](?:[0-9]{{2}}|[0-9]{{4}}){_TIME}"


@dataclass(frozen=True)
class Cell:
    """Where a field comes from in one source: an SQL column, its type there, and how it is to be read."""

    field: Field
    column: str
    kind: str = "VARCHAR"
    factor: int = 1
    epoch: int = 1900
    marked: bool = False

    @property
    def direct(self) -> bool:
        """Whether the source already has the type, so that no text need be parsed."""
        if self.field.type == "integer":
            return self.kind in WHOLE_TYPES
        allowed = {
            "boolean": ("BOOLEAN",),
            "date": ("DATE", "TIMESTAMP"),
            "yearmonth": ("DATE", "TIMESTAMP"),
            "datetime": ("TIMESTAMP",),
        }
        return self.kind in allowed.get(self.field.type, ())


def quote(text: str) -> str:
    """Return an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def path_sql(path: Path) -> str:
    """Return the SQL literal of a path, in which the data engine sees no pattern for other files."""
    return quote(glob.escape(str(path)))


def one_of(text: str, words: tuple[str, ...]) -> str:
    """Return the condition for a text that is one of some words.

    Not an IN list: the data engine makes a join of a longer one, and does it for all rows, wherever it stands.
    """
    longest = max(len(word.encode()) for word in words)
    return f"(strlen({text}) <= {longest} AND ({' OR '.join(f'{text} = {quote(word)}' for word in words)}))"


def _low(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.lower() for word in words)


def text_sql(cell: Cell) -> str:
    """Return the expression for the cell's text without blanks, or null where the value is missing."""
    if cell.direct:
        return cell.column
    trimmed = trimmed_sql(_as_text(cell))
    missing = tuple(dict.fromkeys(["", *cell.field.missing_values]))
    return f"CASE WHEN {one_of(trimmed, missing)} THEN NULL ELSE {trimmed} END"


def trimmed_sql(text: str) -> str:
    """Return the expression for a text without blanks around it; looking at its ends is cheaper than trimming."""
    blanks = quote(BLANKS)
    return (
        f"CASE WHEN {text} BETWEEN '!' AND '~' AND {text}[-1] BETWEEN '!' AND '~' THEN {text}"
        f" WHEN contains({blanks}, {text}[1]) OR contains({blanks}, {text}[-1]) THEN trim({text}, {blanks})"
        f" ELSE {text} END"
    )


def _as_text(cell: Cell) -> str:
    if cell.kind == "VARCHAR":
        return cell.column
    if cell.kind in ("DOUBLE", "FLOAT"):  # what the type can hold, and no digit more
        return f"format('{{:.{15 if cell.kind == 'DOUBLE' else 7}g}}', {cell.column})"
    return f"CAST({cell.column} AS VARCHAR)"


def value_sql(cell: Cell, t: str) -> str:
    """Return the expression for the value, null where `t` cannot be one."""
    field = cell.field
    if cell.direct:
        return _direct(cell, t)
    if field.type == "string":
        return _string(field, t)
    if field.type == "boolean":
        low = f"lower({t})"
        yes, no = one_of(low, _low(field.true_values)), one_of(low, _low(field.false_values))
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
    if field.type == "integer":
        return _money(t, cell.factor) if field.is_money else _whole(t)
    if field.type == "number":
        form = quote(r"[+-]?[0-9]{1,12}(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")
        return _quick(t, form, "TRY_CAST({0} AS DECIMAL(18,6))", number_text(t))
    if field.type == "datetime":
        return _datetime(field, t, cell.epoch)
    return _month(field, t, cell.epoch) if field.type == "yearmonth" else _date(field, t, cell.epoch)


def rule_sql(cell: Cell, t: str, v: str) -> str:
    """Return the expression for the name of the rule that the cell breaks, null where it breaks none."""
    field, limits = cell.field, cell.field.constraints
    cases = [f"WHEN {t} IS NULL THEN {quote('required') if limits.required else 'NULL'}"]
    if not cell.direct:
        if cell.marked:
            cases.append(f"WHEN starts_with({t}, {quote(MARK)}) THEN split_part({t}, {quote(MARK)}, 2)")
        cases.append(f"WHEN {t} < '$' AND {one_of(t, CELL_ERRORS)} THEN 'cell_error'")
        if field.type == "string" and not field.categories:
            float_id = quote(r"[0-9](\.[0-9]+)?[eE]\+(1[4-9]|[2-9][0-9])|[0-9]{15,}\.0+")
            sign = f"(contains({t}, '+') OR contains({t}, '.0'))"  # cheaper than the pattern, and rare
            cases.append(f"WHEN {sign} AND regexp_full_match({t}, {float_id}) THEN 'id_as_number'")
    cases.append(f"WHEN {v} IS NULL THEN {_why(cell, t)}")
    return f"CASE {' '.join([*cases, *_constraints(cell, v)])} END"


def _constraints(cell: Cell, v: str) -> list[str]:
    """Return the cases of the constraints that the contract sets."""
    limits, type_ = cell.field.constraints, cell.field.sql_type
    text = v if type_ == "VARCHAR" else f"CAST({v} AS VARCHAR)"
    broken = {
        "enum": limits.enum and f"NOT {one_of(text, limits.enum)}",
        "pattern": limits.pattern and f"NOT regexp_full_match({text}, {quote(limits.pattern)})",
        "minimum": limits.minimum and f"{v} < CAST({quote(limits.minimum)} AS {type_})",
        "maximum": limits.maximum and f"{v} > CAST({quote(limits.maximum)} AS {type_})",
        "min_length": limits.min_length and f"length({text}) < {limits.min_length}",
        "max_length": limits.max_length and f"length({text}) > {limits.max_length}",
    }
    return [f"WHEN {condition} THEN {quote(rule)}" for rule, condition in broken.items() if condition]


def shown_sql(cell: Cell, t: str) -> str:
    """Return the expression for what stands in the cell, as the rejects file shows it."""
    if cell.direct:
        return f"CAST({t} AS VARCHAR)"
    shown = f"CASE WHEN starts_with({t}, {quote(MARK)}) THEN split_part({t}, {quote(MARK)}, 3) ELSE {t} END"
    return f"left({shown if cell.marked else t}, 200)"


def number_text(t: str) -> str:
    """Return the expression for a number in plain signs: no width, no separators, a minus for brackets."""
    plain = f"translate({t}, {quote(_WIDE)}, {quote(_NARROW)})"
    signed = f"regexp_replace({plain}, '^\\(([^()+-]*)\\)$', '-\\1')"
    grouped = quote(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
    return f"CASE WHEN regexp_full_match({signed}, {grouped}) THEN replace({signed}, ',', '') ELSE {signed} END"


def _quick(t: str, form: str, cast: str, long_text: str) -> str:
    """Cast what has the plain form; only what has not goes the long way, to the same form."""
    slow = f"CASE WHEN regexp_full_match({long_text}, {form}) THEN {cast.format(long_text)} END"
    return f"CASE WHEN regexp_full_match({t}, {form}) THEN {cast.format(t)} ELSE {slow} END"


def _direct(cell: Cell, t: str) -> str:
    if cell.field.type == "integer":
        return t if cell.factor == 1 else f"TRY_CAST(CAST({t} AS HUGEINT) * {cell.factor} AS BIGINT)"
    if cell.field.type in ("boolean", "datetime"):
        return t
    day = f"CASE WHEN {t} BETWEEN DATE '1000-01-01' AND DATE '9999-12-31' THEN CAST({t} AS DATE) END"
    return f"CAST(date_trunc('month', {day}) AS DATE)" if cell.field.type == "yearmonth" else day


def _string(field: Field, t: str) -> str:
    composed = f"nfc_normalize({t})"
    if not field.categories:
        return composed
    whens = " ".join(
        f"WHEN {one_of(f'lower({composed})', _low(category.words))} THEN {quote(category.value)}"
        for category in field.categories
    )
    return f"CASE {whens} END"


def _whole(t: str) -> str:
    return _quick(t, quote(r"[+-]?[0-9]{1,18}(\.0*)?"), "TRY_CAST(split_part({0}, '.', 1) AS BIGINT)", number_text(t))


def decimals(factor: int) -> int:
    """Return how many places a unit of that many fen may have: 元 two, 万元 six."""
    return len(str(factor)) - 1


def _money(t: str, factor: int) -> str:
    """Read an amount; the digits allowed are those for which no step can overflow (元: up to 99 万亿)."""
    places = decimals(factor)
    whole, width = (16 - places, 18) if places <= 2 else (18 - places, 38)
    form = quote(rf"[+-]?[0-9]{{1,{whole}}}(\.[0-9]{{0,{places}}}0*)?")
    cast = f"CAST(TRY_CAST({{0}} AS DECIMAL({width},{places})) * {factor} AS BIGINT)"
    return _quick(t, form, cast, number_text(t))


def _why(cell: Cell, t: str) -> str:
    """Return the expression for the rule that a text breaks which is no value."""
    field = cell.field
    if field.categories:
        return "'enum'"
    if cell.direct or field.type not in ("integer", "number", "date", "yearmonth", "datetime"):
        return "'type'"
    if field.type in ("integer", "number"):
        number = number_text(t)
        places = decimals(cell.factor) if field.is_money else 0
        fits = quote(
            rf"[+-]?[0-9]+(\.[0-9]{{0,{places}}}0*)?" if field.type == "integer" else r"[+-]?[0-9]+(\.[0-9]*)?"
        )
        finer = quote(r"[+-]?[0-9]*\.?[0-9]+([eE]-[0-9]+)?")
        other = "finer_than_fen" if field.is_money else "type"
        return (
            f"CASE WHEN regexp_full_match({number}, {fits}) THEN 'out_of_range'"
            f" WHEN regexp_full_match({number}, {finer}) THEN {quote(other)} ELSE 'type' END"
        )
    if field.format:
        return "'type'"
    return f"CASE WHEN regexp_full_match({_plain(t)}, {quote(_OTHER_ORDER)}) THEN 'date_order' ELSE 'type' END"


# -- dates -------------------------------------------------------------------------------------------------------------


def _plain(t: str) -> str:
    return f"translate({t}, {quote('０１２３４５６７８９．－／：　')}, {quote('0123456789.-/: ')})"


def _date(field: Field, t: str, epoch: int) -> str:
    return f"CASE WHEN regexp_full_match({t}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN {_day(t)} ELSE {_any_date(field, t, epoch)} END"  # noqa: E501


def _day(iso: str) -> str:
    """Cast a date written year-month-day; a year before 1000 is a slip of the keyboard."""
    return f"CASE WHEN left({iso}, 1) <> '0' THEN TRY_CAST({iso} AS DATE) END"


def _any_date(field: Field, t: str, epoch: int) -> str:
    plain = _plain(t)
    spelt = f"regexp_replace({plain}, {quote('^' + _DAY + '$')}, '\\1-\\2-\\3')"
    compact = f"concat(left({plain}, 4), '-', substr({plain}, 5, 2), '-', substr({plain}, 7, 2))"
    start = "DATE '1904-01-01'" if epoch == 1904 else "DATE '1899-12-30'"
    cases = [
        f"WHEN regexp_full_match({plain}, {quote(_DAY)}) THEN {_day(spelt)}",
        f"WHEN regexp_full_match({plain}, '[0-9]{{8}}(?:\\.0+)?') THEN {_day(compact)}",
        f"WHEN regexp_full_match({plain}, '[0-9]{{5}}(?:\\.[0-9]+)?') THEN {start} + CAST(left({plain}, 5) AS INTEGER)",
    ]
    given = f"ELSE {_by_format(field, plain, 'DATE')}" if field.format else ""
    return f"CASE {' '.join(cases)} {given} END"


def _by_format(field: Field, t: str, type_: str) -> str:
    """Read a date as the contract says; the year must have four digits to be believed, or be written as %y."""
    read = f"CAST(try_strptime({t}, {quote(field.format)}) AS {type_})"
    return f"CASE WHEN {read} BETWEEN DATE '1000-01-01' AND DATE '9999-12-31' THEN {read} END"


def _month(field: Field, t: str, epoch: int) -> str:
    plain, with_day = _plain(t), f"concat({t}, '-01')"
    spelt = f"concat(regexp_replace({plain}, {quote('^' + _MONTH + '$')}, '\\1-\\2'), '-01')"
    compact = f"concat(left({plain}, 4), '-', substr({plain}, 5, 2), '-01')"
    return (
        f"CASE WHEN regexp_full_match({t}, '[0-9]{{4}}-[0-9]{{2}}') THEN {_day(with_day)}"
        f" WHEN regexp_full_match({plain}, {quote(_MONTH)}) THEN {_day(spelt)}"
        f" WHEN regexp_full_match({plain}, '[0-9]{{6}}(?:\\.0+)?') THEN {_day(compact)}"
        f" ELSE CAST(date_trunc('month', {_any_date(field, t, epoch)}) AS DATE) END"
    )


def _datetime(field: Field, t: str, epoch: int) -> str:
    """Read a local time; one that names its zone is refused, for the others have none."""
    plain = _plain(t)
    time = r"[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    full = _DAY.removesuffix(_TIME) + time
    day = f"regexp_replace({plain}, {quote('^' + full + '$')}, '\\1-\\2-\\3')"
    clock = f"regexp_extract({plain}, '[0-9]{{1,2}}:[0-9:.]+$')"
    padded = f"concat(CASE WHEN {clock}[2] = ':' THEN '0' ELSE '' END, {clock})"
    whole = f"CASE WHEN length({padded}) = 5 THEN concat({padded}, ':00') ELSE {padded} END"
    cases = f"WHEN regexp_full_match({plain}, {quote(full)}) THEN TRY_CAST(concat(CAST({_day(day)} AS VARCHAR), ' ', {whole}) AS TIMESTAMP)"  # noqa: E501
    if field.format:
        cases += f" WHEN try_strptime({plain}, {quote(field.format)}) IS NOT NULL THEN {_by_format(field, plain, 'TIMESTAMP')}"  # noqa: E501
    return f"CASE {cases} ELSE CAST({_any_date(field, t, epoch)} AS TIMESTAMP) END"
