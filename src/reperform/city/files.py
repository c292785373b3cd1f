"""Writing the tables as files, chunk by chunk.

Rules kept here:

* Same rows, same bytes: one thread for a file, rows in their order, no time of writing in any file. Two files at once.
* No more than a chunk of a big table is in memory: Parquet comes in parts, text files grow. The small tables that
  become sheets are kept as numbers until the end; one that grows too long for a sheet becomes text then.
* The numbers become text in DuckDB, so that no row passes through Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import xlsxwriter

from .dates import AFTER, BEFORE
from .layout import LARGEST_SHEET, Format, Layout
from .rows import IN_AFTER, IN_BEFORE, Columns
from .sector import joined

STATES = {"before": (IN_BEFORE, BEFORE), "after": (IN_AFTER, AFTER)}
_BLOCK = 1 << 22
_WRITERS = 2


class Files:
    """The files of a city while they are written."""

    def __init__(self, folder: Path, layouts: tuple[Layout, ...]) -> None:
        self._folder, self._layouts = folder, {layout.table: layout for layout in layouts}
        self._kept: dict[str, Columns] = {}
        self._engine = duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": True})
        self.paths: dict[str, dict[str, list[Path]]] = {state: defaultdict(list) for state in STATES}
        self.counts: dict[str, dict[str, int]] = {state: defaultdict(int) for state in STATES}
        for state in STATES:
            (folder / state).mkdir(parents=True, exist_ok=True)

    def add(self, tables: Mapping[str, Columns]) -> None:
        """Write one chunk of the tables in both states, or keep what becomes a sheet."""
        written = []
        with ThreadPoolExecutor(_WRITERS) as pool:
            for table, columns in sorted(tables.items(), key=lambda one: -len(one[1]["states"])):
                layout, rows = self._layouts[table], columns
                kind = layout.format
                if kind is Format.XLSX:
                    kept = self._kept.pop(table, None)
                    rows = joined({table: [kept, columns]})[table] if kept else columns
                    if len(rows["states"]) <= LARGEST_SHEET and table not in self.paths["before"]:
                        self._kept[table] = rows
                        continue
                    kind = Format.CSV_BOM
                written.append(pool.submit(self._write, layout, kind, rows))
        for each in written:
            each.result()

    def close(self) -> None:
        """Write the sheets."""
        for table, columns in self._kept.items():
            self._write(self._layouts[table], Format.XLSX, columns)
        self._engine.close()

    def _write(self, layout: Layout, kind: Format, columns: Columns) -> None:
        engine = self._engine.cursor()
        engine.register("made", columns)
        for state, (bit, as_of) in STATES.items():
            chosen = f"(SELECT * FROM made WHERE states & {bit} > 0)"  # noqa: S608 - nothing from outside
            paths = self.paths[state][layout.table]
            if kind is Format.PARQUET:
                path = self._folder / state / f"{layout.table}-{len(paths) + 1:03d}.{kind.suffix}"
                _copy(engine, layout.select(chosen), path, "FORMAT parquet, COMPRESSION zstd")
                paths.append(path)
            else:
                path = self._folder / state / f"{layout.table}.{kind.suffix}"
                if kind is Format.XLSX:
                    _sheet(engine, layout, chosen, path, as_of)
                else:
                    _append(engine, layout.select(chosen), path, kind)
                if path not in paths:
                    paths.append(path)
            self.counts[state][layout.table] += int(np.count_nonzero(columns["states"] & bit))
        engine.close()


def _copy(engine: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    engine.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' ({options})")


def _append(engine: duckdb.DuckDBPyConnection, query: str, path: Path, kind: Format) -> None:
    part = path.with_name(path.name + ".part")
    header = "true" if not path.exists() else "false"
    json = kind is Format.JSON_LINES
    _copy(engine, query, part, "FORMAT json, ARRAY false" if json else f"FORMAT csv, HEADER {header}, DELIMITER ','")
    encoding = {Format.CSV_BOM: "utf-8-sig", Format.CSV_GB18030: "gb18030"}.get(kind, "utf-8")
    if path.exists() and encoding == "utf-8-sig":
        encoding = "utf-8"
    with part.open(encoding="utf-8", newline="") as source, path.open("a", encoding=encoding, newline="") as grown:
        while block := source.read(_BLOCK):
            grown.write(block)
    part.unlink()


def _sheet(engine: duckdb.DuckDBPyConnection, layout: Layout, chosen: str, path: Path, as_of: date) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": datetime(as_of.year, as_of.month, as_of.day)})
    sheet = book.add_worksheet(layout.table)
    sheet.write_row(0, 0, [header for header, _ in layout.columns])
    for number, row in enumerate(_rows(engine, layout.select(chosen)), start=1):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value)
    book.close()


def _rows(engine: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[object, ...]]:
    cursor = engine.execute(query)
    while block := cursor.fetchmany(4096):
        yield from block
