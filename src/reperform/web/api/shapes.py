"""The shapes of answers and of questions, made from the models, the map of fields and the forms of steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, get_type_hints

from django.db import models
from django.utils.translation import override
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, create_model

from reperform.ledger.asking import Ask
from reperform.ledger.asking import Field as Asked
from reperform.ledger.asking import Form as StepForm
from reperform.web import fields

MOST_FINDINGS, LONG, LONGEST = 500, 300, 100_000
LANGUAGE = "en"  # of the description, in whatever language it is asked for first
LARGEST = 10**15  # fen: ten thousand billion yuan


def _readable(text: str) -> str:
    """Refuse what no text holds and no database takes."""
    if "\0" in text:
        raise ValueError("a text without NUL is needed")
    return text


Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(_readable)]
Line = Annotated[str, StringConstraints(max_length=LONG, strip_whitespace=True), AfterValidator(_readable)]
Text = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(_readable)]
Fen = Annotated[int, Field(ge=0, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=10**6)]


def one_of(known: Iterable[object]) -> Any:  # noqa: ANN401 - a type that pydantic reads
    """Return the type of one word of these."""
    return Literal[tuple(str(word) for word in known)]


class Asking(Schema):
    """A body of a request: what is not asked is refused, so that a slip of the pen is not passed over."""

    model_config = ConfigDict(extra="forbid")


class Answer(Schema):
    """What a record says; a field that its reader may not see is absent."""


_COLUMNS: tuple[tuple[type[models.Field[Any, Any]], object], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.IntegerField, int),
    (models.FloatField, float),
    (models.JSONField, Any),
)


def _type_of(column: models.Field[Any, Any]) -> Any:  # noqa: ANN401 - a type that pydantic reads
    if isinstance(column, models.AutoField):
        return int
    return next((python for django, python in _COLUMNS if isinstance(column, django)), str)


@cache
def record_of(model: type[models.Model]) -> type[Answer]:
    """Return the shape of a record: every field that the map names, none of them owed."""
    made: dict[str, Any] = {}
    for column in fields.columns(model):
        with override(LANGUAGE):
            title = str(getattr(column, "verbose_name", column.name))
        made[column.name] = (_type_of(column) | None, Field(None, title=title))
    return create_model(model.__name__, __base__=Answer, **made)


@cache
def page_of(shape: type[Answer]) -> type[Answer]:
    """Return the shape of one page of a list: its rows, and what `after` is to be for the next one."""
    return create_model(f"{shape.__name__}Page", __base__=Answer, rows=(list[shape], ...), after=(str, ""))  # type: ignore[valid-type]


_ASKS: Mapping[Ask, Any] = {
    Ask.LINE: Line, Ask.TEXT: Text, Ask.DATE: date, Ask.MOMENT: date, Ask.NUMBER: Count, Ask.MONEY: Fen, Ask.WORD: Line,
    Ask.FLAG: bool, Ask.BODY: Name, Ask.FINDINGS: Annotated[list[Name], Field(max_length=MOST_FINDINGS)],
    Ask.LINES: Annotated[list[Line], Field(max_length=100)],
}  # fmt: skip


def question(form: StepForm) -> type[Asking]:
    """Return the shape of what a step asks, made from the fields of its form; its files come beside it."""
    asked: dict[str, Any] = {one.name: _asked(one) for one in form.fields if one.ask is not Ask.FILES}
    name = "".join(part.title() for part in f"{form.kind}_{form.verb}".split("_"))
    return create_model(name, __base__=Asking, seen=SEEN, **asked)


SEEN: Any = (
    int | None,
    Field(None, ge=0, le=10**9, description="the version (`seq`) that was read; an older one is refused as stale"),
)


def _asked(one: Asked) -> tuple[Any, Any]:
    python = _ASKS.get(one.ask, Line)
    about: dict[str, Any] = {"title": str(one.label)}
    if one.help:
        about["description"] = str(one.help)
    if one.words:
        known = one_of(one.words if one.required else ("", *one.words))
        return known, Field(... if one.required else "", **about)
    if one.ask in (Ask.FINDINGS, Ask.LINES):
        return python, Field(default_factory=list, **about) if not one.required else Field(..., min_length=1, **about)
    if one.ask is Ask.FLAG:
        return python, Field(False, **about)
    if not one.required:
        empty = "" if python in (Line, Text, Name) else None
        return (python if empty == "" else python | None), Field(empty, **about)
    if python in (Line, Text, Name):
        about["min_length"] = 1
    return python, Field(..., **about)


_PLAIN: Mapping[object, Any] = {str: Line, int: Fen, date: date, int | None: Fen | None, date | None: date | None}


def part(model: type[Any], name: str, **narrower: Any) -> type[Asking]:  # noqa: ANN401 - types that pydantic reads
    """Return the shape of one line of a list, made from the dataclass that its verb takes."""
    hints, made = get_type_hints(model), {}
    for one in dataclasses.fields(model):
        if one.name in narrower or hints[one.name] in _PLAIN:
            owed = one.default is dataclasses.MISSING
            python = narrower.get(one.name) or _PLAIN[hints[one.name]]
            made[one.name] = (python, Field(...) if owed else Field(one.default))
    return create_model(name, __base__=Asking, **made)  # type: ignore[call-overload,no-any-return]
