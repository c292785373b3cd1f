"""Background work: what was asked for, how far it is, and which workers are alive.

These rows are no records of the audit: they take no steps and stand in no log. What a job does to the ledger it does
through the same actions, and the same door, as a page.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models.bodies import Account


class Job(models.Model):
    """One piece of background work; the queue's own row, `task`, holds its arguments, its state and its result."""

    task = models.OneToOneField(
        "django_tasks_database.DBTaskResult", models.CASCADE, primary_key=True, related_name="job"
    )
    what = models.CharField(_("What"), max_length=64)  # name of the task's function
    by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="jobs", verbose_name=_("Started by")
    )
    step = models.CharField(_("At"), max_length=120, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    error: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)  # message, hint, params; as errors.py

    objects: ClassVar[models.Manager[Job]] = models.Manager()

    class Meta:
        verbose_name = _("Job")

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class Worker(models.Model):
    """A process that works jobs off; one that is not heard of for the length of a lease is dead."""

    name = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Worker]] = models.Manager()

    class Meta:
        verbose_name = _("Worker")

    def __str__(self) -> str:
        return self.name
