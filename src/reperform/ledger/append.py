"""Append entries to the log inside the transaction of the step.

Rules kept here (design: docs/explanation/log.md):

* The log's one row is locked last, after all business rows, and held until the commit: one gap-free index.
* The leaf commits to the canonical envelope under a fresh salt; sensitive values are committed one by one and kept
  as payloads, which can be disclosed or erased without breaking a proof.
* The number of SQL statements does not depend on the number of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from reperform.ledger.adding import add_rows
from reperform.ledger.models.logbook import Event, LogState, Payload, Tile
from reperform.log import entry, tree
from reperform.rules.standing import Actor, Facts, Standing
from reperform.rules.waivers import moment

Salts = Callable[[int], bytes]
SALT_BYTES = 16


@dataclass(frozen=True)
class Digest:
    """The identity of an evidence file."""

    sha256: str
    sm3: str
    size: int


@dataclass(frozen=True)
class Entry:
    """What one step puts into the log."""

    event_id: str
    type: str
    subject: str
    before: Standing
    after: Standing
    facts: Facts
    evidence: Sequence[Digest] = ()
    fields: Mapping[str, object] = field(default_factory=dict)


def append(entries: Sequence[Entry], *, actor: Actor, at: datetime, salts: Salts) -> list[Event]:
    """Write the entries and return them; must run inside a transaction, after all other writes of the step."""
    state, _new = LogState.objects.select_for_update().get_or_create(pk=1)
    events, payloads = [], []
    for offset, one in enumerate(entries):
        commitments, values = _commit(one.fields, salts)
        body = entry.encode(_envelope(one, actor, at, commitments))
        salt = salts(SALT_BYTES)
        event = Event(
            idx=state.size + offset,
            event_id=one.event_id,
            subject=one.subject,
            seq=one.after.seq,
            body=body,
            salt=salt,
            leaf=entry.seal(body, salt),
        )
        events.append(event)
        payloads += [Payload(event=event, field=name, salt=mine, value=text) for name, mine, text in values]
    _extend_tree(state, events)
    add_rows(Event, events)
    add_rows(Payload, payloads)
    return events


def _commit(
    fields: Mapping[str, object], salts: Salts
) -> tuple[dict[str, dict[str, str]], list[tuple[str, bytes, str]]]:
    commitments, values = {}, []
    for name, value in fields.items():
        salt = salts(SALT_BYTES)
        commitments[name] = {"c": entry.commit(name, value, salt)}
        values.append((name, salt, entry.canonical(value).decode()))
    return commitments, values


def _envelope(one: Entry, actor: Actor, at: datetime, commitments: Mapping[str, object]) -> dict[str, object]:
    return {
        "v": 1,
        "id": one.event_id,
        "type": one.type,
        "subject": one.subject,
        "seq": one.after.seq,
        "at": moment(at),
        "actor": actor.account,
        "org": actor.body,
        "role": actor.role.value,
        "ok": True,
        "prev_state": one.before.state,
        "state": one.after.state,
        "facts": dict(one.facts),
        "evidence": [{"sha256": d.sha256, "sm3": d.sm3, "size": d.size} for d in one.evidence],
        "fields": commitments,
    }


def _extend_tree(state: LogState, events: Sequence[Event]) -> None:
    frontier = tree.Frontier.from_bytes(state.size, bytes(state.frontier))
    rows = frontier.append([entry.leaf_hash(bytes(event.leaf)) for event in events])
    state.size, state.frontier = frontier.size, frontier.to_bytes()
    state.save(update_fields=["size", "frontier"])
    _extend_tiles(rows)


def _extend_tiles(rows: Sequence[tree.TileRow]) -> None:
    begun = models.Q(pk__in=[])
    for row in rows:
        if row.start:
            begun |= models.Q(level=row.level, n=row.n)
    stored = {(tile.level, tile.n): bytes(tile.hashes) for tile in Tile.objects.filter(begun)}
    Tile.objects.bulk_create(
        [Tile(level=row.level, n=row.n, hashes=row.extend(stored.get((row.level, row.n), b""))) for row in rows],
        update_conflicts=True,
        unique_fields=["level", "n"],
        update_fields=["hashes"],
    )
