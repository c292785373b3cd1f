"""`reperform reveal` between offices without a network: a run goes up or down as a signed file, and is taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from reperform.cli import records
from reperform.cli.answer import Answer, said
from reperform.cli.chosen import RunNumber
from reperform.cli.session import parse_date, session
from reperform.errors import N_

app = typer.Typer()

To = Annotated[str, Option(help=N_("The office that gets it."), metavar="CODE")]
Out = Annotated[Path, Option(help=N_("File to write."), metavar="FILE")]
Data = Annotated[bool, Option("--with-data", help=N_("The tables that the procedure reads go along, for a joint run."))]


@app.command(
    "hand-up",
    help=N_(
        "Write a run as a signed file for the office above: procedure, parameters, counts and rows; there it is taken "
        "in with take-in."
    ),
    epilog="""
    reperform reveal hand-up RP-RUN-2026-0001 --to YJ-AUD --out run.zip
    reperform reveal hand-up latest --to YJ-AUD --out run.zip --with-data
    """,
)
def _hand_up(ctx: typer.Context, run: RunNumber, to: To, out: Out, with_data: Data = False) -> Answer:
    return _handed(ctx, "reveal-hand-up", run, to, out, with_data=with_data)


@app.command(
    "hand-down",
    help=N_(
        "Write a run as a signed file for the office of a district: only the rows of bodies in its own place go along, "
        "with what is asked of them."
    ),
    epilog="reperform reveal hand-down RP-RUN-2026-0001 --to DP-AUD --question 请就地核实 --out down.zip",
)
def _hand_down(
    ctx: typer.Context, run: RunNumber, to: To, out: Out,
    question: Annotated[str, Option(help=N_("What is asked of the rows."))] = "",
    due: Annotated[str, Option(help=N_("Reply due."), metavar="DATE")] = "",
    with_data: Data = False,
) -> Answer:  # fmt: skip
    return _handed(ctx, "reveal-hand-down", run, to, out, with_data=with_data, question=question, due=due)


def _handed(
    ctx: typer.Context, name: str, run: str, to: str, out: Path, *, with_data: bool, question: str = "", due: str = ""
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.log.note import VerifierKey
    from reperform.reveal.handing_over import Question, hand_over
    from reperform.reveal.handover_file import fingerprint

    asked = Question(question, parse_date(due) if due else None)
    one = records.run(run, by)
    done = hand_over(one, out, to=records.body(to), with_data=with_data, question=asked, by=by, at=call.moment())
    signs = fingerprint(VerifierKey.parse(done.key))
    data = {
        "run": one.number, "to": to, "file": out, "rows": done.rows, "tables": done.tables, "contents": done.hash,
        "key": done.key, "fingerprint": signs,
    }  # fmt: skip
    lines = [
        said(N_("Written: {file}: {rows} rows and {tables} tables for {to}"), **data),
        said(N_("Public key: {key}"), key=done.key),
        said(N_("Fingerprint: {fingerprint}"), fingerprint=signs),
    ]
    return Answer(name, data, lines)


@app.command(
    "take-in",
    help=N_(
        "Take a run in that another office handed over. The key of the office stands in offices.keys of the folder, or "
        "is given. Exit code 4 if a byte was altered, the key is not known, or the file was taken in before."
    ),
    epilog="""
    reperform reveal take-in run.zip
    reperform reveal take-in run.zip --key "$(cat district.vkey)"
    """,
)
def _take_in(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The file, as it was handed over."))],
    key: Annotated[str, Option(help=N_("The public key of the office, from another source."), metavar="VKEY")] = "",
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.log.note import VerifierKey
    from reperform.reveal.taking_in import take_in

    taken = take_in(file, key=VerifierKey.parse(key) if key else None, by=by, at=call.moment())
    run = taken.run
    data = {
        "run": run.number, "from": run.origin.number if run.origin else None, "procedure": run.code,
        "text": taken.procedure, "rows": taken.rows, "population": run.population, "question": run.question or None,
        "snapshot": taken.snapshot.number if taken.snapshot else None, "fingerprint": taken.fingerprint,
    }  # fmt: skip
    words = {
        "same": N_("The procedure has the very text that this office has."),
        "different": N_("The procedure has another text than the one of this office; it is kept beside it."),
        "unknown": N_("This office does not have the procedure; its text is kept."),
    }
    lines = [
        said(
            N_("{run}: {rows} rows of {procedure} from {office}"),
            office=data["from"],
            run=run.number,
            rows=taken.rows,
            procedure=run.code,
        ),
        said(words[taken.procedure]),
        said(N_("Signed with the key of the fingerprint {fingerprint}"), fingerprint=taken.fingerprint),
    ]
    return Answer("reveal-take-in", data, lines)
