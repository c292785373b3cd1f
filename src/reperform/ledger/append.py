"""Append entries to the log inside the transaction of the step.

Rules kept here (design: docs/explanation/log.md):

* The log's one row is locked last, after all business rows, and held until the commit: one gap-free index.
* The leaf commits to the canonical envelope under a fresh salt; sensitive values are committed one by one and kept
  as payloads, which can be disclosed or erased without breaking a proof.
* The number of SQL statements does not depend on the number of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from reperform.ledger.adding import add_values
from reperform.ledger.models.logbook import Event, LogState, Payload, Tile
from reperform.log import entry, tree
from reperform.log.envelopes import Envelopes
from reperform.rules.standing import Actor, Facts
from reperform.rules.waivers import moment

Salts = Callable[[int], bytes]
_EVENT = ("idx", "event_id", "subject", "seq", "body", "salt", "leaf")
_PAYLOAD = ("event_id", "field", "salt", "value")


@dataclass(frozen=True)
class Digest:
    """The identity of an evidence file."""

    sha256: str
    sm3: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one step puts into the log; `seq` is the version of the subject after it."""

    event_id: str
    type: str
    subject: str
    seq: int
    prev_state: str
    state: str
    facts: Facts
    evidence: Sequence[Digest] = ()
    fields: Mapping[str, object] = field(default_factory=dict)


def append(entries: Sequence[Entry], *, actor: Actor, at: datetime, salts: Salts) -> range:
    """Write the entries and return their indexes; must run inside a transaction, after all other writes of the step."""
    state, _new = LogState.objects.select_for_update().get_or_create(pk=1)
    written = range(state.size, state.size + len(entries))
    envelopes = Envelopes(at=moment(at), actor=actor.account, org=actor.body, role=actor.role.value)
    some_salts = _cut(salts(entry.SALT_BYTES * sum(1 + len(one.fields) for one in entries)))
    leaves: list[bytes] = []
    payloads: list[tuple[int, str, bytes, str]] = []

    def events() -> Iterator[tuple[object, ...]]:
        for idx, one in zip(written, entries, strict=True):
            fields, kept = envelopes.commit(one.fields, some_salts)
            evidence = [{"sha256": d.sha256, "sm3": d.sm3, "size": d.size} for d in one.evidence]
            body = envelopes.encode(
                one.event_id, one.type, one.subject, one.seq, one.prev_state, one.state, one.facts, evidence, fields
            )
            salt = next(some_salts)
            leaf = entry.seal(body, salt)
            leaves.append(entry.leaf_hash(leaf))
            payloads.extend([(idx, *one_field) for one_field in kept])
            yield idx, one.event_id, one.subject, one.seq, body, salt, leaf

    add_values(Event, _EVENT, events())
    _extend_tree(state, leaves)
    add_values(Payload, _PAYLOAD, payloads)
    return written


def _cut(salts: bytes) -> Iterator[bytes]:
    return (salts[at : at + entry.SALT_BYTES] for at in range(0, len(salts), entry.SALT_BYTES))


def _extend_tree(state: LogState, leaves: Sequence[bytes]) -> None:
    frontier = tree.Frontier.from_bytes(state.size, bytes(state.frontier))
    rows = frontier.append(leaves)
    state.size, state.frontier = frontier.size, frontier.to_bytes()
    state.save(update_fields=["size", "frontier"])
    _extend_tiles(rows)


def _extend_tiles(rows: Sequence[tree.TileRow]) -> None:
    begun = models.Q(pk__in=[])
    for row in rows:
        begun |= models.Q(level=row.level, n=row.n)
    stored = {(tile.level, tile.n): bytes(tile.hashes) for tile in Tile.objects.filter(begun)}
    Tile.objects.bulk_create(
        [Tile(level=row.level, n=row.n, hashes=row.extend(stored.get((row.level, row.n), b""))) for row in rows],
        update_conflicts=True,
        unique_fields=["level", "n"],
        update_fields=["hashes"],
    )
