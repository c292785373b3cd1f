"""Where everything stands in a bundle: the names of its files, in their one order.

Rules kept here (docs/reference/log-formats.md):

* The files of the log itself have the names of C2SP tlog-tiles: `checkpoint`, `tile/<level>/<path>[.p/<width>]`,
  `tile/entries/<path>[.p/<width>]`; the path of 1234067 is `x001/x234/067`.
* Every name has one place (`place`), a name without a place does not belong in a bundle, and a bundle holds its files
  in ascending order of places. So no name occurs twice, and the same content always makes the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from reperform.log.tree import HEIGHT, WIDTH

CHECKPOINT = "checkpoint"
GUIDE = "VERIFY.md"
CONTENTS = "CONTENTS"
CONTENTS_TITLE = "reperform bundle 1"
STANDING = "standing"
WITHHELD = "withheld"
PART = 1 << 16
"""A disclosure file covers this many entries of the log, so that it can be found by index."""

Place = tuple[int, int, int, int, str]


class Section(IntEnum):
    """The order of a bundle."""

    CHECKPOINT = 0
    KEY = 1
    GUIDE = 2
    LEAVES = 3  # each bundle of entries, then the tile of their hashes
    TILES = 4
    DISCLOSURE = 5
    EVIDENCE = 6
    TABLES = 7
    CONTENTS = 8


_PATH = r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
_ENTRIES = re.compile(rf"tile/entries/{_PATH}\Z")
_TILE = re.compile(rf"tile/(0|[1-9]|[1-5][0-9]|6[0-3])/{_PATH}\Z")
_DISCLOSURE = re.compile(r"disclosure/([a-z0-9][a-z0-9_-]{0,63})/([0-9]{3}|[1-9][0-9]{3,11})\.jsonl\Z")
_EVIDENCE = re.compile(r"evidence/([0-9a-f]{64})\Z")
_TABLE = re.compile(r"tables/([a-z][a-z0-9_]{0,63})\.jsonl\Z")
_ORIGIN = r"[a-z0-9][a-z0-9.-]{0,252}(?:/[a-z0-9][a-z0-9._-]{0,63}){0,8}"
_KEY = re.compile(rf"keys/{_ORIGIN}\Z")
_SINGLE = {CHECKPOINT: Section.CHECKPOINT, GUIDE: Section.GUIDE, CONTENTS: Section.CONTENTS}


def place(name: str) -> Place | None:
    """Return the place of a file in a bundle, or None if it has no business there."""
    if name in _SINGLE:
        return (_SINGLE[name], 0, 0, 0, "")
    if (found := _ENTRIES.match(name)) and (spot := _spot(found[1], found[2])):
        return (Section.LEAVES, spot[0], 0, spot[1], "")
    if (found := _TILE.match(name)) and (spot := _spot(found[2], found[3])):
        level = int(found[1])
        return (Section.TILES, level, spot[0], spot[1], "") if level else (Section.LEAVES, spot[0], 1, spot[1], "")
    if (found := _DISCLOSURE.match(name)) and f"{int(found[2]):03d}" == found[2]:
        return (Section.DISCLOSURE, int(found[2]), 0, 0, found[1])
    if _KEY.match(name):
        return (Section.KEY, 0, 0, 0, name)
    if _EVIDENCE.match(name):
        return (Section.EVIDENCE, 0, 0, 0, name)
    if _TABLE.match(name):
        return (Section.TABLES, 0, 0, 0, name)
    return None


def _spot(path: str, width: str | None) -> tuple[int, int] | None:
    n = int(path.replace("x", "").replace("/", ""))
    wide = int(width) if width else WIDTH
    return (n, wide) if len(path) < 40 and _path(n) == path and (width is None or wide < WIDTH) else None


def _path(n: int) -> str:
    path = f"{n % 1000:03d}"
    while n := n // 1000:
        path = f"x{n % 1000:03d}/{path}"
    return path


def tile_name(level: int | str, n: int, width: int = WIDTH) -> str:
    """Return the name of a tile, or of a bundle of entries (level `entries`)."""
    return f"tile/{level}/{_path(n)}{f'.p/{width}' if width < WIDTH else ''}"


def tiles_of(size: int, level: int) -> Iterator[tuple[int, int]]:
    """Yield number and width of each tile of one level in a tree of `size`."""
    hashes = size >> HEIGHT * level
    for n in range(hashes // WIDTH):
        yield n, WIDTH
    if hashes % WIDTH:
        yield hashes // WIDTH, hashes % WIDTH


def disclosure_name(audience: str, part: int) -> str:
    return f"disclosure/{audience}/{part:03d}.jsonl"


def evidence_name(sha256: str) -> str:
    return f"evidence/{sha256}"


def table_name(table: str) -> str:
    return f"tables/{table}.jsonl"


def key_name(origin: str) -> str:
    return f"keys/{origin}"


def audience_of(name: str) -> str:
    """Return the audience that a disclosure file is for."""
    return name.split("/")[1]
