"""What every reader hands on: a relation of texts with row numbers, and what its columns are.

Rules kept here:

* A file is what its first bytes say, not what its name says: a workbook named .csv is read as a workbook, and an .xls
  that is a web page inside is refused as one.
* Files that cannot be read faithfully are refused with what to do instead: old or binary workbooks, password
  protection, archives, web pages, one big JSON array.
* Every relation has `_row` (as a spreadsheet counts, from 1), `_rule` and `_value` (set where the reader itself refuses
  a row), and the columns of the source. `expected` rows were counted without the reader that gives the relation.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from reperform.engine.headers import Match, Matcher
from reperform.engine.values import path_sql, quote
from reperform.errors import N_, BadInput, Place

WIDEST = 4096
LONGEST_ROW = 400_000  # signs; the data engine's lines end at 2 MB
READ_STRICTLY = "auto_detect=false, quote='\"', escape='\"', strict_mode=true, header=false"


@dataclass(frozen=True)
class Reading:
    """How the caller wants the sources read."""

    matcher: Matcher
    work: Path
    sheet: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class Staged:
    """A source that is ready to be converted."""

    place: Place
    relation: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    match: Match
    expected: int
    sha256: str
    encoding: str = ""
    epoch: int = 1900
    marked: bool = False
    blank: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    places: str = ""
    """SQL that gives line and JSON Pointer of each `_row`, where rows stand in documents."""


class RowFile:
    """Rows on their way to the data engine: one strict CSV file with row number, rule and value before the cells."""

    def __init__(self, path: Path, width: int) -> None:
        self.path, self.width = path, width
        self.rows = self.blank = 0
        self._file = path.open("w", encoding="utf-8", newline="")
        self._write = csv.writer(self._file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, row: int, cells: Sequence[str], *, rule: str = "") -> None:
        """Write one row; a blank one is counted only, one that does not fit the header is refused by name."""
        if not any(cell and not cell.isspace() for cell in cells):
            self.blank += 1
            return
        self.rows += 1
        if not rule and len(cells) != self.width:
            rule = "columns" if len(cells) < self.width or any(cells[self.width :]) else ""
        if not rule and sum(map(len, cells)) > LONGEST_ROW:
            rule = "too_long"
        if rule:
            self._write([row, rule, " | ".join(cells)[:200], *[""] * self.width])
        else:
            self._write([row, "", "", *cells[: self.width]])

    def relation(self) -> str:
        """Return the SQL that reads the closed file."""
        types = {"_row": "BIGINT", "_rule": "VARCHAR", "_value": "VARCHAR"} | dict.fromkeys(
            names(self.width), "VARCHAR"
        )
        return f"read_csv({path_sql(self.path)}, {READ_STRICTLY}, delim=',', columns={struct(types)})"


def names(width: int) -> tuple[str, ...]:
    """Return the SQL names of the columns of a source."""
    return tuple(f"c{index}" for index in range(width))


def struct(types: dict[str, str]) -> str:
    """Return an SQL struct of names and types."""
    return "{" + ", ".join(f"{quote(name)}: {quote(type_)}" for name, type_ in types.items()) + "}"


def sha256_of(path: Path) -> str:
    """Return the fingerprint of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_width(width: int, place: Place) -> None:
    """Refuse a header that no table can have."""
    if width > WIDEST:
        raise BadInput(
            N_("There are {width} columns; at most {most} are read."),
            place=place,
            rule="too_many_columns",
            width=width,
            most=WIDEST,
        )


def kind_of(path: Path, place: Place) -> str:
    """Return csv, jsonl, xlsx or parquet, or refuse the file."""
    with path.open("rb") as file:
        head = file.read(8192)
    if not head.strip():
        raise BadInput(N_("The file is empty."), place=place, rule="empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    for signs, refuse in _REFUSED:
        if head.startswith(signs):
            raise refused(refuse, place)
    start = _plain(head).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise refused("web", place)
    if start.startswith(b"{"):
        return "jsonl"
    if start.startswith(b"[") and path.suffix.lower() == ".json":
        raise refused("array", place)
    return "csv"


def _plain(head: bytes) -> bytes:
    """Return the start of a text without the zero bytes of UTF-16 and UTF-32."""
    return head.lstrip(b"\xff\xfe\x00").replace(b"\0", b"") if b"\0" in head[:8] else head


_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"%PDF", "pdf"),
)
_REASONS = {
    "ole": (
        "old_workbook",
        N_("This is a workbook of the old binary kind (.xls, .et), or one protected by a password."),
        N_("Open it, take the password away, and save it as .xlsx."),
    ),
    "archive": ("archive", N_("This is a packed archive."), N_("Unpack it first.")),
    "pdf": (
        "pdf",
        N_("This is a PDF, a picture of a table and not a table."),
        N_("Ask for the data it was made from."),
    ),
    "web": (
        "web_page",
        N_("This is a web page or an XML file, whatever its name says."),
        N_("Open it in a spreadsheet and save it as .xlsx or .csv."),
    ),
    "array": (
        "json_array",
        N_("This is one JSON array."),
        N_("Write one object a line (JSON Lines), so that each row has a number."),
    ),
    "xlsb": ("binary_workbook", N_("This is a binary workbook (.xlsb)."), N_("Save it as .xlsx.")),
    "ods": ("open_document", N_("This is an OpenDocument file."), N_("Save it as .xlsx.")),
    "zip": ("archive", N_("This is an archive and not a workbook."), N_("Unpack it first.")),
    "password": (
        "password",
        N_("The workbook is protected by a password."),
        N_("Open it, take the password away, and save it as .xlsx."),
    ),
}


def refused(reason: str, place: Place) -> BadInput:
    rule, message, hint = _REASONS[reason]
    return BadInput(message, place=place, rule=rule, hint=hint)
