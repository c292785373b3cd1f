"""The file in which offices hand runs to each other: one canonical ZIP, signed with the key of the office's log.

Rules kept here (docs/adr/0129, docs/adr/0010):

* Names have one form and one order: `handover.json`, `rows.jsonl`, `procedure/…`, `tables/…`, `CONTENTS`. The last is
  the list of all files with their hashes, signed (C2SP signed note, Ed25519). Its first line names the origin and the
  receiver, in a form that neither a checkpoint nor the list of a proof bundle has.
* Nothing is unpacked before form, signature and every hash are right; a file in another form, with another byte, under
  another name or of a key that is not trusted is refused as broken. Nothing is compressed, so nothing can swell.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reperform.errors import N_, IntegrityBroken
from reperform.log import entry
from reperform.log.archive import CHUNK, ArchiveReader, ArchiveWriter, appearing
from reperform.log.note import VerifierKey, open_note, split_note
from reperform.log.pack import contents_text

SCHEMA = "reperform/handover/1"
MANIFEST, ROWS, CONTENTS = "handover.json", "rows.jsonl", "CONTENTS"
MAX_MANIFEST, MAX_ROWS, MAX_TEXT = 16 << 20, 1 << 30, 4 << 20
_ORDER = (
    re.compile(r"handover\.json\Z"),
    re.compile(r"rows\.jsonl\Z"),
    re.compile(r"procedure/(?:facts/[a-z][a-z0-9_]{0,63}\.yaml|[a-z_]{1,40}/[A-Z0-9][A-Z0-9-]{0,31}\.(?:py|sql))\Z"),
    re.compile(r"tables/[a-z][a-z0-9_]{0,63}\.parquet\Z"),
    re.compile(r"CONTENTS\Z"),
)


def fingerprint(key: VerifierKey) -> str:
    """Return the signs by which two people compare a key over the telephone."""
    text = hashlib.sha256(str(key).encode()).hexdigest()[:32]
    return " ".join(text[place : place + 4] for place in range(0, 32, 4))


def audience(receiver: str) -> str:
    """Return the word for the receiver in the list of files; a proof bundle's audience never holds a colon."""
    return f"handover:{receiver}"


def write(
    path: Path, manifest: Mapping[str, object], rows: Iterable[Mapping[str, object]], files: Mapping[str, Path], *,
    origin: str, sign: Callable[[str], str],
) -> str:  # fmt: skip
    """Write the file and return the hash of its list; it appears under its name when it is whole, or not at all."""
    with appearing(path) as file:
        archive, hashes = ArchiveWriter(file), dict[str, str]()
        contents: dict[str, Iterator[bytes]] = {
            MANIFEST: iter([entry.canonical(dict(manifest)) + b"\n"]),
            ROWS: (entry.canonical(dict(row)) + b"\n" for row in rows),
            **{each: _chunks(files[each]) for each in sorted(files, key=_place)},
        }
        for each, chunks in contents.items():
            digest = hashlib.sha256()
            archive.add(each, _hashed(chunks, digest.update))
            hashes[each] = digest.hexdigest()
        text = contents_text(origin, audience(str(manifest["to"])), hashes)
        archive.add(CONTENTS, iter([sign(text).encode()]))
        archive.finish()
    return hashlib.sha256(text.encode()).hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def _hashed(chunks: Iterable[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


def _place(name: str) -> tuple[int, str]:
    """Return where a file stands; a name without a place is broken."""
    for place, form in enumerate(_ORDER):
        if form.match(name):
            return place, name
    raise IntegrityBroken(N_("{name} does not belong at its place."), rule="handover.name", name=name)


@dataclass(frozen=True)
class Handover:
    """What a file says, after its form, its signature and its hashes were found right."""

    manifest: Mapping[str, object]
    rows: Sequence[Mapping[str, object]]
    procedure: tuple[str, ...]  # names of the files of the procedure
    tables: tuple[str, ...]
    hash: str  # of the list of files
    key: VerifierKey
    path: Path

    def unpack(self, names: Iterable[str], folder: Path) -> None:
        """Write some of its files below a folder; their names were checked."""
        with ArchiveReader(self.path, MANIFEST) as archive:
            for name in names:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    for chunk in archive.chunks(name):
                        file.write(chunk)


def read(path: Path, trusted: Iterable[VerifierKey]) -> Handover:
    """Read a file that one of the trusted keys signed; anything else is refused."""
    with ArchiveReader(path, MANIFEST) as archive:
        names = list(archive.members)
        places = [_place(name) for name in names]
        if places != sorted(set(places)) or names[:2] != [MANIFEST, ROWS] or names[-1] != CONTENTS:
            raise _broken(N_("The files of the bundle do not stand in their order."), "handover.order")
        text, key = _signed(archive, trusted)
        hashes = {name: _checked(archive, name) for name in names}
        del hashes[CONTENTS]
        manifest = _object(archive.read(MANIFEST, MAX_MANIFEST))
        if text != contents_text(key.name, audience(str(manifest.get("to"))), hashes):
            raise _broken(N_("The files of the bundle are not those that were signed."), "handover.contents")
        if manifest.get("schema") != SCHEMA:
            raise _broken(N_("This is not a bundle that an office hands over."), "handover.schema")
        lines = archive.read(ROWS, MAX_ROWS).splitlines()
        return Handover(
            manifest=manifest, rows=[_object(line) for line in lines],
            procedure=tuple(name for name in names if name.startswith("procedure/")),
            tables=tuple(name for name in names if name.startswith("tables/")),
            hash=hashlib.sha256(text.encode()).hexdigest(), key=key, path=path,
        )  # fmt: skip


def _signed(archive: ArchiveReader, trusted: Iterable[VerifierKey]) -> tuple[str, VerifierKey]:
    try:
        note = archive.read(CONTENTS, MAX_TEXT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _broken(N_("It is not a signed note."), "note.form") from error
    signatures = split_note(note)[1]
    known = {(key.name, key.key_id): key for key in trusted}
    found = [known[name] for one in signatures if (name := (one.name, one.key_id)) in known]
    if len(signatures) != 1 or not found:
        raise IntegrityBroken(
            N_("The bundle is not signed by an office whose key is known here."), rule="signature.unknown",
            hint=N_("Ask the office for its public key, compare the fingerprint, and enter it in offices.keys."),
        )  # fmt: skip
    return open_note(note, found[0]), found[0]


def _checked(archive: ArchiveReader, name: str) -> str:
    digest, crc = hashlib.sha256(), 0
    for chunk in archive.chunks(name):
        digest.update(chunk)
        crc = zlib.crc32(chunk, crc)
    if crc != archive.members[name].crc:
        raise _broken(N_("The files of the bundle are not those that were signed."), "handover.crc")
    return digest.hexdigest()


def _object(line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _broken(N_("This is not a bundle that an office hands over."), "handover.json") from error
    if not isinstance(found, dict):
        raise _broken(N_("This is not a bundle that an office hands over."), "handover.json")
    return found


def _broken(message: str, rule: str) -> IntegrityBroken:
    return IntegrityBroken(message, rule=rule, hint=N_("Ask for the bundle again, as the file that was made."))
