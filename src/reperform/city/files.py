"""Writing the tables as files, chunk by chunk.

Rules kept here:

* Same rows, same bytes: one thread, rows in their order, no time of writing in any file.
* No more than a chunk of a big table is in memory: Parquet comes in parts, text files grow. The small tables that
  become sheets are kept as numbers until the end.
* The numbers become text in DuckDB, so that no row passes through Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import xlsxwriter

from .dates import AFTER, BEFORE
from .layout import LARGEST_SHEET, Format, Layout
from .rows import IN_AFTER, IN_BEFORE, Columns

STATES = {"before": (IN_BEFORE, BEFORE), "after": (IN_AFTER, AFTER)}
_BLOCK = 1 << 22


class Files:
    """The files of a city while they are written."""

    def __init__(self, folder: Path, layouts: tuple[Layout, ...]) -> None:
        self._folder, self._layouts = folder, {layout.table: layout for layout in layouts}
        self._kept: dict[str, list[Columns]] = defaultdict(list)
        self._engine = duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": True})
        self.paths: dict[str, dict[str, list[Path]]] = {state: defaultdict(list) for state in STATES}
        self.counts: dict[str, dict[str, int]] = {state: defaultdict(int) for state in STATES}
        for state in STATES:
            (folder / state).mkdir(parents=True, exist_ok=True)

    def add(self, table: str, columns: Columns) -> None:
        """Write one chunk of a table in both states, or keep it where the table becomes a sheet."""
        layout = self._layouts[table]
        if layout.format is Format.XLSX:
            self._kept[table].append(columns)
            return
        self._write(layout, layout.format, columns)

    def close(self) -> None:
        """Write what was kept."""
        for table, blocks in self._kept.items():
            layout = self._layouts[table]
            columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
            small = len(columns["states"]) <= LARGEST_SHEET
            self._write(layout, Format.XLSX if small else Format.CSV_BOM, columns)
        self._engine.close()

    def _write(self, layout: Layout, kind: Format, columns: Columns) -> None:
        self._engine.register("made", columns)
        for state, (bit, as_of) in STATES.items():
            chosen = f"(SELECT * FROM made WHERE states & {bit} > 0)"  # noqa: S608 - nothing from outside
            paths = self.paths[state][layout.table]
            if kind is Format.PARQUET:
                path = self._folder / state / f"{layout.table}-{len(paths) + 1:03d}.{kind.suffix}"
                self._copy(layout.select(chosen), path, "FORMAT parquet, COMPRESSION zstd")
                paths.append(path)
            else:
                path = self._folder / state / f"{layout.table}.{kind.suffix}"
                if kind is Format.XLSX:
                    self._sheet(layout, chosen, path, as_of)
                else:
                    self._append(layout.select(chosen), path, kind)
                if path not in paths:
                    paths.append(path)
            self.counts[state][layout.table] += int(np.count_nonzero(columns["states"] & bit))
        self._engine.unregister("made")

    def _copy(self, query: str, path: Path, options: str) -> None:
        self._engine.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' ({options})")

    def _append(self, query: str, path: Path, kind: Format) -> None:
        part = path.with_name(path.name + ".part")
        header = "true" if not path.exists() else "false"
        json = kind is Format.JSON_LINES
        self._copy(query, part, "FORMAT json, ARRAY false" if json else f"FORMAT csv, HEADER {header}, DELIMITER ','")
        encoding = {Format.CSV_BOM: "utf-8-sig", Format.CSV_GB18030: "gb18030"}.get(kind, "utf-8")
        if path.exists() and encoding == "utf-8-sig":
            encoding = "utf-8"
        with part.open(encoding="utf-8", newline="") as source, path.open("a", encoding=encoding, newline="") as grown:
            while block := source.read(_BLOCK):
                grown.write(block)
        part.unlink()

    def _sheet(self, layout: Layout, chosen: str, path: Path, as_of: date) -> None:
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
        book.set_properties({"created": datetime(as_of.year, as_of.month, as_of.day)})
        sheet = book.add_worksheet(layout.table)
        sheet.write_row(0, 0, [header for header, _ in layout.columns])
        for number, row in enumerate(self._rows(layout.select(chosen)), start=1):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
        book.close()

    def _rows(self, query: str) -> Iterator[tuple[object, ...]]:
        cursor = self._engine.execute(query)
        while block := cursor.fetchmany(4096):
            yield from block
