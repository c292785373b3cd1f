"""Ask before any run whether a procedure can be said to Spark with the same meaning.

Rules kept here:

* Every section is translated with its parameters at their defaults and with the types of its contracts; the types of
  the population are told from its section. What cannot be translated is a complaint that names file and section.
* A procedure that declares `engines: [duckdb]` is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from reperform.engine.lint import Queries
from reperform.engine.parameters import AS_OF, put_in
from reperform.engine.spark_kinds import Kind, Kinds
from reperform.engine.spark_sql import for_spark, qualified
from reperform.engine.spark_words import SPARK
from reperform.engine.spec import POPULATION, Procedure
from reperform.engine.tables import SQL_TYPES
from reperform.errors import BadInput, Place

_TYPE_OF = {
    Kind.WHOLE: "BIGINT",
    Kind.DECIMAL: "DECIMAL(18,6)",
    Kind.FRACTION: "DOUBLE",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.TRUTH: "BOOLEAN",
    Kind.NOTHING: "INTEGER",
}


def for_spark_too(procedure: Procedure, queries: Queries, types: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the text of every section for Spark, or say what cannot be said; `types` are those of the contracts."""
    if SPARK not in procedure.engines:
        return {}
    schema = _schema(procedure, types)
    values = {name: parameter.value for name, parameter in procedure.parameters.items()} | {AS_OF: date(2000, 1, 1)}
    said: dict[str, str] = {}
    for name, section in queries.sections.items():
        tree = put_in(section, values)
        if not isinstance(tree, exp.Query):
            continue
        try:
            said[name] = for_spark(tree, schema)
            if name == POPULATION:
                full = qualified(tree, schema)
                kinds = Kinds(full, schema).outputs(full)
                schema[POPULATION] = {column: _TYPE_OF.get(kind, "") if kind else "" for column, kind in kinds.items()}
                for condition in queries.not_testable:
                    for_spark(exp.select("1").from_(POPULATION).where(put_in(condition, values)), schema)
        except BadInput as error:
            place = Place(file=str(procedure.path), row=procedure.sections[name].line, column=f"@{name}")
            raise BadInput(
                error.message, place=place, value=error.value, rule=error.rule, hint=error.hint, **error.params
            ) from error
    return said


def _schema(procedure: Procedure, types: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    tables = {name: {column: types[name][column] for column in columns} for name, columns in procedure.tables.items()}
    facts = {
        name: {column.name: SQL_TYPES[column.type] for column in fact.columns} for name, fact in procedure.facts.items()
    }
    derived = {
        relation.name: {name: SQL_TYPES[type_] for name, type_ in relation.columns} for relation in procedure.derived
    }
    return {**tables, **facts, **derived}
