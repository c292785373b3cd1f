"""Run procedures over a snapshot and enter what they say.

Rules kept here:

* Each run is entered as it ends, in the order in which the procedures were named: what was finished before a
  cancellation or a failure is kept, and `changed_only` goes on from there.
* A run need not be made again where nothing that it depends on changed: the procedure's hash, its parameters, and of
  the snapshot the tables that it reads, with their breaches. The date counts only where the procedure reads it.
  Exclusions decide nothing: they set rows aside, they do not change what a run says.
* A parameter that is set to another value than the declared one is checked before anything runs, and recorded in the
  run, so that a look-back takes it over.
* Over a joint snapshot each procedure runs over every part alone, too: what no part shows is marked.
* A table that is absent makes a procedure not testable, which is an answer; a procedure that fails is named with its
  error, and the others go on.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from reperform.engine import joint
from reperform.engine.batch import Outcome, run_each, shared
from reperform.engine.derived import named_in
from reperform.engine.engines import EMBEDDED, Engine
from reperform.engine.lint import lint
from reperform.engine.parameters import AS_OF, as_text, settle
from reperform.engine.run import RunLimits
from reperform.errors import N_, ReperformError, Usage
from reperform.ledger import workshop
from reperform.ledger.models import Account, Engagement, Run, Snapshot
from reperform.reveal.actions import keep_runs

if TYPE_CHECKING:
    from reperform.engine.results import Result
    from reperform.engine.snapshot import Snapshot as Kept
    from reperform.engine.spec import Procedure

LIMITS = RunLimits()
Progress = Callable[[str, int, int], None]
Settings = Mapping[str, str]  # the values that are not the declared ones, as they were written
NO_SETTINGS: Settings = {}


@dataclass(frozen=True)
class Failure:
    """A procedure that could not be run, and why."""

    code: str
    error: ReperformError


@dataclass
class Batch:
    """What became of the procedures of one call."""

    runs: list[Run] = field(default_factory=list)
    unchanged: list[Run] = field(default_factory=list)  # earlier runs that still say all there is to say
    failed: list[Failure] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # codes that a cancellation left out


def run(
    codes: Sequence[str], *, snapshot: Snapshot, engagement: Engagement | None, by: Account, at: datetime,
    settings: Settings = NO_SETTINGS, progress: Progress | None = None,
) -> list[Run]:  # fmt: skip
    """Run the named procedures (all, if none is named) and return their runs; raise what the first failed with."""
    procedures = workshop.named(codes)
    batch = run_all(
        procedures, snapshot=snapshot, engagement=engagement, by=by, at=at, settings=settings, progress=progress
    )
    if batch.left:
        raise KeyboardInterrupt
    for failure in batch.failed:
        raise failure.error
    return batch.runs


def run_all(  # noqa: PLR0913 - each has a default
    procedures: Sequence[Procedure], *, snapshot: Snapshot, engagement: Engagement | None, by: Account, at: datetime,
    changed_only: bool = False, engine: Engine = EMBEDDED, limits: RunLimits = LIMITS,
    settings: Settings = NO_SETTINGS, progress: Progress | None = None, stop: threading.Event | None = None,
) -> Batch:  # fmt: skip
    """Run procedures, some at once; return what was entered, what need not be run, what failed and what is left."""
    kept, tables = workshop.store().open(snapshot.number), workshop.contracts()
    batch, due = Batch(), list(procedures)
    set_for = settled(procedures, settings, kept)
    if changed_only:
        earlier = {one.code: unchanged(one, snapshot, kept, by=by, settings=set_for[one.code]) for one in procedures}
        batch.unchanged = [found for found in earlier.values() if found is not None]
        due = [one for one in procedures if earlier[one.code] is None]
    workers = min(engine.workers, len(due) or 1)
    limits, left = shared(limits, workers), {one.code: None for one in due}

    parts = [workshop.store().open(part) for part in kept.parts]

    def runner(one: Procedure, stop: threading.Event) -> Result:
        together, *alone = (
            engine.runner(one, data, tables, limits, stop, set_for[one.code]) for data in (kept, *parts)
        )
        return joint.across(together, alone) if alone else together

    for outcome in run_each(due, runner, workers=workers, stop=stop):
        _enter(batch, outcome, snapshot=snapshot, engagement=engagement, by=by, at=at)
        if progress:
            progress(outcome.procedure.code, len(due) - len(left), len(due))
        del left[outcome.procedure.code]
    if progress and not left:
        progress("", len(due), len(due))
    batch.left = list(left)
    return batch


def _enter(
    batch: Batch, outcome: Outcome, *, snapshot: Snapshot, engagement: Engagement | None, by: Account, at: datetime
) -> None:
    if outcome.result is None:
        batch.failed += [Failure(outcome.procedure.code, outcome.error)] if outcome.error else []
        return
    workshop.pin(outcome.procedure)
    batch.runs += keep_runs([outcome.result], snapshot=snapshot, engagement=engagement, by=by, at=at)


def settled(procedures: Sequence[Procedure], settings: Settings, kept: Kept) -> dict[str, dict[str, str]]:
    """Return the settings of each procedure by its code, each checked against its declaration.

    A setting is `name`, for every procedure that declares it, or `CODE.name` for that one, which goes before.
    """
    found: dict[str, dict[str, str]] = {one.code: {} for one in procedures}
    for word, value in sorted(settings.items(), key=lambda item: "." in item[0]):
        code, _, name = word.rpartition(".")
        fitting = [one for one in procedures if name in one.parameters and code in ("", one.code)]
        if not fitting:
            known = sorted({f"{one.code}.{each}" for one in procedures for each in one.parameters})
            raise Usage(
                N_("There is no parameter {name}."), hint=N_("Parameters of this procedure: {known}."), name=word,
                known=", ".join(known) or "-",
            )  # fmt: skip
        for one in fitting:
            found[one.code][name] = value
    for one in procedures:
        settle(one.parameters, found[one.code], kept.as_of)
    return found


def unchanged(
    procedure: Procedure, snapshot: Snapshot, kept: Kept, *, by: Account, settings: Settings = NO_SETTINGS
) -> Run | None:
    """Return the last run of the procedure if it would say the same again over this snapshot, else nothing."""
    parameters = _parameters(procedure, kept, settings)
    runs = (
        Run.objects.filter(code=procedure.code, procedure_hash=procedure.hash, audit_body=by.body)
        .filter(lookback_of__isnull=True, origin__isnull=True)
        .select_related("snapshot")
        .prefetch_related("snapshot__tables")
        .order_by("-pk")[:20]
    )
    wanted = {name: (copy.hash, "\n".join(copy.breaches)) for name, copy in kept.tables.items()}
    for run in runs:
        seen = {table.name: (table.content_hash, table.breaches) for table in run.snapshot.tables.all()}
        same = all(seen.get(name) == wanted.get(name) for name in procedure.tables)
        told = {name: value for name, value in json.loads(run.parameters).items() if name in parameters}
        if same and told == parameters:
            return run
    return None


def _parameters(procedure: Procedure, kept: Kept, settings: Settings) -> dict[str, str]:
    """Return the parameters on which the procedure depends, as a run records them: the date only if it is read."""
    values = settle(procedure.parameters, settings, kept.as_of)
    texts = {name: as_text(value) for name, value in values.items()}
    if not _reads_date(procedure):
        del texts[AS_OF]
    return texts


def _reads_date(procedure: Procedure) -> bool:
    if procedure.script is not None and AS_OF in named_in(procedure.script):
        return True
    queries = lint(procedure)
    trees = [*queries.sections.values(), *queries.not_testable]
    return any(str(place.this) == AS_OF for tree in trees for place in tree.find_all(exp.Placeholder))
