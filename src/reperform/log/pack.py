"""Write a bundle: one file with everything that an outsider needs to check the log, and what is disclosed to them.

Rules kept here (docs/reference/log-formats.md):

* A bundle is written only if its entries give the root that the checkpoint states, if each disclosed envelope and
  field opens its leaf, and if each evidence file has its hash and is named by a disclosed step.
* A disclosed step names its evidence; a file that is not sent along is listed in the table `withheld`.
* The same source always gives the same bytes. The file appears under its name when it is whole, or not at all.
* Writing needs memory for a few rows of the tree and one line, whatever the size of the log.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from reperform.errors import N_, BadInput, IntegrityBroken
from reperform.log import checkpoint, entry, layout
from reperform.log.archive import CHUNK, ArchiveWriter, appearing
from reperform.log.guide import guide_text
from reperform.log.layout import CHECKPOINT, CONTENTS, CONTENTS_TITLE, GUIDE, PART, STANDING, WITHHELD
from reperform.log.note import VerifierKey
from reperform.log.source import BundleEntry, Disclosed, Source
from reperform.log.tree import HASH_BYTES, WIDTH, TileStack

_LENGTH = entry.LEAF_BYTES.to_bytes(2, "big")


def write(path: Path, source: Source, *, sign_contents: Callable[[str], str] | None = None) -> None:
    """Write a bundle; with `sign_contents` the list of its files is signed, so that nothing can be left out unseen."""
    with appearing(path) as file:
        _Writing(file, source).write(sign_contents)


class _Writing:
    """One bundle on its way into a file."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._archive = ArchiveWriter(file)
        self._source = source
        self._hashes: dict[str, str] = {}
        self._named: dict[str, int] = {}  # evidence by its hash: the first entry that names it

    def write(self, sign_contents: Callable[[str], str] | None) -> None:
        source = self._source
        stated = checkpoint.read(source.note)
        key = VerifierKey.parse(source.vkey)
        if not stated.origin == source.origin == key.name or layout.place(layout.key_name(source.origin)) is None:
            raise BadInput(
                N_("Checkpoint, key and log must have one name, in small letters: {names}"),
                names=", ".join([stated.origin, key.name, source.origin]),
            )
        if layout.place(layout.disclosure_name(source.audience, 0)) is None:
            raise BadInput(N_("An audience is named with small letters and digits: {name}"), name=source.audience)
        self._add(CHECKPOINT, [source.note.encode()])
        self._add(layout.key_name(source.origin), [f"{key}\n".encode()])
        self._add(GUIDE, [guide_text(source.origin, str(key)).encode()])
        with tempfile.TemporaryFile() as spool:
            parts = self._add_entries(stated, spool)
            self._add_parts(spool, parts)
        sent = self._add_evidence()
        self._require_evidence(sent | self._add_tables())
        if sign_contents is not None:
            text = contents_text(source.origin, source.audience, self._hashes)
            self._add(CONTENTS, [sign_contents(text).encode()])
        self._archive.finish()

    def _add(self, name: str, chunks: Iterable[bytes]) -> str:
        digest = hashlib.sha256()

        def hashed() -> Iterator[bytes]:
            for chunk in chunks:
                digest.update(chunk)
                yield chunk

        self._archive.add(name, hashed())
        self._hashes[name] = digest.hexdigest()
        return digest.hexdigest()

    def _add_entries(self, stated: checkpoint.Checkpoint, spool: BinaryIO) -> dict[int, tuple[int, int]]:
        """Write leaves and tiles; collect the disclosed lines in the spool and return where each part stands there."""
        stack, parts = TileStack(), dict[int, tuple[int, int]]()
        above: list[tuple[int, int, bytes]] = []
        for n, leaves in enumerate(self._rows(spool, parts)):
            hashes = b"".join([entry.leaf_hash(leaf) for leaf in leaves])
            self._add(layout.tile_name("entries", n, len(leaves)), [b"".join([_LENGTH + leaf for leaf in leaves])])
            self._add(layout.tile_name(0, n, len(leaves)), [hashes])
            above += stack.push(hashes)
        if (stack.size, stack.root()) != (stated.size, stated.root):
            raise IntegrityBroken(
                N_("The {found} entries are not those of the checkpoint, which states {size}."),
                rule="log.root",
                found=stack.size,
                size=stated.size,
            )
        for level, n, row in sorted([*above, *stack.rest()]):
            self._add(layout.tile_name(level, n, len(row) // HASH_BYTES), [row])
        return parts

    def _rows(self, spool: BinaryIO, parts: dict[int, tuple[int, int]]) -> Iterator[list[bytes]]:
        row: list[bytes] = []
        for expected, one in enumerate(self._source.entries()):
            if one.idx != expected or len(one.leaf) != entry.LEAF_BYTES:
                raise IntegrityBroken(
                    N_("Entry {expected} is missing or has no leaf; entry {found} came in its place."),
                    rule="log.missing",
                    index=expected,
                    expected=expected,
                    found=one.idx,
                )
            if one.disclosed is not None:
                self._spool(one, one.disclosed, spool, parts)
            row.append(one.leaf)
            if len(row) == WIDTH:
                yield row
                row = []
        if row:
            yield row

    def _spool(
        self, one: BundleEntry, disclosed: Disclosed, spool: BinaryIO, parts: dict[int, tuple[int, int]]
    ) -> None:
        envelope = entry.parse(disclosed.envelope)
        if not isinstance(envelope, dict) or entry.seal(disclosed.envelope, disclosed.salt) != one.leaf:
            raise IntegrityBroken(
                N_("The envelope of entry {index} does not open its leaf."), rule="disclosure.leaf", index=one.idx
            )
        entry.check_envelope(envelope)
        fields = {}
        for name, (salt, value) in disclosed.fields.items():
            if envelope["fields"].get(name) != {"c": entry.commit(name, value, salt)}:
                raise IntegrityBroken(
                    N_("The field {name} of entry {index} does not open its commitment."),
                    rule="disclosure.field",
                    index=one.idx,
                    name=name,
                )
            fields[name] = {"salt": salt.hex(), "value": value}
        for file in envelope["evidence"]:
            self._named.setdefault(file["sha256"], one.idx)
        start = spool.tell()
        spool.write(
            entry.canonical({"envelope": envelope, "fields": fields, "idx": one.idx, "salt": disclosed.salt.hex()})
            + b"\n"
        )
        part = one.idx // PART
        parts[part] = (parts.get(part, (start, 0))[0], spool.tell())

    def _add_parts(self, spool: BinaryIO, parts: Mapping[int, tuple[int, int]]) -> None:
        for part, (start, end) in sorted(parts.items()):
            spool.seek(start)
            name = layout.disclosure_name(self._source.audience, part)
            self._add(name, (spool.read(min(CHUNK, end - at)) for at in range(start, end, CHUNK)))

    def _add_evidence(self) -> set[str]:
        sent = dict(self._source.evidence())
        for sha256, path in sorted(sent.items()):
            if sha256 not in self._named:
                raise BadInput(N_("No disclosed step names the evidence file {sha256}."), sha256=sha256)
            with path.open("rb") as file:
                found = self._add(layout.evidence_name(sha256), iter(lambda: file.read(CHUNK), b""))
            if found != sha256:
                raise IntegrityBroken(
                    N_("The evidence file {path} was altered: it does not have its hash any more."),
                    rule="evidence.altered",
                    index=self._named[sha256],
                    path=path,
                )
        return set(sent)

    def _add_tables(self) -> set[str]:
        withheld: set[str] = set()

        def lines(table: str, rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
            for row in rows:
                if table == WITHHELD:
                    withheld.add(str(row.get("sha256")))
                yield entry.canonical(dict(row)) + b"\n"

        for table, rows in sorted(self._source.tables().items()):
            if table == STANDING:
                rows = sorted(rows, key=lambda row: str(row.get("subject")))
            name = layout.table_name(table)
            if layout.place(name) is None:
                raise BadInput(N_("A table is named with small letters: {name}"), name=table)
            self._add(name, lines(table, rows))
        return withheld

    def _require_evidence(self, known: set[str]) -> None:
        for sha256, index in self._named.items():
            if sha256 not in known:
                raise BadInput(
                    N_("The evidence file {sha256} of entry {index} is neither sent nor listed as withheld."),
                    sha256=sha256,
                    index=index,
                )


def contents_text(origin: str, audience: str, hashes: Mapping[str, str]) -> str:
    """Return the list of files: a title, then lines that `sha256sum --check` reads."""
    lines = [f"{CONTENTS_TITLE} {origin} {audience}", *(f"{digest}  {name}" for name, digest in hashes.items())]
    return "\n".join([*lines, ""])
