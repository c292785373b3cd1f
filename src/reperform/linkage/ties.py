"""Who is tied to whom: groups of firms that share an address, a telephone, a representative, an agent or their staff.

Rules kept here:

* Firms that share a value are tied, and ties carry on: a group is a connected component (union by size with path
  halving; Tarjan and van Leeuwen 1984).
* A value that more than `most` firms share says nothing: an office tower, a bookkeeper who registers half the street.
* Staff tie two firms when at least `least` of the same people are at both.
* The answer depends on the values alone, not on the order of rows: a group is named after its smallest member.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Group:
    """A connected component: its members in order, and by what kinds of values they are tied."""

    members: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """The smallest member."""
        return self.members[0]


class _Forest:
    """Disjoint sets of names."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._size: Counter[str] = Counter()

    def root(self, name: str) -> str:
        above = self._above
        above.setdefault(name, name)
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    def join(self, one: str, other: str) -> None:
        small, large = sorted((self.root(one), self.root(other)), key=lambda name: (self._size[name], name))
        if small != large:
            self._above[small] = large
            self._size[large] += self._size[small] + 1

    def sets(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._above:
            found[self.root(name)].append(name)
        return found


def sharing(owners: Sequence[str], values: Sequence[str | None], most: int) -> Iterator[tuple[str, ...]]:
    """Yield the owners of each value that two to `most` of them share."""
    holders: dict[str, set[str]] = defaultdict(set)
    for owner, value in zip(owners, values, strict=True):
        if value is not None:
            holders[value].add(owner)
    for found in holders.values():
        if 1 < len(found) <= most:
            yield tuple(sorted(found))


def sharing_people(
    owners: Sequence[str | None], people: Sequence[str | None], least: int, most: int
) -> Iterator[tuple[str, str]]:
    """Yield the pairs of owners with at least `least` people in common; people of more than `most` do not count."""
    known = [(owner, person) for owner, person in zip(owners, people, strict=True) if owner and person]
    pairs: Counter[tuple[str, str]] = Counter()
    for found in sharing([owner for owner, _ in known], [person for _, person in known], most):
        pairs.update(combinations(found, 2))
    return (pair for pair, count in pairs.items() if count >= least)


def groups(ties: Mapping[str, Iterable[tuple[str, ...]]]) -> list[Group]:
    """Return the groups that ties of several kinds make, in the order of their names."""
    forest = _Forest()
    seen: list[tuple[str, str]] = []
    for kind, found in ties.items():
        for first, *others in found:
            seen.append((first, kind))
            for other in others:
                forest.join(first, other)
    kinds: dict[str, set[str]] = defaultdict(set)
    for first, kind in seen:
        kinds[forest.root(first)].add(kind)
    made = (Group(tuple(sorted(members)), tuple(sorted(kinds[root]))) for root, members in forest.sets().items())
    return sorted(made, key=lambda group: group.name)
