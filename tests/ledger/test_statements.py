"""The number of SQL statements of a batch does not depend on its size, however it is issued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.world import World

from reperform.ledger.models import Finding, LogState
from reperform.reveal.actions import issue

Issue = Callable[[Sequence[Finding]], object]


def statements(world: World, size: int, act: Issue) -> int:
    """Draft so many findings and return the number of statements that it takes to issue them."""
    numbers = [one.number for one in world.drafts(size)]
    world.drafts((250 - LogState.objects.get().size) % 256)  # so that ten entries complete a row of the tree, too
    drafts = list(Finding.objects.filter(number__in=numbers))
    with CaptureQueriesContext(connection) as queries:
        act(drafts)
    assert Finding.objects.filter(number__in=numbers, state="issued", duties__role="supervising").count() == size
    return len(queries)


@pytest.mark.parametrize("due_on", [date(2026, 9, 30), None])
def test_issuing_a_thousand_takes_as_many_statements_as_ten(world: World, due_on: date | None) -> None:
    def act(drafts: Sequence[Finding]) -> None:
        issue(drafts, due_on=due_on, by=world.auditor, at=world.now())

    assert statements(world, 10, act) == statements(world, 1_000, act)


def test_issuing_on_the_page_takes_as_many_statements_for_many(world: World, client: Client) -> None:
    client.force_login(world.auditor, backend="django.contrib.auth.backends.ModelBackend")

    def act(drafts: Sequence[Finding]) -> None:
        form = {"no": [f"{one.number},{one.seq}" for one in drafts], "due_on": "2026-09-30"}
        assert client.post(reverse("ledger_issue"), form).status_code == 200

    client.get(reverse("ledger"))  # the session is written once
    assert statements(world, 10, act) == statements(world, 200, act)
