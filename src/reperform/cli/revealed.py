"""`reperform reveal`, the rest of it: what has been examined, when it runs by itself, a run for other programs."""

from __future__ import annotations

import json
import sys
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import parse_date, session
from reperform.errors import N_, Translate, Usage

if TYPE_CHECKING:
    from reperform.reveal.coverage import Coverage, Gap

app = typer.Typer()

Domains = Annotated[list[str] | None, Option("--domain", help=N_("A whole domain; can be repeated."), metavar="WORD")]


@app.command(
    "coverage",
    help=N_(
        "Show what has been examined: procedure by body by period, and why the rest has not. Exit code 1 if a "
        "procedure was not run over data that would allow it."
    ),
    epilog="""
    reperform reveal coverage
    reperform reveal coverage --domain sewage --since 2026-01-01 --out coverage.xlsx
    """,
)
def _coverage(
    ctx: typer.Context,
    domain: Domains = None,
    since: Annotated[str, Option(help=N_("Only data of this day or later."), metavar="DATE")] = "",
    until: Annotated[str, Option(help=N_("Only data of this day or earlier."), metavar="DATE")] = "",
    out: Annotated[Path | None, Option(help=N_("Write a workbook, too."), metavar="FILE")] = None,
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger import workshop
    from reperform.reveal.coverage import NOT_RUN, coverage
    from reperform.reveal.coverage_book import write_book

    first, last = (parse_date(day) if day else None for day in (since, until))
    found = coverage(workshop.chosen((), domain or ()), by=by, since=first, until=last)
    if out is not None:
        write_book(out, found, reason=lambda word: _sentence(word, call.translate))
    data = {
        "periods": list(found.periods), "bodies": found.bodies(),
        "cells": [
            {"procedure": one.code, "period": one.period, "body": one.body, "examined": one.examined,
             "exceptions": one.singled_out, "pending": one.pending, "run": one.run}
            for one in found.cells
        ],
        "gaps": [
            {"procedure": one.code, "period": one.period, "reason": one.reason, "run": one.run or None,
             "sentence": _sentence(one.reason, call.translate)}
            for one in found.gaps
        ],
        "file": out,
    }  # fmt: skip
    due = any(gap.reason == NOT_RUN for gap in found.gaps)
    words = [said(N_("Written: {file}"), file=out)] if out else []
    shown = [_coverage_grid(found, call.translate)]
    return Answer("reveal-coverage", data, shown, words, ExitCode.FINDINGS if due else ExitCode.CLEAN)


def _sentence(reason: str, translate: Translate) -> str:
    from reperform.engine.run import why_not
    from reperform.reveal.coverage import NOT_RUN

    return translate(N_("It was not run over these data.")) if reason == NOT_RUN else why_not(reason, translate)


def _coverage_grid(found: Coverage, translate: Translate) -> Grid:
    """Return a line for each procedure and period: how many bodies and rows, or the reason why none."""
    heads = (
        N_("Procedure"), N_("Period"), N_("Bodies"), N_("Examined"), N_("Exceptions"), N_("To sift"), N_("Reason"),
    )  # fmt: skip
    gaps: dict[tuple[str, date], Gap] = {(one.code, one.period): one for one in found.gaps}
    rows: list[list[object]] = []
    for procedure in found.procedures:
        for period in found.periods:
            cells = [one for one in found.cells if (one.code, one.period) == (procedure.code, period)]
            gap = gaps.get((procedure.code, period))
            rows.append(
                [
                    procedure.code, period, len(cells), sum(one.examined for one in cells),
                    sum(one.singled_out for one in cells), sum(one.pending for one in cells),
                    _sentence(gap.reason, translate) if gap else "",
                ]
            )  # fmt: skip
    return Grid(heads, rows)


@app.command(
    "schedule",
    help=N_(
        "Write the files that let the machine run what changed by itself: a systemd timer with its service, or a "
        "crontab. Nothing is installed; the files say how."
    ),
    epilog="""
    reperform --home /srv/reperform reveal schedule --out timer --every weekly --time 02:30
    reperform reveal schedule --out cron --kind cron --domain social_insurance
    """,
)
def _schedule(
    ctx: typer.Context,
    out: Annotated[Path, Option(help=N_("Folder for the files."), metavar="FOLDER")],
    every: Annotated[str, Option(help=N_("daily, weekly, monthly or quarterly."), metavar="WORD")] = "daily",
    at: Annotated[str, Option("--time", help=N_("Time of the day, as 02:30."), metavar="TIME")] = "02:30",
    kind: Annotated[str, Option(help=N_("systemd or cron."), metavar="WORD")] = "systemd",
    code: Annotated[
        list[str] | None, Option(help=N_("A procedure; can be repeated. Else all."), metavar="CODE")
    ] = None,
    domain: Domains = None,
) -> Answer:
    call = session(ctx)
    records.open_ledger(call)
    from reperform.ledger import workshop
    from reperform.reveal.schedule import Schedule, command, files

    workshop.chosen(code or (), domain or ())  # what is not known is better said now than at night
    home = str(call.home.root)
    words = command(sys.executable, home, code or (), domain or ())
    schedule = Schedule(words, every, _time(at), call.home.bureau().time_zone, home)
    texts = files(kind, schedule)
    for name in texts:
        if (out / name).exists():
            raise Usage(N_("{file} is there already."), hint=N_("Name a new folder."), file=out / name)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    written = [str(out / name) for name in texts]
    return Answer("reveal-schedule", {"kind": kind, "every": every, "files": written}, written)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise Usage(N_("{value} is not a time of the day."), hint=N_("Write it as 02:30."), value=text) from error


@app.command(
    "export",
    help=N_(
        "Give a run to other programs: SARIF 2.1.0, JSON or CSV. With a baseline each row is new, unchanged, updated "
        "or absent. No text of the data but the key leaves, unless --full is given."
    ),
    epilog="""
    reperform reveal export latest --format sarif --out run.sarif
    reperform reveal export RP-RUN-2026-0061 --format csv --baseline RP-RUN-2026-0001
    """,
)
def _export(
    ctx: typer.Context,
    run: Annotated[str, Argument(metavar="RUN", help=N_("The run's number, or latest."))],
    format_: Annotated[str, Option("--format", help=N_("sarif, json or csv."), metavar="NAME")] = "sarif",
    baseline: Annotated[str, Option(help=N_("An earlier run of the same procedure."), metavar="RUN")] = "",
    full: Annotated[bool, Option("--full", help=N_("All columns, and why rows were set aside."))] = False,
    out: Annotated[Path | None, Option(help=N_("File to write; else standard output."), metavar="FILE")] = None,
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger import workshop
    from reperform.reveal import export

    if format_ not in export.FORMATS:
        raise Usage(N_("{value} is not one of {known}."), value=format_, known=", ".join(export.FORMATS))
    one = records.run(run, by)
    rows = export.rows_of(one, records.run(baseline, by) if baseline else None)
    procedure = workshop.pinned(one.procedure_hash)
    if format_ == "csv":
        text = export.as_csv(rows, procedure, full=full)
    elif format_ == "sarif":
        text = _dumped(export.as_sarif(one, procedure, rows, full=full))
    else:
        text = _dumped({"schema": "reperform/run/1", **export.as_plain(one, rows, full=full)})
    states: dict[str, int] = {}
    for each in rows:
        states[each.state or "row"] = states.get(each.state or "row", 0) + 1
    data = {"run": one.number, "format": format_, "rows": len(rows), "states": states, "file": out}
    if out is None:
        return Answer("reveal-export", data | {"content": text}, [text.removesuffix("\r\n")])
    out.write_text(text, encoding="utf-8", newline="")
    return Answer("reveal-export", data, [str(out)])


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


@app.command(
    "exclusions",
    help=N_("List the exceptions that are set aside, with reason and expiry."),
    epilog="reperform reveal exclusions --code SI-01",
)
def _exclusions(
    ctx: typer.Context, code: Annotated[str, Option(help=N_("Only of this procedure."), metavar="CODE")] = ""
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.cli.shown import key_text
    from reperform.reveal.queries import active_exclusions

    found = list(active_exclusions(account, code=code))
    plain = [
        {"number": one.number, "procedure": one.code, "identity": one.identity, "key": one.row.key,
         "body": one.row.body_code, "reason": one.reason, "expires_on": one.expires_on, "set_by": one.set_by.username}
        for one in found
    ]  # fmt: skip
    heads = (N_("Number"), N_("Procedure"), N_("Body"), N_("Expires"), N_("Reason"), N_("Key"))
    rows = [
        [one.number, one.code, one.row.body_code, one.expires_on, one.reason, key_text(one.row.key)] for one in found
    ]
    return Answer("reveal-exclusions", {"exclusions": plain}, [Grid(heads, rows)])


@app.command(
    "lift",
    help=N_("Take an exclusion back; its row is to be sifted again."),
    epilog="reperform reveal lift RP-EXC-2026-0001 --reason 判决已撤销",
)
def _lift(
    ctx: typer.Context,
    number: Annotated[str, Argument(metavar="NUMBER", help=N_("The exclusion's number."))],
    reason: Annotated[str, Option(help=N_("Why it no longer holds."))],
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.reveal.actions import lift
    from reperform.reveal.queries import active_exclusions

    found = active_exclusions(by).filter(number=number).first()
    if found is None:
        raise Usage(
            N_("There is no exclusion {number} in force."), hint=N_("List them with: reperform reveal exclusions"),
            number=number,
        )  # fmt: skip
    lift(found, reason=reason, by=by, at=call.moment())
    return Answer("reveal-lift", {"exclusion": number, "state": found.state}, [f"{number} {found.state}"])
