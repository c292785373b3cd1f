"""Write many new rows in few statements.

Django's `bulk_create` builds the text of an INSERT with one place per value, which costs more than all the rest of a
step. Here keys are reserved first, so that children know their parents; the rows then go in by COPY on PostgreSQL and
by one prepared statement on SQLite, whose writer is alone while a transaction of the door is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

from reperform.ledger.guard import Guarded, require_open

# What these fields hold in memory is what the database takes: nothing to prepare.
_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey, models.AutoField)
Cell = Callable[[Any], Any]


def add_rows(model: type[Guarded], rows: Sequence[Guarded]) -> None:
    """Insert the rows, giving each its key; the door must be open."""
    require_open(f"{model.__name__} rows")
    if not rows:
        return
    if isinstance(model._meta.pk, models.AutoField):
        for row, key in zip(rows, _keys(model, len(rows)), strict=True):
            row.pk = key
    fields = model._meta.concrete_fields
    _know_parents(rows, [field for field in fields if isinstance(field, models.ForeignKey)])
    cells = [_cell(field) for field in fields]
    _insert(model, fields, ([cell(row) for cell in cells] for row in rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _know_parents(rows: Sequence[Guarded], parents: Sequence[models.ForeignKey[Any, Any]]) -> None:
    """Take over the keys of parents that were written in this very step."""
    for field in parents:
        for row in rows:
            if field.is_cached(row) and (related := field.get_cached_value(row)) is not None:
                setattr(row, field.attname, related.pk)


def _cell(field: models.Field[Any, Any]) -> Cell:
    name = field.attname
    if isinstance(field, _AS_IT_IS):
        return lambda row: getattr(row, name)
    return lambda row: field.get_db_prep_save(getattr(row, name), connection)


def _keys(model: type[Guarded], count: int) -> Sequence[int]:
    """Reserve keys of a table."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), key, count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
    return range(last + 1, last + 1 + count)


def _insert(model: type[Guarded], fields: Sequence[models.Field[Any, Any]], values: Any) -> None:  # noqa: ANN401 - rows
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 - names from the models
