"""Five stories of putting right, each from the issue to its end, as a bureau would tell them.

The chapter docs/how-to/put-right-and-verify.md tells the same five; each ends with the log agreeing with the ledger.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reperform.errors import Refused
from reperform.ledger import scope
from reperform.ledger.models import Event, Finding, Referral
from reperform.rectify import answering, extending, pressing, referring
from reperform.rectify.actions import Measure, Result, plan, submit
from reperform.rectify.referring import Letter
from reperform.rules.outcomes import Closure, OutcomeKind, Purpose, Response, Rung, Use
from reperform.verify.actions import accept, close, return_
from reperform.verify.waiving import grant as waive
from tests.loop.agreement import disagreements
from tests.world import SEEN, World

MATTER = ("person", "matter", "object")


def planned(world: World, **known: object) -> Finding:
    finding = world.issued(**known)  # type: ignore[arg-type]
    plan(finding, [Measure("immediate", "追回多发养老金")], by=world.liaison, at=world.now())
    return finding


def refused_by(step: object, *args: object, **known: object) -> str:
    with pytest.raises(Refused) as refusal:
        step(*args, **known)  # type: ignore[operator]
    return refusal.value.rule


def test_straight_closing(world: World) -> None:
    finding = planned(world, ordered=600_000)
    answering.respond(finding, response=Response.AGREE, by=world.liaison, at=world.now())
    submit(finding, text="已全部追回", by=world.liaison, at=world.now())
    assert refused_by(accept, finding, standard=MATTER[:2], by=world.auditor, at=world.now()) == "accept.standard"
    accept(finding, standard=MATTER, by=world.auditor, at=world.now())
    assert refused_by(close, finding, by=world.auditor, at=world.now()) == "close.second_person"
    close(finding, by=world.reviewer, at=world.now())
    assert (finding.state, finding.closure) == ("closed", Closure.VERIFIED)
    assert disagreements() == []


def test_returned_twice_then_closed(world: World) -> None:
    finding = planned(world, ordered=600_000)
    money = [Result(OutcomeKind.MONEY, "return_to_channel", 600_000, reference="JK-1")]
    for reason in ("缺少银行回单", "回单金额不符"):
        submit(finding, text="已追回", results=money, by=world.liaison, at=world.now())
        return_(finding, reason=reason, by=world.auditor, at=world.now())
    submit(finding, text="已追回并入库", results=money, by=world.liaison, at=world.now())
    assert refused_by(accept, finding, standard=SEEN, by=world.auditor, at=world.now()) == "accept.evidence"
    waiver = waive(
        finding, rule="accept.evidence", reason="回单由财政部门直接核对", expires_at=world.now() + timedelta(days=1),
        by=world.reviewer, at=world.now(),
    )  # fmt: skip
    accept(finding, standard=SEEN, waiver=waiver.number, by=world.auditor, at=world.now())
    close(finding, by=world.auditor_two, at=world.now())
    assert [one.version for one in finding.submissions.order_by("version")] == [1, 2, 3]
    assert finding.state == "closed"
    assert disagreements() == []


def test_extension_granted_then_overdue_then_press_letter(world: World) -> None:
    finding = planned(world, due_on=date(2026, 6, 30))
    extension = extending.request(
        finding, due_on=date(2026, 8, 31), reason="涉及跨省协查", by=world.liaison, at=world.now()
    )
    extending.grant(extension, reason="情况属实", by=world.auditor, at=world.now())
    finding = Finding.objects.get(pk=finding.pk)
    assert (finding.due_on, finding.original_due_on) == (date(2026, 8, 31), date(2026, 6, 30))
    assert pressing.propose_due(world.bodies["YJ-AUD"], as_of=date(2026, 7, 30), at=world.now()) == []
    rungs = []
    for day in (date(2026, 8, 25), date(2026, 8, 26), date(2026, 9, 1), date(2026, 9, 2)):
        rungs += pressing.propose_due(world.bodies["YJ-AUD"], as_of=day, at=world.now())
    assert [one.rung for one in rungs] == [Rung.REMINDER, Rung.PRESS_LETTER]
    assert not scope.escalations(world.liaison).exists()
    letter = rungs[1]
    pressing.issue(letter, paper="云审督〔2026〕3号", reply_due_on=date(2026, 9, 15), by=world.auditor, at=world.now())
    assert scope.escalations(world.liaison).get() == letter
    pressing.answer(letter, text="已追回 80%，余款九月底前到位", by=world.liaison, at=world.now())
    pressing.settle(letter, outcome="承诺期限内完成", by=world.auditor, at=world.now())
    assert letter.state == "settled"
    assert disagreements() == []


def test_disputed_then_ruled(world: World) -> None:
    finding = world.issued(due_on=date(2026, 6, 30))
    answering.respond(finding, response=Response.DISAGREE, reason="属于补发", by=world.liaison, at=world.now())
    answering.dispute(finding, reason="发放依据为生效裁定", by=world.liaison, at=world.now())
    assert refused_by(plan, finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now()) == (
        "finding.plan.state"
    )
    world.clock += timedelta(days=40)
    answering.uphold(finding, reason="裁决维持", paper="云府裁〔2026〕1号", by=world.reviewer, at=world.now())
    assert finding.state == "issued"
    assert (finding.original_due_on, finding.due_on) == (date(2026, 6, 30), date(2026, 8, 10))  # 9 August is a Sunday
    other = world.issued()
    answering.dispute(other, reason="主体错误", by=world.liaison, at=world.now())
    answering.annul(other, reason="裁决撤销", paper="云府裁〔2026〕2号", by=world.reviewer, at=world.now())
    assert (other.state, other.closure) == ("na", Closure.OVERTURNED)
    assert disagreements() == []


def test_a_delegate_plans_and_submits_until_its_last_day(world: World) -> None:
    """Regression: planning and submitting did not say on which day, so that a delegate was always refused."""
    finding = world.issued()
    until = world.now().date() + timedelta(days=30)
    answering.delegate(
        finding, to=world.bodies["YJ-SIF-E"], until=until, reason="经办在街道", by=world.liaison, at=world.now()
    )
    plan(finding, [Measure("immediate", "追回")], by=world.clerk, at=world.now())
    submit(finding, text="已追回", by=world.clerk, at=world.now())
    return_(finding, reason="缺少回单", by=world.auditor, at=world.now())
    world.clock += timedelta(days=31)
    assert refused_by(submit, finding, text="已补", by=world.clerk, at=world.now()) == "delegate.in_time"
    submit(finding, text="已补", by=world.liaison, at=world.now())
    assert disagreements() == []


def test_referral_with_reply_late_and_unseen_by_the_auditee(world: World) -> None:
    finding = planned(world)
    before = (finding.seq, Finding.objects.get(pk=finding.pk).seq, scope.findings(world.liaison).count())
    letter = Letter("涉嫌骗取养老金", "2025 年 3 月至 9 月，冒领死亡人员养老金 12 人", amount=3_000_000, persons=2)
    referral = referring.draft(
        letter, purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"], finding=finding, by=world.auditor, at=world.now()
    )
    assert not scope.referrals(world.partner).exists()
    assert refused_by(referring.approve, referral, by=world.auditor, at=world.now()) == "referral.approve.role"
    referring.approve(referral, by=world.reviewer, at=world.now())
    referring.send(referral, by=world.auditor, at=world.now())
    assert referral.reply_due_on == date(2026, 7, 1)
    assert scope.referrals(world.partner).get() == referral
    referring.receive(referral, by=world.partner, at=world.now())
    referring.forward(referral, to=world.bodies["YJ-POL"], reason="属公安管辖", by=world.partner, at=world.now())
    assert not scope.referrals(world.partner).exists()
    referring.receive(referral, by=world.police, at=world.now())
    referring.accept(referral, by=world.police, at=world.now())
    referring.file(referral, by=world.police, at=world.now())
    world.clock += timedelta(days=120)
    from reperform.rectify.watching import late_replies

    assert list(late_replies(world.auditor, world.now().date())) == [referral]
    referring.conclude(referral, use=Use.INVESTIGATION, reply="已立案侦查并移送起诉", by=world.police, at=world.now())
    referring.settle(referral, reason="已入档", by=world.auditor, at=world.now())
    assert Referral.objects.get().state == "settled"
    for person in (world.liaison, world.clerk, world.stranger, world.lead, world.legislator, world.administrator):
        assert not scope.referrals(person).exists()
    after = (finding.seq, Finding.objects.get(pk=finding.pk).seq, scope.findings(world.liaison).count())
    assert after == before
    assert not Event.objects.filter(subject=finding.subject, body__contains=b"referral").exists()
    assert disagreements() == []
