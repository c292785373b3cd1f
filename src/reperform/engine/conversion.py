"""Convert the sources of one table: texts become typed rows, and each row that cannot says why.

Rules kept here:

* Every row of a source ends as exactly one of: accepted, rejected, blank. The three are counted in the converted table
  and must add up to the rows that were counted without it (`BadInput`, rule `reconcile`, if they do not).
* Of a row that breaks several rules all are told, by field; a row that is no data (a total, a header printed again)
  gets that one rule. A word for a total makes a row one only where it stands in the key, or where the row fails anyway:
  there are firms of that name.
* Keys are checked across all sources of the table: of rows with one key the first stays. A row equal to it in every
  field is a `duplicate_row`, any other breaks `primary_key` (or `unique`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from reperform.engine.child import report
from reperform.engine.readers import Staged
from reperform.engine.tables import Field, Table
from reperform.engine.values import Cell, one_of, quote, rule_sql, shown_sql, text_sql, trimmed_sql, value_sql
from reperform.errors import N_, BadInput

ACCEPTED, REJECTED, BLANK = 0, 1, 2
TOTALS = (
    "合计", "总计", "小计", "累计", "共计", "总合计", "本页合计", "本页小计", "合计金额",
    "total", "total:", "totals", "subtotal", "sub total", "sub-total", "grand total", "sum",
)  # fmt: skip
NOT_LOST = ("duplicate_row", "repeated_header", "total_row")  # rules of rows without which the table is still whole
_FAULTS = "STRUCT(field VARCHAR, value VARCHAR, rule VARCHAR)[]"


class Conversion:
    """The rows of one table, from all its sources, in the data engine."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: Table, constants: dict[str, str]) -> None:
        self._con, self._table, self._constants = con, table, constants
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in table.columns)
        con.execute(
            f"CREATE TABLE converted (_source INTEGER, _row BIGINT, _kind TINYINT, _faults {_FAULTS}, {columns})"
        )

    def add(self, number: int, staged: Staged) -> dict[str, int]:
        """Convert one source; return how many of its rows were accepted, rejected and blank."""
        try:
            self._con.execute(f"INSERT INTO converted {self._select(number, staged)}")
        except duckdb.Error as error:
            raise BadInput(
                N_("The rows cannot be read: {problem}."),
                place=staged.place,
                rule="damaged",
                problem=str(error).split("\n")[0],
            ) from error
        found = dict(
            self._con.execute(
                "SELECT _kind, count(*) FROM converted WHERE _source = ? GROUP BY _kind", [number]
            ).fetchall()
        )
        if sum(found.values()) != staged.expected:
            raise BadInput(
                N_("{counted} rows were counted, but {read} could be read."),
                place=staged.place,
                rule="reconcile",
                counted=staged.expected,
                read=sum(found.values()),
            )
        return {
            "accepted": found.get(ACCEPTED, 0),
            "rejected": found.get(REJECTED, 0),
            "blank": found.get(BLANK, 0) + staged.blank,
        }

    def check_keys(self) -> None:
        """Reject the rows that repeat a key."""
        keys = [("primary_key", self._table.primary_key)] if self._table.primary_key else []
        keys += [("unique", (field.name,)) for field in self._table.fields if field.constraints.unique]
        for rule, names in keys:
            report(f"check {rule}", 0, 0)
            self._check_key(rule, names)

    def _check_key(self, rule: str, names: Sequence[str]) -> None:
        key = ", ".join(f'"{name}"' for name in names)
        held = " AND ".join(f'"{name}" IS NOT NULL' for name in names)
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {key} FROM converted"  # noqa: S608
            f" WHERE _kind = {ACCEPTED} AND {held} GROUP BY ALL HAVING count(*) > 1"
        )
        if not _number(self._con, "SELECT count(*) FROM repeated"):
            return
        others = [f'"{name}"' for name, _ in self._table.columns if name not in names]
        first = f"PARTITION BY {key} ORDER BY _source, _row"
        same = " AND ".join(f"{name} IS NOT DISTINCT FROM first_value({name}) OVER ({first})" for name in others)
        shown = "concat_ws(' | ', " + ", ".join(f'CAST("{name}" AS VARCHAR)' for name in names) + ")"
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE late AS SELECT _source, _row, {shown} AS shown,"  # noqa: S608
            f" CASE WHEN {same or 'true'} THEN 'duplicate_row' ELSE {quote(rule)} END AS rule"
            f" FROM (SELECT * FROM converted WHERE _kind = {ACCEPTED}) SEMI JOIN repeated USING ({key})"
            f" QUALIFY row_number() OVER ({first}) > 1"
        )
        self._con.execute(
            f"UPDATE converted SET _kind = {REJECTED}, _faults = [{{'field': {quote(','.join(names))},"  # noqa: S608
            " 'value': late.shown, 'rule': late.rule}]"
            " FROM late WHERE converted._source = late._source AND converted._row = late._row"
        )

    def _select(self, number: int, staged: Staged) -> str:
        """Return the query that gives the converted rows of one source: raw, without blanks, typed, judged."""
        cells = self._cells(staged)
        fields = [field for field in self._table.fields if field.name in cells]
        trimmed = ", ".join(f'{text_sql(cells[field.name])} AS "t_{field.name}"' for field in fields)
        typed = ", ".join(
            f'{value_sql(cells[field.name], _t(field))} AS "v_{field.name}"' for field in fields
        )  # fmt: skip
        judged = ", ".join(
            f'{rule_sql(cells[field.name], _t(field), _v(field))} AS "r_{field.name}"' for field in fields
        )
        raw = [f"CAST({column} AS VARCHAR)" for column in staged.columns]
        first = "coalesce(" + ", ".join(f"nullif({cell}, '')" for cell in raw) + ")"
        wrong = " OR ".join(["_rule IS NOT NULL", *(f'"r_{field.name}" IS NOT NULL' for field in fields)])
        key = [field for field in fields if field.name in self._table.primary_key and field.type == "string"]
        in_key = [_is_total(_t(field)) for field in key]
        return f"""
            SELECT {number}, _row,
                   CASE WHEN _blank THEN {BLANK} WHEN _wrong OR _total OR _again THEN {REJECTED} ELSE {ACCEPTED} END,
                   CASE WHEN NOT _blank AND (_wrong OR _total OR _again) THEN {self._faults(fields, cells, staged)} END,
                   {", ".join(_v(field) if field.name in cells else "NULL" for field in self._table.fields)}
            FROM (SELECT *, (_word AND _wrong) OR {" OR ".join(in_key) or "false"} AS _total
                  FROM (SELECT *, {wrong} AS _wrong
                        FROM (SELECT *, {judged}
                              FROM (SELECT *, {typed}, {_is_blank(fields, raw)} AS _blank,
                                           {_is_total("_first")} AS _word, {self._again(staged)} AS _again
                                    FROM (SELECT *, {trimmed}, {first} AS _first FROM {staged.relation})))))"""  # noqa: S608

    def _cells(self, staged: Staged) -> dict[str, Cell]:
        cells = {}
        for field in self._table.fields:
            column = staged.match.columns.get(field.name)
            if column is not None:
                cells[field.name] = Cell(
                    field,
                    staged.columns[column.index],
                    kind=staged.kinds[column.index],
                    factor=column.factor,
                    epoch=staged.epoch,
                    marked=staged.marked,
                )
            elif field.name in self._constants:
                cells[field.name] = Cell(field, quote(self._constants[field.name]), factor=100 if field.is_money else 1)
        return cells

    def _again(self, staged: Staged) -> str:
        """Return the condition for a header printed again: each column of it says its own name."""
        if staged.match.row < 0:
            return "false"
        columns = staged.match.columns.items()
        return (
            "coalesce(" + " AND ".join(f'"t_{name}" = {quote(column.header)}' for name, column in columns) + ", false)"
        )

    def _faults(self, fields: Sequence[Field], cells: dict[str, Cell], staged: Staged) -> str:
        """Return the list of what is wrong with a row: the reader's rule, the row's, or those of its fields."""
        each = ", ".join(
            f'CASE WHEN "r_{field.name}" IS NOT NULL THEN {{"field": {quote(field.name)},'
            f' "value": {shown_sql(cells[field.name], _t(field))}, "rule": "r_{field.name}"}} END'
            for field in fields
        )
        first = staged.columns[0]
        whole = "[{{'field': '', 'value': {value}, 'rule': {rule}}}]"
        return (
            f"CASE WHEN _rule IS NOT NULL THEN {whole.format(value='_value', rule='_rule')}"
            f" WHEN _again THEN {whole.format(value=f'CAST({first} AS VARCHAR)', rule=quote('repeated_header'))}"
            f" WHEN _total THEN {whole.format(value=f'CAST({first} AS VARCHAR)', rule=quote('total_row'))}"
            f" ELSE list_filter([{each}], lambda fault: fault IS NOT NULL) END"
        )


def _is_blank(fields: Sequence[Field], raw: Sequence[str]) -> str:
    """Return the condition for a row without a sign in it; most rows are told by their first field."""
    known = ", ".join(f"CAST({_t(field)} AS VARCHAR)" for field in fields)
    filled = ", ".join(f"nullif({trimmed_sql(cell)}, '')" for cell in raw)
    return f"(coalesce({known}) IS NULL AND _rule IS NULL AND coalesce({filled}) IS NULL)"


def _is_total(text: str) -> str:
    """Return the condition for a word such as 合 计： that introduces a total."""
    folded = f"regexp_replace({text}, '[ :：　]', '', 'g')"
    chinese, english = (tuple(word for word in TOTALS if word.isascii() is ascii) for ascii in (False, True))
    return (
        f"coalesce(CASE WHEN contains({text}, '计') THEN {one_of(folded, chinese)}"
        f" WHEN contains('tTsSgG', {text}[1]) THEN {one_of(f'lower({text})', english)} END, false)"
    )


def _t(field: Field) -> str:
    return f'"t_{field.name}"'


def _v(field: Field) -> str:
    return f'"v_{field.name}"'


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
