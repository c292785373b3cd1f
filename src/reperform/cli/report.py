"""`reperform report`: the ledger and the report as frozen files, the figures with their queries, the proof bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import Session, parse_date, session
from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Report
    from reperform.report.figures import Answer as Computed
    from reperform.report.figures import Scope

app = typer.Typer()

AsOf = Annotated[str, Option(help=N_("Date of the count, as 2026-11-30; else today."), metavar="DATE")]
Year = Annotated[int, Option(help=N_("Year of the engagements; 0 for all."), min=0)]
Out = Annotated[Path | None, Option(help=N_("Copy it to this file or folder, too."), metavar="FILE")]


@app.command(
    "ledger",
    help=N_("Compile the ledger (整改台账) as a workbook and freeze it with its hash."),
    epilog="reperform report ledger --as-of 2026-11-30 --out 台账.xlsx",
)
def _ledger(ctx: typer.Context, as_of: AsOf = "", year: Year = 0, out: Out = None) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.report.actions import compile_ledger

    report = compile_ledger(by=by, at=call.moment(), as_of=_day(call, as_of), year=year)
    return _compiled("report-ledger", report, out)


@app.command(
    "rectification",
    help=N_("Compile the report on rectification to the standing committee as a document; every number has its query."),
    epilog="reperform report rectification --as-of 2026-11-30 --year 2026 --out 整改报告.docx",
)
def _rectification(
    ctx: typer.Context, as_of: AsOf = "", year: Year = 0,
    budget_year: Annotated[int, Option(help=N_("Budget year that was audited; 0: the year before."), min=0)] = 0,
    out: Out = None,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    from reperform.report.actions import compile_rectification

    report = compile_rectification(
        by=by, at=call.moment(), as_of=_day(call, as_of), year=year, budget_year=budget_year or None
    )
    return _compiled("report-rectification", report, out)


def _day(call: Session, written: str) -> date:
    return parse_date(written) if written else call.today()


def _compiled(name: str, report: Report, out: Path | None) -> Answer:
    from django.conf import settings

    from reperform.report.queries import FIGURES

    file: Path = settings.HOME.out / report.file_name
    if out is not None:
        out = out / report.file_name if out.is_dir() else out
        out.write_bytes(file.read_bytes())
    data = {
        "number": report.number, "title": report.title, "as_of": report.as_of, "file": file, "copy": out,
        "figures": settings.HOME.out / f"{report.number}{FIGURES}", "sha256": report.sha256,
    }  # fmt: skip
    return Answer(
        name, data, [str(out or file)], [said(N_("{number} {title}"), number=report.number, title=report.title)]
    )


@app.command("list", help=N_("List the compiled reports that the person may see."), epilog="reperform report list")
def _list(ctx: typer.Context) -> Answer:
    account = records.acting(session(ctx))
    from reperform.ledger import scope

    found = list(scope.reports(account).order_by("pk"))
    plain = [
        {"number": one.number, "kind": one.report_kind, "state": one.state, "as_of": one.as_of, "file": one.file_name,
         "sha256": one.sha256, "title": one.title}
        for one in found
    ]  # fmt: skip
    heads = (N_("Number"), N_("Kind"), N_("State"), N_("As of"), N_("File"), N_("Title"))
    rows = [[one.number, one.report_kind, one.state, one.as_of, one.file_name, one.title] for one in found]
    return Answer("report-list", {"reports": plain}, [Grid(heads, rows)])


@app.command(
    "publish",
    help=N_("Publish a compiled report: from then on the legislature sees it. A reviewer does it."),
    epilog="reperform --as reviewer report publish RP-REP-2026-0002",
)
def _publish(
    ctx: typer.Context, number: Annotated[str, Argument(metavar="NUMBER", help=N_("Number of the report."))]
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger import scope
    from reperform.report.actions import publish

    report = scope.reports(by).select_related("audit_body").filter(number=number).first()
    if report is None:
        raise Usage(N_("There is no report {number}."), hint=N_("List them with: reperform report list"), number=number)
    publish(report, by=by, at=call.moment())
    return Answer("report-publish", {"number": number, "state": report.state}, [f"{number} {report.state}"])


@app.command(
    "figures",
    help=N_("Compute the named figures of the reports, each by the one query that stands beside it."),
    epilog="""
    reperform report figures --as-of 2026-11-30
    reperform report figures money.proved findings.by_term --json | jq '.figures[].rows'
    """,
)
def _figures_of(
    ctx: typer.Context,
    codes: Annotated[list[str] | None, Argument(metavar="FIGURE...", help=N_("Codes of figures; else all."))] = None,
    as_of: AsOf = "", year: Year = 0,
    sql: Annotated[bool, Option("--sql", help=N_("Show the queries, too."))] = False,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    from reperform.report.figures import compute

    scope = _scope(by, _day(call, as_of), year)
    answers = compute(scope, codes or ())
    language = "en" if call.language == "en" else "zh"
    shown: list[Shown] = []
    for answer in answers.values():
        shown.append(f"{answer.figure.code}  {answer.figure.title[language]}")
        shown.append(Grid([column.title[language] for column in answer.figure.columns], _rows(answer, language)))
        shown += [answer.figure.sql.strip()] if sql else []
        shown.append("")
    return Answer("report-figures", _as_data(answers, scope), shown)


def _scope(by: Account, as_of: date, year: int) -> Scope:
    from reperform.report.figures import Scope

    return Scope(as_of=as_of, bureau=by.body.path, year=year)


def _rows(answer: Computed, language: str) -> list[Sequence[object]]:
    from reperform.report.figures import cell_text

    return [[cell_text(row, column, language, {}) for column in answer.figure.columns] for row in answer.rows]


def _as_data(answers: Mapping[str, Computed], scope: Scope) -> dict[str, object]:
    import json

    from reperform.report.figures import as_json

    told: dict[str, object] = json.loads(as_json(answers, scope))
    told.pop("schema")
    return told


@app.command(
    "charts",
    help=N_("Draw the charts of the report as SVG and PNG: struck off by term, money, what the data say of the items."),
    epilog="reperform report charts --as-of 2026-11-30 --out charts",
)
def _charts(
    ctx: typer.Context, as_of: AsOf = "", year: Year = 0,
    out: Annotated[Path | None, Option(help=N_("Put them here; else in the folder's out/."), metavar="FOLDER")] = None,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    from django.conf import settings

    day = _day(call, as_of)
    files = draw(out or settings.HOME.out, _scope(by, day, year), call.language)
    return Answer("report-charts", {"as_of": day, "files": files}, [str(path) for path in files])


def draw(folder: Path, scope: Scope, language: str) -> list[Path]:
    """Write each chart as SVG, for pages, and as PNG, for documents."""
    from reperform.report import charts
    from reperform.report.figures import compute

    answers, spoken = compute(scope), "en" if language == "en" else "zh"
    drawn = (
        charts.progress(answers["findings.by_term"], spoken),
        charts.money(answers, spoken),
        charts.verdicts(answers["items.by_verdict"], spoken),
    )
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for chart in drawn:
        stem = f"chart-{chart.name.replace('.', '-')}-{scope.as_of}"
        files += [folder / f"{stem}.svg", folder / f"{stem}.png"]
        files[-2].write_text(charts.svg(chart), encoding="utf-8")
        files[-1].write_bytes(charts.png(chart))
    return files


@app.command(
    "bundle",
    help=N_("Sign the log and write the proof bundle: one file with which an outsider checks every step."),
    epilog="reperform report bundle --out proof.zip",
)
def _bundle(
    ctx: typer.Context,
    out: Annotated[
        Path | None, Option(help=N_("Path of the bundle; else in the folder's out/."), metavar="FILE")
    ] = None,
) -> Answer:
    call = session(ctx)
    records.acting(call)
    from django.conf import settings

    from reperform.ledger.publish import latest, signer
    from reperform.report import bundle

    at = call.moment()
    path = bundle.write(out or settings.HOME.out / f"proof-{at:%Y%m%dT%H%M%SZ}.zip", at=at)
    kept = latest()
    data = {"file": path, "entries": kept.size if kept else 0, "key": signer().vkey}
    return Answer(
        "report-bundle", data, [str(path)], [said(N_("Anyone checks it with: reperform log verify {file}"), file=path)]
    )


@app.command(
    "checkpoint",
    help=N_("Sign the log and write the signed note into a file, to hand to those who keep watch."),
    epilog="reperform report checkpoint --out 2026-11.checkpoint",
)
def _checkpoint(
    ctx: typer.Context,
    out: Annotated[Path | None, Option(help=N_("Path of the note; else in the folder's out/."), metavar="FILE")] = None,
) -> Answer:
    call = session(ctx)
    records.acting(call)
    from django.conf import settings

    from reperform.ledger.publish import checkpoint

    kept = checkpoint(at=call.moment())
    path: Path = out or settings.HOME.out / f"{kept.size:012d}.checkpoint"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kept.note, encoding="utf-8")
    return Answer("report-checkpoint", {"file": path, "size": kept.size, "note": kept.note}, [str(path)])


@app.command(
    "recompute",
    help=N_(
        "Compute the figures of a report again from the tables of a proof bundle, without the bureau. Exit code 4 if "
        "one differs or the log does not name them."
    ),
    epilog="reperform report recompute proof.zip RP-REP-2026-0002-figures.json",
)
def _recompute(
    ctx: typer.Context,
    bundle: Annotated[Path, Argument(metavar="BUNDLE", help=N_("The proof bundle."))],
    figures: Annotated[Path, Argument(metavar="FIGURES", help=N_("The file of figures that came with the report."))],
) -> Answer:
    from reperform.log.bundle import Bundle
    from reperform.report.recompute import load, recompute, require_named

    document = load(figures)
    with Bundle(bundle) as opened:
        require_named(figures, opened)
        differing = recompute(document, {name: opened.table(name) for name in opened.tables()})
    shown: list[Shown] = [f"{one.code}: {one.printed} ≠ {one.found}" for one in differing]
    told = document["figures"]
    count = len(told) if isinstance(told, list) else 0
    shown.append(said(N_("{same} of {count} figures are the same."), same=count - len(differing), count=count))
    data = {
        "figures": count,
        "differing": [{"code": one.code, "printed": one.printed, "found": one.found} for one in differing],
    }
    return Answer("report-recompute", data, shown, code=ExitCode.BROKEN if differing else ExitCode.CLEAN)
