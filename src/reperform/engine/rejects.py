"""The file of rows that were not accepted: what stands where, and which rule it breaks.

Rules kept here:

* One line for each fault, in the order of the sources: file, sheet, row, cell, column, field, value, rule. Rows count
  as a spreadsheet shows them.
* The file opens in a spreadsheet: UTF-8 with a byte order mark, and no value in it can act as a formula. A leading
  apostrophe marks a value that could have.
* The name of a rule is stable; `RULES` says in a sentence what it means.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from reperform.errors import N_

COLUMNS = ("file", "sheet", "row", "cell", "column", "field", "value", "rule")
RULES: Mapping[str, str] = {
    "required": N_("The cell is empty, and the field is required."),
    "type": N_("The text is not a value of the field's type."),
    "date_order": N_("The order of day and month is not known; the contract must give the format."),
    "finer_than_fen": N_("The amount is finer than one fen."),
    "out_of_range": N_("The number has more digits than can be kept exactly."),
    "id_as_number": N_("A spreadsheet turned the identifier into a number; its last digits may be lost."),
    "enum": N_("The value is not one of those allowed."),
    "pattern": N_("The value does not have the form that the contract asks for."),
    "minimum": N_("The value is below the lowest one allowed."),
    "maximum": N_("The value is above the highest one allowed."),
    "min_length": N_("The text is too short."),
    "max_length": N_("The text is too long."),
    "primary_key": N_("An earlier row has the same key and says something else."),
    "unique": N_("An earlier row has the same value."),
    "duplicate_row": N_("An earlier row says the very same."),
    "total_row": N_("The row is a total, not data."),
    "repeated_header": N_("The row is the header, printed again."),
    "columns": N_("The row has fewer or more cells than the header."),
    "too_long": N_("The row is longer than can be read."),
    "cell_error": N_("The cell shows an error of the spreadsheet."),
    "formula_without_value": N_("The result of the formula was never stored; open and save the workbook."),
    "merged_cell": N_("The value stands in a cell merged over several; it counts once, in the first."),
    "nested_value": N_("The value is itself a list or an object."),
    "json": N_("The line is not a JSON object."),
    "key_twice": N_("The JSON object names a key twice."),
    "nul": N_("There is a NUL byte in the text."),
    "too_deep": N_("The JSON is nested too deeply."),
    "shape": N_("The value is not of the shape that the standard gives it."),
    "no_ocid": N_("The release has no ocid."),
    "no_date": N_("The release cannot be merged: it has no date with a zone."),
    "same_date": N_("The releases cannot be merged: two are of the same instant."),
    "release_twice": N_("An earlier release has the same identifier, or is compiled for the same process."),
    "compiled_already": N_("There is a compiled release of the same process; single ones are not merged into it."),
    "linked_release": N_("The release is only linked to, and nothing is fetched."),
}
_ACTS = re.compile(r"^[\s\x00-\x1f]*[=+\-@|%＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?")

Line = tuple[str, str, int, str, str, str, str, str]


def write_rejects(path: Path, lines: Iterable[Line]) -> None:
    """Write the faults to a CSV file."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for line in lines:
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in line])


def harmless(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet would run it; a negative number stays one."""
    return "'" + text if _ACTS.match(text) and not _NUMBER.fullmatch(text) else text
