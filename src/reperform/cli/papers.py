"""`reperform rectify letter`, `rectify lists`, `verify slip`: official papers as files.

They are made from the record when they are asked for: the same record gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer
from reperform.cli.around import kind_of, record_of
from reperform.cli.session import Session, session
from reperform.errors import N_, Usage

app = typer.Typer()
Out = Annotated[Path | None, Option(help=N_("This file or folder; else in the folder's out/."), metavar="FILE")]


def language_of(call: Session) -> str:
    """Return in which language a paper is written: that of the call."""
    return "en" if call.language == "en" else "zh"


def keep(content: bytes, name: str, out: Path | None) -> Path:
    """Write a paper to the file or into the folder that was named."""
    from django.conf import settings

    folder: Path = settings.HOME.out
    path = folder / name if out is None else out / name if out.is_dir() else out
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@app.command(
    "letter",
    help=N_("Write the letter of a record: one step of the ladder that was issued, or a referral that was approved."),
    epilog="reperform rectify letter escalation RP-ESC-2026-0001 --out letter.docx",
)
def _letter(
    ctx: typer.Context,
    kind: Annotated[str, Argument(metavar="KIND", help=N_("escalation or referral."))],
    number: Annotated[str, Argument(metavar="NUMBER", help=N_("Its number."))],
    out: Out = None,
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.rectify.letters import LETTERS

    row = record_of(kind_of(kind, account), number, account)
    if kind not in LETTERS:
        raise Usage(
            N_("There is no letter of a {kind}."), hint=N_("Known: {known}."), kind=kind, known=", ".join(LETTERS)
        )
    file = keep(LETTERS[kind](row, language_of(call)).to_docx(), f"{number}-letter.docx", out)
    return Answer("rectify-letter", {"kind": kind, "number": number, "file": file}, [str(file)])


@app.command(
    "lists",
    help=N_(
        "Write the notice to a body with its three lists (problems, responsibilities, measures) as a document, and the "
        "lists as a workbook."
    ),
    epilog="reperform rectify lists YJ-SIF --engagement E-2026-01 --out papers",
)
def _lists(
    ctx: typer.Context,
    body: Annotated[str, Argument(metavar="BODY", help=N_("Code of the audited body."))],
    engagement: Annotated[str, Option(help=N_("Number of the engagement; else all that is not struck off."))] = "",
    out: Annotated[Path | None, Option(help=N_("Put them here; else in the folder's out/."), metavar="FOLDER")] = None,
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.rectify import lists

    listed = lists.listed(account, records.body(body), engagement)
    if listed is None:
        raise Usage(
            N_("There is no finding of {body} that {person} may see."), body=body, person=account.username,
            hint=N_("List them with: reperform rectify list"),
        )  # fmt: skip
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    language = language_of(call)
    files = [
        keep(lists.manuscript(listed, language).to_docx(), f"{body}-lists.docx", out),
        keep(lists.workbook(listed, language), f"{body}-lists.xlsx", out),
    ]
    data = {"body": body, "engagement": engagement or None, "findings": len(listed.findings), "files": files}
    return Answer("rectify-lists", data, [str(file) for file in files])
