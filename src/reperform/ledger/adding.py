"""Write many new rows in few statements.

Django's `bulk_create` builds the text of an INSERT with one place per value, which costs more than all the rest of a
step. Here keys are reserved first, so that children know their parents; the rows then go in by COPY on PostgreSQL and
by one prepared statement on SQLite, whose writer is alone while a transaction of the door is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, cast

from django.db import connection, models

from reperform.ledger.guard import Guarded, require_open

# What these fields hold in memory is what the database takes: nothing to prepare.
_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey, models.AutoField)
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """A new row that nobody looks at after the step: its values by column, without an instance and a key in memory."""

    model: type[Guarded]
    values: Mapping[str, object]


def add_plain(model: type[Guarded], rows: Sequence[Plain]) -> None:
    """Insert plain rows of one model; what they do not say is the default of its field."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    fixed = [(field.attname, field.get_db_prep_save(field.get_default(), connection)) for field in fields]
    values = ([row.values.get(name, default) for name, default in fixed] for row in rows)
    add_values(model, [name for name, _default in fixed], values)


def add_rows(model: type[Guarded], rows: Sequence[Guarded]) -> None:
    """Insert the rows, giving each its key; the door must be open."""
    if not rows:
        return
    if isinstance(model._meta.pk, models.AutoField):
        for row, key in zip(rows, _keys(model, len(rows)), strict=True):
            row.pk = key
    fields = model._meta.concrete_fields
    know_parents(rows, fields)
    add_values(model, [field.attname for field in fields], _values(rows, fields))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def add_values(model: type[Guarded], names: Sequence[str], values: Iterable[Row]) -> None:
    """Insert rows given as the values of the named columns, as the database takes them; the door must be open."""
    require_open(f"{model.__name__} rows")
    quote = connection.ops.quote_name
    column = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(column[name]) for name in names)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names from the models
        cursor.executemany(statement, cast("Sequence[Row]", values))  # an iterator will do


def know_parents(rows: Sequence[Guarded], fields: Iterable[models.Field[Any, Any]]) -> None:
    """Take over the keys of parents that were written in this very step."""
    for field in fields:
        if not isinstance(field, models.ForeignKey):
            continue
        key = attrgetter(field.attname)
        for row in rows:
            if key(row) is None and field.is_cached(row) and (parent := field.get_cached_value(row)) is not None:
                setattr(row, field.attname, parent.pk)


def _values(rows: Sequence[Guarded], fields: Sequence[models.Field[Any, Any]]) -> Iterator[Row]:
    all_of = attrgetter(*(field.attname for field in fields))
    prepared = [(at, field) for at, field in enumerate(fields) if not isinstance(field, _AS_IT_IS)]
    if not prepared:
        return map(all_of, rows)
    return (_prepared(list(all_of(row)), prepared) for row in rows)


def _prepared(values: list[Any], fields: Sequence[tuple[int, models.Field[Any, Any]]]) -> list[Any]:
    for at, field in fields:
        values[at] = field.get_db_prep_save(values[at], connection)
    return values


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
