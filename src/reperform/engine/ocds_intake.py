"""Load files of the Open Contracting Data Standard into several tables at once; this runs in a child process.

Rules kept here:

* A compiled release becomes rows as it is read; single releases wait, as the few fields that are read of them, until
  all files are through, and are then merged process by process.
* Of two compiled releases of one process the first stays, and of two releases with one `id`; single releases beside a
  compiled one are not merged into it. Each that is left out is a reject of `tender`, by name.
* The releases that were read are those that became processes, those merged away into one, and those refused: counted
  apart, and compared. Rows are then converted, judged, counted and hashed as those of any other file (`intake`).
* A table that the files have nothing for is not made: absent is not empty.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from reperform.engine.child import report
from reperform.engine.conversion import Conversion
from reperform.engine.headers import Column, Match
from reperform.engine.intake import Expect, Order, connect, written
from reperform.engine.ocds import PATHS, Counts, Row, rows
from reperform.engine.ocds_files import Release, look, releases
from reperform.engine.ocds_merge import Unmergeable, merge
from reperform.engine.readers import RowFile, Staged, names
from reperform.engine.readers_text import Scan
from reperform.engine.tables import Table
from reperform.errors import N_, BadInput, Place

ROOT = "tender"
"""The table in which a release that becomes no row is told."""


@dataclass(frozen=True)
class OcdsOrder:
    """What the child is to read, into which tables."""

    sources: tuple[Path, ...]
    tables: Mapping[str, Table]
    work: Path
    expect: Mapping[str, Expect] = field(default_factory=dict)
    memory: int = 1 << 30
    threads: int = 2


@dataclass(frozen=True)
class _Waiting:
    """A single release that waits to be merged."""

    source: int
    line: int
    pointer: str
    content: str


def load_ocds(order: OcdsOrder) -> dict[str, dict[str, Any]]:
    """Read all files; return, by table, what `intake.load` says of one."""
    with ExitStack() as stack:
        desk = _Desk(order, stack)
        desk.read()
    told = {}
    for name, table in order.tables.items():
        staged = desk.staged(name)
        if sum(each.expected for each in staged):
            told[name] = _load_table(order, table, staged)
    if ROOT not in told:
        raise BadInput(
            N_("There is no release in the files."),
            place=Place(", ".join(source.name for source in order.sources[:3])),
            rule="empty",
        )
    return told


def _load_table(order: OcdsOrder, table: Table, staged: list[Staged]) -> dict[str, Any]:
    work = order.work / table.name
    work.mkdir()
    expect = order.expect.get(table.name, Expect())
    single = Order(order.sources, table, work, expect=expect, memory=order.memory, threads=order.threads)
    with connect(work, order.memory, order.threads) as con:
        conversion = Conversion(con, table, {})
        for number, each in enumerate(staged):
            conversion.add(number, each)
        conversion.check_keys()
        return written(single, con, staged)


class _Table:
    """The rows of one table from one file, and where each stands."""

    def __init__(self, order: OcdsOrder, name: str, number: int, stack: ExitStack) -> None:
        contract = order.tables[name]
        self.columns = [column for column in PATHS[name] if column in {one.name for one in contract.fields}]
        self.money = {one.name for one in contract.fields if one.is_money}
        self.name = name
        self.rows = stack.enter_context(RowFile(order.work / f"{name}-{number}.csv", len(self.columns)))
        self.places = stack.enter_context(RowFile(order.work / f"{name}-{number}-places.csv", 2))

    def add(self, cells: Mapping[str, str], line: int, pointer: str, rule: str) -> None:
        """Write one row, or what stands in its place."""
        number = self.rows.rows + 1
        values = [" ".join(cells.values()) or rule] if rule else [cells[column] for column in self.columns]
        self.rows.add(number, values, rule=rule)
        self.places.add(number, (str(line), pointer or "/"))

    def staged(self, place: Place, seen: Scan, notes: Mapping[str, Any]) -> Staged:
        """Return the rows, ready to be converted."""
        columns = {
            name: Column(index, PATHS[self.name][name], 100 if name in self.money else 1)
            for index, name in enumerate(self.columns)
        }
        return Staged(
            place,
            self.rows.relation(),
            names(len(self.columns)),
            ("VARCHAR",) * len(self.columns),
            Match(-1, columns, ()),
            self.rows.rows,
            seen.sha256,
            encoding=seen.encoding,
            marked=True,
            notes=dict(notes),
            places=self.places.relation(),
        )


class _Desk:
    """Takes releases in, and writes rows."""

    def __init__(self, order: OcdsOrder, stack: ExitStack) -> None:
        self._order = order
        self._tables = [
            {name: _Table(order, name, number, stack) for name in order.tables if name in PATHS}
            for number in range(len(order.sources))
        ]
        self._seen: list[Scan] = []
        self._values = [Counts() for _ in order.sources]
        self._tally: list[Counter[str]] = [Counter() for _ in order.sources]
        self._compiled: set[str] = set()
        self._waiting: dict[str, list[_Waiting]] = {}
        self._ids: set[tuple[str, str]] = set()

    def read(self) -> None:
        """Read every file, then merge what waited."""
        for number, source in enumerate(self._order.sources):
            place = Place(source.name)
            before = source.stat()
            self._seen.append(look(source, self._order.work, place))
            for release in releases(source, self._seen[-1], place):
                self._take(number, release)
            after = source.stat()
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise BadInput(N_("The file changed while it was read."), place=place, rule="changed")
        for done, (ocid, waiting) in enumerate(self._waiting.items()):
            if done % 5000 == 0:
                report("merge", done, len(self._waiting))
            self._merge(ocid, waiting)
        self._reconcile()

    def staged(self, name: str) -> list[Staged]:
        """Return the rows of one table, file by file."""
        return [
            tables[name].staged(Place(source.name), seen, {"format": "ocds", **tally, **vars(values)})
            for source, tables, seen, tally, values in zip(
                self._order.sources, self._tables, self._seen, self._tally, self._values, strict=True
            )
        ]

    def _take(self, number: int, release: Release) -> None:
        self._tally[number]["releases"] += 1
        if release.rule:
            self._refuse(number, release.line, release.pointer, release.rule, release.shown)
            return
        ocid = release.content["ocid"]
        if not release.compiled:
            content = json.dumps(release.content, ensure_ascii=False, default=_digits, separators=(",", ":"))
            waiting = _Waiting(number, release.line, release.pointer, content)
            self._waiting.setdefault(ocid, []).append(waiting)
        elif ocid in self._compiled:
            self._refuse(number, release.line, release.pointer, "release_twice", ocid)
        else:
            self._compiled.add(ocid)
            self._write(number, release.line, release.pointer, release.content)

    def _merge(self, ocid: str, waiting: list[_Waiting]) -> None:
        """Merge the releases of one process, or refuse them all."""
        if ocid in self._compiled:
            self._refuse_all(waiting, "compiled_already", ocid)
            return
        kept: list[tuple[_Waiting, dict[str, Any]]] = []
        for each in waiting:
            content = json.loads(each.content, parse_float=Decimal)
            name = (ocid, str(content.get("id")))
            if content.get("id") is not None and name in self._ids:
                self._refuse(each.source, each.line, each.pointer, "release_twice", f"{ocid} {name[1]}")
                continue
            self._ids.add(name)
            kept.append((each, content))
        try:
            compiled = merge([content for _, content in kept])
        except Unmergeable as reason:
            self._refuse_all([each for each, _ in kept], reason.rule, ocid)
            return
        last = kept[-1][0]
        for each, _ in kept[:-1]:
            self._tally[each.source]["merged"] += 1
        self._write(last.source, last.line, last.pointer, {**compiled, "ocid": ocid})

    def _write(self, number: int, line: int, pointer: str, content: Mapping[str, Any]) -> None:
        self._tally[number]["processes"] += 1
        row: Row
        for row in rows(dict(content), self._values[number]):
            table = self._tables[number].get(row.table)
            if table is not None:
                table.add(row.cells, line, pointer + row.pointer, row.rule)

    def _refuse_all(self, waiting: list[_Waiting], rule: str, shown: str) -> None:
        for each in waiting:
            self._refuse(each.source, each.line, each.pointer, rule, shown)

    def _refuse(self, number: int, line: int, pointer: str, rule: str, shown: str) -> None:
        self._tally[number]["refused"] += 1
        self._tables[number][ROOT].add({"": shown or rule}, line, pointer, rule)

    def _reconcile(self) -> None:
        for source, tally in zip(self._order.sources, self._tally, strict=True):
            became = tally["processes"] + tally["merged"] + tally["refused"]
            if became != tally["releases"]:
                raise BadInput(
                    N_("{counted} releases were counted, but {read} were used or refused."),
                    place=Place(source.name),
                    rule="reconcile",
                    counted=tally["releases"],
                    read=became,
                )


def _digits(value: object) -> Any:  # noqa: ANN401 - what JSON takes
    """Keep the digits of a decimal through the wait: as a text, which a cell is read from alike."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
