"""Pages by key, not by number: the next page begins after the last row that was shown.

The cost of a page does not grow with its distance from the start, and a row that is added or leaves in the meantime
shifts nothing. Unknown values stand last in both directions of the order (Winand, "We need tool support for keyset
pagination").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
Value = str | int | date | None
NOTHING = Q(pk__in=())
SEPARATOR = ","


@dataclass(frozen=True)
class Key:
    """One column of the order; the last one must be unique."""

    field: str
    parse: Callable[[str], Value] = str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Slice(Generic[M]):
    """One page of rows, with the addresses of its neighbours (empty where there is none)."""

    rows: list[M]
    before: str = ""
    after: str = ""


def cut(request: HttpRequest, rows: QuerySet[M], order: Sequence[Key], size: int) -> Slice[M]:
    """Return the page that the address names by `after` or `before`."""
    forward = "before" not in request.GET
    start = _read(request.GET.get("after" if forward else "before", ""), order)
    chosen = rows.order_by(*(_ordering(key, forward=forward) for key in order))
    if start is not None:
        chosen = chosen.filter(_beyond(order, start, forward=forward))
    found = list(chosen[: size + 1])
    more = len(found) > size
    page = found[:size] if forward else found[:size][::-1]
    if not page:
        return Slice([])
    came_from = start is not None
    return Slice(
        page,
        before=_write(page[0], order) if (came_from if forward else more) else "",
        after=_write(page[-1], order) if (more if forward else came_from) else "",
    )


def _ordering(key: Key, *, forward: bool) -> Combinable:
    column = F(key.field)
    up = key.descending != forward
    if not key.nullable:
        return column.asc() if up else column.desc()
    return column.asc(**_nulls(forward)) if up else column.desc(**_nulls(forward))


def _nulls(forward: bool) -> dict[str, bool]:
    return {"nulls_last": True} if forward else {"nulls_first": True}


def _beyond(order: Sequence[Key], start: Sequence[Value], *, forward: bool) -> Q:
    """Return what comes strictly after (or before) a row in the order of several columns."""
    found, same = NOTHING, Q()
    for key, value in zip(order, start, strict=True):
        found |= same & _past(key, value, forward=forward)
        same &= Q(**{f"{key.field}__isnull": True}) if value is None else Q(**{key.field: value})
    return found


def _past(key: Key, value: Value, *, forward: bool) -> Q:
    if value is None:
        return NOTHING if forward else Q(**{f"{key.field}__isnull": False})
    greater = key.descending != forward
    past = Q(**{f"{key.field}__{'gt' if greater else 'lt'}": value})
    return past | Q(**{f"{key.field}__isnull": True}) if key.nullable and forward else past


def _write(row: Model, order: Sequence[Key]) -> str:
    values = (getattr(row, key.field) for key in order)
    return SEPARATOR.join("" if value is None else str(value) for value in values)


def _read(text: str, order: Sequence[Key]) -> list[Value] | None:
    """Return the values of a cursor; a text that is not one is as good as none: the first page."""
    parts = text.split(SEPARATOR, len(order) - 1)
    if not text or len(parts) != len(order):
        return None
    try:
        return [
            None if part == "" and key.nullable else key.parse(part) for part, key in zip(parts, order, strict=True)
        ]
    except ValueError:
        return None
