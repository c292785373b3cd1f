"""Read a sheet of a workbook: values by calamine, what it passes over by `workbook`.

Rules kept here:

* A number is written with the 15 digits that a spreadsheet itself keeps, so that 0.1 + 0.2 is 0.3. A whole number of
  15 digits or more is written in a form that an identifier cannot have, for its last digits may be gone.
* A formula without a stored result, a cell that shows an error, and an amount under a merged cell are refused by name,
  never empty. A merged text or date counts for each row that it covers; a merged amount counts once, in its first row.
* Without a name, the sheet is the one visible sheet whose header fits the contract; two that fit are asked about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from reperform.engine.child import report
from reperform.engine.headers import DEEPEST_HEADER, Match, fold
from reperform.engine.readers import Reading, RowFile, Staged, check_width, names, sha256_of
from reperform.engine.values import MARK
from reperform.engine.workbook import Marks, Sheet, Workbook, marks_of, open_workbook
from reperform.errors import N_, BadInput, Place

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
Merged = list[tuple[tuple[int, int], tuple[int, int]]]
Chosen = tuple[CalamineSheet, Match]
_LONG_NUMBER = 1e14
_COUNTED_ONCE = ("integer", "number")


def stage_xlsx(source: Path, number: int, place: Place, reading: Reading) -> Staged:
    """Make one sheet of a workbook ready to be converted."""
    digest = sha256_of(source)
    book = open_workbook(source, place)
    try:
        with CalamineWorkbook.from_path(source) as opened:
            sheet, chosen = _choose(book, opened, reading, place)
            return replace(_stage(source, number, reading, book, sheet, chosen), sha256=digest)
    except CalamineError as error:
        raise BadInput(
            N_("The workbook is damaged: {problem}."),
            place=place,
            rule="damaged",
            hint=N_("Open it in a spreadsheet, let it repair the file, and save it again."),
            problem=str(error),
        ) from error


def shown(value: Value) -> str:
    """Return the text of a cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if abs(value) >= _LONG_NUMBER:
            return f"{value:.14e}"
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _choose(book: Workbook, opened: CalamineWorkbook, reading: Reading, place: Place) -> tuple[Sheet, Chosen]:
    """Return the sheet to read with its header."""
    wanted = [sheet for sheet in book.sheets if not sheet.hidden]
    if reading.sheet:
        wanted = [sheet for sheet in book.sheets if fold(sheet.name) == fold(reading.sheet)]
        if not wanted:
            raise _which(book, place, N_("There is no sheet named {asked}."), reading.sheet)
    fitting, failures = [], []
    for sheet in wanted:
        data = opened.get_sheet_by_name(sheet.name)
        try:
            match = reading.matcher.match(_head(data), Place(place.file, sheet.name))
            fitting.append((sheet, (data, match)))
        except BadInput as error:
            failures.append(error)
    if len(fitting) > 1:
        raise _which(book, place, N_("More than one sheet fits the table."), reading.sheet)
    if not fitting:
        told = [error for error in failures if error.rule != "empty"] or failures
        raise told[0] if told else _which(book, place, N_("All sheets are hidden."), "")
    return fitting[0]


def _which(book: Workbook, place: Place, message: str, asked: str) -> BadInput:
    listed = ", ".join(sheet.name + (" (hidden)" if sheet.hidden else "") for sheet in book.sheets)
    return BadInput(
        message, place=place, rule="sheet", hint=N_("Name the sheet; there are: {sheets}."), asked=asked, sheets=listed
    )  # fmt: skip


def _head(data: CalamineSheet) -> list[list[str]]:
    """Return the first rows as texts; a header cell merged downwards stands in each row that it covers."""
    rows = [[shown(value) for value in row] for row, _ in zip(data.iter_rows(), range(DEEPEST_HEADER), strict=False)]
    for (top, left), (bottom, _right) in data.merged_cell_ranges or []:
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[row]) and not rows[row][left]:
                rows[row][left] = rows[top][left]
    return rows


def _extent(data: CalamineSheet) -> tuple[int, int]:
    """Return how many rows and columns there are from A1 on; the reader's own totals leave the last out."""
    row, column = data.end or (-1, -1)
    return row + 1, column + 1


def _stage(source: Path, number: int, reading: Reading, book: Workbook, sheet: Sheet, chosen: Chosen) -> Staged:
    data, match = chosen
    place = Place(source.name, sheet.name)
    marks = marks_of(source, sheet, place)
    height, across = _extent(data)
    check_width(across, place)
    width = max([across, *(column.index + 1 for column in match.columns.values())])
    ranges = data.merged_cell_ranges or []
    first = 1 + max([match.row, *(bottom for (top, _), (bottom, _) in ranges if top <= match.row <= bottom)])
    merged = _Merged([each for each in ranges if each[0][0] >= first], match, reading)
    with RowFile(reading.work / f"rows{number}", width) as staged:
        for row, cells in enumerate(_rows(data, marks)):
            if row >= first:
                texts = [shown(value) for value in cells] + [""] * (width - len(cells))
                _mark_refused(texts, marks.refused.get(row, {}))
                merged.fill(row, texts)
                staged.add(row + 1, texts)
            if row % 10_000 == 0:
                report(f"read {place.file}", row, height)
    if marks.last_row > height:
        raise BadInput(
            N_("The sheet has {counted} rows, but only {read} could be read."),
            place=place,
            rule="reconcile",
            counted=marks.last_row,
            read=height,
        )
    notes = {"formulas": marks.formulas, "merged_filled": merged.filled}
    return Staged(
        place, staged.relation(), names(width), ("VARCHAR",) * width, match, staged.rows, "",
        epoch=book.epoch, marked=True, blank=staged.blank, notes={key: value for key, value in notes.items() if value},
    )  # fmt: skip


def _rows(data: CalamineSheet, marks: Marks) -> Iterator[Sequence[Value]]:
    """Yield the rows from the first on, and the empty ones after them in which only refused cells stand."""
    count = 0
    for row in data.iter_rows():
        count += 1
        yield row
    for _ in range(count, max(marks.refused, default=-1) + 1):
        yield []


def _mark_refused(texts: list[str], refused: Mapping[int, tuple[str, str]]) -> None:
    for column, (rule, text) in refused.items():
        texts.extend([""] * (column + 1 - len(texts)))
        texts[column] = f"{MARK}{rule}{MARK}{text}"


class _Merged:
    """The merged cells of the rows below the header, filled as the rows go by."""

    def __init__(self, ranges: Merged, match: Match, reading: Reading) -> None:
        self._starts: dict[int, Merged] = {}
        for each in ranges:
            self._starts.setdefault(each[0][0], []).append(each)
        self._open: list[tuple[int, int, int, int, str]] = []
        table = reading.matcher.table
        self._types = {column.index: table.field(name).type for name, column in match.columns.items()}
        self.filled = 0

    def fill(self, row: int, texts: list[str]) -> None:
        """Give a row what the cells merged over it say; a row without anything of its own stays blank."""
        for (top, left), (bottom, right) in self._starts.get(row, ()):
            if left < len(texts) and texts[left]:
                self._open.append((top, left, bottom, right, texts[left]))
        self._open = [each for each in self._open if each[2] >= row]
        if not any(text and not text.isspace() for text in texts):
            return
        for top, left, _bottom, right, text in self._open:
            refused = f"{MARK}merged_cell{MARK}{text}"
            if row > top and not texts[left]:
                once = self._types.get(left) in _COUNTED_ONCE
                texts[left] = refused if once else text
                self.filled += 0 if once else 1
            for column in self._types:
                if left < column <= right and not texts[column]:
                    texts[column] = refused
