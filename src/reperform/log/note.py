"""Signed notes (C2SP signed-note): a text, a blank line, and one line per signature.

Rules kept here:

* A text is signed as it stands, Ed25519 (RFC 8032); a key is a name and the first 4 bytes of a hash over name and key.
* Base64 is read only in its one canonical form: otherwise a changed bit could go unseen.
* Signatures by unknown keys are ignored, as the standard asks; one by the known key that fails spoils the note.
* The library `cryptography` is needed for signing and for checking a signature, for nothing else. Where it is absent,
  `open_note` raises `Inconclusive`: not checked is not the same as wrong.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from reperform.errors import N_, BadInput, Inconclusive, IntegrityBroken

MAX_NOTE = 1 << 27  # the list of files of a very large bundle is a note too
MAX_SIGNATURES = 64
KEY_BYTES = 32
_ED25519 = b"\x01"
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name: what an outsider must have from a source of their own."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Read `name+id+base64`; raise `BadInput` unless every part fits the others."""
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        data = decode_base64(encoded)
        if data is None or len(data) != 1 + KEY_BYTES or data[:1] != _ED25519 or not _is_key_name(name):
            raise BadInput(
                N_("This is not the public key of a log."),
                hint=N_("It looks like: audit.example/ledger+3f9a1c07+AYi3…"),
                value=vkey[:120],
                rule="key.form",
            )
        found = cls(name, data[1:])
        if found.key_id.hex() != key_id:
            raise BadInput(
                N_("The key does not fit its number: it was mistyped or altered."), value=vkey[:120], rule="key.id"
            )
        return found

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(_ED25519 + self.key)}"


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name; it must stay with the signer."""

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES or not _is_key_name(self.name):
            raise BadInput(N_("A key needs a name without spaces or plus signs, and 32 random bytes."), rule="key.form")

    @classmethod
    def parse(cls, skey: str) -> SigningKey:
        """Read `PRIVATE+KEY+name+id+base64`; the error never repeats the key."""
        text = skey.strip()
        name, _, rest = text.removeprefix(_PRIVATE).partition("+")
        key_id, _, encoded = rest.partition("+")
        data = decode_base64(encoded)
        if not text.startswith(_PRIVATE) or data is None or len(data) != 1 + KEY_BYTES or data[:1] != _ED25519:
            raise BadInput(N_("This is not the private key of a log."), rule="key.form")
        found = cls(name, data[1:])
        if found.verifier.key_id.hex() != key_id:
            raise BadInput(N_("The key does not fit its number: it was mistyped or altered."), rule="key.id")
        return found

    @property
    def verifier(self) -> VerifierKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return VerifierKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the note: the text with this key's signature."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not _is_text(text):
            raise BadInput(N_("A note ends with a newline and has no other control characters."), rule="note.form")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {encode_base64(self.verifier.key_id + signature)}\n"

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"  # never the seed

    def to_text(self) -> str:
        """Return the form in which the key is kept in its file."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encode_base64(_ED25519 + self.seed)}"


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes


def split_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """Return the text and the signatures; nothing of it is proved yet."""
    text, blank, lines = note.rpartition("\n\n")
    text += "\n"
    if len(note) > MAX_NOTE or not blank or not _is_text(text) or not lines.endswith("\n"):
        raise _malformed()
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise _malformed()
    return text, tuple(_signature(row) for row in rows)


def open_note(note: str, vkey: VerifierKey) -> str:
    """Return the text, if the key has signed it."""
    text, signatures = split_note(note)
    own = [one for one in signatures if (one.name, one.key_id) == (vkey.name, vkey.key_id)]
    if not own:
        raise IntegrityBroken(N_("It does not carry a signature of the key {key}."), rule="signature.absent", key=vkey)
    for signature in own:
        if not _is_signed(text.encode(), signature.value, vkey.key):
            raise IntegrityBroken(
                N_("The signature of {name} does not fit the text."), rule="signature.wrong", name=vkey.name
            )
    return text


def decode_base64(text: str) -> bytes | None:
    """Return the bytes, or None if this is not the canonical base64 of any."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encode_base64(data) == text else None


def encode_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _signature(row: str) -> Signature:
    name, _, encoded = row.removeprefix(_DASH).partition(" ")
    data = decode_base64(encoded)
    if not row.startswith(_DASH) or not _is_key_name(name) or data is None or len(data) <= 4:
        raise _malformed()
    return Signature(name, data[:4], data[4:])


def _is_signed(text: bytes, signature: bytes, key: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise Inconclusive(
            N_("The signature was not checked: the library 'cryptography' is not installed."),
            hint=N_("VERIFY.md in the bundle says how to check it with OpenSSL."),
        ) from error
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_key_name(name: str) -> bool:
    return bool(name) and name.isprintable() and "+" not in name and not any(one.isspace() for one in name)


def _is_text(text: str) -> bool:
    if not text.endswith("\n") or _CONTROL.search(text):
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _malformed() -> IntegrityBroken:
    return IntegrityBroken(N_("It is not a signed note."), rule="note.form")
