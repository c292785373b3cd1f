"""Hand a run to another office as a signed file, up or down: what was run, over what, and the rows that concern it.

Rules kept here:

* The rows that go along are those of bodies in the receiver's own place: below its government where it is an audit
  body, else itself and what is below it. Whoever stands above the sender gets all.
* With data, the tables that the procedure declares go along as they were kept, for a joint run; nothing else does.
* The handing over is a step of the run: to whom, how many rows, and the hash of what was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reperform.engine.snapshot import TableCopy
from reperform.engine.spec import Procedure
from reperform.errors import N_, Refused
from reperform.ledger import publish, workshop
from reperform.ledger.change import Change
from reperform.ledger.drafting import bodies_by_code
from reperform.ledger.models import Account, Body, ExceptionRow, Run
from reperform.ledger.models.bodies import BodyKind
from reperform.ledger.record import record
from reperform.reveal.handover_file import SCHEMA, write
from reperform.rules.standing import Fact
from reperform.rules.take import take
from reperform.rules.waivers import moment


@dataclass(frozen=True)
class Handed:
    """What was handed over."""

    rows: int
    tables: int
    hash: str
    key: str


@dataclass(frozen=True)
class Question:
    """What is asked of the rows that are handed down, and until when."""

    text: str = ""
    due_on: date | None = None


def hand_over(
    run: Run, path: Path, *, to: Body, with_data: bool = False, question: Question = Question(), by: Account,
    at: datetime,
) -> Handed:  # fmt: skip
    """Write the signed file for an office and record that it was handed over."""
    if to.pk == by.body_id:
        raise Refused("handover.receiver", N_("Another body must be named as the receiver."))
    take(run.kind, "hand_over", run.standing(), by.actor(), {})  # nothing is written that may not be handed over
    procedure, key = workshop.pinned(run.procedure_hash), publish.signer()
    rows = list(_rows(run, to))
    tables = _tables(run, procedure) if with_data else {}
    manifest = _manifest(run, procedure, to, rows, tables, at) | {
        "question": question.text, "due_on": question.due_on.isoformat() if question.due_on else "",
    }  # fmt: skip
    files = {
        f"procedure/{each.relative_to(folder)}": each for folder in [_folder(procedure)] for each in _files(folder)
    }
    files |= {f"tables/{name}.parquet": copy.path for name, copy in tables.items()}
    digest = write(path, manifest, map(_line, rows), files, origin=key.origin, sign=key.sign_contents)
    facts: dict[str, Fact] = {"to": to.number, "rows": len(rows), "tables": sorted(tables), "contents": digest}
    record([Change("hand_over", run, facts=facts)], actor=by.actor(), at=at)
    return Handed(len(rows), len(tables), digest, key.vkey)


def _folder(procedure: Procedure) -> Path:
    """Return the folder in which a procedure is pinned, above that of its domain."""
    return procedure.path.parent.parent


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in sorted(folder.rglob("*")) if each.is_file() and each.suffix in (".sql", ".py", ".yaml"))


def _rows(run: Run, to: Body) -> Iterator[ExceptionRow]:
    rows = run.rows.order_by("identity")
    place = _place(to)
    if run.audit_body.path.startswith(place):
        yield from rows
        return
    known = bodies_by_code(rows.order_by().values_list("body_code", flat=True).distinct())
    within = {code for code, body in known.items() if body.path.startswith(place)}
    yield from (row for row in rows if row.body_code in within)


def _place(to: Body) -> str:
    """Return the path of the place that a body answers for: its government's, where it is an audit body."""
    return to.parent.path if to.body_kind == BodyKind.AUDIT and to.parent is not None else to.path


def _tables(run: Run, procedure: Procedure) -> dict[str, TableCopy]:
    held = workshop.store().open(run.snapshot.number).tables
    return {name: held[name] for name in procedure.tables if name in held}


def _manifest(
    run: Run, procedure: Procedure, to: Body, rows: list[ExceptionRow], tables: dict[str, TableCopy], at: datetime
) -> dict[str, object]:
    bodies: dict[str, int] = json.loads(run.bodies)
    concerned = {row.body_code for row in rows}
    complete = len(rows) == run.exceptions
    return {
        "schema": SCHEMA, "from": run.audit_body.number, "to": to.number, "made_at": moment(at), "rows": len(rows),
        "run": {
            "number": run.number, "code": run.code, "version": run.version, "procedure_hash": run.procedure_hash,
            "snapshot": run.snapshot.number, "as_of": run.snapshot.as_of.isoformat(), "parameters": run.parameters,
            "parts": sorted(run.snapshot.parts.values_list("part__number", flat=True)), "reason": run.reason,
            "population": run.population, "clean": run.clean_rows, "not_testable": run.not_testable,
            "exceptions": run.exceptions, "result_hash": run.result_hash, "ran_at": moment(run.ran_at),
            "bodies": bodies if complete else {code: n for code, n in bodies.items() if code in concerned},
        },
        "procedure": {"domain": procedure.domain, "python": procedure.script is not None},
        "tables": {
            name: {"hash": copy.hash, "rows": copy.rows, "contract": copy.contract, "breaches": list(copy.breaches)}
            for name, copy in tables.items()
        },
    }  # fmt: skip


def _line(row: ExceptionRow) -> dict[str, object]:
    return {
        "identity": row.identity, "body": row.body_code, "amount": row.amount, "key": row.key, "fields": row.fields,
        "across": row.across, "remedied": row.baseline_remedied, "sifting": row.sifting,
    }  # fmt: skip
