"""What a column of a record looks like on a page: words for codes, yuan for fen, names for keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from reperform.ledger.asking import Kind, Words, label_of
from reperform.ledger.models import Account, Body, Finding, Subject
from reperform.rules.figures import YUAN, in_unit


def text_of(kind: Kind, row: Subject, name: str) -> str:
    """Return a column as text."""
    value = getattr(row, name)
    match value:
        case None | "":
            return "—"
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Body() | Account():
            return value.name
        case Finding() | Subject():
            return value.number
    if name in kind.words:
        return str(kind.words[name].get(value, value))
    return _("%(amount)s yuan") % {"amount": in_unit(value, YUAN)} if name == "amount" else str(value)


def cells(kind: Kind, row: Subject, names: Sequence[str]) -> list[tuple[Words, str]]:
    """Return the columns of a row with their labels."""
    return [(label_of(row, name), text_of(kind, row, name)) for name in names]


def shown(kind: Kind, row: Subject) -> list[tuple[Words, str]]:
    """Return every detail of a record that has something to say."""
    return [cell for cell in cells(kind, row, kind.details) if cell[1] != "—"]
