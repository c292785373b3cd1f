"""How far a long piece of work is, on a terminal and elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reperform.cli.progress import reporting
from reperform.cli.session import Session
from reperform.home import Home


def work(call: Session) -> None:
    with reporting(call) as report:
        for done in range(3):
            report("reading", done, 3)
        report("writing", 0, 0)
        report("", 3, 3)


def session(folder: Path, *, quiet: bool = False) -> Session:
    return Session(home=Home(folder), quiet=quiet, language_named="en")


def test_elsewhere_it_is_one_line_for_each_phase(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work(session(tmp_path))
    assert capsys.readouterr() == ("", "reading (1/3)\nwriting\n")


def test_quiet_it_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work(session(tmp_path, quiet=True))
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_it_is_a_bar_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    work(session(tmp_path))
    out, err = capsys.readouterr()
    assert out == ""
    assert "writing" in err
    assert "\x1b[3" not in err  # no colour


def test_work_that_fails_leaves_its_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), reporting(session(tmp_path)) as report:
        report("reading", 1 // 0, 1)
