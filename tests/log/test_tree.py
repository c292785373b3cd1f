"""The Merkle tree: its frontier, its rows, and the roots that the standard defines."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from reperform.errors import IntegrityBroken
from reperform.log.tree import EMPTY_ROOT, WIDTH, Frontier, TileRow, TileStack, node_hash, row_root, split_row

# The leaves and roots of the first trees of certificate transparency's own test data (RFC 6962 reference code).
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def hashes(count: int, start: int = 0) -> list[bytes]:
    return [hashlib.sha256(b"\x00" + number.to_bytes(8, "big")).digest() for number in range(start, start + count)]


def defined_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 section 2.1 defines it, by recursion."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(defined_root(leaves[:middle]), defined_root(leaves[middle:]))


def test_the_roots_are_those_of_the_published_test_data() -> None:
    frontier = Frontier()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        frontier.append([hashlib.sha256(b"\x00" + leaf).digest()])
        assert frontier.root().hex() == root


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == row_root(b"") == TileStack().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", [*range(1, 70), 255, 256, 257, 511, 512, 513, 1023, 1024, 1025])
def test_frontier_rows_and_definition_give_one_root(size: int) -> None:
    leaves = hashes(size)
    frontier = Frontier()
    frontier.append(leaves)
    assert frontier.root() == row_root(b"".join(leaves)) == defined_root(leaves)
    assert len(frontier.hashes) == size.bit_count()


@given(st.lists(st.integers(0, 400), max_size=6))
@settings(max_examples=40)
def test_appending_in_any_batches_gives_the_same_tree_and_the_same_rows(batches: list[int]) -> None:
    at_once, by_batch = Frontier(), Frontier()
    size = sum(batches)
    whole = {(row.level, row.n): row.extend(b"") for row in at_once.append(hashes(size))}
    stored: dict[tuple[int, int], bytes] = {}
    for batch in batches:
        by_batch = Frontier.from_bytes(by_batch.size, by_batch.to_bytes())
        for row in by_batch.append(hashes(batch, by_batch.size)):
            stored[row.level, row.n] = row.extend(stored.get((row.level, row.n), b""))
    assert stored == whole
    assert (by_batch.size, by_batch.root()) == (size, at_once.root())


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 131_073])
def test_the_rows_above_level_0_hold_the_roots_of_complete_tiles_only(size: int) -> None:
    leaves = hashes(size)
    frontier, stack = Frontier(), TileStack()
    rows = {(row.level, row.n): row.extend(b"") for row in frontier.append(leaves)}
    read: dict[tuple[int, int], bytes] = {}
    for at in range(0, size, WIDTH):
        read |= {(level, n): row for level, n, row in stack.push(b"".join(leaves[at : at + WIDTH]))}
    read |= {(level, n): row for level, n, row in stack.rest()}
    assert read == rows
    assert stack.root() == frontier.root()
    ones = b"".join(row for (level, _), row in sorted(rows.items()) if level == 1)
    assert split_row(ones) == [row_root(b"".join(leaves[at : at + WIDTH])) for at in range(0, size - WIDTH + 1, WIDTH)]


@given(st.integers(0, 700), st.data())
@settings(max_examples=40)
def test_the_root_of_any_earlier_size_can_be_taken_on_the_way(size: int, data: st.DataObject) -> None:
    leaves, early = hashes(size), data.draw(st.integers(0, size))
    stack, found = TileStack(), None
    for at in range(0, size + 1, WIDTH):
        if at <= early <= at + WIDTH:
            found = stack.root(b"".join(leaves[at:early]))
        stack.push(b"".join(leaves[at : at + WIDTH]))
    frontier = Frontier()
    frontier.append(leaves[:early])
    assert found == frontier.root()


def test_a_row_is_extended_only_where_it_follows_what_is_stored() -> None:
    row = TileRow(level=1, n=0, start=1, added=bytes(32))
    assert row.extend(bytes(32)) == bytes(64)
    with pytest.raises(IntegrityBroken):
        row.extend(b"")


@pytest.mark.parametrize(("size", "data"), [(1, b""), (0, bytes(32)), (3, bytes(32)), (-1, b""), (1, bytes(31))])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, data: bytes) -> None:
    with pytest.raises(IntegrityBroken):
        Frontier.from_bytes(size, data)


def test_a_leaf_hash_of_another_length_is_refused_and_changes_nothing() -> None:
    frontier = Frontier()
    with pytest.raises(IntegrityBroken):
        frontier.append([bytes(32), bytes(31)])
    assert frontier.size == 0


@pytest.mark.parametrize("rows", [[bytes(33)], [bytes(32 * 257)], [bytes(32), bytes(32)]])
def test_a_row_of_a_wrong_length_or_after_the_last_is_refused(rows: list[bytes]) -> None:
    *before, last = rows
    stack = TileStack()
    for row in before:
        stack.push(row)
    with pytest.raises(IntegrityBroken):
        stack.push(last)


class GrowingLog(RuleBasedStateMachine):
    """A log that grows, is stored and loaded again, always has the root that the standard defines."""

    def __init__(self) -> None:
        super().__init__()
        self.leaves: list[bytes] = []
        self.frontier = Frontier()
        self.rows: dict[tuple[int, int], bytes] = {}

    @rule(count=st.integers(0, 300))
    def grow(self, count: int) -> None:
        added = hashes(count, len(self.leaves))
        for row in self.frontier.append(added):
            self.rows[row.level, row.n] = row.extend(self.rows.get((row.level, row.n), b""))
        self.leaves += added

    @rule()
    def load_again(self) -> None:
        self.frontier = Frontier.from_bytes(self.frontier.size, self.frontier.to_bytes())

    @invariant()
    def has_the_defined_root(self) -> None:
        assert self.frontier.size == len(self.leaves)
        assert self.frontier.root() == (defined_root(self.leaves) if self.leaves else EMPTY_ROOT)

    @invariant()
    def stores_one_hash_per_complete_tile(self) -> None:
        stored = sum(len(row) for (level, _), row in self.rows.items() if level == 1)
        assert stored == len(self.leaves) // WIDTH * 32


TestGrowingLog = GrowingLog.TestCase
TestGrowingLog.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
