"""The tutorials are run as they stand: every command, in order, with the exit code and the lines that it promises.

A block under "Save as `path`:" is saved at its place between the commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("cli-tutorial")  # one folder for all tests of the module

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"
PAGES = ("first-turn.md", "own-procedure.md")
ENDS = re.compile(r"# ends with (\d+)")
BLOCK = re.compile(r"(?:Save as `([^`]+)`:\n\n```\w+|```console)\n(.*?)```", re.DOTALL)
MARK = "@@"
Printed = Callable[[str], list[tuple[int, list[str]]]]


@dataclass
class Command:
    """One command of the page, how it must end, and lines that it must print."""

    line: str
    shown: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        found = ENDS.search(self.line)
        return int(found[1]) if found else 0


def commands(page: str) -> list[Command]:
    found: list[Command] = []
    text = (FOLDER / page).read_text(encoding="utf-8")
    for saved, block in BLOCK.findall(text):
        if saved:
            found.append(Command(f"mkdir -p {Path(saved).parent} && cat > {saved} <<'{MARK}'\n{block}{MARK}"))
            continue
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            else:
                found[-1].shown.append(line)
    return found


STEPS = [(page, place) for page in PAGES for place in range(len(commands(page)))]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """The exit code and the lines of each command of a page, played once, in one shell."""
    return cache(lambda page: _played(page, tmp_path_factory.mktemp("tutorial")))


def _played(page: str, folder: Path) -> list[tuple[int, list[str]]]:
    script = "".join(f"{one.line}\ncode=$?; echo; echo {MARK} $code {MARK}\n" for one in commands(page))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={"PATH": path, "HOME": "/nonexistent"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    parts = re.split(rf"^{MARK} (\d+) {MARK}$", done.stdout, flags=re.MULTILINE)
    return [(int(code), text.splitlines()) for text, code in zip(parts[::2], parts[1::2], strict=False)]


@pytest.mark.parametrize(("page", "place"), STEPS, ids=[f"{page}-{place:02d}" for page, place in STEPS])
def test_each_command_ends_and_prints_as_the_page_says(printed: Printed, page: str, place: int) -> None:
    wanted = commands(page)[place]
    code, lines = printed(page)[place]
    assert code == wanted.code, wanted.line + "\n" + "\n".join(lines)
    for line in wanted.shown:
        assert any(one.startswith(line) for one in lines), f"{line!r} not in:\n" + "\n".join(lines)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_names_only_files_that_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (FOLDER / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (FOLDER / link).is_file()] == []
