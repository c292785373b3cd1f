"""How a workbook is written: cells that are never formulas, a fixed page, bytes that depend on the content alone.

Rules kept here:

* No cell is ever a formula or a link, whatever its text begins with. A text that a spreadsheet program might take for
  a formula when someone edits it (= + - @, tab, return, and their full-width forms) is marked as text
  to stay so (CWE-1236).
* A cell holds at most 32,767 UTF-16 units; a longer text is cut and says so.
* An amount in 万元 is the exact number that its fen are, shown with two to six decimals, so that no program rounds it;
  unknown is an em dash, a true zero is 0.00.
* Rows are written once, top to bottom, in constant memory; the file's own dates are the date of the content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from reperform.papers.masking import mask
from reperform.papers.words import Pair
from reperform.rules.figures import WAN, YUAN

CELL_LIMIT = 32_767
ROW_LIMIT = 1_048_576
UNKNOWN = "—"
A3 = 8
LINE = 12.0  # points
TALLEST = 409.0  # the most that the format allows
_CUT = {"zh": "……（后文未载入单元格，全文见系统）", "en": "… (cut here; the full text stands in the ledger)"}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_PAGE = {"zh": "&C第 &P 页，共 &N 页", "en": "&CPage &P of &N"}


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its head, its width in characters and what it holds.

    Text, long text, money (in 10,000 yuan), yuan, date, count; or full: a text whose personal numbers are not masked,
    for a working paper of those who must act on the persons.
    """

    title: Pair
    width: float
    kind: str = "text"


class Book:
    """A workbook in one language."""

    def __init__(self, target: Path | BinaryIO, *, language: str, title: str, made_on: date) -> None:
        self.language = language
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
        self._book.set_properties({"title": title, "created": datetime.combine(made_on, time())})
        font = {"font_name": "仿宋" if language == "zh" else "Times New Roman", "font_size": 9, "valign": "vcenter"}
        cell = {**font, "border": 1, "border_color": "#b9c0c0"}
        text = {**cell, "num_format": "@", "text_wrap": True}
        number = {**cell, "align": "right", "shrink": True}  # shrunk, because a number that does not fit shows as ####
        shapes: Mapping[str, Mapping[str, object]] = {
            "title": {**font, "font_size": 18, "bold": True, "align": "center"},
            "note": {**font, "text_wrap": True},
            "head": {**cell, "bold": True, "align": "center", "bg_color": "#f4f5f3", "text_wrap": True},
            "text": text,
            "guarded": {**text, "quote_prefix": True},
            "long": {**cell, "num_format": "@", "align": "fill"},
            "money": {**number, "num_format": "#,##0.00####"},
            "yuan": {**number, "num_format": "#,##0.00"},
            "count": {**number, "num_format": "#,##0"},
            "date": {**cell, "num_format": "yyyy-mm-dd", "align": "center", "shrink": True},
            "unknown": {**cell, "align": "center"},
        }
        self.formats = {name: self._book.add_format(shape) for name, shape in shapes.items()}

    def sheet(self, name: str, columns: Sequence[Column], *, title: str, note: str) -> Sheet:
        """Begin a sheet with its title, its note and its head row."""
        return Sheet(self._book.add_worksheet(name), self, columns, title=title, note=note)

    def close(self) -> None:
        self._book.close()


class Sheet:
    """A sheet that is written row by row."""

    def __init__(self, sheet: Any, book: Book, columns: Sequence[Column], *, title: str, note: str) -> None:  # noqa: ANN401
        self._sheet, self._book, self.columns = sheet, book, columns
        last = len(columns) - 1
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.set_paper(A3)
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(_PAGE[book.language])
        sheet.merge_range(0, 0, 0, last, "", book.formats["title"])
        sheet.write_string(0, 0, title, book.formats["title"])
        sheet.set_row(0, 30)
        sheet.merge_range(1, 0, 1, last, "", book.formats["note"])
        sheet.write_string(1, 0, note, book.formats["note"])
        sheet.set_row(2, self._height([column.title[book.language] for column in columns]))
        for place, column in enumerate(columns):
            sheet.write_string(2, place, column.title[book.language], book.formats["head"])
        sheet.repeat_rows(0, 2)
        sheet.freeze_panes(3, 0)
        self.first = self.next = 3

    @property
    def full(self) -> bool:
        """Tell whether only the last row is left, which is kept for the totals or a remark."""
        return self.next >= ROW_LIMIT - 1

    def row(self, values: Sequence[object]) -> None:
        """Write one row; each value as its column's kind has it."""
        self._sheet.set_row(self.next, self._height(values))
        for place, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            self._cell(place, column.kind, value)
        self.next += 1

    def _height(self, values: Sequence[object]) -> float:
        """Return the height that the longest wrapped text needs: not every program finds it on opening the file."""
        lines = 1
        for column, value in zip(self.columns, values, strict=True):
            if isinstance(value, str) and column.kind != "long":
                lines = max(lines, sum(1 + int(_width(part) / column.width) for part in value.split("\n")))
        return min(TALLEST, 4 + LINE * lines)

    def _cell(self, place: int, kind: str, value: object) -> None:
        formats = self._book.formats
        if value is None:
            self._sheet.write_string(self.next, place, UNKNOWN, formats["unknown"])
        elif isinstance(value, date):
            self._sheet.write_datetime(self.next, place, datetime.combine(value, time()), formats["date"])
        elif isinstance(value, int):
            divisor = {"money": WAN, "yuan": YUAN}.get(kind, 1)
            self._sheet.write_number(self.next, place, value / divisor, formats[kind])
        else:
            text = str(value) if kind == "full" else fitting(str(value), self._book.language)
            plain = "long" if kind == "long" else "text"
            self._sheet.write_string(
                self.next, place, text, formats["guarded" if text.startswith(_DANGEROUS) else plain]
            )

    def choices(self, place: int, words: Sequence[str]) -> None:
        """Let the rows written so far offer a list of words in one column."""
        if self.next > self.first:
            rule = {"validate": "list", "source": list(words), "ignore_blank": True}
            self._sheet.data_validation(self.first, place, self.next - 1, place, rule)

    def end(self) -> None:
        """Print what was written and no more: a long text that runs over the last column would widen the page."""
        self._sheet.print_area(0, 0, self.next - 1, len(self.columns) - 1)

    def filter(self) -> None:
        """Let the head row filter the rows written so far."""
        if self.next > self.first:
            self._sheet.autofilter(self.first - 1, 0, self.next - 1, len(self.columns) - 1)


def _width(text: str) -> float:
    """Return about how wide a text is, in characters of the sheet's font: a Chinese one takes two."""
    return len(text.encode("gbk", "replace")) * 0.95


def fitting(text: str, language: str) -> str:
    """Return a text as a cell can hold it: masked, with plain line ends, cut with a remark where it is too long."""
    text = mask(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= CELL_LIMIT // 2:
        return text
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * CELL_LIMIT:
        return text
    kept = CELL_LIMIT - len(_CUT[language])
    return units[: 2 * kept].decode("utf-16-le", "ignore") + _CUT[language]
