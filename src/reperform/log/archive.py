"""One canonical form of a ZIP file (PKWARE APPNOTE 6.3): every byte of it follows from the names and the contents.

Rules kept here:

* Files are stored, never compressed: a bundle can't be a bomb, and no version of a compressor changes its bytes.
* No dates, no comments, no gaps, no folders, nothing before the first file and nothing after the end record. The
  reader rebuilds each header from what it says and refuses a file whose bytes are others, so a changed byte is either
  in a content or a broken form.
* Any program that unpacks ZIP files opens it.

Zip64 records are written only where the older ones are too small; one content stays below 4 GiB.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from reperform.errors import N_, BadInput, IntegrityBroken

CHUNK = 1 << 20
MAX_DIRECTORY = 1 << 26
MAX_CONTENT = 0xFFFF_FFFE

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR = struct.Struct("<4sLQL")
_EXTRA64 = struct.Struct("<HHQ")
_LOCAL_MAGIC, _CENTRAL_MAGIC, _END_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64_MAGIC, _LOCATOR_MAGIC = b"PK\x06\x06", b"PK\x06\x07"
_FULL16, _FULL32 = 0xFFFF, 0xFFFF_FFFF
_VERSION, _VERSION64, _UNIX, _UTF8 = 20, 45, 3 << 8, 0x0800
_DAY = 0x21  # 1980-01-01, the first day that the format knows
_READ_ONLY_FILE = 0o100444 << 16


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write into; it appears under its name when it is whole and on the disk, or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@dataclass(frozen=True)
class Member:
    """One file of the archive, and where its local header begins."""

    name: str
    size: int
    crc: int
    offset: int

    @property
    def start(self) -> int:
        return self.offset + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        return self.start + self.size


class ArchiveWriter:
    """Writes contents one after the other; the directory comes last."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._members: list[Member] = []
        self._at = 0

    def add(self, name: str, chunks: Iterator[bytes]) -> Member:
        """Write one content from its chunks."""
        draft = Member(name, 0, 0, self._at)
        self._file.seek(draft.start)
        size = crc = 0
        for chunk in chunks:
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            self._file.write(chunk)
        if size > MAX_CONTENT:
            raise BadInput(N_("A file of 4 GiB or more can't stand in a bundle: {name}"), name=name)
        member = Member(name, size, crc, self._at)
        self._file.seek(member.offset)
        self._file.write(_local(member))
        self._members.append(member)
        self._at = member.end
        return member

    def finish(self) -> None:
        """Write the directory and the end record."""
        self._file.seek(self._at)
        directory = b"".join(map(_central, self._members))
        self._file.write(directory + _end(len(self._members), len(directory), self._at))


class ArchiveReader:
    """Reads an archive in the canonical form, and no other.

    `first` is the name that the first file must have. A file in which neither the first header nor the directory
    begins with it is another file (`BadInput`); all else that is wrong is damage (`IntegrityBroken`).
    """

    def __init__(self, path: Path, first: str) -> None:
        if not path.is_file():
            raise BadInput(N_("There is no file {path}."), rule="bundle.file", path=path)
        self._file = path.open("rb")
        self._names = {self._read_at(_LOCAL.size, len(first)).decode("ascii", "replace")}
        try:
            self.members = self._read_directory()
            self._names = set(list(self.members)[:1])
            if first not in self._names:
                raise BadInput(N_("This is not a bundle of the log."), rule="bundle.file")
        except IntegrityBroken as error:
            self._file.close()
            if first not in self._names:
                raise BadInput(N_("This is not a bundle of the log."), rule="bundle.file") from error
            raise
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> ArchiveReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of one file."""
        member = self.members[name]
        at, left = member.start, member.size
        while left:
            self._file.seek(at)
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise _broken(N_("The file ends within {name}."), name=name)
            at, left = at + len(chunk), left - len(chunk)
            yield chunk

    def read(self, name: str, limit: int) -> bytes:
        """Return a whole content; raise `IntegrityBroken` if it is larger than `limit`."""
        if self.members[name].size > limit:
            raise _broken(N_("{name} is larger than such a file may be."), name=name)
        return b"".join(self.chunks(name))

    def _read_directory(self) -> dict[str, Member]:
        total = self._file.seek(0, os.SEEK_END)
        count, size, start = self._read_end(total)
        members: dict[str, Member] = {}
        directory = self._read_at(start, size)
        at = expected = 0
        while at < len(directory):
            member, at = _parse_central(directory, at)
            if not members:
                self._names.add(member.name)
            if member.name in members:
                raise _broken(N_("{name} occurs twice."), name=member.name)
            if member.offset != expected or member.end > start:
                raise _broken(N_("{name} is not where it must be."), name=member.name)
            if self._read_at(member.offset, member.start - member.offset) != _local(member):
                raise _broken(N_("The header of {name} is not in the form that a bundle has."), name=member.name)
            members[member.name] = member
            expected = member.end
        exact = b"".join(map(_central, members.values()))
        if expected != start or directory != exact or count != len(members):
            raise _broken(N_("The directory is not in the form that a bundle has: the file was changed or repacked."))
        return members

    def _read_end(self, total: int) -> tuple[int, int, int]:
        tail = self._read_at(max(0, total - _END.size - _LOCATOR.size - _END64.size), 1 << 10)
        if len(tail) < _END.size or tail[-_END.size :][:4] != _END_MAGIC:
            raise _broken(N_("The file is cut off, or something was added to its end."))
        count, size, start = _END.unpack(tail[-_END.size :])[4:7]
        if count == _FULL16 or _FULL32 in (size, start):
            wide = tail[: _END64.size]
            if len(tail) != _END.size + _LOCATOR.size + _END64.size or wide[:4] != _END64_MAGIC:
                raise _broken(N_("The end record is not in the form that a bundle has."))
            count, size, start = _END64.unpack(wide)[7:]
        end = _end(count, size, start)
        if size > MAX_DIRECTORY or start + size + len(end) != total or not tail.endswith(end):
            raise _broken(N_("The end record is not in the form that a bundle has."))
        return count, size, start

    def _read_at(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)


def _local(member: Member) -> bytes:
    name = member.name.encode("ascii")
    return (
        _LOCAL.pack(_LOCAL_MAGIC, _VERSION, _UTF8, 0, 0, _DAY, member.crc, member.size, member.size, len(name), 0)
        + name
    )


def _central(member: Member) -> bytes:
    name = member.name.encode("ascii")
    far = member.offset >= _FULL32
    extra = _EXTRA64.pack(1, 8, member.offset) if far else b""
    version = _VERSION64 if far else _VERSION
    head = _CENTRAL.pack(
        _CENTRAL_MAGIC, _UNIX | version, version, _UTF8, 0, 0, _DAY, member.crc, member.size, member.size,
        len(name), len(extra), 0, 0, 0, _READ_ONLY_FILE, _FULL32 if far else member.offset,
    )  # fmt: skip
    return head + name + extra


def _parse_central(directory: bytes, at: int) -> tuple[Member, int]:
    """Read one record loosely; the exact form is compared afterwards, record by record."""
    head = directory[at : at + _CENTRAL.size]
    if len(head) < _CENTRAL.size or head[:4] != _CENTRAL_MAGIC:
        raise _broken(N_("The directory is not in the form that a bundle has: the file was changed or repacked."))
    fields = _CENTRAL.unpack(head)
    crc, size, name_size, extra_size, offset = fields[7], fields[9], fields[10], fields[11], fields[16]
    at += _CENTRAL.size
    name, extra = directory[at : at + name_size], directory[at + name_size : at + name_size + extra_size]
    if offset == _FULL32 and len(extra) == _EXTRA64.size:
        offset = _EXTRA64.unpack(extra)[2]
    if not name.isascii():
        raise _broken(N_("A name in the directory is not ASCII."))
    return Member(name.decode("ascii"), size, crc, offset), at + name_size + extra_size


def _end(count: int, size: int, start: int) -> bytes:
    end = _END.pack(
        _END_MAGIC, 0, 0, min(count, _FULL16), min(count, _FULL16), min(size, _FULL32), min(start, _FULL32), 0
    )
    if count < _FULL16 and size < _FULL32 and start < _FULL32:
        return end
    made = _UNIX | _VERSION64
    wide = _END64.pack(_END64_MAGIC, _END64.size - 12, made, _VERSION64, 0, 0, count, count, size, start)
    return wide + _LOCATOR.pack(_LOCATOR_MAGIC, 0, start + size, 1) + end


def _broken(message: str, **params: object) -> IntegrityBroken:
    return IntegrityBroken(message, rule="bundle.form", hint=_HINT, **params)


_HINT = N_("Ask for the bundle again, as the file that was made: a repacked copy is not accepted.")
