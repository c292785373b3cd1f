"""Plan what is told to whom once a day, send it, and keep what became of it.

Rules kept here:

* The day of a subscription is planned in one transaction, from the hour of the policy on (`notify.hour`): a crash
  leaves it planned or not planned, never half.
* The log of deliveries is kept by person, channel, source and day. A delivery is marked before it is sent and after:
  one that was being sent when its sender died is in doubt, and is sent again under the same key, because a reminder
  that is lost costs a time limit and one that comes twice costs a glance.
* What can't be sent is tried again later, each time after a longer wait; after the attempts of the policy
  (`notify.attempts`) it is given up, and the error stays to be seen.
* A channel that takes one message at a time hears of a matter once, again when its time limit moves, and that it is
  done; a daily channel hears of it every day.
* What is no longer so when its turn comes is dropped: the matter is done, the person may no longer see it, the
  subscription has ended.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone, translation

from reperform.errors import N_, ReperformError
from reperform.ledger import clocks, failures
from reperform.ledger.models import Account, Delivery, Subscription
from reperform.ledger.models.notifying import DeliveryState
from reperform.notify.channels import channels
from reperform.notify.matters import Matter, matters
from reperform.notify.message import Message, Notifier, NotSent

log = logging.getLogger(__name__)
_D = DeliveryState
IN_HAND = (_D.WAITING, _D.SENDING)
SILENT = timedelta(minutes=10)  # a sender that says nothing for so long is taken for dead
FIRST_WAIT, LONGER = timedelta(minutes=1), 5
AT_MOST = 200  # matters of one person on one day: more than that nobody reads


def tell(*, at: datetime, halted: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Plan the day and send what is due; return how many were planned, sent and not sent."""
    planned = sum(plan(one, at=at) for one in to_plan(at))
    sent = failed = 0
    while not halted():
        done = send_next(at)
        if done is None:
            break
        sent, failed = sent + done, failed + (not done)
    return {"planned": planned, "sent": sent, "failed": failed}


def anything_due(at: datetime) -> bool:
    """Tell whether there is something to plan or to send."""
    return to_plan(at).exists() or Delivery.objects.filter(state__in=IN_HAND, next_at__lte=at).exists()


# Plan ----------------------------------------------------------------------------------------------------------------


def to_plan(at: datetime) -> QuerySet[Subscription]:
    """Return the subscriptions whose day is not planned yet."""
    local = timezone.localtime(at)
    if local.hour < clocks.limit("notify.hour", local.date()):
        return Subscription.objects.none()
    open_ = Subscription.objects.filter(account__state="active", channel__in=channels())
    return open_.exclude(planned_on=local.date()).order_by("pk")


def plan(subscription: Subscription, *, at: datetime) -> int:
    """Enter what a person is to be told today; return how many matters that are."""
    channel = channels()[subscription.channel]
    on = timezone.localtime(at).date()
    with transaction.atomic():
        found = Subscription.objects.select_for_update().filter(pk=subscription.pk).exclude(planned_on=on).first()
        if found is None:  # somebody else was quicker
            return 0
        rows = _rows(found, channel, on)
        for row in rows:
            row.day, row.next_at = on, at
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        found.planned_on = on
        found.save(update_fields=["planned_on"])
        _forget(found, on)
    return len(rows)


def _of(subscription: Subscription) -> QuerySet[Delivery]:
    return Delivery.objects.filter(account=subscription.account, channel=subscription.channel)


def _latest(subscription: Subscription) -> dict[str, Delivery]:
    """Return the last delivery of each source."""
    last = _of(subscription).exclude(state=_D.DROPPED).values("source").annotate(last=Max("pk")).values("last")
    return {one.source: one for one in Delivery.objects.filter(pk__in=last)}


def _rows(subscription: Subscription, channel: Notifier, on: date) -> list[Delivery]:
    open_ = {one.source: one for one in matters(subscription.account, on)}
    latest = _latest(subscription)
    new = partial(Delivery, account=subscription.account, channel=subscription.channel)
    rows = []
    for one in [one for one in open_.values() if one.reason][:AT_MOST]:
        before = latest.get(one.source)
        if channel.daily or before is None or before.done or before.due != one.due:
            rows.append(new(source=one.source, due=one.due))
    for source, before in latest.items():
        if source not in open_ and not before.done and before.state in (_D.SENT, _D.SENDING):
            rows.append(new(source=source, due=before.due, done=True))
    return rows


def _forget(subscription: Subscription, on: date) -> None:
    """Delete what was told long ago; the last word on each open matter stays."""
    before = on - timedelta(days=clocks.limit("notify.keep", on))
    still_open = [one.pk for one in _latest(subscription).values() if not one.done]
    _of(subscription).filter(day__lt=before).exclude(pk__in=still_open).delete()


# Send ----------------------------------------------------------------------------------------------------------------


def send_next(at: datetime) -> bool | None:
    """Send what is due next; return whether it was taken, or nothing if nothing is due."""
    rows = _claim(at)
    if not rows:
        return None
    rows = [row for row in rows if row.state == _D.SENDING]
    if not rows:
        return False
    subscription = (
        Subscription.objects.filter(account=rows[0].account, channel=rows[0].channel, account__state="active")
        .select_related("account__body")
        .first()
    )
    told = _still_so(rows, subscription.account, timezone.localtime(at).date()) if subscription else {}
    _end([row for row in rows if row.pk not in told], state=_D.DROPPED, error=None)
    kept = [row for row in rows if row.pk in told]
    if not kept or subscription is None:
        return True
    try:
        with translation.override(subscription.language):
            messages = [told[row.pk].message(person=subscription.address, done=row.done) for row in kept]
            _send(kept, messages)
    except Exception as error:  # a foreign channel may fail in any way
        _failed(kept, error, at)
        return False
    _end(kept, state=_D.SENT, error=None, sent_at=at)
    return True


def _claim(at: datetime) -> list[Delivery]:
    """Mark what is sent next: a day of a daily channel, else one delivery. Over some their senders die each time."""
    due = Delivery.objects.filter(state__in=IN_HAND, next_at__lte=at)
    if not due.exists():
        return []
    with transaction.atomic():
        first = due.select_for_update(skip_locked=True).order_by("pk").first()
        if first is None:
            return []
        rows = [first]
        channel = channels().get(first.channel)
        if channel is not None and channel.daily:
            same = due.select_for_update(skip_locked=True).filter(account=first.account_id, channel=first.channel)
            rows = list(same.order_by("pk"))
        most = clocks.limit("notify.attempts", timezone.localtime(at).date())
        for row in rows:
            if row.attempts >= most:
                row.state, row.error = _D.GIVEN_UP, failures.keep(NotSent(N_("The sender broke off each time.")))
            else:
                row.state, row.attempts, row.next_at = _D.SENDING, row.attempts + 1, at + SILENT
        Delivery.objects.bulk_update(rows, ["state", "attempts", "next_at", "error"])
    return rows


def _still_so(rows: Sequence[Delivery], account: Account, on: date) -> dict[int, Matter]:
    """Return the matter of each delivery that is still to be told, the last one of each source."""
    open_ = {one.source: one for one in matters(account, on)}
    found: dict[str, tuple[int, Matter]] = {}
    for row in rows:
        if row.done and row.source not in open_:
            found[row.source] = (row.pk, Matter.of_source(row.source, row.due))
        elif not row.done and row.source in open_:
            found[row.source] = (row.pk, open_[row.source])
    return dict(found.values())


def _send(rows: Sequence[Delivery], messages: Sequence[Message]) -> None:
    channel = channels().get(rows[0].channel)
    if channel is None:
        raise NotSent(N_("The channel {name} is not configured."), name=rows[0].channel)
    names = "\n".join(str(row.pk) for row in rows)
    channel.send(messages, key=hashlib.sha256(names.encode()).hexdigest()[:32])


def _failed(rows: Sequence[Delivery], error: Exception, at: datetime) -> None:
    most = clocks.limit("notify.attempts", timezone.localtime(at).date())
    for row in rows:
        row.error = failures.keep(error)
        row.state = _D.GIVEN_UP if row.attempts >= most else _D.WAITING
        row.next_at = at + FIRST_WAIT * LONGER ** (row.attempts - 1)
    Delivery.objects.bulk_update(rows, ["error", "state", "next_at"])
    if not isinstance(error, ReperformError):
        log.error("The channel %s failed.", rows[0].channel, exc_info=error)


def _end(rows: Sequence[Delivery], **values: object) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


def again(deliveries: QuerySet[Delivery], *, at: datetime) -> int:
    """Have what was given up tried again; return how many that are."""
    return deliveries.filter(state=_D.GIVEN_UP).update(state=_D.WAITING, attempts=0, next_at=at)
