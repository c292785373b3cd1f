"""What a running job knows of itself: how far it is, and whether it must stop.

Rules kept here:

* A job that is told to stop ends at the next place where it looks; what it entered by then is kept.
* Three things stop a job, and only the first of them ends it: a person cancels it, its worker is stopped, or its worker
  was taken for dead and another one has the job now.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from django_tasks import TaskContext

from reperform.ledger.models import Job


class Halt(Enum):
    """Why a job stops."""

    CANCELLED = auto()
    WORKER_STOPS = auto()
    LOST = auto()


class Halted(Exception):
    """The job has stopped where it was."""


class Cancelled(Halted):
    """A person has cancelled the job."""


@dataclass(frozen=True, kw_only=True)
class JobContext(TaskContext):
    """Handed to each task in the place of the plain context."""

    job: Job
    stop: threading.Event = field(default_factory=threading.Event)
    why: list[Halt] = field(default_factory=list)

    @property
    def asked_at(self) -> datetime:
        return self.job.task.enqueued_at

    def halt(self, why: Halt) -> None:
        """Tell the job to stop; the first reason counts."""
        self.why.append(why)
        self.stop.set()

    def end_if_halted(self) -> None:
        """Raise `Halted` if the job was told to stop; `stop` alone says nothing, others may set it to end their own."""
        if self.why:
            raise Cancelled if self.why[0] is Halt.CANCELLED else Halted

    def progress(self, step: str, done: int, total: int) -> None:
        """Show how far the job is."""
        self.job.step, self.job.done, self.job.total = step, done, total
        self.job.save(update_fields=["step", "done", "total"])


def of_job(context: TaskContext) -> JobContext:
    """Return the context as our worker hands it to a task."""
    if not isinstance(context, JobContext):
        raise TypeError("a job runs in `reperform worker`")
    return context
