"""Proofs that an entry is in the tree, and that a newer tree extends an older one (RFC 9162 section 2.1).

Rules kept here:

* Proofs are read from tiles: of each tile only the hashes that a tree of the given size has, never a newer one.
* The checks are the iterative algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2. They share nothing with the code
  that makes proofs, not even the hash of a node, so that one mistake can't hide the other.

Example::

    path = inclusion(19_021, checkpoint.size, read)
    check_inclusion(leaf_hash(leaf), 19_021, checkpoint.size, path, checkpoint.root)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from reperform.errors import N_, IntegrityBroken, Usage
from reperform.log.tree import HASH_BYTES, HEIGHT, WIDTH, node_hash, row_root

ReadTile = Callable[[int, int, int], bytes]
"""`read(level, n, width)` returns the first `width` hashes of a tile."""


def inclusion(index: int, size: int, read: ReadTile) -> tuple[bytes, ...]:
    """Return the audit path of one entry in the tree of `size`."""
    if not 0 <= index < size:
        raise Usage(N_("There is no entry {index} in a log of {size}."), index=index, size=size)
    spans: list[tuple[int, int]] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _largest_below(high - low)
        if index < middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    return _roots(spans, size, read)


def consistency(old: int, new: int, read: ReadTile) -> tuple[bytes, ...]:
    """Return the proof that the tree of size `new` begins with the tree of size `old`."""
    if not 0 <= old <= new:
        raise Usage(N_("A log of {new} entries cannot extend one of {old}."), new=new, old=old)
    if old in (0, new):
        return ()
    spans: list[tuple[int, int]] = []
    low, high = 0, new
    while old != high:
        middle = low + _largest_below(high - low)
        if old <= middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    if low > 0:  # else the old tree is a whole subtree, whose root the checker has already
        spans.append((low, high))
    return _roots(spans, new, read)


def _roots(spans: Sequence[tuple[int, int]], size: int, read: ReadTile) -> tuple[bytes, ...]:
    tiles: dict[tuple[int, int], bytes] = {}

    def tile(level: int, n: int) -> bytes:
        if (level, n) not in tiles:
            width = min(WIDTH, (size >> HEIGHT * level) - WIDTH * n)
            row = read(level, n, width)
            if len(row) != width * HASH_BYTES:
                raise IntegrityBroken(N_("Tile {n} of level {level} is short."), rule="log.tile", n=n, level=level)
            tiles[level, n] = row
        return tiles[level, n]

    def root(low: int, high: int) -> bytes:
        width = high - low
        if width & (width - 1):
            middle = low + _largest_below(width)
            return node_hash(root(low, middle), root(middle, high))
        level, height = divmod(width.bit_length() - 1, HEIGHT)
        n, start = divmod(low >> HEIGHT * level, WIDTH)
        return row_root(tile(level, n)[start * HASH_BYTES : (start + (1 << height)) * HASH_BYTES])

    return tuple(root(low, high) for low, high in reversed(spans))


def _largest_below(width: int) -> int:
    """Return the largest power of two that is smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path leads from the leaf hash at `index` to the root of the tree of `size`."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = sha256(b"\x01" + sibling + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def check_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the path proves that the tree of size `new` begins with the tree of size `old`."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *path):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == sha256(b"").digest()
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps or not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first = sha256(b"\x01" + sibling + first).digest()
            second = sha256(b"\x01" + sibling + second).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = sha256(b"\x01" + second + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == 32 for value in values)
