"""The manual of the command line is made from the commands, and every command explains itself."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from reperform.cli import reference
from reperform.cli.entry import FLAGS, GROUPS, VALUED, hoist

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"
COMMANDS = dict(reference.commands())


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.page(), "run: make pages"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(name: str) -> None:
    command = COMMANDS[name]
    assert len(command.help.split()) >= 3
    assert f"reperform {name.split()[0]}" in command.epilog or name.split()[0] in command.epilog


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_has_help(name: str) -> None:
    silent = [one.name for one in COMMANDS[name].params if not getattr(one, "help", None)]
    assert silent == []


def examples() -> list[tuple[str, str]]:
    return [
        (name, line.strip())
        for name, command in COMMANDS.items()
        for line in (command.epilog or "").strip().splitlines()
    ]


@pytest.mark.parametrize(("name", "line"), examples())
def test_every_example_is_understood_by_its_command(name: str, line: str) -> None:
    words = shlex.split(re.split(r"[|>]", line.replace("$(", "(").replace("(", "").replace(")", ""))[0])
    words = hoist(words[words.index("reperform") + 1 :])
    while words[0].startswith("-"):
        words = words[2:] if words[0] in VALUED else words[1:]
    assert words[: len(name.split())] == name.split()
    command: Any = COMMANDS[name]
    context = command.make_context(name, words[len(name.split()) :], resilient_parsing=False)
    context.close()


def test_no_command_takes_the_name_of_a_common_option() -> None:
    own = {option for command in COMMANDS.values() for one in command.params for option in one.opts}
    assert not own & {*VALUED, *FLAGS}


def test_the_groups_of_the_loop_are_all_there_in_its_order() -> None:
    loop = ["reveal", "rectify", "verify", "lookback", "report"]
    assert [name for name in GROUPS if name in loop] == loop
