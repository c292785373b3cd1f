"""Read JSON Lines and Parquet.

Rules kept here:

* JSON Lines: one object a line. A line that is no JSON object, or names a key twice, becomes a reject with its line
  number. A key that some lines lack is missing there. A value that is itself an object or a list is refused. Numbers
  keep the digits that are written, however many.
* Parquet: columns keep their types where the contract's type is the same, and go through text where it is not, so that
  one set of rules judges all sources.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from reperform.engine.headers import Match
from reperform.engine.readers import Reading, Staged, check_width, names, sha256_of
from reperform.engine.readers_text import scan
from reperform.engine.values import MARK, NESTED, WHOLE_TYPES, path_sql, quote
from reperform.errors import N_, BadInput, Place

_SEPARATOR = "\x01"  # cannot stand in JSON unescaped, so that a line is one cell
_TYPED = (*WHOLE_TYPES, "BOOLEAN", "DATE", "TIMESTAMP", "DOUBLE", "FLOAT", "VARCHAR")


def stage_jsonl(source: Path, number: int, place: Place, reading: Reading, con: duckdb.DuckDBPyConnection) -> Staged:
    """Make a file of JSON Lines ready to be converted."""
    seen = scan(source, reading.work / f"text{number}", place, encoding=reading.encoding, quoted=False)
    lines = (
        f"(SELECT row_number() OVER () AS _row, line FROM read_csv({path_sql(seen.path)}, auto_detect=false,"  # noqa: S608
        f" quote='', escape='', header=false, delim={quote(_SEPARATOR)}, columns={{'line': 'VARCHAR'}}))"
    )
    checked = (
        "(SELECT *, CASE WHEN NOT json_valid(line) THEN 'json' WHEN json_type(line) <> 'OBJECT' THEN 'json'"  # noqa: S608
        " WHEN contains(line, '\\u0000') THEN 'nul'"
        " WHEN len(json_keys(line)) <> len(list_distinct(json_keys(line))) THEN 'key_twice' END AS _rule"
        f" FROM {lines} WHERE trim(line) <> '')"
    )
    try:
        keys = con.execute(
            f"SELECT DISTINCT unnest(json_keys(line)) AS key FROM {checked} WHERE _rule IS NULL ORDER BY key"  # noqa: S608
        ).fetchall()
        counted = con.execute(f"SELECT count(*), count(*) FILTER (WHERE trim(line) <> '') FROM {lines}").fetchone()  # noqa: S608
    except duckdb.Error as error:
        raise BadInput(
            N_("The lines cannot be read: {problem}."), place=place, rule="json", problem=str(error).split("\n")[0]
        ) from error
    headers = [str(key) for (key,) in keys]
    if not headers:
        raise BadInput(
            N_("No line is a JSON object with something in it."),
            place=place,
            rule="json",
            hint=N_("Write one object a line (JSON Lines), so that each row has a number."),
        )
    check_width(len(headers), place)
    match = _match_names(headers, place, reading)
    cells = ", ".join(f"{_json_text(header)} AS c{index}" for index, header in enumerate(headers))
    relation = (
        f"(SELECT _row, _rule, left(line, 200) AS _value, {cells} FROM"  # noqa: S608
        f" (SELECT *, CASE WHEN _rule IS NULL THEN line ELSE '{{}}' END AS object FROM {checked}))"
    )
    found, filled = counted or (0, 0)
    if found < seen.records:
        raise BadInput(
            N_("{counted} lines were counted, but {read} could be read."),
            place=place,
            rule="reconcile",
            counted=seen.records,
            read=found,
        )
    return Staged(
        place, relation, names(len(headers)), ("VARCHAR",) * len(headers), match, int(filled), seen.sha256,
        encoding=seen.encoding, marked=True, blank=int(found) - int(filled),
    )  # fmt: skip


def stage_parquet(source: Path, place: Place, reading: Reading, con: duckdb.DuckDBPyConnection) -> Staged:
    """Make a Parquet file ready to be converted."""
    read = f"read_parquet({path_sql(source)}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {read}").fetchall()  # noqa: S608
        metadata = con.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({path_sql(source)})").fetchone()  # noqa: S608
    except duckdb.Error as error:
        raise BadInput(
            N_("The Parquet file is damaged: {problem}."),
            place=place,
            rule="damaged",
            problem=str(error).split("\n")[0],
        ) from error
    headers, types = [str(row[0]) for row in described], [str(row[1]) for row in described]
    check_width(len(headers), place)
    match = _match_names(headers, place, reading)
    for name, column in match.columns.items():
        if types[column.index].endswith("]") or types[column.index].startswith(("STRUCT", "MAP", "UNION", "BLOB")):
            raise BadInput(
                N_("The column {header} holds {type}, which no field can be."),
                place=Place(place.file, column=column.header),
                rule=NESTED,
                header=name,
                type=types[column.index],
            )
    kinds = tuple(type_ if type_ in _TYPED else "VARCHAR" for type_ in types)
    cells = ", ".join(
        (f'"{_escaped(header)}"' if kind == type_ else f'CAST("{_escaped(header)}" AS VARCHAR)') + f" AS c{index}"
        for index, (header, type_, kind) in enumerate(zip(headers, types, kinds, strict=True))
    )
    relation = f"(SELECT file_row_number + 1 AS _row, NULL AS _rule, NULL AS _value, {cells} FROM {read})"  # noqa: S608
    rows = int(metadata[0]) if metadata and metadata[0] is not None else 0
    return Staged(place, relation, names(len(headers)), kinds, match, rows, sha256_of(source))


def _match_names(headers: list[str], place: Place, reading: Reading) -> Match:
    """Match the names of columns that stand in no row."""
    try:
        return replace(reading.matcher.match([headers], place), row=-1)
    except BadInput as error:
        error.place = Place(place.file, place.sheet)
        raise


def _json_text(header: str) -> str:
    """Return the expression for the text of one key (a JSON Pointer, RFC 6901), nested values marked."""
    pointer = quote("/" + header.replace("~", "~0").replace("/", "~1"))
    text = f"json_extract_string(object, {pointer})"
    mark = quote(f"{MARK}{NESTED}{MARK}")
    return f"CASE WHEN json_type(object, {pointer}) IN ('OBJECT', 'ARRAY') THEN {mark} || {text} ELSE {text} END"


def _escaped(name: str) -> str:
    return name.replace('"', '""')
