"""A wrong call in our own words, so that it can be said in the language of the call.

Typer says what is wrong with the arguments in English, as exceptions whose classes are private; they are told apart by
name. What is not known here keeps Typer's sentence: it is better than none.
"""

from __future__ import annotations

import re
from typing import Any

from reperform.cli.exit_codes import ExitCode
from reperform.errors import N_, BadInput, ReperformError, Usage

PROGRAM = "reperform"
_NO_COMMAND = re.compile(r"No such command '(?P<name>[^']*)'\.(?: Did you mean (?P<near>.*)\?)?", re.DOTALL)
_TOO_MANY = re.compile(r"Got unexpected extra argument\S* \((?P<words>.*)\)", re.DOTALL)


def in_our_words(error: Any) -> ReperformError:  # noqa: ANN401 - the classes are private
    """Return the error that stands for an exception of Typer."""
    context = getattr(error, "ctx", None)
    asked = f"{context.command_path} --help" if context else f"{PROGRAM} --help"
    kind, text = type(error).__name__, error.format_message()
    if kind == "NoArgsIsHelpError":
        return Usage("{help}", help=text)
    if error.exit_code != ExitCode.USAGE:
        return BadInput("{problem}", rule="file", problem=text)
    template, values = _sentence(error, kind, text)
    return Usage(template, hint=N_("See: {command}"), rule="usage", command=asked, **values)


def _sentence(error: Any, kind: str, text: str) -> tuple[str, dict[str, object]]:  # noqa: ANN401
    if kind == "NoSuchOption":
        near = ", ".join(error.possibilities or ())
        known = N_("There is no option {name}. Did you mean {near}?") if near else N_("There is no option {name}.")
        return known, {"name": error.option_name, "near": near}
    if kind == "MissingParameter" and error.param is not None:
        return N_("{name} is missing."), {"name": _name(error.param)}
    if kind == "BadOptionUsage":
        return N_("{option} needs a value."), {"option": error.option_name}
    if kind == "BadParameter" and error.param is not None:
        return N_("{name} cannot be this: {problem}"), {"name": _name(error.param), "problem": error.message}
    absent = _NO_COMMAND.fullmatch(text)
    if absent:
        near = absent["near"] or ""
        known = N_("There is no command {name}. Did you mean {near}?") if near else N_("There is no command {name}.")
        return known, {"name": absent["name"], "near": near}
    if text.startswith("Missing command"):
        return N_("Which command?"), {}
    more = _TOO_MANY.fullmatch(text)
    if more:
        return N_("Too many arguments: {words}"), {"words": more["words"]}
    return "{problem}", {"problem": text}


def _name(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).removesuffix("...")
    return str(parameter.opts[0])
