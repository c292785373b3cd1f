"""Pages by key: walking forward and back gives every row once, in order, whatever is unknown or equal."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from reperform.ledger.models import ExceptionRow, Finding
from reperform.web.pager import Key, Slice, cut
from tests.web.scene import ran, rows, singled
from tests.world import World

DUE = Key("due_on", date.fromisoformat, nullable=True)
DUE_DOWN = Key("due_on", date.fromisoformat, descending=True, nullable=True)
NUMBER = Key("number")
AMOUNT = Key("amount", int)


def asked(**query: str) -> HttpRequest:
    return RequestFactory().get("/", query)


def walk(order: tuple[Key, ...], size: int) -> list[Slice[Finding]]:
    """Follow `after` to the end."""
    pages = [cut(asked(), Finding.objects.all(), order, size)]
    while pages[-1].after:
        pages.append(cut(asked(after=pages[-1].after), Finding.objects.all(), order, size))
    return pages


@pytest.fixture
def seven(world: World) -> list[Finding]:
    """Findings with equal limits, different ones, and drafts without any."""
    for due in (date(2026, 6, 30), date(2026, 6, 30), date(2026, 5, 31), date(2026, 12, 31)):
        world.issued(due_on=due)
    for _draft in range(3):
        world.draft()
    return list(Finding.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("order", [(DUE, NUMBER), (DUE_DOWN, NUMBER), (NUMBER,), (Key("number", descending=True),)])
def test_walking_forward_shows_each_row_once_in_order(seven: list[Finding], order: tuple[Key, ...], size: int) -> None:
    shown = [row.number for page in walk(order, size) for row in page.rows]
    whole = [row.number for row in cut(asked(), Finding.objects.all(), order, 100).rows]
    assert shown == whole
    assert sorted(shown) == sorted(one.number for one in seven)


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(DUE, NUMBER), (DUE_DOWN, NUMBER)])
def test_what_is_unknown_stands_last_in_both_directions(seven: list[Finding], order: tuple[Key, ...]) -> None:
    found = cut(asked(), Finding.objects.all(), order, 100).rows
    assert [row.due_on is None for row in found] == [False] * 4 + [True] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(DUE, NUMBER), (DUE_DOWN, NUMBER), (NUMBER,)])
def test_going_back_shows_the_pages_that_were_left(seven: list[Finding], order: tuple[Key, ...]) -> None:
    pages = walk(order, 2)
    for earlier, later in pairwise(pages):
        back = cut(asked(before=later.before), Finding.objects.all(), order, 2)
        assert [row.pk for row in back.rows] == [row.pk for row in earlier.rows]
    assert pages[0].before == ""
    assert cut(asked(before=pages[1].before), Finding.objects.all(), order, 2).before == ""


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["", "x", "2026-13-01,RP-1", "null", "2026-06-30", "'; DROP TABLE--,x"])
def test_a_cursor_that_is_none_gives_the_first_page(seven: list[Finding], cursor: str) -> None:
    first = cut(asked(), Finding.objects.all(), (DUE, NUMBER), 3).rows
    found = cut(asked(after=cursor), Finding.objects.all(), (DUE, NUMBER), 3).rows
    assert found == first


@pytest.mark.django_db
def test_past_the_end_there_is_an_empty_page(seven: list[Finding]) -> None:
    assert cut(asked(after="zzz"), Finding.objects.all(), (NUMBER,), 3) == Slice([])


@pytest.mark.django_db
def test_a_row_that_leaves_shifts_nothing(world: World) -> None:
    run = ran(world, [*rows("YJ-SIF", 5), singled("YJ-SIF", "990101195001019999", "2025-04-01", 100_000)])
    chosen = ExceptionRow.objects.filter(run=run)
    first = cut(asked(), chosen, (AMOUNT, Key("pk", int)), 2)
    left = chosen.exclude(pk=first.rows[0].pk)
    following = cut(asked(after=first.after), left, (AMOUNT, Key("pk", int)), 2)
    assert following.rows == list(chosen.order_by("amount", "pk")[2:4])
