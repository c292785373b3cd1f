"""`reperform init`: make the folder that holds everything the bureau keeps.

In order: the folder (its owner's alone), the secret key, the configuration, the database, the log's key, the bureau as
the first body, the first accounts. It asks nothing unless a person sits at a terminal.
"""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, said
from reperform.cli.passwords import ONCE, new_password, write_out
from reperform.cli.session import Session, session
from reperform.errors import N_, Refused, Usage
from reperform.home import Bureau, Home, write_bureau
from reperform.log.signer import Signer

if TYPE_CHECKING:
    from reperform.ledger.models import Account

app = typer.Typer()

FIRST = ("admin", "administrator"), ("auditor", "auditor"), ("reviewer", "reviewer")


@app.command(
    "init",
    help=N_(
        "Make the folder that holds everything the bureau keeps: configuration, keys, database, first accounts. "
        "Their passwords are shown once, or written into a new file."
    ),
    epilog="""
    reperform --home /srv/audit init
    reperform --home /srv/audit --lang zh init --name-zh 云江市审计局 --prefix YJ --origin audit.yunjiang.example/ledger --password-file first.txt
    """,  # noqa: E501
)
def _init(
    ctx: typer.Context,
    name_zh: Annotated[str, Option(help=N_("Chinese name of the bureau."))] = "",
    name_en: Annotated[str, Option(help=N_("English name of the bureau."))] = "",
    origin: Annotated[str, Option(help=N_("Name of the log; part of its key and of every checkpoint."))] = "",
    prefix: Annotated[str, Option(help=N_("First part of the numbers that the ledger gives."))] = "",
    code: Annotated[str, Option(help=N_("Code of the bureau among the bodies."))] = "AUD",
    time_zone: Annotated[str, Option(help=N_("Time zone of the dates that the law counts."))] = "",
    password_file: Annotated[Path | None, Option(help=N_("New file for the passwords."), metavar="FILE")] = None,
) -> Answer:
    call = session(ctx)
    if call.home.made:
        raise Usage(
            N_("There is a Reperform folder at {folder} already."),
            hint=N_("Name another one with --home, or look at this one with: reperform --home {folder} doctor"),
            folder=call.home.root,
        )
    given = {"name_zh": name_zh, "name_en": name_en, "origin": origin, "prefix": prefix, "time_zone": time_zone}
    bureau = replace(_asked(call, given), language=call.language)
    passwords = {user: new_password() for user, _role in FIRST}
    # First, so that a file that can't be written leaves no folder behind.
    told = write_out(passwords, password_file) if password_file else ONCE
    key = make_folder(call.home, bureau)
    records.open_ledger(call)
    make_database()
    people = first_accounts(code, bureau, passwords, at=call.moment())
    accounts = [
        {"user": one.username, "role": one.role, "password": None if password_file else passwords[one.username]}
        for one in people
    ]
    data = {"folder": call.home.root, "bureau": code, "language": bureau.language, "key": key, "accounts": accounts}
    grid = Grid((N_("User"), N_("Role"), N_("Password")), [list(one.values()) for one in accounts])
    more = [
        said(N_("Publish this key, so that outsiders can check your log: {key}"), key=key),
        said(N_("Next: reperform --home {folder} serve"), folder=call.home.root),
    ]
    return Answer("init", data, [str(call.home.root), grid], [told, *more])


def _asked(call: Session, given: dict[str, str]) -> Bureau:
    """Return what was given, and ask for the rest if a person can answer."""
    known = {name: value for name, value in given.items() if value}
    if sys.stdin.isatty() and sys.stderr.isatty() and not call.json:
        for name, question in (
            ("name_zh", N_("Chinese name of the bureau")),
            ("name_en", N_("English name of the bureau")),
            ("origin", N_("Name of the log (a domain and a word)")),
            ("prefix", N_("First part of the numbers")),
        ):
            if name not in known:
                known[name] = typer.prompt(call.translate(question), default=getattr(Bureau(), name), err=True)
    return Bureau(**known)


def make_folder(home: Home, bureau: Bureau) -> str:
    """Make the folder with its keys and configuration; return the public key of its log."""
    for folder in (home.root, home.snapshots, home.evidence, home.procedures, home.out):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    if not home.secret_key.exists():
        home.secret_key.touch(mode=0o600)
        home.secret_key.write_text(secrets.token_urlsafe(48), encoding="ascii")
    signer = Signer.create(home.keys, bureau.origin, secrets.token_bytes(32))
    write_bureau(home.config, bureau)
    return signer.vkey


def make_database() -> None:
    """Bring the database to the newest form."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def first_accounts(code: str, bureau: Bureau, passwords: dict[str, str], *, at: datetime) -> list[Account]:
    """Register the bureau and enrol an administrator, an auditor and a reviewer."""
    from reperform.ledger.models import Account
    from reperform.rectify.organise import BodyEntry, enrol, register_bodies
    from reperform.rules.standing import Role

    if Account.objects.exists():
        raise Refused(
            "init.empty", N_("The database holds a ledger already."),
            hint=N_("REPERFORM_DATABASE_URL must name an empty database."),
        )  # fmt: skip
    body = register_bodies([BodyEntry(code, bureau.name_zh, "audit", bureau.name_en)], by=None, at=at)[0]
    return [
        enrol(username=user, name=user, role=Role(role), body=body, password=passwords[user], by=None, at=at)
        for user, role in FIRST
    ]
