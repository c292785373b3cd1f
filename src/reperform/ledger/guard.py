"""Nothing is written outside the door.

Rules kept here:

* `save`, `delete`, `create`, `update` and the bulk forms of a guarded model raise `Bypassed` unless the door is open.
* The door is open only inside `open_door()`, which `ledger.record` alone enters.
* Raw SQL is not caught here: the log catches it, because a row without an entry fails the replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

_open: ContextVar[bool] = ContextVar("door_open", default=False)
M = TypeVar("M", bound=models.Model)


class Bypassed(RuntimeError):
    """A programming error: someone writes a record without taking a step."""


@contextmanager
def open_door() -> Iterator[None]:
    """Allow writes for the length of one step."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def require_open(what: str) -> None:
    """Raise `Bypassed` unless the door is open."""
    if not _open.get():
        raise Bypassed(f"{what}: write through ledger.record, so that the step is checked and logged")


class GuardedQuerySet(models.QuerySet[M]):
    """A queryset whose writes need the open door."""

    def create(self, **kwargs: Any) -> M:
        require_open(f"{self.model.__name__}.create")
        return super().create(**kwargs)

    def update(self, **kwargs: Any) -> int:
        require_open(f"{self.model.__name__}.update")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_open(f"{self.model.__name__}.delete")
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        require_open(f"{self.model.__name__}.bulk_create")
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        require_open(f"{self.model.__name__}.bulk_update")
        return super().bulk_update(*args, **kwargs)


class Guarded(models.Model):
    """Base of every record."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_open(f"{type(self).__name__}.save")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        require_open(f"{type(self).__name__}.delete")
        return super().delete(*args, **kwargs)
