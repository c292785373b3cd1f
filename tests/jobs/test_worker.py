"""The worker as a process: killed in the middle of a job, told to end in the middle of one; nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.bureau import MANY

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("worker")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A folder of its own, on PostgreSQL a database of its own, with the small world, data and a job that waits."""
    known = {**os.environ, "REPERFORM_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "reperform.settings"}
    url = os.environ.get("REPERFORM_DATABASE_URL")
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE worked")
        known["REPERFORM_DATABASE_URL"] = url.replace("/postgres?", "/worked?")
    bureau("prepare", known)
    yield known
    if url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("DROP DATABASE worked WITH (FORCE)")


def bureau(what: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.bureau", what], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def seen(environment: dict[str, str]) -> dict[str, object]:
    return dict(json.loads(bureau("look", environment)))


def working(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a worker, and return when it has entered the first run of the job."""
    command = [sys.executable, "-m", "tests.jobs.bureau", "work"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("entered"), "the worker ended before its first run"
    return process


def worked_off(environment: dict[str, str]) -> dict[str, object]:
    """Let a second worker finish what the first one left."""
    bureau("finish", environment)
    return seen(environment)


def test_a_job_whose_worker_is_killed_is_taken_up_again_where_it_was(environment: dict[str, str]) -> None:
    with working(environment) as process:
        process.kill()
        process.wait()
    broken = seen(environment)
    assert broken["state"] == "running"  # nobody has noticed yet
    assert broken["runs"] == 1
    done = worked_off(environment)
    assert done == {"state": "done", "runs": MANY, "codes": MANY, "attempts": 2, "workers": 0}


def test_a_worker_that_is_told_to_end_puts_its_job_back_and_ends(environment: dict[str, str]) -> None:
    with working(environment) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    left = seen(environment)
    assert (left["state"], left["attempts"], left["workers"]) == ("waiting", 0, 0)
    done = worked_off(environment)
    assert (done["state"], done["runs"], done["codes"]) == ("done", MANY, MANY)
