"""The folder of snapshots: tables under their hashes, written once.

Rules kept here:

* Outside files are read in a child process with limits. Whatever happens to it, the store is as it was: results are
  written into a working folder first, and only whole ones are moved in.
* A file in the store is named by its content, is readable only, and reaches the disk before its name appears. The same
  content again writes nothing.
* Expected sums belong to a load, a date to a snapshot: the same tables as of another day are another snapshot.

Example::

    store = Store(home / "snapshots")
    pensions = store.read(Path("发放.csv"), tables["pension_payment"], expect=Expect(rows=1_204_331))
    deaths = store.read([Path("公安.xlsx"), Path("民政.csv")], tables["death_register"])
    snapshot = store.snapshot(date(2026, 3, 31), {"pension_payment": pensions, "death_register": deaths})
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from reperform.engine.child import ChildStopped, Limits, Progress, in_child
from reperform.engine.headers import check_mapping
from reperform.engine.intake import Expect, Order, connect, load
from reperform.engine.merging import MergeOrder, merge
from reperform.engine.ocds import PATHS
from reperform.engine.ocds_intake import OcdsOrder, load_ocds
from reperform.engine.readers import sha256_of
from reperform.engine.snapshot import Columns, Snapshot, TableCopy, canonical, hash_of_file, snapshot_hash
from reperform.engine.tables import Table
from reperform.errors import N_, BadInput, IntegrityBroken, Place, Usage

_SUFFIX = ".json"


@dataclass(frozen=True)
class Loaded:
    """What became of the sources of one table; `issues` are the breaches of its contract."""

    table: Table
    hash: str
    path: Path
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rejected_by_rule: Mapping[str, int]
    rejects: Path | None
    totals: Mapping[str, int]
    sources: tuple[Mapping[str, Any], ...]
    mapping: Mapping[str, str]
    issues: tuple[str, ...]

    def copy(self) -> TableCopy:
        """Return the table as a snapshot holds it."""
        return TableCopy(
            name=self.table.name,
            hash=self.hash,
            path=self.path,
            rows=self.rows_accepted,
            rows_read=self.rows_read,
            rows_rejected=self.rows_rejected,
            totals=self.totals,
            breaches=self.issues,
            columns=self.table.columns,
            contract=self.table.hash,
            sources=self.sources,
            rejects=self.rejects,
        )


class Store:
    """All snapshots of a home."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(
        self,
        source: Path | Sequence[Path],
        table: Table,
        *,
        sheet: str = "",
        encoding: str = "",
        mapping: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
        expect: Expect | None = None,
        progress: Progress | None = None,
    ) -> Loaded:
        """Read one or more files into one table.

        `mapping` names the field of a header (an empty name leaves the column out), `constants` give the value of a
        field for files that have no column for it.
        """
        sources = tuple(Path(each) for each in ([source] if isinstance(source, Path) else source))
        size = sum(_size(each) for each in sources)
        check_mapping(table, mapping or {}, constants or {})
        check_mapping(table, {}, dict.fromkeys((expect or Expect()).sums, ""))
        if not sources:
            raise Usage(N_("There is nothing to read."))
        with self._work() as work:
            order = Order(
                tuple(each.resolve() for each in sources), table, work, sheet=sheet, encoding=encoding,
                mapping=mapping or {}, constants=constants or {}, expect=expect or Expect(),
                threads=min(8, os.cpu_count() or 1),
            )  # fmt: skip
            return self._loaded(table, _in_limits(load, order, size, progress), work)

    def read_ocds(
        self,
        sources: Sequence[Path],
        tables: Mapping[str, Table],
        *,
        expect: Mapping[str, Expect] | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Loaded]:
        """Read files of the Open Contracting Data Standard into the tables of public investment that they fill."""
        size = sum(_size(each) for each in sources)
        if not sources:
            raise Usage(N_("There is nothing to read."))
        filled = {name: tables[name] for name in PATHS if name in tables}
        with self._work() as work:
            order = OcdsOrder(
                tuple(each.resolve() for each in sources), filled, work, expect=expect or {},
                threads=min(8, os.cpu_count() or 1),
            )  # fmt: skip
            told = _in_limits(load_ocds, order, size, progress)
            return {name: self._loaded(tables[name], each, work / name) for name, each in told.items()}

    def merge(self, copies: Sequence[Path], table: Table) -> Loaded:
        """Put kept copies of one table together, in this order."""
        with self._work() as work:
            order = MergeOrder(tuple(copies), table, work, threads=min(8, os.cpu_count() or 1))
            return self._loaded(table, _in_limits(merge, order, 20 * sum(map(_size, copies)), None), work)

    def _loaded(self, table: Table, told: dict[str, Any], work: Path) -> Loaded:
        """Keep what a child wrote into a folder, and say what became of it."""
        path = self._keep(work / "table.parquet", "tables", f"{told['hash']}.parquet")
        rejects = None
        if told["rows_rejected"]:
            found = work / "rejects.csv"
            rejects = self._keep(found, "rejects", f"{sha256_of(found)}.csv")
        joined = {header: name for each in told["sources"] for header, name in each["mapping"].items()}
        told["sources"], told["issues"] = tuple(told["sources"]), tuple(told["issues"])
        return Loaded(table=table, path=path, rejects=rejects, mapping=joined, **told)

    def snapshot(
        self, as_of: date, tables: Mapping[str, Loaded | TableCopy], *, title: str = "", parts: Sequence[str] = ()
    ) -> Snapshot:
        """Fix tables as of a date; the same again returns the one that is there."""
        copies = {}
        for name, each in sorted(tables.items()):
            copy = each.copy() if isinstance(each, Loaded) else each
            if copy.name != name:
                raise Usage(N_("The table {name} is given as {given}."), name=copy.name, given=name)
            copies[name] = copy
        if not copies:
            raise Usage(N_("A snapshot needs at least one table."))
        name = snapshot_hash(as_of, copies, parts)
        target = self.root / f"{name}{_SUFFIX}"
        if not target.exists():
            content = {"as_of": as_of.isoformat(), "title": title, "tables": {n: _plain(c) for n, c in copies.items()}}
            if parts:
                content["parts"] = list(parts)
            with self._work() as work:
                written = work / "snapshot"
                written.write_bytes(canonical(content) + b"\n")
                self._keep(written, "", target.name)
        return self.open(name)

    def open(self, snapshot_hash: str) -> Snapshot:
        """Open the snapshot of that hash; its first signs do, if they are enough."""
        found = [path for path in self._files() if path.stem.startswith(snapshot_hash)] if snapshot_hash else []
        if len(found) != 1:
            message = (
                N_("There is no snapshot {hash}.") if not found else N_("More than one snapshot begins with {hash}.")
            )
            raise Usage(message, hint=N_("`reperform data list` shows them."), hash=snapshot_hash)
        return self._opened(found[0])

    def list(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, the newest date last."""
        return tuple(sorted(map(self._opened, self._files()), key=lambda each: (each.as_of, each.hash)))

    def verify(self, snapshot: Snapshot) -> None:
        """Compute all hashes again; raise `IntegrityBroken` naming the table that is not what it was."""
        kept = self.open(snapshot.hash)
        if snapshot_hash(kept.as_of, kept.tables, kept.parts) != kept.hash:
            raise IntegrityBroken(N_("The snapshot {hash} is not what it was."), hash=kept.hash)
        for name, copy in kept.tables.items():
            if not copy.path.is_file():
                raise IntegrityBroken(
                    N_("The table {table} of the snapshot {hash} is gone."), table=name, hash=kept.hash
                )
            with self._work() as work:
                try:
                    seen, rows = in_child(_rehash, copy.path, copy.columns, work, limits=_limits(_size(copy.path) * 20))
                except ChildStopped:
                    seen, rows = "", -1
            if (seen, rows) != (copy.hash, copy.rows):
                raise IntegrityBroken(
                    N_("The table {table} of the snapshot {hash} is not what it was."), table=name, hash=kept.hash
                )

    def _files(self) -> tuple[Path, ...]:
        return tuple(sorted(self.root.glob(f"*{_SUFFIX}")))

    def _opened(self, path: Path) -> Snapshot:
        try:
            content = json.loads(path.read_bytes())
            tables = {name: self._copy(name, each) for name, each in content["tables"].items()}
            parts = tuple(str(each) for each in content.get("parts", ()))
            return Snapshot(path.stem, date.fromisoformat(content["as_of"]), str(content["title"]), tables, parts)
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityBroken(N_("The snapshot {hash} cannot be read."), hash=path.stem) from error

    def _copy(self, name: str, content: Mapping[str, Any]) -> TableCopy:
        return TableCopy(
            name=name,
            hash=str(content["hash"]),
            path=self.root / "tables" / f"{content['hash']}.parquet",
            rows=int(content["rows"]),
            rows_read=int(content["rows_read"]),
            rows_rejected=int(content["rows_rejected"]),
            totals=dict(content["totals"]),
            breaches=tuple(content["breaches"]),
            columns=tuple((str(column), str(type_)) for column, type_ in content["columns"]),
            contract=str(content["contract"]),
            sources=tuple(content["sources"]),
            rejects=self.root / "rejects" / str(content["rejects"]) if content["rejects"] else None,
        )

    @contextmanager
    def _work(self) -> Iterator[Path]:
        """Give a folder beside the results, so that moving them in is one rename; it is gone afterwards.

        Folders that a killed process left behind go too: nobody holds their locks any more.
        """
        parent = self.root / "work"
        parent.mkdir(parents=True, exist_ok=True)
        with _locked(parent / ".lock"):
            for left in parent.iterdir():
                if left.is_dir() and _is_free(left):
                    shutil.rmtree(left, ignore_errors=True)
            work = Path(tempfile.mkdtemp(dir=parent))
            held = os.open(work, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
            os.close(held)

    def _keep(self, written: Path, folder: str, name: str) -> Path:
        """Move a finished file into the store for good, unless it is there."""
        target = self.root / folder / name
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        written.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        _flush(written)
        os.replace(written, target)
        _flush(target.parent)
        return target


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_free(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _in_limits(
    read: Callable[[Any], dict[str, Any]], order: Order | OcdsOrder | MergeOrder, size: int, progress: Progress | None
) -> dict[str, Any]:
    """Read in a child; what stops the child is told as a fault of the file, for such it nearly always is."""
    try:
        limits = replace(_limits(size), files=256 + 16 * len(order.sources))
        return in_child(read, order, limits=limits, progress=progress)
    except ChildStopped as error:
        if error.reason == "error":
            raise
        raise BadInput(
            N_("The file cannot be read: {problem}"),
            place=Place(", ".join(source.name for source in order.sources[:3])),
            rule=f"reader_{error.reason}",
            hint=N_(
                "If it is a workbook, open it in a spreadsheet, remove what lies outside the table, and save it again."
            ),
            problem=error.render(),
        ) from error


def _limits(size: int) -> Limits:
    """Return the limits for sources of so many bytes: time grows with them, memory does not."""
    seconds = 120 + size // (1 << 19)
    return Limits(memory=4 << 30, cpu=2 * seconds, seconds=2.0 * seconds, file_size=(8 << 30) + 8 * size)


def _rehash(path: Path, columns: Columns, work: Path) -> tuple[str, int]:
    with connect(work, 1 << 30, 2) as con:
        return hash_of_file(con, path, columns)


def _size(path: Path) -> int:
    if not path.is_file():
        raise BadInput(N_("There is no such file."), place=Place(str(path)), rule="file.absent")
    return path.stat().st_size


def _plain(copy: TableCopy) -> dict[str, Any]:
    return {
        "hash": copy.hash,
        "contract": copy.contract,
        "columns": [list(column) for column in copy.columns],
        "rows": copy.rows,
        "rows_read": copy.rows_read,
        "rows_rejected": copy.rows_rejected,
        "totals": dict(copy.totals),
        "breaches": list(copy.breaches),
        "sources": list(copy.sources),
        "rejects": copy.rejects.name if copy.rejects else "",
    }


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
