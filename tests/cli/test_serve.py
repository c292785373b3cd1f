"""The site is served by the command, on this machine alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import process

pytestmark = pytest.mark.xdist_group("cli-serve")  # one folder for all tests of the module


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    assert process("--home", folder / "home", "init", cwd=folder, REPERFORM_DATABASE_URL="").code == 0
    return folder / "home"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, bytes]:
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing answered")


def test_the_site_answers_and_stops_when_told(home: Path) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "reperform.cli", "--home", str(home), "serve", "--port", str(port)],
        env={"PATH": os.environ["PATH"]}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        status, page = get(port, "/")
        assert status in {200, 302}
        assert b"<html" in page
    finally:
        server.send_signal(signal.SIGTERM)
        _out, words = server.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}/" in words
    assert server.returncode == 0


def test_a_port_that_is_taken_is_a_wrong_call(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = process(
            "--home", home, "serve", "--port", taken.getsockname()[1], "--json", cwd=home, REPERFORM_DATABASE_URL=""
        )
    assert answer.code == 2
    assert "--port" in answer.json["error"]["hint"]


def test_another_address_needs_the_names_of_the_site(home: Path) -> None:
    answer = process("--home", home, "serve", "--host", "0.0.0.0", cwd=home, REPERFORM_DATABASE_URL="")  # noqa: S104
    assert answer.code == 2
    assert "REPERFORM_HOSTS" in answer.err


def test_a_port_is_a_number_of_a_port(home: Path) -> None:
    assert process("--home", home, "serve", "--port", "70000", cwd=home).code == 2
