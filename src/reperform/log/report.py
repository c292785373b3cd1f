"""What a verification found: one line per question, and what follows from all of them.

Rules kept here:

* Each question has one of three answers: ok, failed, not checked. What was not checked is said, never passed over.
* A failure names its rule and, where it can be known, the first entry that it concerns.
* The exit codes are the command's: 0 ok, 3 not a bundle, 4 integrity broken, 5 inconclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from reperform.errors import BadInput, Inconclusive, IntegrityBroken, ReperformError, Translate

SCHEMA = "reperform/log-verify/1"
ESSENTIAL = frozenset({"container", "tree", "disclosure", "steps"})
"""Where one of these could not be answered, the bundle as a whole is neither confirmed nor refuted."""


class Answer(StrEnum):
    """The answer to one question."""

    OK = "ok"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Check:
    """One question with its answer; the sentence is kept as a template, so that it can be shown in any language."""

    name: str
    answer: Answer
    message: str
    hint: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    index: int | None = None
    rule: str = ""

    @property
    def sentence(self) -> str:
        return self.render()

    def render(self, translate: Translate = str) -> str:
        """Return the sentence, in the language of `translate`."""
        parts = [translate(text).format_map(_Shown(self.params)) for text in (self.message, self.hint) if text]
        return " ".join(parts)


def ok(name: str, message: str, **params: object) -> Check:
    return Check(name, Answer.OK, message, params=params)


def not_checked(name: str, message: str, hint: str = "", **params: object) -> Check:
    return Check(name, Answer.NOT_CHECKED, message, hint, params)


def failed(name: str, error: ReperformError) -> Check:
    """Return the failed check that an error describes."""
    index, rule = error.params.get("index"), getattr(error, "rule", "") or error.params.get("rule", "")
    return Check(
        name,
        Answer.FAILED,
        error.message,
        error.hint,
        error.params,
        index if isinstance(index, int) else None,
        str(rule),
    )


def answered(name: str, error: ReperformError) -> Check:
    """Return the check that an error ends: inconclusive is not checked, all else failed."""
    if isinstance(error, Inconclusive):
        return not_checked(name, error.message, error.hint, **error.params)
    return failed(name, error)


def flaw(rule: str, message: str, index: int | None = None, **params: object) -> IntegrityBroken:
    """Return the error for something that was altered, missing or not permitted."""
    error = IntegrityBroken(message)
    error.params = {**params, "rule": rule, "index": index}
    return error


@dataclass(frozen=True)
class Report:
    """All answers, with what the bundle is about."""

    checks: tuple[Check, ...]
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""
    root: str = ""
    vkey: str = ""
    not_a_bundle: bool = False

    @property
    def exit_code(self) -> int:
        if self.not_a_bundle:
            return BadInput.exit_code
        if any(check.answer is Answer.FAILED for check in self.checks):
            return IntegrityBroken.exit_code
        open_questions = {check.name for check in self.checks if check.answer is Answer.NOT_CHECKED}
        return Inconclusive.exit_code if open_questions & ESSENTIAL else 0

    @property
    def ok(self) -> bool:
        """Whether nothing failed and nothing essential stayed open."""
        return self.exit_code == 0

    @property
    def first_failure(self) -> Check | None:
        """The failed check that names the first entry; where none names an entry, the first that failed."""
        failures = [check for check in self.checks if check.answer is Answer.FAILED]
        return min(failures, key=lambda check: (check.index is None, check.index or 0), default=None)

    def to_json(self, translate: Translate = str) -> dict[str, object]:
        """Return the report as plain values, under a schema with its version."""
        first = self.first_failure
        return {
            "schema": SCHEMA,
            "ok": self.ok,
            "exit_code": self.exit_code,
            "origin": self.origin,
            "root": self.root,
            "vkey": self.vkey,
            "counts": dict(self.counts),
            "first_failure": _plain(first, translate) if first else None,
            "checks": [_plain(check, translate) for check in self.checks],
        }


def _plain(check: Check, translate: Translate) -> dict[str, object]:
    return {
        "name": check.name,
        "answer": check.answer.value,
        "sentence": check.render(translate),
        "index": check.index,
        "rule": check.rule,
    }


class _Shown(dict[str, object]):
    """The places of a sentence, each short and printable: their values may come from a hostile file."""

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__({name: _short(value) for name, value in params.items()})

    def __missing__(self, name: str) -> str:
        return "?"


def _short(value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    text = "".join(one if one.isprintable() else "�" for one in str(value)[:400])
    return text if len(text) < 400 else f"{text}…"
