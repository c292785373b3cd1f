"""Background work on the pages: what waits and runs, how far it is, whether anybody works it off; cancel, try again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reperform.jobs import queue, tasks
from reperform.jobs.queue import JobState
from reperform.ledger import failures, scope
from reperform.ledger.models import Job
from reperform.web.frame import account_of, page
from reperform.web.moment import now
from reperform.web.pager import Key, cut
from reperform.web.permissions import ACCESS
from reperform.web.sentences import Explained, explain
from reperform.web.words import Chip, Words, word

PAGE = 20
ORDER = (
    Key("asked_at", datetime.fromisoformat, descending=True),
    Key("pk", lambda text: str(UUID(text)), descending=True),
)
WHAT: Mapping[str, Words] = {
    tasks.run_procedures.name: gettext_lazy("Run procedures"),
    tasks.notify.name: gettext_lazy("Send notifications"),
}
STATES: Mapping[str, Chip] = {
    JobState.WAITING: Chip(gettext_lazy("Waiting"), "pending", "mute"),
    JobState.RUNNING: Chip(gettext_lazy("Running"), "rectifying", "info"),
    JobState.STOPPING: Chip(gettext_lazy("Being cancelled"), "rectifying", "warn"),
    JobState.DONE: Chip(gettext_lazy("Done"), "accepted", "ok"),
    JobState.FAILED: Chip(gettext_lazy("Failed"), "still", "bad"),
    JobState.CANCELLED: Chip(gettext_lazy("Cancelled"), "na", "mute"),
}


@dataclass(frozen=True)
class JobRow:
    """One job of the list, or alone on its page."""

    job: Job
    what: Words
    state: Chip
    in_hand: bool
    may_retry: bool
    error: Explained | None
    results: Sequence[tuple[str, str]]  # text and address of what came of it


def _row(job: Job, role: str) -> JobRow:
    state, error = queue.state(job), failures.told(job.error)
    may_look = state is JobState.DONE and ACCESS["run"].admits(role)
    runs = (job.task.return_value or {}).get("runs", ()) if may_look else ()
    return JobRow(
        job=job, what=word(WHAT, job.what), state=STATES[state],
        in_hand=state in queue.IN_HAND, may_retry=state in {JobState.FAILED, JobState.CANCELLED},
        error=explain(error) if error else None, results=[(number, reverse("run", args=[number])) for number in runs],
    )  # fmt: skip


def jobs(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    cutting = cut(request, queue.shown(scope.jobs(account)), ORDER, PAGE)
    alive = list(queue.workers(now()))
    context = {
        "jobs": [_row(one, account.role) for one in cutting.rows],
        "before": cutting.before,
        "after": cutting.after,
        "workers": alive,
    }
    return page(request, "jobs/jobs.html", context)


def _one(request: HttpRequest, pk: UUID) -> Job:
    return get_object_or_404(queue.shown(scope.jobs(account_of(request))), pk=pk)


def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    context = {"row": _row(_one(request, pk), account_of(request).role), "workers": queue.workers(now()).exists()}
    # While a job is in hand its page asks again for what has changed on it: the panel alone.
    return page(request, "jobs/panel.html" if request.headers.get("HX-Request") else "jobs/job.html", context)


def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    state = queue.cancel(_one(request, pk), at=now())
    ended = state is JobState.CANCELLED
    messages.success(request, _("The job was cancelled.") if ended else _("The job ends at the next place it can."))
    return redirect("job", pk)


def job_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    queue.retry(_one(request, pk))
    messages.success(request, _("The job waits again; what it has done already is left out."))
    return redirect("job", pk)
