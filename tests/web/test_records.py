"""Records around findings on the pages: who asks, who decides, and who never learns that there is something."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reperform.ledger import scope
from reperform.ledger.models import Campaign, Extension, Finding, Instruction, Referral, Task
from reperform.rectify import answering, extending, pressing, referring
from reperform.rectify.records import KINDS
from reperform.rules.outcomes import Purpose, Rung
from reperform.rules.standing import Role
from reperform.web.permissions import ACCESS
from tests.web.conftest import SignedIn
from tests.web.scene import attachment, with_items
from tests.world import World


@pytest.fixture
def finding(world: World) -> Finding:
    return with_items(world, 2, state="rectifying")


def post(client: Client, name: str, arguments: list[str], subject: object = None, **written: object) -> int:
    """Post a form as the browser does, with the version that the page showed."""
    seen = {} if subject is None else {"seen": type(subject).objects.get(pk=subject.pk).seq}  # type: ignore[attr-defined]
    return client.post(reverse(name, args=arguments), {**written, **seen}).status_code


def test_a_unit_asks_for_time_with_a_proof_and_the_auditor_grants_it(
    world: World, signed_in: SignedIn, finding: Finding
) -> None:
    unit, auditor = signed_in(world.liaison), signed_in(world.auditor)
    page = unit.get(reverse("finding", args=[finding.number])).content.decode()
    assert reverse("finding_step", args=[finding.number, "request"]) in page
    paper = SimpleUploadedFile("协查函.pdf", b"letter")
    arguments = [finding.number, "request"]
    later = date(2026, 8, 31)
    assert post(unit, "finding_step", arguments, finding, due_on=later, reason="", attachments=paper) == 422
    paper = SimpleUploadedFile("协查函.pdf", b"letter")
    assert post(unit, "finding_step", arguments, finding, due_on=later, reason="协查", attachments=paper) == 302
    extension = Extension.objects.get()
    assert [one.name for one in extending.proofs_of(extension)] == ["协查函.pdf"]
    step = ["extension", extension.number, "grant"]
    assert (
        reverse("record_step", args=step)
        in auditor.get(reverse("record", args=["extension", extension.number])).content.decode()
    )
    assert post(unit, "record_step", step, extension, reason="自批") == 403
    assert post(auditor, "record_step", step, extension, reason="情况属实") == 302
    assert Finding.objects.get(pk=finding.pk).due_on == later


def test_a_delegate_has_the_forms_of_the_unit_until_its_last_day(
    world: World, signed_in: SignedIn, finding: Finding
) -> None:
    clerk = signed_in(world.clerk)
    for until, offered in ((date(2099, 12, 31), True), (date(2026, 4, 2), False)):
        answering.delegate(
            finding, to=world.bodies["YJ-SIF-E"], until=until, reason="经办", by=world.liaison, at=world.now()
        )
        page = clerk.get(reverse("fill", args=[finding.number]))
        assert (page.context["submit"] is not None) is offered
        page = clerk.get(reverse("finding", args=[finding.number])).content.decode()
        assert (reverse("finding_step", args=[finding.number, "respond"]) in page) is offered


def test_a_step_on_an_old_page_is_refused(world: World, signed_in: SignedIn, finding: Finding) -> None:
    unit = signed_in(world.liaison)
    url = reverse("finding_step", args=[finding.number, "dispute"])
    assert unit.post(url, {"reason": "不属实", "seen": finding.seq - 1}).status_code == 409
    assert Finding.objects.get(pk=finding.pk).state == "rectifying"


def test_a_campaign_and_a_major_matter_are_opened_on_pages(world: World, signed_in: SignedIn, finding: Finding) -> None:
    auditor, lead = signed_in(world.auditor), signed_in(world.lead)
    due = date(2026, 12, 1)
    assert post(auditor, "record_new", ["campaign", "open"], title="专项整改", due_on=due) == 302
    campaign = Campaign.objects.get()
    arguments = ["campaign", campaign.number, "assign"]
    given = {"title": "死亡人员待遇", "lead": "YJ-HRSS", "due_on": due, "findings": finding.number}
    assert post(auditor, "record_step", arguments, campaign, **{**given, "lead": "NOBODY"}) == 422
    assert post(auditor, "record_step", arguments, campaign, **given) == 302
    task = Task.objects.get()
    assert (task.lead.number, task.finding, Finding.objects.get(pk=finding.pk).supervision) == (
        "YJ-HRSS", finding, "special",
    )  # fmt: skip
    assert post(lead, "record_step", ["task", task.number, "plan"], task, text="六月底前完成") == 302
    assert task.title in lead.get(reverse("records", args=["task"])).content.decode()
    matter = {"kind": "instruction", "title": "市领导批示", "text": "请抓好整改", "findings": finding.number}
    assert post(auditor, "record_new", ["instruction", "enter"], **matter) == 302
    assert Instruction.objects.get().concerns.get().finding == finding


def test_every_page_of_records_opens_for_every_role_that_has_a_part(
    world: World, signed_in: SignedIn, finding: Finding
) -> None:
    pressing.propose([(finding, Rung.INTERVIEW, 3)], as_of=date(2026, 7, 3), at=world.now(), by=world.auditor)
    for name, person in world.people.items():
        client, role = signed_in(person), Role(person.role)
        if not ACCESS["records"].admits(role):
            continue
        assert client.get(reverse("watch")).status_code == 200
        for kind in KINDS.values():
            status = client.get(reverse("records", args=[kind.name])).status_code
            assert status == (200 if role in kind.roles else 404), (name, kind.name)
            for row in kind.seen(person):
                assert client.get(reverse("record", args=[kind.name, row.number])).status_code == 200


def sent(world: World, finding: Finding) -> Referral:
    enclosed = (referring.Enclosed(attachment(b"secret").digest, "线索.pdf"),)
    referral = referring.draft(
        referring.Letter("涉嫌骗保", "冒领养老金"), purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"],
        finding=finding, enclosed=enclosed, by=world.auditor, at=world.now(),
    )  # fmt: skip
    referring.approve(referral, by=world.reviewer, at=world.now())
    return referring.send(referral, by=world.auditor, at=world.now())


def pages_of(client: Client, finding: Finding) -> dict[str, str]:
    """Return what a person of the unit can see, without what differs from call to call: tokens, and the log's size."""
    addresses = [
        reverse("workbench"), reverse("ledger") + "?view=all", reverse("ledger") + "?view=all&q=骗保", reverse("watch"),
        reverse("finding", args=[finding.number]), reverse("fill", args=[finding.number]),
        *(reverse("records", args=[kind]) for kind in KINDS), reverse("records", args=["referral"]),
    ]  # fmt: skip
    found = {}
    for address in addresses:
        response = client.get(address)
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        text = re.sub(r"(?s)<footer class=\"r-foot\">.*?</footer>", "", text)
        found[address] = f"{response.status_code} {text}"
    return found


@pytest.mark.parametrize("person", ["liaison", "stranger", "lead", "legislator"])
def test_nobody_but_sender_and_receiver_learns_of_a_referral(
    world: World, signed_in: SignedIn, finding: Finding, person: str
) -> None:
    client = signed_in(getattr(world, person))
    before = pages_of(client, finding)
    referral = sent(world, finding)
    assert pages_of(client, finding) == before
    enclosed = referral.enclosures.get()
    for name, arguments in (
        ("record", ["referral", referral.number]),
        ("record_step", ["referral", referral.number, "receive"]),
        ("finding_step", [finding.number, "refer"]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 404
    assert client.get(reverse("enclosure", args=[referral.number, enclosed.pk])).status_code == 403


def test_a_receiver_sees_what_was_sent_to_it_and_answers(world: World, signed_in: SignedIn, finding: Finding) -> None:
    partner, police = signed_in(world.partner), signed_in(world.police)
    referral = sent(world, finding)
    assert partner.get(reverse("workbench")).status_code == 302
    page = partner.get(reverse("record", args=["referral", referral.number])).content.decode()
    assert "冒领养老金" in page
    assert finding.title not in page  # the finding itself stays with the audit body
    file = partner.get(reverse("enclosure", args=[referral.number, referral.enclosures.get().pk]))
    assert b"".join(file.streaming_content) == b"secret"
    assert police.get(reverse("record", args=["referral", referral.number])).status_code == 404
    for verb, written in (("receive", {}), ("accept", {}), ("conclude", {"use": "discipline", "reply": "给予处分"})):
        assert post(partner, "record_step", ["referral", referral.number, verb], referral, **written) == 302
    assert Referral.objects.get().use == "discipline"
    assert not scope.findings(world.partner).exists()
