"""Compute the figures of a report again, from the tables of a proof bundle: the outsider's half of the figures.

Rules kept here:

* The standard library alone: `sqlite3` runs the very queries that stand beside the printed numbers.
* The file of figures is the one that the log names: a step `report.compile` of the bundle holds its hash.
* A query from a file is foreign text: it runs in memory, may only read, and is stopped when it takes too long.
* Later entries in the bundle do no harm, because figures are computed as of a date.

`python3 -m reperform.report.recompute BUNDLE FIGURES.json` prints each figure that differs; exit code 0 if none does,
4 if one does or the log does not name the file. It does not verify the bundle: `python3 -m reperform.log` does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reperform.errors import N_, BadInput, IntegrityBroken, Place, ReperformError
from reperform.log.bundle import Bundle

SCHEMA = "reperform/figures/1"
STEPS_AT_MOST = 20_000  # thousands of SQLite's instructions for one figure
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
Row = dict[str, object]


@dataclass(frozen=True)
class Difference:
    """A figure whose printed rows are not those that its query gives."""

    code: str
    printed: list[Row]
    found: list[Row]


def load(path: Path) -> dict[str, object]:
    """Read a file of figures; `BadInput` if it is none."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput(N_("Not a file of figures: {error}"), place=Place(file=str(path)), error=error) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadInput(N_("Not a file of figures of schema {schema}."), place=Place(file=str(path)), schema=SCHEMA)
    return document


def require_named(path: Path, bundle: Bundle) -> None:
    """Raise `IntegrityBroken` unless a disclosed step of the bundle names this very file of figures."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    for opened in bundle.disclosed():
        facts = opened.envelope.get("facts")
        if (
            opened.envelope.get("type") == "report.compile"
            and isinstance(facts, dict)
            and facts.get("figures") == sha256
        ):
            return
    raise IntegrityBroken(
        N_("No step of the log names the figures in {file}."), hint=N_("Use a bundle that was made after the report."),
        file=path.name,
    )  # fmt: skip


def recompute(document: Mapping[str, object], tables: Mapping[str, Iterable[Mapping[str, object]]]) -> list[Difference]:
    """Run every query of the document over the tables; return what differs, in the order of the document."""
    database = sqlite3.connect(":memory:")
    try:
        for name, columns in _reads(document).items():
            _fill(database, name, columns, tables.get(name, ()))
        database.set_authorizer(lambda action, *_rest: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
        return [one for one in (_compare(database, figure, document) for figure in _figures(document)) if one]
    finally:
        database.close()


def _figures(document: Mapping[str, object]) -> list[dict[str, object]]:
    found = document.get("figures")
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and isinstance(one.get("rows"), list) for one in found
    ):
        raise BadInput(N_("The file holds no figures."))
    return found


def _reads(document: Mapping[str, object]) -> dict[str, list[str]]:
    found = document.get("reads")
    if not isinstance(found, dict) or not all(isinstance(columns, list) and columns for columns in found.values()):
        raise BadInput(N_("The file does not say which columns its queries read."))
    return {str(name): [str(column) for column in columns] for name, columns in found.items()}


def _fill(
    database: sqlite3.Connection, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> None:
    database.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(map(_quoted, columns))})")
    places = ", ".join("?" for _ in columns)
    values = ([row.get(column) for column in columns] for row in rows)
    database.executemany(f"INSERT INTO {_quoted(name)} VALUES ({places})", values)  # noqa: S608 - quoted names


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _compare(
    database: sqlite3.Connection, figure: Mapping[str, object], document: Mapping[str, object]
) -> Difference | None:
    code, printed = str(figure.get("code")), figure["rows"]
    started = 0

    def impatient() -> int:
        nonlocal started
        started += 1
        return int(started > STEPS_AT_MOST)

    database.set_progress_handler(impatient, 1000)
    try:
        cursor = database.execute(str(figure.get("sql")), document.get("parameters") or {})  # type: ignore[arg-type]
        names = [column[0] for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
    except sqlite3.Error as error:
        raise BadInput(N_("Figure {code} can't be computed: {error}"), code=code, error=error) from error
    assert isinstance(printed, list)  # noqa: S101 - `_figures` has looked
    return None if _told(printed) == _told(found) else Difference(code, printed, found)


def _told(rows: Sequence[Row]) -> list[str]:
    """Return rows for comparing: in any order, without those that only say that a listed word does not occur."""
    told = [{name: "" if value is None else value for name, value in row.items()} for row in rows]
    return sorted(json.dumps(row, sort_keys=True) for row in told if len(row) == 1 or any(_counts(row)))


def _counts(row: Row) -> list[bool]:
    return [isinstance(value, int) and value != 0 for value in row.values()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the figures that the arguments name with the bundle; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m reperform.report.recompute", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("figures", type=Path)
    given = parser.parse_args(arguments)
    try:
        document = load(given.figures)
        with Bundle(given.bundle) as bundle:
            require_named(given.figures, bundle)
            differing = recompute(document, {name: bundle.table(name) for name in bundle.tables()})
    except ReperformError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for one in differing:
        print(f"{one.code}: printed {one.printed}, computed {one.found}")
    if not differing:
        print(f"{len(_figures(document))} figures computed again; none differs.")
    return IntegrityBroken.exit_code if differing else 0


if __name__ == "__main__":
    sys.exit(main())
