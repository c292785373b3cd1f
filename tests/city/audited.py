"""A city with one sector, read from its files through the store, and what procedures say of it at both states."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import reperform
from reperform import city
from reperform.engine.results import ExceptionRow, Result
from reperform.engine.run import run
from reperform.engine.snapshot import Snapshot
from reperform.engine.spec import Procedure, load_procedure
from reperform.engine.store import Loaded, Store
from reperform.engine.tables import Table, load_tables
from reperform.engine.verdict import ItemBefore, compare, judge

CATALOGUE = Path(reperform.__file__).parent / "catalogue"
CONTRACTS: dict[str, Table] = load_tables(CATALOGUE / "tables")


@dataclass(frozen=True)
class Audited:
    """A city, its two snapshots, and what the procedures say of each."""

    made: city.City
    loads: dict[str, dict[str, Loaded]]
    before: dict[str, Result]
    after: dict[str, Result]
    truth: dict[tuple[str, city.Key], city.Planted]

    def owed(self, code: str, row: ExceptionRow) -> bool:
        """Whether an auditor who knows the truth would confirm a row."""
        case = self.truth.get((code, city.key_of(row.key)))
        return case is not None and case.kind is city.Kind.PLANTED

    def score(self, code: str) -> city.Score:
        """Return how a procedure did at the first state."""
        found = {code: {city.key_of(row.key) for row in self.before[code].exceptions}}
        (score,) = [one for one in city.score(self.truth.values(), found) if one.code == code]
        return score

    def verdicts(self, code: str) -> city.VerdictScore:
        """Return how the look-back of a procedure did."""
        before, after = self.before[code], self.after[code]
        verdicts = {city.key_of(row.key): "new" for row in compare(before, after) if self.owed(code, row)}
        for row in before.exceptions:
            if self.owed(code, row):
                remedy = before.remedied.get(row.identity)
                item = ItemBefore(row.identity, row.amount, (remedy.remedied or 0) if remedy else 0)
                verdicts[city.key_of(row.key)] = str(judge(item, after.subjects[row.identity]).verdict)
        (score,) = [one for one in city.score_verdicts(self.truth.values(), {code: verdicts}) if one.code == code]
        return score

    def untestable(self, code: str) -> set[city.Key]:
        """Return the keys of which nothing can be said."""
        return {
            key
            for (procedure, key), case in self.truth.items()
            if procedure == code and case.kind is city.Kind.NOT_TESTABLE
        }

    def fates(self, code: str) -> set[city.Fate]:
        """Return the fates that occur in the truth about a procedure."""
        return {case.fate for (procedure, _), case in self.truth.items() if procedure == code}


def procedures(codes: Collection[str]) -> dict[str, Procedure]:
    """Read shipped procedures by code."""
    return {code: load_procedure(path) for code in codes for path in CATALOGUE.glob(f"*/{code}.sql")}


def audit(folder: Path, *, scale: float, sectors: Sequence[str], codes: Collection[str], seed: int = 42) -> Audited:
    """Make a city, load both states as a bureau's files are loaded, and run procedures over them."""
    made = city.generate(folder / "city", scale=scale, seed=seed, sectors=sectors)
    store, used = Store(folder / "snapshots"), procedures(codes)
    read = {table for procedure in used.values() for table in procedure.tables}
    loads: dict[str, dict[str, Loaded]] = {}
    snapshots: dict[str, Snapshot] = {}
    for name, state in (("before", made.before), ("after", made.after)):
        loads[name] = {
            table: store.read(paths, CONTRACTS[table]) for table, paths in state.files.items() if table in read
        }
        snapshots[name] = store.snapshot(state.as_of, loads[name])
    truth = {(case.procedure, case.key): case for case in city.truth(made.folder)}
    before = {code: run(used[code], snapshots["before"], tables=CONTRACTS) for code in codes}
    asked = {
        code: [row.key for row in before[code].exceptions]
        + [dict(key) for (procedure, key), case in truth.items() if procedure == code and case.kind == "not_testable"]
        for code in codes
    }
    after = {code: run(used[code], snapshots["after"], tables=CONTRACTS, subjects=asked[code]) for code in codes}
    return Audited(made, loads, before, after, truth)
