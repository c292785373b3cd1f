"""How a person is told what waits for him, and what became of it; his calendar file."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from reperform.errors import ReperformError
from reperform.ledger import failures
from reperform.ledger.models import Account, Delivery, Subscription
from reperform.ledger.models.notifying import DeliveryState
from reperform.notify.calendar import calendar_of
from reperform.notify.channels import channels
from reperform.notify.log import last_of, summary
from reperform.notify.mail import Mail
from reperform.notify.matters import Matter
from reperform.notify.subscriptions import subscribe, unsubscribe
from reperform.notify.webhook import Webhook
from reperform.rules.standing import Role
from reperform.web.frame import account_of, page
from reperform.web.moment import now
from reperform.web.sentences import Explained, explain
from reperform.web.words import Chip, Words, word

CHANNELS = {Mail.name: gettext_lazy("E-mail"), Webhook.name: gettext_lazy("To-do list of the office system")}
STATES = {
    DeliveryState.WAITING: Chip(gettext_lazy("Waiting"), "pending", "mute"),
    DeliveryState.SENDING: Chip(gettext_lazy("Being sent"), "rectifying", "info"),
    DeliveryState.SENT: Chip(gettext_lazy("Sent"), "accepted", "ok"),
    DeliveryState.GIVEN_UP: Chip(gettext_lazy("Given up"), "still", "bad"),
    DeliveryState.DROPPED: Chip(gettext_lazy("No longer needed"), "na", "mute"),
}


@dataclass(frozen=True)
class Offer:
    """A channel, and whether the person is told by it."""

    name: str
    label: Words
    is_mail: bool
    subscription: Subscription | None


@dataclass(frozen=True)
class Told:
    """One delivery as its person sees it."""

    delivery: Delivery
    title: str
    state: Chip
    error: Explained | None


def notifications(request: HttpRequest, wrong: ReperformError | None = None) -> HttpResponse:
    account = account_of(request)
    mine = {one.channel: one for one in Subscription.objects.filter(account=account)}
    context = {
        "offers": [Offer(name, word(CHANNELS, name), name == Mail.name, mine.get(name)) for name in channels()],
        "told": [_told(one) for one in last_of(account)],
        "lines": _lines(account),
        "wrong": explain(wrong) if wrong else None,
    }
    return page(request, "notifications/notifications.html", context, status=422 if wrong else 200)


def _told(one: Delivery) -> Told:
    title = Matter.of_source(one.source, one.due).message(person="", done=one.done).title
    return Told(one, title, STATES[DeliveryState(one.state)], _explained(one.error if one.state != "sent" else None))


def _explained(kept: dict[str, object] | None) -> Explained | None:
    error = failures.told(kept)
    return explain(error) if error else None


def _lines(account: Account) -> list[tuple[Words, Chip, int, Explained | None]]:
    """Return the deliveries of everybody as counts, to an administrator alone: he sees not even a number."""
    if account.role != Role.ADMINISTRATOR:
        return []
    return [
        (word(CHANNELS, one.channel), STATES[DeliveryState(one.state)], one.count, _explained(one.error))
        for one in summary()
    ]


def notifications_save(request: HttpRequest) -> HttpResponse:
    """Subscribe to a channel with an address, or end it."""
    account, channel = account_of(request), request.POST.get("channel", "")
    if request.POST.get("end"):
        unsubscribe(account, channel=channel)
        messages.success(request, _("You are told nothing by this channel any more."))
        return redirect("notifications")
    try:
        subscribe(account, channel=channel, address=request.POST.get("address", ""), language=get_language() or "en")
    except ReperformError as error:
        return notifications(request, error)
    messages.success(request, _("You are told by this channel from the next working of the day on."))
    return redirect("notifications")


def calendar(request: HttpRequest) -> HttpResponse:
    """Hand out what waits for this person, with its time limits, as a calendar file."""
    content = calendar_of(account_of(request), on=timezone.localdate(), at=now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reperform.ics"'
    return response
