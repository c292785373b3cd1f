"""The reference page of the command line, made from the help of the commands themselves.

`python -m reperform.cli.reference` prints it; a test compares it with docs/reference/command-line.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reperform.cli.entry import GROUPS, build
from reperform.cli.exit_codes import MEANINGS
from reperform.cli.wrong_call import PROGRAM

HEAD = """\
# Command line

This page is made from the help of the commands: `python -m reperform.cli.reference`.

Data go to standard output, words to standard error. With `--json` a command prints one object that names its schema and
version, such as `{"schema": "reperform/log-verify/1", ...}`; an error is an object of the schema `reperform/error/1`.
Within a version members are only ever added. Money in these objects is a whole number of fen, a time is UTC.
Nothing asks a question unless a person sits at a terminal. `NO_COLOR` is obeyed.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command with its full name, in the order of the help."""
    root = build(list(GROUPS))
    for name, command in root.commands.items():
        below = getattr(command, "commands", None)
        if below is None:
            yield name, command
            continue
        for second, one in below.items():
            yield f"{name} {second}", one


def page() -> str:
    """Return the whole page."""
    root = build(list(GROUPS))
    parts = [HEAD, "## Options of every command\n", "They may stand anywhere on the line.\n", _options(root)]
    parts += ["## Exit codes\n", "| code | meaning |\n|---|---|"]
    parts[-1] += "".join(f"\n| {int(code)} | {meaning} |" for code, meaning in MEANINGS.items()) + "\n"
    group = ""
    for name, command in commands():
        first, single = name.split()[0], " " not in name
        if first != group and not single:
            parts.append(f"## {PROGRAM} {first}\n\n{GROUPS[first][0]}\n")
        group = first
        parts.append(_section(name, command, "##" if single else "###"))
    return "\n".join(parts)


def _section(name: str, command: Any, mark: str) -> str:  # noqa: ANN401
    usage = " ".join(["$", PROGRAM, name, *_places(command)])
    lines = [f"{mark} {PROGRAM} {name}\n", f"{' '.join(command.help.split())}\n", f"```\n{usage}\n```\n"]
    options = _options(command)
    lines += [options] if options else []
    examples = [line.strip() for line in (command.epilog or "").strip().splitlines()]
    if examples:
        lines.append("```console\n" + "\n".join(f"$ {line}" for line in examples) + "\n```\n")
    return "\n".join(lines)


def _places(command: Any) -> Iterator[str]:  # noqa: ANN401
    if any(one.param_type_name == "option" for one in command.params):
        yield "[OPTIONS]"
    for one in command.params:
        if one.param_type_name == "argument":
            word = (one.metavar or one.name.upper()).removesuffix("...")
            several = "..." if one.nargs == -1 else ""
            yield f"{word}{several}" if one.required else f"[{word}{several}]"


def _options(command: Any) -> str:  # noqa: ANN401
    rows = []
    for one in command.params:
        if not getattr(one, "help", None) or one.name in {"install_completion", "show_completion"}:
            continue
        if one.param_type_name == "argument":
            shown = (one.metavar or one.name.upper()).removesuffix("...")
        else:
            shown = ", ".join([*one.secondary_opts, *one.opts])
            flag = getattr(one, "is_flag", False)
            shown += "" if flag else f" {(one.metavar or one.name.rstrip('_')).upper()}"
        default = _default(one)
        rows.append(f"| `{shown}` | {' '.join(one.help.split())}{default} |")
    return "\n".join(["| | |", "|---|---|", *rows, ""]) if rows else ""


def _default(option: Any) -> str:  # noqa: ANN401
    variable = f" Variable: `{option.envvar}`." if getattr(option, "envvar", None) else ""
    if option.required and option.param_type_name == "option":
        return f" Required.{variable}"
    if option.default in (None, "", False, 0) or isinstance(option.default, list):
        return variable
    return f" Default: `{option.default}`.{variable}"


if __name__ == "__main__":
    print(page(), end="")
