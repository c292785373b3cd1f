"""Write changed columns of many rows in few statements.

Django's `bulk_update` builds one CASE expression per row and column, which costs more than all the rest of a step. Here
the columns that are the same in every row are set by one UPDATE, and those that differ by one prepared statement.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter

from django.db import connection, models

from reperform.ledger.adding import know_parents
from reperform.ledger.guard import Guarded, require_open
from reperform.ledger.many import Among


def update_rows(model: type[Guarded], rows: Sequence[Guarded], names: Collection[str]) -> None:
    """Write the named columns of the rows as they are in memory; the door must be open."""
    require_open(f"{model.__name__} rows")
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    know_parents(rows, fields)
    same = [field for field in fields if _is_same(attrgetter(field.attname), rows)]
    if same:
        values = {field.attname: getattr(rows[0], field.attname) for field in same}
        model.objects.filter(Among("pk", [row.pk for row in rows])).update(**values)
    _each(model, rows, [field for field in fields if field not in same])


def _is_same(of: attrgetter[object], rows: Sequence[Guarded]) -> bool:
    first = of(rows[0])
    return all(value == first for value in map(of, rows))


def _each(model: type[Guarded], rows: Sequence[Guarded], fields: Sequence[models.Field[object, object]]) -> None:
    if not fields:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {key} = %s"  # noqa: S608 - names from the models
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [(*(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields), row.pk) for row in rows],
        )
