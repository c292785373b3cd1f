"""Find the header row of a sheet, and say which column is which field.

Rules kept here:

* A header names a field when it equals the field's name, a title or an alias, once width (NFKC), case, spaces and
  punctuation are folded away. Nothing is guessed beyond that: what is only similar is named in the error.
* Money may come in 元 (the default), 千元, 万元, 亿元, 角 or 分: the unit stands at the end of the header, or in a line
  above it ("单位：万元"). It is never inferred from the size of the numbers.
* The header row is the one among the first rows that names the most fields. Rows above it are titles.
* Two columns for one field are an error; the `mapping` that the caller gives decides, and an empty name in it leaves a
  column out.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reperform.engine.tables import Field, Table
from reperform.errors import N_, BadInput, Place, Usage

DEEPEST_HEADER = 50
LONGEST_HEADER = 200  # signs; what is longer is a note, and the search for its unit would take for ever
FEN = {
    "分": 1, "fen": 1, "角": 10, "元": 100, "yuan": 100, "rmb": 100, "cny": 100,
    "千元": 10**5, "万元": 10**6, "亿元": 10**10,
}  # fmt: skip
_UNITS = "|".join(sorted(FEN, key=len, reverse=True))
_SUFFIX = re.compile(
    rf"^(?P<rest>.+?)[\s/:_,(\[【-]*(?:单位:?)?\s*(?:人民币)?(?P<unit>{_UNITS})\s*[)\]】]*$", re.IGNORECASE
)
_ABOVE = re.compile(rf"单位\s*:?\s*(?:人民币)?\s*(?P<unit>{_UNITS})(?![一-鿿])")


@dataclass(frozen=True)
class Column:
    """A column of the source that holds a field; `factor` is how many fen its unit is."""

    index: int
    header: str
    factor: int = 1


@dataclass(frozen=True)
class Match:
    """Where the header stands (index into the rows looked at) and what it names."""

    row: int
    columns: Mapping[str, Column]
    ignored: tuple[str, ...]


def fold(text: str) -> str:
    """Return the text without width, case, spaces and punctuation."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def letters(index: int) -> str:
    """Return the name of a spreadsheet column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def check_mapping(table: Table, mapping: Mapping[str, str], constants: Mapping[str, str]) -> None:
    """Refuse a mapping or a constant for something that is no field of the table."""
    names = [field.name for field in table.fields]
    for field in [*(name for name in mapping.values() if name), *constants]:
        if field not in names:
            raise Usage(
                N_("{field} is no field of the table {table}."),
                hint=N_("Its fields are: {names}."),
                field=field,
                table=table.name,
                names=", ".join(names),
            )


class Matcher:
    """Knows every word for every field of one table."""

    def __init__(self, table: Table, mapping: Mapping[str, str], constants: Mapping[str, str]) -> None:
        self.table = table
        self.constants = constants
        self._given = {fold(header): field for header, field in mapping.items()}
        self._known: dict[str, Field] = {}
        for field in table.fields:
            for word in (field.name, *field.title.values(), *field.aliases):
                self._known.setdefault(fold(word), field)
        self._needed = [
            field for field in table.fields if field.constraints.required and field.name not in constants
        ]  # fmt: skip

    def score(self, cells: Sequence[str]) -> int:
        """Count the fields that a row names."""
        return len({found[0].name for cell in cells if (found := self.field_of(cell)) is not None})

    def field_of(self, header: str) -> tuple[Field, int] | None:
        """Return the field that a header names, and the factor of its unit (0: none given)."""
        folded = fold(header) if len(header) <= LONGEST_HEADER else ""
        if not folded:
            return None
        suffix = _SUFFIX.match(unicodedata.normalize("NFKC", header).strip())
        factor = FEN[suffix["unit"].lower()] if suffix else 0
        if folded in self._given:
            name = self._given[folded]
            return (self.table.field(name), factor) if name else None
        field = self._known.get(folded)
        if field is None and suffix is not None:
            field = self._known.get(fold(suffix["rest"]))
            if field is None or not field.is_money:
                return None
        return (field, factor) if field is not None else None

    def match(self, rows: Sequence[Sequence[str]], place: Place) -> Match:
        """Return the header among the first rows of a sheet, or say what is missing."""
        scores = [self.score(row) for row in rows[:DEEPEST_HEADER]]
        if not scores or max(scores) == 0:
            raise self._nothing(rows, place)
        row = scores.index(max(scores))
        place = Place(place.file, place.sheet, row + 1)
        unit = unit_above(rows[:row])
        columns: dict[str, Column] = {}
        ignored = []
        for index, header in enumerate(rows[row]):
            found = self.field_of(header)
            if found is None:
                ignored += [header.strip()] if header.strip() else []
                continue
            field, factor = found
            if field.name in columns:
                raise _twice(field, columns[field.name], Column(index, header.strip()), place)
            columns[field.name] = Column(index, header.strip(), (factor or unit or 100) if field.is_money else 1)
        missing = [field for field in self._needed if field.name not in columns]
        if missing:
            raise self._missing(missing, rows[row], place)
        return Match(row, columns, tuple(ignored))

    def _nothing(self, rows: Sequence[Sequence[str]], place: Place) -> BadInput:
        seen = next((row for row in rows if any(cell.strip() for cell in row)), None)
        if seen is None:
            return BadInput(N_("There are no rows."), place=place, rule="empty")
        return self._missing(self._needed or list(self.table.fields), seen, place)

    def _missing(self, missing: Sequence[Field], headers: Sequence[str], place: Place) -> BadInput:
        seen = [header.strip() for header in headers if header.strip()]
        free = [header for header in seen if self.field_of(header) is None]
        nearest = "; ".join(near for field in missing if (near := _nearest(field, free)))
        hint = N_(
            "Add the header to the aliases of the contract, name it in a mapping, or give a constant for the field."
        )
        if nearest:
            hint = N_("Perhaps {nearest}? Add it to the aliases of the contract, or name it in a mapping.")
        return BadInput(
            N_("The table {table} needs a column for {missing}; the header row has: {seen}."),
            place=place,
            rule="missing_column",
            hint=hint,
            table=self.table.name,
            missing=", ".join(f"{field.name} ({field.title['zh']})" for field in missing),
            seen=" | ".join(seen[:40]) or "-",
            nearest=nearest,
        )


def unit_above(rows: Sequence[Sequence[str]]) -> int:
    """Return the factor of a unit that the lines above the header name, or 0."""
    for row in reversed(rows):
        for cell in row:
            found = _ABOVE.search(unicodedata.normalize("NFKC", cell))
            if found:
                return FEN[found["unit"].lower()]
    return 0


def _nearest(field: Field, free: Sequence[str]) -> str:
    """Return the unused header most like the field's words, as "header → field"."""
    words = [fold(word) for word in (field.name, *field.title.values(), *field.aliases)]
    rated = [
        (max(difflib.SequenceMatcher(None, fold(header), word).ratio() for word in words), header) for header in free
    ]
    best, header = max(rated, default=(0.0, ""))
    return f"{header} → {field.name}" if best >= 0.5 else ""


def _twice(field: Field, first: Column, second: Column, place: Place) -> BadInput:
    return BadInput(
        N_("Two columns are named for {field}: {first} and {second}."),
        place=place,
        rule="duplicate_header",
        hint=N_("Say in a mapping which of them it is, and leave the other out with an empty name."),
        field=field.name,
        first=f"{first.header} ({letters(first.index)})",
        second=f"{second.header} ({letters(second.index)})",
    )
