"""Check that the entries are all there and give the root that the checkpoint states.

Rules kept here:

* Everything is computed from the entries; the stored hashes are only compared, so that the first entry that does not
  fit can be named.
* The root of an older checkpoint that the reader kept is computed on the way from the same entries: no proof is
  needed, and no statement of the log is trusted.
* Memory is one row of hashes per level of the tree.
"""

from __future__ import annotations

import hashlib

from reperform.errors import N_, IntegrityBroken
from reperform.log import layout
from reperform.log.bundle import RECORD_BYTES, Bundle
from reperform.log.checkpoint import Checkpoint
from reperform.log.entry import LEAF_BYTES
from reperform.log.layout import Section
from reperform.log.report import Check, failed, flaw, not_checked, ok
from reperform.log.tree import EMPTY_ROOT, HASH_BYTES, HEIGHT, WIDTH, TileStack

_RECORD_HEAD = LEAF_BYTES.to_bytes(2, "big") + b"\x01"


def check_tree(bundle: Bundle, stated: Checkpoint, kept: Checkpoint | None) -> list[Check]:
    """Answer whether all entries fit, whether they give the stated root, and whether they continue what was kept."""
    reading = _Reading(bundle, stated, kept)
    reading.run()
    return [reading.entries(), reading.tree(), reading.expected()]


class _Reading:
    """One pass over the leaves of a bundle."""

    def __init__(self, bundle: Bundle, stated: Checkpoint, kept: Checkpoint | None) -> None:
        self._bundle = bundle
        self._stated = stated
        self._kept = kept
        self._stack = TileStack()
        self._flaw: IntegrityBroken | None = None
        self._whole = True
        self._kept_root = EMPTY_ROOT if kept and kept.size == 0 else None

    def run(self) -> None:
        for n, width in layout.tiles_of(self._stated.size, 0):
            row = self._row(n, width)
            if row is None:
                self._whole = False
                break
            kept_here = self._kept.size - self._stack.size if self._kept else -1
            if 0 < kept_here <= width:
                self._kept_root = self._stack.root(row[: kept_here * HASH_BYTES])
            for level, m, computed in self._stack.push(row):
                self._compare(level, m, computed)
        else:
            for level, m, computed in self._stack.rest():
                self._compare(level, m, computed)
        self._find_extra()

    def entries(self) -> Check:
        if self._flaw is None:
            return ok("entries", N_("All {count} entries are there, each at its place."), count=self._stated.size)
        return failed("entries", self._flaw)

    def tree(self) -> Check:
        if not self._whole:
            return not_checked("tree", N_("Entries are missing, so the root of the tree can't be computed."))
        if self._stack.root() == self._stated.root:
            return ok("tree", N_("The entries give the root that the checkpoint states."))
        if self._flaw is None and self._kept is not None and self._kept_root == self._kept.root:
            message = N_(
                "The entries do not give the root that the checkpoint states. The first {index} are those of the "
                "checkpoint that you kept; what was altered, added or left out comes after them."
            )
            return failed("tree", flaw("log.root", message, self._kept.size))
        return failed("tree", flaw("log.root", N_("The entries do not give the root that the checkpoint states.")))

    def expected(self) -> Check:
        kept, size = self._kept, self._stated.size
        if kept is None:
            return not_checked(
                "expected",
                N_("No earlier checkpoint was given: whether the log was shortened or rewritten can't be seen."),
            )
        if kept.origin != self._stated.origin:
            return failed(
                "expected",
                flaw(
                    "expected.origin",
                    N_("The checkpoint that you kept is of another log: {origin}"),
                    origin=kept.origin,
                ),
            )
        if kept.size > size:
            message = N_("The checkpoint that you kept has {kept} entries, this log only {size}: it was shortened.")
            return failed("expected", flaw("expected.shrunk", message, size, kept=kept.size, size=size))
        if self._kept_root is None:
            return not_checked("expected", N_("Entries before the checkpoint that you kept are missing."))
        if self._kept_root != kept.root:
            message = N_("The first {kept} entries are not those of the checkpoint that you kept: they were rewritten.")
            return failed("expected", flaw("expected.forked", message, kept=kept.size))
        return ok("expected", N_("The log continues the checkpoint of {kept} entries that you kept."), kept=kept.size)

    def _row(self, n: int, width: int) -> bytes | None:
        """Return the leaf hashes of one bundle of entries; where they can't be had, those that the tile states."""
        stored = self._stored(0, n, width)
        try:
            row = self._hashed(n, width)
        except IntegrityBroken as error:
            self._note(error)
            return stored
        if stored is not None and row != stored:
            index = n * WIDTH + _first_difference(row, stored)
            self._note(flaw("log.leaf", N_("Entry {index} and its hash in the tree differ: one was altered."), index))
        return row

    def _hashed(self, n: int, width: int) -> bytes:
        name = layout.tile_name("entries", n, width)
        if name not in self._bundle:
            present = self._present(n)
            raise flaw("log.missing", N_("Entry {index} is missing."), n * WIDTH + present)
        data = self._bundle.tile("entries", n, width)
        if len(data) != width * RECORD_BYTES:
            index = n * WIDTH + min(width, len(data) // RECORD_BYTES)
            raise flaw("log.missing", N_("Entry {index} is missing, or something stands in its place."), index)
        for at, byte in enumerate(_RECORD_HEAD):
            column = data[at::RECORD_BYTES]
            if column != bytes([byte]) * width:
                slot = next(slot for slot, found in enumerate(column) if found != byte)
                raise flaw("log.leaf", N_("Entry {index} is not a sealed entry."), n * WIDTH + slot)
        sha256 = hashlib.sha256
        return b"".join(
            [sha256(b"\x00" + data[at : at + LEAF_BYTES]).digest() for at in range(2, len(data), RECORD_BYTES)]
        )

    def _present(self, n: int) -> int:
        """Return how many entries a shorter bundle of entries holds at this place."""
        for width in range(WIDTH - 1, 0, -1):
            if layout.tile_name("entries", n, width) in self._bundle:
                return width
        return 0

    def _stored(self, level: int, n: int, width: int) -> bytes | None:
        try:
            row = self._bundle.tile(level, n, width)
            if len(row) != width * HASH_BYTES:
                raise flaw("log.tile", N_("Tile {n} of level {level} is short."), n=n, level=level)
        except IntegrityBroken as error:
            error.params.setdefault("index", n * WIDTH ** (level + 1))
            self._note(error)
            return None
        return row

    def _compare(self, level: int, n: int, computed: bytes) -> None:
        stored = self._stored(level, n, len(computed) // HASH_BYTES)
        if stored is None or stored == computed:
            return
        first = (n * WIDTH + _first_difference(computed, stored)) * WIDTH**level
        last = first + WIDTH**level - 1
        if self._flaw is not None and first <= _index(self._flaw) <= last:
            return  # that entry is named already, more exactly than this tile could
        message = N_("The entries {index} to {last} do not fit tile {n} of level {level}.")
        self._note(flaw("log.tile", message, first, last=last, n=n, level=level))

    def _find_extra(self) -> None:
        for name, (section, first, second, width, _) in self._bundle.places.items():
            if section == Section.LEAVES:
                level, n = 0, first
            elif section == Section.TILES:
                level, n = first, second
            else:
                continue
            if width != min(WIDTH, (self._stated.size >> HEIGHT * level) - n * WIDTH):
                self._note(flaw("log.extra", N_("{name} is not part of a log of {size} entries."),
                                name=name, size=self._stated.size))  # fmt: skip
                return

    def _note(self, error: IntegrityBroken) -> None:
        """Keep the flaw that names the first entry."""
        if self._flaw is None or _index(error) < _index(self._flaw):
            self._flaw = error


def _index(error: IntegrityBroken) -> float:
    index = error.params.get("index")
    return index if isinstance(index, int) else float("inf")


def _first_difference(one: bytes, other: bytes) -> int:
    return (
        next(at for at in range(0, len(one), HASH_BYTES) if one[at : at + HASH_BYTES] != other[at : at + HASH_BYTES])
        // HASH_BYTES
    )
