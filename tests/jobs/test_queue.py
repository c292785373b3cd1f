"""A job is asked for, worked off, cancelled, tried again; what became of it is kept and can be read in any language."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from reperform.errors import Refused
from reperform.jobs import queue, tasks, worker
from reperform.jobs.context import Halt, JobContext
from reperform.jobs.queue import JobState
from reperform.ledger import failures
from reperform.ledger.models import Job, Run, Snapshot, Worker
from reperform.rectify.organise import suspend
from tests.web.loaded import BEFORE, load
from tests.world import World


def asked(world: World, snapshot: Snapshot, codes: list[str], person: str = "auditor") -> Job:
    return queue.ask(
        tasks.run_procedures, by=world.people[person], total=len(codes), snapshot=snapshot.number, engagement="",
        codes=codes, settings={},
    )  # fmt: skip


def worked_off(hands: dict[str, JobContext] | None = None) -> int:
    """Work off what waits, in this thread."""
    count = 0
    while (job := worker.claim("test")) is not None:
        worker.work(job, {} if hands is None else hands)
        count += 1
    return count


def again(job: Job) -> Job:
    return queue.jobs().get(pk=job.pk)


def test_a_job_waits_runs_and_says_what_it_did(world: World) -> None:
    job = asked(world, load(world, BEFORE), ["SI-01"])
    assert queue.state(again(job)) is JobState.WAITING
    assert worked_off() == 1
    done = again(job)
    assert (queue.state(done), done.done, done.total, done.by) == (JobState.DONE, 1, 1, world.auditor)
    run = Run.objects.get()
    assert done.task.return_value == {"runs": [run.number]}
    assert run.audit_body == world.auditor.body
