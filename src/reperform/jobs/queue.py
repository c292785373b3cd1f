"""Ask for jobs, look at them, cancel them, have them tried again.

Rules kept here:

* The state of a job is that of its row in the queue; nothing is said twice.
* A job that waits is cancelled at once; one that runs is told so and ends at the next place where it looks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from reperform.errors import N_, Refused
from reperform.jobs.context import Cancelled
from reperform.ledger.models import Account, Job, Worker

LEASE = timedelta(seconds=60)
CANCELLED = f"{Cancelled.__module__}.{Cancelled.__qualname__}"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


IN_HAND = frozenset({JobState.WAITING, JobState.RUNNING, JobState.STOPPING})
_STATES = {
    TaskResultStatus.READY: JobState.WAITING,
    TaskResultStatus.RUNNING: JobState.RUNNING,
    TaskResultStatus.SUCCESSFUL: JobState.DONE,
    TaskResultStatus.FAILED: JobState.FAILED,
}


def state(job: Job) -> JobState:
    """Return where a job stands."""
    found = _STATES[TaskResultStatus(job.task.status)]
    if found is JobState.FAILED and job.task.exception_class_path == CANCELLED:
        return JobState.CANCELLED
    if found is JobState.RUNNING and job.cancel_asked_at is not None:
        return JobState.STOPPING
    return found


def ask(task: Task[Any, Any], *, by: Account | None, total: int = 0, **arguments: object) -> Job:
    """Ask for a job as a person, whose number the task is given as `by`, or as nobody.

    It is in the queue when the transaction that asks is committed.
    """
    person = {"by": by.number} if by else {}
    with transaction.atomic():
        result = task.enqueue(**person, **arguments)
        job = Job.objects.create(task_id=UUID(result.id), what=task.name, by=by, total=total)
    return job


def shown(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Return jobs, newest first, with what a row of the list shows."""
    return (
        jobs.select_related("task", "by__body").annotate(asked_at=F("task__enqueued_at")).order_by("-asked_at", "-pk")
    )


def job_of(row: DBTaskResult[Any, Any]) -> Job:
    """Return the job of a row of the queue."""
    return Job.objects.select_related("task", "by__body").get(pk=row.pk)


def waiting_or_running(what: str) -> bool:
    """Tell whether a job of this kind is in hand."""
    in_hand = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return Job.objects.filter(what=what, task__status__in=in_hand).exists()


def cancel(job: Job, *, at: datetime) -> JobState:
    """Cancel a job; return where it stands now."""
    with transaction.atomic():
        task = DBTaskResult.objects.select_for_update().get(pk=job.pk)
        job.task = task
        if state(job) not in IN_HAND:
            raise Refused("job.in_hand", N_("The job has ended already."))
        job.cancel_asked_at = at
        job.save(update_fields=["cancel_asked_at"])
        if task.status == TaskResultStatus.READY:
            task.set_failed(Cancelled())
    return state(job)


def retry(job: Job) -> None:
    """Put a job that failed or was cancelled back into the queue; what it has done already it leaves out."""
    with transaction.atomic():
        task = DBTaskResult.objects.select_for_update().get(pk=job.pk)
        job.task = task
        if state(job) not in {JobState.FAILED, JobState.CANCELLED}:
            raise Refused("job.failed", N_("Only a job that failed or was cancelled can be tried again."))
        job.cancel_asked_at = job.error = None
        job.save(update_fields=["cancel_asked_at", "error"])
        task.worker_ids = []
        put_back(task)


def put_back(task: DBTaskResult[Any, Any]) -> None:
    """Make a row of the queue ready to be claimed again; it is locked."""
    task.status = TaskResultStatus.READY
    task.started_at = task.finished_at = None
    task.exception_class_path = task.traceback = ""
    names = ("status", "started_at", "finished_at", "exception_class_path", "traceback", "worker_ids")
    task.save(update_fields=names)


def workers(at: datetime) -> QuerySet[Worker]:
    """Return the workers that are alive."""
    return Worker.objects.filter(beat_at__gt=at - LEASE).order_by("started_at")
