"""What a command answers, and how it is shown.

Rules kept here:

* Data go to standard output, words to standard error. With `--json` the data are one object that names its schema and
  the schema's version; without it they are lines and tables that a person reads and `cut` and `awk` can take apart.
* A command returns its answer and never prints it: what is shown and what is given to a program are the same data.
* Chinese characters are two columns wide in a terminal; tables are aligned by that.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reperform.cli.exit_codes import ExitCode
from reperform.errors import BadInput, ReperformError, Translate

NOTHING = "—"


@dataclass(frozen=True)
class Said:
    """A sentence: an English template with its values."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_words(self, translate: Translate) -> str:
        return translate(self.template).format(**self.values)


def said(template: str, **values: object) -> Said:
    """Return a sentence."""
    return Said(template, values)


@dataclass(frozen=True)
class Grid:
    """A table: heads are templates, cells are values; numbers stand to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[object]]

    def lines(self, translate: Translate) -> Iterator[str]:
        """Yield the lines of the table, none where there is no row."""
        if not self.rows:
            return
        numeric = [all(_is_number(row[place]) for row in self.rows) for place in range(len(self.heads))]
        table = [[translate(head) for head in self.heads], *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(_width(line[place]) for line in table) for place in range(len(self.heads))]
        for line in table:
            padded = [_pad(cell, width, right) for cell, width, right in zip(line, widths, numeric, strict=True)]
            yield "  ".join(padded).rstrip()


Shown = Grid | Said | str


@dataclass(frozen=True)
class Answer:
    """What a command found out or did; `name` is the name of its JSON schema."""

    name: str
    data: Mapping[str, object]
    shown: Sequence[Shown] = ()
    words: Sequence[Said] = ()
    code: ExitCode = ExitCode.CLEAN

    def as_json(self) -> str:
        return _dump({"schema": f"reperform/{self.name}/1", **self.data})

    def as_lines(self, translate: Translate) -> Iterator[str]:
        for part in self.shown:
            yield from in_lines(part, translate)


def in_lines(part: Shown, translate: Translate) -> Iterable[str]:
    """Return the lines of one part of an answer."""
    if isinstance(part, Grid):
        return part.lines(translate)
    return [part.in_words(translate) if isinstance(part, Said) else part]


def error_as_json(error: ReperformError, translate: Translate) -> str:
    """Return an error as the object that stands for it on standard output."""
    told: dict[str, object] = {
        "message": error.render(translate),
        "rule": str(getattr(error, "rule", "") or error.params.get("rule", "")),
        "hint": error.render_hint(translate),
        "exit_code": error.exit_code,
        "place": None,
    }
    if isinstance(error, BadInput):
        place = error.place
        told["place"] = {"file": place.file, "sheet": place.sheet, "row": place.row, "column": place.column}
        told["value"] = error.value
    return _dump({"schema": "reperform/error/1", "error": told})


def error_in_lines(error: ReperformError, translate: Translate) -> Iterator[str]:
    """Yield what a person reads of an error: where, what, by which rule, and what to do."""
    where = f"{error.place}: " if isinstance(error, BadInput) and str(error.place) else ""
    rule = getattr(error, "rule", "") or error.params.get("rule", "")
    yield f"{where}{error.render(translate)}{f' [{rule}]' if rule else ''}"
    if isinstance(error, BadInput) and error.value:
        yield f"  {error.value!r}"
    hint = error.render_hint(translate)
    if hint:
        yield f"  {hint}"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def _is_number(cell: object) -> bool:
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))


def _text(cell: object) -> str:
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, bool):
        return "✓" if cell else "✗"
    if isinstance(cell, int):
        return f"{cell:,}"
    return " ".join(str(cell).split())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
