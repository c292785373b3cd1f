"""The workbench: what waits for me, returned first; counters that open the same in the ledger; rates cut off."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse
from django.urls import reverse

from reperform.ledger.models import Account
from reperform.reveal.actions import revise
from reperform.verify.actions import close, return_
from tests.web.conftest import SignedIn
from tests.world import World

AS_OF = "2026-06-10"  # a Wednesday


@pytest.fixture
def busy(world: World) -> World:
    """One finding in each place that matters."""
    world.returned = return_(world.submitted(), reason="补充", by=world.auditor, at=world.now())  # type: ignore[attr-defined]
    world.late = world.issued(due_on=date(2026, 6, 1))  # type: ignore[attr-defined]
    world.this_week = world.issued(due_on=date(2026, 6, 14))  # type: ignore[attr-defined]
    world.sent = world.submitted()  # type: ignore[attr-defined]
    world.waits = world.accepted()  # type: ignore[attr-defined]
    world.drafted = world.draft()  # type: ignore[attr-defined]
    world.done = close(world.accepted(), by=world.reviewer, at=world.now())  # type: ignore[attr-defined]
    return world


def desk(signed_in: SignedIn, account: Account, as_of: str = AS_OF) -> HttpResponse:
    return signed_in(account).get(reverse("workbench"), {"as_of": as_of})


def todos(response: HttpResponse) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (group.label, [(one.finding.number, str(one.next)) for one in group.todos])
        for group in response.context["groups"]  # type: ignore[attr-defined]
    ]


def test_the_unit_sees_the_returned_one_first_then_by_time_limit(busy: World, signed_in: SignedIn) -> None:
    assert todos(desk(signed_in, busy.liaison)) == [
        ("Returned (first)", [(busy.returned.number, "Add what is missing")]),
        ("Overdue", [(busy.late.number, "Plan measures")]),
        ("Due this week", [(busy.this_week.number, "Plan measures")]),
    ]


def test_the_auditor_verifies_and_issues(busy: World, signed_in: SignedIn) -> None:
    assert todos(desk(signed_in, busy.auditor)) == [
        ("Later", [(busy.sent.number, "Verify")]),
        ("Without a time limit yet", [(busy.drafted.number, "Check and issue")]),
    ]


def test_what_one_accepted_a_second_person_strikes_off(busy: World, signed_in: SignedIn) -> None:
    ((_label, later), _drafts) = todos(desk(signed_in, busy.reviewer))
    assert (busy.waits.number, "Strike off") in later


def test_a_limit_that_passed_with_the_verifier_is_not_called_overdue(busy: World, signed_in: SignedIn) -> None:
    groups = dict(todos(desk(signed_in, busy.auditor, "2026-07-02")))
    assert groups["The time limit has passed, waiting for you"] == [(busy.sent.number, "Verify")]
    assert "Overdue" not in groups


@pytest.mark.parametrize("person", ["auditor", "reviewer", "liaison", "lead", "legislator"])
def test_each_counter_opens_as_many_in_the_ledger(busy: World, signed_in: SignedIn, person: str) -> None:
    client = signed_in(getattr(busy, person))
    for counter in client.get(reverse("workbench"), {"as_of": AS_OF}).context["counters"]:
        assert client.get(counter.url).context["totals"].count == counter.count, counter.url


def test_who_has_no_steps_sees_what_is_overdue(busy: World, signed_in: SignedIn) -> None:
    for person in (busy.lead, busy.legislator):
        response = desk(signed_in, person)
        assert not response.context["has_steps"]
        text = response.content.decode()
        assert busy.late.number in text
        assert "Overdue findings" in text
        assert ">View<" in text


def test_the_administrator_sees_no_finding(busy: World, signed_in: SignedIn) -> None:
    text = desk(signed_in, busy.administrator).content.decode()
    assert "RP-2026" not in text
    assert reverse("ledger") not in text


def test_a_rate_prints_its_fraction_and_is_cut_off_not_rounded(world: World, signed_in: SignedIn) -> None:
    for _one in range(2):
        close(world.accepted(), by=world.reviewer, at=world.now())
    world.issued()
    staged = world.draft()
    revise(staged, term="staged", by=world.auditor, at=world.now())
    response = desk(signed_in, world.auditor)
    (rate,) = response.context["rates"]  # a draft is no finding of a rate
    assert (rate.percent, rate.fraction) == ("66%", "2/3")
    assert (response.context["total"], response.context["closed"], response.context["whole"]) == (3, 2, "66%")


def test_the_parts_of_a_rate_sum_to_its_whole(busy: World, signed_in: SignedIn) -> None:
    response = desk(signed_in, busy.auditor)
    assert sum(count for _fill, _label, count in response.context["parts"]) == response.context["total"] == 6
    assert [count for _fill, _label, count in response.context["parts"]] == [1, 2, 2, 1]


def test_the_date_that_is_asked_for_decides_what_is_overdue(busy: World, signed_in: SignedIn) -> None:
    counts = {
        day: desk(signed_in, busy.liaison, day).context["counters"][2].count
        for day in ("2026-06-01", "2026-06-02", "2026-06-15", "2026-07-02")
    }
    assert counts == {"2026-06-01": 0, "2026-06-02": 1, "2026-06-15": 2, "2026-07-02": 3}


def test_a_date_that_is_none_is_today(busy: World, signed_in: SignedIn) -> None:
    assert desk(signed_in, busy.auditor, "yesterday").status_code == 200


def test_on_an_empty_desk_it_says_so(world: World, signed_in: SignedIn) -> None:
    text = desk(signed_in, world.auditor).content.decode()
    assert "Nothing waits for you." in text
    assert "No finding is issued yet." in text
