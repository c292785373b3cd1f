"""The jobs: each a function of a few plain arguments that may be called again after it was broken off.

Rules kept here:

* Whoever asked is looked up again when the job runs: who was suspended since takes no step.
* What an earlier attempt has entered is not done twice: the runs that were entered since the job was asked for count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django_tasks import TaskContext, task

from reperform.errors import N_, Refused
from reperform.jobs.context import of_job
from reperform.ledger import scope, workshop
from reperform.ledger.models import Account, Run, Snapshot
from reperform.notify.sending import tell
from reperform.reveal.running import run_all


def person(number: str) -> Account:
    """Return who asked for the job, if he may still act."""
    found = Account.objects.select_related("body").filter(number=number, state="active").first()
    if found is None:
        raise Refused("job.account", N_("Who asked for this job may no longer act."))
    return found


@task(takes_context=True)
def run_procedures(
    context: TaskContext, *, by: str, snapshot: str, engagement: str, codes: Sequence[str], settings: Mapping[str, str]
) -> dict[str, list[str]]:
    """Run procedures over a snapshot, and return the numbers of their runs."""
    job, account = of_job(context), person(by)
    kept = Snapshot.objects.get(number=snapshot)
    of_audit = scope.engagements(account).get(number=engagement) if engagement else None
    entered = Run.objects.filter(
        audit_body=account.body, snapshot=kept, code__in=codes, ran_at__gte=job.asked_at, lookback_of=None
    )
    before = {run.code: run for run in entered}
    left = [code for code in codes if code not in before]
    runs = list(before.values())
    if left:
        batch = run_all(
            workshop.named(left), snapshot=kept, engagement=of_audit, by=account, at=timezone.now(), settings=settings,
            stop=job.stop,
            progress=lambda code, done, _due: job.progress(code, len(before) + done, len(codes)),
        )  # fmt: skip
        if batch.left:
            job.end_if_halted()
        for failure in batch.failed:
            raise failure.error
        runs += batch.runs
    job.progress("", len(codes), len(codes))
    return {"runs": [run.number for run in runs]}


@task(takes_context=True)
def notify(context: TaskContext) -> dict[str, int]:
    """Plan the notifications of the day and send what is due."""
    job = of_job(context)
    told = tell(at=timezone.now(), halted=lambda: bool(job.why))
    job.end_if_halted()
    return told
