"""Derived relations: what SQL can't say is computed by a Python function, and the sections read it like a table.

Rules kept here:

* The file beside the procedure, `<CODE>.py`, has one function for each relation that the front matter declares. It is
  given the declared columns of the declared tables, the rows in one order, and the parameters; it returns the declared
  columns. It reads nothing else: no file, no clock, no randomness. What it does is as much part of the procedure's
  hash as its SQL, and what is hashed is the text that runs.
* Columns are lists of plain values: text, whole number, true or false, date; None where there is nothing. What a
  function returns is checked against the declared types, value by value, before any SQL reads it.
* Only Python that was installed runs: of the shipped catalogue and of installed packs. A folder's own is refused.

Example::

    def firm_tie(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
        firm = tables["firm"]
        return {"firm_id": firm["firm_id"], "group_no": groups(firm["address"], firm["phone"])}
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reperform.engine.front_matter import NAME, TYPES, Entry, read_text
from reperform.errors import N_, BadInput, Place, ReperformError

Columns = dict[str, list[Any]]
Function = Callable[[Mapping[str, Columns], Mapping[str, object]], Columns]
_LARGEST = 2**63
_KINDS: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool, "date": date}


@dataclass(frozen=True)
class Derived:
    """A relation that a function computes: what it reads, what it gives, and in words what it holds."""

    name: str
    source: Mapping[str, tuple[str, ...]]
    columns: tuple[tuple[str, str], ...]  # name and type
    text: Mapping[str, str]


@dataclass(frozen=True)
class Script:
    """The Python text of a procedure and what its functions promise."""

    file: str
    text: str
    relations: tuple[Derived, ...]


def read_derived(entry: Entry) -> tuple[Derived, ...]:
    """Read the declared relations of a front matter."""
    return tuple(_relation(name, value) for name, value in entry.mapping(optional=None).items())


def read_script(path: Path, relations: tuple[Derived, ...], *, installed: bool) -> Script | None:
    """Read the Python file of a procedure; nothing where the procedure needs none and there is none."""
    if not relations and not path.exists():
        return None
    if not relations or not path.exists():
        raise BadInput(
            N_("The key derived and the file {file} belong together."),
            place=Place(file=str(path.with_suffix(".sql")), column="derived"),
            rule="procedure.derived",
            hint=N_("The file has a function for each relation that the key declares."),
            file=path.name,
        )
    if not installed:
        raise BadInput(
            N_("Python of a plain folder is not run."),
            place=Place(file=str(path)),
            rule="procedure.python",
            hint=N_("Say it in SQL, or install it as a package with the entry point reperform.packs."),
        )
    script = Script(str(path), read_text(path), relations)
    _check(script)
    return script


def named_in(script: Script) -> set[str]:
    """Return the texts that stand in the script: the names of parameters that it reads are among them."""
    nodes = ast.walk(ast.parse(script.text))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def functions(script: Script) -> dict[str, Function]:
    """Run the text of the script and return its functions, by relation."""
    held: dict[str, Any] = {"__name__": "reperform_procedure", "__file__": script.file}
    code = compile(script.text, script.file, "exec", dont_inherit=True)
    try:
        exec(code, held)  # noqa: S102 - installed code alone comes here, as an import would run it
    except Exception as error:
        raise _failed(script, "", error) from error
    return {relation.name: held[relation.name] for relation in script.relations}


def derive(
    script: Script,
    relation: Derived,
    function: Function,
    tables: Mapping[str, Columns],
    parameters: Mapping[str, object],
) -> list[tuple[Any, ...]]:
    """Return the rows that the function gives, checked against what was declared."""
    try:
        given = function(tables, parameters)
    except MemoryError:
        raise
    except Exception as error:
        raise _failed(script, relation.name, error) from error
    return _checked(script, relation, given)


def _relation(name: str, entry: Entry) -> Derived:
    if not NAME.fullmatch(name):
        raise entry.wrong(N_("{name} cannot be the name of a table."), rule="procedure.table", name=name)
    entries = entry.mapping(required=("from", "columns", "text"))
    columns = entries["columns"].mapping(optional=None)
    for column, type_ in columns.items():
        if not NAME.fullmatch(column):
            raise type_.wrong(N_("{name} cannot be the name of a column."), rule="procedure.table", name=column)
    source = {table: names.texts(NAME) for table, names in entries["from"].mapping(optional=None).items()}
    if not source or not columns:
        raise entry.wrong(N_("A derived relation reads a table and gives a column."), rule="procedure.derived")
    return Derived(
        name=name,
        source=source,
        columns=tuple((column, type_.word(TYPES)) for column, type_ in columns.items()),
        text=entries["text"].bilingual(),
    )


def _check(script: Script) -> None:
    try:
        tree = ast.parse(script.text, script.file)
    except SyntaxError as error:
        raise BadInput(
            N_("This is not Python: {problem}."),
            place=Place(file=script.file, row=error.lineno or 0),
            rule="procedure.python",
            problem=error.msg,
        ) from error
    known = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for relation in script.relations:
        if relation.name not in known:
            raise BadInput(
                N_("The function {name} is missing."),
                place=Place(file=script.file),
                rule="procedure.derived",
                hint=N_("Begin it with: def {name}(tables, parameters):"),
                name=relation.name,
            )


def _checked(script: Script, relation: Derived, given: object) -> list[tuple[Any, ...]]:
    names = [name for name, _ in relation.columns]
    if not isinstance(given, Mapping) or set(given) != set(names):
        came = ", ".join(map(str, given)) if isinstance(given, Mapping) else type(given).__name__
        message = N_("The function must give the columns {wanted}.")
        raise _wrong(script, relation.name, message, came, wanted=", ".join(names))
    columns = [given[name] for name in names]
    for name, column in zip(names, columns, strict=True):
        if not isinstance(column, list) or len(column) != len(columns[0]):
            message = N_("Every column is a list, and all are of one length.")
            raise _wrong(script, f"{relation.name}.{name}", message, type(column).__name__)
    for (name, type_), column in zip(relation.columns, columns, strict=True):
        stray = _stray(type_, column)
        if stray is not None:
            message = N_("Row {row} is not of the type {type}.")
            raise _wrong(script, f"{relation.name}.{name}", message, repr(column[stray]), row=stray + 1, type=type_)
    return list(zip(*columns, strict=True))


def _stray(type_: str, column: Sequence[object]) -> int | None:
    """Return the place of the first value that is not of the type; `bool` is no number, a moment is no day."""
    kind = _KINDS[type_]
    for place, value in enumerate(column):
        if value is None or (type(value) is kind and (kind is not int or -_LARGEST <= value < _LARGEST)):  # type: ignore[operator]
            continue
        return place
    return None


def _failed(script: Script, name: str, error: Exception) -> BadInput:
    """Return the error that names the line of the script on which the function failed."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == script.file]
    told = error.render() if isinstance(error, ReperformError) else f"{type(error).__name__}: {error}"
    place = Place(file=script.file, row=lines[-1] if lines else 0, column=name)
    return BadInput(N_("The function failed: {problem}"), place=place, rule="run.derived", problem=told)


def _wrong(script: Script, column: str, message: str, value: str, hint: str = "", **params: object) -> BadInput:
    place = Place(file=script.file, column=column)
    return BadInput(message, place=place, value=value[:120], rule="run.derived", hint=hint, **params)
