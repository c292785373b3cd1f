"""The page of a finding: one next step, the reasons for the others, money that is never merged, what it may show."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse
from django.urls import reverse

from reperform.ledger.guard import open_door
from reperform.ledger.models import Account, Event, Finding
from reperform.ledger.models.findings import DutyRole
from reperform.rectify.actions import Measure, Result, plan, submit
from reperform.reveal.actions import issue
from reperform.rules.outcomes import OutcomeKind, Verdict
from reperform.verify.actions import Opinion, close, judge, return_
from tests.web.conftest import SignedIn
from tests.web.scene import attachment, confirmed, small_snapshot, with_items
from tests.world import World


def page(signed_in: SignedIn, account: Account, finding: Finding, **query: str) -> HttpResponse:
    return signed_in(account).get(reverse("finding", args=[finding.number]), query)


def cleared(world: World, finding: Finding, remedied: int | None = 100_000) -> None:
    opinions = {item.pk: Opinion(Verdict.CLEARED, "已核", remedied, "HD-1") for item in finding.items.all()}
    judge(finding, opinions, by=world.auditor, at=world.now())


# The next step -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "person", "primary", "waiting"),
    [
        ("draft", "auditor", "issue", ""),
        ("issued", "auditor", "", "plans measures"),
        ("issued", "liaison", "plan", ""),
        ("issued", "lead", "", "plans measures"),
        ("rectifying", "liaison", "submit", ""),
        ("rectifying", "legislator", "", "submits what was done"),
        ("submitted", "auditor", "return", ""),
        ("submitted", "liaison", "", "the audit body verifies"),
    ],
)
def test_there_is_one_next_step_or_it_says_who_is_next(
    world: World, signed_in: SignedIn, state: str, person: str, primary: str, waiting: str
) -> None:
    response = page(signed_in, getattr(world, person), with_items(world, 2, state=state))
    steps = response.context["steps"]
    assert (steps.primary.verb if steps.primary else "") == primary
    assert waiting in steps.waiting
    assert response.content.decode().count("btn-step") == bool(primary)


def test_once_every_item_is_cleared_the_next_step_is_to_accept(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 2, state="submitted")
    cleared(world, finding)
    assert page(signed_in, world.auditor, finding).context["steps"].primary.verb == "accept"


def test_the_second_person_strikes_off_and_the_first_is_told_why_not(world: World, signed_in: SignedIn) -> None:
    finding = world.accepted()
    assert page(signed_in, world.reviewer, finding).context["steps"].primary.verb == "close"
    steps = page(signed_in, world.auditor, finding).context["steps"]
    assert steps.primary is None
    assert [why.rule for _label, why in steps.refused] == ["close.second_person"]


def test_each_refused_step_shows_its_reason_and_its_rule(world: World, signed_in: SignedIn) -> None:
    response = page(signed_in, world.auditor, with_items(world, 3, state="submitted"))
    rules = {why.rule: why.sentence for _label, why in response.context["steps"].refused}
    assert rules == {
        "verify.all_cleared": "3 items are not cleared yet.",
        "finding.close.state": "Cannot take the step Strike off: it is To verify.",
    }
    text = response.content.decode()
    assert "Why other steps are not available" in text
    assert "disabled" not in text


def test_a_foreign_unit_below_the_department_takes_no_step(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1)
    assert page(signed_in, world.stranger, finding).status_code == 404
    assert page(signed_in, world.lead, finding).context["steps"].also == []


def test_what_is_struck_off_offers_no_step(world: World, signed_in: SignedIn) -> None:
    finding = close(world.accepted(), by=world.reviewer, at=world.now())
    response = page(signed_in, world.auditor, finding)
    steps = response.context["steps"]
    assert (steps.primary, steps.also, steps.refused) == (None, [], [])
    assert "never changes again" in steps.waiting


def test_newer_data_offer_a_rerun_to_the_audit_alone(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="submitted")
    assert page(signed_in, world.auditor, finding).context["steps"].snapshots == []
    newer = small_snapshot(world, date(2026, 10, 31))
    assert page(signed_in, world.auditor, finding).context["steps"].snapshots == [newer]
    assert page(signed_in, world.liaison, finding).context["steps"].snapshots == []
    assert page(signed_in, world.auditor, confirmed(world, 1)).context["steps"].snapshots == []


# Money ---------------------------------------------------------------------------------------------------------------


def sums(response: HttpResponse) -> dict[str, str]:
    return {one.label: one.amount for one in response.context["strip"].sums}  # type: ignore[attr-defined]


def test_claimed_and_proved_are_never_merged(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 4, state="rectifying", amount=1_000_000)
    money = [
        Result(OutcomeKind.MONEY, "return_to_channel", 3_000_000), Result(OutcomeKind.MONEY, "remit_treasury", 500_000),
    ]  # fmt: skip
    submit(finding, text="已追回", results=money, by=world.liaison, at=world.now())
    items = list(finding.items.order_by("position"))
    opinions = {
        items[0].pk: Opinion(Verdict.CLEARED, "已核", 1_000_000, "HD-1"),
        items[1].pk: Opinion(Verdict.PARTLY, "已核", 400_000, "HD-2"),
        items[2].pk: Opinion(Verdict.STILL, "未改", 0),
        items[3].pk: Opinion(Verdict.UNPROVEN, "无凭证", None),
    }
    judge(finding, opinions, by=world.auditor, at=world.now())
    response = page(signed_in, world.auditor, finding)
    assert sums(response) == {
        "Found": "4.00", "Ordered": "4.00", "Claimed by the unit": "3.50", "Proved": "1.40", "Outstanding": "2.60",
    }  # fmt: skip
    legend = {fill: amount for fill, _label, amount in response.context["strip"].legend}
    assert legend == {"f-ok": "1.40", "f-part": "0.60", "f-bad": "1.00", "f-none": "1.00"}
    assert "Contradicted" in response.content.decode()


def test_before_anything_is_claimed_or_proved_it_says_so(world: World, signed_in: SignedIn) -> None:
    response = page(signed_in, world.liaison, with_items(world, 2, amount=1_000_000))
    found = sums(response)
    assert (found["Claimed by the unit"], found["Proved"], found["Outstanding"]) == ("—", "—", "2.00")


def test_only_the_last_version_claims(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="rectifying", amount=1_000_000)
    first = [Result(OutcomeKind.MONEY, "return_to_channel", 1_000_000)]
    submit(finding, text="1", results=first, by=world.liaison, at=world.now())
    return_(finding, reason="补充", by=world.auditor, at=world.now())
    submit(finding, text="2", by=world.liaison, at=world.now())
    assert sums(page(signed_in, world.auditor, finding))["Claimed by the unit"] == "0.00"


# Items ---------------------------------------------------------------------------------------------------------------


def test_items_not_cleared_come_first_and_tabs_count_them(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 15)
    items = list(finding.items.order_by("position"))
    opinions = {item.pk: Opinion(Verdict.CLEARED, "已核", 100_000, "HD-1") for item in items[:10]}
    opinions[items[14].pk] = Opinion(Verdict.STILL, "未改", 0)
    judge(finding, opinions, by=world.auditor, at=world.now())
    response = page(signed_in, world.auditor, finding)
    table = response.context["items"]
    assert [row.position for row in table.rows] == [15, 11, 12, 13, 14, 1, 2, 3, 4, 5, 6, 7]
    assert {str(tab.label): tab.count for tab in table.tabs} == {
        "All": 15, "Still there": 1, "Not looked at": 4, "Cleared": 10,
    }  # fmt: skip
    client = signed_in(world.auditor)
    following = client.get(table.after).context["items"]
    assert [row.position for row in following.rows] == [8, 9, 10]
    assert [row.position for row in client.get(following.before).context["items"].rows] == [
        row.position for row in table.rows
    ]


def test_a_tab_narrows_and_an_unknown_one_does_not(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 3)
    item = finding.items.first()
    assert item is not None
    judge(finding, {item.pk: Opinion(Verdict.STILL, "未改", 0)}, by=world.auditor, at=world.now())
    assert page(signed_in, world.auditor, finding, verdict="still").context["items"].total == 1
    assert page(signed_in, world.auditor, finding, verdict="unheard").context["items"].total == 3


@pytest.mark.parametrize(
    ("person", "masked"), [("auditor", False), ("liaison", False), ("lead", True), ("legislator", True)]
)
def test_personal_numbers_are_masked_but_for_those_who_must_act(
    world: World, signed_in: SignedIn, person: str, masked: bool
) -> None:
    response = page(signed_in, getattr(world, person), with_items(world, 1))
    text = response.content.decode()
    assert ("990101195001010000" not in text) == masked
    assert ("9901**********0000" in text) == masked


def test_the_pinned_procedure_is_shown_with_its_query(world: World, signed_in: SignedIn) -> None:
    text = page(signed_in, world.legislator, with_items(world, 1)).content.decode()
    assert "FROM pension_payment" in text
    assert "grace_months = 0" in text


# Facts, duties, evidence ---------------------------------------------------------------------------------------------


def test_what_people_wrote_is_text_and_never_markup(world: World, signed_in: SignedIn) -> None:
    finding = world.issued()
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    plan(finding, [Measure("immediate", nasty)], by=world.liaison, at=world.now())
    submit(
        finding,
        text=nasty,
        unfinished=nasty,
        attachments=[attachment(name=f"{nasty}.pdf")],
        by=world.liaison,
        at=world.now(),
    )
    return_(finding, reason=nasty, by=world.auditor, at=world.now())
    for route, person in (("finding", world.auditor), ("verify", world.auditor), ("fill", world.liaison)):
        text = signed_in(person).get(reverse(route, args=[finding.number])).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text


def test_a_file_that_rests_under_another_finding_too_is_marked(world: World, signed_in: SignedIn) -> None:
    for content in (b"same voucher", b"same voucher", b"another"):
        finding = world.issued()
        plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
        submit(finding, text="已改", attachments=[attachment(content)], by=world.liaison, at=world.now())
    numbers = Finding.objects.order_by("number")
    said = [page(signed_in, world.auditor, one).context["files"][0].copied for one in numbers]
    assert said == ["also in 1 other finding", "also in 1 other finding", ""]


def test_evidence_is_handed_out_as_octets_under_its_own_name(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="submitted")
    file = finding.evidence.get()
    response = signed_in(world.legislator).get(reverse("evidence", args=[finding.number, file.pk]))
    assert b"".join(response.streaming_content) == b"voucher"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%9B%9E%E5%8D%95.pdf")


def test_an_altered_file_is_not_handed_out(world: World, signed_in: SignedIn, home: object) -> None:
    finding = with_items(world, 1, state="submitted")
    file = finding.evidence.get()
    path = home.evidence / file.sha256[:2] / file.sha256[2:4] / file.sha256  # type: ignore[attr-defined]
    path.chmod(0o600)
    path.write_bytes(b"forged")
    response = signed_in(world.auditor).get(reverse("evidence", args=[finding.number, file.pk]))
    assert response.status_code == 500
    assert "must never change" in response.content.decode()


def test_duties_name_head_leader_and_handler(world: World, signed_in: SignedIn) -> None:
    finding = world.issued()
    client = signed_in(world.auditor)
    url = reverse("assign", args=[finding.number])
    assert client.get(url).status_code == 200
    posted = {"role": DutyRole.RESPONSIBLE, "body": world.bodies["YJ-SIF"].pk, "head": "沈主任", "leader": "顾副主任",
              "handler": "林", "seen": finding.seq}  # fmt: skip
    assert client.post(url, posted).status_code == 302
    text = page(signed_in, world.liaison, finding).content.decode()
    assert all(name in text for name in ("沈主任", "顾副主任", "林"))
    assert client.post(url, posted).status_code == 409  # drawn from the version before
    assert client.post(url, {**posted, "role": "boss"}).status_code == 422


def test_a_repeat_that_contradicts_itself_is_shown_and_not_corrected(world: World, signed_in: SignedIn) -> None:
    finding = world.issued()
    with open_door():
        Finding.objects.filter(pk=finding.pk).update(repeat="contradictory")
        finding.prior_references.create(cited="2021-003")
        finding.prior_references.create(cited="2020-001", earlier=world.issued())
    text = page(signed_in, world.auditor, finding).content.decode()
    assert "contradicts itself" in text
    assert "2021-003" in text
    assert "not among the findings at hand" in text
    assert "find it in the ledger" in text


# Time line -----------------------------------------------------------------------------------------------------------


def test_every_step_of_the_log_is_on_the_time_line_with_its_place(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="submitted")
    line = page(signed_in, world.auditor, finding).context["time_line"]
    logged = Event.objects.filter(subject__in=[finding.subject, finding.run.subject]).order_by("-idx")  # type: ignore[union-attr]
    assert [one.idx for one in line] == [event.idx for event in logged]
    assert [one.sentence for one in line][:2] == [
        "Version 1 submitted, claims 0.00 (10,000 yuan), 1 files",
        "1 measure planned",
    ]


def test_how_it_was_drafted_is_the_audit_bodys_own(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1)
    for person in (world.liaison, world.lead, world.legislator):
        assert [one.sentence for one in page(signed_in, person, finding).context["time_line"]] == [
            "Issued, to be put right by 2026-06-30"
        ]


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_draft_is_edited_and_issued(world: World, signed_in: SignedIn) -> None:
    draft = confirmed(world, 2, body="YJ-NOBODY")
    client, url = signed_in(world.auditor), reverse("revise", args=[draft.number])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {"responsible": world.bodies["YJ-SIF"].pk, "cause": "未按月比对", "ordered": "0.15", "seen": draft.seq}
    assert client.post(url, values).status_code == 302
    draft.refresh_from_db()
    assert (draft.responsible, draft.cause, draft.ordered) == (world.bodies["YJ-SIF"], "未按月比对", 150_000)
    posted = {"due_on": "2026-09-30", "seen": draft.seq}
    assert client.post(reverse("issue", args=[draft.number]), posted).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.due_on) == ("issued", date(2026, 9, 30))


def test_a_form_that_cannot_be_used_comes_back_with_what_was_written(world: World, signed_in: SignedIn) -> None:
    draft = world.draft()
    client = signed_in(world.auditor)
    response = client.post(
        reverse("revise", args=[draft.number]),
        {"title": "", "cause": "原因在此", "ordered": "0.0000001", "seen": draft.seq},
    )
    assert response.status_code == 422
    assert {"title", "ordered", "term"} <= set(response.context["form"].errors)
    assert "原因在此" in response.content.decode()
    assert draft.seq == Finding.objects.get(pk=draft.pk).seq


def test_what_is_issued_is_not_edited(world: World, signed_in: SignedIn) -> None:
    finding = world.issued()
    text = signed_in(world.auditor).get(reverse("revise", args=[finding.number])).content.decode()
    assert 'name="title"' not in text
    assert "Only a draft can be edited" in text


def test_a_discarded_draft_gives_its_rows_back(world: World, signed_in: SignedIn) -> None:
    draft = confirmed(world, 3)
    client = signed_in(world.auditor)
    posted = {"seen": draft.seq, "reason": "重复"}
    response = client.post(reverse("discard", args=[draft.number]), posted)
    assert response["Location"] == reverse("run", args=[draft.run.number])  # type: ignore[union-attr]
    assert draft.run.rows.filter(sifting="pending").count() == 3  # type: ignore[union-attr]
    assert client.post(reverse("discard", args=[draft.number]), posted).status_code == 409


def test_without_a_date_a_draft_is_not_issued(world: World, signed_in: SignedIn) -> None:
    draft = world.draft()
    response = signed_in(world.auditor).post(
        reverse("issue", args=[draft.number]), {"due_on": "soon", "seen": draft.seq}
    )
    assert response.status_code == 422
    assert "issue.due" in response.content.decode()


# Old pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["issue", "discard", "revise"])
def test_a_page_that_is_out_of_date_changes_nothing(world: World, signed_in: SignedIn, route: str) -> None:
    draft = world.draft()
    client = signed_in(world.auditor)
    form = client.get(reverse("revise", args=[draft.number])).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {"title": "改", "due_on": "2026-09-30", "reason": "x", "seen": draft.seq}
    issue([draft], due_on=date(2026, 6, 30), by=world.reviewer, at=world.now())
    before = Event.objects.count()
    response = client.post(reverse(route, args=[draft.number]), values)
    assert response.status_code == 409
    assert Event.objects.count() == before
    assert "in the meantime" in response.content.decode()


@pytest.mark.parametrize("seen", ["", "x", "-1", "²"])
def test_a_form_without_its_version_changes_nothing(world: World, signed_in: SignedIn, seen: str) -> None:
    draft = world.draft()
    posted = {"due_on": "2026-09-30", "seen": seen}
    assert signed_in(world.auditor).post(reverse("issue", args=[draft.number]), posted).status_code == 422


def test_a_relapse_is_linked_both_ways_as_far_as_one_may_see(world: World, signed_in: SignedIn) -> None:
    old, again = close(world.accepted(), by=world.reviewer, at=world.now()), world.draft()
    with open_door():
        Finding.objects.filter(pk=again.pk).update(relapse_of=old)
    again.refresh_from_db()
    assert page(signed_in, world.auditor, old).context["relapses"] == [again]
    assert page(signed_in, world.auditor, again).context["relapse_of"] == old
    assert page(signed_in, world.liaison, old).context["relapses"] == []  # a draft is the audit body's own
    assert again.number not in page(signed_in, world.liaison, old).content.decode()
