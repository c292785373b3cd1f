"""What every record that takes steps has: a number that people use, a state and a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import Guarded
from reperform.rules.standing import Standing
from reperform.rules.steps import KINDS


def words(table: str, column: str, allowed: tuple[str, ...]) -> models.CheckConstraint:
    """Return the database's own check that a column holds one of the allowed words."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": sorted(allowed)}), name=f"{table}_{column}_word"
    )


class Subject(Guarded):
    """A record with a life: each of its steps is one entry of the log."""

    kind: ClassVar[str]  # the word before the colon in the log's subject
    bound: ClassVar[tuple[str, ...]] = ()  # the relations that `parties` and `people` read

    number = models.CharField(_("Number"), max_length=120, unique=True)
    state = models.CharField(_("State"), max_length=16)
    seq = models.PositiveIntegerField(_("Version"), default=0)

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        """Name in the log."""
        return f"{self.kind}:{self.number}"

    def standing(self) -> Standing:
        """Return what the rules need to know of this row."""
        return Standing(state=self.state, seq=self.seq, parties=self.parties(), people=self.people())

    def adopt(self, standing: Standing) -> None:
        """Take over what the rules decided; parties and people are columns that the step sets itself."""
        self.state = standing.state
        self.seq = standing.seq

    def parties(self) -> dict[str, str]:
        return {}

    def people(self) -> dict[str, str]:
        return {}


def state_words(kind: str) -> models.CheckConstraint:
    """Return the constraint on the state column of a kind: the states of the step table and no others."""
    return words(kind, "state", KINDS[kind])


def numbers(row: Subject, relations: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of the related records that are there, by the names that the rules give them."""
    known = row._state.fields_cache
    found: dict[str, str] = {}
    for name, relation in relations.items():
        if (related := known.get(relation)) is None and getattr(row, f"{relation}_id") is not None:
            related = getattr(row, relation)
        if related is not None:
            found[name] = related.number
    return found
