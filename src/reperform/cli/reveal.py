"""`reperform reveal`: open an engagement, run procedures, sift the exceptions, issue findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import handovers, inquiries, records, revealed
from reperform.cli.answer import Answer, Grid, Shown, said
from reperform.cli.chosen import All, OfBody, Rows, RunNumber, chosen_rows
from reperform.cli.progress import reporting
from reperform.cli.ran import batch_answer
from reperform.cli.session import Session, parse_date, session
from reperform.cli.shown import finding_grid, finding_plain, row_grid, row_plain, run_grid, run_plain
from reperform.errors import N_, Inconclusive, Usage

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Snapshot

app = typer.Typer()

ENGAGEMENT = Option(help=N_("Number of the engagement; else the last one."), metavar="NUMBER")


@app.command(
    "open", help=N_("Open an engagement (审计项目)."), epilog='reperform reveal open E-2026-01 "2025 年度预算执行审计"'
)
def _open(
    ctx: typer.Context,
    number: Annotated[str, Argument(metavar="NUMBER", help=N_("Number of the engagement."))],
    title: Annotated[str, Argument(metavar="TITLE", help=N_("Title of the engagement."))],
    year: Annotated[int, Option(help=N_("Year of the plan; else this year."))] = 0,
    report_no: Annotated[str, Option(help=N_("Number of the audit report."))] = "",
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger.models import Engagement
    from reperform.reveal.actions import open_engagement

    if Engagement.objects.filter(number=number).exists():
        raise Usage(N_("There is an engagement {number} already."), number=number)
    opened = open_engagement(
        number=number, title=title, year=year or call.today().year, audit_body=by.body, by=by, at=call.moment(),
        report_no=report_no,
    )  # fmt: skip
    data = {"number": opened.number, "title": title, "year": opened.year}
    return Answer("reveal-open", data, [f"{number} {title}"])


@app.command("engagements", help=N_("List the engagements."), epilog="reperform reveal engagements")
def _engagements(ctx: typer.Context) -> Answer:
    account = records.acting(session(ctx))
    from django.db.models import Count

    from reperform.ledger import scope

    found = scope.engagements(account).annotate(count=Count("findings")).order_by("pk")
    plain = [
        {"number": one.number, "title": one.title, "year": one.year, "state": one.state, "findings": one.count}
        for one in found
    ]
    heads = (N_("Number"), N_("Title"), N_("Year"), N_("State"), N_("Findings"))
    return Answer("reveal-engagements", {"engagements": plain}, [Grid(heads, [list(one.values()) for one in plain])])


@app.command(
    "run",
    help=N_(
        "Run procedures over a whole snapshot and keep what they find, each as it ends; Ctrl-C keeps what was "
        "finished, and --changed goes on from there. Exit code 1 if there is something to sift, 3 if a procedure "
        "failed, 5 if nothing could be tested."
    ),
    epilog="""
    reperform reveal run --all
    reperform reveal run --domain social_insurance --changed
    reperform reveal run SI-01 FF-01 --snapshot 3f9a --engagement E-2026-01
    reperform reveal run SI-01 --set grace_months=1
    reperform reveal run EM-08 EM-09 --snapshots 3f9a,77b0,c215
    reperform reveal run --all --limit seconds=600 --limit memory=4096
    """,
)
def _run(  # noqa: PLR0913 - each is an option
    ctx: typer.Context,
    codes: Annotated[list[str] | None, Argument(metavar="CODE...", help=N_("Procedures; else all."))] = None,
    code: Annotated[
        list[str] | None, Option("--code", help=N_("A procedure; can be repeated."), metavar="CODE")
    ] = None,
    domain: Annotated[list[str] | None, Option(help=N_("A whole domain; can be repeated."), metavar="WORD")] = None,
    everything: Annotated[bool, Option("--all", help=N_("The whole catalogue; so does naming nothing."))] = False,
    changed: Annotated[
        bool, Option("--changed", help=N_("Only what changed since its last run: tables, text or parameters."))
    ] = False,
    snapshot: Annotated[str, Option(help=N_("First letters of its hash, or latest."), metavar="HASH")] = "latest",
    joint: Annotated[
        str,
        Option(
            "--snapshots",
            help=N_(
                "Several snapshots as one, with commas: a joint run (联审). What no single one shows is marked as only "
                "across them."
            ),
            metavar="HASH,HASH...",
        ),
    ] = "",
    engagement: Annotated[str, ENGAGEMENT] = "",
    engine: Annotated[str, Option(help=N_("duckdb or spark; both say the same."), metavar="NAME")] = "duckdb",
    set_: Annotated[
        list[str] | None,
        Option(
            "--set",
            help=N_(
                "A parameter's value, within the bounds that the procedure declares; CODE.name=value for one procedure "
                "alone; can be repeated."
            ),
            metavar="NAME=VALUE",
        ),
    ] = None,
    limit: Annotated[
        list[str] | None,
        Option(
            help=N_("What one run may use: memory, temporary (MB), seconds, rows, threads; can be repeated."),
            metavar="NAME=NUMBER",
        ),
    ] = None,
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.engine.engines import opened
    from reperform.engine.run import limits_from
    from reperform.ledger import workshop
    from reperform.reveal.running import run_all

    asked, limits = [*(codes or ()), *(code or ())], limits_from(limit or ())
    if everything and (asked or domain):
        raise Usage(N_("Which procedures?"), hint=N_("Name them, or give --all."))
    # A run may come before there is a project: its exceptions are leads, and whoever confirms them names one.
    project = records.engagement(engagement, by) if engagement else records.last_engagement(by)
    chosen = workshop.chosen(asked, domain or ())
    data_of = _joint(joint, by, call) if joint else records.snapshot(snapshot)
    with opened(engine) as chosen_engine, reporting(call) as progress:
        batch = run_all(
            chosen, snapshot=data_of, engagement=project, by=by, at=call.moment(), changed_only=changed,
            engine=chosen_engine, limits=limits, settings=_settings(set_ or ()), progress=progress,
        )  # fmt: skip
    return batch_answer(batch, call.translate)


def _joint(named: str, by: Account, call: Session) -> Snapshot:
    """Return the snapshots that are named as one."""
    from reperform.reveal.actions import join_snapshots

    parts = [records.snapshot(one.strip()) for one in named.split(",") if one.strip()]
    title = call.translate(N_("Joint: {count} snapshots")).format(count=len(parts))
    return join_snapshots(parts, title=title, by=by, at=call.moment())


def _settings(words: Sequence[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Usage(N_("{value} is not a value."), hint=N_("Write it as name=value."), value=word)
        found[name] = value
    return found


@app.command("runs", help=N_("List the runs, the newest first."), epilog="reperform reveal runs --code SI-01")
def _runs(
    ctx: typer.Context, code: Annotated[str, Option(help=N_("Only the runs of this procedure."), metavar="CODE")] = ""
) -> Answer:
    account = records.acting(session(ctx))
    from reperform.ledger import scope

    found = scope.runs(account).select_related("snapshot").order_by("-pk")
    runs = list(found.filter(code=code) if code else found)
    return Answer("reveal-runs", {"runs": [run_plain(one) for one in runs]}, [run_grid(runs)])


@app.command(
    "exceptions",
    help=N_("List the rows that a run singled out: leads (疑点), until an auditor has looked at them."),
    epilog="""
    reperform reveal exceptions latest --pending
    reperform reveal exceptions RP-RUN-2026-0001 --body YJ-SIF --json | jq .rows[].key
    """,
)
def _exceptions(
    ctx: typer.Context,
    run: RunNumber,
    body: OfBody = "",
    pending: Annotated[bool, Option("--pending", help=N_("Only what has not been sifted yet."))] = False,
    across: Annotated[bool, Option("--across", help=N_("Only what shows across the parts of a joint run."))] = False,
    limit: Annotated[int, Option(help=N_("Show at most so many rows; 0 for all."), min=0)] = 0,
) -> Answer:
    account = records.acting(session(ctx))
    one = records.run(run, account)
    rows = one.rows.order_by("body_code", "pk")
    rows = rows.filter(body_code=body) if body else rows
    rows = rows.filter(sifting="pending") if pending else rows
    rows = rows.filter(across=True) if across else rows
    total = rows.count()
    shown = list(rows[:limit] if limit else rows)
    words = [said(N_("{shown} of {total} rows."), shown=len(shown), total=total)] if len(shown) < total else []
    data = {"run": one.number, "total": total, "rows": [row_plain(row) for row in shown]}
    return Answer("reveal-exceptions", data, [row_grid(shown)], words)


@app.command(
    "confirm",
    help=N_("Confirm exceptions: one draft finding for each body among them."),
    epilog="""
    reperform reveal confirm latest --all
    reperform reveal confirm RP-RUN-2026-0001 --body YJ-SIF --engagement E-2026-01
    """,
)
def _confirm(
    ctx: typer.Context, run: RunNumber, row: Rows = None, body: OfBody = "", everything: All = False,
    engagement: Annotated[str, ENGAGEMENT] = "",
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger import workshop
    from reperform.reveal.actions import confirm

    one = records.run(run, by)
    project = one.engagement if one.engagement and not engagement else records.engagement(engagement, by)
    procedure = workshop.pinned(one.procedure_hash)
    rows = chosen_rows(one, row or (), body, everything)
    findings = confirm(rows, procedure=procedure, engagement=project, by=by, at=call.moment())
    day = call.today()
    data = {"run": one.number, "rows": len(rows), "findings": [finding_plain(f, day) for f in findings]}
    return Answer("reveal-confirm", data, [finding_grid(findings, day)])


@app.command(
    "exclude",
    help=N_("Set exceptions aside with a reason until a date; they come back when their content changes."),
    epilog="reperform reveal exclude latest --row 8c41aa --reason 系补发死亡前待遇 --until 2027-03-31",
)
def _exclude(
    ctx: typer.Context, run: RunNumber,
    reason: Annotated[str, Option(help=N_("Why it is no problem."))],
    until: Annotated[str, Option(help=N_("Day on which the exclusion expires."), metavar="DATE")],
    row: Rows = None, body: OfBody = "", everything: All = False,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    from reperform.reveal.actions import exclude

    rows = chosen_rows(records.run(run, by), row or (), body, everything)
    set_aside = exclude(rows, reason=reason, expires_on=parse_date(until), by=by, at=call.moment())
    numbers: list[Shown] = [one.number for one in set_aside]
    return Answer("reveal-exclude", {"exclusions": numbers, "until": until}, numbers)


@app.command(
    "issue",
    help=N_("Issue drafts to their responsible bodies with a time limit: the problem list."),
    epilog="""
    reperform reveal issue --all --due 2026-08-31
    reperform reveal issue RP-2026-0001 RP-2026-0002 --due 2026-08-31
    """,
)
def _issue(
    ctx: typer.Context,
    numbers: Annotated[list[str] | None, Argument(metavar="NUMBER...", help=N_("Findings."))] = None,
    due: Annotated[str, Option(help=N_("Time limit; else the policy counts it for each term."), metavar="DATE")] = "",
    served: Annotated[str, Option(help=N_("Day of service, from which the policy counts; else today."))] = "",
    everything: Annotated[bool, Option("--all", help=N_("Every draft of your bureau that names who answers."))] = False,
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger import scope
    from reperform.reveal.actions import issue

    if bool(numbers) == everything:
        raise Usage(N_("Which findings?"), hint=N_("Name them, or give --all."))
    drafts = scope.findings(by).filter(state="draft", responsible__isnull=False, audit_body=by.body).order_by("number")
    shown = drafts.prefetch_related("engagement", "relapse_of")
    chosen = list(shown) if everything else records.findings(numbers or (), by)
    if not chosen:
        raise Inconclusive(N_("There is no draft to issue."))
    day = call.today()
    issued = issue(
        chosen, due_on=parse_date(due) if due else None, served_on=parse_date(served) if served else None, by=by,
        at=call.moment(),
    )  # fmt: skip
    return Answer("reveal-issue", {"findings": [finding_plain(f, day) for f in issued]}, [finding_grid(issued, day)])


@app.command(
    "import",
    help=N_(
        "Import findings from outside workbooks by their declared keys; the same again changes nothing. An import "
        "drafts, it never issues or closes."
    ),
    epilog="reperform reveal import --format fac fac_findings --json",
)
def _import(
    ctx: typer.Context,
    paths: Annotated[list[Path], Argument(metavar="PATH...", help=N_("Workbooks, or folders of them."))],
    format_: Annotated[str, Option("--format", help=N_("Format of the workbooks: fac."), metavar="NAME")],
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.reveal.importing import import_findings

    with reporting(call) as progress:
        result = import_findings(paths, format=format_, by=by, at=call.moment(), progress=progress)
    data = asdict(result)
    counted = [[name, value] for name, value in data.items() if isinstance(value, int)]
    words = [
        said(N_("{count} findings differ from the files and are no drafts; they were left: {numbers}"),
             count=len(result.held), numbers=", ".join(result.held[:10]))
    ] if result.held else []  # fmt: skip
    return Answer("reveal-import", data, [result.number, Grid((N_("What"), N_("Count")), counted)], words)


app.add_typer(inquiries.app)
app.add_typer(handovers.app)
app.add_typer(revealed.app)
