"""What stands on a paper, in order, apart from how it is drawn: sentences, tables, new pages.

Rules kept here:

* A paper's wording and the columns of its tables are data: one YAML file beside the code that fills it, complete in
  both languages. The code gives names, dates and amounts that it has from records, and no sentence.
* The same manuscript is drawn as DOCX, as a page to be printed, and its tables as sheets of a workbook.
* Personal numbers are masked as they come in, unless the paper goes to those alone who must know them.
* What only a person can write (the number of the registry, a signature, a seal) is a blank of the wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from reperform.papers.documents import Paper
from reperform.papers.masking import mask
from reperform.papers.sheets import UNKNOWN, Column
from reperform.papers.wording import Voice
from reperform.papers.words import Pair, printed_date, read
from reperform.rules.figures import WAN, YUAN, in_unit

HEADS = frozenset({"Title", "Heading 1", "Heading 2"})
UNDATED = date(1980, 1, 1)  # the first day that an archive can name
NUMBERS = frozenset({"money", "yuan", "count"})
TABLES = "tables"  # what of a form is no sentence
COMMON = Path(__file__).with_name("manuscript.yaml")  # masthead, signature, blanks: the same on every paper


@dataclass(frozen=True)
class Line:
    """A paragraph in one of the styles of a paper."""

    text: str
    style: str = "Normal"


@dataclass(frozen=True)
class Table:
    """Rows under the columns of a form; the values are those of the record, drawn as their column says."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    language: str
    tall: bool = False  # with room to write by hand

    @property
    def head(self) -> list[str]:
        return [column.title[self.language] for column in self.columns]

    @property
    def cells(self) -> list[list[str]]:
        """Every cell as text."""
        return [[shown(column, value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows]

    @property
    def lined(self) -> list[list[tuple[str, str]]]:
        """Every cell as text, with the kind of its column."""
        kinds = ["number" if column.kind in NUMBERS else column.kind for column in self.columns]
        return [list(zip(row, kinds, strict=True)) for row in self.cells]

    @property
    def numbers(self) -> list[bool]:
        """Which columns hold numbers, to be set to the right."""
        return [column.kind in NUMBERS for column in self.columns]


@dataclass(frozen=True)
class Turn:
    """A new page, upright or on its side."""

    wide: bool = False


Block: TypeAlias = Line | Table | Turn


@dataclass(frozen=True)
class Form:
    """The wording of a paper: its sentences, and the columns of its tables."""

    sentences: Mapping[str, Pair]
    tables: Mapping[str, tuple[Column, ...]]


@cache
def form(path: Path) -> Form:
    """Return the form that a file holds, with what every paper has in common."""
    common, own = read(COMMON), read(path)
    tables = {
        name: tuple(Column(one["title"], one["width"], one.get("kind", "text")) for one in columns)
        for name, columns in {**common.pop(TABLES), **own.pop(TABLES, {})}.items()
    }
    return Form(MappingProxyType({**common, **own}), MappingProxyType(tables))


def shown(column: Column, value: object) -> str:
    """Return a value as a cell prints it; nothing known is an em dash, an empty text a blank to be filled in."""
    match value:
        case None:
            return UNKNOWN
        case date():
            return value.isoformat()
        case int() if column.kind == "yuan":
            return in_unit(value, YUAN)
        case int() if column.kind == "money":
            return in_unit(value, WAN)
    return str(value)


class Manuscript:
    """A paper being written in one language. `dated` is the day of its content, not that of the printing."""

    def __init__(self, path: Path, language: str, *, dated: date | None, masked: bool = True) -> None:
        self.language, self.dated, self.masked = language, dated or UNDATED, masked
        self._form = form(path)
        self._voice = Voice(language, self._form.sentences)
        self.title = ""
        self.blocks: list[Block] = []

    def text(self, name: str, **given: object) -> str:
        """Return a sentence of the form."""
        return self._voice.text(name, **given)

    def day(self, day: date | None) -> str:
        """Return a date as a paper prints it, or the blank that a person fills in."""
        return printed_date(day, self.language) if day else self.text("blank_date")

    def say(self, name: str, style: str = "Normal", **given: object) -> None:
        """Write a sentence of the form."""
        self.add(self.text(name, **given), style)

    def add(self, text: str, style: str = "Normal") -> None:
        """Write what a record says: a paragraph for each of its lines."""
        for part in self._masked(text).splitlines() or [""]:
            self.blocks.append(Line(part, style))

    def run_on(self, *sentences: str) -> None:
        """Write sentences as one paragraph."""
        self.add((" " if self.language == "en" else "").join(filter(None, sentences)))

    def head(self, name: str, **given: object) -> None:
        """Write the title; the first one is the title of the file."""
        self.say(name, "Title", **given)
        self.title = self.title or self.text(name, **given)

    def masthead(self, body: str, number: str = "") -> None:
        """Write who issues the paper and its number, a blank where the registry has given none yet."""
        self.add(body, "Masthead")
        self.add(number or self.text("blank_number"), "Number")

    def signature(self, body: str, day: date | None) -> None:
        """Write who signs and seals it, and the day of the document."""
        self.add("")
        self.say("signature", "Signature", body=body)
        self.add(self.day(day), "Signature")

    def facts(self, rows: Sequence[tuple[str, object]]) -> None:
        """Write named facts as a table of two columns; an empty one is a blank to be filled in."""
        named = [(self.text(name), value) for name, value in rows]
        self.table("facts", named, tall=any(value == "" for _name, value in rows))

    def table(self, name: str, rows: Sequence[Sequence[object]], *, tall: bool = False) -> None:
        """Write rows under the columns that the form gives to a table."""
        lines = [block.text for block in self.blocks if isinstance(block, Line) and block.style in HEADS]
        caption = lines[-1] if lines else self.title
        masked = [[self._masked(one) if isinstance(one, str) else one for one in row] for row in rows]
        self.blocks.append(Table(name, caption, self._form.tables[name], masked, self.language, tall))

    def _masked(self, text: str) -> str:
        return mask(text) if self.masked else text

    def turn(self, *, wide: bool = False) -> None:
        """Begin a new page."""
        self.blocks.append(Turn(wide))

    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    def leaves(self) -> list[tuple[bool, list[Line | Table]]]:
        """Return the blocks by leaf, each with whether it lies on its side."""
        found: list[tuple[bool, list[Line | Table]]] = [(False, [])]
        for block in self.blocks:
            if isinstance(block, Turn):
                found.append((block.wide, []))
            else:
                found[-1][1].append(block)
        return found

    def to_docx(self) -> bytes:
        """Return the paper as a document."""
        paper = Paper(self.language, title=self.title, as_of=self.dated, masked=False)  # done
        for block in self.blocks:
            match block:
                case Line():
                    paper.add(block.text, block.style)
                case Table():
                    widths = [column.width for column in block.columns]
                    paper.table(block.head, block.cells, numbers=block.numbers, widths=widths, tall=block.tall)
                case Turn():
                    paper.turn(wide=block.wide)
        return paper.to_bytes()
