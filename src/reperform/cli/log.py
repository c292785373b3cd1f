"""`reperform log`: verify a bundle without anything but the package; sign and show the state of the bureau's log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, said
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


@app.command(
    "checkpoint",
    help=N_("Sign the log as it stands and print the signed note; a tree that was signed already gives the same note."),
    epilog="reperform log checkpoint > 2026-11.checkpoint",
)
def _checkpoint(ctx: typer.Context) -> Answer:
    call = session(ctx)
    records.acting(call)
    from reperform.ledger.publish import checkpoint

    kept = checkpoint(at=call.moment())
    data = {"size": kept.size, "root": bytes(kept.root).hex(), "note": kept.note, "signed_at": kept.signed_at}
    return Answer("log-checkpoint", data, kept.note.splitlines())


@app.command(
    "status",
    help=N_("Say how many entries the log has, how many of them are signed, and by which key."),
    epilog="reperform log status --json",
)
def _status(ctx: typer.Context) -> Answer:
    records.acting(session(ctx))
    from reperform.ledger.models import LogState
    from reperform.ledger.publish import latest, signer

    state, kept, key = LogState.objects.filter(pk=1).first(), latest(), signer()
    entries, signed = state.size if state else 0, kept.size if kept else 0
    data = {
        "origin": key.origin, "key": key.vkey, "entries": entries, "signed": signed, "unsigned": entries - signed,
        "signed_at": kept.signed_at if kept else None, "root": bytes(kept.root).hex() if kept else None,
    }  # fmt: skip
    lines = [
        said(
            N_("{origin}: {entries} entries, {signed} of them signed."),
            origin=key.origin,
            entries=entries,
            signed=signed,
        ),
        said(N_("Public key: {key}"), key=key.vkey),
    ]
    return Answer("log-status", data, lines)
