"""The letters of the ladder and of a referral say what the record says, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from tests.papers.read import everything, grid, grids, lines
from tests.web.scene import attachment
from tests.world import World

from reperform.errors import Refused
from reperform.ledger.models import Escalation, Finding, Referral
from reperform.papers.words import LANGUAGES
from reperform.rectify import extending, pressing, referring
from reperform.rectify.letters import LETTERS, has_letter, letter
from reperform.rules.outcomes import Purpose, Rung, Use

REPLY_DUE = date(2026, 7, 20)
IDENTITY = "990101195001011234"


@pytest.fixture
def finding(world: World) -> Finding:
    return world.issued(ordered=3_456_789_01)


def issued(world: World, finding: Finding, rung: Rung, *, paper: str = "", days: int = 3) -> Escalation:
    on = date(2026, 6, 30 + days) if days <= 0 else date(2026, 7, days)
    (one,) = pressing.propose(
        [(finding, rung, days)], as_of=on, at=world.now(), by=world.auditor, reason="多次催办未果"
    )
    return pressing.issue(one, paper=paper, reply_due_on=REPLY_DUE, by=world.auditor, at=world.now())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rung", Rung)
def test_each_rung_has_its_document(world: World, finding: Finding, rung: Rung, language: str) -> None:
    one = issued(world, finding, rung, paper="云审督〔2026〕3号")
    content = letter(one, language).to_docx()
    told = everything(content)
    for said in (finding.title, finding.number, "云审督〔2026〕3号", "多次催办未果", "3,456,789.01"):
        assert said in told
    assert ("2026年7月20日" if language == "zh" else "20 July 2026") in told
    assert ("2026年6月30日" if language == "zh" else "30 June 2026") in told
    assert letter(Escalation.objects.get(pk=one.pk), language).to_docx() == content


def test_the_titles_are_those_of_the_ladder(world: World, finding: Finding) -> None:
    titles = [letter(issued(world, finding, rung), "zh").title for rung in Rung]
    assert titles == [
        "关于按期整改审计查出问题的提醒函",
        "关于督促整改审计查出问题的督办函",
        "审计整改约谈记录",
        "关于审计查出问题整改情况的通报",
        "关于审计整改追责问责的建议函",
    ]


def test_a_step_that_nobody_issued_has_no_letter(world: World, finding: Finding) -> None:
    (one,) = pressing.propose([(finding, Rung.REMINDER, 0)], as_of=REPLY_DUE, at=world.now(), by=world.auditor)
    assert not has_letter(one)
    with pytest.raises(Refused) as refusal:
        letter(one, "zh")
    assert refusal.value.rule == "letter.issued"
    pressing.drop(one, reason="已整改", by=world.auditor, at=world.now())
    with pytest.raises(Refused):
        letter(one, "zh")


def test_without_a_number_of_the_registry_a_blank_is_drawn(world: World, finding: Finding) -> None:
    assert "〔　　　　〕　　　号" in lines(letter(issued(world, finding, Rung.PRESS_LETTER), "zh").to_docx())


def test_a_letter_printed_later_says_the_limit_of_its_own_day(world: World, finding: Finding) -> None:
    one = issued(world, finding, Rung.PRESS_LETTER, paper="云审督〔2026〕3号")
    before = letter(one, "zh").to_docx()
    request = extending.request(finding, due_on=date(2026, 8, 31), reason="跨省协查", by=world.liaison, at=world.now())
    extending.grant(request, reason="属实", by=world.auditor, at=world.now())
    again = Escalation.objects.get(pk=one.pk)
    assert again.finding.due_on == date(2026, 8, 31)
    assert letter(again, "zh").to_docx() == before


def test_a_reminder_before_the_limit_counts_the_days_that_are_left(world: World, finding: Finding) -> None:
    told = everything(letter(issued(world, finding, Rung.REMINDER, days=-5), "zh").to_docx())
    assert "截至2026年6月25日，距整改时限还有5天。" in told
    assert "逾期" not in told


def test_english_sentences_stand_a_space_apart(world: World, finding: Finding) -> None:
    told = lines(letter(issued(world, finding, Rung.REMINDER), "en").to_docx())
    assert any("put right by 30 June 2026. On 3 July 2026 it was not put right, 3 days" in text for text in told)


def test_a_letter_lists_the_steps_that_went_before(world: World, finding: Finding) -> None:
    first = issued(world, finding, Rung.REMINDER, paper="云审提〔2026〕1号")
    pressing.answer(first, text="余款九月底前到位", by=world.liaison, at=world.now())
    pressing.propose([(finding, Rung.CIRCULAR, 3)], as_of=REPLY_DUE, at=world.now(), by=world.auditor)  # only proposed
    last = issued(world, finding, Rung.ACCOUNTABILITY)
    assert grid(letter(last, "zh").to_docx(), "督促方式") == [
        ["提醒", "云审提〔2026〕1号", "2026-04-01", "2026-07-20", "余款九月底前到位"]
    ]
    assert grids(letter(first, "zh").to_docx()) == []


def test_an_interview_has_blanks_for_what_is_said_on_the_spot(world: World, finding: Finding) -> None:
    one = issued(world, finding, Rung.INTERVIEW)
    content = letter(one, "zh").to_docx()
    facts = dict(grids(content)[0][1:])
    assert facts["被约谈单位"] == "市社会保险基金管理中心"
    assert [facts[name] for name in ("约谈时间", "约谈地点", "约谈人", "被约谈人及职务", "记录人")] == [""] * 5
    assert lines(content).count("＿＿＿＿＿＿＿＿") == 2
    pressing.answer(one, text="主要领导已部署", by=world.liaison, at=world.now())
    pressing.settle(one, outcome="承诺期限内完成", by=world.auditor, at=world.now())
    told = lines(letter(one, "zh").to_docx())
    assert "主要领导已部署" in told
    assert "承诺期限内完成" in told
    assert "＿＿＿＿＿＿＿＿" not in told


# Referrals -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def referral(world: World, finding: Finding) -> Referral:
    text = referring.Letter(
        "涉嫌骗取养老金", f"张某（{IDENTITY}）冒领。\n涉及账户3个。", overview="对2025年度养老金进行了审计。",
        basis="《社会保险经办条例》第四十六条。", amount=3_000_000, persons=2,
    )  # fmt: skip
    enclosed = referring.Enclosed(attachment(b"proof").digest, "取证单.pdf")
    one = referring.draft(
        text, purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"], finding=finding, enclosed=(enclosed,),
        by=world.auditor, at=world.now(),
    )  # fmt: skip
    return referring.approve(one, by=world.reviewer, at=world.now())


def told_of(referral: Referral, language: str = "zh") -> bytes:
    return LETTERS["referral"](referral, language).to_docx()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_referral_is_told_in_full_to_its_receiver(world: World, referral: Referral, language: str) -> None:
    referring.send(referral, by=world.auditor, at=world.now())
    content = told_of(referral, language)
    told = everything(content)
    for said in (IDENTITY, "涉及账户3个。", "30,000.00", "对2025年度养老金进行了审计。", referral.number):
        assert said in told
    (file,) = referral.enclosures.all()
    (row,) = grid(content, "SHA-256 / SM3")
    assert (row[1], row[3]) == ("取证单.pdf", f"{file.sha256}\n{file.sm3}")
    assert told_of(Referral.objects.get(pk=referral.pk), language) == content


def test_the_letter_of_a_referral_names_no_finding(world: World, finding: Finding, referral: Referral) -> None:
    told = everything(told_of(referral))
    assert finding.number not in told
    assert finding.title not in told


def test_the_receipt_is_filled_in_by_hand_until_the_receiver_acknowledges(world: World, referral: Referral) -> None:
    def receipt() -> dict[str, str]:
        return dict(grids(told_of(referral))[-1][1:])

    blank = "　　　　年　　月　　日"
    assert (receipt()["送达日期"], receipt()["收到日期"]) == (blank, blank)
    referring.send(referral, by=world.auditor, at=world.now())
    referring.receive(referral, by=world.partner, at=world.now())
    assert (receipt()["送达日期"], receipt()["收到日期"]) == ("2026年4月1日", "2026年4月1日")
    assert (receipt()["收件人（签字、盖章）"], receipt()["附件份数"]) == ("", "1")


def test_what_came_back_with_the_answer_is_not_enclosed(world: World, referral: Referral) -> None:
    referring.send(referral, by=world.auditor, at=world.now())
    before = told_of(referral)
    for verb in (referring.receive, referring.accept):
        verb(referral, by=world.partner, at=world.now())
    enclosed = referring.Enclosed(attachment(b"answer").digest, "答复.pdf")
    referring.conclude(
        referral, use=Use.DISCIPLINE, reply="已立案", enclosed=(enclosed,), by=world.partner, at=world.now()
    )
    assert grid(told_of(referral), "SHA-256 / SM3") == grid(before, "SHA-256 / SM3")


def test_a_referral_that_nobody_approved_has_no_letter(world: World, finding: Finding) -> None:
    one = referring.draft(
        referring.Letter("线索", "事实"), purpose=Purpose.RESULTS, receiver=world.bodies["YJ-CDI"], by=world.auditor,
        at=world.now(),
    )  # fmt: skip
    assert not has_letter(one)
    with pytest.raises(Refused) as refusal:
        told_of(one)
    assert refusal.value.rule == "letter.approved"
    referring.approve(one, by=world.reviewer, at=world.now())
    assert has_letter(one)
    assert LETTERS["referral"](one, "zh").title == "审计结果运用移送函"
    assert "附件：无" in lines(told_of(one))


def test_only_these_two_kinds_of_record_have_letters(world: World, finding: Finding) -> None:
    assert set(LETTERS) == {"escalation", "referral"}
    assert not has_letter(finding)
