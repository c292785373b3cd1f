"""Notifications: by which channel a person wants them, and what became of each.

No records of the audit, and nothing of a finding but its number. A delivery is kept by person, channel, source and day:
the database itself forbids a second one.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models.bodies import Account
from reperform.ledger.models.subject import words


class Subscription(models.Model):
    """A person wants notifications by a channel; without a row nothing is sent."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="subscriptions")
    channel = models.CharField(_("Channel"), max_length=32)
    address = models.CharField(_("Address"), max_length=254)  # as the channel knows the person
    language = models.CharField(_("Language"), max_length=16)
    planned_on = models.DateField(null=True, blank=True)  # the day whose digest was planned last

    objects: ClassVar[models.Manager[Subscription]] = models.Manager()

    class Meta:
        verbose_name = _("Subscription")
        constraints = [models.UniqueConstraint(fields=["account", "channel"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.channel}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")  # after a crash: sent or not, nobody knows
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")
    DROPPED = "dropped", _("No longer needed")


class Delivery(models.Model):
    """One thing told to one person by one channel on one day: that it waits, or that it is done."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("Channel"), max_length=32)
    source = models.CharField(_("Source"), max_length=200)  # stable name of what must be done
    day = models.DateField(_("Day"))
    done = models.BooleanField(default=False)
    due = models.DateField(_("Due"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=16, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(_("Attempts"), default=0)
    next_at = models.DateTimeField()  # when it may be tried, or a sender that fell silent be replaced
    sent_at = models.DateTimeField(null=True, blank=True)
    error: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)  # message, hint, params; as errors.py

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        verbose_name = _("Delivery")
        constraints = [
            models.UniqueConstraint(fields=["account", "channel", "source", "day", "done"], name="delivery_once"),
            words("delivery", "state", tuple(DeliveryState.values)),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_next")]

    def __str__(self) -> str:
        return f"{self.source} {self.day} {self.state}"
