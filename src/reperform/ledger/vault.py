"""Evidence files, kept by their hash and never rewritten.

Rules kept here (docs/explanation/log.md, evidence):

* A file is streamed to a temporary name in the same folder, hashed with SHA-256 and SM3 in one pass, synced, made
  read-only and renamed; only then may a step refer to it. A crash leaves an orphan file, never a dangling reference.
* The same bytes are kept once; names and kinds belong to the record, not to the file.
* An upload is data, never a page: it is handed out as a download of octets.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from reperform.errors import N_, BadInput, IntegrityBroken, Place
from reperform.ledger.append import Digest

CHUNK = 1 << 20


class Vault:
    """The content-addressed folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def keep(self, chunks: Iterable[bytes], *, name: str, limit: int) -> Digest:
        """Keep the bytes and return their digest; `BadInput` for an empty file or one over the limit (bytes)."""
        self.root.mkdir(parents=True, exist_ok=True)
        sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix="incoming-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise BadInput(
                            N_("The file is larger than {limit} bytes."),
                            place=Place(file=name),
                            rule="evidence.size",
                            hint=N_("Split it, or ask for a higher limit."),
                            limit=limit,
                        )
                    sha256.update(chunk)
                    sm3.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if not size:
                raise BadInput(N_("The file is empty."), place=Place(file=name), rule="evidence.empty")
            self._settle(Path(temporary), self.path(sha256.hexdigest()))
        finally:
            Path(temporary).unlink(missing_ok=True)
        return Digest(sha256.hexdigest(), sm3.hexdigest(), size)

    @staticmethod
    def _settle(temporary: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            temporary.chmod(0o440)
            temporary.rename(target)
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def check(self, sha256: str) -> Path:
        """Return the file's path after hashing it again; `IntegrityBroken` if it is missing or altered."""
        path = self.path(sha256)
        if not path.is_file():
            raise IntegrityBroken(N_("The evidence file {sha256} is missing."), sha256=sha256)
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise IntegrityBroken(N_("The evidence file {sha256} was altered."), sha256=sha256)
        return path
