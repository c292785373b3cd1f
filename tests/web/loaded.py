"""Data files loaded for real, for the pages that run a procedure: two dead people, one of whom pays back."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.conf import settings

from reperform.engine.snapshot import Snapshot as Kept
from reperform.ledger import workshop
from reperform.ledger.models import Snapshot
from reperform.reveal.actions import keep_snapshot
from tests.world import World

DEAD = ("990101195001010011", "990101195001010022")
LIVING = tuple(f"9901011950020{place:05d}" for place in range(40))
BEFORE, AFTER = date(2026, 3, 31), date(2026, 10, 31)
HEADS = {
    "pension_payment": "person_id,month,paying_body,scheme,amount",
    "death_register": "person_id,died_on,died_flag,source",
    "pension_refund": "person_id,month,scheme,refunded,voucher,refunded_on",
}


_KEPT: dict[object, tuple[Path, str]] = {}  # what was loaded once in this process: its store, the snapshot's hash


def load(
    world: World, as_of: date, *, refunded: Sequence[str] = (), body: str = "YJ-SIF", again: bool = False
) -> Snapshot:
    """Enter the three tables of SI-01; `refunded` paid back in full, `again` is paid for a later month, too."""
    asked, store = (as_of, tuple(refunded), body, again), workshop.store()
    if asked in _KEPT:  # the same content has the same names in every store
        folder, number = _KEPT[asked]
        shutil.copytree(folder, settings.HOME.snapshots, dirs_exist_ok=True)
        kept = store.open(number)
    else:
        kept = _load(as_of, refunded=refunded, body=body, again=again)
        folder = Path(tempfile.mkdtemp(prefix="reperform-loaded-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(settings.HOME.snapshots, folder, dirs_exist_ok=True)
        _KEPT[asked] = folder, kept.hash
    return keep_snapshot(kept, by=world.auditor, at=world.now())


def _load(as_of: date, *, refunded: Sequence[str], body: str, again: bool) -> Kept:
    paid = [(person, "2025-03", body, "basic", "1000.00") for person in (*DEAD, *LIVING)]
    paid += [(DEAD[0], "2025-04", body, "basic", "1000.00")] if again else []
    content = {
        "pension_payment": paid,
        "death_register": [(person, "2025-02-10", "true", "civil_affairs") for person in DEAD],
        "pension_refund": [("990101195009099999", "2024-12", "basic", "5.00", "V0", "2025-01-05")]
        + [(person, "2025-03", "basic", "1000.00", f"HD-{person[-2:]}", "2026-05-20") for person in refunded],
    }  # fmt: skip
    store, contracts, loaded = workshop.store(), workshop.contracts(), {}
    folder = Path(settings.HOME.root) / f"files-{as_of}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in content.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join([HEADS[name], *(",".join(row) for row in rows), ""]), encoding="utf-8")
        loaded[name] = store.read(path, contracts[name])
    return store.snapshot(as_of, loaded, title=f"数据 {as_of}")
