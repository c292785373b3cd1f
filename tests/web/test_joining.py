"""Joint findings: one part for each body, the common text for all, the whole concluded when every part has ended."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from reperform.errors import BadInput, Refused
from reperform.ledger import workshop
from reperform.ledger.change import Change
from reperform.ledger.models import Finding, Joint
from reperform.ledger.record import step
from reperform.rectify.forms import FINDING_FORMS
from reperform.rectify.joining import Share, conclude, divide, join
from reperform.reveal.actions import confirm, discard, issue, revise
from reperform.rules.outcomes import Closure
from reperform.verify.actions import set_aside
from tests.loop.agreement import disagreements
from tests.web.conftest import SignedIn
from tests.web.scene import PROCEDURE, confirmed, ran, rows, singled
from tests.world import World

TEXT = "两家单位数据未共享"


def divided(world: World, *, given: int = 200_000) -> tuple[Joint, Finding, Finding]:
    """Return a joint finding of the fund centre and the civil affairs bureau, 500,000 fen in all."""
    draft = world.draft(ordered=500_000)
    shares = [Share(world.bodies["YJ-CA"], given)]
    joint = divide(draft, shares=shares, text=TEXT, by=world.auditor, at=world.now())
    other = joint.parts.exclude(pk=draft.pk).get()
    return joint, draft, other


def refusal(call: object) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        call()  # type: ignore[operator]
    return refused.value.rule


def test_every_body_gets_a_part_of_its_own_and_no_yuan_is_lost(world: World) -> None:
    joint, draft, other = divided(world)
    assert (draft.ordered, other.ordered, joint.ordered) == (300_000, 200_000, 500_000)
    assert (draft.amount, other.amount) == (300_000, 200_000)
    assert other.responsible == world.bodies["YJ-CA"]
    assert (other.title, other.criteria, other.condition, other.state) == (draft.title, "标准", "事实", "draft")
    assert disagreements() == []


def test_items_go_to_the_body_that_the_data_name(world: World) -> None:
    draft = confirmed(world, 3)
    item = draft.items.get(position=2)
    moved = Change("revise", draft, edits=[(item, {"body_code": "YJ-CA"})])
    step(moved, by=world.auditor, at=world.now())
    joint = divide(draft, shares=[Share(world.bodies["YJ-CA"], 100_000)], by=world.auditor, at=world.now())
    assert {one.responsible.number: (one.items.count(), one.amount) for one in joint.parts.all()} == {
        "YJ-SIF": (2, 200_000), "YJ-CA": (1, 100_000),
    }  # fmt: skip
    assert disagreements() == []


def test_drafts_of_several_bodies_are_joined(world: World) -> None:
    found = ran(world, [*rows("YJ-SIF", 3), singled("YJ-CA", "990101195001019999", "2025-03-01", 40_000)]).rows.all()
    procedure = workshop.procedures()[PROCEDURE]
    drafts = confirm(found, procedure=procedure, engagement=world.engagement, by=world.auditor, at=world.now())
    joint = join(drafts, title="两家单位多发养老金", by=world.auditor, at=world.now())
    assert (joint.parts.count(), joint.ordered) == (2, 340_000)
    assert disagreements() == []


@pytest.mark.parametrize(("given", "rule"), [(500_001, "joint.shares"), (-1, "joint.shares")])
def test_shares_that_do_not_sum_are_refused(world: World, given: int, rule: str) -> None:
    assert refusal(lambda: divided(world, given=given)) == rule
    assert not Joint.objects.exists()


def test_one_body_alone_makes_no_joint_finding(world: World) -> None:
    draft = world.draft(ordered=100)
    shares = [Share(world.bodies["YJ-SIF"], 50)]
    assert refusal(lambda: divide(draft, shares=shares, by=world.auditor, at=world.now())) == "joint.bodies"
    twice = [Share(world.bodies["YJ-CA"], 10), Share(world.bodies["YJ-CA"], 10)]
    assert refusal(lambda: divide(draft, shares=twice, by=world.auditor, at=world.now())) == "joint.bodies"
    drafts = [world.draft(), world.draft()]
    assert refusal(lambda: join(drafts, by=world.auditor, at=world.now())) == "joint.bodies"


def test_what_is_issued_or_joint_already_is_divided_no_more(world: World) -> None:
    shares = [Share(world.bodies["YJ-CA"], 1)]
    issued, (_joint, draft, _other) = world.issued(ordered=10), divided(world)
    for finding in (issued, draft):
        assert (
            refusal(lambda one=finding: divide(one, shares=shares, by=world.auditor, at=world.now())) == "joint.drafts"
        )


def test_the_whole_is_concluded_only_when_every_part_has_ended(world: World) -> None:
    joint, draft, other = divided(world)
    assert refusal(lambda: conclude(joint, result="完成", by=world.auditor, at=world.now())) == "joint.ended"
    discard(draft, reason="重复", by=world.auditor, at=world.now())
    issue([other], by=world.auditor, at=world.now())
    assert refusal(lambda: conclude(joint, result="完成", by=world.auditor, at=world.now())) == "joint.ended"
    set_aside(
        other, closure=Closure.NOT_APPLICABLE, paper="会议纪要", reason="已撤销", by=world.reviewer, at=world.now()
    )
    assert refusal(lambda: conclude(joint, result=" ", by=world.auditor, at=world.now())) == "reason.given"
    assert conclude(joint, result="完成", by=world.auditor, at=world.now()).state == "concluded"
    assert disagreements() == []


def test_a_body_sees_its_own_part_and_the_common_text_and_nothing_of_the_others(
    world: World, signed_in: SignedIn
) -> None:
    joint, draft, other = divided(world)
    client = signed_in(world.liaison)
    assert client.get(reverse("record", args=["joint", joint.number])).status_code == 404  # nothing is issued yet
    revise(other, title="只关民政的标题", by=world.auditor, at=world.now())
    issue([draft, other], by=world.auditor, at=world.now())
    pages = [
        client.get(reverse("record", args=["joint", joint.number])).content.decode(),
        client.get(reverse("records", args=["joint"])).content.decode(),
        client.get(reverse("finding", args=[draft.number])).content.decode(),
        client.get(reverse("fill", args=[draft.number])).content.decode(),
    ]
    assert sum(TEXT in page for page in pages) == 3
    for page in pages:
        for secret in (other.number, "Civil Affairs", "民政", "2,000.00"):
            assert secret not in page
    assert client.get(reverse("finding", args=[other.number])).status_code == 404
    whole = signed_in(world.auditor).get(reverse("record", args=["joint", joint.number])).content.decode()
    assert draft.number in whole
    assert other.number in whole


def test_the_page_divides_a_draft(world: World, signed_in: SignedIn) -> None:
    draft = world.draft(ordered=500_000)
    client, url = signed_in(world.auditor), reverse("finding_step", args=[draft.number, "divide"])
    assert "Divide among several bodies" in client.get(reverse("finding", args=[draft.number])).content.decode()
    posted = {"seen": draft.seq, "shares": "YJ-CA 1,000.50\nYJ-HRSS 0.1万元", "text": TEXT}
    response = client.post(url, posted)
    assert response.status_code == 302
    parts = Joint.objects.get().parts.order_by("number").values_list("responsible__number", "ordered")
    assert list(parts) == [("YJ-SIF", 299_950), ("YJ-CA", 100_050), ("YJ-HRSS", 100_000)]


@pytest.mark.parametrize("line", ["NOWHERE 5", "YJ-CA", "YJ-CA x", "YJ-CA 0.001"])
def test_a_share_that_is_none_is_named(world: World, line: str) -> None:
    form = next(one for one in FINDING_FORMS if one.verb == "divide")
    with pytest.raises(BadInput) as wrong:
        form.call(world.draft(ordered=100), shares=[line], text="", by=world.auditor, at=world.now())
    assert wrong.value.rule == "joint.share"
