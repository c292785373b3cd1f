"""What a step asks of the person who takes it: its fields, declared once for the pages and for the command.

Rules kept here:

* A form says what may be written; whether the step is allowed is the rules' affair, and the door's.
* Values arrive as typed: dates, fen, records; `BadInput` names the field, the value and what is allowed.
* Bodies and findings are looked up in what the person may see, never in everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.ledger.models import Account, Subject
from reperform.rules.standing import Role

Words = str | Promise
RULES: Mapping[str, Words] = {  # those that a waiver may set aside (`rules.checks.WAIVABLE`)
    "accept.standard": _("The points of the closing standard"),
    "accept.evidence": _("The kinds of evidence owed"),
    "submit.voucher_once": _("Each voucher in one money class"),
    "extension.times": _("How often it may be extended"),
    "extension.days": _("By how many days it may be extended"),
}
Call = Callable[..., object]


class Ask(StrEnum):
    """What kind of value a field holds."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    MONEY = "money"
    WORD = "word"
    FLAG = "flag"
    BODY = "body"
    FINDINGS = "findings"
    FILES = "files"
    LINES = "lines"


@dataclass(frozen=True)
class Field:
    """One thing that a person writes."""

    name: str
    label: Words
    ask: Ask = Ask.LINE
    required: bool = True
    words: Mapping[str, Words] = field(default_factory=dict)
    help: Words = ""
    bodies: tuple[str, ...] = ()  # the kinds of body that may be chosen; all if empty


@dataclass(frozen=True)
class Form:
    """One step with its fields; `call(subject, by=, at=, **values)` takes it.

    `verb` is the verb of the table; `opens` names the kind of record that the step makes, where the subject of the form
    is another one (a finding) or none at all.
    """

    kind: str
    verb: str
    label: Words
    call: Call
    fields: tuple[Field, ...] = ()
    opens: str = ""
    step: str = ""  # the name in the table of steps, where it is not kind and verb of the form
    states: frozenset[str] = frozenset()  # in which a form that opens another record is offered; any if empty

    @property
    def name(self) -> str:
        """Name of the step in the table of steps."""
        return self.step or f"{self.kind}.{self.verb}"


@dataclass(frozen=True)
class Kind:
    """A kind of record beside findings: how it is named, which are seen, and what a list and a page of it show."""

    name: str
    label: Words
    plural: Words
    roles: frozenset[Role]  # to the others this kind does not exist
    seen: Callable[[Account], QuerySet[Any]]
    columns: tuple[str, ...]
    details: tuple[str, ...]
    states: Mapping[str, Words]
    words: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)  # of columns that hold a word


def label_of(row: Guarded, name: str) -> Words:
    """Return the label of a column."""
    return row._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def end_of(day: date) -> datetime:
    """Return the last moment of a local day, in UTC."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def take(form: Form, subject: Subject | None, values: Mapping[str, object], *, by: Account, at: datetime) -> object:
    """Take the step of a form with the values that were written."""
    return form.call(*(() if subject is None else (subject,)), **values, by=by, at=at)
