"""Work jobs off in the test's own thread, as a worker would."""

from __future__ import annotations

from reperform.jobs import worker
from reperform.jobs.context import JobContext


def worked_off(hands: dict[str, JobContext] | None = None) -> int:
    """Work off what waits, and return how many jobs that were."""
    count = 0
    while (job := worker.claim("test")) is not None:
        worker.work(job, {} if hands is None else hands)
        count += 1
    return count
