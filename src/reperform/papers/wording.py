"""Sentences of a paper: official wording with places for words and for figures.

Rules kept here:

* A number comes into a sentence only through the code of a figure, so each carries the query that gives it; the pieces
  of a sentence remember which figure each was taken from.
* A name without a dot is a word that the paper gives (a date, a unit). A name that is not given is an error, never an
  empty place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from reperform.papers.words import Pair, read

_PLACE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)(?:/([^/}]+)/([a-z_]+))?\}")


@dataclass(frozen=True)
class Piece:
    """A part of a sentence, and the code of the figure that gives it."""

    text: str
    figure: str = ""


class Told(Protocol):
    """A figure that can say one of its numbers."""

    def text(self, language: str, column: str = "", label: str = "") -> str: ...


@cache
def sentences(path: Path) -> Mapping[str, Pair]:
    """Return every sentence of a file by its name."""
    found: Mapping[str, Pair] = read(path)
    return found


@dataclass(frozen=True)
class Voice:
    """One language, the sentences of one paper, and its figures if it has any."""

    language: str
    sentences: Mapping[str, Pair]
    answers: Mapping[str, Told] = field(default_factory=dict)

    def pieces(self, name: str, *, row: str = "", **given: object) -> list[Piece]:
        """Return a sentence in pieces; `row` is the row that a star stands for."""
        return list(self._pieces(self.sentences[name][self.language], row, given))

    def text(self, name: str, **given: object) -> str:
        """Return a sentence that holds no figure."""
        return "".join(piece.text for piece in self._pieces(self.sentences[name][self.language], "", given))

    def _pieces(self, sentence: str, row: str, given: Mapping[str, object]) -> Iterator[Piece]:
        done = 0
        for place in _PLACE.finditer(sentence):
            yield from _plain(sentence[done : place.start()])
            code, label, column = place.groups()
            if "." in code:
                answer = self.answers[code]
                yield Piece(answer.text(self.language, column or "", row if label == "*" else label or ""), code)
            else:
                yield from _plain(str(given[code]))
            done = place.end()
        yield from _plain(sentence[done:])


def _plain(text: str) -> Iterator[Piece]:
    if text:
        yield Piece(text)


def places(sentence: str) -> list[tuple[str, str, str]]:
    """Return the places of a sentence: figure or name, row, column."""
    return [(place[1], place[2] or "", place[3] or "") for place in _PLACE.finditer(sentence)]
