"""The bundle of a real ledger: it verifies, and the verifier refuses what the ledger's own rows contradict."""

from __future__ import annotations

import json
import zipfile
from datetime import date
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
from reperform.rectify import extending, pressing, referring
from reperform.rectify.actions import Attachment, Measure, plan, submit
from reperform.report import bundle
from reperform.rules.outcomes import Purpose, Rung
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


def test_a_bundle_holds_every_kind_of_record_and_every_file_of_theirs(told: World, tmp_path: Path) -> None:
    """Regression: the standings listed kinds by hand, and the files of referrals were left out."""
    finding = told.issued()
    vault = Vault(settings.HOME.evidence)
    letter, clue = (vault.keep([text], name="a", limit=100) for text in (b"letter", b"clue"))
    extending.request(
        finding, due_on=date(2026, 8, 31), reason="协查", attachments=(Attachment(letter, "函.pdf"),), by=told.liaison,
        at=told.now(),
    )  # fmt: skip
    pressing.propose([(finding, Rung.REMINDER, -3)], as_of=date(2026, 6, 27), at=told.now(), by=told.auditor)
    referring.draft(
        referring.Letter("线索", "事实"), purpose=Purpose.CLUE, receiver=told.bodies["YJ-CDI"], finding=finding,
        enclosed=(referring.Enclosed(clue, "线索.pdf"),), by=told.auditor, at=told.now(),
    )  # fmt: skip
    path = bundle.write(tmp_path / "b.zip", at=told.now())
    report = verify(path)
    assert report.ok, report
    with zipfile.ZipFile(path) as file:
        names = set(file.namelist())
        kinds = {json.loads(line)["subject"].split(":")[0] for line in file.read("tables/standing.jsonl").splitlines()}
    assert {f"evidence/{letter.sha256}", f"evidence/{clue.sha256}"} <= names
    assert {"extension", "escalation", "referral"} <= kinds


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
