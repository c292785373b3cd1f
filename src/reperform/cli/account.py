"""`reperform account`: one's own tokens, with which programs act for a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, said
from reperform.cli.passwords import write_out
from reperform.cli.session import session
from reperform.errors import N_, Usage

app = typer.Typer()


@app.command(
    "token",
    help=N_("Make a token for the person who acts. It is shown once, or written into a file."),
    epilog="reperform --as li account token 财务系统 --scope read --days 90",
)
def _token(
    ctx: typer.Context,
    label: Annotated[str, Argument(metavar="LABEL", help=N_("What it is for."))],
    scope: Annotated[str, Option(help=N_("read or write."))] = "read",
    days: Annotated[int, Option(help=N_("After how many days it ends."))] = 90,
    file: Annotated[Path | None, Option(help=N_("New file for the token."))] = None,
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger.models import TokenScope
    from reperform.rectify import tokens

    if scope not in TokenScope.values:
        raise Usage(N_("There is no scope {name}."), hint=N_("Known: {known}."), name=scope, known="read, write")
    token, text = tokens.make(label=label, scope=TokenScope(scope), days=days, by=by, at=call.moment())
    told = write_out({token.number: text}, file) if file else said(N_("The token is shown this once; keep it safe."))
    shown = None if file else text
    data = {"number": token.number, "scope": scope, "expires_at": token.expires_at, "token": shown}
    return Answer("account-token", data, [shown] if shown else [], [told])


@app.command("tokens", help=N_("List the tokens of the person who acts."), epilog="reperform --as li account tokens")
def _tokens(ctx: typer.Context) -> Answer:
    by = records.acting(session(ctx))
    plain = [
        {"number": one.number, "label": one.label, "scope": one.scope, "state": one.state,
         "expires_at": one.expires_at, "last_used": one.use.at if hasattr(one, "use") else None}
        for one in by.tokens.select_related("use").order_by("pk")
    ]  # fmt: skip
    heads = (N_("Number"), N_("What it is for"), N_("Scope"), N_("State"), N_("Ends"), N_("Last used"))
    rows = [[str(value) if value is not None else None for value in one.values()] for one in plain]
    return Answer("account-tokens", {"tokens": plain}, [Grid(heads, rows)])


@app.command("revoke", help=N_("End a token now."), epilog="reperform --as li account revoke 9f86d081884c7d65")
def _revoke(ctx: typer.Context, number: Annotated[str, Argument(metavar="NUMBER", help=N_("Its number."))]) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.rectify import tokens

    token = by.tokens.filter(number=number).first()
    if token is None:
        raise Usage(
            N_("You have no token {number}."), hint=N_("List them with: reperform account tokens"), number=number
        )
    tokens.revoke(token, by=by, at=call.moment())
    return Answer("account-revoke", {"number": number, "state": token.state}, [f"{number} {token.state}"])
