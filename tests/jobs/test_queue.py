"""A job is asked for, worked off, cancelled, tried again; what became of it is kept and can be read in any language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from reperform.errors import Refused
from reperform.jobs import queue, tasks, worker
from reperform.jobs.context import Halt, JobContext
from reperform.jobs.queue import JobState
from reperform.ledger import failures, scope
from reperform.ledger.models import Job, Run, Snapshot, Worker
from reperform.rectify.organise import suspend
from tests.jobs.off import worked_off
from tests.web.loaded import BEFORE, load
from tests.web.scene import make_district
from tests.world import World


def asked(world: World, snapshot: Snapshot, codes: Sequence[str] = ("SI-01",), person: str = "auditor") -> Job:
    return queue.ask(
        tasks.run_procedures, by=world.people[person], total=len(codes), snapshot=snapshot.number, engagement="",
        codes=codes, settings={},
    )  # fmt: skip


def again(job: Job) -> Job:
    return queue.job_of(job.task)


class Halting(dict[str, JobContext]):
    """Hands that halt a job as soon as it is taken up."""

    def __init__(self, why: Halt) -> None:
        super().__init__()
        self.why = why

    def __setitem__(self, key: str, context: JobContext) -> None:
        super().__setitem__(key, context)
        context.halt(self.why)


def test_a_job_waits_runs_and_says_what_it_did(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    assert queue.state(again(job)) is JobState.WAITING
    assert worked_off() == 1
    done = again(job)
    assert (queue.state(done), done.done, done.total, done.by) == (JobState.DONE, 1, 1, world.auditor)
    run = Run.objects.get()
    assert done.task.return_value == {"runs": [run.number]}
    assert run.audit_body == world.auditor.body


def test_what_an_earlier_attempt_entered_is_not_run_again(world: World) -> None:
    job = asked(world, load(world, BEFORE), ("SI-01", "FF-01"))
    first = worker.claim("dies")
    assert first is not None
    asked_codes = first.task.args_kwargs["kwargs"]["codes"]
    first.task.args_kwargs["kwargs"]["codes"] = ["SI-01"]  # the worker dies after the first of two
    tasks.run_procedures.func(
        JobContext(task_result=first.task.task_result, job=first), **first.task.args_kwargs["kwargs"]
    )
    assert asked_codes == ["SI-01", "FF-01"]
    assert worker.release_dead(timezone.now()) == 1
    assert worked_off() == 1
    assert sorted(Run.objects.values_list("code", flat=True)) == ["FF-01", "SI-01"]
    assert len(again(job).task.return_value["runs"]) == 2


def test_a_job_that_fails_keeps_its_error_for_readers_of_any_language(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    suspend(world.auditor, by=world.administrator, at=world.now())
    worked_off()
    failed = again(job)
    error = failures.told(failed.error)
    assert queue.state(failed) is JobState.FAILED
    assert error is not None
    assert error.message == "Who asked for this job may no longer act."
    assert not Run.objects.exists()


def test_of_an_unforeseen_error_only_its_class_is_shown(world: World, caplog: pytest.LogCaptureFixture) -> None:
    job = asked(world, load(world, BEFORE))
    DBTaskResult.objects.update(args_kwargs={"args": [], "kwargs": {"by": world.auditor.number, "secret": "张三"}})
    worked_off()
    assert again(job).error["params"] == {"error": "TypeError"}
    assert "failed" in caplog.text


def test_a_waiting_job_is_cancelled_at_once_and_tried_again_on_request(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    assert queue.cancel(job, at=world.now()) is JobState.CANCELLED
    assert worked_off() == 0
    with pytest.raises(Refused, match="ended already"):
        queue.cancel(job, at=world.now())
    queue.retry(job)
    with pytest.raises(Refused, match="failed or was cancelled"):
        queue.retry(job)
    assert worked_off() == 1
    assert queue.state(again(job)) is JobState.DONE


def test_a_running_job_is_told_to_end_and_does(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    running = worker.claim("test")
    assert running is not None
    assert queue.cancel(job, at=world.now()) is JobState.STOPPING
    worker.work(running, Halting(Halt.CANCELLED))
    assert queue.state(again(job)) is JobState.CANCELLED
    assert again(job).error is None
    assert not Run.objects.exists()


def test_a_worker_that_is_stopped_puts_its_job_back(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    running = worker.claim("test")
    assert running is not None
    worker.work(running, Halting(Halt.WORKER_STOPS))
    back = again(job)
    assert (queue.state(back), back.task.worker_ids) == (JobState.WAITING, [])
    assert worked_off() == 1


def test_a_worker_that_was_taken_for_dead_changes_nothing_any_more(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    slow = worker.claim("slow")
    assert slow is not None
    worker.release_dead(timezone.now())
    assert worked_off() == 1
    worker.work(slow, Halting(Halt.LOST))
    assert queue.state(again(job)) is JobState.DONE
    assert Run.objects.count() == 1


def test_only_what_a_dead_worker_had_is_put_back(world: World) -> None:
    now, snapshot = timezone.now(), load(world, BEFORE)
    Worker.objects.create(name="alive", started_at=now, beat_at=now)
    Worker.objects.create(name="silent", started_at=now, beat_at=now - 2 * queue.LEASE)
    asked(world, snapshot), asked(world, snapshot)
    assert worker.claim("alive") is not None
    assert worker.claim("silent") is not None
    assert worker.release_dead(now) == 1
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["READY", "RUNNING"]
    assert [one.name for one in queue.workers(now)] == ["alive"]
    assert not Worker.objects.filter(name="silent").exists()


def test_a_job_over_which_three_workers_died_fails_and_says_so(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    for turn in range(worker.DEATHS):
        assert worker.claim(f"worker {turn}") is not None
        worker.release_dead(timezone.now())
    error = failures.told(again(job).error)
    assert error is not None
    assert error.render() == "The worker died over this job 3 times."
    assert worker.claim("fourth") is None
    queue.retry(again(job))
    assert worked_off() == 1


def test_a_worker_says_that_it_lives_and_tells_its_job_of_a_cancellation(world: World) -> None:
    job = asked(world, load(world, BEFORE))
    supervisor = worker.Supervisor(name="test")
    supervisor._heard_from()
    running = worker.claim("test")
    assert running is not None
    context = supervisor.hands[str(running.pk)] = JobContext(task_result=running.task.task_result, job=running)
    queue.cancel(job, at=world.now())
    supervisor._look_after()
    assert context.why == [Halt.CANCELLED]
    Worker.objects.update(beat_at=timezone.now() - timedelta(days=1))
    worker.release_dead(timezone.now())  # another worker takes it for dead
    supervisor._look_after()
    assert Halt.LOST in context.why
    assert queue.workers(timezone.now()).count() == 1


def test_a_person_sees_the_jobs_of_his_own_audit_body(world: World) -> None:
    district = make_district(world)
    mine, theirs = queue.ask(tasks.notify, by=world.auditor), queue.ask(tasks.notify, by=district.auditor)
    queue.ask(tasks.notify, by=None)
    assert set(scope.jobs(world.reviewer)) == {mine}
    assert set(scope.jobs(district.auditor)) == {theirs}
    assert scope.jobs(world.administrator).count() == 3
    for person in (world.liaison, world.lead, world.legislator, world.partner):
        assert not scope.jobs(person).exists()
