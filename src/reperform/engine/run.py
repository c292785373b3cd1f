"""Run a procedure over a snapshot: the same procedure, snapshot and parameters always say the same.

Rules kept here:

* The SQL is read by the linter first; what runs is generated from its trees, with the parameters as typed literals, in
  a child process with limits, over a locked connection.
* A table that is missing or in breach of its contract makes the procedure not testable, with the reason: never green.
  So does an empty population: where nothing was examined, nothing is clean. An `optional` table that the snapshot does
  not hold is read as an empty one, and the result says so.
* A snapshot that changed during the run is an error of integrity.

Example::

    result = run(procedure, snapshot, tables=load_tables(shipped), parameters={"grace_months": 1})
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from reperform.engine import child
from reperform.engine.duckdb import Source, Space
from reperform.engine.lint import DIALECT, Queries, lint
from reperform.engine.parameters import Value, as_text, put_in, settle
from reperform.engine.results import (
    ExceptionRow,
    Remedy,
    Result,
    Status,
    Subject,
    SubjectOutcome,
    content_hash,
    identity,
)
from reperform.engine.spec import POPULATION
from reperform.engine.tables import SQL_TYPES, Table
from reperform.engine.worker import Job, perform
from reperform.errors import N_, IntegrityBroken, Translate, Usage

if TYPE_CHECKING:
    from reperform.engine.snapshot import Snapshot, TableCopy
    from reperform.engine.spec import Procedure

MISSING, BREACH, EMPTY = "table_missing", "table_in_breach", "nothing_examined"
_REASONS = {
    MISSING: N_("The snapshot does not hold the table {what}."),
    BREACH: N_("The table {what} is in breach of its contract."),
    EMPTY: N_("There was nothing to examine."),
}


@dataclass(frozen=True)
class RunLimits:
    """What one run may use; sizes in bytes."""

    memory: int = 2 << 30
    threads: int = 2
    temporary: int = 64 << 30
    seconds: float = 3600.0
    rows: int = 1_000_000

    @property
    def of_child(self) -> child.Limits:
        """Limits of the process: address space is more than memory, processor time counts every thread."""
        cpu = int(self.seconds) * self.threads
        return child.Limits(memory=self.memory + (4 << 30), cpu=cpu, seconds=self.seconds, file_size=self.temporary)


_UNITS = {"memory": 1 << 20, "temporary": 1 << 20, "seconds": 1, "rows": 1, "threads": 1}  # MB, MB, s, count, count


def limits_from(words: Iterable[str]) -> RunLimits:
    """Return the limits with those changed that words such as `seconds=600` name; memory and temporary are in MB."""
    limits = RunLimits()
    for word in words:
        name, _, value = word.partition("=")
        if name not in _UNITS or not value.isascii() or not value.isdigit() or not 0 < int(value) < 1 << 40:
            raise Usage(
                N_("{word} is no limit."), hint=N_("As in seconds=600; known: {known}."), word=word,
                known=", ".join(_UNITS),
            )  # fmt: skip
        limits = replace(limits, **{name: int(value) * _UNITS[name]})
    return limits


@dataclass(frozen=True)
class Plan:
    """Everything that one run needs, before anything runs."""

    procedure: Procedure
    snapshot_hash: str
    as_of: date
    values: Mapping[str, Value]
    queries: Queries
    sources: Mapping[str, Source]
    absent: tuple[str, ...]  # tables that the procedure names and the snapshot does not hold
    breaches: tuple[str, ...]  # tables that do not keep their contract
    asked: tuple[Mapping[str, str], ...]
    limits: RunLimits


def run(
    procedure: Procedure,
    snapshot: Snapshot,
    *,
    tables: Mapping[str, Table],
    parameters: Mapping[str, object] | None = None,
    subjects: Iterable[Mapping[str, str]] = (),
    limits: RunLimits = RunLimits(),
    progress: child.Progress | None = None,
    stop: threading.Event | None = None,
) -> Result:
    """Run a procedure; `subjects` are the keys (as text) of those whose outcome is wanted by name."""
    plan = planned(procedure, snapshot, tables=tables, parameters=parameters, subjects=subjects, limits=limits)
    with unchanged(plan):
        return carry_out(
            plan, lambda job: child.in_child(perform, job, limits=limits.of_child, progress=progress, stop=stop)
        )


def planned(
    procedure: Procedure,
    snapshot: Snapshot,
    *,
    tables: Mapping[str, Table],
    parameters: Mapping[str, object] | None,
    subjects: Iterable[Mapping[str, str]],
    limits: RunLimits,
) -> Plan:
    """Return what a run of the procedure over the snapshot does, on whatever engine."""
    types = types_of(tables)
    queries = lint(procedure, types)
    held = {name: copy for name, copy in snapshot.tables.items() if name in procedure.tables}
    sources = {
        name: Source(
            _columns(procedure, name, types), path=str(Path(held[name].path).resolve()) if name in held else ""
        )
        for name in procedure.tables
        if name in held or name in procedure.optional
    }
    return Plan(
        procedure=procedure,
        snapshot_hash=snapshot.hash,
        as_of=snapshot.as_of,
        values=settle(procedure.parameters, parameters, snapshot.as_of),
        queries=queries,
        sources=sources,
        absent=tuple(name for name in procedure.tables if name not in held),
        breaches=tuple(name for name, copy in held.items() if _unfit(procedure, copy)),
        asked=_asked(procedure, subjects),
        limits=limits,
    )


@contextmanager
def unchanged(plan: Plan) -> Iterator[None]:
    """Raise `IntegrityBroken` when a file of the snapshot was touched in between."""
    before = _stamps(plan.sources)
    yield
    if _stamps(plan.sources) != before:
        raise IntegrityBroken(N_("The snapshot {snapshot} changed during the run."), snapshot=plan.snapshot_hash)


def carry_out(plan: Plan, work: Callable[[Job], Mapping[str, Any]]) -> Result:
    """Return the result of a plan; `work` does the job, in a child or here."""
    started = time.perf_counter()
    result = _blank(plan)
    if not result.reason:
        result = _told(result, plan, work(_job(plan)))
    if result.reason:
        names = [identity(result.code, key) for key in plan.asked]
        unknown = {name: Subject(name, SubjectOutcome.NOT_TESTABLE, reason=result.reason) for name in names}
        result = replace(result, status=Status.NOT_TESTABLE, subjects=unknown)
    return replace(result, result_hash=content_hash(result), seconds=round(time.perf_counter() - started, 3))


def types_of(tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """Return the SQL type of every field of some contracts, by table."""
    return {name: {field.name: SQL_TYPES[field.type] for field in table.fields} for name, table in tables.items()}


def why_not(reason: str, translate: Translate = str) -> str:
    """Return the sentence for the reason of a result that is not testable."""
    word, _, what = reason.partition(":")
    return translate(_REASONS[word]).format(what=what) if word in _REASONS else reason


def _blank(plan: Plan) -> Result:
    """Return the result before the run, with the reason if the run cannot be."""
    procedure = plan.procedure
    missing = [f"{MISSING}:{name}" for name in plan.absent if name in procedure.needed]
    broken = [f"{BREACH}:{name}" for name in plan.breaches]
    return Result(
        code=procedure.code,
        version=procedure.version,
        procedure_hash=procedure.hash,
        snapshot_hash=plan.snapshot_hash,
        as_of=plan.as_of,
        parameters={name: as_text(value) for name, value in plan.values.items()},
        status=Status.DONE,
        reason=next(iter([*missing, *broken]), ""),
        absent=tuple(name for name in plan.absent if name in procedure.optional),
    )


def _job(plan: Plan) -> Job:
    procedure, limits = plan.procedure, plan.limits
    facts = {
        name: Source(tuple((column.name, SQL_TYPES[column.type]) for column in fact.columns), rows=fact.rows)
        for name, fact in procedure.facts.items()
    }
    sections = plan.queries.sections
    return Job(
        file=str(procedure.path),
        tables={**plan.sources, **facts},
        queries={name: put_in(tree, plan.values).sql(DIALECT, comments=False) for name, tree in sections.items()},
        conditions=tuple(put_in(tree, plan.values).sql(DIALECT, comments=False) for tree in plan.queries.not_testable),
        key=procedure.key,
        body=procedure.body,
        amount=procedure.amount,
        read=_read(procedure, plan.queries),
        asked=tuple(tuple(key.values()) for key in plan.asked),
        rows=limits.rows,
        space=Space(limits.memory, limits.threads, limits.temporary),
        script=procedure.script,
        values=plan.values,
    )


def _read(procedure: Procedure, queries: Queries) -> tuple[str, ...]:
    """Return the columns of the population that the key, the body, a condition or another section may read."""
    sections = [tree for name, tree in queries.sections.items() if name != POPULATION]
    named = {one.name for tree in (*sections, *queries.not_testable) for one in tree.find_all(exp.Identifier)}
    named |= {*procedure.key, procedure.body}
    return tuple(one.output_name for one in queries.sections[POPULATION].selects if one.output_name in named)


def _told(blank: Result, plan: Plan, answer: Mapping[str, Any]) -> Result:
    procedure = plan.procedure
    population = sum(answer["bodies"].values())
    if not population:
        return replace(blank, reason=EMPTY, engine=answer["engine"])
    exceptions = tuple(_row(procedure, row, answer["fields"]) for row in answer["exceptions"])
    remedied = {
        identity(procedure.code, dict(zip(procedure.key, key, strict=True))): Remedy(amount, trace)
        for amount, trace, *key in answer["remedies"]
    }
    not_testable = sum(answer["untestable"])
    reasons = [item.reason["en"] for item in procedure.not_testable_when]
    done = replace(
        blank,
        population=population,
        clean=population - not_testable - len(exceptions),
        not_testable=not_testable,
        untestable=dict(zip(reasons, answer["untestable"], strict=True)),
        bodies=answer["bodies"],
        exceptions=exceptions,
        remedied=remedied,
        engine=answer["engine"],
    )
    found = {place: "" if reason is None else reasons[reason] for place, reason in answer["asked"]}
    return replace(done, subjects=_subjects(done, plan.asked, found))


def _row(procedure: Procedure, row: list[Any], fields: list[str]) -> ExceptionRow:
    amount, *texts = row
    key = dict(zip(procedure.key, texts, strict=False))
    body, *others = texts[len(procedure.key) :]
    return ExceptionRow(
        identity=identity(procedure.code, key),
        key=key,
        body=body,
        amount=amount,
        fields=dict(zip(fields, others, strict=True)),
    )


def _subjects(result: Result, asked: Iterable[Mapping[str, str]], found: Mapping[int, str]) -> dict[str, Subject]:
    """Return the outcome of each subject; `found` gives the reason, or "", of those in the population."""
    amounts = {row.identity: row.amount for row in result.exceptions}
    subjects = {}
    for place, key in enumerate(asked):
        name = identity(result.code, key)
        outcome = SubjectOutcome.EXCEPTION if name in amounts else SubjectOutcome.CLEAN
        if place not in found:
            outcome = SubjectOutcome.MISSING
        elif found[place]:
            outcome = SubjectOutcome.NOT_TESTABLE
        subjects[name] = Subject(
            name, outcome, amounts.get(name), result.remedied.get(name), reason=found.get(place, "")
        )
    return subjects


def _asked(procedure: Procedure, subjects: Iterable[Mapping[str, str]]) -> tuple[dict[str, str], ...]:
    """Return the keys of the subjects, each once, in the declared order."""
    asked = {}
    for key in subjects:
        if set(key) != set(procedure.key):
            message = N_("The key of a subject of {code} is {names}.")
            raise Usage(message, code=procedure.code, names=", ".join(procedure.key))
        ordered = {name: str(key[name]) for name in procedure.key}
        asked[tuple(ordered.values())] = ordered
    return tuple(asked.values())


def _unfit(procedure: Procedure, copy: TableCopy) -> bool:
    """Whether a table keeps a procedure from being run; an optional table may be empty."""
    harmless = ("empty",) if copy.name in procedure.optional else ()
    return any(breach not in harmless for breach in copy.breaches)


def _columns(procedure: Procedure, name: str, types: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((column, types[name][column]) for column in procedure.tables[name])


def _stamps(sources: Mapping[str, Source]) -> list[tuple[int, int, int]]:
    found = [Path(source.path).stat() for source in sources.values() if source.path]
    return [(file.st_ino, file.st_size, file.st_mtime_ns) for file in found]
