"""`reperform jobs`: what runs in the background, whether somebody works it off, cancel and try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import session
from reperform.errors import N_, Translate, Usage

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Job

app = typer.Typer()
Number = Annotated[str, Argument(metavar="JOB", help=N_("First letters of the job's number."))]
NO_WORKER = N_("No worker is running: what waits stays where it is. Start one with: reperform worker")


@app.command(
    "list",
    help=N_("Jobs, newest first, and how many workers there are. Exit code 1 if one failed, or waits in vain."),
    epilog="reperform jobs list --json",
)
def _list(
    ctx: typer.Context, limit: Annotated[int, Option(help=N_("At most so many."), min=1, max=1000)] = 50
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.jobs import queue
    from reperform.ledger import scope

    found = list(queue.shown(scope.jobs(account))[:limit])
    alive = queue.workers(call.moment()).count()
    plain = [_plain(job, call.translate) for job in found]
    waiting = any(one["state"] == queue.JobState.WAITING for one in plain)
    failed = any(one["state"] == queue.JobState.FAILED for one in plain)
    heads = (N_("Job"), N_("What"), N_("State"), N_("Step"), N_("Done"), N_("Of"), N_("Started by"), N_("Error"))
    names = ("job", "what", "state", "step", "done", "total", "by", "error")
    rows = [[str(one[name])[:8] if name == "job" else one[name] for name in names] for one in plain]
    shown: list[Shown] = [Grid(heads, rows)]
    words = [] if alive else [said(NO_WORKER)]
    code = ExitCode.FINDINGS if failed or (waiting and not alive) else ExitCode.CLEAN
    return Answer("jobs-list", {"workers": alive, "jobs": plain}, shown, words, code)


@app.command("cancel", help=N_("Cancel a job; what it has done by then is kept."), epilog="reperform jobs cancel 3f9a")
def _cancel(ctx: typer.Context, job: Number) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.jobs import queue

    found = _one(job, account)
    state = queue.cancel(found, at=call.moment())
    return Answer("jobs-cancel", {"job": str(found.pk), "state": state}, [str(state)])


@app.command(
    "retry",
    help=N_("Try a failed or cancelled job again; what it has done already is left out."),
    epilog="reperform jobs retry 3f9a",
)
def _retry(ctx: typer.Context, job: Number) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.jobs import queue

    found = _one(job, account)
    queue.retry(found)
    return Answer("jobs-retry", {"job": str(found.pk), "state": queue.state(found)}, [str(queue.state(found))])


def _one(named: str, account: Account) -> Job:
    from reperform.jobs import queue
    from reperform.ledger import scope

    fitting = [one for one in queue.shown(scope.jobs(account)) if str(one.pk).startswith(named)]
    if len(fitting) != 1:
        message = N_("{name} could be more than one job.") if fitting else N_("There is no job {name}.")
        raise Usage(message, hint=N_("List them with: reperform jobs list"), name=named)
    return fitting[0]


def _plain(job: Job, translate: Translate) -> dict[str, object]:
    from reperform.jobs import queue
    from reperform.ledger import failures

    error = failures.told(job.error)
    return {
        "job": str(job.pk), "what": job.what, "state": queue.state(job), "step": job.step, "done": job.done,
        "total": job.total, "by": job.by.username if job.by else None, "asked_at": job.task.enqueued_at,
        "started_at": job.task.started_at, "finished_at": job.task.finished_at,
        "error": error.render(translate) if error else None, "result": job.task.return_value,
    }  # fmt: skip
