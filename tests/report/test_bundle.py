"""The bundle of a real ledger: it verifies, and the verifier refuses what the ledger's own rows contradict."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.world import SEEN, START, World

from reperform.ledger import publish
from reperform.ledger.guard import open_door
from reperform.ledger.models import Event, Finding, LogState
from reperform.ledger.vault import Vault
from reperform.log.signer import Signer
from reperform.log.verify import verify
from reperform.rectify.actions import Attachment, Measure, plan, submit
from reperform.report import bundle
from reperform.verify.actions import accept, close


@pytest.fixture
def told(world: World) -> World:
    """A world with a key, and a finding closed with an evidence file."""
    Signer.create(settings.HOME.keys, "audit.test/ledger", b"k" * 32)
    finding = world.issued(ordered=100)
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    digest = Vault(settings.HOME.evidence).keep([b"voucher 1"], name="凭证.txt", limit=100)
    submit(finding, text="已追回", attachments=[Attachment(digest, "凭证.txt")], by=world.liaison, at=world.now())
    accept(finding, standard=SEEN, by=world.auditor, at=world.now())
    close(finding, by=world.reviewer, at=world.now())
    return world


def test_the_bundle_of_a_ledger_verifies(told: World, tmp_path: Path) -> None:
    report = verify(bundle.write(tmp_path / "b.zip", at=START))
    assert report.ok, report


def test_the_same_size_gives_the_same_checkpoint(told: World) -> None:
    assert publish.checkpoint(at=START).pk == publish.checkpoint(at=told.now()).pk


def test_later_checkpoints_extend_earlier_ones(told: World) -> None:
    sizes = [publish.checkpoint(at=START).size]
    for _ in range(300):
        told.draft()
    sizes.append(publish.checkpoint(at=told.now()).size)
    assert sizes[1] == sizes[0] + 300 == LogState.objects.get().size


def test_a_row_changed_beside_the_log_is_found_by_the_replay(told: World, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_finding SET state = 'rectifying'")
    path = bundle.write(tmp_path / "b.zip", at=START)
    assert not verify(path).ok
    assert Finding.objects.get().number in str(verify(path))


def test_a_restored_backup_is_refused_by_the_signer(told: World) -> None:
    publish.checkpoint(at=START)
    from reperform.errors import IntegrityBroken

    with connection.cursor() as cursor, open_door():
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER event_stays")
        cursor.execute("DELETE FROM ledger_payload")
        cursor.execute("DELETE FROM ledger_checkpoint")
        Event.objects.filter(idx__gte=8).delete()
        from reperform.log import entry
        from reperform.log.tree import Frontier

        frontier = Frontier()
        frontier.append([entry.leaf_hash(bytes(e.leaf)) for e in Event.objects.order_by("idx")])
        LogState.objects.update(size=8, frontier=frontier.to_bytes())
    with pytest.raises(IntegrityBroken):
        publish.checkpoint(at=told.now())
