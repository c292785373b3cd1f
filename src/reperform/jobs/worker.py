"""Work jobs off: claim, run, keep what became of it; no job is lost with its worker.

Rules kept here:

* A job is claimed in one transaction; the queue's row says by which worker.
* A worker says every few seconds that it is alive. What a worker claimed of which nothing was heard for the length of a
  lease goes back into the queue, whoever notices; after three workers have died over a job it fails and says so.
* A worker writes the end of a job only if the job is still its own: one that was taken for dead changes nothing.
* Told to end (SIGTERM), a worker tells its jobs to stop where they are, puts them back and ends; nothing is repeated
  that they have entered. Told twice, it ends at once, and the lease brings its jobs back.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import Any, cast

from django.db import OperationalError, close_old_connections, connections, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResult, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from reperform.errors import N_, ReperformError
from reperform.jobs import queue, tasks
from reperform.jobs.context import Halt, Halted, JobContext
from reperform.ledger.failures import keep
from reperform.ledger.models import Job, Worker
from reperform.notify import sending

log = logging.getLogger(__name__)
DEATHS = 3
Row = DBTaskResult[Any, Any]


# One job -------------------------------------------------------------------------------------------------------------


def claim(worker: str) -> Job | None:
    """Take the next job of the queue, if there is one."""
    if not DBTaskResult.objects.ready().exists():  # a look takes no lock
        return None
    with transaction.atomic():
        row = DBTaskResult.objects.ready().get_locked()
        if row is None:
            return None
        row.claim(worker)
    return queue.job_of(row)


def work(job: Job, hands: dict[str, JobContext]) -> None:
    """Run a claimed job to its end; `hands` holds its context meanwhile, so that it can be told to stop."""
    result = cast("TaskResult[Any]", job.task.task_result)
    context = JobContext(task_result=result, job=job)
    hands[str(job.pk)] = context
    claimed = list(job.task.worker_ids)
    try:
        value = result.task.func(context, *result.args, **result.kwargs)
    except Halted as halted:
        _end(job, claimed, context, halted)
    except ReperformError as error:
        _end(job, claimed, context, error)
    except Exception as error:
        log.exception("The job %s failed.", job)
        _end(job, claimed, context, error)
    else:
        _end(job, claimed, context, value)
    finally:
        del hands[str(job.pk)]


def _end(job: Job, claimed: list[str], context: JobContext, outcome: object) -> None:
    """Write what became of a job, if it is still ours."""
    with transaction.atomic():
        row = DBTaskResult.objects.select_for_update().get(pk=job.pk)
        if row.status != TaskResultStatus.RUNNING or row.worker_ids != claimed:
            return
        if isinstance(outcome, Halted) and context.why[0] is not Halt.CANCELLED:
            row.worker_ids = claimed[:-1]  # this worker did not die over it
            queue.put_back(row)
        elif isinstance(outcome, Exception):
            _fail(row, job, outcome)
        else:
            row.set_successful(outcome)


def _fail(row: Row, job: Job, error: Exception) -> None:
    row.set_failed(error)
    if not isinstance(error, Halted):
        job.error = keep(error)
        job.save(update_fields=["error"])


def release_dead(at: datetime) -> int:
    """Put back what dead workers had in hand; return how many jobs that were."""
    alive = set(queue.workers(at).values_list("name", flat=True))
    dead = [row.pk for row in DBTaskResult.objects.running() if row.worker_ids[-1] not in alive]
    for pk in dead:
        with transaction.atomic():
            row = DBTaskResult.objects.select_for_update().get(pk=pk)
            if row.status != TaskResultStatus.RUNNING or row.worker_ids[-1] in alive:
                continue  # another worker was quicker
            if len(row.worker_ids) < DEATHS:
                queue.put_back(row)
                continue
            died = ReperformError(
                N_("The worker died over this job {count} times."), count=len(row.worker_ids),
                hint=N_("Look at the worker's messages and at the memory of the machine, then try it again."),
            )  # fmt: skip
            _fail(row, queue.job_of(row), died)
    Worker.objects.filter(beat_at__lte=at - queue.LEASE).delete()
    return len(dead)


# The process ---------------------------------------------------------------------------------------------------------


def name_of_worker() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{get_random_string(6)}"


@dataclass
class Supervisor:
    """Some hands that work jobs off, and the one that counts the time."""

    slots: int = 1
    once: bool = False  # end when there is nothing left to do
    name: str = field(default_factory=name_of_worker)
    poll: float = 1.0  # seconds
    beat: timedelta = queue.LEASE / 12
    clock: Callable[[], datetime] = timezone.now
    parent: int = 0  # the process with which this one ends
    stopping: threading.Event = field(default_factory=threading.Event)
    hands: dict[str, JobContext] = field(default_factory=dict)

    def run(self) -> None:
        """Work until told to end."""
        self._heard_from()
        threads = [threading.Thread(target=self._hand, name=f"job-{place}") for place in range(self.slots)]
        for thread in threads:
            thread.start()
        try:
            beaten = self.clock()
            while any(thread.is_alive() for thread in threads):
                now = self.clock()
                if now - beaten >= self.beat:
                    beaten = now
                    _try(self._look_after)
                if self.parent and os.getppid() != self.parent:
                    self.stopping.set()
                if self.stopping.is_set():
                    self._halt_all(Halt.WORKER_STOPS)
                self.stopping.wait(self.poll) if not self.stopping.is_set() else threads[0].join(0.1)
        finally:
            self.stopping.set()
            self._halt_all(Halt.WORKER_STOPS)
            for thread in threads:
                thread.join()
            Worker.objects.filter(name=self.name).delete()

    def end_on_signals(self) -> None:
        """Let SIGTERM and Ctrl-C end the worker in good order, and the second of them at once."""

        def end(number: int, _frame: FrameType | None) -> None:
            self.stopping.set()
            signal.signal(number, signal.SIG_DFL)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)

    def _hand(self) -> None:
        try:
            while not self.stopping.is_set():
                close_old_connections()
                job = _try(lambda: claim(self.name))
                if job is not None:
                    work(job, self.hands)
                elif self.once:
                    return
                else:
                    self.stopping.wait(self.poll)
        except Exception:
            log.exception("A hand of the worker broke; the worker ends, and its jobs go back into the queue.")
            self.stopping.set()
        finally:
            connections.close_all()

    def _heard_from(self) -> None:
        """Say that this worker lives, and see to what only time brings about."""
        now = self.clock()
        if not Worker.objects.filter(name=self.name).update(beat_at=now):
            # New, or taken for dead: then its jobs are others' by now.
            self._halt_all(Halt.LOST)
            Worker.objects.create(name=self.name, started_at=now, beat_at=now)
        release_dead(now)
        if sending.anything_due(now) and not queue.waiting_or_running(tasks.notify.name):
            queue.ask(tasks.notify, by=None)

    def _look_after(self) -> None:
        self._heard_from()
        cancelled = Job.objects.filter(pk__in=list(self.hands), cancel_asked_at__isnull=False)
        for pk in cancelled.values_list("pk", flat=True):
            if context := self.hands.get(str(pk)):
                context.halt(Halt.CANCELLED)

    def _halt_all(self, why: Halt) -> None:
        for context in list(self.hands.values()):
            context.halt(why)


def _try(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the call returns
    """Do without an answer while the database is busy: it is asked again in a moment."""
    try:
        return call()
    except OperationalError:
        log.warning("The database did not answer; trying again.", exc_info=True)
        return None
