"""Several people at once: exactly one wins, on a real PostgreSQL and on SQLite."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, connections
from tests.world import World

from reperform.errors import Refused, Stale
from reperform.ledger.models import Event, Finding, LogState
from reperform.log import entry
from reperform.rules.replay import Replay
from reperform.verify.actions import close

ROUNDS = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file_database(db: None) -> None:
    """Threads need a database that they can share; SQLite in memory is one connection's own."""
    if connection.vendor == "sqlite":
        pytest.skip("one connection holds the in-memory SQLite; the PostgreSQL run of `make test` runs this")


def race(*steps: Callable[[], object]) -> Counter[str]:
    """Take the steps at the same moment, each in a thread of its own; return how they ended."""
    barrier, ended = threading.Barrier(len(steps)), Counter[str]()
    lock = threading.Lock()

    def run(step: Callable[[], object]) -> None:
        try:
            barrier.wait()
            step()
            name = "done"
        except (Refused, Stale) as error:
            name = type(error).__name__
        finally:
            connections.close_all()
        with lock:
            ended[name] += 1

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.mark.postgres
def test_two_people_closing_one_finding_at_once_close_it_once(file_database: None, world: World) -> None:
    for _ in range(ROUNDS):
        finding = world.accepted()
        first, second = Finding.objects.get(pk=finding.pk), Finding.objects.get(pk=finding.pk)
        at = world.now()
        ended = race(
            lambda: close(first, by=world.reviewer, at=at),  # noqa: B023 - joined before the next round
            lambda: close(second, by=world.auditor_two, at=at),  # noqa: B023
        )
        assert ended["done"] == 1
        assert ended["Stale"] + ended["Refused"] == 1
        closings = [e for e in Event.objects.filter(subject=finding.subject) if b'"finding.close"' in bytes(e.body)]
        assert len(closings) == 1


@pytest.mark.postgres
def test_steps_on_different_findings_at_once_all_get_an_entry_without_a_gap(file_database: None, world: World) -> None:
    findings = [world.accepted() for _ in range(8)]
    at = world.now()
    ended = race(*[lambda one=one: close(one, by=world.reviewer, at=at) for one in findings])  # type: ignore[misc]

    assert ended == {"done": 8}
    events = list(Event.objects.order_by("idx"))
    assert [event.idx for event in events] == list(range(LogState.objects.get().size))
    replay = Replay()
    for event in events:
        replay.take(entry.parse(bytes(event.body)))  # type: ignore[arg-type]
    assert {replay.standings[one.subject].state for one in findings} == {"closed"}
