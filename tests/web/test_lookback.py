"""Looking back through the pages, on data that were loaded for real: a run proposes, a person decides."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from reperform.ledger import workshop
from reperform.ledger.models import Check, Event, Finding, Snapshot
from reperform.rectify.actions import Measure, plan, submit
from reperform.reveal.actions import confirm, issue
from reperform.reveal.running import run
from reperform.rules.outcomes import Verdict
from reperform.verify.actions import Opinion, accept, close, judge
from tests.web.conftest import SignedIn
from tests.web.loaded import AFTER, BEFORE, DEAD, load
from tests.web.scene import with_items
from tests.world import SEEN, World


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.auditor)


def found(world: World) -> Finding:
    """Load, run and issue: one finding with the two dead as its items."""
    (ran,) = run(["SI-01"], snapshot=load(world, BEFORE), engagement=world.engagement, by=world.auditor, at=world.now())
    rows = list(ran.rows.select_related("run__snapshot").order_by("pk"))
    procedure = workshop.procedures()["SI-01"]
    drafts = confirm(rows, procedure=procedure, engagement=world.engagement, by=world.auditor, at=world.now())
    return issue(drafts, due_on=date(2026, 9, 30), by=world.auditor, at=world.now())[0]


def struck_off(world: World) -> Finding:
    finding = found(world)
    plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
    submit(finding, text="已追回", by=world.liaison, at=world.now())
    opinions = {item.pk: Opinion(Verdict.CLEARED, "已核", item.amount, "HD-1") for item in finding.items.all()}
    judge(finding, opinions, by=world.auditor, at=world.now())
    accept(finding, standard=SEEN, by=world.auditor, at=world.now())
    return close(finding, by=world.reviewer, at=world.now())


def rerun(client: Client, finding: Finding, snapshot: Snapshot) -> Check:
    posted = {"seen": finding.seq, "snapshot": snapshot.number}
    response = client.post(reverse("rerun", args=[finding.number]), posted)
    check = Check.objects.order_by("pk").last()
    assert check is not None
    assert response["Location"] == reverse("check", args=[check.number])
    return check


def decide(client: Client, check: Check, conclusion: str, reason: str = "按数据") -> int:
    posted = {"seen": check.seq, "conclusion": conclusion, "reason": reason}
    return client.post(reverse("decide", args=[check.number]), posted).status_code


def test_a_rerun_proposes_item_by_item_and_changes_nothing(world: World, auditor: Client) -> None:
    finding = found(world)
    check = rerun(auditor, finding, load(world, AFTER, refunded=DEAD[:1]))
    page = auditor.get(reverse("check", args=[check.number]))
    assert [str(row.chip.label) for row in page.context["rows"]] == ["Still there", "Cleared"]
    assert [row.group for row in page.context["rows"]] == [
        "Still there: Singled out again.", "Cleared: Clean now, and the trace covers the amount.",
    ]  # fmt: skip
    assert [row.trace for row in page.context["rows"]] == ["", "HD-11"]
    assert set(finding.items.values_list("verdict", flat=True)) == {"pending"}


def test_a_person_concludes_and_the_items_take_over(world: World, auditor: Client) -> None:
    finding = found(world)
    check = rerun(auditor, finding, load(world, AFTER, refunded=DEAD[:1]))
    assert decide(auditor, check, "not_held", reason=" ") == 409
    assert decide(auditor, check, "") == 422
    assert decide(auditor, check, "not_held") == 302
    assert sorted(finding.items.values_list("verdict", flat=True)) == ["cleared", "still"]
    check.refresh_from_db()
    assert decide(auditor, check, "held") == 409
    shown = auditor.get(reverse("check", args=[check.number])).content.decode()
    assert 'name="conclusion"' not in shown
    assert "按数据" in shown


def test_an_incomplete_snapshot_says_nothing_of_any_item(world: World, auditor: Client) -> None:
    finding = found(world)
    check = rerun(auditor, finding, load(world, AFTER, body="YJ-OTHER", refunded=DEAD))
    page = auditor.get(reverse("check", args=[check.number]))
    assert page.context["rows"] == []
    text = page.content.decode()
    assert "Inconclusive" in text
    assert "YJ-SIF is missing from the new data" in text
    assert 'name="conclusion"' not in text
    assert decide(auditor, check, "held") == 409


def test_a_relapse_opens_a_new_finding_and_leaves_the_old_one(world: World, auditor: Client) -> None:
    finding = struck_off(world)
    check = rerun(auditor, finding, load(world, AFTER, refunded=DEAD, again=True))
    page = auditor.get(reverse("check", args=[check.number]))
    assert [word for word, _chip, _follows, proposed in page.context["conclusions"] if proposed] == ["relapsed"]
    assert len(page.context["new_rows"]) == check.new == 1
    assert decide(auditor, check, "relapsed") == 302
    finding.refresh_from_db()
    check.refresh_from_db()
    assert (finding.state, check.opened.relapse_of) == ("closed", finding)  # type: ignore[union-attr]
    old = auditor.get(reverse("finding", args=[finding.number])).content.decode()
    assert check.opened.number in old  # type: ignore[union-attr]


def test_what_held_is_noted(world: World, auditor: Client) -> None:
    finding = struck_off(world)
    check = rerun(auditor, finding, load(world, AFTER, refunded=DEAD))
    assert check.proposal == "held"
    assert decide(auditor, check, "held") == 302
    assert Event.objects.filter(subject=finding.subject).count() == finding.seq + 1


def test_the_list_shows_what_is_due_on_the_newest_data(world: World, auditor: Client) -> None:
    text = auditor.get(reverse("lookback")).content.decode()
    assert "no data are loaded yet" in text
    closed = struck_off(world)
    assert auditor.get(reverse("lookback")).context["due"].closed == []
    newer = load(world, AFTER, refunded=DEAD)
    due = auditor.get(reverse("lookback")).context["due"]
    assert (due.closed, due.unfinished) == ([closed], [])
    check = rerun(auditor, closed, newer)
    page = auditor.get(reverse("lookback"))
    assert page.context["due"].closed == []
    assert [(row.check, row.waiting) for row in page.context["checks"]] == [(check, True)]


def test_a_snapshot_is_looked_at_once(world: World, auditor: Client) -> None:
    finding = found(world)
    newer = load(world, AFTER, refunded=DEAD)
    rerun(auditor, finding, newer)
    again = auditor.post(reverse("rerun", args=[finding.number]), {"seen": finding.seq, "snapshot": newer.number})
    assert again.status_code == 404
    first = finding.run.snapshot.number  # type: ignore[union-attr]
    posted = {"seen": finding.seq, "snapshot": first}
    assert auditor.post(reverse("rerun", args=[finding.number]), posted).status_code == 404


def test_an_old_page_decides_nothing(world: World, auditor: Client) -> None:
    finding = with_items(world, 1, state="submitted")
    posted = {"seen": finding.seq - 1, "snapshot": "x"}
    assert auditor.post(reverse("rerun", args=[finding.number]), posted).status_code == 409
