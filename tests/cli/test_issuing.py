"""Issuing every draft at the prompt takes the same number of SQL statements for few and for many."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cli.conftest import Call
from tests.world import World


def test_issuing_all_drafts_takes_as_many_statements_for_many(ask: Call, world: World) -> None:
    counts = []
    for size in (256, 1_024):  # each completes a row of the tree
        world.drafts(size)
        with CaptureQueriesContext(connection) as queries:
            done = ask("--as", "auditor", "reveal", "issue", "--all", "--due", "2026-09-30", "--json")
        assert done.code == 0, done.err
        assert len(done.json["findings"]) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
