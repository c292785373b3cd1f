"""Which version of a record the person saw: every form carries it, and an older one is refused as stale."""

from __future__ import annotations

from django.http import HttpRequest

from reperform.errors import N_, BadInput, Stale
from reperform.ledger.models import Subject


def seen(request: HttpRequest) -> int:
    """Return the version that the form was drawn from."""
    text = request.POST.get("seen", "")
    if not text.isdecimal():
        raise BadInput(
            N_("The form does not say which version it was drawn from."),
            rule="seen.version",
            hint=N_("Open the page again and repeat the step."),
        )
    return int(text)


def require_fresh(request: HttpRequest, subject: Subject) -> None:
    """Refuse a step on an older version; the door then guards the time from here to the lock."""
    if subject.seq != seen(request):
        raise Stale(
            N_("{subject} was changed by someone else in the meantime."),
            hint=N_("Look at it again and repeat the step if it still applies."),
            subject=subject.number,
        )
