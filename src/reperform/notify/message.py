"""The plug-in point: a message of six fields, and what a channel does with it.

The six fields are those that the to-do lists of office systems share; a channel that needs a seventh asks the system
behind it, not the ledger. A package offers a channel by the entry point `reperform.notifiers`: a callable without
arguments that returns a `Notifier`.

Rules kept here:

* A channel is given the whole day at once (`daily`), or one message at a time.
* `send` returns when the other side has taken the messages; else it raises `NotSent`, and they are sent again later.
* The same delivery has the same `key` each time, so that the other side can tell a repetition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reperform.errors import ReperformError


@dataclass(frozen=True)
class Message:
    """One thing that waits for a person, or is done."""

    title: str  # what must be done, with the number of the record
    due: date | None
    person: str  # as the channel knows him
    link: str
    source: str  # stable name of the thing
    done: bool


class NotSent(ReperformError):
    """The channel did not take the messages."""

    exit_code = 1


class Notifier(Protocol):
    """A channel."""

    name: str
    daily: bool

    def send(self, messages: Sequence[Message], *, key: str) -> None: ...
