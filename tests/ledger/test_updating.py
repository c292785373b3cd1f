"""What a batch sets is set in every row, whether it is the same in all of them or not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DataError, connection, transaction
from tests.world import World

from reperform.ledger.change import Change
from reperform.ledger.models import Finding
from reperform.ledger.record import record
from reperform.reveal.actions import issue, revise


def test_values_that_differ_reach_their_own_rows(world: World) -> None:
    drafts = world.drafts(3)
    given = [
        {"title": '{甲,"乙"}', "amount": None, "lead": world.bodies["YJ-CA"], "due_on": date(2026, 5, 1)},
        {"title": "NULL", "amount": -(2**53), "lead": None, "due_on": None},
        {"title": "back\\slash\ttab", "amount": 0, "lead": world.bodies["YJ-HRSS"], "due_on": date(2027, 5, 1)},
    ]
    changes = [Change("revise", one, values=values) for one, values in zip(drafts, given, strict=True)]
    record(changes, actor=world.auditor.actor(), at=world.now())

    kept = Finding.objects.filter(pk__in=[one.pk for one in drafts]).select_related("lead").order_by("pk")
    assert [{name: getattr(one, name) for name in given[0]} for one in kept] == given
    assert [one.seq for one in kept] == [2, 2, 2]


def test_a_limit_of_each_term_and_any_version_are_issued_together(world: World) -> None:
    first, second, third = world.drafts(3)
    revise(second, term="staged", by=world.auditor, at=world.now())
    issue([first, second, third], by=world.auditor, at=world.now())

    kept = {one.pk: one for one in Finding.objects.all()}
    assert [kept[one.pk].seq for one in (first, second, third)] == [2, 3, 2]
    assert kept[first.pk].due_on == kept[third.pk].due_on != kept[second.pk].due_on == kept[second.pk].original_due_on


def test_a_text_that_is_too_long_is_refused_not_cut(world: World) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no lengths; the PostgreSQL run of `make test` runs this")
    changes = [
        Change("revise", one, values={"title": "长" * size})
        for one, size in zip(world.drafts(2), (1, 301), strict=True)
    ]
    with pytest.raises(DataError), transaction.atomic():
        record(changes, actor=world.auditor.actor(), at=world.now())
