"""Proofs of inclusion and consistency, made from tiles and checked apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.errors import IntegrityBroken, Usage
from reperform.log.proof import ReadTile, check_consistency, check_inclusion, consistency, inclusion
from reperform.log.tree import EMPTY_ROOT, Frontier, row_root
from tests.log.test_tree import LEAVES, ROOTS, defined_root, hashes

BIG = 70_000
ALL = hashes(BIG)


def stored_rows() -> dict[tuple[int, int], bytes]:
    rows = {(0, n): b"".join(ALL[at : at + 256]) for n, at in enumerate(range(0, BIG, 256))}
    return rows | {(row.level, row.n): row.extend(b"") for row in Frontier().append(ALL)}


ROWS = stored_rows()


def read(level: int, n: int, width: int) -> bytes:
    """A reader over a log that has grown further than the tree in question."""
    return ROWS[level, n][: width * 32]


def root(size: int) -> bytes:
    return row_root(b"".join(ALL[:size]))


@pytest.mark.parametrize("size", range(1, 66))
def test_every_entry_of_a_small_log_is_proved(size: int) -> None:
    for index in range(size):
        path = inclusion(index, size, read)
        assert check_inclusion(ALL[index], index, size, path, root(size))
        assert len(path) <= (size - 1).bit_length()


def test_every_pair_of_small_sizes_is_proved_consistent() -> None:
    for new in range(1, 40):
        for old in range(new + 1):
            assert check_consistency(old, new, consistency(old, new, read), root(old), root(new))


@given(st.integers(1, BIG), st.data())
@settings(max_examples=60, deadline=None)
def test_any_entry_of_any_size_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, size, read)
    assert check_inclusion(ALL[index], index, size, path, root(size))


@given(st.integers(0, BIG), st.integers(0, BIG))
@settings(max_examples=60, deadline=None)
def test_any_two_sizes_are_proved_consistent(one: int, other: int) -> None:
    old, new = sorted([one, other])
    assert check_consistency(old, new, consistency(old, new, read), root(old), root(new))


def spoilt(path: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """Every way to spoil a path by one hash: another bit, one less, one more, two swapped."""
    found = [(*path[:at], bytes(32), *path[at + 1 :]) for at in range(len(path))]
    found += [path[:-1]] if path else []
    found += [(*path, bytes(32)), (bytes(32), *path)]
    found += [(*path[:at], path[at + 1], path[at], *path[at + 2 :]) for at in range(len(path) - 1)]
    return found


@given(st.integers(1, 2000), st.data())
@settings(max_examples=60, deadline=None)
def test_a_proof_of_inclusion_fails_for_anything_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, top = inclusion(index, size, read), root(size)
    for wrong in spoilt(path):
        assert not check_inclusion(ALL[index], index, size, wrong, top)
    assert not check_inclusion(ALL[index + 1], index, size, path, top)
    assert not check_inclusion(ALL[index], index, size, path, bytes(32))
    if size > 1:
        assert not check_inclusion(ALL[index], (index + 1) % size, size, path, top)


@given(st.integers(1, 2000), st.integers(1, 2000))
@settings(max_examples=60, deadline=None)
def test_a_proof_of_consistency_fails_for_anything_else(one: int, other: int) -> None:
    old, new = sorted([one, other])
    path = consistency(old, new, read)
    for wrong in spoilt(path):
        assert not check_consistency(old, new, wrong, root(old), root(new))
    assert not check_consistency(old, new, path, bytes(32), root(new))
    assert not check_consistency(old, new, path, root(old), bytes(32))


def test_the_empty_log_is_the_beginning_of_every_log() -> None:
    assert consistency(0, 7, read) == ()
    assert check_consistency(0, 7, (), EMPTY_ROOT, root(7))
    assert not check_consistency(0, 7, (bytes(32),), EMPTY_ROOT, root(7))
    assert not check_consistency(0, 7, (), bytes(32), root(7))


def test_the_published_tree_of_seven_leaves_has_the_published_proofs() -> None:
    # The worked example of RFC 9162 section 2.1.5: leaves d0..d6, nodes a..l.
    leaves = [hashes(7)[at] for at in range(7)]
    a, b, c, d, _e, f, j = leaves
    g, h, i = defined_root([a, b]), defined_root([c, d]), defined_root(leaves[4:6])
    k, left = defined_root([*leaves[4:6], j]), defined_root(leaves[:4])
    assert inclusion(0, 7, read) == (b, h, k)
    assert inclusion(3, 7, read) == (c, g, k)
    assert inclusion(4, 7, read) == (f, j, left)
    assert inclusion(6, 7, read) == (i, left)
    assert consistency(3, 7, read) == (c, d, g, k)
    assert consistency(4, 7, read) == (k,)
    assert consistency(6, 7, read) == (i, j, left)


def test_proofs_hold_for_the_published_roots() -> None:
    import hashlib

    leaves = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in LEAVES]

    def read_published(level: int, n: int, width: int) -> bytes:
        return b"".join(leaves[:width])

    for size, top in enumerate(ROOTS, start=1):
        path = inclusion(size - 1, size, read_published)
        assert check_inclusion(leaves[size - 1], size - 1, size, path, bytes.fromhex(top))
        path = consistency(size, 8, read_published)
        assert check_consistency(size, 8, path, bytes.fromhex(top), bytes.fromhex(ROOTS[7]))


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_for_an_entry_outside_the_log(index: int, size: int) -> None:
    with pytest.raises(Usage):
        inclusion(index, size, read)
    assert not check_inclusion(bytes(32), index, size, (), bytes(32))


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5)])
def test_there_is_no_proof_that_a_log_extends_a_longer_one(old: int, new: int) -> None:
    with pytest.raises(Usage):
        consistency(old, new, read)
    assert not check_consistency(old, new, (), bytes(32), bytes(32))


def test_a_hash_of_another_length_proves_nothing() -> None:
    assert not check_inclusion(ALL[0], 0, 2, (ALL[1] + b"x",), root(2))
    assert not check_consistency(1, 2, (ALL[1][:31],), root(1), root(2))


def test_a_short_tile_is_refused() -> None:
    short: ReadTile = lambda level, n, width: read(level, n, width)[32:]  # noqa: E731
    with pytest.raises(IntegrityBroken):
        inclusion(0, 5, short)


def test_a_proof_reads_few_tiles() -> None:
    asked: list[tuple[int, int]] = []

    def counted(level: int, n: int, width: int) -> bytes:
        asked.append((level, n))
        return read(level, n, width)

    inclusion(40_000, BIG, counted)
    assert len(asked) == len(set(asked)) <= 5
