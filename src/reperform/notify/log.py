"""What became of the deliveries: for a person his own, for who looks after the machine counts without any number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from reperform.ledger.models import Account, Delivery
from reperform.ledger.models.notifying import DeliveryState

TROUBLED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.GIVEN_UP)


@dataclass(frozen=True)
class Line:
    """How many deliveries of a channel stand in one state, with one error."""

    channel: str
    state: str
    count: int
    error: dict[str, Any] | None


def summary() -> list[Line]:
    """Return the deliveries of everybody by channel, state and error; an error that was overcome is left out."""
    counts: Counter[tuple[str, str, str]] = Counter()
    errors: dict[str, dict[str, Any] | None] = {}
    for channel, state, error in Delivery.objects.values_list("channel", "state", "error").iterator():
        shown = error if state in TROUBLED else None
        errors[repr(shown)] = shown
        counts[channel, state, repr(shown)] += 1
    return [Line(channel, state, n, errors[error]) for (channel, state, error), n in sorted(counts.items())]


def last_of(account: Account, limit: int = 30) -> list[Delivery]:
    """Return what was told to a person last."""
    return list(Delivery.objects.filter(account=account).order_by("-day", "-pk")[:limit])
