"""A process of its own for the tests of the worker: `python -m tests.jobs.bureau prepare|work|finish|look`.

`work` is the real worker; it says on standard output when the first run of the job was entered, and then waits until
it is killed or told to end, so that both happen in the middle of the job.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reperform.settings")
MANY = 40  # procedures: more than can end between the first of them and a signal


def prepare() -> None:
    """Make the tables, the small world and one snapshot, and ask for a job."""
    from django.conf import settings
    from django.core.management import call_command

    from reperform.jobs import queue, tasks
    from reperform.ledger import workshop
    from tests.web.loaded import BEFORE, load
    from tests.world import make_world

    settings.HOME.root.mkdir(parents=True)
    call_command("migrate", verbosity=0)
    world = make_world()
    snapshot, codes = load(world, BEFORE), sorted(workshop.procedures())[:MANY]
    queue.ask(
        tasks.run_procedures, by=world.auditor, total=MANY, snapshot=snapshot.number, engagement="", codes=codes,
        settings={},
    )  # fmt: skip


def work() -> None:
    """Work the job off, and hold still after its first run."""
    from reperform.jobs.context import JobContext
    from reperform.jobs.worker import Supervisor

    entered = JobContext.progress

    def progress(self: JobContext, step: str, done: int, total: int) -> None:
        entered(self, step, done, total)
        print("entered", done, flush=True)
        self.stop.wait()

    JobContext.progress = progress  # type: ignore[method-assign]
    signal.alarm(120)  # a test that waits for it must not wait for ever
    supervisor = Supervisor(poll=0.1)
    supervisor.end_on_signals()
    supervisor.run()


def finish() -> None:
    """Find the worker dead, as is found when its lease has run out, and work off what it left."""
    from django.utils import timezone

    from reperform.jobs import queue
    from reperform.jobs.worker import Supervisor
    from reperform.ledger.models import Worker

    Worker.objects.update(beat_at=timezone.now() - queue.LEASE - timedelta(seconds=1))
    Supervisor(once=True, poll=0.1).run()


def look() -> None:
    """Print where the job stands and what it has entered, as JSON."""
    from reperform.jobs import queue
    from reperform.ledger.models import Job, Run, Worker

    job = queue.shown(Job.objects.filter(what="run_procedures")).get()
    found = {
        "state": queue.state(job), "runs": Run.objects.count(), "codes": Run.objects.values("code").distinct().count(),
        "attempts": len(job.task.worker_ids), "workers": Worker.objects.count(),
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "work": work, "finish": finish, "look": look}[sys.argv[1]]()
