"""The official words of a paper, in Chinese and in English.

What a paper prints is not the language of the screen but an official form: 立行立改, 归还原渠道, 未整改. These words
are data (`words.yaml`, and the sentences beside each paper), complete in both languages, because a paper must not
depend on whether a message catalogue is installed. A word that is not in the list (a category of an imported ledger)
is printed as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

Pair = Mapping[str, str]
LANGUAGES = ("zh", "en")


def read(path: Path) -> Any:  # noqa: ANN401 - what a YAML file holds is shaped by its reader
    """Return what a data file holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def vocabularies() -> Mapping[str, Mapping[str, Pair]]:
    """Return every list of words: name of the list, word, pair."""
    return MappingProxyType(read(Path(__file__).with_name("words.yaml")))


def listed(vocabulary: str) -> tuple[str, ...]:
    """Return the words of a list in their order."""
    return tuple(vocabularies().get(vocabulary, {}))


def say(vocabulary: str, word: str, language: str) -> str:
    """Return a word in a language; one that is not listed is returned as it is."""
    pair = vocabularies().get(vocabulary, {}).get(word)
    return pair[language] if pair else word


def language_of(code: str | None) -> str:
    """Return `zh` or `en` for a language code such as zh-hans or en-gb; Chinese where none is given."""
    return "en" if (code or "").lower().startswith("en") else "zh"


def printed_date(day: date, language: str) -> str:
    """Return a date as a document prints it: 2026年11月30日, or 30 November 2026."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
