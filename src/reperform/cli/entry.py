"""From the arguments to the exit code.

Rules kept here:

* Only the modules of the groups that are named on the command line are imported; the others are lines of the help.
* The options of every command may stand anywhere before `--`: they are moved to the front, where the root reads them.
* Every error ends in one place: it is said in the language of the call, as an object too with `--json`, and gives the
  exit code of its class. What nobody foresaw is 70, with the traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main
from typer import Option

from reperform.cli import help_text
from reperform.cli.answer import Answer
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import Session
from reperform.cli.wrong_call import PROGRAM, in_our_words
from reperform.errors import N_, BadInput, Place, ReperformError, Usage
from reperform.home import find_home

VALUED = ("--home", "--lang", "--as", "--at")
FLAGS = ("--json", "--quiet", "-q")

# The groups in the order of the loop, then what it stands on. `single` is a command without subcommands.
GROUPS: dict[str, tuple[str, bool]] = {
    "init": (N_("Make the folder that holds everything the bureau keeps."), True),
    "demo": (N_("Play the whole story on an invented city, then serve the site."), True),
    "serve": (N_("Serve the site on an existing folder."), True),
    "worker": (N_("Work jobs off in the background, and send notifications."), True),
    "doctor": (N_("Say whether this installation and this folder are in order."), True),
    "data": (N_("Load tables into immutable snapshots, list and verify them."), False),
    "procedures": (N_("Read and check the executable audit procedures."), False),
    "pack": (N_("Make, check and list packs: procedures that are handed on."), False),
    "reveal": (N_("Find it: run procedures, sift the exceptions, issue findings."), False),
    "rectify": (N_("Put it right: who is responsible, measures, results with evidence."), False),
    "verify": (N_("Check it: judge items, return, accept, close; never who submitted."), False),
    "lookback": (N_("See if it lasts: rerun the procedure on fresh data and conclude."), False),
    "report": (N_("Tell it: ledger, rectification report, figures, proof bundle."), False),
    "account": (N_("One's own tokens, with which programs act for a person."), False),
    "api": (N_("The programming interface as a description that other tools read."), False),
    "jobs": (N_("What runs in the background: list, cancel, try again."), False),
    "notify": (N_("Tell people what waits for them: e-mail, webhook, calendar file."), False),
    "log": (N_("Verify a proof bundle; sign and show the state of the log."), False),
    "city": (N_("Generate the invented city, and score procedures against its truth."), False),
}

ABOUT = N_("Take an audit problem from the data test that revealed it to the proof that it is fixed (回头看).")


def hoist(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options of every command moved to the front."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for word in left:
        if word == "--":
            rest += [word, *left]
        elif word in FLAGS or word.startswith(tuple(f"{name}=" for name in VALUED)):
            front.append(word)
        elif word in VALUED:
            value = next(left, None)
            if value is None:
                raise Usage(N_("{option} needs a value."), rule="usage", option=word)
            front += [word, value]
        else:
            rest.append(word)
    return [*front, *rest]


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


def _root(
    ctx: typer.Context,
    home: Annotated[
        Path | None, Option(envvar="REPERFORM_HOME", help=N_("The bureau's folder."), metavar="FOLDER")
    ] = None,
    lang: Annotated[str, Option(envvar="REPERFORM_LANG", help=N_("Language of the words: en or zh."))] = "",
    as_: Annotated[
        str,
        Option(
            "--as",
            envvar="REPERFORM_USER",
            metavar="USER",
            help=N_("Who acts: a user name; else the bureau's auditor."),
        ),
    ] = "",
    at: Annotated[str, Option(help=N_("When the step is taken, as 2026-06-08T14:30; else now."), metavar="TIME")] = "",
    json: Annotated[bool, Option("--json", help=N_("Print one JSON object with its schema and version."))] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help=N_("Say no words on standard error."))] = False,
    version: Annotated[
        bool, Option("--version", help=N_("Print the version and end."), callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    ctx.obj = Session(
        home=find_home(home, os.environ),
        language_named=lang,
        account=as_,
        at=at,
        json=json,
        quiet=quiet,
    )


def build(wanted: Sequence[str]) -> Any:  # noqa: ANN401 - Typer's own type of a command is private
    """Return the command with the wanted groups in it and the others as lines of the help."""
    root = typer.Typer(
        name=PROGRAM,
        callback=_root,
        help=ABOUT,
        rich_markup_mode=None,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, (line, single) in GROUPS.items():
        if name in wanted:
            app: typer.Typer = importlib.import_module(f"reperform.cli.{name}").app
            root.add_typer(app) if single else root.add_typer(app, name=name, help=line, no_args_is_help=True)
        elif single:
            root.command(name, help=line)(_absent)
        else:
            root.add_typer(typer.Typer(), name=name, help=line)
    return typer.main.get_command(root)


def _absent() -> None:
    raise AssertionError("a command that is not named is not called")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    session = _foreseen(words)
    try:
        return _answer(hoist(words), session)
    except ReperformError as error:
        session.show_error(error)
        return error.exit_code
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.CLEAN
        session.show_error(_unusable(error))
        return ExitCode.BAD_INPUT
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except Exception as error:
        traceback.print_exc()
        session.show_error(ReperformError(N_("An error of the program itself: {error}"), error=repr(error)))
        return ExitCode.INTERNAL


def _answer(given: list[str], session: Session) -> int:
    completing = "_REPERFORM_COMPLETE" in os.environ
    command = build(list(GROUPS) if completing else given)
    help_text.finish(command, session.translate)
    try:
        answer = command.main(given, prog_name=PROGRAM, standalone_mode=False)
    except typer.TyperException as error:
        raise in_our_words(error) from error
    if not isinstance(answer, Answer):
        return int(answer or 0)
    session.show(answer)
    return answer.code


def _foreseen(given: list[str]) -> Session:
    """Return the session as far as it can be read without fail, for errors in the arguments themselves."""
    front = dict(zip(given, [*given, ""][1:], strict=True))
    pairs = dict(word.split("=", 1) for word in given if word.startswith("--") and "=" in word)
    home = front.get("--home") or pairs.get("--home")
    found = Session(
        home=find_home(Path(home) if home else None, os.environ),
        language_named=front.get("--lang") or pairs.get("--lang", ""),
        json="--json" in front,
        quiet="--quiet" in front or "-q" in front,
    )
    try:
        found.translate("")
    except ReperformError:  # an unknown language, or a configuration that can't be read: it is said in English
        return Session(home=found.home, language_named="en", json=found.json, quiet=found.quiet)
    return found


def _unusable(error: OSError) -> BadInput:
    return BadInput(
        N_("The file or folder cannot be used: {problem}."),
        place=Place(file=str(error.filename or "")),
        rule="file.unusable",
        problem=error.strerror or str(error),
    )
