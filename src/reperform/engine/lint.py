"""Read the SQL of a procedure before anything runs: is it what its front matter says?

Rules kept here:

* One SELECT per section, within the portable subset (`subset`).
* Only declared tables, columns, facts, derived relations and parameters are read, and all that is declared is read.
  `population`, the result of the first section, may be read by the other two.
* Each section gives the columns that its name promises: the key, who answers for it, the money, the trace.
* A section has a length that a person could have written, and no more columns than a table that a person could read:
  it is read here, in the caller's own process, before any limit of a child holds.
* A complaint names file, line, rule, and what stands there. What is returned are syntax trees, and it is the trees that
  run: no text of a procedure reaches an engine.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from reperform.engine.derived import named_in
from reperform.engine.front_matter import NAME
from reperform.engine.parameters import AS_OF
from reperform.engine.spec import EXCEPTIONS, POPULATION, REMEDIED, REMEDIES, TRACE, Procedure, Section
from reperform.engine.subset import broken, rounds_silently
from reperform.engine.tables import SQL_TYPES
from reperform.errors import N_, BadInput, Place

DIALECT = "duckdb"
Schema = Mapping[str, Mapping[str, str]]
_UNKNOWN = "unknown"
_KEPT = 256
_LONGEST = 1 << 17  # signs of a section
_WIDEST = 1000  # columns that a section gives
_UNRESOLVED = re.compile(
    r"Column '?\"?(?P<name>[^'\"]+)'?\"? could not be resolved(?:.*Line: (?P<line>\d+))?", re.DOTALL
)


@dataclass(frozen=True)
class Queries:
    """The trees of a procedure that was read without complaint."""

    sections: Mapping[str, exp.Query]
    not_testable: tuple[exp.Expr, ...]


_READ: dict[Hashable, Queries] = {}


def lint(procedure: Procedure, types: Schema | None = None) -> Queries:
    """Return the trees of the procedure, or say what is not allowed; `types` are those of the table contracts.

    Reading is most of a small run, so the trees of the last procedures are kept; whoever uses them copies them first.
    """
    declared = _declared(procedure, types)
    key = _key(procedure, declared)
    if key not in _READ:
        if len(_READ) >= _KEPT:
            _READ.pop(next(iter(_READ)), None)
        try:
            _READ[key] = _linted(procedure, declared)
        except RecursionError as error:
            raise _wrong(procedure, 0, N_("The text is nested too deeply."), "sql.depth", "") from error
    return _READ[key]


def _key(procedure: Procedure, declared: Schema) -> Hashable:
    """Return what the trees and the complaints depend on."""
    return (
        (procedure.hash, str(procedure.path), tuple(procedure.parameters)),
        (procedure.key, procedure.body, procedure.amount),
        tuple((item.condition, item.line) for item in procedure.not_testable_when),
        tuple((name, section.sql, section.line) for name, section in procedure.sections.items()),
        tuple((name, tuple(columns.items())) for name, columns in declared.items()),
    )


def _linted(procedure: Procedure, declared: Schema) -> Queries:
    read: dict[str, set[str]] = {}
    sections: dict[str, exp.Query] = {}
    for name in (POPULATION, EXCEPTIONS, REMEDIES):
        if name in procedure.sections:
            reader = _Reader(procedure, procedure.sections[name], declared, read)
            sections[name] = reader.select()
            outputs = [column.output_name for column in sections[name].selects]
            reader.outputs(name, outputs)
            if name == POPULATION:
                declared = {**declared, POPULATION: dict.fromkeys(outputs, _UNKNOWN)}
    conditions = tuple(
        _Reader(procedure, Section(item.condition, item.line), {POPULATION: declared[POPULATION]}, {}).condition()
        for item in procedure.not_testable_when
    )
    _all_read(procedure, read, [*sections.values(), *conditions])
    return Queries(sections, conditions)


def parse(sql: str) -> list[exp.Expr | None]:
    """Return the trees of a text in which parameters are written `:name`."""
    letters, tokens = list(sql), sqlglot.tokenize(sql, dialect=DIALECT)
    for colon, name in pairwise(tokens):
        if colon.token_type.name == "COLON" and name.start == colon.end + 1 and NAME.fullmatch(name.text):
            letters[colon.start] = "$"  # to the parser `:name` may be half of DuckDB's `alias: expression`
    return sqlglot.parse("".join(letters), dialect=DIALECT)


def _declared(procedure: Procedure, types: Schema | None) -> dict[str, Mapping[str, str]]:
    """Return the type of every column that the procedure declares, by table; facts are tables too."""
    declared: dict[str, Mapping[str, str]] = {}
    for name, columns in procedure.tables.items():
        known = (types or {}).get(name)
        if types is not None and known is None:
            raise _wrong(procedure, 0, N_("There is no contract for the table {name}."), "sql.table", name, name=name)
        for column in columns:
            if known is not None and column not in known:
                message = N_("The table {name} has no column {column}.")
                raise _wrong(procedure, 0, message, "sql.column", column, name=name, column=column)
        declared[name] = {column: (known or {}).get(column, _UNKNOWN) for column in columns}
    for name, fact in procedure.facts.items():
        if name in declared:
            raise _wrong(procedure, 0, N_("{name} is both a table and a fact."), "sql.table", name, name=name)
        declared[name] = {column.name: SQL_TYPES[column.type] for column in fact.columns}
    for relation in procedure.derived:
        name = relation.name
        if name in declared or name == POPULATION:
            raise _wrong(procedure, 0, N_("{name} is declared already."), "sql.table", name, name=name)
        declared[name] = {column: SQL_TYPES[type_] for column, type_ in relation.columns}
    return declared


def _all_read(procedure: Procedure, read: dict[str, set[str]], trees: Sequence[exp.Expr]) -> None:
    given = {relation.name: tuple(column for column, _ in relation.columns) for relation in procedure.derived}
    declared = {**procedure.tables, **dict.fromkeys(procedure.facts, ()), **given}
    for relation in procedure.derived:
        for name, columns in relation.source.items():
            read.setdefault(name, set()).update(columns)
    unread = [name for name in declared if name not in read]
    unread += [f"{name}.{column}" for name in read for column in declared.get(name, ()) if column not in read[name]]
    placed = {str(place.this) for tree in trees for place in tree.find_all(exp.Placeholder)}
    placed |= named_in(procedure.script) if procedure.script is not None else set()
    unread += [f":{name}" for name in procedure.parameters if name not in placed]
    if unread:
        what = ", ".join(unread)
        raise _wrong(procedure, 0, N_("{what} is declared and never read."), "sql.unread", "", what=what)


def _wrong(
    procedure: Procedure, line: int, message: str, rule: str, value: str, hint: str = "", **params: object
) -> BadInput:
    place = Place(file=str(procedure.path), row=line)
    return BadInput(message, place=place, value=value[:120], rule=rule, hint=hint, **params)


class _Reader:
    """Reads one piece of SQL of a procedure, and remembers in `read` which columns it uses."""

    def __init__(self, procedure: Procedure, section: Section, declared: Schema, read: dict[str, set[str]]) -> None:
        self.procedure, self.section, self.declared, self.read = procedure, section, declared, read

    def select(self) -> exp.Query:
        """Return the tree of a section."""
        tree = self._parsed()
        if not isinstance(tree, exp.Select | exp.Union):
            raise self._complaint(tree, N_("A section is one SELECT."), "sql.select")
        if any(len(one.expressions) > _WIDEST for one in tree.find_all(exp.Select)):
            message = N_("A query gives at most {most} columns.")
            raise _wrong(self.procedure, self.section.line, message, "sql.columns", "", most=_WIDEST)
        for node in tree.walk():
            self._node(node)
        self._sources(tree)
        self._columns(tree)
        return tree

    def condition(self) -> exp.Expr:
        """Return the tree of a condition over the columns of the population."""
        tree = self._parsed()
        for node in tree.walk():
            if isinstance(node, exp.Query | exp.AggFunc | exp.Window):
                raise self._complaint(node, N_("A condition looks at the columns of one row."), "sql.condition")
            self._node(node)
        self._columns(exp.select("1").from_(POPULATION).where(tree.copy()))
        return tree

    def outputs(self, name: str, given: Sequence[str]) -> None:
        """Check that the section gives the columns that its name promises, each once."""
        procedure = self.procedure
        money = [REMEDIED if name == REMEDIES else procedure.amount] if procedure.amount else []
        last = {POPULATION: [procedure.body], EXCEPTIONS: [procedure.body, *money], REMEDIES: [*money, TRACE]}[name]
        for column in (*procedure.key, *last):
            if column not in given:
                message = N_("The section {section} must give the column {column}.")
                raise _wrong(
                    procedure, self.section.line, message, "sql.output", column, section=f"@{name}", column=column
                )
        for column in given:
            if not NAME.fullmatch(column) or given.count(column) > 1:
                message = N_("Every column needs a name of its own, of small letters, digits and underscores.")
                raise _wrong(procedure, self.section.line, message, "sql.output", column)

    def _parsed(self) -> exp.Expr:
        if len(self.section.sql) > _LONGEST:
            message = N_("A section has at most {most} signs, this one has {count}.")
            count = len(self.section.sql)
            raise _wrong(self.procedure, self.section.line, message, "sql.length", "", most=_LONGEST, count=count)
        try:
            trees = parse(self.section.sql)
        except SqlglotError as error:
            details = (getattr(error, "errors", None) or [{}])[0]
            line = self.section.line + int(details.get("line") or 1) - 1
            problem = str(details.get("description") or error).strip().rstrip(".")
            message = N_("This is not SQL: {problem}.")
            raise _wrong(self.procedure, line, message, "sql.syntax", "", problem=problem) from error
        if len(trees) != 1 or trees[0] is None:
            message = N_("A section is one SELECT.")
            raise _wrong(self.procedure, self.section.line, message, "sql.select", f"{len(trees)} statements")
        return trees[0]

    def _node(self, node: exp.Expr) -> None:
        found = broken(node)
        if found is not None:
            raise self._complaint(node, found[1], found[0])
        if isinstance(node, exp.Placeholder) and str(node.this) not in (*self.procedure.parameters, AS_OF):
            message = N_("The parameter {name} is not declared.")
            raise self._complaint(node, message, "sql.parameter", name=f":{node.this}")

    def _sources(self, tree: exp.Query) -> None:
        for cte in tree.find_all(exp.CTE):
            if cte.alias in self.declared:
                message = N_("{name} is declared; a WITH query needs another name.")
                raise self._complaint(cte, message, "sql.table", name=cte.alias)
        for scope in traverse_scope(tree):
            for source in scope.sources.values():
                if isinstance(source, exp.Table) and source.name not in self.declared:
                    message, known = N_("The table {name} is not declared."), ", ".join(self.declared)
                    hint = N_("Declared: {declared}.")
                    raise self._complaint(source, message, "sql.table", hint, name=source.name, declared=known)

    def _columns(self, tree: exp.Query) -> None:
        schema: dict[str, object] = {name: dict(columns) for name, columns in self.declared.items()}
        try:
            full = qualify(tree.copy(), dialect=DIALECT, schema=schema, quote_identifiers=False, expand_stars=False)
        except SqlglotError as error:
            found = _UNRESOLVED.search(str(error))
            line = self.section.line + int(found["line"] or 1) - 1 if found else self.section.line
            column = found["name"] if found else str(error)
            message = N_("The column {column} is not declared, or it could be of more than one table.")
            raise _wrong(self.procedure, line, message, "sql.column", column, column=column) from error
        for row in full.find_all(exp.TableColumn):
            raise self._complaint(row, N_("Name a column, not a whole row."), "sql.column")
        for scope in traverse_scope(full):
            for column in scope.columns:
                source = scope.sources.get(column.table)
                if isinstance(source, exp.Table):
                    self.read.setdefault(source.name, set()).add(column.name)
        for cast in annotate_types(full, schema=schema, dialect=DIALECT).find_all(exp.Cast):
            if rounds_silently(cast):
                message = N_("A fraction needs round, floor or ceil before it is cast to a whole number.")
                raise self._complaint(cast, message, "sql.cast")

    def _complaint(self, node: exp.Expr, message: str, rule: str, hint: str = "", **params: object) -> BadInput:
        lines = [int(part.meta["line"]) for part in node.walk() if part.meta.get("line")]
        line = self.section.line + min(lines, default=1) - 1
        return _wrong(self.procedure, line, message, rule, node.sql(DIALECT, comments=False), hint, **params)
