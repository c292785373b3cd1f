"""Look once at every byte of a text file before anything is read from it.

Rules kept here:

* The encoding is the byte order mark's; else UTF-8 if every byte agrees; else GB18030 if every byte agrees; else the
  caller must name it. Text that is not UTF-8 is copied as UTF-8, for the data engine reads nothing else.
* A NUL byte in a text is refused: readers keep it or cut the text there, each as it likes.
* Records are counted here, without the reader that will read them, so that what one of them loses the other finds:
  a record ends at a line end outside quotation marks. A file whose line ends are mixed, or that has blank lines inside,
  is not `plain`: readers differ about it, and it is read record by record.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reperform.engine.child import report
from reperform.errors import N_, BadInput, Place

_PIECE = 1 << 20
_MARKS = (  # the longer mark first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NEWLINES = b"\r\n"


@dataclass(frozen=True)
class Scan:
    """A text file as UTF-8 (`path`: the file itself, or its copy), its fingerprint and its records."""

    path: Path
    encoding: str
    sha256: str
    records: int
    plain: bool


def scan(source: Path, copy: Path, place: Place, *, encoding: str = "", quoted: bool = True) -> Scan:
    """Check a text file from end to end; `copy` is written only if the text is not UTF-8."""
    candidates = [encoding] if encoding else _candidates(source)
    failure: UnicodeDecodeError | None = None
    for name in candidates:
        lines = Records(place, quoted=quoted)
        digest = hashlib.sha256()
        try:
            for piece in _decoded(source, name, digest, copy, place):
                lines.feed(piece)
        except UnicodeDecodeError as error:
            failure, failed_in = error, lines.newlines + 1
            continue
        lines.finish()
        path = source if _is_utf8(name) else copy
        return Scan(path, name, digest.hexdigest(), lines.records, lines.plain)
    raise BadInput(
        N_("The text is not in {encodings}: byte {byte} does not fit."),
        place=Place(place.file, place.sheet, failed_in),
        rule="encoding",
        hint=N_("Name the encoding, or save the file as UTF-8."),
        encodings=", ".join(candidates),
        byte=f"0x{failure.object[failure.start]:02x}" if failure else "-",
    )


def check_encoding(name: str) -> None:
    """Refuse the name of an encoding that does not exist."""
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise BadInput(N_("There is no encoding named {name}."), rule="encoding", name=name) from error


def _candidates(source: Path) -> list[str]:
    with source.open("rb") as file:
        head = file.read(1024)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return [name]
    if head and len(head) % 2 == 0 and len(head) >= 4:  # UTF-16 without a mark: every other byte of ASCII text is zero
        if head[1::2].count(0) * 10 > len(head) * 4 and not head[::2].count(0):
            return ["utf-16-le"]
        if head[::2].count(0) * 10 > len(head) * 4 and not head[1::2].count(0):
            return ["utf-16-be"]
    return ["utf-8", "gb18030"]


def _is_utf8(name: str) -> bool:
    return codecs.lookup(name).name == "utf-8"


def _decoded(source: Path, encoding: str, digest: object, copy: Path, place: Place) -> Iterator[bytes]:
    """Yield the text as UTF-8 bytes, and write it to `copy` unless it is UTF-8 already."""
    update = digest.update  # type: ignore[attr-defined]  # hashlib has no public type for its objects
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    size, done = source.stat().st_size, 0
    with source.open("rb") as file:
        target = None if _is_utf8(encoding) else copy.open("wb")
        try:
            while True:
                piece = file.read(_PIECE)
                update(piece)
                text = decoder.decode(piece, final=not piece)
                if target is not None:
                    piece_as_utf8 = text.encode("utf-8")
                    target.write(piece_as_utf8)
                    yield piece_as_utf8
                elif piece:
                    yield piece
                done += len(piece)
                report(f"check {place.file}", done, size)
                if not piece:
                    return
        finally:
            if target is not None:
                target.close()


class Records:
    """Counts the records of a text that comes in pieces of UTF-8."""

    def __init__(self, place: Place, *, quoted: bool) -> None:
        self._place, self._quoted = place, quoted
        self._carry, self._inside, self._after_newline = b"", False, True
        self._position, self._last_content, self._blank_at, self._after_content = 0, -1, -1, 0
        self._kinds = {"\r\n": 0, "\n": 0, "\r": 0}
        self.newlines = 0

    def feed(self, piece: bytes) -> None:
        """Count one piece."""
        piece = self._carry + piece
        self._carry = b"\r" if piece.endswith(b"\r") else b""  # its line feed may come with the next piece
        self._count(piece[: len(piece) - len(self._carry)])

    def finish(self) -> None:
        """Count what is left."""
        self._count(self._carry)
        self._carry = b""

    @property
    def records(self) -> int:
        """Records with something in them; blank lines at the end are none."""
        return self.newlines - self._after_content + (1 if self._last_content >= 0 else 0)

    @property
    def plain(self) -> bool:
        """Whether every reader sees the same records: one kind of line end, no blank line inside, all quotes closed."""
        blank_inside = 0 <= self._blank_at < self._last_content
        return sum(1 for count in self._kinds.values() if count) <= 1 and not blank_inside and not self._inside

    def _count(self, piece: bytes) -> None:
        if not piece:
            return
        nul = piece.find(b"\0")
        if nul >= 0:
            row = self.newlines + piece.count(b"\n", 0, nul) + 1
            place = Place(self._place.file, self._place.sheet, row)
            raise BadInput(N_("There is a NUL byte in the text."), place=place, rule="nul")
        before = self.newlines
        if self._quoted and (self._inside or b'"' in piece):
            blank = self._count_quoted(piece)
        else:
            blank = self._count_bare(piece)
        if self._blank_at < 0 and blank >= 0:
            self._blank_at = self._position + blank
        content = piece.rstrip(_NEWLINES)
        if content:
            self._last_content = self._position + len(content) - 1
            self._after_content = _line_ends(piece[len(content) :])
        else:
            self._after_content += self.newlines - before
        self._after_newline = piece[-1:] in (b"\r", b"\n") and not self._inside
        self._position += len(piece)

    def _count_bare(self, piece: bytes) -> int:
        """Count line ends where there are no quotation marks; return where a blank line is, or -1."""
        pairs = piece.count(b"\r\n")
        self._kinds["\r\n"] += pairs
        self._kinds["\n"] += piece.count(b"\n") - pairs
        self._kinds["\r"] += piece.count(b"\r") - pairs
        self.newlines = sum(self._kinds.values())
        blanks = [at for two in (b"\n\n", b"\n\r", b"\r\r") if (at := piece.find(two)) >= 0]
        if self._after_newline and piece[:1] in (b"\r", b"\n"):
            blanks.append(0)
        return min(blanks, default=-1)

    def _count_quoted(self, piece: bytes) -> int:
        """Count line ends outside quotation marks (a doubled mark opens and closes at once)."""
        import numpy as np  # a workbook or a Parquet file is never scanned, and each intake is a process of its own

        signs = np.frombuffer(piece, dtype=np.uint8)
        odd = (np.cumsum(signs == ord('"'), dtype=np.uint8) & 1).astype(bool)  # parity survives the overflow
        outside = odd == self._inside
        feeds, returns = (signs == 10) & outside, (signs == 13) & outside
        pairs = int(np.count_nonzero(returns[:-1] & feeds[1:]))
        self._kinds["\r\n"] += pairs
        self._kinds["\n"] += int(np.count_nonzero(feeds)) - pairs
        self._kinds["\r"] += int(np.count_nonzero(returns)) - pairs
        self.newlines = sum(self._kinds.values())
        ends = feeds.copy()
        ends[:-1] |= returns[:-1] & ~feeds[1:]
        starts = np.concatenate(([self._after_newline], ends[:-1])) & (feeds | returns)
        self._inside = bool(odd[-1]) != self._inside
        found = np.flatnonzero(starts)
        return int(found[0]) if len(found) else -1


def _line_ends(tail: bytes) -> int:
    return tail.count(b"\n") + tail.count(b"\r") - tail.count(b"\r\n")
