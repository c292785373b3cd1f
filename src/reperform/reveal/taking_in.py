"""Take a run in that another office handed over, after its file was found whole, signed, new and addressed to us.

Rules kept here:

* A received run is marked with its origin. It counts in no population and no coverage of this office; its exceptions
  are leads and are sifted like any others.
* The text of the procedure must have the hash that the run names. Outside Python is never kept: such a procedure is
  taken only where this office holds the very same one.
* The same file is taken in once. Keys of offices stand in `offices.keys`, a line each: the code of the body, its key.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from reperform.engine.child import ChildStopped
from reperform.engine.results import identity
from reperform.engine.spec import load_procedure
from reperform.errors import N_, BadInput, IntegrityBroken, Place, Refused, ReperformError, Usage
from reperform.ledger import workshop
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, ExceptionRow, Run, Snapshot
from reperform.ledger.models.revealing import Sifting
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record, step
from reperform.log.note import VerifierKey
from reperform.reveal.actions import keep_snapshot
from reperform.reveal.handover_file import Handover, fingerprint, read
from reperform.rules.standing import Fact

KEYS = "offices.keys"
SAME, DIFFERENT, UNKNOWN = "same", "different", "unknown"


@dataclass(frozen=True)
class Taken:
    """What was taken in."""

    run: Run
    rows: int
    procedure: str  # beside the one of this office: the same text, a different one, or none at all
    snapshot: Snapshot | None  # of the data that came along
    fingerprint: str


def offices() -> dict[str, VerifierKey]:
    """Return the keys of offices that the administrator has entered, by the code of the body."""
    path = settings.HOME.root / KEYS
    found: dict[str, VerifierKey] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or words[0] in found:
            raise BadInput(
                N_("A line holds the code of a body and its public key, once."), place=Place(KEYS, row=number),
                value=line[:120], rule="offices.line",
            )  # fmt: skip
        found[words[0]] = VerifierKey.parse(words[1])
    return found


def take_in(path: Path, *, key: VerifierKey | None = None, by: Account, at: datetime) -> Taken:
    """Take a file in; `key` is trusted for this call beside those of `offices.keys`."""
    known = offices()
    given = read(path, [*known.values(), *([key] if key else [])])
    try:
        return _take_in(given, known, by, at)
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(
            N_("The bundle does not say what a bundle says: {error}"), "handover.form", error=error
        ) from error


@transaction.atomic
def _take_in(given: Handover, known: Mapping[str, VerifierKey], by: Account, at: datetime) -> Taken:
    told, ran = given.manifest, _mapping(given.manifest["run"])
    origin = Body.objects.filter(number=str(told["from"])).first()
    if origin is None:
        raise Usage(N_("There is no body {code}."), hint=N_("Register it first."), code=told["from"])
    if origin.number in known and known[origin.number] != given.key:
        raise _broken(
            N_("The bundle of {code} is signed with another office's key."), "handover.key", code=origin.number
        )
    if told["to"] != by.body.number:
        raise Refused("handover.receiver", N_("The bundle is addressed to {code}."), code=told["to"])
    if Run.objects.filter(handover=given.hash).exists():
        raise _broken(N_("This bundle was taken in before."), "handover.replay")
    procedure = _procedure(given, ran)
    rows = [_row(str(ran["code"]), line) for line in given.rows]
    if len(rows) != told["rows"] or len({row.identity for row in rows}) != len(rows):
        raise _broken(N_("The rows of the bundle are not those that it states."), "handover.rows")
    snapshot = _data(given, origin, ran, by, at) if given.tables else None
    run = _run(given, ran, origin, _snapshot(ran, by, at), by, at)
    for row in rows:
        row.run = run
    facts: dict[str, Fact] = {
        "audit": by.body.number, "origin": origin.number, "procedure": run.code, "procedure_hash": run.procedure_hash,
        "snapshot": str(ran["snapshot"]), "result_hash": run.result_hash, "rows": len(rows), "contents": given.hash,
        "key": fingerprint(given.key), "of_run": str(ran["number"]),
    }  # fmt: skip
    step(Change("take_in", run, facts=facts, adds=rows), by=by, at=at)
    return Taken(run, len(rows), procedure, snapshot, fingerprint(given.key))


def _run(
    given: Handover, ran: Mapping[str, object], origin: Body, snapshot: Snapshot, by: Account, at: datetime
) -> Run:
    return Run(
        number=allocate("RUN", at.year, 1)[0], audit_body=by.body, snapshot=snapshot, code=str(ran["code"]),
        version=_count(ran["version"]), procedure_hash=str(ran["procedure_hash"]),
        parameters=_object(ran["parameters"]), population=_count(ran["population"]), clean_rows=_count(ran["clean"]),
        not_testable=_count(ran["not_testable"]), exceptions=len(given.rows),
        bodies=json.dumps({name: _count(n) for name, n in _mapping(ran["bodies"]).items()}),
        reason=str(ran["reason"]), result_hash=str(ran["result_hash"]),
        ran_at=datetime.fromisoformat(str(ran["ran_at"])), origin=origin, handover=given.hash,
        question=" ".join(str(given.manifest[name]) for name in ("question", "due_on") if given.manifest[name]),
    )  # fmt: skip


def _procedure(given: Handover, ran: Mapping[str, object]) -> str:
    """Keep the text of the procedure, and say how it stands to this office's own."""
    code, wanted = str(ran["code"]), str(ran["procedure_hash"])
    own = workshop.procedures().get(code)
    if own is not None and own.hash == wanted:
        workshop.pin(own)
        return SAME
    if any(name.endswith(".py") for name in given.procedure):
        try:
            workshop.pinned(wanted)
        except ReperformError as error:
            raise BadInput(
                N_("{code} computes with Python that this office does not have."), rule="handover.python", code=code,
                hint=N_("Install the pack that it comes from; Python is never taken from a bundle."),
            ) from error  # fmt: skip
        return DIFFERENT
    with tempfile.TemporaryDirectory() as work:
        given.unpack(given.procedure, Path(work))
        folder = Path(work) / "procedure"
        texts = list(folder.glob("*/*.sql"))
        if len(texts) != 1 or load_procedure(texts[0]).hash != wanted:
            raise _broken(N_("The text of the procedure is not the one that was run."), "handover.procedure")
        workshop.pin_folder(folder, wanted)
    return DIFFERENT if own is not None else UNKNOWN


def _row(code: str, line: Mapping[str, object]) -> ExceptionRow:
    key = {str(name): str(value) for name, value in _mapping(line["key"]).items()}
    if identity(code, key) != line["identity"]:
        raise _broken(N_("The rows of the bundle are not those that it states."), "handover.identity")
    amount = line["amount"]
    sifting = str(line["sifting"])
    return ExceptionRow(
        identity=str(line["identity"]), body_code=str(line["body"]), key=key, fields=dict(_mapping(line["fields"])),
        amount=None if amount is None else _count(amount, least=-(10**17)), across=line["across"] is True,
        baseline_remedied=_count(line["remedied"]), told=sifting if sifting in Sifting.values else "",
    )  # fmt: skip


def _snapshot(ran: Mapping[str, object], by: Account, at: datetime) -> Snapshot:
    """Return the snapshot that the run names; where its data are not here, it is known by its hash alone."""
    number, as_of = str(ran["snapshot"]), date.fromisoformat(str(ran["as_of"]))
    known = Snapshot.objects.filter(number=number).first()
    if known is not None:
        return known
    snapshot = Snapshot(number=number, as_of=as_of, kept_at=at)
    record([Change("receive", snapshot, facts={"as_of": as_of.isoformat()})], actor=by.actor(), at=at)
    return snapshot


def _data(given: Handover, origin: Body, ran: Mapping[str, object], by: Account, at: datetime) -> Snapshot:
    """Keep the tables that came along as a snapshot of their own, under this office's contracts."""
    stated, contracts, store = _mapping(given.manifest["tables"]), workshop.contracts(), workshop.store()
    copies = {}
    with tempfile.TemporaryDirectory() as work:
        given.unpack(given.tables, Path(work))
        for file in given.tables:
            name = Path(file).stem
            table, one = contracts.get(name), _mapping(stated[name])
            if table is None or table.hash != one["contract"]:
                raise BadInput(
                    N_("The table {table} was loaded under another contract."), rule="handover.contract", table=name
                )
            try:
                loaded = store.merge([Path(work) / file], table)
            except (ChildStopped, BadInput) as error:
                raise _broken(N_("The table {table} is not what it was."), "handover.table", table=name) from error
            if (loaded.hash, loaded.rows_accepted) != (one["hash"], one["rows"]):
                raise _broken(N_("The table {table} is not what it was."), "handover.table", table=name)
            copies[name] = loaded
    kept = store.snapshot(date.fromisoformat(str(ran["as_of"])), copies, title=f"{origin.number} {ran['number']}")
    return keep_snapshot(kept, by=by, at=at)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return value


def _count(value: object, *, least: int = 0) -> int:
    if type(value) is not int or not least <= value < 10**17:
        raise ValueError(value)
    return value


def _object(value: object) -> str:
    """Return the canonical JSON of an object that arrives as text."""
    return json.dumps(_mapping(json.loads(str(value))), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _broken(message: str, rule: str, **params: object) -> IntegrityBroken:
    return IntegrityBroken(message, hint="", rule=rule, **params)
