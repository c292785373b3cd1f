"""Clocks and limits as dated data: how long a term runs, how often it may be extended, when which rung is due.

Rules kept here:

* A number is never in the code: it stands in a file with the day from which it holds, its source, and whether someone
  read it there. The entry that holds is the latest one whose day has come.
* A bureau's own file is read after the shipped one; its entries add to those of the same name.
* A name that has no entry on a day is an error that names it: a deadline is never guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from reperform.errors import N_, BadInput, Place
from reperform.rules.calendar import DayKind, Limit

SHIPPED = Path(__file__).parent / "data" / "policy.toml"
T = TypeVar("T", int, Limit)
_COMMON = {"name", "since", "source", "verified"}
_CLOCK = _COMMON | {"count", "kind", "roll"}
_LIMIT = _COMMON | {"value", "unit"}


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One dated entry: what holds from a day on, where it comes from, and whether someone read it there."""

    name: str
    since: date
    value: T
    source: str
    verified: bool


@dataclass(frozen=True)
class Policy:
    """The entries of all names, each in the order of their days."""

    clocks: Mapping[str, tuple[Entry[Limit], ...]]
    limits: Mapping[str, tuple[Entry[int], ...]]

    def clock(self, name: str, on: date) -> Entry[Limit]:
        """Return the length of time that holds on a day."""
        return _on(self.clocks, name, on)

    def limit(self, name: str, on: date) -> Entry[int]:
        """Return the number that holds on a day."""
        return _on(self.limits, name, on)


def _on(entries: Mapping[str, tuple[Entry[T], ...]], name: str, on: date) -> Entry[T]:
    holding = [entry for entry in entries.get(name, ()) if entry.since <= on]
    if not holding:
        raise BadInput(
            N_("No entry {name} of the policy holds on {day}."),
            place=Place(column=name),
            value=on.isoformat(),
            rule="policy.missing",
            hint=N_("Add it to policy/policy.toml in the folder of the bureau."),
            name=name,
            day=on.isoformat(),
        )
    return holding[-1]


def load(*paths: Path) -> Policy:
    """Read policy files in their order. `BadInput` names file, entry and value."""
    clocks: dict[str, list[Entry[Limit]]] = {}
    limits: dict[str, list[Entry[int]]] = {}
    for path in paths:
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _wrong(path, "", str(error)) from error
        if unknown := sorted(set(found) - {"clock", "limit"}):
            raise _wrong(path, "", unknown[0])
        for entry in _entries(path, found.get("clock", [])):
            clocks.setdefault(str(entry["name"]), []).append(_clock(path, entry))
        for entry in _entries(path, found.get("limit", [])):
            limits.setdefault(str(entry["name"]), []).append(_limit(path, entry))
    return Policy(_sorted(clocks), _sorted(limits))


def _sorted(entries: Mapping[str, list[Entry[T]]]) -> dict[str, tuple[Entry[T], ...]]:
    return {name: tuple(sorted(dated, key=lambda entry: entry.since)) for name, dated in entries.items()}


def _entries(path: Path, found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise _wrong(path, "", str(found)[:80])
    return found


def _clock(path: Path, entry: Mapping[str, Any]) -> Entry[Limit]:
    count: Any = entry.get("count")
    kind: Any = entry.get("kind")
    roll: Any = entry.get("roll", False)
    known = type(count) is int and 0 < count < 10_000 and kind in tuple(DayKind) and type(roll) is bool
    if not known or set(entry) - _CLOCK:
        raise _wrong(path, str(entry.get("name", "")), str(dict(entry))[:120])
    return _dated(path, entry, Limit(count, DayKind(kind), roll))


def _limit(path: Path, entry: Mapping[str, Any]) -> Entry[int]:
    value = entry.get("value")
    if type(value) is not int or set(entry) - _LIMIT:
        raise _wrong(path, str(entry.get("name", "")), str(dict(entry))[:120])
    return _dated(path, entry, value)


def _dated(path: Path, entry: Mapping[str, Any], value: T) -> Entry[T]:
    name, since, source, verified = (entry.get(key) for key in ("name", "since", "source", "verified"))
    if not (isinstance(name, str) and type(since) is date and isinstance(source, str) and type(verified) is bool):
        raise _wrong(path, str(name or ""), str(dict(entry))[:120])
    return Entry(name, since, value, source, verified)


def _wrong(path: Path, name: str, value: str) -> BadInput:
    return BadInput(
        N_("This is no policy file."),
        place=Place(file=str(path), column=name),
        value=value,
        rule="policy.form",
        hint=N_("Each [[clock]] has name, since, count, kind, source, verified; each [[limit]] a value instead."),
    )
