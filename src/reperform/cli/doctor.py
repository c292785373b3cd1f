"""`reperform doctor`: is this installation in order, and this folder?

Rules kept here:

* Each question is answered by looking, and a "no" says what to do. Nothing is repaired and nothing is written but a
  temporary file that shows whether one can write.
* What has no folder yet (a fresh installation) is asked about the installation alone.
"""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Option

from reperform.cli.answer import Answer, Grid, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.health import Question, of_folder, of_installation, versions
from reperform.cli.session import session
from reperform.errors import N_

app = typer.Typer()


@app.command(
    "doctor",
    help=N_("Say whether this installation and this folder are in order. Exit code 1 if something is not."),
    epilog="""
    reperform doctor
    reperform --home /srv/audit doctor --deep --json
    """,
)
def _doctor(
    ctx: typer.Context,
    deep: Annotated[bool, Option("--deep", help=N_("Hash every snapshot and every file of evidence again."))] = False,
) -> Answer:
    call = session(ctx)
    questions: list[Question] = [*of_installation()]
    if call.home.made:
        questions += of_folder(call, deep=deep)
    found = versions()
    data = {
        "home": call.home.root if call.home.made else None,
        "versions": found,
        "checks": [
            {"name": one.name, "ok": one.ok, "sentence": one.said.in_words(call.translate),
             "hint": one.hint.in_words(call.translate) if one.hint and not one.ok else None}
            for one in questions
        ],
    }  # fmt: skip
    shown: list[Shown] = [" ".join(f"{name} {version}" for name, version in found.items()), ""]
    shown.append(
        Grid(
            (N_("Check"), "", N_("Answer")),
            [[one.name, one.ok, one.said.in_words(call.translate)] for one in questions],
        )
    )
    sick = [one for one in questions if not one.ok]
    words = [one.hint for one in sick if one.hint]
    if not call.home.made:
        words.append(
            said(N_("There is no folder yet; make one with: reperform --home {folder} init"), folder=call.home.root)
        )
    return Answer("doctor", data, shown, words, ExitCode.FINDINGS if sick else ExitCode.CLEAN)
