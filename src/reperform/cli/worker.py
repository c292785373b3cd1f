"""`reperform worker`: work off what waits in the background, until told to end.

The same process sends the notifications of the day. Several may run, on one machine or on several: a job is taken by
one of them.
"""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Option

from reperform.cli.answer import Answer
from reperform.cli.serve import prepare
from reperform.cli.session import session
from reperform.errors import N_

app = typer.Typer()


@app.command(
    "worker",
    help=N_("Work jobs off: procedures that were started from a page, notifications. Ends with Ctrl+C or SIGTERM."),
    epilog="""
    reperform --home /srv/audit worker --jobs 2
    reperform worker --once
    """,
)
def _worker(
    ctx: typer.Context,
    jobs: Annotated[int, Option(help=N_("How many jobs are worked off at once."), min=1, max=16)] = 1,
    once: Annotated[bool, Option("--once", help=N_("End when nothing waits any more."))] = False,
    beside: Annotated[int, Option(help=N_("End when the process of this number has ended."), hidden=True)] = 0,
) -> Answer:
    call = session(ctx)
    prepare(call, migrate=False)
    from reperform.jobs.worker import Supervisor

    worker = Supervisor(slots=jobs, once=once, parent=beside)
    worker.end_on_signals()
    call.say(N_("The worker {name} is ready; stop it with Ctrl+C."), name=worker.name)
    worker.run()
    return Answer("worker", {"worker": worker.name})
