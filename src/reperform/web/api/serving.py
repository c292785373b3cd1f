"""Records as plain values, for one reader: the fields that the map grants, keys as the numbers that people use.

The number of statements does not depend on the number of records. A finding that another record names is named only to
whoever may see that finding; personal numbers are masked for those who need not act on single persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models

from reperform.ledger import scope
from reperform.ledger.models import Account, Finding, Item, Subject
from reperform.papers.masking import masked
from reperform.rules.standing import Relation, Role
from reperform.web import fields

M = TypeVar("M", bound=models.Model)
Plain = dict[str, Any]


def related(rows: models.QuerySet[M]) -> models.QuerySet[M]:
    """Return the queryset with all that serving its rows will read."""
    keys = {column.name for column in fields.columns(rows.model) if isinstance(column, models.ForeignKey)}
    names = sorted(keys | set(getattr(rows.model, "bound", ())))
    return rows.select_related(*names) if names else rows


def served(rows: Iterable[models.Model], person: Account, *, within: Subject | None = None) -> list[Plain]:
    """Return the records as this person may read them; `within` is what rows without a standing belong to."""
    found = list(rows)
    hidden = _hidden_findings(found, person)
    return [_one(row, person, within, hidden) for row in found]


def one_served(row: models.Model, person: Account, *, within: Subject | None = None) -> Plain:
    """Return one record as this person may read it."""
    return served([row], person, within=within)[0]


def relation(row: models.Model, person: Account, within: Subject | None = None) -> Relation:
    """Return how the body of a person stands to a record."""
    subject = row if isinstance(row, Subject) else within
    return subject.standing().relation(person.actor()) if subject is not None else Relation.NONE


def _one(row: models.Model, person: Account, within: Subject | None, hidden: set[int]) -> Plain:
    reader = Role(person.role), relation(row, person, within)
    plain: Plain = {}
    for column in fields.readable(type(row), *reader):
        value = getattr(row, column.name)
        if isinstance(value, Finding) and value.pk in hidden:
            value = None
        if (type(row).__name__, column.name) in fields.PERSONAL and reader not in fields.IN_FULL:
            value = {name: masked(name, str(text)) for name, text in value.items()}
        plain[column.name] = named(value)
    return plain


def named(value: object) -> object:
    """Return a key as the number, user name or key by which its record is known."""
    match value:
        case Account():
            return value.username
        case Subject():
            return value.number
        case Item():
            return str(value.position)
        case models.Model():
            return str(value.pk)
    return value


def _hidden_findings(rows: Sequence[models.Model], person: Account) -> set[int]:
    """Return the keys of the findings that these records name and this person may not see."""
    asked = {
        key
        for row in rows
        for column in fields.columns(type(row))
        if isinstance(column, models.ForeignKey) and issubclass(column.related_model, Finding)
        if (key := getattr(row, column.attname)) is not None
    }
    if not asked:
        return set()
    return asked - set(scope.findings(person).filter(pk__in=asked).values_list("pk", flat=True))
