"""The named figures: every number that is printed, with the query that gives it.

Rules kept here:

* A figure is data (`figures.yaml`): a code, a title, portable SQL over the ledger's tables, and how it is printed.
  The same definition feeds the workbook, the report's annex, the charts and the JSON.
* A figure is computed as of a date, from dates in the rows (issued, submitted, looked back at, closed); the clock is
  never asked, so the same rows and the same date give the same number whenever they are asked.
* *Claimed* and *proved* are different figures and are never added or merged.
* A rate is printed truncated and with its fraction; a sum is never printed larger than it is (`rules.figures`).

Outside this program: `:name` is a parameter in the sqlite3 shell and a variable in psql, so a query that was printed
can be pasted there as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from django.db import connection
from django.utils import timezone

from reperform.errors import N_, Usage
from reperform.papers.words import LANGUAGES, Pair, listed, read, say
from reperform.rules.figures import WAN, WAN_YI, YI, YUAN, floor_and_more, in_unit, official_sum, percent, wan_yuan

SCHEMA = "reperform/figures/1"
DEFINED = Path(__file__).with_name("figures.yaml")
MILLION = 10**8  # a million yuan in fen
MANY = 1000  # from here on a count is floored to tens and followed by 多, as national reports print it
Cell: TypeAlias = "int | str"


@dataclass(frozen=True)
class Column:
    """One column of a figure: text if it has a list of words, else a number in a unit; or a rate of two others."""

    name: str
    title: Pair
    unit: str = ""
    words: str = ""
    rate: tuple[str, str] | None = None


@dataclass(frozen=True)
class Common:
    """A named query on which figures build."""

    name: str
    title: Pair
    uses: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Figure:
    """A named figure: one value, or rows that the first column names. `sql` is complete, `own` is its last SELECT."""

    code: str
    title: Pair
    columns: tuple[Column, ...]
    uses: tuple[str, ...]
    own: str
    sql: str
    complete: bool = False

    @property
    def label(self) -> Column | None:
        """Return the column that names the rows; a figure of one value has none."""
        return self.columns[0] if self.columns[0].words else None

    @property
    def main(self) -> Column:
        """Return the column that a sentence means when it names only the figure: the rate, else the first number."""
        rates = [column for column in self.columns if column.rate]
        return rates[0] if rates else next(column for column in self.columns if not column.words)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Scope:
    """What is counted: as of which date, kept by which audit body (its path), of which year (0: every year)."""

    as_of: date
    bureau: str
    year: int = 0

    @property
    def before(self) -> datetime:
        """Return the moment at which the next local day begins: what happened earlier had happened by the date."""
        return timezone.make_aware(datetime.combine(self.as_of + timedelta(days=1), time()))

    def parameters(self) -> dict[str, object]:
        """Return the parameters as JSON can hold them."""
        before = self.before.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%d %H:%M:%S")
        return {"as_of": self.as_of.isoformat(), "before": before, "bureau": self.bureau, "year": self.year}


@dataclass(frozen=True)
class Answer:
    """A figure and what it came to."""

    figure: Figure
    rows: tuple[Mapping[str, Cell], ...]

    def row(self, label: str) -> Mapping[str, Cell]:
        """Return the row that a label names; all zeros where there is none."""
        if self.figure.label is None:
            return self.rows[0]
        return self._by_label.get(label) or {column.name: 0 for column in self.figure.columns if not column.words}

    @cached_property
    def _by_label(self) -> Mapping[str, Mapping[str, Cell]]:
        name = self.figure.columns[0].name
        return {str(row[name]): row for row in self.rows}

    def number(self, column: str = "", label: str = "") -> int:
        """Return one number; of a figure of one value without further words."""
        value = self.row(label)[column or self._counted()]
        if not isinstance(value, int):
            raise TypeError(f"{self.figure.code}: {column} is text")
        return value

    def _counted(self) -> str:
        return next(one.name for one in self.figure.columns if not one.words and not one.rate)

    def text(self, language: str, column: str = "", label: str = "") -> str:
        """Return one number as a sentence prints it."""
        wanted = self.figure.column(column) if column else self.figure.main
        row = self.row(label)
        if wanted.rate:
            return rate_text(int(row[wanted.rate[0]]), int(row[wanted.rate[1]]), self._unit_of(wanted), language)
        return number_text(int(row[wanted.name]), wanted.unit, language)

    def _unit_of(self, rate: Column) -> str:
        return self.figure.column(rate.rate[0]).unit if rate.rate else rate.unit


def number_text(value: int, unit: str, language: str) -> str:
    """Return a number as a sentence prints it: money in the largest unit that fits, a large count floored with 多."""
    if unit == "fen":
        return sum_text(value, language)
    if value < MANY:
        return str(value)
    floored = floor_and_more(value, 10)
    return floored if language == "zh" or not floored.endswith("多") else f"more than {int(floored[:-1]):,}"


def sum_text(fen: int, language: str) -> str:
    """Return a sum as a sentence prints it, truncated, in the largest unit that fits: 元, 万元, 亿元."""
    if fen == 0:
        return "0元" if language == "zh" else "0 yuan"
    if fen < WAN:
        return f"{in_unit(fen, YUAN)}元" if language == "zh" else f"{in_unit(fen, YUAN)} yuan"
    if language == "zh":
        if YI * MANY <= fen < WAN_YI:  # 9577.69亿元 is printed 9570多亿元
            return f"{floor_and_more(fen // YI, 10)}亿元"
        return official_sum(fen)
    return f"{in_unit(fen, MILLION)} million yuan" if fen >= MILLION else f"{in_unit(fen, YUAN)} yuan"


def rate_text(part: int, whole: int, unit: str, language: str) -> str:
    """Return a truncated rate with its fraction, 94%（1691/1786）, or that there is nothing of the kind."""
    if not whole:
        return "（无）" if language == "zh" else "(none)"
    over = f"{wan_yuan(part)}/{wan_yuan(whole)}" if unit == "fen" else f"{part}/{whole}"
    return f"{percent(part, whole)}（{over}）" if language == "zh" else f"{percent(part, whole)} ({over})"


def cell_text(row: Mapping[str, Cell], column: Column, language: str, names: Mapping[str, str]) -> str:
    """Return a cell as a table prints it: money in 万元, a rate without its fraction, a body by its name."""
    if column.rate:
        return percent(int(row[column.rate[0]]), int(row[column.rate[1]]))
    value = row[column.name]
    if column.words:
        return names.get(str(value), str(value)) if column.words == "body" else say(column.words, str(value), language)
    return wan_yuan(int(value)) if column.unit == "fen" else str(value)


def column_title(column: Column, language: str) -> str:
    """Return the head of a column, with the unit in which its cells are printed."""
    if column.unit != "fen":
        return column.title[language]
    return f"{column.title[language]}（万元）" if language == "zh" else f"{column.title[language]} (10,000 yuan)"


@cache
def _definitions() -> tuple[Mapping[str, Common], Mapping[str, Figure]]:
    found = read(DEFINED)
    common = {
        name: Common(name, one["title"], tuple(one.get("uses", ())), one["sql"])
        for name, one in found["common"].items()
    }
    figures = {}
    for one in found["figures"]:
        uses = _with_theirs(one["uses"], common)
        head = ",\n".join(f"{name} AS (\n{common[name].sql}\n)" for name in uses)
        figures[one["code"]] = Figure(
            code=one["code"], title=one["title"], uses=uses, own=one["sql"], sql=f"WITH {head}\n{one['sql']}",
            columns=tuple(_column(name, one, found["columns"][name]) for name in one["columns"]),
            complete=one.get("complete", False),
        )  # fmt: skip
    return MappingProxyType(common), MappingProxyType(figures)


def _with_theirs(names: Iterable[str], common: Mapping[str, Common]) -> tuple[str, ...]:
    """Return the named queries and those on which they build, in the order of the file."""
    wanted, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += common[name].uses
    return tuple(name for name in common if name in wanted)


def _column(name: str, figure: Mapping[str, object], shared: Mapping[str, object]) -> Column:
    rate = figure.get("rate") if name == "rate" else None
    return Column(
        name=name,
        title=shared["title"],  # type: ignore[arg-type]
        unit=str(shared.get("unit") or figure.get("unit") or ""),
        words=str(shared.get("words", "")),
        rate=(str(rate[0]), str(rate[1])) if isinstance(rate, list) else None,
    )


def common() -> Mapping[str, Common]:
    """Return the named queries on which figures build."""
    return _definitions()[0]


@cache
def reads() -> Mapping[str, Sequence[str]]:
    """Return the columns that the queries read, by table: with these an outsider can run every one of them."""
    found: Mapping[str, Sequence[str]] = read(DEFINED)["reads"]
    return found


def figures() -> Mapping[str, Figure]:
    """Return every figure by its code, in the order of the file."""
    return _definitions()[1]


def figure(code: str) -> Figure:
    """Return a figure by its code; raise `Usage` naming it where there is none."""
    try:
        return figures()[code]
    except KeyError:
        raise Usage(N_("There is no figure {code}."), code=code) from None


def compute(scope: Scope, codes: Sequence[str] = ()) -> dict[str, Answer]:
    """Compute the named figures, or all of them: one statement each."""
    return {code: _answer(figure(code), scope) for code in codes or tuple(figures())}


_PARAMETER = re.compile(r":([a-z_]+)")


def _answer(wanted: Figure, scope: Scope) -> Answer:
    bound: dict[str, date | str | int | None] = {
        "as_of": scope.as_of, "before": connection.ops.adapt_datetimefield_value(scope.before),
        "bureau": scope.bureau, "year": scope.year,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PARAMETER.sub(r"%(\1)s", wanted.sql.replace("%", "%%")), bound)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, found, strict=True)) for found in cursor.fetchall()]
    return Answer(wanted, tuple(_ordered(wanted, [_plain(wanted, row) for row in rows])))


def _plain(wanted: Figure, row: Mapping[str, object]) -> dict[str, Cell]:
    # PostgreSQL sums integers as decimals; the values are whole all the same.
    return {
        column.name: str(row[column.name] or "") if column.words else int(row[column.name])  # type: ignore[call-overload]
        for column in wanted.columns
        if not column.rate
    }


def _ordered(wanted: Figure, rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Sort rows as the list of words has them, the others after; the two databases sort text differently."""
    label = wanted.label
    if label is None:
        return rows
    order = {word: place for place, word in enumerate(listed(label.words))}
    if wanted.complete:
        present = {row[label.name] for row in rows}
        empty = {column.name: 0 for column in wanted.columns if not column.words and not column.rate}
        rows = rows + [{label.name: word, **empty} for word in order if word not in present]
    return sorted(rows, key=lambda row: (order.get(str(row[label.name]), len(order)), str(row[label.name])))


def as_json(answers: Mapping[str, Answer], scope: Scope) -> bytes:
    """Return the figures, their queries and what they came to as one JSON document, the same bytes each time."""
    document = {
        "schema": SCHEMA,
        "parameters": scope.parameters(),
        "reads": {name: list(columns) for name, columns in reads().items()},
        "figures": [
            {
                "code": one.figure.code,
                "title": dict(one.figure.title),
                "sql": one.figure.sql,
                "columns": [_column_json(column) for column in one.figure.columns],
                "rows": [dict(row) for row in one.rows],
                "text": {} if one.figure.label else {language: one.text(language) for language in LANGUAGES},
            }
            for one in answers.values()
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _column_json(column: Column) -> dict[str, object]:
    found: dict[str, object] = {"name": column.name, "title": dict(column.title)}
    if column.unit:
        found["unit"] = column.unit
    if column.rate:
        found["rate"] = list(column.rate)
    return found
