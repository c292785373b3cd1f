"""Parameters of a procedure: typed, bounded, with a source; put into SQL as literals through the syntax tree.

Rules kept here:

* A parameter has a type, a default, bounds and a source. Unverified figures say so (`verified: false`).
* A value never becomes SQL text: it becomes a literal node of the tree that the linter has read, so that what runs is
  what was read, whatever the value holds.
* `:as_of`, the snapshot's date, is there without being declared.
* Values have one canonical text each, for the result's hash and for the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlglot import exp

from reperform.engine.front_matter import NAME, TYPES, Entry, Scalar
from reperform.errors import N_, BadInput, Usage

Value = Scalar
AS_OF = "as_of"
_KEYS = ("title", "min", "max", "unit", "source", "verified")


@dataclass(frozen=True)
class Parameter:
    """One parameter as its procedure declares it."""

    name: str
    type: str
    value: Value
    least: Value | None
    most: Value | None
    unit: str
    title: Mapping[str, str]
    source: Mapping[str, str]
    verified: bool


def read_parameter(name: str, entry: Entry) -> Parameter:
    """Read one parameter of a front matter."""
    if not NAME.fullmatch(name) or name == AS_OF:
        raise entry.wrong(N_("{name} cannot be the name of a parameter."), rule="parameter.name", name=name)
    entries = entry.mapping(required=("type", "value"), optional=_KEYS)
    type_ = entries["type"].word(TYPES)
    parameter = Parameter(
        name=name,
        type=type_,
        value=entries["value"].typed(type_),
        least=entries["min"].typed(type_) if "min" in entries else None,
        most=entries["max"].typed(type_) if "max" in entries else None,
        unit=entries["unit"].text() if "unit" in entries else "",
        title=entries["title"].bilingual() if "title" in entries else {"en": name, "zh": name},
        source=entries["source"].bilingual() if "source" in entries else {"en": "", "zh": ""},
        verified=entries["verified"].flag() if "verified" in entries else False,
    )
    if not _within(parameter, parameter.value):
        raise entries["value"].wrong(
            N_("{key} must lie between {least} and {most}."),
            rule="parameter.bounds",
            least=_shown(parameter.least),
            most=_shown(parameter.most),
        )
    return parameter


def settle(declared: Mapping[str, Parameter], given: Mapping[str, object] | None, as_of: date) -> dict[str, Value]:
    """Return the value of every parameter of a run, `as_of` included, by name in order."""
    given = dict(given or {})
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise Usage(
            N_("There is no parameter {name}."),
            hint=N_("Parameters of this procedure: {known}."),
            name=", ".join(unknown),
            known=", ".join(declared) or "-",
        )
    settled: dict[str, Value] = {AS_OF: as_of}
    for name, parameter in declared.items():
        settled[name] = _given(parameter, given[name]) if name in given else parameter.value
    return dict(sorted(settled.items()))


def as_text(value: Value) -> str:
    """Return the canonical text of a value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def literal(value: Value) -> exp.Expr:
    """Return the literal that stands for the value in a syntax tree."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        number = exp.Literal.number(abs(value))
        return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=exp.DataType.build("date"))
    return exp.Literal.string(value)


def put_in(tree: exp.Expr, values: Mapping[str, Value]) -> exp.Expr:
    """Return a copy of the tree in which every `:name` is the literal of its value."""
    copy = tree.copy()
    for place in list(copy.find_all(exp.Placeholder)):
        place.replace(literal(values[str(place.this)]))
    return copy


def _given(parameter: Parameter, value: object) -> Value:
    typed = _typed(parameter.type, value)
    if typed is None or not _within(parameter, typed):
        raise BadInput(
            N_("{name} must be a value of the type {type}, between {least} and {most}."),
            value=str(value),
            rule="parameter.value",
            name=parameter.name,
            type=parameter.type,
            least=_shown(parameter.least),
            most=_shown(parameter.most),
        )
    return typed


def _typed(type_: str, value: object) -> Value | None:
    """Return the value in its type: as it is, or read from the text that a command line or a form gives."""
    if isinstance(value, bool):
        return value if type_ == "boolean" else None
    if isinstance(value, int):
        return value if type_ == "integer" else None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value if type_ == "date" else None
    if not isinstance(value, str):
        return None
    if type_ == "integer":
        return int(value) if re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII) else None
    if type_ == "boolean":
        return {"true": True, "false": False}.get(value)
    if type_ == "date":
        try:
            return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) else None
        except ValueError:
            return None
    return value


def _within(parameter: Parameter, value: Value) -> bool:
    above = parameter.least is None or parameter.least <= value  # type: ignore[operator]
    below = parameter.most is None or value <= parameter.most  # type: ignore[operator]
    return bool(above and below)


def _shown(bound: Value | None) -> str:
    return "…" if bound is None else as_text(bound)
