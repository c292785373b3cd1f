"""A run for other programs: SARIF 2.1.0, JSON, CSV; beside a baseline, what is new, unchanged, updated, absent.

Rules kept here:

* An exception is known by its identity (`partialFingerprints`), never by its place. It is `unchanged` where amount and
  fields are the same too, else `updated`; one of the baseline that this run lacks is `absent`: it says nothing about
  whether it was put right.
* No text of the data leaves but the key, unless everything is asked for (`full`): other columns, and the reasons why
  rows were set aside, may name people.
* A row that was set aside is suppressed and says so; it does not vanish.
* No value in a CSV can act as a formula.

SARIF: OASIS Static Analysis Results Interchange Format 2.1.0, sections 3.14 (run), 3.27 (result), 3.49 (rule).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from reperform.engine.rejects import harmless
from reperform.errors import N_, Usage
from reperform.ledger.drafting import content_hash, in_language
from reperform.ledger.models import ExceptionRow, Run
from reperform.ledger.models.revealing import Sifting
from reperform.reveal.queries import exclusions

if TYPE_CHECKING:
    from reperform.engine.spec import Procedure

FORMATS = ("sarif", "json", "csv")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
NEW, UNCHANGED, UPDATED, ABSENT = "new", "unchanged", "updated", "absent"


@dataclass(frozen=True)
class Exported:
    """One row, what became of it since the baseline ("" without one), and why it was set aside."""

    row: ExceptionRow
    state: str
    reason: str


def rows_of(run: Run, baseline: Run | None) -> list[Exported]:
    """Return the rows of a run, then those of the baseline that it lacks, in the order of their identities."""
    if baseline is not None and baseline.code != run.code:
        message = N_("{run} is a run of {code}, {baseline} one of {other}.")
        raise Usage(message, run=run.number, code=run.code, baseline=baseline.number, other=baseline.code)
    rows = list(run.rows.order_by("identity"))
    reasons = {pk: exclusion.reason for pk, exclusion in exclusions(rows).items()}
    before = {} if baseline is None else {row.identity: row for row in baseline.rows.order_by("identity")}
    found = [
        Exported(row, "" if baseline is None else _state(before.get(row.identity), row), reasons.get(row.pk, ""))
        for row in rows
    ]
    known = {row.identity for row in rows}
    return found + [Exported(row, ABSENT, "") for identity, row in before.items() if identity not in known]


def _state(earlier: ExceptionRow | None, now: ExceptionRow) -> str:
    if earlier is None:
        return NEW
    same = content_hash(earlier.amount, earlier.fields) == content_hash(now.amount, now.fields)
    return UNCHANGED if same else UPDATED


def as_sarif(run: Run, procedure: Procedure, rows: Iterable[Exported], *, full: bool) -> dict[str, object]:
    """Return the run as a SARIF log with one rule: the procedure."""
    rule: dict[str, object] = {
        "id": procedure.code,
        "shortDescription": {"text": in_language(procedure.title)},
        "fullDescription": {"text": in_language(procedure.question)},
        "help": {"text": in_language(procedure.guard).strip()},
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "version": procedure.version, "procedureHash": procedure.hash, "domain": procedure.domain,
            "criteria": [f"{one.law} {one.article}".strip() for one in procedure.criteria],
        },
    }  # fmt: skip
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Reperform", "version": version("reperform"), "rules": [rule]}},
                "automationDetails": {"id": f"{run.code}/{run.number}"},
                "invocations": [
                    {"executionSuccessful": run.state == "done", "endTimeUtc": f"{run.ran_at:%Y-%m-%dT%H:%M:%SZ}"}
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, procedure, full=full) for one in rows],
                "properties": {
                    "snapshot": run.snapshot.number, "asOf": run.snapshot.as_of.isoformat(),
                    "resultHash": run.result_hash, "population": run.population, "clean": run.clean_rows,
                    "notTestable": run.not_testable, "reason": run.reason,
                },
            }
        ],
    }  # fmt: skip


def _result(one: Exported, procedure: Procedure, *, full: bool) -> dict[str, object]:
    row, key = one.row, ", ".join(f"{name}={value}" for name, value in one.row.key.items())
    told: dict[str, object] = {
        "ruleId": procedure.code,
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": f"{in_language(procedure.title)}: {key}"},
        "locations": [{"logicalLocations": [{"name": key, "fullyQualifiedName": f"{procedure.code}({key})"}]}],
        "partialFingerprints": {"identity/v1": row.identity},
        "properties": {
            "body": row.body_code,
            "amountFen": row.amount,
            "sifting": row.sifting,
            "key": row.key,
            **({"onlyAcross": True} if row.across else {}),
        },
    }
    if one.state:
        told["baselineState"] = one.state
    if row.sifting == Sifting.EXCLUDED:
        told["suppressions"] = [
            {"kind": "external", "status": "accepted"} | ({"justification": one.reason} if full and one.reason else {})
        ]
    if full:
        told["properties"] = {**told["properties"], "fields": row.fields}  # type: ignore[dict-item]
    return told


def as_plain(run: Run, rows: Iterable[Exported], *, full: bool) -> dict[str, object]:
    """Return the run and its rows as plain values."""
    return {
        "run": run.number, "procedure": run.code, "version": run.version, "procedure_hash": run.procedure_hash,
        "snapshot": run.snapshot.number, "as_of": run.snapshot.as_of, "state": run.state, "reason": run.reason or None,
        "population": run.population, "clean": run.clean_rows, "not_testable": run.not_testable,
        "result_hash": run.result_hash,
        "rows": [
            {
                "identity": one.row.identity, "baseline_state": one.state or None, "sifting": one.row.sifting,
                "body": one.row.body_code, "amount": one.row.amount, "key": one.row.key, "across": one.row.across,
                **({"fields": one.row.fields, "exclusion": one.reason or None} if full else {}),
            }
            for one in rows
        ],
    }  # fmt: skip


def as_csv(rows: Iterable[Exported], procedure: Procedure, *, full: bool) -> str:
    """Return the rows as a CSV that a spreadsheet opens: a byte order mark, and nothing that acts as a formula."""
    rows = list(rows)
    names = list(rows[0].row.fields) if full and rows else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["identity", "baseline_state", "sifting", "across", "body", "amount_fen", *procedure.key, *names])
    writer.writerows([harmless(cell) for cell in line] for line in _lines(rows, procedure.key, names))
    return "\ufeff" + text.getvalue()


def _lines(rows: Iterable[Exported], key: tuple[str, ...], names: list[str]) -> Iterator[list[str]]:
    for one in rows:
        row = one.row
        amount = "" if row.amount is None else str(row.amount)
        kept = [str(row.key.get(name, "")) for name in key]
        fields = [str(row.fields.get(name, "")) for name in names]
        yield [row.identity, one.state, row.sifting, "yes" if row.across else "", row.body_code, amount, *kept, *fields]
