"""The tables of the log: entries, the frontier of the tree, its upper tiles, checkpoints, disclosable parts.

They are written by `ledger.append` inside the transaction of the step. Triggers refuse UPDATE and DELETE of an entry.
"""

from __future__ import annotations

from django.db import models

from reperform.ledger.guard import Guarded


class Event(Guarded):
    """One entry: the canonical bytes of its envelope, its salt and its leaf."""

    idx = models.BigIntegerField(primary_key=True)
    event_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=160)
    seq = models.PositiveIntegerField()
    body = models.BinaryField()
    salt = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id"], name="event_event_id"),
            models.UniqueConstraint(fields=["subject", "seq"], name="event_subject_seq"),
        ]

    def __str__(self) -> str:
        return f"#{self.idx} {self.subject}"


class LogState(Guarded):
    """The one row (id 1) that is locked last in every step: the size of the log and the frontier of its tree."""

    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"size {self.size}"


class Tile(Guarded):
    """A row of up to 256 hashes of the tree, level 1 and above; level 0 is read from the entries."""

    level = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "n"], name="tile_level_n")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.n}"


class Checkpoint(Guarded):
    """A signed statement of size and root."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Payload(Guarded):
    """The value behind one commitment of an entry; deleting the row erases the value and breaks no proof."""

    # The database need not look for the entry of each value: one statement writes both, and entries never go.
    event = models.ForeignKey(Event, models.PROTECT, related_name="payloads", db_constraint=False, db_index=False)
    field = models.CharField(max_length=64)
    salt = models.BinaryField()
    value = models.TextField()  # canonical JSON

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "field"], name="payload_event_field")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.field}"


class Counter(Guarded):
    """The last number given in a series; its row is locked while numbers are given."""

    series = models.CharField(max_length=64, unique=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.value}"
