"""What a run of a procedure says: exceptions by declared key, the denominator, remedies, and one hash over it all.

Rules kept here:

* Identity: SHA-256 of the canonical JSON of [code, names of the key in order, their values as text]. The same subject
  has the same identity in every run; version and parameters are recorded beside it and are no part of it.
* Values are texts in one canonical form (a date is YYYY-MM-DD, nothing is ""), money is integer fen.
* Exceptions stand sorted by key. The same procedure hash, snapshot hash and parameters give the same bytes; the result
  hash covers them. Which subjects were asked for, how long it took and on what engine is no part of the hash.
* Three outcomes: an exception, clean, not testable with a reason. A subject that is not in the population is `missing`:
  a row that vanished is not a row that was fixed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from reperform.errors import N_, BadInput, IntegrityBroken

SCHEMA = "reperform/result/1"
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_HASHED = (
    *("code", "version", "procedure_hash", "snapshot_hash", "parameters", "status", "reason"),
    *("population", "clean", "not_testable", "untestable", "bodies", "absent"),
)


class Status(StrEnum):
    """Whether the procedure could be run at all."""

    DONE = "done"
    NOT_TESTABLE = "not_testable"


class SubjectOutcome(StrEnum):
    """What a run says of one subject."""

    EXCEPTION = "exception"
    CLEAN = "clean"
    NOT_TESTABLE = "not_testable"
    MISSING = "missing"


@dataclass(frozen=True)
class ExceptionRow:
    """A row that a procedure singles out: a lead until an auditor confirms it."""

    identity: str
    key: Mapping[str, str]
    body: str
    amount: int | None
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Remedy:
    """A positive trace of one subject: the money that came back and the voucher that shows it."""

    remedied: int | None
    trace: str


@dataclass(frozen=True)
class Subject:
    """What a run says of a subject that was asked for by name."""

    identity: str
    outcome: SubjectOutcome
    amount: int | None = None
    remedy: Remedy | None = None
    reason: str = ""


@dataclass(frozen=True)
class Result:
    """One run of one procedure over one snapshot."""

    code: str
    version: int
    procedure_hash: str
    snapshot_hash: str
    as_of: date
    parameters: Mapping[str, str]
    status: Status
    reason: str = ""
    population: int = 0
    clean: int = 0
    not_testable: int = 0
    untestable: Mapping[str, int] = field(default_factory=dict)  # rows by reason, in the order of the front matter
    bodies: Mapping[str, int] = field(default_factory=dict)  # rows of the population by who answers for them
    exceptions: tuple[ExceptionRow, ...] = ()
    remedied: Mapping[str, Remedy] = field(default_factory=dict)  # by identity, of exceptions and of named subjects
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    absent: tuple[str, ...] = ()  # optional tables that the snapshot does not hold
    across: tuple[str, ...] | None = None  # of a joint run: what no part shows alone
    engine: str = ""
    seconds: float = 0.0
    result_hash: str = ""

    @property
    def amount(self) -> int:
        """The money of all exceptions, in fen."""
        return sum(row.amount or 0 for row in self.exceptions)

    @property
    def flagged(self) -> float:
        """The share of the population that was singled out, for telling a noisy procedure."""
        return len(self.exceptions) / self.population if self.population else 0.0

    def to_json(self) -> str:
        """Return the result as one line of canonical JSON."""
        return canonical({"schema": SCHEMA, **asdict(self), "as_of": self.as_of.isoformat()})


def identity(code: str, key: Mapping[str, str]) -> str:
    """Return the identity of a subject; `key` holds its values as canonical text."""
    names = sorted(key)
    return hashlib.sha256(canonical([code, names, [key[name] for name in names]]).encode()).hexdigest()


def canonical(value: Any) -> str:  # noqa: ANN401 - any plain value
    """Return the canonical JSON of plain values (RFC 8785 for texts, integers, lists and mappings)."""
    return _ENCODER.encode(value)


def content_hash(result: Result) -> str:
    """Return the hash over all that two equal runs must have in common."""
    content = {name: getattr(result, name) for name in _HASHED}
    content["as_of"] = result.as_of.isoformat()
    content["exceptions"] = [
        [row.identity, row.key, row.body, row.amount, row.fields, _remedy(result.remedied.get(row.identity))]
        for row in result.exceptions
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _remedy(remedy: Remedy | None) -> list[int | str | None]:
    return [remedy.remedied, remedy.trace] if remedy else []


def from_json(text: str) -> Result:
    """Read a result that `to_json` wrote, and check that it is unaltered."""
    told = json.loads(text)
    if told.pop("schema", None) != SCHEMA:
        raise BadInput(N_("This is not a result of a run."), rule="result.schema")
    result = Result(
        **told
        | {
            "as_of": date.fromisoformat(told["as_of"]),
            "status": Status(told["status"]),
            "exceptions": tuple(ExceptionRow(**row) for row in told["exceptions"]),
            "remedied": {name: Remedy(**remedy) for name, remedy in told["remedied"].items()},
            "subjects": _subjects(told["subjects"].values()),
            "absent": tuple(told["absent"]),
            "across": None if told.get("across") is None else tuple(told["across"]),
        }
    )
    if content_hash(result) != result.result_hash:
        raise IntegrityBroken(N_("The result of {code} does not match its own hash."), code=result.code)
    return result


def _subjects(told: Iterable[dict[str, Any]]) -> dict[str, Subject]:
    subjects = (
        Subject(
            **row
            | {
                "outcome": SubjectOutcome(row["outcome"]),
                "remedy": Remedy(**row["remedy"]) if row["remedy"] is not None else None,
            }
        )
        for row in told
    )
    return {subject.identity: subject for subject in subjects}
