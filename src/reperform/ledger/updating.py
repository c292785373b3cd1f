"""Write changed columns of many rows in few statements.

Django's `bulk_update` builds one CASE expression per row and column, which costs more than all the rest of a step. Here
one UPDATE sets what is the same in every row, and on PostgreSQL also what differs, which travels as one array a column.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

from reperform.ledger.adding import know_parents
from reperform.ledger.guard import Guarded, require_open
from reperform.ledger.many import Among

_Field = models.Field[Any, Any]


def update_rows(model: type[Guarded], rows: Sequence[Guarded], names: Collection[str]) -> None:
    """Write the named columns of the rows as they are in memory; the door must be open."""
    require_open(f"{model.__name__} rows")
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    know_parents(rows, fields)
    same = [field for field in fields if _is_same(attrgetter(field.attname), rows)]
    different = [field for field in fields if field not in same]
    if connection.vendor == "postgresql":
        _unfolded(model, rows, same, different)
        return
    if same:
        values = {field.attname: getattr(rows[0], field.attname) for field in same}
        model.objects.filter(Among("pk", [row.pk for row in rows])).update(**values)
    _each(model, rows, different)


def _is_same(of: attrgetter[object], rows: Sequence[Guarded]) -> bool:
    first = of(rows[0])
    return all(value == first for value in map(of, rows))


def _unfolded(
    model: type[Guarded], rows: Sequence[Guarded], same: Sequence[_Field], different: Sequence[_Field]
) -> None:
    """Set all columns by one UPDATE: a row that is written twice goes into every index twice."""
    quote = connection.ops.quote_name
    key, given = quote(str(model._meta.pk.column)), [_prepared(rows, field) for field in different]
    columns = [(quote(str(field.column)), _array(field)) for field in different]
    setting = [f"{quote(str(field.column))} = %s" for field in same] + [f"{name} = new.{name}" for name, _t in columns]
    arrays = ", ".join([f"%s::{_array(model._meta.pk)}", *(f"%s::{kind}" for _name, kind in columns)])
    named = ", ".join(['"new key"', *(name for name, _kind in columns)])
    statement = (
        f"UPDATE {quote(model._meta.db_table)} AS old SET {', '.join(setting)} "  # noqa: S608 - names from the models
        f'FROM unnest({arrays}) AS new({named}) WHERE old.{key} = new."new key"'
    )
    values: list[Any] = [_prepared(rows[:1], field)[0] for field in same]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, [row.pk for row in rows], *given])


def _prepared(rows: Sequence[Guarded], field: _Field) -> list[object]:
    return [field.get_db_prep_save(value, connection) for value in map(attrgetter(field.attname), rows)]


def _array(field: _Field) -> str:
    # Without its length: a cast would cut a text that is too long, an assignment refuses it.
    return f"{str(field.db_type(connection)).partition('(')[0]}[]"


def _each(model: type[Guarded], rows: Sequence[Guarded], fields: Sequence[_Field]) -> None:
    """Set the columns row by row with one prepared statement: the file is at hand, there is no way to travel."""
    if not fields:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {key} = %s"  # noqa: S608 - names from the models
    values = [_prepared(rows, field) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*values, [row.pk for row in rows], strict=True)))
