"""Write the envelopes of many steps that one person takes at one moment: the same bytes as `entry`, in less time.

Rules kept here:

* What `entry.encode` refuses is refused, and what it writes is written byte for byte; `entry` is the definition, a test
  compares the two on arbitrary parts.
* What is the same in every envelope of the batch is checked and encoded once; so are the names of facts and fields,
  which are few. Plain text and plain numbers take the short way, whatever else goes through `entry`.

Example::

    envelopes = Envelopes(at="2026-04-01T01:00:00.000000Z", actor="u1", org="YJ-AUD", role="auditor")
    fields, kept = envelopes.commit({"title": "..."}, salts)
    body = envelopes.encode("0a", "finding.issue", "finding:RP-1", 2, "draft", "issued", facts, [], fields)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from json.encoder import encode_basestring as quoted  # the escapes of RFC 8785, as `entry` has them

from reperform.log import entry

_Kept = list[tuple[str, bytes, str]]  # the name of a field, its salt, the canonical text of its value


class Envelopes:
    """The envelopes of one batch."""

    def __init__(self, *, at: str, actor: str, org: str, role: str) -> None:
        shared = {"v": entry.VERSION, "at": at, "actor": actor, "org": org, "role": role, "ok": True}
        for name, value in shared.items():
            entry.check_part(name, value)
        self._actor = f'{{"actor":{quoted(actor)},"at":{quoted(at)},"evidence":'
        self._org = f'"ok":true,"org":{quoted(org)},"prev_state":'
        self._role = f',"role":{quoted(role)},"seq":'
        self._moves: set[tuple[str, str, str]] = set()
        self._names: dict[tuple[str, ...], list[tuple[str, str]]] = {}

    def commit(self, fields: Mapping[str, object], salts: Iterator[bytes]) -> tuple[str, _Kept]:
        """Return the commitments to the fields as canonical JSON, and what must be kept to disclose them."""
        parts, kept = [], []
        for name, label in self._ordered(fields):
            value, salt = fields[name], next(salts)
            text = quoted(value) if type(value) is str else entry.canonical(value).decode()
            commitment = hashlib.sha256(entry.COMMITTED + salt + _utf8(f"[{label},{text}]")).hexdigest()
            parts.append(f'{label}:{{"c":"{commitment}"}}')
            kept.append((name, salt, text))
        return "{" + ",".join(parts) + "}", kept

    def encode(
        self, id: str, type: str, subject: str, seq: int, prev_state: str, state: str, facts: Mapping[str, object],
        evidence: Sequence[Mapping[str, object]], fields: str,
    ) -> bytes:  # fmt: skip
        """Return the bytes of an envelope; `fields` are commitments from `commit`. Raise `BadInput` as `entry` does."""
        check = entry.check_part
        check("id", id), check("subject", subject), check("seq", seq)
        if (type, prev_state, state) not in self._moves:
            check("type", type), check("prev_state", prev_state), check("state", state)
            self._moves.add((type, prev_state, state))
        if evidence:
            check("evidence", evidence)
        text = (
            f'{self._actor}{entry.recanonical(evidence).decode() if evidence else "[]"},"facts":{self._facts(facts)},'
            f'"fields":{fields},"id":"{id}",{self._org}{quoted(prev_state)}{self._role}{seq},"state":{quoted(state)},'
            f'"subject":{quoted(subject)},"type":"{type}","v":1}}'
        )
        return entry.not_too_long(_utf8(text))

    def _facts(self, facts: Mapping[str, object]) -> str:
        parts = []
        for name, label in self._ordered(facts):
            value = facts[name]
            if type(value) is str:
                parts.append(f"{label}:{quoted(value)}")
            elif type(value) is int and -entry.MAX_INT <= value <= entry.MAX_INT:
                parts.append(f"{label}:{value}")
            else:
                entry.check_part("facts", {name: value})
                parts.append(f"{label}:{entry.recanonical(value).decode()}")
        return "{" + ",".join(parts) + "}"

    def _ordered(self, named: Mapping[str, object]) -> list[tuple[str, str]]:
        """Return the names in canonical order, each with its encoded text."""
        names = tuple(named)
        known = self._names.get(names)
        if known is None:
            entry.check_part("facts", dict.fromkeys(names, ""))
            known = self._names[names] = [(name, quoted(name)) for name in sorted(names)]
        return known


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise entry.half_a_pair() from error
