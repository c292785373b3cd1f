"""The list of items as a workbook: down with what is known, up with what the unit says of each.

Rules kept here:

* An item is named by its place in the finding; a place that is not there or stands twice is refused, never guessed.
* Every wrong cell is named by sheet, row and column; nothing of a list with a wrong cell is taken.
* A line whose claim is empty says nothing; what else stands in it is then refused, because it would be lost.
* Words are taken in either language, or as the words of the rules; amounts are yuan, exact to the fen.

A list is an outside file: it is read in a child process with limits (docs/adr/0020).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from reperform.engine.child import ChildStopped, Limits, in_child
from reperform.engine.headers import letters
from reperform.engine.sheets import texts
from reperform.errors import N_, BadInput, Place
from reperform.ledger.models import Finding, Item
from reperform.papers.sheets import Book, Column
from reperform.papers.words import LANGUAGES, read, say
from reperform.rectify.claiming import Said, claims_at_hand, fault
from reperform.rules.figures import fen_of
from reperform.rules.outcomes import Claim

LIMITS = Limits(memory=1 << 30, cpu=60, seconds=120)
HEADS_WITHIN = 10  # rows above the heads: a title, a note
MOST_FAULTS = 100


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read(Path(__file__).with_name("claim_sheet.yaml"))
    return found


# Down ----------------------------------------------------------------------------------------------------------------


def write(target: Path | BinaryIO, finding: Finding, *, language: str, on: date) -> None:
    """Write the list with what is known and what was said so far."""
    words, columns = _words(), _columns()
    book = Book(target, language=language, title=words["title"][language], made_on=on)
    note = words["note"][language].format(number=finding.number)
    sheet = book.sheet(finding.number[-31:], columns, title=words["title"][language], note=note)
    said = claims_at_hand(finding)
    for item in finding.items.order_by("position").iterator(2000):
        one = said.get(item.pk)
        sheet.row(
            [
                item.position, " ".join(str(value) for value in item.key.values()), item.amount,
                say("verdict", item.verdict, language), words["claims"][one.claim][language] if one else "",
                "" if one is None or one.amount is None else one.amount, one.reference if one else "",
                one.text if one else "",
            ]
        )  # fmt: skip
    sheet.choices(list(words["columns"]).index("claim"), [pair[language] for pair in words["claims"].values()])
    sheet.end()
    book.close()


def _columns() -> list[Column]:
    return [Column(one["title"], one["width"], one.get("kind", "text")) for one in _words()["columns"].values()]


# Up ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claims:
    """What a list says: by the primary key of the item; and every cell that is wrong."""

    said: Mapping[int, Said]
    faults: Sequence[BadInput]

    def require(self) -> Mapping[int, Said]:
        """Return what was said; raise the first fault, saying how many more there are."""
        if not self.faults:
            return self.said
        first = self.faults[0]
        if len(self.faults) > 1:
            first.hint = N_("{more} more cells are wrong.")
            first.params["more"] = len(self.faults) - 1
        raise first


@dataclass(frozen=True)
class _Line:
    """One line of the list, with the place of each of its cells."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def wrong(self, file: str, column: str, message: str, known: str = "") -> BadInput:
        place = Place(file, self.sheet, self.row, self.letters.get(column, column))
        return BadInput(message, place=place, value=self.cells.get(column, ""), rule=f"claim.{column}", known=known)


def read_claims(path: Path, finding: Finding, *, name: str = "") -> Claims:
    """Read a filled-in list, XLSX or CSV; `name` is what the person calls the file."""
    called = name or path.name
    pages = _pages(path, called)
    items = {item.position: item for item in finding.items.all()}
    said: dict[int, Said] = {}
    faults: list[BadInput] = []
    seen: set[int] = set()
    for line in _lines(pages, called):
        found = _said(line, items, seen, called)
        if isinstance(found, BadInput):
            faults.append(found)
        elif found is not None:
            said[found[0].pk] = found[1]
        if len(faults) >= MOST_FAULTS:
            break
    return Claims(said, faults)


def _said(line: _Line, items: Mapping[int, Item], seen: set[int], file: str) -> BadInput | tuple[Item, Said] | None:
    """Return what a line says, what is wrong with it, or nothing."""
    cells = line.cells
    position = int(cells["position"]) if cells["position"].isdecimal() else 0
    item = items.get(position)
    if item is None:
        return line.wrong(file, "position", N_("The finding has no item of this number."))
    if position in seen:
        return line.wrong(file, "position", N_("This item stands twice."))
    seen.add(position)
    if not cells["claim"]:
        half = next((column for column in ("amount", "reference", "text") if cells[column]), "")
        return line.wrong(file, "claim", N_("It is not said what is claimed of this item.")) if half else None
    claim = _claim_words().get(cells["claim"].casefold())
    if claim is None:
        known = ", ".join(pair["zh"] for pair in _words()["claims"].values())
        return line.wrong(file, "claim", N_("This is none of the claims: {known}."), known=known)
    amount = fen_of(cells["amount"]) if cells["amount"] else None
    if cells["amount"] and amount is None:
        return line.wrong(file, "amount", N_("This is not an amount in yuan, exact to the fen."))
    found = Said(claim, amount, cells["reference"], cells["text"])
    wrong = fault(item, found)
    return line.wrong(file, wrong.part, wrong.message) if wrong else (item, found)


@cache
def _claim_words() -> Mapping[str, Claim]:
    return {
        word.casefold(): Claim(name)
        for name, pair in _words()["claims"].items()
        for word in (name, *(pair[language] for language in LANGUAGES))
    }


Page = tuple[str, list[list[str]]]


def _lines(pages: Sequence[Page], file: str) -> Iterator[_Line]:
    found = False
    for sheet, rows in pages:
        head = next((place for place, row in enumerate(rows[:HEADS_WITHIN]) if _heads(row).keys() >= _NEEDED), None)
        if head is None:
            continue
        found = True
        places = _heads(rows[head])
        named = {column: letters(place) for column, place in places.items()}
        for number, row in enumerate(rows[head + 1 :], head + 2):
            cells = {column: row[place] if place < len(row) else "" for column, place in places.items()}
            if any(cells.values()):
                yield _Line(sheet, number, {**_EMPTY, **cells}, named)
    if not found:
        raise BadInput(
            N_("The list of items has no columns for the number and the claim."), place=Place(file),
            hint=N_("Take the list that the page or `rectify items` gives, and fill it in."), rule="claim.heads",
        )  # fmt: skip


_NEEDED = frozenset({"position", "claim"})
_EMPTY = dict.fromkeys(("position", "claim", "amount", "reference", "text"), "")


def _heads(row: Sequence[str]) -> dict[str, int]:
    known = {
        word: name
        for name, column in _words()["columns"].items()
        for word in (name, *(column["title"][language] for language in LANGUAGES))
    }
    return {known[text]: place for place, text in enumerate(row) if known.get(text) in _EMPTY}


def _pages(path: Path, file: str) -> list[Page]:
    read = partial(texts, is_csv=file.lower().endswith(".csv"))
    try:
        return in_child(read, str(path), limits=LIMITS)
    except BadInput as error:
        error.place = Place(file, error.place.sheet, error.place.row, error.place.column)
        raise
    except ChildStopped as stopped:
        raise BadInput(
            N_("The workbook can't be read: {error}"), place=Place(file), rule="workbook.unreadable",
            error=stopped.render(),
        ) from stopped  # fmt: skip
