"""Every error that Reperform raises on purpose.

Rules kept here:

* An error says what happened, to what, and what to do next (`hint`).
* Its words are an English template with named places; the places are kept apart, so that the layers that know a
  language can print the sentence in it. Nothing below `web` and `cli` knows a language.
* A refusal names its rule (`close.second_person`); a bad input names its place (file, sheet, row, column).
* Each class carries the exit code of the command: 1 failed check, 2 usage, 3 bad input, 4 integrity broken,
  5 inconclusive, 70 internal.

Example::

    raise Refused("close.second_person", N_("The person who accepted cannot close {number}."), number="YJ-2026-0137")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """Mark a text for the message catalogue; it is translated where it is shown."""
    return text


class ReperformError(Exception):
    """Base of all errors raised on purpose."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.params = params

    def render(self, translate: Translate = str) -> str:
        """Return the sentence, in the language of `translate` (English by default)."""
        return translate(self.message).format(**self.params)

    def render_hint(self, translate: Translate = str) -> str:
        """Return what to do next, or an empty text."""
        return translate(self.hint).format(**self.params) if self.hint else ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.render(), self.render_hint()) if part)


class Refused(ReperformError):
    """A step that the rules do not permit; `rule` is its stable name."""

    exit_code = 1

    def __init__(self, rule: str, message: str, *, hint: str = "", **params: object) -> None:
        super().__init__(message, hint=hint, **params)
        self.rule = rule


class Stale(ReperformError):
    """Someone else changed the record since it was read."""

    exit_code = 1


class Usage(ReperformError):
    """The call itself is wrong: an unknown name, a missing folder, two options that exclude each other."""

    exit_code = 2


@dataclass(frozen=True)
class Place:
    """Where in an outside file something stands; rows count from 1 as a spreadsheet shows them."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.sheet, f"row {self.row}" if self.row else "", self.column]
        return ", ".join(part for part in parts if part)


class BadInput(ReperformError):
    """An outside file, a procedure or a table contract that cannot be used as it is."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        place: Place | None = None,
        value: str = "",
        rule: str = "",
        hint: str = "",
        **params: object,
    ) -> None:
        super().__init__(message, hint=hint, **params)
        self.place = place or Place()
        self.value = value
        self.rule = rule

    def __str__(self) -> str:
        where = str(self.place)
        seen = f" (value: {self.value!r})" if self.value else ""
        named = f" [{self.rule}]" if self.rule else ""
        return f"{where + ': ' if where else ''}{super().__str__()}{seen}{named}"


class IntegrityBroken(ReperformError):
    """Something that must never change has changed: an entry, a checkpoint, a snapshot, an evidence file."""

    exit_code = 4


class Inconclusive(ReperformError):
    """Nothing can be said: the data are incomplete, or there was nothing to run."""

    exit_code = 5
