"""Read the sheets of a workbook, row by row, and refuse what would be read wrongly.

Rules kept here:

* A formula cell is refused by name: a reader without a spreadsheet program sees its last stored result, an old one, or
  none at all, and can't tell which.
* A workbook that unpacks to more than `UNPACKED` bytes is refused before it is unpacked.
* Row numbers count from 1, as the spreadsheet shows them.

Runs inside a child process with limits (`engine.child`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import python_calamine

from reperform.errors import N_, BadInput, Place

UNPACKED = 1 << 30
Rows = Sequence[Sequence[object]]

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheets(path: Path) -> Iterator[tuple[str, Rows]]:
    """Yield the name and the rows of each sheet, in the order of the workbook."""
    try:
        _check(path)
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            for name in workbook.sheet_names:
                yield name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, OSError) as error:
        raise BadInput(
            N_("The workbook can't be read: {error}"),
            hint=N_("Open it in a spreadsheet program and save it as .xlsx again."),
            place=Place(file=path.name),
            rule="workbook.unreadable",
            error=str(error) or type(error).__name__,
        ) from error


def _check(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED:
            raise BadInput(
                N_("The workbook unpacks to more than {megabytes} MB."),
                hint=N_("Split it into several workbooks."),
                place=Place(file=path.name),
                rule="workbook.size",
                megabytes=UNPACKED >> 20,
            )
        for member in archive.namelist():
            if member.startswith("xl/worksheets/") and member.endswith(".xml"):
                content = archive.read(member)
                if _FORMULA.search(content):
                    raise _formula(path, _sheet_name(archive, member), content)


def _formula(path: Path, sheet: str, content: bytes) -> BadInput:
    cell = _CELL.search(content)
    column, row = (cell[1].decode(), int(cell[2])) if cell else ("", 0)
    return BadInput(
        N_("The cell holds a formula, not a value."),
        hint=N_("Replace formulas by their values: copy the sheet and paste it as values."),
        place=Place(file=path.name, sheet=sheet, row=row, column=column),
        rule="cell.formula",
    )


def _sheet_name(archive: zipfile.ZipFile, member: str) -> str:
    # The names are ours to look up, not to trust: whatever doesn't fit leaves the member's own name.
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - in a limited child
    targets = {one.get("Id"): str(one.get("Target")).rpartition("/")[2] for one in relations}
    for one in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314 - in a limited child
        if one.tag.endswith("}sheet") and targets.get(one.get(_RELATION)) == member.rpartition("/")[2]:
            return str(one.get("name"))
    return member
