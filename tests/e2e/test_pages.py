"""Every page, in both languages: no barrier that axe knows, no sideways scroll, no complaint of the browser."""

from __future__ import annotations

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from reperform.ledger.change import Change
from reperform.ledger.models import Account, Check, CheckVerdict, Finding
from reperform.ledger.record import record
from reperform.rectify.actions import Result, submit
from reperform.reveal import inquiring
from reperform.reveal.actions import exclude
from reperform.rules.outcomes import OutcomeKind, Verdict
from reperform.verify.actions import Opinion, judge, return_
from tests.e2e.conftest import NewSite, Site
from tests.web.scene import confirmed, ran, rows, small_snapshot, with_items
from tests.world import World

WIDTHS = (320, 390, 683, 801, 1024, 1100, 1280, 1366)


@pytest.fixture
def pages(world: World) -> dict[str, list[str]]:
    """Fill the site so that each page shows all that it can; return the addresses of each person."""
    finding = with_items(world, 14, state="rectifying")
    money = [
        Result(OutcomeKind.MONEY, "return_to_channel", 900_000, reference="JK-1"),
        Result(OutcomeKind.RULE, title="办法"),
    ]
    submit(finding, text="已追回", results=money, by=world.liaison, at=world.now())
    return_(finding, reason="凭证不足", by=world.auditor, at=world.now())
    submit(finding, text="已补充", results=money, by=world.liaison, at=world.now())
    items = list(finding.items.order_by("position"))
    verdicts = (Verdict.CLEARED, Verdict.PARTLY, Verdict.STILL, Verdict.UNPROVEN)
    opinions = {item.pk: Opinion(one, "核", 50_000, "HD-1") for item, one in zip(items, verdicts, strict=False)}
    judge(finding, opinions, by=world.auditor, at=world.now())
    returned = return_(world.submitted(), reason="补充", by=world.auditor, at=world.now())
    world.issued(due_on=date(2026, 4, 2))
    accepted = world.accepted()
    draft = confirmed(world, 2)
    run = ran(world, rows("YJ-SIF", 30), population=100)
    exclude(list(run.rows.all()[:2]), reason="分期", expires_on=date(2030, 1, 1), by=world.auditor, at=world.now())
    asked = inquiring.send(
        list(run.rows.select_related("run").filter(sifting="pending")[:3]), receiver=world.bodies["YJ-SIF"],
        question="是否为补发？", by=world.auditor, at=world.now(),
    )  # fmt: skip
    check = _check(world, finding)
    snapshot = small_snapshot(world, date(2026, 10, 31), breaches=("coverage:died_on",))
    number = finding.number
    shared = ["/", "/ledger?view=all", f"/f/{number}", f"/f/{number}?verdict=still", "/ledger?q=nothing", "/nowhere"]
    return {
        "auditor": [
            *shared, "/ledger?view=drafts", f"/f/{draft.number}", f"/f/{draft.number}/revise", f"/f/{number}/assign",
            "/verify", f"/f/{number}/verify", "/data", f"/data/{snapshot.number}", "/procedures", "/procedures/SI-01",
            "/runs", f"/runs/{run.number}", f"/runs/{run.number}?body=YJ-SIF", "/lookback", f"/lookback/{check.number}",
            "/inquiries", f"/inquiries/{asked.number}", "/lists/YJ-SIF", f"/f/{accepted.number}/slip",
        ],
        "liaison": [
            *shared, "/inquiries", f"/inquiries/{asked.number}", f"/f/{number}/fill", f"/f/{returned.number}/fill",
        ],
        "legislator": shared,
        "administrator": ["/"],
    }  # fmt: skip


def _check(world: World, finding: Finding) -> Check:
    run = finding.run
    assert run is not None
    check = Check(
        number="LB-1", finding=finding, audit_body=finding.audit_body, snapshot=run.snapshot, run=run,
        proposal="not_held", checked_at=world.now(), cleared=1, still=1, unproven=1,
    )  # fmt: skip
    items = finding.items.order_by("position")[:3]
    reasons = (("cleared", "remedied"), ("still", "still_there"), ("unproven", "row_gone_without_trace"))
    verdicts = [
        CheckVerdict(check_of=check, item=item, verdict=verdict, reason=reason, remedied=0)
        for item, (verdict, reason) in zip(items, reasons, strict=True)
    ]
    proposed = Change("propose", check, facts={"audit": "YJ-AUD", "gaps": 0}, adds=verdicts)
    record([proposed], actor=world.auditor.actor(), at=world.now())
    return check


def forget_the_missing(site: Site) -> None:
    """A page that is not there is asked for on purpose; the browser says so, and that is no complaint."""
    site.complaints[:] = [one for one in site.complaints if "404" not in one]


def visit(site: Site, person: Account, addresses: list[str]) -> list[tuple[str, Page]]:
    site.enter(person)
    return [(address, site.page) for address in addresses]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_axe_finds_no_barrier(world: World, pages: dict[str, list[str]], new_site: NewSite, language: str) -> None:
    site, axe, found = new_site(language=language), Axe(), []
    site.open("/sign-in")
    found += _violations(axe, site.page, "/sign-in")
    for person, addresses in pages.items():
        for address, page in visit(site, getattr(world, person), addresses):
            site.open(address)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            for width in (390, 1366):
                page.set_viewport_size({"width": width, "height": 768})
                found += _violations(axe, page, f"{person} {address} at {width}")
    forget_the_missing(site)
    assert "\n".join(found) == ""


def _violations(axe: Axe, page: Page, where: str) -> list[str]:
    results = axe.run(page).response["violations"]
    return [f"{where}: {one['id']}: {node['html'][:160]}" for one in results for node in one["nodes"][:2]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_no_page_scrolls_sideways(
    world: World, pages: dict[str, list[str]], new_site: NewSite, language: str, large: bool
) -> None:
    site, wide = new_site(language=language), []
    if large:
        site.context.add_cookies([{"name": "reperform_large", "value": "1", "url": site.base}])
    for person, addresses in pages.items():
        for address, page in visit(site, getattr(world, person), addresses):
            site.open(address)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 768})
                needed = page.evaluate("document.documentElement.scrollWidth")
                if needed > width:
                    wide.append(f"{person} {address}: {needed} at {width}")
    forget_the_missing(site)
    assert "\n".join(wide) == ""


def test_no_mark_is_left_untranslated(world: World, pages: dict[str, list[str]], new_site: NewSite) -> None:
    site, left = new_site(language="zh-hans"), []
    for address, page in visit(site, world.auditor, pages["auditor"]):
        site.open(address)
        for text in page.locator("h1, h2, th, label, button, dt, .r-tabs a, .r-nav a").all_inner_texts():
            bare = text.strip()
            if bare and bare.isascii() and any(len(word) > 3 and word.isalpha() for word in bare.split()):
                left.append((address, bare))
    forget_the_missing(site)
    allowed = {"English", "@population", "@exceptions", "@remedies"}
    assert "\n".join(f"{address}: {text}" for address, text in left if text not in allowed) == ""


def test_on_paper_there_is_no_menu_and_the_lines_to_sign_are_there(
    world: World, pages: dict[str, list[str]], site: Site
) -> None:
    page = site.enter(world.auditor)
    for address in ("/ledger?view=all", pages["auditor"][2], "/lookback"):
        site.open(address)
        page.emulate_media(media="print")
        for hidden in (".r-bar", ".r-nav", ".r-filter", ".btn"):
            assert page.locator(hidden).first.is_hidden() if page.locator(hidden).count() else True, (address, hidden)
        assert page.locator(".r-seal-line").is_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
        page.emulate_media(media="screen")
    site.open("/ledger?view=all")
    page.emulate_media(media="print")
    assert page.get_by_text("Compiled by: ____").is_visible()
    assert page.get_by_text("Unit of money: 10,000 yuan").is_visible()


def test_the_keyboard_reaches_the_content_first(world: World, site: Site) -> None:
    page = site.enter(world.auditor)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "r-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_bar_of_the_workbench_opens_its_findings(world: World, site: Site) -> None:
    world.issued()
    page = site.enter(world.auditor)
    page.locator("svg.r-bars a").first.click()
    assert "term=immediate" in page.url
    assert page.locator("tbody tr").count() == 1
