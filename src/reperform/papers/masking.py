"""Personal numbers are masked in whatever leaves the ledger as a document.

Rules kept here:

* A resident identity number (GB 11643: six digits of region, a date of birth, three digits and a check character) is
  shown by its first four and last four characters wherever it stands in a text: 9901**********2121.
* A value of a column that names a person is masked in any form: half of it at most stays readable.
* Masking is one way and changes no record: the full value stays in the ledger, behind its own permission.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reperform.rules.figures import YUAN, in_unit

if TYPE_CHECKING:
    from reperform.engine.tables import Field

SHOWN = 4
LENGTH = 18
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_PERSONAL = re.compile(r"person_id|id_card|identity|身份证|证件号|社会保障号", re.IGNORECASE)


def mask(text: str) -> str:
    """Return the text with every identity number in it masked."""
    return _IDENTITY.sub(_hidden, text) if len(text) >= LENGTH else text


def _hidden(found: re.Match[str]) -> str:
    return _hide(found.group())


def masked(name: str, value: str) -> str:
    """Return the value of a named column: masked whatever its form where the name says that it is a person's."""
    return _hide(value) if _PERSONAL.search(name) else mask(value)


def _hide(value: str) -> str:
    shown = min(SHOWN, len(value) // 4)
    return value[:shown] + "*" * (len(value) - 2 * shown) + value[len(value) - shown :]


def as_text(values: Mapping[str, object], known: Mapping[str, Field], language: str) -> str:
    """Return named values on one line, with the titles of the contracts, money in yuan and personal ones masked.

    They come in the order of the contracts, the others after: a database may keep names in an order of its own.
    """
    order = {name: place for place, name in enumerate(known)}
    names = sorted(values, key=lambda name: (order.get(name, len(order)), name))
    separator = "；" if language == "zh" else "; "
    return separator.join(_shown(name, str(values[name]), known.get(name), language) for name in names)


def _shown(name: str, value: str, field: Field | None, language: str) -> str:
    if field is not None and field.is_money and value.removeprefix("-").isdecimal():
        return f"{field.title[language]} {in_unit(int(value), YUAN)}"
    return f"{field.title[language] if field else name} {masked(name, value)}"
