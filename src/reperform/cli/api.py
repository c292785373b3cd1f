"""`reperform api`: the programming interface as a description that other tools read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from reperform.cli import records
from reperform.cli.answer import Answer
from reperform.cli.session import session
from reperform.errors import N_

app = typer.Typer()
DESCRIBED = "reperform.web.api.site.described"  # by name: no command depends on the pages


@app.callback()
def _group() -> None:
    """Keep the name of the command where it is the only one."""


@app.command(
    "schema",
    help=N_("Write the description of the programming interface (OpenAPI 3.1, JSON)."),
    epilog="reperform api schema --out openapi.json",
)
def _schema(
    ctx: typer.Context, out: Annotated[Path | None, Option(help=N_("File to write; else standard output."))] = None
) -> Answer:
    records.open_ledger(session(ctx))
    from django.utils.module_loading import import_string

    text = json.dumps(import_string(DESCRIBED)(), ensure_ascii=False, indent=2)
    if out is None:
        return Answer("api-schema", json.loads(text), [text])
    out.write_text(text + "\n", encoding="utf-8")
    return Answer("api-schema", {"file": out}, [str(out)])
