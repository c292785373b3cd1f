"""Read every sheet of a workbook, row by row, and refuse what would be read wrongly.

Rules kept here:

* A formula cell is refused by name, even with a stored result: whether the result is an old one can't be told from
  outside, and a register that is published as a workbook has no formulas.
* A cell that shows an error is refused by name; the reader of values would give it as empty.
* Every sheet is read, hidden ones too: the same row in two sheets is one row, so nothing can be counted twice.
* Row numbers count from 1, as the spreadsheet shows them.

The archive is checked by `engine.workbook` first (bombs, passwords, other formats). Runs in a child with limits.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from reperform.engine.headers import letters
from reperform.engine.workbook import Sheet, marks_of, open_workbook
from reperform.errors import N_, BadInput, Place

Rows = Sequence[Sequence[object]]

_SUSPECT = (b"<f", b":f", b't="e"')  # a sheet without any of them holds no formula and shows no error
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>\s*<(?:\w+:)?f[\s/>]')


def sheets(path: Path) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of each sheet, in the order of the workbook."""
    place = Place(path.name)
    book = open_workbook(path, place)
    try:
        with zipfile.ZipFile(path) as archive, CalamineWorkbook.from_path(path) as values:
            for sheet in book.sheets:
                content = archive.read(sheet.part)
                if any(sign in content for sign in _SUSPECT):
                    _check(path, sheet, content)
                yield sheet.name, values.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise BadInput(
            N_("The workbook can't be read: {error}"),
            hint=N_("Open it in a spreadsheet program and save it as .xlsx again."),
            place=place,
            rule="workbook.unreadable",
            error=error,
        ) from error


def _check(path: Path, sheet: Sheet, content: bytes) -> None:
    marks = marks_of(path, sheet, Place(path.name, sheet.name))
    if marks.formulas:
        cell = _FORMULA.search(content)
        raise BadInput(
            N_("The cell holds a formula, not a value."),
            hint=N_("Replace formulas by their values: copy the sheet and paste it as values."),
            place=Place(path.name, sheet.name, int(cell[2]) if cell else 0, cell[1].decode() if cell else ""),
            rule="cell.formula",
        )
    for row, cells in sorted(marks.refused.items()):
        column, (_rule, shown) = min(cells.items())
        raise BadInput(
            N_("The cell shows an error of the spreadsheet, not a value."),
            hint=N_("Correct the cell and import again; nothing that was imported before is lost."),
            place=Place(path.name, sheet.name, row + 1, letters(column)),
            value=shown,
            rule="cell.error",
        )


def texts(path: str, *, is_csv: bool = False) -> list[tuple[str, list[list[str]]]]:
    """Return every sheet as texts, as a person wrote them: 12 for 12.0, and no exponent. To be called in a child.

    A CSV file (UTF-8) is one sheet without a name.
    """
    if is_csv:
        return [("", _csv(Path(path)))]
    return [(name, [[_text(cell) for cell in row] for row in rows]) for name, rows in sheets(Path(path))]


def _csv(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return [[cell.strip() for cell in row] for row in csv.reader(lines)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            N_("This is no CSV file in UTF-8: {problem}"), place=Place(path.name), rule="csv.file", problem=str(error)
        ) from error


def _text(cell: object) -> str:
    if isinstance(cell, float):
        exact = Decimal(repr(cell))
        return str(int(exact)) if exact == exact.to_integral_value() else format(exact, "f")
    return "" if cell is None else str(cell).strip()
