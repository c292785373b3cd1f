"""The tutorial is run as it stands: every command, in order, with the exit code and the lines that it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("cli-tutorial")  # one folder for all tests of the module

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-turn.md"
ENDS = re.compile(r"# ends with (\d+)")
MARK = "@@"


@dataclass
class Command:
    """One command of the page, how it must end, and lines that it must print."""

    line: str
    shown: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        found = ENDS.search(self.line)
        return int(found[1]) if found else 0


def commands() -> list[Command]:
    found: list[Command] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            else:
                found[-1].shown.append(line)
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, list[str]]]:
    """The exit code and the lines of each command, played in one shell."""
    script = "".join(f"{one.line}\necho\necho {MARK} $? {MARK}\n" for one in commands())
    script = script.replace(f"\necho\necho {MARK} $? {MARK}", f"\ncode=$?; echo; echo {MARK} $code {MARK}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path_factory.mktemp("tutorial"),
        env={"PATH": path, "HOME": "/nonexistent"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    parts = re.split(rf"^{MARK} (\d+) {MARK}$", done.stdout, flags=re.MULTILINE)
    return [(int(code), text.splitlines()) for text, code in zip(parts[::2], parts[1::2], strict=False)]


@pytest.mark.parametrize("place", range(len(commands())), ids=lambda place: commands()[place].line[:60])
def test_each_command_ends_and_prints_as_the_page_says(printed: list[tuple[int, list[str]]], place: int) -> None:
    wanted = commands()[place]
    code, lines = printed[place]
    assert code == wanted.code, "\n".join(lines)
    for line in wanted.shown:
        assert any(one.startswith(line) for one in lines), f"{line!r} not in:\n" + "\n".join(lines)


def test_the_page_names_only_files_that_exist() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (PAGE.parent / link).is_file()] == []
