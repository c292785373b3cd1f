"""The help of the commands, in the language of the call, with its examples.

Rules kept here:

* A command's help is one paragraph of what it does; its epilog holds examples, one a line, as one would type them.
* The source of every help text is English and marked for translation; it is translated here, after the commands have
  been put together, so that the texts can be collected in one language and shown in the other.
"""

from __future__ import annotations

from typing import Any

from reperform.errors import N_, Translate

EXAMPLES = N_("Examples:")
EVERYWHERE = N_("Every command also takes --home, --lang, --as, --at, --json and --quiet: see reperform --help.")
EXIT_CODES = N_(
    "Exit codes: 0 clean, 1 something found or refused, 2 wrong call, 3 bad input, 4 integrity broken, 5 inconclusive, "
    "70 internal error."
)


def finish(command: Any, translate: Translate, *, root: bool = True) -> None:  # noqa: ANN401
    """Translate the help of a command and of all below it, and put its examples in order."""
    command.help = translate(command.help) if command.help else command.help
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = translate(parameter.help)
    below = list(getattr(command, "commands", {}).values())
    for one in below:
        finish(one, translate, root=False)
    if root:
        command.epilog = translate(EXIT_CODES)
    elif not below:
        command.epilog = _epilog(command.epilog or "", translate)


def _epilog(examples: str, translate: Translate) -> str:
    lines = [f"  {line.strip()}" for line in examples.strip().splitlines()]
    # A line of a single backspace keeps the paragraph as it is written.
    shown = "\n".join(["\b", translate(EXAMPLES), *lines, "", ""]) if lines else ""
    return shown + translate(EVERYWHERE)
