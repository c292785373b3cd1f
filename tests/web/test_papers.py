"""Official papers on the pages: who may fetch which, when there is one, and what is handed out."""

from __future__ import annotations

import io
from datetime import date

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from reperform.ledger.models import Escalation, Finding, Referral
from reperform.rectify import pressing, referring
from reperform.rules.outcomes import Purpose, Rung
from tests.web.conftest import SignedIn
from tests.web.scene import attachment, with_items
from tests.world import World

IDENTITY = "990101195001011234"


@pytest.fixture
def finding(world: World) -> Finding:
    return with_items(world, 2, state="rectifying")


@pytest.fixture
def escalation(world: World, finding: Finding) -> Escalation:
    on, late = date(2026, 7, 3), 3
    return pressing.propose([(finding, Rung.PRESS_LETTER, late)], as_of=on, at=world.now(), by=world.auditor)[0]


@pytest.fixture
def referral(world: World, finding: Finding) -> Referral:
    enclosed = referring.Enclosed(attachment(b"proof").digest, "取证单.pdf")
    letter = referring.Letter("涉嫌骗取养老金", f"张某（{IDENTITY}）冒领。", amount=3_000_000, persons=2)
    return referring.draft(
        letter, purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"], finding=finding, enclosed=(enclosed,),
        by=world.auditor, at=world.now(),
    )  # fmt: skip


def sent(world: World, referral: Referral) -> Referral:
    referring.approve(referral, by=world.reviewer, at=world.now())
    return referring.send(referral, by=world.auditor, at=world.now())


def handed(client: Client, url: str, **asked: str) -> bytes:
    response = client.get(url, asked)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def letter_url(row: Escalation | Referral) -> str:
    return reverse("letter", args=[row.kind, row.number])


def test_a_rung_has_a_letter_once_a_person_issued_it(world: World, signed_in: SignedIn, escalation: Escalation) -> None:
    auditor, unit, url = signed_in(world.auditor), signed_in(world.liaison), letter_url(escalation)
    record = reverse("record", args=["escalation", escalation.number])
    assert auditor.get(url).status_code == 409
    assert unit.get(url).status_code == 404  # a proposal is the audit body's own
    assert url not in auditor.get(record).content.decode()
    pressing.issue(
        escalation, paper="云审督〔2026〕3号", reply_due_on=date(2026, 7, 20), by=world.auditor, at=world.now()
    )
    for client in (auditor, unit):
        assert url in client.get(record).content.decode()
        page = client.get(url).content.decode()
        assert "云审督〔2026〕3号" in page
        told = "\n".join(one.text for one in docx.Document(io.BytesIO(handed(client, url, file="docx"))).paragraphs)
        assert "20 July 2026" in told


def test_a_dropped_rung_has_no_letter(world: World, signed_in: SignedIn, escalation: Escalation) -> None:
    pressing.drop(escalation, reason="已整改", by=world.auditor, at=world.now())
    assert signed_in(world.auditor).get(letter_url(escalation)).status_code == 409


def test_the_letter_of_a_referral_is_for_its_own_parties_alone(
    world: World, signed_in: SignedIn, referral: Referral
) -> None:
    url = letter_url(referral)
    assert signed_in(world.auditor).get(url).status_code == 409  # nobody approved it yet
    sent(world, referral)
    for person in (world.auditor, world.reviewer, world.partner):
        assert IDENTITY in signed_in(person).get(url).content.decode()
    for name in ("liaison", "clerk", "stranger", "lead", "legislator", "police"):
        for asked in ({}, {"file": "docx"}):
            assert signed_in(world.people[name]).get(url, asked).status_code == 404, name
    assert signed_in(world.administrator).get(url).status_code == 403


def test_no_paper_of_the_finding_tells_of_a_referral(
    world: World, signed_in: SignedIn, finding: Finding, referral: Referral
) -> None:
    unit = signed_in(world.liaison, "zh-hans")
    url = reverse("lists", args=["YJ-SIF"])
    before = handed(unit, url, file="docx"), handed(unit, url, file="xlsx")
    sent(world, referral)
    assert (handed(unit, url, file="docx"), handed(unit, url, file="xlsx")) == before


def test_a_record_without_a_letter_has_no_such_address(world: World, signed_in: SignedIn) -> None:
    auditor = signed_in(world.auditor)
    assert auditor.get(reverse("letter", args=["waiver", "RP-WAI-2026-0001"])).status_code == 404
    assert auditor.get(reverse("letter", args=["nothing", "1"])).status_code == 404


def test_the_lists_of_a_body_hold_what_the_person_may_see(world: World, signed_in: SignedIn, finding: Finding) -> None:
    draft = world.draft(title="未下达")
    url = reverse("lists", args=["YJ-SIF"])
    for person in (world.auditor, world.liaison, world.lead, world.legislator):
        page = signed_in(person).get(url).content.decode()
        assert finding.number in page
        assert draft.number not in page
    assert signed_in(world.stranger).get(url).status_code == 404
    assert signed_in(world.auditor).get(reverse("lists", args=["YJ-CA"])).status_code == 404
    assert signed_in(world.auditor).get(url, {"engagement": "E-0000-00"}).status_code == 404
    book = openpyxl.load_workbook(io.BytesIO(handed(signed_in(world.auditor, "zh-hans"), url, file="xlsx")))
    assert book.sheetnames == ["问题清单", "责任清单", "整改措施清单"]


def test_the_sheet_of_a_finding_waits_for_the_verifier(world: World, signed_in: SignedIn, finding: Finding) -> None:
    accepted = world.accepted()
    for person in (world.auditor, world.liaison, world.legislator):
        client = signed_in(person)
        assert client.get(reverse("slip", args=[finding.number])).status_code == 409
        assert client.get(reverse("slip", args=[accepted.number])).status_code == 200
        page = client.get(reverse("finding", args=[accepted.number])).content.decode()
        assert reverse("slip", args=[accepted.number]) in page
        assert reverse("lists", args=["YJ-SIF"]) in page
    assert signed_in(world.stranger).get(reverse("slip", args=[accepted.number])).status_code == 404


def test_a_file_of_another_kind_is_not_there(world: World, signed_in: SignedIn) -> None:
    client, accepted = signed_in(world.auditor), world.accepted()
    for file in ("xlsx", "exe", "../docx"):
        assert client.get(reverse("slip", args=[accepted.number]), {"file": file}).status_code == 404


def test_markup_in_a_record_stays_text(world: World, signed_in: SignedIn, finding: Finding) -> None:
    (one,) = pressing.propose(
        [(finding, Rung.CIRCULAR, 30)], as_of=date(2026, 7, 30), at=world.now(), by=world.auditor,
        reason="<script>alert(1)</script>",
    )  # fmt: skip
    pressing.issue(one, paper="", reply_due_on=date(2026, 8, 20), by=world.auditor, at=world.now())
    page = signed_in(world.auditor).get(letter_url(one)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
