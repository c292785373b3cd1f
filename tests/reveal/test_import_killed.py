"""`kill -9` during an import, again and again: run once more, it ends where an unbroken import ends."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reveal.workbooks import made_up, write

KILLS = int(os.environ.get("REPERFORM_KILLS", "9"))  # each takes the start of a process
ROOT = Path(__file__).parents[2]
Ledger = dict[str, str]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Callable[[str], Ledger]]:
    """Make prepared ledgers by name: a folder each, and on PostgreSQL a database each."""
    url, made = os.environ.get("REPERFORM_DATABASE_URL"), list[str]()

    def make(name: str) -> Ledger:
        (tmp_path / name).mkdir()
        known = {**os.environ, "REPERFORM_HOME": str(tmp_path / name)}
        if url:
            _on_server(url, f"CREATE DATABASE import_{name}")
            made.append(name)
            known["REPERFORM_DATABASE_URL"] = url.replace("/postgres?", f"/import_{name}?")
        run(known, "tests.loop.worker", "prepare")
        return known

    yield make
    for name in made:
        _on_server(str(url), f"DROP DATABASE import_{name} WITH (FORCE)")


def _on_server(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)  # type: ignore[call-overload]


def run(ledger: Ledger, *command: str) -> str:
    """Run a module to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *command], env=ledger, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def import_and_kill(ledger: Ledger, folder: Path, *, batches: int, moment: float) -> str:
    """Import until so many batches are told, kill a moment later; return what was told."""
    command = [sys.executable, "-m", "tests.reveal.importer", "import", str(folder)]
    told = []
    with subprocess.Popen(command, env=ledger, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if sum(one.startswith("writing") for one in told) >= batches:
                break
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    return "".join(told)


@pytest.mark.xdist_group("kill")
def test_an_import_killed_again_and_again_ends_where_an_unbroken_one_ends(
    ledger: Callable[[str], Ledger], tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    rows = made_up(60)
    for part in range(3):
        write(folder / f"2024-02-0{part + 1}-findings.xlsx", rows[part::3])
    unbroken, broken = ledger("unbroken"), ledger("broken")
    run(unbroken, "tests.reveal.importer", "import", str(folder))
    expected = json.loads(run(unbroken, "tests.reveal.importer", "dump"))

    choose, before = random.Random(), 0
    for kill in range(KILLS):
        import_and_kill(broken, folder, batches=choose.randint(0, 4), moment=choose.uniform(0, 0.08))
        if kill % 3 == 2:  # what one kill broke, the next import would not mend
            assert json.loads(run(broken, "tests.loop.worker", "check"))["wrong"] == []
            found = json.loads(run(broken, "tests.reveal.importer", "dump"))
            assert len(found["findings"]) >= before
            before = len(found["findings"])
    run(broken, "tests.reveal.importer", "import", str(folder))
    finished = json.loads(run(broken, "tests.reveal.importer", "dump"))
    assert {name: value for name, value in finished.items() if name != "imports"} == {
        name: value for name, value in expected.items() if name != "imports"
    }
    assert expected["imports"] == 1
