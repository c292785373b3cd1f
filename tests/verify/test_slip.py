"""The striking-off sheet: what was found, claimed and proved, and what lets an outsider check it."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from tests.papers.read import everything, grid, grids, lines
from tests.web.scene import attachment, small_snapshot, with_items
from tests.world import SEEN, World, proofs

from reperform.errors import Refused
from reperform.ledger.change import Change
from reperform.ledger.models import Check, Event, Finding, Item
from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.record import record
from reperform.papers.words import LANGUAGES
from reperform.rectify import referring
from reperform.rectify.actions import Measure, Result, plan, submit
from reperform.rules.outcomes import OutcomeKind, Purpose, Verdict
from reperform.verify.actions import Opinion, accept, close, judge, return_
from reperform.verify.slip import proved, slip

RESULTS = [
    Result(OutcomeKind.MONEY, "return_to_channel", 150_000, reference="JK-1"),
    Result(OutcomeKind.RULE, title="养老金发放核查办法", reference="云社保〔2026〕5号"),
]


def submitted(world: World) -> Finding:
    finding = with_items(world, 2, state="rectifying")
    submit(
        finding, text="已全部追回", results=RESULTS, attachments=[attachment(), *proofs(RESULTS)], by=world.liaison,
        at=world.now(),
    )  # fmt: skip
    return finding


@pytest.fixture
def accepted(world: World) -> Finding:
    finding = submitted(world)
    opinions = {item.pk: Opinion(Verdict.CLEARED, "已见银行回单", 200_000, "记-18") for item in finding.items.all()}
    judge(finding, opinions, by=world.auditor, at=world.now())
    return accept(finding, standard=SEEN, reason="资金已到位", by=world.auditor, at=world.now())


def sheet(finding: Finding, language: str = "zh") -> bytes:
    return slip(Finding.objects.get(pk=finding.pk), language).to_docx()


def test_found_claimed_and_proved_stand_apart_by_money_class(world: World, accepted: Finding) -> None:
    # Two items of 1,000 yuan: the verifier wrote 2,000 of each, and no more than its amount is counted.
    assert grid(sheet(accepted), "金额类别") == [
        ["归还原渠道", "2,000.00", "2,000.00", "1,500.00", "2,000.00"],
        ["合计", "2,000.00", "2,000.00", "1,500.00", "2,000.00"],
    ]


@pytest.mark.parametrize(
    ("verdict", "amount", "remedied", "counted"),
    [
        (Verdict.CLEARED, 100, 300, 100),
        (Verdict.PARTLY, 100, 40, 40),
        (Verdict.CLEARED, None, 300, 300),
        (Verdict.CLEARED, 100, None, 0),
        (Verdict.STILL, 100, 100, None),
        (Verdict.UNPROVEN, 100, 100, None),
        (Verdict.PENDING, 100, 100, None),
    ],
)
def test_only_what_was_proved_counts_and_never_more_than_was_found(
    verdict: Verdict, amount: int | None, remedied: int | None, counted: int | None
) -> None:
    assert proved(Item(verdict=verdict, amount=amount, remedied=remedied)) == counted


def test_items_stand_one_by_one_and_nothing_gives_a_masked_number_away(world: World, accepted: Finding) -> None:
    rows = grid(sheet(accepted), "明细")
    assert not any(item.identity[:8] in everything(sheet(accepted)) for item in accepted.items.all())
    assert [row[5:8] for row in rows] == [["已消除", "记-18", "已见银行回单"]] * 2
    assert "9901**********0000" in rows[0][1]
    assert "99010119500101" not in everything(sheet(accepted))


def test_files_are_named_by_the_hash_of_what_is_kept(world: World, accepted: Finding) -> None:
    rows = grid(sheet(accepted), "材料名称")
    assert rows[0][1:] == ["回单.pdf", "会计凭证", "1", hashlib.sha256(b"voucher").hexdigest()]
    assert [row[2] for row in rows] == ["会计凭证", "会计凭证", "制度文本"]


def test_who_verified_and_who_struck_off_are_two(world: World, accepted: Finding) -> None:
    assert "已认定，待销号" in everything(sheet(accepted))
    close(accepted, by=world.reviewer, at=world.now())
    rows = grid(sheet(accepted), "销号标准")
    assert [(row[1], row[3]) for row in rows] == [("认定", "auditor"), ("销号", "reviewer")]
    assert rows[0][4].split("\n")[0] == "见人：责任人、经办人明确"
    assert "已销号（2026年4月1日）" in everything(sheet(accepted))


def test_the_entries_are_those_of_the_log(world: World, accepted: Finding) -> None:
    close(accepted, by=world.reviewer, at=world.now())
    rows = grid(sheet(accepted), "日志叶数据")
    steps = [row[2] for row in rows]
    assert steps == [f"finding.{verb}" for verb in ("issue", "plan", "submit", "judge", "accept", "close")]
    for row in rows:
        assert bytes(Event.objects.get(idx=int(row[0])).leaf).hex() == row[4]


def test_a_return_stays_on_the_sheet(world: World) -> None:
    finding = world.submitted()
    return_(finding, reason="缺少回单", by=world.auditor, at=world.now())
    submit(finding, text="已补", by=world.liaison, at=world.now())
    accept(finding, standard=SEEN, by=world.auditor, at=world.now())
    content = sheet(finding)
    assert [row[1:3] + row[5:] for row in grid(content, "销号标准")] == [["退回", "1", "缺少回单"], ["认定", "2", "—"]]
    assert "本问题无明细。" in lines(content)
    assert "无证明材料。" in lines(content)


def test_a_look_back_is_told_and_marked_until_it_is_concluded(world: World, accepted: Finding) -> None:
    close(accepted, by=world.reviewer, at=world.now())
    assert "尚未开展回头看。" in lines(sheet(accepted))
    check = Check(
        number="LB-1", finding=accepted, audit_body=accepted.audit_body, run=accepted.run,
        snapshot=small_snapshot(world, date(2026, 9, 30)), proposal=Conclusion.HELD, checked_at=world.now(), cleared=2,
    )  # fmt: skip
    record(
        [Change("propose", check, facts={"audit": "YJ-AUD", "gaps": 0})], actor=world.auditor.actor(), at=world.now()
    )
    assert grid(sheet(accepted), "数据日期") == [["LB-1", "2026-09-30", "待作结论", "2", "0", "0", "0", "0"]]


def test_nothing_of_a_referral_is_on_it(world: World, accepted: Finding) -> None:
    before = sheet(accepted)
    referral = referring.draft(
        referring.Letter("涉嫌骗取", "事实"), purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"], finding=accepted,
        enclosed=(referring.Enclosed(attachment(b"secret").digest, "取证单.pdf"),), by=world.auditor, at=world.now(),
    )  # fmt: skip
    referring.approve(referral, by=world.reviewer, at=world.now())
    referring.send(referral, by=world.auditor, at=world.now())
    assert sheet(accepted) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_record_gives_the_same_bytes(world: World, accepted: Finding, language: str) -> None:
    assert sheet(accepted, language) == sheet(accepted, language)
    assert len(grids(sheet(accepted, language))) == 6


def test_there_is_none_before_a_verifier_accepted(world: World) -> None:
    finding = with_items(world, 1)
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    with pytest.raises(Refused) as refusal:
        slip(finding, "zh")
    assert refusal.value.rule == "slip.accepted"
