"""The entry of the log: canonical JSON, commitments to single fields, and the sealed leaf.

Rules kept here (formats: docs/reference/log-formats.md):

* An envelope is canonical JSON (RFC 8785) with ASCII keys, integers below 2^53 and no fractions; whoever reads it
  hashes the bytes that were stored and refuses bytes that are not the canonical ones.
* Text is brought to NFC when it comes in (`normalised`), never while it is encoded: encoding changes nothing.
* The tree holds only a salted hash of the envelope, so that even the kind of a step stays hidden until it is disclosed.
* What is personal or secret is committed field by field under a salt of its own (the idea of SD-JWT): it can
  be shown to one audience, or erased, and every proof still holds.

Example::

    leaf = seal(encode(envelope), salt)      # 33 bytes for the tree
    leaf_hash(leaf)                          # 32 bytes, as RFC 6962 hashes a leaf
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeGuard

from reperform.errors import N_, BadInput, IntegrityBroken

VERSION = 1
SALT_BYTES = 16
LEAF_BYTES = 33
MAX_ENVELOPE = 1 << 20
MAX_DEPTH = 16
MAX_INT = 2**53 - 1

_SEALED = b"\x01"  # first byte of a leaf: what kind of leaf it is
COMMITTED = b"\x02"  # first byte under a salted hash, so that it can't be taken for a hash of the tree
_LEAF = b"\x00"  # RFC 6962 2.1

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
_HEX = re.compile(r"[0-9a-f]{1,128}\Z")
_HEX64 = re.compile(r"[0-9a-f]{64}\Z")
_TYPE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")
_SUBJECT = re.compile(r"[a-z][a-z0-9_]*:(?! )[^\x00-\x1f\x7f]{1,200}(?<! )\Z")  # a body may be known by its name
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z\Z", re.ASCII)


def canonical(value: object) -> bytes:
    """Return the one canonical JSON text of a value; raise `BadInput` for what has none."""
    _check_value(value, 0)
    return recanonical(value)


def recanonical(value: object) -> bytes:
    """Return the canonical text of what was checked already: a part of what `parse` returned, an envelope in shape."""
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise half_a_pair() from error


def half_a_pair() -> BadInput:
    return BadInput(N_("Half of a surrogate pair is not text."), rule="entry.json")


def parse(data: bytes) -> object:
    """Read canonical JSON; raise `IntegrityBroken` for any other bytes, even if they mean the same."""
    try:
        value: object = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_int=_small_int,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        same = canonical(value) == data
    except (ValueError, RecursionError, BadInput) as error:
        raise IntegrityBroken(N_("Not canonical JSON: {error}"), rule="entry.json", error=error) from error
    if not same:
        raise IntegrityBroken(N_("The JSON text is not in its canonical form."), rule="entry.json")
    return value


def normalised(value: object) -> object:
    """Return the value with every text in Unicode's composed form (NFC): what comes in passes here once."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: normalised(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [normalised(inner) for inner in value]
    return value


def commit(name: str, value: object, salt: bytes) -> str:
    """Return the commitment to one field, in hex."""
    return _salted(canonical([name, value]), salt).hex()


def encode(envelope: Mapping[str, object]) -> bytes:
    """Return the bytes of an envelope; raise `BadInput` if it has not the shape of version 1."""
    check_envelope(envelope)
    return not_too_long(recanonical(dict(envelope)))


def not_too_long(data: bytes) -> bytes:
    """Return the bytes of an envelope; raise `BadInput` if they are too many."""
    if len(data) > MAX_ENVELOPE:
        raise BadInput(N_("The envelope has {size} bytes, more than {limit}."), size=len(data), limit=MAX_ENVELOPE)
    return data


def seal(envelope: bytes, salt: bytes) -> bytes:
    """Return the leaf data of an entry: all that the tree ever holds of it."""
    return _SEALED + _salted(envelope, salt)


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of leaf data in the tree."""
    return hashlib.sha256(_LEAF + leaf).digest()


def _salted(data: bytes, salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise BadInput(N_("A salt has {expected} bytes, not {found}."), expected=SALT_BYTES, found=len(salt))
    return hashlib.sha256(COMMITTED + salt + data).digest()


# What may stand in canonical JSON.


def _check_value(value: object, depth: int) -> None:
    if isinstance(value, dict | list | tuple):
        if depth >= MAX_DEPTH:
            raise BadInput(N_("Nested deeper than {limit}."), rule="entry.json", limit=MAX_DEPTH)
        for inner in _named_values(value) if isinstance(value, dict) else value:
            if type(inner) is not str:  # most values are text: they need no further call
                _check_value(inner, depth + 1)
    elif isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise BadInput(N_("A number must lie within ±2^53."), rule="entry.json")
    elif value is not None and not isinstance(value, str):
        raise BadInput(N_("{kind} has no place in an entry."), rule="entry.json", kind=type(value).__name__)


def _named_values(value: dict[object, object]) -> Iterable[object]:
    for name in value:
        if not (isinstance(name, str) and name.isascii()):
            raise BadInput(N_("A name must be ASCII text: {name!r}"), rule="entry.json", name=name)
    return value.values()


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _small_int(text: str) -> int:
    if len(text) > len(str(-MAX_INT)):
        raise ValueError("a number is too long")
    return int(text)


def _no_number(text: str) -> object:
    raise ValueError(f"{text[:20]} is not an integer")


# The shape of an envelope, version 1: every name is there, nothing else is.


def check_envelope(envelope: Mapping[str, object]) -> None:
    """Raise `BadInput` naming the first part that has not the shape of an envelope of version 1."""
    if envelope.get("v") != VERSION or envelope.get("v") is True:
        raise BadInput(N_("Unknown version of an envelope: {found!r}"), rule="entry.version", found=envelope.get("v"))
    if envelope.keys() != _SHAPE.keys():
        odd = sorted(str(key) for key in envelope.keys() ^ _SHAPE.keys())
        raise BadInput(N_("An envelope has other parts: {names}"), rule="entry.shape", names=", ".join(odd))
    for name in _SHAPE:
        check_part(name, envelope[name])


def check_part(name: str, value: object) -> None:
    """Raise `BadInput` if one part has not the shape that it has in an envelope."""
    if not _SHAPE[name](value):
        raise BadInput(N_("The part {name} of an envelope has the wrong shape."), rule="entry.shape", name=name)


def _text(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


_is_hash = _text(_HEX64)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_INT


def _is_time(value: object) -> bool:
    if not (isinstance(value, str) and _TIME.match(value)):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_facts(value: object) -> bool:
    return _is_named(value) and all(map(_is_fact, value.values()))


def _is_fact(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_text, value))
    return isinstance(value, str) or (isinstance(value, int) and -MAX_INT <= value <= MAX_INT)


def _is_files(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_file, value))


def _is_file(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"sha256", "sm3", "size"}
        and _is_hash(value["sha256"])
        and (value["sm3"] == "" or _is_hash(value["sm3"]))
        and _is_count(value["size"])
    )


def _is_commitments(value: object) -> bool:
    return _is_named(value) and all(map(_is_commitment, value.values()))


def _is_commitment(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"c"} and _is_hash(value["c"])


def _is_named(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict) and all(isinstance(name, str) and name.isascii() for name in value)


_SHAPE: Mapping[str, Callable[[object], bool]] = {
    "v": _is_count,
    "id": _text(_HEX),
    "type": _text(_TYPE),
    "subject": _text(_SUBJECT),
    "seq": _is_count,
    "at": _is_time,
    "actor": _is_text,
    "org": _is_text,
    "role": _is_text,
    "ok": lambda value: isinstance(value, bool),
    "prev_state": _is_text,
    "state": _is_text,
    "facts": _is_facts,
    "evidence": _is_files,
    "fields": _is_commitments,
}
