"""What is written made comparable: the same address or telephone number, however it was typed.

Rules kept here:

* A key is for comparing, never for showing. Two texts with one key are the same thing but for the way of writing:
  full-width signs (Unicode NFKC), spaces, punctuation, the words for a room, the country's prefix of a number.
* A text that says too little to tie anyone to anyone (a town without a street, a number of one digit repeated) has no
  key.

Example::

    address_key("云麓区望湖路８８号１２０３室") == address_key("云麓区望湖路88号 1203房")
"""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"[\s\-‐–—_·•.,，。、;；:：()（）\[\]【】#\"'“”‘’/\\]+")
_ROOM = re.compile(r"(?:号房|单元房|室|房|铺|户)(?=$|\d)")
_PREFIX = re.compile(r"^(?:0086|86)(?=1\d{10}$)")
_SHORTEST_ADDRESS, _SHORTEST_PHONE = 6, 7


def plain(text: str) -> str:
    """Return the text without what typing adds: width, case, spaces, punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def address_key(text: str | None) -> str | None:
    """Return what two ways of writing one address have in common; nothing where no house or room is named."""
    key = _ROOM.sub("", plain(text or ""))
    if len(key) < _SHORTEST_ADDRESS or not any(letter.isdigit() for letter in key):
        return None
    return key


def phone_key(text: str | None) -> str | None:
    """Return the digits of a number without the country's prefix; nothing for a stopgap such as 00000000."""
    digits = _PREFIX.sub("", "".join(letter for letter in plain(text or "") if letter.isdigit()))
    if len(digits) < _SHORTEST_PHONE or len(set(digits)) == 1:
        return None
    return digits
