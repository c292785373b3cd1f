"""The number of SQL statements of a page does not grow with what it shows."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reperform.ledger.models import Finding, Run
from reperform.rectify.actions import Measure, Result, plan, submit
from reperform.reveal.actions import exclude
from reperform.rules.outcomes import OutcomeKind
from reperform.verify.actions import return_
from tests.web.conftest import SignedIn
from tests.web.scene import attachment, ran, rows, singled, with_items
from tests.world import World

AT_MOST = 36  # no page needs more statements than this


def count(client: Client, url: str) -> int:
    client.get(url)  # warm what is read once: procedures, contracts, the session
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def fill_the_ledger(world: World, count: int) -> None:
    for place in range(count):
        match place % 3:
            case 0:
                world.draft()
            case 1:
                world.issued(ordered=100)
            case _:
                submitted = world.issued(ordered=100)
                plan(submitted, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
                results = [Result(OutcomeKind.MONEY, "return_to_channel", 100)]
                submit(
                    submitted, text="已追回", results=results, attachments=[attachment(str(place).encode())],
                    by=world.liaison, at=world.now(),
                )  # fmt: skip


@pytest.mark.parametrize("person", ["auditor", "liaison", "lead", "legislator"])
@pytest.mark.parametrize("route", ["workbench", "ledger"])
def test_a_list_of_thirty_costs_what_a_list_of_three_costs(
    world: World, signed_in: SignedIn, person: str, route: str
) -> None:
    client, url = signed_in(getattr(world, person)), f"{reverse(route)}?as_of=2026-05-01"
    fill_the_ledger(world, 3)
    few = count(client, url)
    fill_the_ledger(world, 27)
    assert count(client, url) == few <= AT_MOST


def test_the_queue_of_the_verifier_costs_the_same_for_ten(world: World, signed_in: SignedIn) -> None:
    client, url = signed_in(world.auditor), reverse("verify_queue")
    fill_the_ledger(world, 3)
    few = count(client, url)
    fill_the_ledger(world, 27)
    assert count(client, url) == few <= AT_MOST


@pytest.mark.parametrize("route", ["finding", "verify"])
def test_a_finding_of_forty_items_costs_what_one_of_four_costs(world: World, signed_in: SignedIn, route: str) -> None:
    client = signed_in(world.auditor)
    small, large = with_items(world, 4, state="submitted"), with_items(world, 40, state="submitted")
    assert (
        count(client, reverse(route, args=[small.number]))
        == count(client, reverse(route, args=[large.number]))
        <= AT_MOST
    )


def test_many_versions_with_many_files_cost_the_same(world: World, signed_in: SignedIn) -> None:
    client, finding = signed_in(world.liaison), with_items(world, 4, state="rectifying")
    urls = [reverse(route, args=[finding.number]) for route in ("finding", "fill")]
    submit(finding, text="1", attachments=[attachment(b"1")], by=world.liaison, at=world.now())
    few = [count(client, url) for url in urls]
    for version in range(2, 8):
        return_(finding, reason="补充", by=world.auditor, at=world.now())
        files = [attachment(f"{version} {place}".encode()) for place in range(5)]
        submit(finding, text=str(version), attachments=files, by=world.liaison, at=world.now())
    assert [count(client, url) for url in urls] == few


def test_a_run_of_sixty_rows_costs_what_one_of_six_costs(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.auditor)
    small = ran(world, rows("YJ-SIF", 6))
    bodies = ("YJ-SIF", "YJ-CA", "YJ-HRSS", "YJ-NONE")
    large = ran(
        world, [singled(bodies[place % 4], f"9901011950010{place:05d}", "2025-03-01", 5) for place in range(60)]
    )
    for run in (small, large):
        exclude(list(run.rows.all()[:3]), reason="核实", expires_on=date(2030, 1, 1), by=world.auditor, at=world.now())

    def cost(run: Run) -> int:
        return count(client, reverse("run", args=[run.number]))

    assert cost(small) == cost(large) <= AT_MOST


@pytest.mark.parametrize("route", ["runs", "lookback", "data", "procedures"])
def test_the_other_lists_cost_the_same_however_long(world: World, signed_in: SignedIn, route: str) -> None:
    client, url = signed_in(world.auditor), reverse(route)
    with_items(world, 2)
    few = count(client, url)
    for _more in range(6):
        with_items(world, 2)
    assert count(client, url) == few <= AT_MOST
    assert Finding.objects.count() == 7
