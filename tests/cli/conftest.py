"""Call the command in this process on the test's own folder, or as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reperform.cli import main
from reperform.home import Bureau, Home, write_bureau

KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "REPERFORM_DATABASE_URL")


@dataclass(frozen=True)
class Outcome:
    """What a call left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own environment reaches the command."""
    for name in [name for name in os.environ if name.startswith("REPERFORM_") and name not in KEPT]:
        monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command in this process."""

    def run(*arguments: object) -> Outcome:
        code = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return run


@pytest.fixture
def bureau(home: Home) -> Home:
    """The test's folder as `init` leaves it, but for the database, which is the test's own."""
    for folder in (home.root, home.snapshots, home.evidence, home.procedures, home.out):
        folder.mkdir(parents=True, exist_ok=True)
    write_bureau(home.config, Bureau(language="en"))
    return home


@pytest.fixture
def ask(call: Call, bureau: Home) -> Call:
    """Call the command in this process on the test's folder."""
    return lambda *arguments: call("--home", bureau.root, *arguments)


def process(*arguments: object, cwd: Path, **environment: str) -> Outcome:
    """Run the command as a process of its own and return what it left."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "reperform.cli", *map(str, arguments)],
        cwd=cwd,
        env={**kept, "HOME": str(cwd), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
