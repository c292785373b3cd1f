"""Several snapshots as one: the tables of all parts together, so that two districts are seen as one.

Rules kept here:

* The parts are of one day and under one contract; their order is that of their hashes, whoever names them.
* Of two rows with one key the first stays, the other is a reject (docs/adr/0027); a breach of a part stays with the
  whole.
* An exception that no part shows alone shows only across them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from reperform.engine.results import Result
    from reperform.engine.snapshot import Snapshot
    from reperform.engine.store import Store
    from reperform.engine.tables import Table


def join(store: Store, snapshots: Sequence[Snapshot], tables: Mapping[str, Table], *, title: str = "") -> Snapshot:
    """Keep the snapshots as one and return it; the same parts again return the one that is there."""
    parts = sorted({one.hash: one for one in snapshots}.values(), key=lambda one: one.hash)
    _check(parts, tables)
    names = sorted({name for part in parts for name in part.tables})
    copies = {}
    for name in names:
        held = [part.tables[name] for part in parts if name in part.tables]
        copy = store.merge([each.path for each in held], tables[name]).copy()
        breaches = {breach for each in held for breach in each.breaches} | set(copy.breaches)
        if copy.rows:  # a district may have nothing to report
            breaches.discard("empty")
        copies[name] = replace(copy, breaches=tuple(sorted(breaches)))
    return store.snapshot(parts[0].as_of, copies, title=title, parts=[part.hash for part in parts])


def _check(parts: Sequence[Snapshot], tables: Mapping[str, Table]) -> None:
    if len(parts) < 2:
        raise Usage(N_("A joint run needs two snapshots or more."))
    days = sorted({part.as_of.isoformat() for part in parts})
    if len(days) > 1:
        raise Usage(N_("The snapshots are of different days: {days}"), days=", ".join(days))
    if any(part.parts for part in parts):
        raise Usage(N_("A joint snapshot cannot be a part of another one."), hint=N_("Name its parts."))
    for part in parts:
        for name, copy in part.tables.items():
            if name not in tables or copy.contract != tables[name].hash:
                raise Usage(
                    N_("The table {table} of the snapshot {hash} was loaded under another contract."), table=name,
                    hash=part.hash[:12], hint=N_("Load it again under the present contract."),
                )  # fmt: skip


def lacking(whole: Snapshot, parts: Sequence[Snapshot]) -> dict[str, list[str]]:
    """Return the tables of a joint snapshot that some parts do not hold, with the hashes of those parts."""
    found = {name: [part.hash for part in parts if name not in part.tables] for name in whole.tables}
    return {name: hashes for name, hashes in found.items() if hashes}


def across(together: Result, alone: Sequence[Result]) -> Result:
    """Return the joint result with the exceptions marked that no part shows alone."""
    known = {row.identity for each in alone for row in each.exceptions}
    return replace(together, across=tuple(row.identity for row in together.exceptions if row.identity not in known))
