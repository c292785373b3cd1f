"""The ledger: filters in the address, views with counts, sums of the whole filter, bulk issue with every refusal."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reperform.ledger.guard import open_door
from reperform.ledger.models import Event, Finding
from reperform.rectify import queries
from reperform.reveal.actions import revise
from reperform.rules.deadlines import is_overdue
from reperform.rules.steps import FindingState
from reperform.verify.actions import Opinion, Verdict, judge
from tests.web.conftest import SignedIn
from tests.web.scene import confirmed, with_items
from tests.world import World

AS_OF = "2026-05-01"


def numbers(response: HttpResponse) -> list[str]:
    return [row.finding.number for row in response.context["rows"]]  # type: ignore[attr-defined]


def shown(client: Client, **query: str) -> list[str]:
    return numbers(client.get(reverse("ledger"), {"as_of": AS_OF, **query}))


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.auditor)


def test_without_a_word_the_ledger_shows_what_is_not_struck_off_by_time_limit(world: World, auditor: Client) -> None:
    late, early = world.issued(due_on=date(2026, 9, 30)), world.issued(due_on=date(2026, 4, 30))
    draft = world.draft()
    assert shown(auditor) == [early.number, late.number, draft.number]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "RP-2026-0002"}, [2]),
        ({"q": "高龄"}, [3]),
        ({"q": "基金管理"}, [1, 2, 3]),
        ({"q": "%"}, []),
        ({"body": "YJ-HRSS"}, [1, 2, 3]),
        ({"body": "人力资源"}, [1, 2, 3]),
        ({"body": "YJ-CA"}, []),
        ({"body": "Insurance Fund"}, [1, 2, 3]),
        ({"state": "draft"}, [3]),
        ({"term": "staged"}, [3]),
        ({"due": "2026-06-30"}, [1]),
        ({"min": "2"}, [2]),
        ({"min": "0.5"}, [1, 2]),
        ({"category": "elderly_care"}, [3]),
        ({"engagement": "E-2026-01"}, [1, 2, 3]),
        ({"engagement": "E-0"}, []),
        ({"code": "SI-01"}, []),
    ],
)
def test_a_filter_narrows(world: World, auditor: Client, query: dict[str, str], expected: list[int]) -> None:
    world.issued(ordered=1_000_000, due_on=date(2026, 6, 30))
    world.issued(ordered=2_000_000, due_on=date(2026, 12, 31))
    draft = world.draft()
    revise(draft, title="高龄津贴", term="staged", category="elderly_care", by=world.auditor, at=world.now())
    assert shown(auditor, **query) == [f"RP-2026-{place:04d}" for place in expected]


def test_a_value_that_cannot_be_used_is_named_and_narrows_nothing(world: World, auditor: Client) -> None:
    world.issued()
    response = auditor.get(reverse("ledger"), {"due": "tomorrow", "state": "unheard of", "min": "-1"})
    assert len(numbers(response)) == 1
    assert set(response.context["filter"].errors) == {"due", "state", "min"}
    assert b"errorlist" in response.content


def test_the_counter_of_a_view_is_what_the_view_shows(world: World, signed_in: SignedIn) -> None:
    world.draft()
    world.issued(due_on=date(2026, 4, 30))
    world.issued(due_on=date(2026, 5, 2))
    world.submitted()
    world.accepted()
    for person in ("auditor", "reviewer", "liaison", "lead", "legislator", "stranger"):
        client = signed_in(getattr(world, person))
        response = client.get(reverse("ledger"), {"view": "all", "as_of": AS_OF})
        for tab in response.context["tabs"]:
            seen = client.get(f"{tab.url}&as_of={AS_OF}")
            assert len(numbers(seen) if seen.context["rows"] else []) == tab.count, (person, tab.url)


def test_drafts_are_a_view_of_the_audit_alone(world: World, signed_in: SignedIn) -> None:
    labels = {str(tab.label) for tab in signed_in(world.legislator).get(reverse("ledger")).context["tabs"]}
    assert "Drafts" not in labels
    assert "Drafts" in {str(tab.label) for tab in signed_in(world.auditor).get(reverse("ledger")).context["tabs"]}


@pytest.mark.django_db
@pytest.mark.parametrize("due", [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 2)])
@pytest.mark.parametrize("state", list(FindingState))
def test_the_view_of_the_overdue_is_the_rule_of_the_deadlines(world: World, state: FindingState, due: date) -> None:
    finding = world.issued(due_on=due)
    with open_door():  # a state that is set by hand, only to compare two predicates
        Finding.objects.filter(pk=finding.pk).update(state=state)
    on = date(2026, 5, 1)
    assert Finding.objects.filter(queries.overdue(on)).exists() == is_overdue(state, due, on)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("number", [1, 2, 3]), ("-number", [3, 2, 1]), ("amount", [2, 1, 3]), ("-amount", [3, 1, 2]), ("due", [3, 1, 2]),
     ("-due", [2, 1, 3]), ("unheard of", [3, 1, 2])],
)  # fmt: skip
def test_the_head_sorts(world: World, auditor: Client, sort: str, expected: list[int]) -> None:
    world.issued(ordered=200, due_on=date(2026, 7, 1))
    world.issued(ordered=100, due_on=date(2026, 8, 1))
    world.issued(ordered=300, due_on=date(2026, 6, 1))
    assert shown(auditor, sort=sort) == [f"RP-2026-{place:04d}" for place in expected]


def test_the_sorted_column_says_so(world: World, auditor: Client) -> None:
    world.issued()
    text = auditor.get(reverse("ledger"), {"sort": "-amount"}).content.decode()
    assert text.count("aria-sort") == 1
    assert 'aria-sort="descending"' in text


def test_the_pager_keeps_the_filter_and_the_sums_are_of_the_whole(world: World, auditor: Client) -> None:
    for _one in range(23):
        world.issued(ordered=1_000_000)
    world.draft(ordered=5_000_000)
    first = auditor.get(reverse("ledger"), {"state": "issued", "sort": "number"})
    assert (len(numbers(first)), first.context["totals"].count) == (20, 23)
    assert (first.context["page_amount"], first.context["total_amount"]) == ("20.00", "23.00")
    following = auditor.get(first.context["after_url"])
    assert (len(numbers(following)), following.context["total_amount"]) == (3, "23.00")
    assert numbers(auditor.get(following.context["before_url"])) == numbers(first)
    assert set(numbers(first)) | set(numbers(following)) == {f"RP-2026-{place:04d}" for place in range(1, 24)}


def test_proved_is_what_the_items_show_and_never_more_than_their_amount(world: World, auditor: Client) -> None:
    finding = with_items(world, 3, amount=1_000_000)
    items = list(finding.items.order_by("position"))
    opinions = {
        items[0].pk: Opinion(Verdict.CLEARED, "已核", 9_000_000, "HD-1"),
        items[1].pk: Opinion(Verdict.PARTLY, "已核", 400_000, "HD-2"),
        items[2].pk: Opinion(Verdict.UNPROVEN, "无凭证", 700_000, ""),
    }
    judge(finding, opinions, by=world.auditor, at=world.now())
    response = auditor.get(reverse("ledger"), {"as_of": AS_OF})
    (row,) = response.context["rows"]
    assert (row.amount, row.proved, row.cleared, row.items) == ("3.00", "1.40", 1, 3)
    assert response.context["total_proved"] == "1.40"


def test_too_many_items_are_not_summed_and_the_page_says_so(
    world: World, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_items(world, 2)
    with_items(world, 2)
    monkeypatch.setattr(queries, "SUMMED_AT_MOST", 1)
    response = auditor.get(reverse("ledger"))
    assert (response.context["total_amount"], response.context["total_proved"]) == ("0.40", "—")
    assert "Narrow the filter" in response.content.decode()


def test_nothing_known_a_true_zero_and_nothing_there_are_told_apart(world: World, auditor: Client) -> None:
    finding = with_items(world, 1, amount=0)
    judge(finding, {finding.items.get().pk: Opinion(Verdict.STILL, "未改", 0)}, by=world.auditor, at=world.now())
    world.issued(ordered=100)
    (without, zero) = auditor.get(reverse("ledger"), {"sort": "-number"}).context["rows"]
    assert (zero.amount, zero.proved) == ("0.00", "0.00")
    assert (without.amount, without.proved, without.items) == ("0.00", "—", 0)


def test_the_export_holds_the_whole_filter(world: World, auditor: Client) -> None:
    for _one in range(22):
        world.issued(ordered=1_000_000)
    world.draft()
    response = auditor.get(reverse("ledger_xlsx"), {"state": "issued"})
    content = b"".join(response.streaming_content)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    text = "\n".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row)
    book.close()
    assert text.count("向死亡人员发放养老金") == 22


# Issue in bulk --------------------------------------------------------------------------------------


def chosen(*findings: Finding) -> list[str]:
    return [f"{one.number},{one.seq}" for one in findings]


def test_drafts_are_issued_together(world: World, auditor: Client) -> None:
    drafts = [world.draft(), world.draft()]
    response = auditor.post(reverse("ledger_issue"), {"no": chosen(*drafts), "due_on": "2026-06-30"})
    assert [one.number for one in response.context["issued"]] == [one.number for one in drafts]
    assert set(Finding.objects.values_list("state", "due_on")) == {("issued", date(2026, 6, 30))}


def test_each_refusal_is_named_with_its_rule_and_the_others_go_on(world: World, auditor: Client) -> None:
    good, issued, stale, bare = world.draft(), world.issued(), world.draft(), confirmed(world, 1, body="YJ-NOBODY")
    old = chosen(stale)
    revise(stale, title="改过", by=world.reviewer, at=world.now())
    asked = [*chosen(good, issued), *old, *chosen(bare), "RP-9999-0001,1", "nonsense"]
    response = auditor.post(reverse("ledger_issue"), {"no": asked, "due_on": "2026-06-30"})
    assert [one.number for one in response.context["issued"]] == [good.number]
    refused = {one.number: one.why.rule for one in response.context["refused"]}
    assert refused == {
        issued.number: "finding.issue.state", stale.number: "seen.version", bare.number: "issue.responsible",
    }  # fmt: skip
    page = response.content.decode()
    assert all(rule in page for rule in refused.values())


def test_without_a_time_limit_nothing_is_issued(world: World, auditor: Client) -> None:
    draft = world.draft()
    before = Event.objects.count()
    response = auditor.post(reverse("ledger_issue"), {"no": chosen(draft), "due_on": ""})
    assert response.status_code == 422
    assert Event.objects.count() == before


def test_if_none_can_be_issued_nothing_is_written(world: World, auditor: Client) -> None:
    issued = world.issued()
    before = Event.objects.count()
    response = auditor.post(reverse("ledger_issue"), {"no": chosen(issued), "due_on": "2026-06-30"})
    assert (response.status_code, response.context["issued"]) == (200, [])
    assert Event.objects.count() == before


def test_the_box_of_a_draft_is_offered_to_the_audit_alone(world: World, signed_in: SignedIn) -> None:
    world.draft()
    assert b'name="no"' in signed_in(world.auditor).get(reverse("ledger")).content
    world.issued()
    assert b'name="no"' not in signed_in(world.legislator).get(reverse("ledger")).content
