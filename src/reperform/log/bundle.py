"""Read a bundle. Nothing that it says is proved by reading it: `verify` does that.

Rules kept here (docs/reference/log-formats.md):

* A file in another form, under another name or in another place than a bundle has is refused with its name.
* Reading needs memory for one row of the tree and one line, whatever the size of the log; each has its limit.

Example::

    write(Path("bundle.zip"), source, sign_contents=signer.sign_contents)
    with Bundle(Path("bundle.zip")) as bundle:
        for opened in bundle.disclosed():
            opened.envelope["type"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

from reperform.errors import N_, BadInput, IntegrityBroken
from reperform.log import checkpoint, entry, layout
from reperform.log.archive import ArchiveReader
from reperform.log.layout import CHECKPOINT, PART, Section
from reperform.log.note import VerifierKey, split_note
from reperform.log.pack import write
from reperform.log.source import BundleEntry, Disclosed, Source
from reperform.log.tree import HASH_BYTES, WIDTH

__all__ = ["Bundle", "BundleEntry", "Disclosed", "Opened", "Source", "write"]

RECORD_BYTES = 2 + entry.LEAF_BYTES
MAX_LINE = 8 << 20
MAX_TEXT = 1 << 20
_SALVAGED_INDEX = re.compile(rb'"idx":([0-9]{1,16}),"salt":"[^"]*"\}\n?\Z')


@dataclass(frozen=True)
class Opened:
    """One disclosed entry as it is read from a bundle."""

    idx: int
    envelope: dict[str, object]
    body: bytes
    salt: bytes
    fields: Mapping[str, tuple[bytes, object]]


class Bundle:
    """A bundle that is open for reading. Nothing that it says is proved by reading it: `verify` does that."""

    def __init__(self, path: Path) -> None:
        self._archive = ArchiveReader(path, CHECKPOINT)
        try:
            self._check_names()
        except BaseException:
            self._archive.__exit__(None, None, None)
            raise

    def __enter__(self) -> Bundle:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.__exit__(kind, error, trace)

    def _check_names(self) -> None:
        self._places: dict[str, layout.Place] = {}
        last: layout.Place = (-1, 0, 0, 0, "")
        for name in self._archive.members:
            here = layout.place(name)
            if here is None or here <= last:
                raise IntegrityBroken(N_("{name} does not belong at its place."), rule="bundle.name", name=name)
            self._places[name] = last = here
        audiences = {layout.audience_of(name) for name in self.section(Section.DISCLOSURE)}
        if len(audiences) > 1 or len(self.section(Section.KEY)) != 1:
            raise IntegrityBroken(N_("A bundle has one key and one audience."), rule="bundle.name")

    @property
    def places(self) -> Mapping[str, layout.Place]:
        """The names of all files with their places, in their order."""
        return self._places

    def crc(self, name: str) -> int:
        """Return the check sum that the directory states for a file."""
        return self._archive.members[name].crc

    def __contains__(self, name: str) -> bool:
        return name in self._archive.members

    def section(self, section: Section) -> list[str]:
        """Return the names of one section, in their order."""
        return [name for name, place in self._places.items() if place[0] == section]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a file."""
        return self._archive.chunks(name)

    def read(self, name: str, limit: int = MAX_TEXT) -> bytes:
        """Return the content of a file; raise `IntegrityBroken` if it is absent or larger than `limit`."""
        if name not in self:
            raise IntegrityBroken(N_("{name} is missing."), rule="bundle.missing", name=name)
        return self._archive.read(name, limit)

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        """Return the content of a file as text."""
        try:
            return self.read(name, limit).decode("utf-8")
        except UnicodeDecodeError as error:
            raise IntegrityBroken(N_("{name} is not UTF-8 text."), rule="bundle.text", name=name) from error

    @cached_property
    def note(self) -> str:
        """The signed checkpoint."""
        return self.text(CHECKPOINT)

    @cached_property
    def checkpoint(self) -> checkpoint.Checkpoint:
        """What the checkpoint states; whether it is signed is another question."""
        return checkpoint.Checkpoint.parse(split_note(self.note)[0])

    @cached_property
    def vkey(self) -> VerifierKey:
        """The public key that travels in the bundle."""
        (name,) = self.section(Section.KEY)
        try:
            key = VerifierKey.parse(self.text(name).removesuffix("\n"))
        except BadInput as error:
            raise IntegrityBroken(N_("The key in the bundle is not in its form."), rule=error.rule) from error
        if self.text(name) != f"{key}\n" or name != layout.key_name(key.name):
            raise IntegrityBroken(N_("The key in the bundle is not in its form."), rule="key.form")
        return key

    @cached_property
    def audience(self) -> str:
        """For whom the steps are disclosed; empty where none is."""
        names = self.section(Section.DISCLOSURE)
        return layout.audience_of(names[0]) if names else ""

    def tile(self, level: int | str, n: int, width: int) -> bytes:
        """Return a tile, or the bundle of entries (level `entries`) of the same place."""
        bytes_each = RECORD_BYTES if level == "entries" else HASH_BYTES
        return self.read(layout.tile_name(level, n, width), WIDTH * bytes_each)

    def tables(self) -> list[str]:
        """Return the names of the tables."""
        return [name.removeprefix("tables/").removesuffix(".jsonl") for name in self.section(Section.TABLES)]

    def table(self, name: str) -> Iterator[dict[str, object]]:
        """Yield the rows of a table."""
        for line, number in self._lines(layout.table_name(name)):
            yield _row(line, layout.table_name(name), number)

    def disclosed(self) -> Iterator[Opened]:
        """Yield the disclosed entries in their order; raise `IntegrityBroken` at the first unreadable line."""
        last = -1
        for name in self.section(Section.DISCLOSURE):
            part = self._places[name][1]
            for line, number in self._lines(name):
                opened = _opened(line, name, number)
                if opened.idx <= last or opened.idx // PART != part:
                    raise IntegrityBroken(
                        N_("{name}, line {line}: entry {index} is not in its place."),
                        rule="disclosure.order",
                        name=name,
                        line=number,
                        index=opened.idx,
                    )
                last = opened.idx
                yield opened

    def _lines(self, name: str) -> Iterator[tuple[bytes, int]]:
        """Yield each line without its newline, and its number."""
        number, rest = 0, b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                number += 1
                yield line, number
            if len(rest) > MAX_LINE:
                break
        if rest:
            raise IntegrityBroken(
                N_("{name}, line {line}: too long, or not ended."), rule="bundle.line", name=name, line=number + 1
            )


def _row(line: bytes, name: str, number: int) -> dict[str, object]:
    try:
        value = entry.parse(line)
    except IntegrityBroken as error:
        salvaged = _SALVAGED_INDEX.search(line)
        raise IntegrityBroken(
            N_("{name}, line {line}: {reason}"),
            rule="bundle.line",
            name=name,
            line=number,
            reason=str(error),
            index=int(salvaged[1]) if salvaged else None,
        ) from error
    if not isinstance(value, dict):
        raise IntegrityBroken(N_("{name}, line {line}: not an object."), rule="bundle.line", name=name, line=number)
    return value


def _opened(line: bytes, name: str, number: int) -> Opened:
    row = _row(line, name, number)
    idx, envelope, fields, salt = row.get("idx"), row.get("envelope"), row.get("fields"), _salt(row.get("salt"))
    if (
        row.keys() != {"idx", "envelope", "fields", "salt"}
        or type(idx) is not int
        or not isinstance(envelope, dict)
        or not isinstance(fields, dict)
        or salt is None
    ):
        raise _misshaped(name, number, idx)
    opened: dict[str, tuple[bytes, object]] = {}
    for field_name, found in fields.items():
        field_salt = _salt(found.get("salt")) if isinstance(found, dict) else None
        if field_salt is None or found.keys() != {"salt", "value"}:
            raise _misshaped(name, number, idx)
        opened[field_name] = (field_salt, found["value"])
    return Opened(idx, envelope, entry.recanonical(envelope), salt, opened)


def _salt(value: object) -> bytes | None:
    if not isinstance(value, str) or len(value) != 2 * entry.SALT_BYTES or not re.fullmatch("[0-9a-f]+", value):
        return None
    return bytes.fromhex(value)


def _misshaped(name: str, number: int, idx: object) -> IntegrityBroken:
    return IntegrityBroken(
        N_("{name}, line {line}: not a disclosed entry."),
        rule="disclosure.form",
        name=name,
        line=number,
        index=idx if type(idx) is int else None,
    )
