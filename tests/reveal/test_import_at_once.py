"""Two imports of the same files at the same moment: every finding is there once, and both end well."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from reperform.ledger.models import Body, Engagement, Finding
from reperform.reveal.importing import ImportResult, import_findings
from tests.reveal.state import imported, steps
from tests.reveal.workbooks import made_up, write
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_imports_at_once_create_every_finding_once(
    db: None, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one connection holds the in-memory SQLite; the PostgreSQL run of `make test` runs this")
    monkeypatch.setattr("reperform.reveal.importing.ENTRIES", 12)
    path = write(tmp_path / "2024-02-01-findings.xlsx", made_up(30))
    barrier, results, at = threading.Barrier(2), list[ImportResult](), world.now()
    both_read = lambda phase, done, total: barrier.wait() if (phase, done) == ("reading", total) else None  # noqa: E731

    def run() -> None:
        try:
            results.append(import_findings([path], format="fac", by=world.auditor, at=at, progress=both_read))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 2
    assert sum(one.created for one in results) == results[0].findings == Finding.objects.count()
    assert {one.changed for one in results} == {0}
    assert Engagement.objects.filter(number__startswith="FAC-").count() == results[0].reports
    assert Body.objects.filter(number__startswith="UEI-").count() == results[0].auditees
    assert len({one.number for one in results}) == 2
    assert [step["type"] for step in steps()].count("import.complete") == 2
    assert len(imported()["findings"]) == results[0].findings
