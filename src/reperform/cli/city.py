"""`reperform city`: the invented city, and how well the procedures know what was planted in it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid
from reperform.cli.exit_codes import ExitCode
from reperform.cli.progress import reporting
from reperform.cli.session import session
from reperform.errors import N_, Inconclusive

if TYPE_CHECKING:
    from reperform.city import Key, Score

app = typer.Typer()


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
) -> Answer:
    from reperform.city import generate

    with reporting(session(ctx)) as progress:
        city = generate(folder, scale=scale, seed=seed, progress=progress)
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
        "Compare what the runs over the city's first state found with what was planted. Exit code 1 if anything was "
        "missed or wrongly singled out."
    ),
    epilog="reperform --home home city score yunjiang",
)
def _score(
    ctx: typer.Context, folder: Annotated[Path, Argument(metavar="FOLDER", help=N_("Folder of the city."))]
) -> Answer:
    call = session(ctx)
    records.acting(call)
    from reperform.city import score, truth

    found = found_by_procedure()
    if not found:
        raise Inconclusive(
            N_("No procedure has been run over the first state of the city."),
            hint=N_("Load its files and run: reperform reveal run"),
        )
    scores = [one for one in score(truth(folder), found) if one.code in found]
    heads = (N_("Procedure"), N_("Planted"), N_("Found"), N_("Missed"), N_("Strays"), N_("Recall"), N_("Precision"))
    rows = [
        [one.code, one.planted, one.found, len(one.missed), one.false, f"{one.recall:.4f}", f"{one.precision:.4f}"]
        for one in scores
    ]
    exact = all(not one.missed and not one.strays for one in scores)
    data = {"scores": [_plain(one) for one in scores]}
    return Answer("city-score", data, [Grid(heads, rows)], code=ExitCode.CLEAN if exact else ExitCode.FINDINGS)


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


def _plain(score: Score) -> dict[str, object]:
    return {
        "procedure": score.code, "planted": score.planted, "found": score.found, "false": score.false,
        "recall": score.recall, "precision": score.precision, "missed": [dict(key) for key in score.missed],
        "strays": [dict(key) for key in score.strays],
    }  # fmt: skip
