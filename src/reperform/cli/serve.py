"""`reperform serve`: the site on an existing folder, by granian, on this machine alone unless told otherwise.

It refuses to start where an acknowledged step could be lost, or where the database is older than the program.
"""

from __future__ import annotations

import os
import socket
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from reperform.cli import records
from reperform.cli.answer import Answer
from reperform.cli.beside import beside_the_site
from reperform.cli.health import durability
from reperform.cli.init import make_database
from reperform.cli.session import Session, session
from reperform.errors import N_, Refused, Usage

app = typer.Typer()

LOOPBACK, PORT = "127.0.0.1", 8765
THREADS = 4  # per worker; a request waits rather than fight over the database
TARGET = "reperform.web.wsgi:application"


@app.command(
    "serve",
    help=N_("Serve the site on an existing folder, on this machine alone unless --host names another address."),
    epilog="""
    reperform --home /srv/audit serve
    REPERFORM_HOSTS=audit.example REPERFORM_TLS=1 reperform --home /srv/audit serve --host 0.0.0.0 --port 8443 --certificate site.pem --key site.key
    """,  # noqa: E501
)
def _serve(
    ctx: typer.Context,
    host: Annotated[str, Option(help=N_("Address to listen on."))] = LOOPBACK,
    port: Annotated[int, Option(help=N_("Port to listen on."), min=1, max=65535)] = PORT,
    workers: Annotated[int, Option(help=N_("Number of processes."), min=1, max=64)] = 1,
    certificate: Annotated[Path | None, Option(help=N_("Certificate (PEM), to serve HTTPS."), metavar="FILE")] = None,
    key: Annotated[Path | None, Option(help=N_("Key of the certificate."), metavar="FILE")] = None,
    migrate: Annotated[bool, Option("--migrate", help=N_("Bring the database to the newest form first."))] = False,
    worker: Annotated[
        bool, Option(help=N_("Whether a worker runs beside the site; else start one of your own."))
    ] = True,
) -> Answer:
    call = session(ctx)
    prepare(call, migrate=migrate)
    require_free(host, port)
    if host != LOOPBACK and "REPERFORM_HOSTS" not in os.environ:
        raise Usage(
            N_("Which names may the site be called by at {host}?"),
            hint=N_("Set REPERFORM_HOSTS, for example: REPERFORM_HOSTS=audit.example reperform serve --host {host}"),
            host=host,
        )
    address = f"{'https' if certificate else 'http'}://{host}:{port}/"
    call.say(N_("The site is at {address}; stop it with Ctrl+C."), address=address)
    with beside_the_site(call) if worker else nullcontext():
        listen(host, port, workers=workers, certificate=certificate, key=key)
    return Answer("serve", {"address": address})


def prepare(call: Session, *, migrate: bool) -> None:
    """Open the ledger, and refuse where it is not fit to be served."""
    records.open_ledger(call)
    if migrate:
        make_database()
    lag = records.unmigrated()
    if lag:
        raise Refused(
            "serve.migrations", N_("The database is older than the program: {count} migrations are not applied."),
            hint=N_("Make a copy of the folder, then run: reperform serve --migrate"), count=len(lag),
        )  # fmt: skip
    safe = durability()
    if not safe.ok:
        hint = safe.hint.template if safe.hint else ""
        raise Refused("serve.durability", safe.said.template, hint=hint, **safe.said.values)


def require_free(host: str, port: int) -> None:
    """Raise `Usage` if something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Usage(
                N_("Cannot listen on {host}:{port}: {problem}."), hint=N_("Name another port with --port."),
                host=host, port=port, problem=error.strerror,
            ) from error  # fmt: skip


def listen(host: str, port: int, *, workers: int, certificate: Path | None = None, key: Path | None = None) -> None:
    """Serve until the process is told to stop."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    connections.close_all()  # the workers are forked: no connection may be shared
    Server(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=THREADS,
        log_level=LogLevels.warning,
        ssl_cert=certificate,
        ssl_key=key,
    ).serve()
