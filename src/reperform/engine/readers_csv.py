"""Read CSV: comma, tab, semicolon or bar, in any encoding that `readers_text` knows.

Rules kept here:

* Quoting is given, never guessed (RFC 4180: a mark is doubled inside a quoted field). The delimiter is the one under
  which the header row names the most fields of the contract.
* The quick way lets the data engine read the file in place. It is taken only when the file is plain, and kept only when
  the engine counts the very records that the scan counted: with quoting left to be guessed it once returned 100,001
  rows of a file with an unclosed quote, without a word.
* Otherwise the slow way reads record by record: a row with too few or too many cells becomes a reject with its row
  number; a quote that is never closed, or text behind a closing quote, refuses the file and names the row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb

from reperform.engine.headers import DEEPEST_HEADER, Match
from reperform.engine.readers import READ_STRICTLY, Reading, RowFile, Staged, check_width, names, struct
from reperform.engine.readers_text import Scan, scan
from reperform.engine.values import path_sql, quote
from reperform.errors import N_, BadInput, Place

DELIMITERS = (",", "\t", ";", "|")
_HEAD = 1 << 18
_LONGEST_FIELD = 16 << 20


def stage_csv(source: Path, number: int, place: Place, reading: Reading, con: duckdb.DuckDBPyConnection) -> Staged:
    """Make a CSV file ready to be converted."""
    csv.field_size_limit(_LONGEST_FIELD)
    seen = scan(source, reading.work / f"text{number}", place, encoding=reading.encoding)
    delimiter, rows, on_one_line = _head(seen, reading)
    for row in rows:
        check_width(len(row), place)
    match = reading.matcher.match(rows, place)
    width = len(rows[match.row])
    relation = ""
    if seen.plain and on_one_line[match.row]:
        relation = _quick(con, seen, delimiter, match, width)
    expected, blank = seen.records - match.row - 1, 0
    if not relation:
        staged = _slow(seen.path, reading.work / f"rows{number}", delimiter, match, width, place)
        relation, expected, blank = staged.relation(), staged.rows, staged.blank
    columns = names(width)
    kinds = ("VARCHAR",) * width
    return Staged(
        place, relation, columns, kinds, match, expected, seen.sha256, encoding=seen.encoding, blank=blank
    )  # fmt: skip


def _head(seen: Scan, reading: Reading) -> tuple[str, list[list[str]], list[bool]]:
    """Return the delimiter, the first rows, and of each whether all up to it stand on one line each."""
    with seen.path.open("rb") as file:
        start = file.read(_HEAD)
        cut = bool(file.read(1))
    text = start.decode("utf-8-sig", errors="ignore")
    best: tuple[tuple[int, int], str, list[list[str]], list[bool]] | None = None
    for delimiter in DELIMITERS:
        rows, one_line = _first_rows(text, delimiter, cut)
        rating = max(((reading.matcher.score(row), len(row)) for row in rows), default=(0, 0))
        if best is None or rating > best[0]:
            best = (rating, delimiter, rows, one_line)
    assert best is not None  # noqa: S101 - there are delimiters
    return best[1:]


def _first_rows(text: str, delimiter: str, cut: bool) -> tuple[list[list[str]], list[bool]]:
    rows: list[list[str]] = []
    one_line: list[bool] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            one_line.append(reader.line_num == len(rows))
            if len(rows) == DEEPEST_HEADER:
                return rows, one_line
    except csv.Error:  # the slow way will say where
        return rows, one_line
    if cut and len(rows) > 1:  # the last row may be half a row
        del rows[-1], one_line[-1]
    return rows, one_line


def _quick(con: duckdb.DuckDBPyConnection, seen: Scan, delimiter: str, match: Match, width: int) -> str:
    """Return the SQL that reads the file in place, or nothing if the engine does not see what the scan saw."""
    types = struct(dict.fromkeys(names(width), "VARCHAR"))
    read = (
        f"read_csv({path_sql(seen.path)}, {READ_STRICTLY}, delim={quote(delimiter)},"
        f" skip={match.row + 1}, columns={types})"
    )
    try:
        counted = con.execute(f"SELECT count(*) FROM {read}").fetchone()  # noqa: S608 - made of literals above
    except duckdb.Error:
        return ""
    if counted is None or counted[0] != seen.records - match.row - 1:
        return ""
    row = f"row_number() OVER () + {match.row + 1}"
    return f"(SELECT {row} AS _row, NULL AS _rule, NULL AS _value, * FROM {read})"  # noqa: S608


def _slow(path: Path, target: Path, delimiter: str, match: Match, width: int, place: Place) -> RowFile:
    with RowFile(target, width) as staged:
        for row, cells in _records(path, delimiter, place):
            if row > match.row + 1:
                staged.add(row, cells)
    return staged


def _records(path: Path, delimiter: str, place: Place) -> Iterator[tuple[int, list[str]]]:
    row = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            row += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadInput(
                    N_("The quotation marks do not match: {problem}."),
                    place=Place(place.file, place.sheet, row),
                    rule="quote",
                    hint=N_("A mark inside a quoted field is written twice; a quoted field ends before the delimiter."),
                    problem=str(error),
                ) from error
            yield row, cells
