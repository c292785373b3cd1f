"""The store: written once, readable only, and as it was when something goes wrong."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from reperform.engine.intake import Expect
from reperform.engine.store import Store
from reperform.errors import IntegrityBroken, Usage
from tests.engine.sources import HEADER, ROWS, contract, write_csv, write_xlsx

DAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one snapshot, to be copied by those who change it."""
    folder = tmp_path_factory.mktemp("filled")
    table = contract(folder)
    loaded = Store(folder / "store").read(write_csv(folder / "a.csv", [HEADER, *ROWS, ["P9", "x", "1", ""]]), table)
    Store(folder / "store").snapshot(DAY, {"payment": loaded}, title="三月")
    return folder


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Store:
    shutil.copytree(filled, tmp_path / "own")
    return Store(tmp_path / "own" / "store")


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def writable(path: Path) -> Path:
    path.chmod(0o644)
    return path


def test_the_same_file_twice_gives_the_same_hash_and_changes_nothing(store: Store, filled: Path) -> None:
    table = contract(filled)
    before = state(store.root)
    loaded = store.read(filled / "a.csv", table)
    again = store.snapshot(DAY, {"payment": loaded}, title="another title")
    assert state(store.root) == before
    assert [each.hash for each in store.list()] == [again.hash]
    assert again.title == "三月"


def test_what_is_loaded_is_told_in_full(store: Store, filled: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    loaded = store.read(filled / "a.csv", contract(filled), progress=lambda *step: seen.append(step))
    assert (loaded.rows_read, loaded.rows_accepted, loaded.rows_rejected) == (4, 3, 1)
    assert loaded.totals == {"amount": 160050}
    assert loaded.mapping == {"人员编号": "person_id", "月份": "month", "金额": "amount", "备注": "note"}
    assert loaded.rejects is not None
    assert loaded.rejects.parent == store.root / "rejects"
    assert loaded.sources[0]["name"] == "a.csv"
    assert loaded.issues == ("rejected: 1 of 4 rows, more than 5 %",)
    phases = [phase.split()[0] for phase, _, _ in seen]
    assert [phase for index, phase in enumerate(phases) if phase not in phases[:index]] == ["read", "check", "write"]


def test_files_are_readable_only_and_nothing_else_is_left(store: Store) -> None:
    for path in store.root.rglob("*"):
        if path.is_file() and path.name != ".lock":
            assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert [path.name for path in (store.root / "work").iterdir()] == [".lock"]


def test_what_a_killed_process_left_goes_and_what_another_holds_stays(store: Store) -> None:
    left, held = store.root / "work" / "left", store.root / "work" / "held"
    for folder in (left, held):
        folder.mkdir()
        (folder / "rows0").write_text("x")
    descriptor = os.open(held, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    store.verify(store.list()[0])
    assert not left.exists()
    assert (held / "rows0").exists()
    os.close(descriptor)
    store.verify(store.list()[0])
    assert not held.exists()


def test_a_snapshot_is_opened_by_its_hash_or_by_the_first_signs(store: Store) -> None:
    (only,) = store.list()
    opened = store.open(only.hash[:12])
    assert opened == only
    assert (opened.as_of, opened.title) == (DAY, "三月")
    copy = opened.tables["payment"]
    assert (copy.rows, copy.rows_read, copy.rows_rejected) == (3, 4, 1)
    assert copy.breaches == ("rejected: 1 of 4 rows, more than 5 %",)
    assert copy.path.is_file()
    assert copy.rejects is not None
    assert copy.rejects.is_file()


def test_first_signs_that_do_not_suffice_are_refused(store: Store) -> None:
    (old,) = store.list()
    hashes = [store.snapshot(date(2026, 5, day), dict(old.tables)).hash for day in range(1, 18)]
    shared = next(sign for sign in "0123456789abcdef" if sum(name.startswith(sign) for name in hashes) > 1)
    with pytest.raises(Usage, match=f"More than one snapshot begins with {shared}"):
        store.open(shared)


@pytest.mark.parametrize("name", ["", "0000", "zz"])
def test_a_snapshot_that_is_not_there_is_named(store: Store, name: str) -> None:
    with pytest.raises(Usage, match="no snapshot"):
        store.open(name)


def test_a_snapshot_may_take_tables_of_an_older_one(store: Store) -> None:
    (old,) = store.list()
    new = store.snapshot(date(2026, 10, 31), dict(old.tables))
    assert new.hash != old.hash
    assert new.tables["payment"] == old.tables["payment"]
    assert [each.hash for each in store.list()] == [old.hash, new.hash]


def test_a_snapshot_needs_a_table_and_its_right_name(store: Store) -> None:
    (old,) = store.list()
    with pytest.raises(Usage, match="at least one table"):
        store.snapshot(DAY, {})
    with pytest.raises(Usage, match="payment is given as refund"):
        store.snapshot(DAY, {"refund": old.tables["payment"]})


def test_nothing_to_read_is_a_usage_error(store: Store, filled: Path) -> None:
    with pytest.raises(Usage, match="nothing to read"):
        store.read([], contract(filled))


def test_an_expected_sum_of_something_that_is_no_field_is_a_usage_error(store: Store, filled: Path) -> None:
    with pytest.raises(Usage, match="wages is no field"):
        store.read(filled / "a.csv", contract(filled), expect=Expect(sums={"wages": 1}))


def test_several_files_are_one_table(store: Store, filled: Path, tmp_path: Path) -> None:
    more = write_xlsx(tmp_path / "b.xlsx", [HEADER, ["P7", "2025-01", 1, ""]])
    loaded = store.read([filled / "a.csv", more], contract(filled))
    assert loaded.rows_accepted == 4
    assert [(source["name"], source["rows"]) for source in loaded.sources] == [("a.csv", 4), ("b.xlsx", 1)]


def test_an_intact_snapshot_is_verified(store: Store) -> None:
    store.verify(store.list()[0])


def test_a_changed_value_is_found(store: Store) -> None:
    (kept,) = store.list()
    path = writable(kept.tables["payment"].path)
    with duckdb.connect() as con:
        con.read_parquet(str(path)).project("* REPLACE (amount + 1 AS amount)").create("t")
        con.table("t").write_parquet(str(path))
    with pytest.raises(IntegrityBroken, match="payment"):
        store.verify(kept)


def test_a_lost_row_is_found(store: Store) -> None:
    (kept,) = store.list()
    path = writable(kept.tables["payment"].path)
    with duckdb.connect() as con:
        con.read_parquet(str(path)).limit(2).create("t")
        con.table("t").write_parquet(str(path))
    with pytest.raises(IntegrityBroken, match="payment"):
        store.verify(kept)


def test_a_file_that_is_no_longer_readable_is_found(store: Store) -> None:
    (kept,) = store.list()
    path = writable(kept.tables["payment"].path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(IntegrityBroken, match="payment"):
        store.verify(kept)


def test_a_missing_file_is_found(store: Store) -> None:
    (kept,) = store.list()
    kept.tables["payment"].path.unlink()
    with pytest.raises(IntegrityBroken, match="is gone"):
        store.verify(kept)


@pytest.mark.parametrize(("key", "value"), [("as_of", "2026-04-01"), ("breaches", []), ("hash", "0" * 64)])
def test_a_changed_page_of_a_snapshot_is_found(store: Store, key: str, value: object) -> None:
    (kept,) = store.list()
    path = writable(store.root / f"{kept.hash}.json")
    content = json.loads(path.read_bytes())
    (content if key in content else content["tables"]["payment"])[key] = value
    path.write_text(json.dumps(content))
    with pytest.raises(IntegrityBroken, match="is not what it was"):
        store.verify(kept)


def test_a_page_that_cannot_be_read_is_named(store: Store) -> None:
    (kept,) = store.list()
    writable(store.root / f"{kept.hash}.json").write_text("{")
    with pytest.raises(IntegrityBroken, match="cannot be read"):
        store.list()


def test_a_load_killed_at_any_moment_leaves_a_whole_store(filled: Path, tmp_path: Path) -> None:
    """Six rounds at moments drawn from a fixed seed; what is there is whole, and loading again completes it."""
    root, moments = tmp_path / "store", random.Random(5)
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from reperform.engine.store import Store; from reperform.engine.tables import load_table\n"
        f"store, table = Store(Path({str(root)!r})), load_table(Path({str(filled / 'payment.yaml')!r}))\n"
        f"store.snapshot(date(2026, 3, 31), {{'payment': store.read(Path({str(filled / 'a.csv')!r}), table)}})\n"
    )
    for _ in range(6):
        process = subprocess.Popen([sys.executable, "-c", code])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0.3, 1.6))
        process.kill()
        process.wait()
        for path in root.rglob("*"):
            if path.is_file() and "work" not in path.relative_to(root).parts:
                assert stat.S_IMODE(path.stat().st_mode) == 0o444
        for snapshot in Store(root).list():
            Store(root).verify(snapshot)
    subprocess.run([sys.executable, "-c", code], check=True)
    (snapshot,) = Store(root).list()
    assert snapshot.hash == Store(filled / "store").list()[0].hash
    assert [path.name for path in (root / "work").iterdir()] == [".lock"]
