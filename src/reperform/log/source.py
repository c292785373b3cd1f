"""What a bundle is made from: the entries of the log, and what one audience may see of them.

The ledger gives a `Source`; this package never asks where its entries are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Disclosed:
    """What one audience may see of an entry: its envelope with the salt, and some fields with theirs."""

    envelope: bytes
    salt: bytes
    fields: Mapping[str, tuple[bytes, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class BundleEntry:
    """One entry as the ledger hands it over: always its leaf data, and what is disclosed of it."""

    idx: int
    leaf: bytes
    disclosed: Disclosed | None = None


class Source(Protocol):
    """Where a bundle is made from."""

    @property
    def origin(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def vkey(self) -> str: ...
    @property
    def audience(self) -> str: ...
    def entries(self) -> Iterator[BundleEntry]:
        """Yield the entries 0 to size - 1 of the checkpoint, in their order."""

    def evidence(self) -> Iterator[tuple[str, Path]]:
        """Yield the SHA-256 and the place of each evidence file that is sent along."""

    def tables(self) -> Mapping[str, Iterable[Mapping[str, object]]]:
        """Return the tables by name; `standing` is needed where steps are disclosed, `withheld` where files are."""
