"""`reperform city`: the invented city, and how well the procedures know what was planted in it."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, Shown
from reperform.cli.exit_codes import ExitCode
from reperform.cli.progress import reporting
from reperform.cli.session import Session, session
from reperform.errors import N_, Inconclusive, Translate, Usage

if TYPE_CHECKING:
    from reperform.city import Key, Score
    from reperform.cli.scoring import Scoring

app = typer.Typer()

SECTORS_HELP = N_("all, none, or names with commas: what is made beside the registers of the first four procedures.")
SPARK_HELP = N_("Where Spark is: local[2], spark://host:7077 or sc://host:15002; else what REPERFORM_SPARK says.")
SCORE_HEADS = (
    N_("Procedure"), N_("Planted"), N_("Found"), N_("Missed"), N_("Strays"), N_("Recall"), N_("Precision"),
    N_("Deterministic"), N_("Seconds"),
)  # fmt: skip
SHOWN_KEYS = 20  # of the rows that were missed or are strays


def _named(sectors: str) -> list[str] | None:
    """Return the names of sectors that an option gives; None is all of them."""
    if sectors == "all":
        return None
    return [] if sectors == "none" else [name.strip() for name in sectors.split(",") if name.strip()]


@app.command(
    "generate",
    help=N_(
        "Write the invented city into a new folder: the files that a bureau would receive, at two days, and the truth "
        "of what is wrong in them. The same seed and scale give the same bytes."
    ),
    epilog="reperform city generate yunjiang --scale 0.02 --seed 42",
)
def _generate(
    ctx: typer.Context,
    folder: Annotated[Path, Argument(metavar="FOLDER", help=N_("New folder."))],
    scale: Annotated[float, Option(help=N_("1 is a city of a million residents."), min=0.001)] = 0.02,
    seed: Annotated[int, Option(help=N_("Another seed is another city."), min=0)] = 42,
    sectors: Annotated[str, Option(help=SECTORS_HELP, metavar="NAMES")] = "all",
) -> Answer:
    from reperform.city import generate

    with reporting(session(ctx)) as progress:
        city = generate(folder, scale=scale, seed=seed, sectors=_named(sectors), progress=progress)
    states = {"before": city.before, "after": city.after}
    data = {
        "folder": city.folder, "seed": seed, "scale": scale, "residents": city.residents, "cases": city.cases,
        "states": {
            name: {
                "as_of": one.as_of, "rows": dict(one.counts),
                "files": {table: [str(path) for path in paths] for table, paths in one.files.items()},
            }
            for name, one in states.items()
        },
        "bodies": city.bodies_file, "truth": city.truth_file,
    }  # fmt: skip
    heads = (N_("Table"), N_("Rows before"), N_("Rows after"), N_("Files"))
    rows = [
        [table, city.before.counts[table], city.after.counts.get(table), " ".join(path.name for path in paths)]
        for table, paths in city.before.files.items()
    ]
    return Answer("city-generate", data, [Grid(heads, rows)])


@app.command(
    "score",
    help=N_(
        "Make the city (or take that of a folder), load its first state, run the whole catalogue twice without a "
        "ledger, on Spark and then on DuckDB if the engine is Spark, and compare what was found with what was planted. "
        "Exit code 1 if a procedure whose rule alone decides missed anything, singled out more than one stray in "
        "twenty, or said something else the second time."
    ),
    epilog="""
    reperform city score --scale 0.05
    reperform city score yunjiang --code SI-01 --json
    reperform city score yunjiang --engine spark --spark-master spark://10.0.0.5:7077
    reperform --home home city score yunjiang --kept
    """,
)
def _score(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, Argument(metavar="FOLDER", help=N_("Folder of a city; else one is made and thrown away."))
    ] = None,
    scale: Annotated[float, Option(help=N_("1 is a city of a million residents."), min=0.001)] = 0.02,
    seed: Annotated[int, Option(help=N_("Another seed is another city."), min=0)] = 42,
    sectors: Annotated[str, Option("--sector", "--sectors", help=SECTORS_HELP, metavar="NAMES")] = "all",
    code: Annotated[list[str] | None, Option(help=N_("Only this procedure; can be repeated."), metavar="CODE")] = None,
    engine: Annotated[str, Option(help=N_("duckdb or spark; both say the same."), metavar="NAME")] = "duckdb",
    spark: Annotated[
        str, Option("--spark-master", "--spark-remote", help=SPARK_HELP, metavar="URL", show_default=False)
    ] = "",
    kept: Annotated[
        bool, Option("--kept", help=N_("Score the runs that the home has kept, instead of running anything."))
    ] = False,
) -> Answer:
    call = session(ctx)
    if kept:
        if folder is None:
            raise Usage(N_("Which city?"), hint=N_("Name its folder."))
        return _score_kept(call, folder)
    from reperform.city import generate
    from reperform.cli.procedures import at_hand, contracts, named
    from reperform.cli.scoring import score_folder
    from reperform.engine.engines import opened

    procedures = [named(call, one) for one in code] if code else list(at_hand(call).values())
    made: dict[str, object] = {"seed": None, "scale": None, "seconds": None}
    with opened(engine, spark) as chosen, reporting(call) as progress, tempfile.TemporaryDirectory() as work:
        started = time.perf_counter()
        if folder is None:
            folder = Path(work) / "city"
            generate(folder, scale=scale, seed=seed, sectors=_named(sectors), progress=progress)
            made = {"seed": seed, "scale": scale, "seconds": round(time.perf_counter() - started, 2)}
        told = score_folder(folder, procedures, contracts(call), chosen, progress)
    return _scored(told, engine, made, call.translate)


def _scored(told: Scoring, engine: str, made: dict[str, object], translate: Translate) -> Answer:
    """Return the answer of a scoring."""
    rows = [[*_row(one.score), one.deterministic, f"{one.seconds:.2f}"] for one in told.scored]
    failures = {code: error.render(translate) for code, error in told.failed.items()}
    shown: list[Shown] = [Grid(SCORE_HEADS, rows)]
    for heads, reasons in (
        ((N_("Procedure"), N_("Not testable, because")), told.not_testable),
        ((N_("Procedure"), N_("Failed, because")), failures),
        ((N_("Procedure"), N_("The second time")), dict.fromkeys(told.unstable, translate(N_("another result")))),
    ):
        shown += ["", Grid(heads, [[code, reason] for code, reason in reasons.items()])] if reasons else []
    data = {
        "engine": engine, "scale": made["scale"], "seed": made["seed"], "rows": told.rows,
        "seconds": {"generate": made["seconds"], **told.seconds},
        "procedures": [one.plain() for one in told.scored],
        "not_testable": [{"code": code, "reason": reason} for code, reason in told.not_testable.items()],
        "unstable": told.unstable,
        "failed": [{"code": code, "message": message} for code, message in failures.items()],
        "differences": [_differences(one.score) for one in told.scored if one.score.missed or one.score.strays],
    }  # fmt: skip
    good = all(one.good for one in told.scored) and not told.unstable
    code = ExitCode.BAD_INPUT if failures else ExitCode.CLEAN if good else ExitCode.FINDINGS
    if not (told.scored or failures):
        code = ExitCode.INCONCLUSIVE
    return Answer("city-score", data, shown, code=code)


def _score_kept(call: Session, folder: Path) -> Answer:
    """Compare what the home's own runs over the city's first state found with what was planted."""
    records.acting(call)
    from reperform.city import score, truth

    found = found_by_procedure()
    if not found:
        raise Inconclusive(
            N_("No procedure has been run over the first state of the city."),
            hint=N_("Load its files and run: reperform reveal run"),
        )
    scores = [one for one in score(truth(folder), found) if one.code in found]
    exact = all(not one.missed and not one.strays for one in scores)
    data = {
        "procedures": [
            {"code": one.code, "planted": one.planted, "found": one.found, "false": one.false, "recall": one.recall,
             "precision": one.precision}
            for one in scores
        ],
        "differences": [_differences(one) for one in scores if one.missed or one.strays],
    }  # fmt: skip
    grid = Grid(SCORE_HEADS[:7], [_row(one) for one in scores])
    return Answer("city-score-kept", data, [grid], code=ExitCode.CLEAN if exact else ExitCode.FINDINGS)


def _row(one: Score) -> list[object]:
    recall, precision = f"{one.recall:.4f}", f"{one.precision:.4f}"
    return [one.code, one.planted, one.found, len(one.missed), one.false, recall, precision]


def _differences(one: Score) -> dict[str, object]:
    missed, strays = one.missed[:SHOWN_KEYS], one.strays[:SHOWN_KEYS]
    return {"code": one.code, "missed": [dict(key) for key in missed], "strays": [dict(key) for key in strays]}


def found_by_procedure() -> dict[str, set[Key]]:
    """Return the keys that the first runs over the city's first state singled out, by procedure."""
    from reperform.city import BEFORE, key_of
    from reperform.ledger.models import ExceptionRow, Run

    found: dict[str, set[Key]] = defaultdict(set)
    runs = Run.objects.filter(snapshot__as_of=BEFORE, lookback_of__isnull=True, state="done").order_by("pk")
    first: dict[str, int] = {}
    for run in runs:
        first.setdefault(run.code, run.pk)
        found[run.code] = set()
    for code, pk in first.items():
        found[code] = {key_of(key) for key in ExceptionRow.objects.filter(run_id=pk).values_list("key", flat=True)}
    return dict(found)
