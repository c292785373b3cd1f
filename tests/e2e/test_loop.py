"""The whole loop through the pages, from the run of a procedure to the look-back on newer data."""

from __future__ import annotations

import hashlib

import pytest

from reperform.home import Home
from reperform.ledger.models import Check, Event, Finding
from reperform.log import entry
from reperform.rules.replay import Replay
from tests.e2e.conftest import NewSite, Site
from tests.jobs.off import worked_off
from tests.web.loaded import AFTER, BEFORE, DEAD, load
from tests.web.scene import with_items
from tests.world import World


def test_the_loop_is_played_through_the_pages(world: World, site: Site, home: Home) -> None:
    load(world, BEFORE)
    finding = reveal(world, site)
    rectify(world, site, finding)
    verify(world, site, finding)
    look_back(world, site, finding)
    replayed = Replay()
    for event in Event.objects.order_by("idx"):
        replayed.take(entry.parse(bytes(event.body)))  # type: ignore[arg-type]
    assert replayed.standings[finding.subject].state == "closed"


def reveal(world: World, site: Site) -> Finding:
    """The auditor runs a procedure, confirms the leads of a body and issues the draft."""
    page = site.enter(world.auditor)
    page.get_by_role("link", name="Runs and leads").click()
    page.get_by_label("SI-01").check()
    page.get_by_label("Engagement").select_option(world.engagement.number)
    page.get_by_role("button", name="Run now").click()
    worked_off()
    page.get_by_role("link", name="RP-RUN-").click()  # the page of the job asks again by itself
    page.get_by_role("link", name="Social Insurance Fund Centre").click()
    page.get_by_label("All rows of YJ-SIF that are still to sift").check()
    page.get_by_role("button", name="Confirm: draft findings").click()
    assert page.get_by_role("status").inner_text() == "2 rows confirmed: 1 draft written."
    page.get_by_label("To be put right by").fill("2026-12-31")
    page.get_by_role("button", name="Issue the finding").click()
    finding = Finding.objects.get()
    assert (finding.state, finding.ordered, str(finding.due_on)) == ("issued", 200_000, "2026-12-31")
    return finding


def rectify(world: World, site: Site, finding: Finding) -> None:
    """The unit plans a measure and submits what was done, with a voucher."""
    page = site.enter(world.liaison)
    page.get_by_role("link", name=f"Plan measures {finding.number}").click()
    page.locator("#id_plan-text_0").fill("追回多发养老金")
    page.get_by_role("button", name="Plan these measures").click()
    page.get_by_label("What was done").fill("已全部追回")
    page.get_by_label("Returned to its channel", exact=True).fill("2000")
    page.get_by_label("Returned to its channel: Voucher").fill("JK-1")
    page.get_by_label("Files 1").set_input_files(
        {"name": "回单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("button", name="Submit the result").click()
    finding.refresh_from_db()
    file = finding.evidence.get()
    assert (finding.state, file.name, file.sha256) == ("submitted", "回单.pdf", hashlib.sha256(b"%PDF-1.7").hexdigest())


def verify(world: World, site: Site, finding: Finding) -> None:
    """The auditor looks at the file, judges the items and accepts; the reviewer strikes off."""
    page = site.enter(world.auditor)
    page.get_by_role("link", name=f"Verify {finding.number}").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="回单.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF-1.7"
    for place in (1, 2):
        page.get_by_label(f"Choose item {place}").check()
    page.get_by_label("Verdict", exact=True).select_option("cleared")
    page.get_by_label("Trace").fill("HD-1")
    page.locator("#judge").get_by_label("Reason").fill("凭证已核")
    page.get_by_role("button", name="Judge the chosen items").click()
    for point in ("Persons:", "Matter:", "Object:"):
        page.get_by_label(point).check()
    page.get_by_role("button", name="Accept the result").click()
    assert "Next: a second person" in page.locator(".r-step").inner_text()

    page = site.enter(world.reviewer)
    page.get_by_role("link", name=f"Strike off {finding.number}").click()
    page.get_by_role("button", name="Strike off").click()
    finding.refresh_from_db()
    assert (finding.state, finding.verifier, finding.closer) == ("closed", world.auditor, world.reviewer)


def look_back(world: World, site: Site, finding: Finding) -> None:
    """Newer data arrive; the auditor reperforms and concludes that it held."""
    load(world, AFTER, refunded=DEAD)
    page = site.enter(world.auditor)
    page.get_by_role("link", name="Look-back").click()
    page.get_by_role("button", name=f"Reperform {finding.number}").click()
    assert "Cleared: Clean now" in page.locator("#items").inner_text()
    page.get_by_role("radio").first.check()
    page.get_by_label("Reason").fill("退款凭证齐全")
    page.get_by_role("button", name="Conclude the look-back").click()
    assert Check.objects.get().conclusion == "held"


def test_what_is_written_is_kept_by_the_script_while_it_is_written(world: World, site: Site) -> None:
    finding = with_items(world, 1, state="rectifying")
    page = site.enter(world.liaison)
    site.open(f"/f/{finding.number}/fill")
    page.get_by_label("What was done").fill("写了一半")
    page.get_by_label("What was done").blur()
    page.locator("#kept").filter(has_text="Kept at").wait_for()
    site.open(f"/f/{finding.number}/fill")
    assert page.get_by_label("What was done").input_value() == "写了一半"


def test_everything_works_without_script(world: World, new_site: NewSite) -> None:
    finding = with_items(world, 1, state="rectifying")
    site = new_site(script=False)
    page = site.enter(world.liaison)
    site.open(f"/f/{finding.number}/fill")
    page.get_by_label("What was done").fill("没有脚本")
    page.get_by_role("button", name="Keep and go on later").click()
    assert page.get_by_label("What was done").input_value() == "没有脚本"
    page.get_by_text("Other money classes").first.click()
    page.get_by_label("Files 1").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    page.get_by_role("button", name="Submit the result").click()
    finding.refresh_from_db()
    assert (finding.state, finding.submissions.get().text) == ("submitted", "没有脚本")


def test_two_windows_on_one_finding_decide_once(world: World, new_site: NewSite) -> None:
    finding = world.accepted()
    first, second = new_site(), new_site()
    for site, person in ((first, world.reviewer), (second, world.auditor_two)):
        site.enter(person)
        site.open(f"/f/{finding.number}/verify")
    first.page.get_by_role("button", name="Strike off").click()
    second.page.get_by_role("button", name="Strike off").click()
    assert "The page was out of date" in second.page.locator("h1").inner_text()
    assert [complaint for complaint in second.complaints if "409" not in complaint] == []
    second.complaints.clear()
    assert finding.verifications.filter(result="closed").count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_language_and_large_type_are_switched_on_the_page(world: World, new_site: NewSite, language: str) -> None:
    site = new_site(language=language)
    page = site.enter(world.auditor)
    other = page.locator("form[action='/language'] button")
    said = other.inner_text()
    other.click()
    assert page.locator("form[action='/language'] button").inner_text() != said
    page.locator("form[action='/large-type'] button").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
