"""Ask for many rows in one statement, however many they are, and hold them.

Django puts one place per key into an IN list: SQLite takes 32,766 of them (250,000 in some builds), and the text of the
statement grows with the batch. Here the keys travel as one value, which the database unfolds.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

from reperform.ledger.models import Subject


class Among(Lookup[Any]):
    """A condition: the column holds one of the values. Use as `filter(Among("pk", keys))`."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: object, rhs: Sequence[int] | Sequence[str]) -> None:
        super().__init__(F(lhs) if isinstance(lhs, str) else lhs, rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Unfold the values as PostgreSQL or SQLite does."""
        lhs, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{lhs} = ANY(%s)", (*params, list(self.rhs))
        return f"{lhs} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(self.rhs))  # noqa: S608 - a column of the models


def bind(subjects: Sequence[Subject]) -> None:
    """Read what the parties and people of the subjects, all of one kind, are: one statement a relation, if at all."""
    for name in subjects[0].bound if subjects else ():
        field = cast("ForeignKey[Subject, Subject]", subjects[0]._meta.get_field(name))
        key = attrgetter(field.attname)
        unknown = [one for one in subjects if key(one) is not None and name not in one._state.fields_cache]
        if unknown:
            related = cast("type[Subject]", field.related_model)
            found = related._default_manager.filter(Among("pk", list({key(one) for one in unknown})))
            by_key = {one.pk: one for one in found}
            for one in unknown:
                one._state.fields_cache[name] = by_key[key(one)]


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python look for no cycles meanwhile: all that a batch makes lives to its end, none would be found."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
