"""`reperform demo`: the whole story, on an invented city or on real files, then the site with one-click role cards."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from reperform.cli.answer import Answer, Grid, Shown
from reperform.cli.progress import reporting
from reperform.cli.serve import LOOPBACK, PORT, require_free
from reperform.cli.session import session
from reperform.errors import N_
from reperform.home import Home

if TYPE_CHECKING:
    from reperform.cli.session import Session
    from reperform.cli.story.figures import Figures

app = typer.Typer()

DEFAULT = Path("reperform-demo")
SHOWN = (
    ("residents", N_("Residents of the invented city")),
    ("tables", N_("Tables loaded")),
    ("procedures", N_("Procedures run")),
    ("exceptions", N_("Exceptions singled out")),
    ("findings", N_("Findings")),
    ("closed", N_("Struck off")),
    ("relapsed", N_("Relapsed: new findings that name the old one")),
    ("unproven", N_("Items gone without a trace: unproven")),
    ("inconclusive", N_("Look-backs on incomplete data: inconclusive")),
    ("log_entries", N_("Entries of the log")),
    ("log_verified", N_("Proof bundle verified")),
    ("tamper_detected", N_("One changed byte refused")),
    ("figures_recomputed", N_("Figures of the report computed again from the bundle")),
    ("recall", N_("Planted problems found (recall)")),
    ("precision", N_("Found problems that were planted (precision)")),
    ("seconds", N_("Seconds")),
)


@app.command(
    "demo",
    help=N_(
        "Play the whole loop: an invented city is loaded, every procedure runs, findings are issued, three months of "
        "rectification pass, the look-back runs, reports and a proof bundle are written, verified, altered and "
        "refused. Then the site is served, with one-click role cards. With --data the same loop runs on real files."
    ),
    epilog="""
    reperform demo
    reperform demo --no-server --dir /tmp/d --json
    reperform demo --dir real --data public-data --no-server
    """,
)
def _demo(
    ctx: typer.Context,
    folder: Annotated[Path, Option("--dir", help=N_("Folder of the story."), metavar="FOLDER")] = Path(
        "reperform-demo"
    ),
    no_server: Annotated[bool, Option("--no-server", help=N_("End when the story ends."))] = False,
    scale: Annotated[float, Option(help=N_("1 is a city of a million residents."), min=0.001)] = 0.02,
    seed: Annotated[int, Option(help=N_("Another seed is another city."), min=0)] = 42,
    port: Annotated[int, Option(help=N_("Port of the site."), min=1, max=65535)] = PORT,
    data: Annotated[
        Path | None, Option(help=N_("Folder of real files, instead of the city."), metavar="FOLDER")
    ] = None,
    fresh: Annotated[bool, Option("--fresh", help=N_("Replace an earlier story in the folder."))] = False,
) -> Answer:
    started = time.perf_counter()
    call, place = session(ctx), folder.expanduser().resolve()
    if not no_server:
        require_free(LOOPBACK, port)
    told = replace(call, home=Home(place / "home"), language_named=call.language)
    with reporting(told) as report:
        figures = _play(told, place, report, data=data, scale=scale, seed=seed, fresh=fresh, started=started)
    rows = [[told.translate(title), _shown(getattr(figures, name))] for name, title in SHOWN]
    shown: list[Shown] = [Grid((N_("What"), N_("Count")), rows), "", *figures.files]
    answer = Answer("demo", figures.plain(), shown)
    if no_server:
        told.say(N_("See it in the browser: reperform --home {home} serve"), home=figures.home)
        return answer
    told.show(answer)
    _serve(told, port)
    raise typer.Exit


def _play(
    told: Session,
    place: Path,
    report: object,
    *,
    data: Path | None,
    scale: float,
    seed: int,
    fresh: bool,
    started: float,
) -> Figures:
    from reperform.cli.story import on_city, on_real_files, opening
    from reperform.cli.story.scene import Scene

    opening.require_room(place, fresh=fresh)
    scene = Scene(place, told, report)  # type: ignore[arg-type]
    if data is not None:
        return on_real_files.play(scene, data, started=started)
    return on_city.play(scene, scale=scale, seed=seed, started=started)


def _shown(value: object) -> object:
    return f"{value:.4f}" if isinstance(value, float) and value <= 1 else value


def _serve(told: Session, port: int) -> None:
    """Become the server: nothing of the story's process is left in it."""
    os.environ["REPERFORM_DEMO"] = "1"
    command = ["--home", str(told.home.root), "--lang", told.language, "serve", "--port", str(port)]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "reperform.cli", *command])  # noqa: S606 - our own interpreter
