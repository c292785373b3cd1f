"""Rows whose cells are filled as time goes by: planned, built, connected, repaired.

Rules kept here:

* A row says all that ever happens to its thing; what a state shows of it is worked out here and nowhere else: a thing
  that has not begun is not there, a day that lies ahead is an empty cell, and so is the paper of that day.
* What looks the same in both states is one row.
* Things of one unit and month belong to one case at most: `Slots` gives them out, none twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .dates import DAY_AFTER, DAY_BEFORE, NEVER, Ints
from .rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows
from .sector import Desk
from .town import Town
from .truth import Fate

_TODAY = {IN_BEFORE: DAY_BEFORE, IN_AFTER: DAY_AFTER}


class History:
    """The rows of one table, each told once from its beginning to its end.

    `began` names the day from which on a row is there. `later` names the days that come after, each with the columns
    that are empty until then.
    """

    def __init__(self, *names: str, began: str, later: Mapping[str, Sequence[str]] | None = None) -> None:
        self._names, self._began, self._later = names, began, dict(later or {})
        self._rows = Rows(*names)

    def block(self, **columns: Ints) -> None:
        """Append many rows at once."""
        began = columns[self._began]
        changes = np.zeros(len(began), dtype=np.bool_)
        for when in self._later:
            changes |= (columns[when] > DAY_BEFORE) & (columns[when] <= DAY_AFTER)
        before = (began <= DAY_BEFORE) & changes
        lasting = np.where(began <= DAY_BEFORE, IN_BOTH, IN_AFTER)
        for chosen, today, states in (
            (before, DAY_BEFORE, np.full(len(began), IN_BEFORE)),
            ((began <= DAY_AFTER), DAY_AFTER, np.where(before, IN_AFTER, lasting)),
        ):
            shown = self._shown({name: columns[name][chosen] for name in self._names}, today)
            self._rows.block(**shown, states=states[chosen].astype(np.int64))

    def add(self, states: int = IN_BOTH, **values: int) -> None:
        """Append one row, as far as it is to be seen in some states."""
        seen: dict[int, tuple[int, ...]] = {}
        for state, today in _TODAY.items():
            if states & state and values[self._began] <= today:
                shown = self._shown({name: np.array([values[name]], dtype=np.int64) for name in self._names}, today)
                seen[state] = tuple(int(shown[name][0]) for name in self._names)
        if len(set(seen.values())) == 1:
            self._rows.add(*next(iter(seen.values())), states=sum(seen))
        else:
            for state, row in seen.items():
                self._rows.add(*row, states=state)

    def _shown(self, columns: Columns, today: int) -> Columns:
        for when, papers in self._later.items():
            ahead = columns[when] > today
            columns |= {paper: np.where(ahead, ABSENT, columns[paper]) for paper in papers}
            columns[when] = np.where(ahead, NEVER, columns[when])
        return columns

    def columns(self) -> Columns:
        """Return the columns of all rows."""
        return self._rows.columns()


class Slots:
    """Gives out the months of a body's units, none twice: units in turn, months in a mixed order."""

    def __init__(self, rng: np.random.Generator, owners: Sequence[str], months: range) -> None:
        self._free: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for unit, owner in enumerate(owners):
            self._free[owner] += [(unit, month) for month in months]
        for owner, slots in self._free.items():
            self._free[owner] = [slots[place] for place in rng.permutation(len(slots))]

    def take(self, body: str) -> tuple[int, int]:
        """Return a unit and a month that no case has yet."""
        return self._free[body].pop()


def numbers(town: Town, name: str, count: int) -> Ints:
    """Take running numbers for many rows."""
    return town.serial(name, count) + np.arange(count, dtype=np.int64)


def followed(
    desk: Desk, rows: History, values: dict[str, int], event: str, paper: str, *fakes: dict[str, int]
) -> Callable[[Fate], None]:
    """Return how a thing goes on: put right with a paper, left as it is, or taken out or tidied without one."""

    def act(fate: Fate) -> None:
        if fate is Fate.CLEARED:
            rows.add(IN_BOTH, **values | {event: desk.later(), paper: desk.town.serial(paper)})
        elif fate is Fate.UNPROVEN:
            way = desk.town.serial(f"hidden {event}") % (len(fakes) + 1)
            rows.add(IN_BEFORE, **values)
            if way:
                rows.add(IN_AFTER, **values | fakes[way - 1])
        else:
            rows.add(IN_BOTH, **values)

    return act


def papered(desk: Desk, register: str, ref: str, hide: Callable[[], None]) -> Callable[[Fate], None]:
    """Return how a thing of the past goes on, which no date can heal: by a paper of correction, or hidden."""

    def act(fate: Fate) -> None:
        if fate is Fate.CLEARED:
            desk.correct(register, ref, desk.later())
        elif fate is Fate.UNPROVEN:
            hide()

    return act
