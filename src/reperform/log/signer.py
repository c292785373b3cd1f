"""The signer: it keeps the key, remembers the last checkpoint that it signed, and signs nothing that denies it.

Rules kept here (the lock database of Sunlight is the model):

* A checkpoint is signed only if a consistency proof shows that it extends the last one signed. A smaller tree, or
  another tree of the same size, is refused for good: that is what a restored old backup or a rewritten log looks like.
* The new checkpoint is in the signer's own store, durably, before its signature leaves the signer. Two askers at once
  are answered one after the other; asked again for the same tree it gives the same note.
* The store must never be rolled back. It is a file of the signer, apart from the log's database and its backups; a
  key without its store is refused.
* The key file belongs to the signer's user alone (mode 0600).

What else the signer signs is the list of files of a bundle, whose first line can't be taken for a checkpoint.

Example::

    signer = Signer.create(folder, "audit.example/ledger", secrets.token_bytes(32))
    note = signer.sign(Checkpoint(signer.origin, size, root), proof.consistency(signer.size, size, read))
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from reperform.errors import N_, IntegrityBroken, Usage
from reperform.log.checkpoint import Checkpoint, read
from reperform.log.layout import CONTENTS_TITLE
from reperform.log.note import SigningKey
from reperform.log.proof import check_consistency

KEY_FILE = "key"
STORE_FILE = "signed.sqlite3"
WAIT_SECONDS = 30.0


class Signer:
    """The key of one log and the memory that goes with it."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / STORE_FILE
        key_file = folder / KEY_FILE
        if not key_file.is_file():
            raise Usage(N_("There is no key of a log in {folder}."), folder=folder)
        if not self._store.is_file():
            raise IntegrityBroken(
                N_("The key in {folder} has lost its memory of what it signed."),
                hint=N_("Bring back {name} from the signer's own copy, or begin a new log under a new name."),
                rule="signer.memory",
                folder=folder,
                name=STORE_FILE,
            )
        _require_private(key_file)
        self._key = SigningKey.parse(key_file.read_text(encoding="utf-8"))
        self.last()  # a store that can't be read must be known now, not at the next checkpoint

    @classmethod
    def create(cls, folder: Path, origin: str, seed: bytes) -> Signer:
        """Make the key of a new log from 32 random bytes, with an empty memory."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / KEY_FILE).exists() or (folder / STORE_FILE).exists():
            raise Usage(N_("There is a key in {folder} already."), folder=folder)
        text = SigningKey(origin, seed).to_text()
        with closing(_connect(folder / STORE_FILE)) as store:
            store.execute("CREATE TABLE last (origin TEXT PRIMARY KEY, note TEXT NOT NULL)")
        os.chmod(folder / STORE_FILE, 0o600)
        _write_private(folder / KEY_FILE, text + "\n")
        return cls(folder)

    @property
    def origin(self) -> str:
        return self._key.name

    @property
    def vkey(self) -> str:
        """The public key, as it is published."""
        return str(self._key.verifier)

    def last(self) -> str | None:
        """Return the note that was signed last."""
        with closing(_connect(self._store)) as store:
            return self._last(store)

    @property
    def size(self) -> int:
        """The size of the tree that was signed last."""
        note = self.last()
        return read(note).size if note else 0

    def sign(self, checkpoint: Checkpoint, proof: Sequence[bytes]) -> str:
        """Sign a checkpoint that extends the last one; raise `IntegrityBroken` if the proof does not show it."""
        if checkpoint.origin != self.origin:
            raise IntegrityBroken(
                N_("The key of {name} may not speak for the log {origin}."),
                rule="checkpoint.origin",
                name=self.origin,
                origin=checkpoint.origin,
            )
        with closing(_connect(self._store)) as store, _locked(store):
            note = self._last(store)
            if note is not None:
                before = read(note)
                if (before.size, before.root) == (checkpoint.size, checkpoint.root):
                    return note
                _require_extension(before, checkpoint, proof)
            note = self._key.sign(checkpoint.text())
            store.execute("INSERT OR REPLACE INTO last (origin, note) VALUES (?, ?)", (self.origin, note))
        return note

    def sign_contents(self, text: str) -> str:
        """Sign the list of files of a bundle; anything else is refused, above all what reads like a checkpoint."""
        if not text.startswith(f"{CONTENTS_TITLE} {self.origin} "):
            raise IntegrityBroken(N_("The signer signs checkpoints and lists of files only."), rule="signer.text")
        return self._key.sign(text)

    def _last(self, store: sqlite3.Connection) -> str | None:
        try:
            row = store.execute("SELECT note FROM last WHERE origin = ?", (self.origin,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise _unreadable(error) from error
        return str(row[0]) if row else None


def _require_extension(before: Checkpoint, after: Checkpoint, proof: Sequence[bytes]) -> None:
    if after.size < before.size:
        raise IntegrityBroken(
            N_("The log has {found} entries, but {signed} were signed: it was shortened, or an old copy was restored."),
            hint=N_("Restore the missing entries. If they are lost, begin a new log that names the old checkpoint."),
            rule="signer.shrunk",
            found=after.size,
            signed=before.size,
        )
    if not check_consistency(before.size, after.size, proof, before.root, after.root):
        raise IntegrityBroken(
            N_("The log does not continue the {signed} entries that were signed: it was rewritten."),
            rule="signer.forked",
            signed=before.size,
        )


def _connect(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        store.execute("PRAGMA journal_mode=DELETE")
        store.execute("PRAGMA synchronous=FULL")
    except sqlite3.DatabaseError as error:
        store.close()
        raise _unreadable(error) from error
    return store


def _unreadable(error: sqlite3.DatabaseError) -> IntegrityBroken:
    return IntegrityBroken(N_("The memory of the signer cannot be read: {error}"), rule="signer.memory", error=error)


@contextmanager
def _locked(store: sqlite3.Connection) -> Iterator[None]:
    store.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("COMMIT")


def _require_private(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Usage(N_("Others may read the key {path}."), hint=N_("Run: chmod 600 {path}"), path=path)


def _write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read at any moment, and have it on the disk before going on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
