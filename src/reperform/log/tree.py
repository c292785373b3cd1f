"""The Merkle tree of RFC 6962 section 2.1, kept as a frontier and as rows of 256 hashes (C2SP tlog-tiles).

Rules kept here:

* A node is SHA-256(0x01 ‖ left ‖ right); a lone last node moves up unchanged; the empty tree is SHA-256 of nothing.
* Level 0 of the tiles holds leaf hashes; a hash at level n + 1 is the root of one complete tile of level n.
* The frontier holds the roots of the complete subtrees of the size, one per set bit, largest first: enough to append
  and to know the root, at most 64 hashes.

A *row* is a run of hashes in one bytes object, 32 bytes each.

Example, inside the transaction of a step::

    frontier = Frontier.from_bytes(size, stored)
    for row in frontier.append(leaf_hashes):
        keep(row.level, row.n, row.extend(stored_row(row.level, row.n)))
    frontier.size, frontier.to_bytes()
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reperform.errors import N_, IntegrityBroken

HASH_BYTES = 32
HEIGHT = 8
WIDTH = 1 << HEIGHT
ROW_BYTES = WIDTH * HASH_BYTES
EMPTY_ROOT = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def row_root(row: bytes) -> bytes:
    """Return the root over a row of hashes; a last hash may stand for an incomplete subtree."""
    if not row:
        return EMPTY_ROOT
    sha256 = hashlib.sha256
    while len(row) > HASH_BYTES:
        odd = row[-HASH_BYTES:] if len(row) % (2 * HASH_BYTES) else b""
        pairs = range(0, len(row) - HASH_BYTES, 2 * HASH_BYTES)
        row = b"".join([sha256(b"\x01" + row[at : at + 64]).digest() for at in pairs]) + odd
    return row


def split_row(row: bytes) -> list[bytes]:
    """Return the hashes of a row."""
    return [row[at : at + HASH_BYTES] for at in range(0, len(row), HASH_BYTES)]


@dataclass(frozen=True)
class TileRow:
    """What an append adds to one stored row: `added` follows the `start` hashes that the row has already."""

    level: int
    n: int
    start: int
    added: bytes

    def extend(self, stored: bytes) -> bytes:
        """Return the whole row, after checking that what is stored is what it follows."""
        if len(stored) != self.start * HASH_BYTES:
            raise IntegrityBroken(
                N_("Row {n} of level {level} of the tree has {found} bytes stored, {expected} are needed."),
                rule="log.tile",
                n=self.n,
                level=self.level,
                found=len(stored),
                expected=self.start * HASH_BYTES,
            )
        return stored + self.added


class Frontier:
    """The right edge of a growing tree."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count() or any(len(one) != HASH_BYTES for one in hashes):
            raise IntegrityBroken(
                N_("The frontier does not fit a log of {size} entries."), rule="log.frontier", size=size
            )
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Read a stored frontier; its length must be 32 bytes per set bit of the size."""
        return cls(size, split_row(data))

    def to_bytes(self) -> bytes:
        return b"".join(self._hashes)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, largest first."""
        return tuple(self._hashes)

    def append(self, leaf_hashes: Iterable[bytes]) -> list[TileRow]:
        """Take in leaf hashes; return what the rows of level 1 and above gain, lower levels first."""
        leaves = list(leaf_hashes)
        if any(len(leaf) != HASH_BYTES for leaf in leaves):
            raise IntegrityBroken(N_("A leaf hash has not 32 bytes."), rule="log.leaf")
        gained: dict[tuple[int, int], tuple[int, list[bytes]]] = {}
        sha256, stack = hashlib.sha256, self._hashes
        for index, leaf in enumerate(leaves, start=self.size):
            node, bits, height = leaf, index, 0
            while bits & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                bits, height = bits >> 1, height + 1
                if height % HEIGHT == 0:
                    place = (height // HEIGHT, bits >> HEIGHT)
                    gained.setdefault(place, (bits % WIDTH, []))[1].append(node)
            stack.append(node)
        self.size += len(leaves)
        return [TileRow(level, n, start, b"".join(hashes)) for (level, n), (start, hashes) in sorted(gained.items())]

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self._hashes:
            return EMPTY_ROOT
        node = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            node = node_hash(left, node)
        return node


class TileStack:
    """The rows of a whole tree, built from its level-0 rows in order, in memory of one row per level.

    `push` takes the next row of leaf hashes and returns the rows above that it completes. Only the last row may be
    short. `rest` returns the incomplete rows that remain above level 0 at the end.
    """

    def __init__(self) -> None:
        self.size = 0
        self._last = b""
        self._rows: list[bytes] = []  # the incomplete row of level 1, 2, ...
        self._done: list[int] = []  # how many complete rows each of them follows

    def push(self, row: bytes) -> list[tuple[int, int, bytes]]:
        """Add a row of leaf hashes; return the completed rows as (level, n, row)."""
        if len(row) > ROW_BYTES or len(row) % HASH_BYTES or self._last:
            raise IntegrityBroken(N_("A row of leaf hashes has the wrong length."), rule="log.tile")
        self.size += len(row) // HASH_BYTES
        if len(row) < ROW_BYTES:
            self._last = row
            return []
        completed: list[tuple[int, int, bytes]] = []
        for level in range(len(self._rows) + 1):
            root = row_root(row)
            if level == len(self._rows):
                self._rows.append(b"")
                self._done.append(0)
            row = self._rows[level] + root
            if len(row) < ROW_BYTES:
                self._rows[level] = row
                break
            completed.append((level + 1, self._done[level], row))
            self._rows[level] = b""
            self._done[level] += 1
        return completed

    def rest(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield the incomplete rows above level 0, lowest first."""
        for level, row in enumerate(self._rows):
            if row:
                yield level + 1, self._done[level], row

    def root(self, last: bytes | None = None) -> bytes:
        """Return the root of what was pushed; `last` are leaf hashes taken to follow it."""
        tail = self._last if last is None else last
        for row in (b"", *self._rows):
            tail = row + tail
            tail = row_root(tail) if tail else b""
        return tail or EMPTY_ROOT
