"""Exceptions that another body is asked to check: sent, answered row by row, asked again, taken back, settled."""

from __future__ import annotations

from datetime import date

import pytest

from reperform.errors import Refused, Stale, Usage
from reperform.ledger import scope, workshop
from reperform.ledger.append import Digest
from reperform.ledger.models import Account, Event, Exclusion, Finding, Inquiry, InquiryRow
from reperform.reveal import inquiring
from reperform.reveal.actions import confirm, exclude
from reperform.reveal.inquiring import Said
from tests.loop.agreement import disagreements
from tests.web.scene import PROCEDURE, District, make_district, ran, rows, singled
from tests.world import World

LATER = date(2027, 4, 1)


@pytest.fixture
def district(world: World) -> District:
    return make_district(world)


@pytest.fixture
def inquiry(world: World) -> Inquiry:
    """Three of five rows of the fund centre, sent to it."""
    run = ran(world, [*rows("YJ-SIF", 5), singled("YJ-CA", "99010119500101X", "2025-03-01", 100)])
    chosen = list(run.rows.select_related("run__snapshot").filter(body_code="YJ-SIF").order_by("pk"))[:3]
    return send(world, chosen)


def send(world: World, chosen: list[object], receiver: str = "YJ-SIF", **values: object) -> Inquiry:
    body = world.bodies[receiver]
    given = {"question": "是否为补发？", "by": world.auditor, "at": world.now()} | values
    return inquiring.send(chosen, receiver=body, **given)  # type: ignore[arg-type]


def said(inquiry: Inquiry, *answers: str, text: str = "系补发死亡前待遇") -> list[Said]:
    asked = inquiry.rows.select_related("row").order_by("pk")
    return [Said(one, word, text) for one, word in zip(asked, answers, strict=False)]


def answered(world: World, inquiry: Inquiry, *answers: str) -> Inquiry:
    return inquiring.answer(inquiry, said(inquiry, *answers), by=world.liaison, at=world.now())


def settle(world: World, inquiry: Inquiry, **values: object) -> inquiring.Settled:
    given = {"by": world.auditor, "at": world.now(), "engagement": world.engagement, "expires_on": LATER} | values
    return inquiring.settle(inquiry, procedure=workshop.procedures()[PROCEDURE], **given)  # type: ignore[arg-type]


def refusal(call: object, *arguments: object, **values: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*arguments, **values)  # type: ignore[operator]
    return caught.value.rule


def test_rows_that_are_being_checked_cannot_be_sifted_or_sent_again(world: World, inquiry: Inquiry) -> None:
    sent = [one.row for one in inquiry.rows.select_related("row__run")]
    assert {row.sifting for row in sent} == {"checking"}
    assert inquiry.run.rows.filter(sifting="pending").count() == 3
    at = {"by": world.auditor, "at": world.now()}
    procedure = workshop.procedures()[PROCEDURE]
    assert refusal(confirm, sent, procedure=procedure, engagement=world.engagement, **at) == "sift.pending"
    assert refusal(exclude, sent, reason="x", expires_on=LATER, **at) == "sift.pending"
    assert refusal(send, world, sent) == "sift.pending"


def test_rows_read_before_they_were_sent_cannot_be_confirmed_either(world: World) -> None:
    run = ran(world, rows("YJ-SIF", 2))
    stale = list(run.rows.select_related("run__snapshot"))
    send(world, list(run.rows.select_related("run")))
    assert {row.sifting for row in stale} == {"pending"}
    procedure = workshop.procedures()[PROCEDURE]
    at = {"by": world.auditor, "at": world.now()}
    assert refusal(confirm, stale, procedure=procedure, engagement=world.engagement, **at) == "sift.pending"
    assert not Finding.objects.exists()


def test_the_time_for_an_answer_is_counted_by_the_policy(world: World, inquiry: Inquiry) -> None:
    assert (inquiry.sent_on, inquiry.due_on) == (date(2026, 4, 1), date(2026, 4, 16))  # ten working days, Qingming off
    run = ran(world, rows("YJ-CA", 1))
    given = send(world, list(run.rows.select_related("run")), "YJ-CA", due_on=date(2026, 5, 1))
    assert given.due_on == date(2026, 5, 1)


def test_an_inquiry_needs_a_question_another_body_and_rows_of_one_run(world: World) -> None:
    run, other = ran(world, rows("YJ-SIF", 1)), ran(world, rows("YJ-CA", 1))
    chosen = list(run.rows.select_related("run"))
    assert refusal(send, world, chosen, question=" ") == "reason.given"
    assert refusal(send, world, chosen, "YJ-AUD") == "referral.receiver"
    assert refusal(send, world, chosen, by=world.liaison) == "inquiry.send.role"
    for wrong in ([], [*chosen, *other.rows.select_related("run")]):
        with pytest.raises(Usage):
            send(world, wrong)
    assert not Inquiry.objects.exists()
    assert set(run.rows.values_list("sifting", flat=True)) == {"pending"}


def test_whoever_is_asked_sees_that_inquiry_and_nobody_else_does(
    world: World, inquiry: Inquiry, district: District
) -> None:
    def sees(person: Account) -> bool:
        return scope.inquiries(person).filter(pk=inquiry.pk).exists()

    for name in ("auditor", "reviewer", "liaison", "lead"):  # the lead department stands over the fund centre
        assert sees(getattr(world, name)), name
    for name in ("stranger", "clerk", "partner", "police", "legislator", "administrator"):
        assert not sees(getattr(world, name)), name
    assert not sees(district.auditor)
    assert not scope.runs(world.liaison).exists()


def test_an_inquiry_is_answered_when_its_last_row_is(world: World, inquiry: Inquiry) -> None:
    assert answered(world, inquiry, "confirmed").state == "sent"
    done = answered(world, inquiry, "explained", "explained", "not_ours")
    assert (done.state, done.answered_on) == ("answered", date(2026, 4, 1))
    corrected = answered(world, done, "confirmed")
    assert [corrected.state, *corrected.rows.order_by("pk").values_list("answer", flat=True)] == [
        "answered", "confirmed", "explained", "not_ours",
    ]  # fmt: skip
    assert disagreements() == []


def test_only_the_body_that_was_asked_answers_and_with_words(world: World, inquiry: Inquiry) -> None:
    at = world.now()
    for name in ("auditor", "stranger", "clerk", "lead"):
        rule = refusal(inquiring.answer, inquiry, said(inquiry, "confirmed"), by=getattr(world, name), at=at)
        assert rule == "inquiry.answer.relation", name
    wordless = [Said(one.asked, one.answer) for one in said(inquiry, "explained")]
    assert refusal(inquiring.answer, inquiry, wordless, by=world.liaison, at=at) == "inquiry.words"
    assert refusal(inquiring.answer, inquiry, said(inquiry, "maybe"), by=world.liaison, at=at) == "inquiry.word"
    assert refusal(inquiring.answer, inquiry, [], by=world.liaison, at=at) == "inquiry.rows"
    other = send(world, list(inquiry.run.rows.select_related("run").filter(sifting="pending")))
    with pytest.raises(Usage, match="does not belong"):
        inquiring.answer(inquiry, said(other, "confirmed"), by=world.liaison, at=at)


def test_a_district_office_is_asked_as_a_unit_is(world: World, district: District) -> None:
    run = ran(world, rows("DP-SIF", 2))
    chosen, office = list(run.rows.select_related("run")), district.bodies["DP-AUD"]
    inquiry = inquiring.send(chosen, receiver=office, question="请就地核实", by=world.auditor, at=world.now())
    assert scope.inquiries(district.auditor).get() == inquiry
    done = inquiring.answer(inquiry, said(inquiry, "confirmed", "explained"), by=district.auditor, at=world.now())
    assert done.state == "answered"
    assert refusal(settle, world, done, by=district.auditor) == "inquiry.settle.relation"


def test_settling_takes_the_answers_as_proposed_and_as_ground(world: World, inquiry: Inquiry) -> None:
    answered(world, inquiry, "confirmed", "explained", "not_ours")
    done = settle(world, inquiry)
    assert (len(done.findings), done.excluded, done.back, inquiry.state) == (1, 1, 1, "settled")
    assert [row.sifting for row in inquiry.run.rows.filter(asked__inquiry=inquiry).order_by("pk")] == [
        "confirmed", "excluded", "pending",
    ]  # fmt: skip
    assert Exclusion.objects.get().reason == f"{inquiry.number} YJ-SIF: 系补发死亡前待遇"
    assert list(inquiry.rows.order_by("pk").values_list("decision", flat=True)) == ["confirmed", "excluded", "pending"]
    assert Finding.objects.get().items.count() == 1
    assert disagreements() == []
    again = list(inquiry.run.rows.filter(sifting="pending", asked__inquiry=inquiry).select_related("run"))
    assert send(world, again, "YJ-HRSS").rows.count() == 1  # not theirs: another body is asked


def test_the_auditor_decides_otherwise_than_was_answered(world: World, inquiry: Inquiry) -> None:
    answered(world, inquiry, "explained", "explained", "explained")
    done = settle(world, inquiry, decisions={inquiry.rows.order_by("pk")[0].pk: "confirmed"})
    assert (len(done.findings), done.excluded, done.back) == (1, 2, 0)


def test_what_is_not_answered_or_not_decided_is_not_settled(world: World, inquiry: Inquiry) -> None:
    answered(world, inquiry, "confirmed")
    assert refusal(settle, world, inquiry) == "inquiry.settle.state"
    answered(world, inquiry, "confirmed", "explained", "explained")
    wrong = {one.pk: "dropped" for one in inquiry.rows.all()}
    assert refusal(settle, world, inquiry, decisions=wrong) == "inquiry.left"
    assert refusal(settle, world, inquiry, expires_on=date(2026, 4, 1)) == "exclude.expiry"
    with pytest.raises(Usage, match="engagement"):
        settle(world, inquiry, engagement=None)
    assert not Finding.objects.exists()
    assert not Exclusion.objects.exists()


def test_it_is_asked_again_and_taken_back(world: World, inquiry: Inquiry) -> None:
    answered(world, inquiry, "confirmed", "confirmed", "confirmed")
    assert inquiring.return_(inquiry, reason="请附凭证", by=world.auditor, at=world.now()).state == "sent"
    assert answered(world, inquiry, "explained").state == "answered"
    assert refusal(inquiring.take_back, inquiry, reason="", by=world.auditor, at=world.now()) == "reason.given"
    assert inquiring.take_back(inquiry, reason="另案处理", by=world.auditor, at=world.now()).state == "taken_back"
    assert set(inquiry.run.rows.values_list("sifting", flat=True)) == {"pending"}
    assert refusal(answered, world, inquiry, "confirmed") == "inquiry.complete.state"
    assert disagreements() == []


def test_an_answer_to_an_older_version_is_stale(world: World, inquiry: Inquiry) -> None:
    seen = inquiry.seq
    answered(world, inquiry, "confirmed")
    with pytest.raises(Stale):
        inquiring.answer(inquiry, said(inquiry, "explained"), by=world.liaison, at=world.now(), seen=seen)


def test_the_proof_of_an_answer_stands_in_its_entry(world: World, inquiry: Inquiry) -> None:
    file = Digest("ab" * 32, "cd" * 32, 3)
    (one, *_others) = inquiry.rows.select_related("row").order_by("pk")
    inquiring.answer(
        inquiry, [Said(one, "explained", "见凭证", (("回单.pdf", file),))], by=world.liaison, at=world.now()
    )
    assert InquiryRow.objects.get(pk=one.pk).files.get().name == "回单.pdf"
    assert b"ab" * 32 in bytes(Event.objects.order_by("-idx")[0].body)
