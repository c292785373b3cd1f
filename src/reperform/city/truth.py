"""What is true of the invented city, and how well a procedure knows it.

Rules kept here:

* A line of the truth is written by whoever planted the case, at the moment of planting. No rule of a procedure is
  ever asked: the truth must be able to say that a procedure is wrong.
* `planted` must be found. `near_miss` (just inside a limit), `innocent` (looks guilty) and `not_testable` (nothing can
  be said) must not.
* The fate of a planted case is the verdict that the look-back owes it; `new` and `relapse` begin after the first audit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from reperform.errors import N_, BadInput, Place

Key = tuple[tuple[str, str], ...]


class Kind(StrEnum):
    """What a case is, whatever it looks like."""

    PLANTED = "planted"
    NEAR_MISS = "near_miss"
    INNOCENT = "innocent"
    NOT_TESTABLE = "not_testable"


class Fate(StrEnum):
    """What became of a planted case between the two states."""

    CLEARED = "cleared"
    PARTLY = "partly"
    STILL = "still"
    UNPROVEN = "unproven"
    NEW = "new"
    RELAPSE = "relapse"
    NONE = ""

    @property
    def begins_after(self) -> bool:
        """Whether the case does not exist yet at the first state."""
        return self in (Fate.NEW, Fate.RELAPSE)


@dataclass(frozen=True)
class Planted:
    """One case of the truth: a key of a procedure, what it is worth in fen, what it is and what becomes of it."""

    procedure: str
    key: Key
    body: str
    amount: int
    kind: Kind
    fate: Fate
    note: str

    def to_json(self) -> str:
        """Return the case as one line."""
        line = {"procedure": self.procedure, "key": dict(self.key), "body": self.body, "amount": self.amount}
        return json.dumps(line | {"kind": self.kind, "fate": self.fate, "note": self.note}, ensure_ascii=False)


@dataclass(frozen=True)
class Score:
    """How a procedure did: what it found of what was planted, and what it found besides."""

    code: str
    planted: int
    found: int
    false: int
    missed: tuple[Key, ...]
    strays: tuple[Key, ...]

    @property
    def recall(self) -> float:
        """The share of the planted cases that was found; 1 where nothing was planted."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that had been planted; 1 where nothing was found."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0


@dataclass(frozen=True)
class VerdictScore:
    """How a look-back did: `differing` holds (key, verdict owed, verdict given); an empty verdict is none."""

    code: str
    expected: int
    agreed: int
    differing: tuple[tuple[Key, str, str], ...]


def key_of(values: Mapping[str, object]) -> Key:
    """Return a key in the form in which keys are compared: sorted by name, all values as text."""
    return tuple(sorted((name, str(value)) for name, value in values.items()))


def read(path: Path) -> Iterator[Planted]:
    """Read a truth file line by line."""
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            try:
                line = json.loads(text)
                kind, fate = Kind(line["kind"]), Fate(line["fate"])
                key = key_of(line["key"])
                yield Planted(line["procedure"], key, line["body"], int(line["amount"]), kind, fate, line["note"])
            except (ValueError, KeyError, TypeError, AttributeError) as fault:
                raise BadInput(
                    N_("This is no line of a truth file."),
                    place=Place(file=str(path), row=number),
                    rule="city.truth",
                    hint=N_("Generate the city again; the file is written by it alone."),
                ) from fault


def truth(folder: Path) -> list[Planted]:
    """Return the truth of the city in a folder."""
    return list(read(folder / "truth.jsonl"))


def score(planted: Iterable[Planted], found: Mapping[str, Collection[Key]]) -> list[Score]:
    """Compare what procedures found at the first state with what was planted by then."""
    owed: dict[str, set[Key]] = {code: set() for code in found}
    for case in planted:
        keys = owed.setdefault(case.procedure, set())
        if case.kind is Kind.PLANTED and not case.fate.begins_after:
            keys.add(case.key)
    scores = []
    for code, keys in sorted(owed.items()):
        seen = set(found.get(code, ()))
        missed, strays = tuple(sorted(keys - seen)), tuple(sorted(seen - keys))
        scores.append(Score(code, len(keys), len(keys & seen), len(strays), missed, strays))
    return scores


def score_verdicts(planted: Iterable[Planted], given: Mapping[str, Mapping[Key, str]]) -> list[VerdictScore]:
    """Compare the verdicts of a look-back with the fates; a row that the look-back lists as new has the verdict `new`.

    A relapse is a new row too: that its body had been clean in between is for the ledger to know, not for the data.
    """
    owed: dict[str, dict[Key, str]] = {code: {} for code in given}
    for case in planted:
        verdicts = owed.setdefault(case.procedure, {})
        if case.kind is Kind.PLANTED:
            verdicts[case.key] = str(Fate.NEW if case.fate.begins_after else case.fate)
    scores = []
    for code, verdicts in sorted(owed.items()):
        seen = given.get(code, {})
        pairs = [(key, verdicts.get(key, ""), seen.get(key, "")) for key in sorted({*verdicts, *seen})]
        differing = tuple(pair for pair in pairs if pair[1] != pair[2])
        scores.append(VerdictScore(code, len(verdicts), len(pairs) - len(differing), differing))
    return scores
