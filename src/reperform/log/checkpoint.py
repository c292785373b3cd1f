"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of the log in three lines, signed.

Rules kept here:

* One checkpoint fixes every entry before its size: whoever keeps the text can prove later that the log was changed.
* The size is decimal without leading zeros, the root base64 in its canonical form. Extension lines are refused: no
  part of our logs writes them, and nobody could check them.
* The name of the key is the origin, and a checkpoint is opened only with the key of its own origin.

Example::

    skey, vkey = generate("audit.example/ledger", seed)
    note = sign(Checkpoint("audit.example/ledger", 2, root), skey)
    open(note, vkey).size
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reperform.errors import N_, IntegrityBroken
from reperform.log.note import SigningKey, VerifierKey, decode_base64, encode_base64, open_note, split_note
from reperform.log.tree import HASH_BYTES

__all__ = ["Checkpoint", "generate", "open", "read", "sign"]

MAX_SIZE = 2**53 - 1
_SIZE = re.compile(r"(0|[1-9][0-9]{0,15})\Z")


@dataclass(frozen=True)
class Checkpoint:
    """What a log states of itself at one size."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not (self.origin and "\n" not in self.origin and 0 <= self.size <= MAX_SIZE):
            raise _malformed()
        if len(self.root) != HASH_BYTES:
            raise _malformed()

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the three lines."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not _SIZE.match(lines[1]):
            raise _malformed()
        root = decode_base64(lines[2])
        if root is None:
            raise _malformed()
        return cls(lines[0], int(lines[1]), root)

    def text(self) -> str:
        """Return what is signed: three lines, each with its newline."""
        return f"{self.origin}\n{self.size}\n{self.root_base64}\n"

    @property
    def root_base64(self) -> str:
        return encode_base64(self.root)


def generate(origin: str, seed: bytes) -> tuple[str, str]:
    """Return the private and the public key of a log, as text, made from 32 random bytes."""
    key = SigningKey(origin, seed)
    return key.to_text(), str(key.verifier)


def sign(checkpoint: Checkpoint, skey: str) -> str:
    """Return the signed note of a checkpoint. Only the signer calls this: it remembers what was signed before."""
    key = SigningKey.parse(skey)
    if key.name != checkpoint.origin:
        raise _foreign(key.name, checkpoint.origin)
    return key.sign(checkpoint.text())


def open(note: str, vkey: str) -> Checkpoint:
    """Return the checkpoint of a note, if the key of its origin has signed it."""
    key = VerifierKey.parse(vkey)
    found = Checkpoint.parse(open_note(note, key))
    if found.origin != key.name:
        raise _foreign(key.name, found.origin)
    return found


def read(note: str) -> Checkpoint:
    """Return what a note or its bare three lines state, without checking any signature."""
    if "\n\n" in note:
        return Checkpoint.parse(split_note(note)[0])
    return Checkpoint.parse(note)


def _foreign(name: str, origin: str) -> IntegrityBroken:
    return IntegrityBroken(
        N_("The key of {name} may not speak for the log {origin}."), rule="checkpoint.origin", name=name, origin=origin
    )


def _malformed() -> IntegrityBroken:
    return IntegrityBroken(N_("It is not a checkpoint: origin, size and root are expected."), rule="checkpoint.form")
