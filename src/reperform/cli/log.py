"""`reperform log`: verify a bundle without anything but the package; sign and show the state of the bureau's log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from reperform.cli.answer import Answer
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import session
from reperform.errors import N_

app = typer.Typer()


@app.command(
    "verify",
    help=N_(
        "Check a proof bundle: that nothing was altered, nothing is missing and every disclosed step was permitted. "
        "Needs no folder, no database and no network."
    ),
    epilog="""
    reperform log verify bundle.zip
    reperform log verify bundle.zip --key "$(cat audit-bureau.vkey)" --expect last-year.checkpoint
    reperform log verify bundle.zip --json | jq .first_failure
    """,
)
def _verify(
    ctx: typer.Context,
    bundle: Annotated[Path, Argument(metavar="BUNDLE", help=N_("The bundle, as it was handed over."))],
    key: Annotated[
        str, Option(help=N_("The public key of the log, from another source than the bundle."), metavar="VKEY")
    ] = "",
    expect: Annotated[
        Path | None, Option(help=N_("A checkpoint of this log that you kept earlier."), metavar="FILE")
    ] = None,
) -> Answer:
    from reperform.log.__main__ import as_text
    from reperform.log.verify import verify

    kept = expect.read_text(encoding="utf-8") if expect else None
    report = verify(bundle, vkey=key or None, expect_checkpoint=kept)
    translate = session(ctx).translate
    told = report.to_json(translate)
    told.pop("schema")
    return Answer("log-verify", told, as_text(report, translate).splitlines(), code=ExitCode(report.exit_code))
