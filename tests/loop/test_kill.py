"""`kill -9` at random moments: no acknowledged step is lost, and no change and no entry stands without the other."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROUNDS = 50
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A folder of its own, and on PostgreSQL a database of its own, prepared with the small world."""
    (tmp_path / "home").mkdir()
    known = {**os.environ, "REPERFORM_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "reperform.settings"}
    url = os.environ.get("REPERFORM_DATABASE_URL")
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE killed")
        known["REPERFORM_DATABASE_URL"] = url.replace("/postgres?", "/killed?")
    worker("prepare", known)
    yield known
    if url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("DROP DATABASE killed WITH (FORCE)")


def worker(what: str, environment: dict[str, str]) -> str:
    """Run the worker to its end and return what it printed."""
    command = [sys.executable, "-m", "tests.loop.worker", what]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed_at(moment: float, environment: dict[str, str]) -> set[str]:
    """Start the worker, kill it `moment` seconds after its first acknowledged step; return what it acknowledged."""
    command = [sys.executable, "-m", "tests.loop.worker", "steps"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    assert first, "the worker ended before its first step"
    # The last line may be torn by the kill: an id that is not whole was not acknowledged.
    whole = (first + rest).rpartition("\n")[0]
    return set(whole.split())


@pytest.mark.xdist_group("kill")
def test_fifty_kills_lose_nothing(environment: dict[str, str]) -> None:
    choose = random.Random()
    acknowledged: set[str] = set()
    for turn in range(ROUNDS):
        acknowledged |= killed_at(choose.uniform(0, 0.25), environment)
        if turn % 10 == 9 or turn == 0:  # what one kill broke, later steps would not mend
            found = json.loads(worker("check", environment))
            assert found["wrong"] == []
            assert acknowledged <= set(found["ids"])
