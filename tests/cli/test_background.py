"""`worker`, `jobs` and `notify` from the terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import process

pytestmark = pytest.mark.xdist_group("cli-background")  # one folder for all tests of the module


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("background")
    assert process("--home", folder / "home", "init", cwd=folder, REPERFORM_DATABASE_URL="").code == 0
    return folder / "home"


def test_without_a_job_there_is_nothing_to_do(home: Path) -> None:
    answer = process("--home", home, "--lang", "en", "jobs", "list", "--json", cwd=home)
    found = json.loads(answer.out)
    assert (answer.code, found["schema"], found["workers"], found["jobs"]) == (0, "reperform/jobs-list/1", 0, [])
    assert "No worker is running" in answer.err
    assert process("--home", home, "worker", "--once", cwd=home).code == 0
    assert process("--home", home, "--lang", "en", "jobs", "cancel", "3f9a", cwd=home).code == 2


def test_a_person_is_subscribed_and_status_says_what_did_not_arrive(home: Path) -> None:
    known = {"REPERFORM_SITE": "https://audit.example", "REPERFORM_SMTP_URL": "smtp://127.0.0.1:1"}
    call = ("--home", home, "--lang", "en", "notify")
    assert process(*call, "subscribe", "email", "a@audit.example", cwd=home).code == 2  # no channel is configured
    assert process(*call, "subscribe", "email", "a@audit.example", cwd=home, **known).code == 0
    sent = process(*call, "send", "--at", "2026-06-20T09:00", "--json", cwd=home, **known)
    assert (sent.code, json.loads(sent.out)["planned"]) == (0, 0)
    assert process(*call, "status", cwd=home, **known).code == 0
    assert process(*call, "retry", cwd=home, **known).code == 0
    assert process(*call, "unsubscribe", "email", cwd=home).code == 0
    out = home / "limits.ics"
    assert process(*call, "calendar", "--out", out, cwd=home).code == 0
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_worker_ends_in_good_order_and_with_the_process_that_it_stands_beside(home: Path) -> None:
    command = [sys.executable, "-m", "reperform.cli", "--home", str(home), "--lang", "en", "worker"]
    for more, told in (((), True), (("--beside", "1"), False)):  # process 1 is not its parent: it ends by itself
        worker = subprocess.Popen(
            [*command, *more], env={"PATH": os.environ["PATH"]}, stderr=subprocess.PIPE, text=True
        )
        assert worker.stderr is not None
        assert "is ready" in worker.stderr.readline()
        if told:
            worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=60)
        assert worker.returncode == 0
