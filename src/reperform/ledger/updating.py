"""Write changed columns of many rows in few statements.

Django's `bulk_update` builds one CASE expression per row and column, which costs more than all the rest of a step. Here
the columns that are the same in every row are set by one UPDATE, and those that differ by one prepared statement.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection, models

from reperform.ledger.guard import Guarded, require_open

CHUNK = 10_000  # keys in one IN list: SQLite takes 32,766 parameters


def update_rows(model: type[Guarded], rows: Sequence[Guarded], names: Collection[str]) -> None:
    """Write the named columns of the rows as they are in memory; the door must be open."""
    require_open(f"{model.__name__} rows")
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    for field in fields:
        if isinstance(field, models.ForeignKey):  # a parent that was saved in this very step has its key only now
            for row in rows:
                if field.is_cached(row) and (related := field.get_cached_value(row)) is not None:
                    setattr(row, field.attname, related.pk)
    first = rows[0]
    same = [f for f in fields if all(getattr(row, f.attname) == getattr(first, f.attname) for row in rows)]
    if same:
        values = {field.attname: getattr(first, field.attname) for field in same}
        for start in range(0, len(rows), CHUNK):
            model.objects.filter(pk__in=[row.pk for row in rows[start : start + CHUNK]]).update(**values)
    _each(model, rows, [field for field in fields if field not in same])


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
