"""Read a list of bodies as a bureau writes it: CSV, UTF-8 with or without a mark, one body a line."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.errors import N_, BadInput, Place

if TYPE_CHECKING:
    from reperform.rectify.organise import BodyEntry

REQUIRED = ("code", "name_zh", "kind")


def read_bodies(path: Path) -> list[BodyEntry]:
    """Return the bodies of a CSV file; columns that are not ours are left alone."""
    from reperform.ledger.models.bodies import BodyKind
    from reperform.rectify.organise import BodyEntry

    entries, codes = [], set()
    for row, line in _lines(path):
        absent = [name for name in REQUIRED if not line.get(name)]
        if absent:
            raise _bad(path, row, absent[0], "bodies.required", N_("This body has no {column}."), column=absent[0])
        if line["kind"] not in BodyKind.values:
            raise _bad(
                path, row, "kind", "bodies.kind", N_("There is no such kind of body."),
                hint=N_("Known: {known}."), value=line["kind"], known=", ".join(BodyKind.values),
            )  # fmt: skip
        if line["code"] in codes:
            raise _bad(path, row, "code", "bodies.twice", N_("This code stands twice."), value=line["code"])
        codes.add(line["code"])
        entries.append(
            BodyEntry(
                line["code"],
                line["name_zh"],
                line["kind"],
                line.get("name_en", ""),
                line.get("parent", ""),
                line.get("uscc", ""),
            )
        )
    return entries


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise _bad(
                    path, 1, missing[0], "bodies.header", N_("The column {column} is missing."), column=missing[0]
                )
            return [
                (reader.line_num, {name: (value or "").strip() for name, value in line.items() if name})
                for line in reader
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            N_("This is no CSV file in UTF-8: {problem}"),
            place=Place(file=str(path)),
            rule="bodies.file",
            problem=error,
        ) from error


def _bad(path: Path, row: int, at: str, rule: str, message: str, **more: object) -> BadInput:
    value, hint = str(more.pop("value", "")), str(more.pop("hint", ""))
    place = Place(file=str(path), row=row, column=at)
    return BadInput(message, place=place, value=value, rule=rule, hint=hint, **more)
