"""Verifying: judge items with a trace, accept, return with the reason, strike off as the second person."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reperform.ledger.models import Event, Finding
from reperform.rectify.actions import Result, submit
from reperform.rectify.claiming import Said, claim
from reperform.rectify.queries import claims, tallies
from reperform.rules.outcomes import Claim, OutcomeKind
from reperform.verify.actions import Opinion, Verdict, judge
from tests.web.conftest import SignedIn
from tests.web.scene import with_items
from tests.world import World


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.auditor)


def say(client: Client, finding: Finding, **values: object) -> HttpResponse:
    posted = {"seen": finding.seq, "verdict": "cleared", "reason": "凭证已核", "trace": "HD-1", **values}
    response = client.post(reverse("judge", args=[finding.number]), posted)
    finding.refresh_from_db()
    return response


def decide(client: Client, verb: str, finding: Finding, **values: object) -> HttpResponse:
    response = client.post(reverse(verb, args=[finding.number]), {"seen": finding.seq, **values})
    finding.refresh_from_db()
    return response


def keys(finding: Finding) -> list[int]:
    return list(finding.items.order_by("position").values_list("pk", flat=True))


# Items ---------------------------------------------------------------------------------------------------------------


def test_chosen_items_are_judged_and_no_others(world: World, auditor: Client) -> None:
    finding = with_items(world, 3, state="submitted")
    assert say(auditor, finding, item=keys(finding)[:2]).status_code == 302
    found = list(finding.items.order_by("position").values_list("verdict", "remedied", "trace"))
    assert found == [("cleared", 100_000, "HD-1"), ("cleared", 100_000, "HD-1"), ("pending", None, "")]


def test_all_items_of_a_tab_are_judged_at_once(world: World, auditor: Client) -> None:
    finding = with_items(world, 4, state="submitted")
    judge(finding, {keys(finding)[0]: Opinion(Verdict.STILL, "未改", 0)}, by=world.auditor, at=world.now())
    assert say(auditor, finding, every="pending").status_code == 302
    assert sorted(finding.items.values_list("verdict", flat=True)) == ["cleared"] * 3 + ["still"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"trace": ""}, "trace"),
        ({"verdict": "partly", "trace": " ", "proved": "1"}, "trace"),
        ({"verdict": "partly"}, "proved"),
        ({"reason": ""}, "reason"),
        ({"verdict": "pending"}, "verdict"),
        ({"proved": "0.001"}, "proved"),
        ({"proved": "much"}, "proved"),
    ],
)
def test_a_verdict_without_what_it_rests_on_is_not_taken(
    world: World, auditor: Client, values: dict[str, str], field: str
) -> None:
    finding = with_items(world, 1, state="submitted")
    response = say(auditor, finding, item=keys(finding), **values)
    assert response.status_code == 422
    assert field in response.context["judging"].errors
    assert finding.items.get().verdict == "pending"


def claimed(world: World, finding: Finding, *said: Said) -> None:
    money = [Result(OutcomeKind.MONEY, "return_to_channel", 300_000)]
    claim(finding, dict(zip(keys(finding), said, strict=True)), by=world.liaison, at=world.now())
    submit(finding, text="已追回", results=money, over_reason="含利息", by=world.liaison, at=world.now())


def test_items_are_recognised_as_claimed_and_the_sum_is_what_was_proved(world: World, auditor: Client) -> None:
    finding = with_items(world, 3, state="rectifying")
    claimed(world, finding, Said(Claim.DONE, reference="JK-1"), Said(Claim.PARTLY, 40_000, "JK-2"),
            Said(Claim.NOT_DONE, text="失联"))  # fmt: skip
    text = auditor.get(reverse("verify", args=[finding.number])).content.decode()
    assert "Claimed partly done" in text
    assert "失联" in text
    assert "not asked again yet" in text
    assert say(auditor, finding, item=keys(finding)[:2], verdict="claimed", trace="").status_code == 302
    found = list(finding.items.order_by("position").values_list("verdict", "remedied", "trace"))
    assert found == [("cleared", 100_000, "JK-1"), ("partly", 40_000, "JK-2"), ("pending", None, "")]
    assert say(auditor, finding, item=keys(finding)[:1], verdict="still", trace="").status_code == 302
    assert tallies([finding])[finding.pk].remedied == 40_000
    assert claims([finding])[finding.pk] == {"return_to_channel": 300_000}


@pytest.mark.parametrize("values", [{}, {"trace": "HD-1"}, {"trace": "", "proved": "1"}])
def test_what_is_not_claimed_cannot_be_recognised_as_claimed(
    world: World, auditor: Client, values: dict[str, str]
) -> None:
    finding = with_items(world, 2, state="rectifying")
    claimed(world, finding, Said(Claim.DONE, reference="JK-1"), Said(Claim.DISAGREES, text="不属实"))
    chosen = keys(finding)[:1] if values else keys(finding)
    response = say(auditor, finding, item=chosen, verdict="claimed", **{"trace": "", **values})
    assert response.status_code == 422
    assert "verdict" in response.context["judging"].errors
    assert set(finding.items.values_list("verdict", flat=True)) == {"pending"}


def test_still_there_needs_no_trace(world: World, auditor: Client) -> None:
    finding = with_items(world, 1, state="submitted")
    assert say(auditor, finding, item=keys(finding), verdict="still", trace="").status_code == 302


def test_a_part_is_proved_in_yuan_for_one_item_at_a_time(world: World, auditor: Client) -> None:
    finding = with_items(world, 2, state="submitted")
    both = say(auditor, finding, item=keys(finding), verdict="partly", proved="400.05")
    assert "proved" in both.context["judging"].errors
    assert say(auditor, finding, item=keys(finding)[:1], verdict="partly", proved="400.05").status_code == 302
    item = finding.items.order_by("position").first()
    assert item is not None
    assert (item.verdict, item.remedied) == ("partly", 40_005)


@pytest.mark.parametrize("chosen", [[], ["x"], [999_999]])
def test_without_an_item_nothing_is_judged(world: World, auditor: Client, chosen: list[object]) -> None:
    finding = with_items(world, 1, state="submitted")
    before = Event.objects.count()
    assert say(auditor, finding, item=chosen).status_code == 422
    assert Event.objects.count() == before


def test_an_item_of_another_finding_is_not_judged(world: World, auditor: Client) -> None:
    finding, other = with_items(world, 1, state="submitted"), with_items(world, 2, state="submitted")
    assert say(auditor, finding, item=keys(other)).status_code == 422
    assert set(other.items.values_list("verdict", flat=True)) == {"pending"}


# Decisions -----------------------------------------------------------------------------------------------------------


def test_accepted_by_one_and_struck_off_by_another(world: World, signed_in: SignedIn, auditor: Client) -> None:
    finding = with_items(world, 2, state="submitted")
    say(auditor, finding, item=keys(finding))
    page = auditor.get(reverse("verify", args=[finding.number]))
    assert page.context["may"] == {"accept": True, "return": True, "close": False}
    short = decide(auditor, "accept", finding, reason="属实", standard=["person", "number"])
    assert short.status_code == 409
    assert "accept.standard" in short.content.decode()
    answered = decide(auditor, "accept", finding, reason="属实", standard=["person", "matter", "object"])
    assert (answered.status_code, finding.state, finding.verifier) == (302, "accepted", world.auditor)
    assert finding.verifications.get().standard == ["matter", "object", "person"]
    refused = decide(auditor, "close", finding)
    assert (refused.status_code, finding.state) == (409, "accepted")
    assert "close.second_person" in refused.content.decode()
    done = decide(signed_in(world.reviewer), "close", finding, reason="复核无误")
    assert (done.status_code, finding.state, finding.closer) == (302, "closed", world.reviewer)


def test_what_is_not_cleared_is_not_accepted(world: World, auditor: Client) -> None:
    finding = with_items(world, 2, state="submitted")
    page = auditor.get(reverse("verify", args=[finding.number])).content.decode()
    assert "Accept the result</button>" not in page
    refused = decide(auditor, "accept", finding)
    assert refused.status_code == 409
    assert "verify.all_cleared" in refused.content.decode()


def test_a_return_carries_its_reason_to_the_unit(world: World, signed_in: SignedIn, auditor: Client) -> None:
    finding = with_items(world, 1, state="submitted")
    assert decide(auditor, "return", finding, reason="").status_code == 409
    assert finding.state == "submitted"
    assert decide(auditor, "return", finding, reason="凭证日期早于下达").status_code == 302
    assert finding.state == "returned"
    assert "凭证日期早于下达" in signed_in(world.liaison).get(reverse("fill", args=[finding.number])).content.decode()


def test_two_verifiers_at_once_decide_once(world: World, signed_in: SignedIn) -> None:
    finding = world.accepted()
    first, second = signed_in(world.reviewer), signed_in(world.auditor_two)
    seen = finding.seq
    assert decide(first, "close", finding).status_code == 302
    late = second.post(reverse("close", args=[finding.number]), {"seen": seen})
    assert late.status_code == 409
    assert finding.verifications.filter(result="closed").count() == 1


def test_the_page_of_what_is_struck_off_only_reads(world: World, signed_in: SignedIn, auditor: Client) -> None:
    finding = world.accepted()
    decide(signed_in(world.reviewer), "close", finding)
    page = auditor.get(reverse("verify", args=[finding.number]))
    assert page.context["judging"] is None
    assert page.context["may"] == {"accept": False, "return": False, "close": False}


# Queue ---------------------------------------------------------------------------------------------------------------


def test_the_queue_holds_what_waits_and_says_for_whom(world: World, auditor: Client) -> None:
    world.issued()
    sent, accepted = with_items(world, 2, state="submitted"), world.accepted()
    waiting = {one.row.finding.number: one for one in auditor.get(reverse("verify_queue")).context["waiting"]}
    assert set(waiting) == {sent.number, accepted.number}
    assert (waiting[sent.number].mine, waiting[accepted.number].mine) == (True, False)
    assert waiting[sent.number].submission.version == 1


def test_an_empty_queue_says_so(world: World, auditor: Client) -> None:
    assert "Nothing waits to be verified." in auditor.get(reverse("verify_queue")).content.decode()


def test_a_long_queue_has_pages(world: World, auditor: Client) -> None:
    for _one in range(21):
        world.submitted()
    first = auditor.get(reverse("verify_queue"))
    assert len(first.context["waiting"]) == 20
    following = auditor.get(reverse("verify_queue"), {"after": first.context["after"]})
    assert len(following.context["waiting"]) == 1


def test_what_papers_cannot_prove_is_seen_on_site_by_two_and_stands_in_for_them(world: World, auditor: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    money = [Result(OutcomeKind.MONEY, "return_to_channel", 100_000)]
    submit(finding, text="已追回", results=money, by=world.liaison, at=world.now())
    say(auditor, finding, item=keys(finding))
    seen = ["person", "matter", "object"]
    assert decide(auditor, "accept", finding, standard=seen).status_code == 409  # the voucher is missing
    planned = {"seen": finding.seq, "on": "2026-05-01", "matter": "现场查看"}
    response = auditor.post(reverse("finding_step", args=[finding.number, "plan_inspection"]), planned)
    assert response.status_code == 302
    inspection = finding.inspections.get()
    held = {"seen": inspection.seq, "on": "2026-05-02", "inspectors": "甲", "result": "账实相符"}
    url = reverse("record_step", args=["inspection", inspection.number, "hold"])
    assert auditor.post(url, held).status_code == 409  # one person is not enough
    assert auditor.post(url, {**held, "inspectors": "甲\n乙"}).status_code == 302
    assert decide(auditor, "accept", finding, standard=seen).status_code == 302
    assert finding.state == "accepted"
