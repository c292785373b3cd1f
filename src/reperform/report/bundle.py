"""The proof bundle: one file with which an outsider checks the log, the steps and the evidence.

The bundle is made at a fresh checkpoint, and the table of standings is read under the lock of the log, so that rows and
entries speak of the same moment.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from reperform.ledger import publish
from reperform.ledger.models import Enclosure, Event, Evidence, InquiryFile, LogState, Payload
from reperform.ledger.vault import Vault
from reperform.log.bundle import BundleEntry, Disclosed
from reperform.log.bundle import write as write_bundle
from reperform.report import extract

AUDIENCE = "audit"  # sees every entry; narrower audiences disclose less of the same tree
CHUNK = 2000


@dataclass(frozen=True)
class LedgerSource:
    """The ledger as the source of a bundle, up to one checkpoint."""

    origin: str
    note: str
    vkey: str
    audience: str
    size: int
    standing: list[dict[str, object]]

    def entries(self) -> Iterator[BundleEntry]:
        for first in range(0, self.size, CHUNK):
            last = min(first + CHUNK, self.size)
            fields = _fields(first, last)
            for event in Event.objects.filter(idx__gte=first, idx__lt=last).order_by("idx"):
                disclosed = Disclosed(bytes(event.body), bytes(event.salt), fields.get(event.idx, {}))
                yield BundleEntry(event.idx, bytes(event.leaf), disclosed)

    def evidence(self) -> Iterator[tuple[str, Path]]:
        vault = Vault(settings.HOME.evidence)
        of_findings = Evidence.objects.values_list("sha256")
        of_referrals = Enclosure.objects.values_list("sha256")
        of_inquiries = InquiryFile.objects.values_list("sha256")
        for (sha256,) in of_findings.union(of_referrals, of_inquiries).order_by("sha256"):
            yield sha256, vault.path(sha256)

    def tables(self) -> Mapping[str, Iterable[Mapping[str, object]]]:
        return {"standing": self.standing, **extract.tables()}


def _fields(first: int, last: int) -> dict[int, dict[str, tuple[bytes, object]]]:
    found: dict[int, dict[str, tuple[bytes, object]]] = defaultdict(dict)
    rows = Payload.objects.filter(event_id__gte=first, event_id__lt=last)
    for idx, name, salt, value in rows.values_list("event_id", "field", "salt", "value"):
        found[idx][name] = (bytes(salt), json.loads(value))
    return found


def write(path: Path, *, at: datetime, audience: str = AUDIENCE) -> Path:
    """Sign a checkpoint, write the bundle and return its path."""
    key = publish.signer()
    with transaction.atomic():
        LogState.objects.select_for_update().get_or_create(pk=1)
        kept = publish.checkpoint(at=at)
        standing = list(publish.standings())
    source = LedgerSource(key.origin, kept.note, key.vkey, audience, kept.size, standing)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bundle(path, source, sign_contents=key.sign_contents)
    return path
