"""The proofs of the three duties: one for each duty of a finding, renewed when it was returned."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.world import World

from reperform.errors import Refused
from reperform.ledger.models import Filing, Finding
from reperform.ledger.models.rectifying import EvidenceKind
from reperform.ledger.vault import Vault
from reperform.rectify import filing
from reperform.rectify.actions import Attachment
from reperform.rules.outcomes import Duty

ON = date(2026, 6, 1)


def proof() -> tuple[Attachment, ...]:
    kept = Vault(settings.HOME.evidence).keep([b"report"], name="report.txt", limit=10**6)
    return (Attachment(kept, "report.txt", EvidenceKind.OTHER),)


def hand_in(world: World, finding: Finding, duty: Duty = Duty.REPORT) -> Filing:
    given = {"to": "", "reference": "1", "attachments": proof(), "by": world.liaison, "at": world.now()}
    return filing.hand_in([finding], duty=duty, on=ON, **given)[0]  # type: ignore[arg-type]


def test_a_second_proof_of_a_duty_is_refused_and_the_first_can_be_renewed(world: World) -> None:
    finding = world.issued()
    first = hand_in(world, finding)
    hand_in(world, finding, Duty.PUBLICATION)
    for _again in range(2):
        with pytest.raises(Refused) as refusal:
            hand_in(world, finding)
        assert refusal.value.rule == "filing.once"
        assert first.number in refusal.value.render()
        if first.state == "filed":
            filing.return_(first, reason="缺印章", by=world.auditor, at=world.now())
    filing.renew(first, on=ON, reference="2", attachments=proof(), by=world.liaison, at=world.now())
    assert list(finding.filings.order_by("pk").values_list("duty", "state")) == [
        ("report", "filed"), ("publication", "filed"),
    ]  # fmt: skip


def test_the_page_says_that_a_proof_was_handed_in_already(world: World, client: Client) -> None:
    finding = world.issued()
    hand_in(world, finding)
    client.force_login(world.liaison)
    file = SimpleUploadedFile("again.txt", b"again")
    written = {
        "duty": "report",
        "on": "2026-04-01",
        "to": "",
        "reference": "2",
        "attachments": file,
        "seen": finding.seq,
    }
    answer = client.post(f"/f/{finding.number}/do/hand_in", written)
    assert answer.status_code == 409
    assert str(Filing.objects.get()) in answer.content.decode()
