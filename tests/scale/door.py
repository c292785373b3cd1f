"""How fast findings pass the door in one batch, beside the same rows written ready-made without rules and log.

The floor is the leanest way that the database offers: one UPDATE, and COPY or one prepared statement for what is added.
`REPERFORM_FINDINGS` sets the size of the batch.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction

from reperform.ledger.append import Entry, append
from reperform.ledger.guard import open_door
from reperform.ledger.models import Finding
from reperform.reveal.actions import issue
from tests.scale.figure import Figure
from tests.world import World, make_world

FINDINGS = int(os.environ.get("REPERFORM_FINDINGS", "100000"))
BLOCK = 10_000  # drafts made in one step
TRANSACTIONS, ENTRIES = 100, 100  # of the log alone
DUE = date(2026, 9, 30)
# What issuing adds, and how the floor's copy of a row differs: it belongs to another finding, or to another entry.
ADDED = {
    "ledger_duty": {"id": "id + {keys}", "finding_id": "finding_id + {findings}"},
    "ledger_event": {"idx": "idx + {entries}", "event_id": "'f' || event_id", "subject": "subject || 'f'"},
    "ledger_payload": {"id": "id + {keys}", "event_id": "event_id + {entries}"},
}


def measure() -> list[Figure]:
    """Draft findings in blocks and issue them in one batch; the same rows ready-made; entries alone."""
    world = make_world()
    started = time.perf_counter()
    for first in range(0, FINDINGS, BLOCK):
        world.drafts(min(BLOCK, FINDINGS - first))
    drafting = time.perf_counter() - started
    started = time.perf_counter()
    drafts = list(Finding.objects.order_by("pk"))
    loading = time.perf_counter() - started
    _copies_of_drafts()
    _forget_peak()
    before = _peak()
    started = time.perf_counter()
    with _counted() as statements:
        issue(drafts, due_on=DUE, by=world.auditor, at=world.now())
    issuing = time.perf_counter() - started
    grown = _peak() - before
    del drafts
    records, everything = _floor(("ledger_duty",)), _floor(("ledger_event", "ledger_payload"))
    everything += records
    name = connection.vendor
    return [
        Figure(f"draft findings through the door, {BLOCK:,} a batch, {name}", FINDINGS / drafting, "findings/s"),
        Figure(f"issue {FINDINGS:,} findings in one batch, {name}", FINDINGS / issuing, "findings/s"),
        Figure(f"the same, with reading the drafts from {name}", FINDINGS / (issuing + loading), "findings/s"),
        Figure("statements, beside one COPY or prepared statement a kind of row", len(statements), ""),
        Figure("memory that the batch took beside the findings", grown / 1024, "MB"),
        Figure(f"floor: findings and duties ready-made, no rules, no log, {name}", FINDINGS / records, "findings/s"),
        Figure(f"floor with the ready-made rows of the log, {name}", FINDINGS / everything, "findings/s"),
        Figure(f"door / floor with the rows of the log, {name}", issuing / everything, "x"),
        Figure(f"append {ENTRIES} entries a transaction, the log alone, {name}", _log_alone(world), "entries/s"),
    ]


def _copies_of_drafts() -> None:
    """Add one more draft for each, which the floor will issue; its number has an f at the end."""
    with connection.cursor() as cursor:
        _copy_rows(cursor, "ledger_finding", {"id": "id + {findings}", "number": "number || 'f'"}, "true")


def _floor(tables: Sequence[str]) -> float:
    """Write what issuing wrote, once more and ready-made; return the seconds."""
    with connection.cursor() as cursor:
        ready = {table: _ready(cursor, table) for table in tables}
        started = time.perf_counter()
        with transaction.atomic():
            if "ledger_duty" in tables:
                cursor.execute(
                    "UPDATE ledger_finding SET state = 'issued', seq = seq + 1, issued_on = %s, due_on = %s,"
                    " original_due_on = %s, served_on = %s WHERE number LIKE '%%f'",
                    [DUE] * 4,
                )
            for table, (names, rows) in ready.items():
                _write(cursor, table, names, rows)
    return time.perf_counter() - started


def _ready(cursor: Any, table: str) -> tuple[str, list[tuple[object, ...]]]:
    names, values = _columns(cursor, table, ADDED[table])
    entry = {"ledger_event": "idx", "ledger_payload": "event_id"}.get(table)
    only = f"WHERE {entry} > (SELECT max(idx) - {FINDINGS} FROM ledger_event)" if entry else ""  # noqa: S608
    cursor.execute(f"SELECT {values} FROM {table} {only}")  # noqa: S608 - names from above
    return names, cursor.fetchall()


def _columns(cursor: Any, table: str, changed: dict[str, str]) -> tuple[str, str]:
    names = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    shift = {"keys": 10**7, "findings": 10**7, "entries": 10**7}
    return ", ".join(names), ", ".join(changed.get(name, name).format(**shift) for name in names)


def _copy_rows(cursor: Any, table: str, changed: dict[str, str], where: str) -> None:
    names, values = _columns(cursor, table, changed)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where}")  # noqa: S608


def _write(cursor: Any, table: str, names: str, rows: Sequence[tuple[object, ...]]) -> None:
    if connection.vendor == "postgresql":
        with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608


def _log_alone(world: World) -> float:
    actor, at = world.auditor.actor(), world.now()
    entries = [
        Entry(f"{n:032x}", "finding.revise", f"finding:L-{n}", 2, "draft", "draft", {"n": n})
        for n in range(TRANSACTIONS * ENTRIES)
    ]
    started = time.perf_counter()
    for first in range(0, len(entries), ENTRIES):
        with transaction.atomic(), open_door():
            append(entries[first : first + ENTRIES], actor=actor, at=at, salts=os.urandom)
    return len(entries) / (time.perf_counter() - started)


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield statements


def _forget_peak() -> None:
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def _peak() -> int:
    """Return the largest resident memory since it was last forgotten, in KiB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
