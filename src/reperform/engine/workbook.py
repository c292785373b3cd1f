"""Look into a workbook's archive before a reader of workbooks is let near it.

Rules kept here:

* An archive bomb is refused by counting what really comes out of it, not by what it says: so many parts, so many bytes
  in all, so much from one byte. No part may declare a document type: entities are how XML bombs are written.
* A formula whose result was never stored, and a cell that shows an error, are found here, cell by cell: the reader of
  values gives both as empty. Workbooks written by programs have such formulas until someone opens and saves them.
* A hidden sheet is not read unless it is named. Which calendar (1900 or 1904) the dates count from is read here too.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reperform.engine.readers import refused
from reperform.errors import N_, BadInput, Place

MOST_PARTS = 2_000
MOST_BYTES = 512 << 20
MOST_FROM_ONE_BYTE = 100
_SMALL = 1 << 20  # below this, a part may be as dense as it likes
_PIECE = 1 << 20
_LONGEST_CELL = 32 << 20
_TYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))
_CELL = re.compile(rb"<(?:\w+:)?c((?:\s[^>]*[^>/])?)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_RESULT = re.compile(rb"<(?:\w+:)?v\s*(?:/>|>(.*?)</(?:\w+:)?v>)", re.DOTALL)
_ADDRESS = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="([0-9]{1,7})"')


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook and the part of the archive that holds it."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class Workbook:
    """The sheets in order, and the year that serial days count from."""

    sheets: tuple[Sheet, ...]
    epoch: int


@dataclass
class Marks:
    """What the reader of values would pass over in a sheet: rule and text by row and column, counted from 0."""

    refused: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)
    formulas: int = 0
    last_row: int = 0


def open_workbook(path: Path, place: Place) -> Workbook:
    """Check the archive and list its sheets."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, place)
            return _workbook(archive, place)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise _broken(place, str(error)) from error
    except (ElementTree.ParseError, KeyError) as error:
        raise _broken(place, str(error)) from error


def marks_of(path: Path, sheet: Sheet, place: Place) -> Marks:
    """Find the formulas without a stored result and the cells that show an error."""
    marks = Marks()
    kept = b""
    with zipfile.ZipFile(path) as archive, archive.open(sheet.part) as part:
        while piece := part.read(_PIECE):
            kept += piece
            end = max((match.end() for match in _CELL_END.finditer(kept)), default=0)
            if not end and len(kept) > _LONGEST_CELL:
                raise _broken(place, "a cell without an end")
            _mark(kept[:end], marks)
            kept = kept[end:]
    _mark(kept, marks)
    return marks


def _mark(xml: bytes, marks: Marks) -> None:
    _note_last_row(xml, marks)
    formulas = len(_FORMULA.findall(xml))
    marks.formulas += formulas
    if not formulas and b't="e"' not in xml:
        return
    for attributes, body in _CELL.findall(xml):
        rule = ""
        result = _RESULT.search(body)
        shown = (result[1] or b"") if result else b""
        if b't="e"' in attributes:
            rule = "cell_error"
        elif _FORMULA.search(body) and not shown and (result is None or b't="str"' not in attributes):
            rule = "formula_without_value"
        address = _ADDRESS.search(attributes)
        if rule and address is not None:
            row, column = int(address[2]) - 1, column_index(address[1].decode())
            marks.refused.setdefault(row, {})[column] = (rule, shown.decode("utf-8", "replace"))


def _note_last_row(xml: bytes, marks: Marks) -> None:
    """Remember the last row that holds something, to compare with what the reader of values gives."""
    value = max(_last_filled(xml, sign) for sign in (b"<v>", b":v>", b"<is>", b":is>"))
    if value < 0:
        return
    rows = _LAST_ROW.findall(xml, 0, value)
    if rows:
        marks.last_row = max(marks.last_row, int(rows[-1]))


def _last_filled(xml: bytes, sign: bytes) -> int:
    """Return where the last element of that sign stands that is not empty, or -1."""
    at = xml.rfind(sign)
    while at >= 0 and xml[at + len(sign) : at + len(sign) + 2] == b"</":
        at = xml.rfind(sign, 0, at)
    return at


def column_index(name: str) -> int:
    """Return the index of a column's letters: A is 0, AA is 26."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _check(archive: zipfile.ZipFile, place: Place) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise refused("password", place)
    if "mimetype" in names and "content.xml" in names:
        raise refused("ods", place)
    if "xl/workbook.bin" in names:
        raise refused("xlsb", place)
    if "[Content_Types].xml" not in names:
        raise refused("zip", place)
    if len(parts) > MOST_PARTS:
        raise _bomb(place)
    total = 0
    for part in parts:
        came_out = 0
        for piece in _pieces(archive, part, place):
            came_out += len(piece)
            total += len(piece)
            if total > MOST_BYTES or (came_out > _SMALL and came_out > MOST_FROM_ONE_BYTE * max(1, part.compress_size)):
                raise _bomb(place)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo, place: Place) -> Iterator[bytes]:
    """Yield what comes out of a part, and refuse a document type in XML, wherever it stands."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            if is_xml and any(sign in tail + piece for sign in _TYPES):
                raise BadInput(
                    N_("A part of the workbook declares a document type, which no spreadsheet writes."),
                    place=place,
                    rule="document_type",
                )
            tail = piece[-24:]
            yield piece


def _workbook(archive: zipfile.ZipFile, place: Place) -> Workbook:
    main = next((name for name in _targets(archive, "", "/officeDocument").values()), "xl/workbook.xml")
    targets = _targets(archive, main, "/worksheet")
    root = ElementTree.fromstring(archive.read(main))  # noqa: S314 - see the import
    sheets = []
    for node in root.iter():
        if _local(node.tag) == "sheet":
            identity = next((value for key, value in node.attrib.items() if _local(key) == "id"), "")
            if identity in targets:  # chart sheets are no tables
                hidden = node.get("state", "visible") != "visible"
                sheets.append(Sheet(node.get("name", ""), hidden, targets[identity]))
    if not sheets:
        raise _broken(place, "no sheets")
    dated = next((node for node in root.iter() if _local(node.tag) == "workbookPr"), None)
    since_1904 = dated is not None and dated.get("date1904", "0") in ("1", "true")
    return Workbook(tuple(sheets), 1904 if since_1904 else 1900)


def _targets(archive: zipfile.ZipFile, part: str, kind: str) -> dict[str, str]:
    """Return the parts that a part points to by a relation of that kind, by the relation's id."""
    folder, name = posixpath.split(part)
    page = ElementTree.fromstring(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))  # noqa: S314
    found = {}
    for node in page:
        if node.get("Type", "").endswith(kind):
            target = node.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[node.get("Id", "")] = path
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _bomb(place: Place) -> BadInput:
    return BadInput(
        N_("The workbook unpacks to more than {parts} parts, {megabytes} MB, or {ratio} times its own size."),
        place=place,
        rule="archive_bomb",
        hint=N_("If it is honest, save the sheet as CSV."),
        parts=MOST_PARTS,
        megabytes=MOST_BYTES >> 20,
        ratio=MOST_FROM_ONE_BYTE,
    )


def _broken(place: Place, problem: str) -> BadInput:
    return BadInput(
        N_("The workbook is damaged: {problem}."),
        place=place,
        rule="damaged",
        hint=N_("Open it in a spreadsheet, let it repair the file, and save it again."),
        problem=problem,
    )
