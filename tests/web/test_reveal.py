"""Data, procedures, runs, and sifting: confirm into drafts, set aside with a reason, undo; who is noisy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from reperform.engine.results import Result, Status
from reperform.engine.snapshot import Snapshot as Kept
from reperform.home import Home
from reperform.ledger import workshop
from reperform.ledger.models import Event, Exclusion, Finding, Run
from reperform.log.note import VerifierKey
from reperform.log.signer import Signer
from reperform.reveal.actions import keep_runs, keep_snapshot
from reperform.reveal.handing_over import hand_over
from reperform.reveal.queries import is_noisy
from reperform.reveal.taking_in import take_in
from tests.jobs.off import worked_off
from tests.web.conftest import SignedIn
from tests.web.loaded import BEFORE, load
from tests.web.scene import ran, rows, singled, small_snapshot
from tests.world import World


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.auditor)


def sift(client: Client, route: str, run: Run, **values: object) -> int:
    return client.post(reverse(route, args=[run.number]), values).status_code


def states(run: Run) -> list[str]:
    return list(run.rows.order_by("pk").values_list("sifting", flat=True))


# Data and procedures -------------------------------------------------------------------------------------------------


def test_data_show_rows_rejects_and_breaches(world: World, auditor: Client) -> None:
    assert "No data are loaded yet." in auditor.get(reverse("data")).content.decode()
    snapshot = small_snapshot(world, breaches=("coverage:died_on",))
    for url in (reverse("data"), reverse("snapshot", args=[snapshot.number])):
        text = auditor.get(url).content.decode()
        for shown in ("1,234", "Death register", "coverage:died_on", "Breached", snapshot.number[:16]):
            assert shown in text, shown
    assert auditor.get(reverse("snapshot", args=["0" * 64])).status_code == 404


def test_a_procedure_is_shown_in_words_and_in_sql(world: World, auditor: Client) -> None:
    text = auditor.get(reverse("procedures")).content.decode()
    assert all(code in text for code in ("SI-01", "NT-01", "EL-02", "FF-01"))
    one = auditor.get(reverse("procedure", args=["SI-01"])).content.decode()
    for shown in ("Was any pension paid", "@population", "@exceptions", "@remedies", "grace_months = 0", "not verified",
                  "It was not run yet."):  # fmt: skip
        assert shown in one, shown
    assert auditor.get(reverse("procedure", args=["XX-99"])).status_code == 404


def test_a_procedure_of_the_bureau_appears_when_its_file_does(world: World, auditor: Client, home: object) -> None:
    from reperform.ledger import workshop

    folder = home.procedures / "social_insurance"  # type: ignore[attr-defined]
    folder.mkdir(parents=True)
    text = workshop.procedures()["SI-01"].path.read_text(encoding="utf-8").replace("code: SI-01", "code: OWN-01")
    assert "OWN-01" not in auditor.get(reverse("procedures")).content.decode()
    (folder / "OWN-01.sql").write_text(text, encoding="utf-8")
    assert "OWN-01" in auditor.get(reverse("procedures")).content.decode()


# Runs ----------------------------------------------------------------------------------------------------------------


def test_a_run_is_started_from_the_page(world: World, auditor: Client) -> None:
    snapshot = load(world, BEFORE)
    posted = {"snapshot": snapshot.number, "engagement": world.engagement.number, "codes": ["SI-01"]}
    waiting = auditor.post(reverse("run_now"), posted)["Location"]
    assert "No worker is running" in auditor.get(waiting).content.decode()
    assert worked_off() == 1
    run = Run.objects.get()
    assert auditor.get(waiting).context["row"].results == [(run.number, reverse("run", args=[run.number]))]
    assert (run.exceptions, run.population, run.engagement) == (2, 42, world.engagement)
    page = auditor.get(reverse("run", args=[run.number]))
    assert {row.amount for row in page.context["rows"]} == {"1,000.00"}
    assert "Social Insurance Fund Centre" in page.content.decode()


def test_a_procedure_without_its_tables_is_not_testable_and_not_green(world: World, auditor: Client) -> None:
    snapshot = load(world, BEFORE)
    auditor.post(reverse("run_now"), {"snapshot": snapshot.number, "codes": ["SI-01", "FF-01"]})
    worked_off()
    untested = Run.objects.get(code="FF-01")
    assert untested.state == "not_testable"
    text = auditor.get(reverse("run", args=[untested.number])).content.decode()
    assert "Not testable: the data do not allow a judgement." in text
    assert "Everything that was examined is clean." not in text


@pytest.mark.parametrize("missing", ["snapshot", "codes"])
def test_a_run_without_data_or_procedure_is_not_started(world: World, auditor: Client, missing: str) -> None:
    posted = {"snapshot": small_snapshot(world).number, "codes": ["SI-01"]}
    del posted[missing]
    response = auditor.post(reverse("run_now"), posted)
    assert response.status_code == 422
    assert missing in response.context["form"].errors
    assert not Run.objects.exists()


def test_another_bodys_engagement_cannot_be_chosen(world: World, auditor: Client, district: object) -> None:
    foreign = district.engagement.number  # type: ignore[attr-defined]
    posted = {"snapshot": small_snapshot(world).number, "codes": ["SI-01"], "engagement": foreign}
    assert auditor.post(reverse("run_now"), posted).status_code == 422
    run = ran(world, rows("YJ-SIF", 1))
    assert sift(auditor, "confirm", run, engagement=foreign, all_of="YJ-SIF") == 422
    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    ("count", "population", "noisy"), [(20, 100, True), (19, 100, False), (1, 5, True), (0, 100, False)]
)
def test_a_fifth_of_the_population_is_noisy(
    world: World, auditor: Client, count: int, population: int, noisy: bool
) -> None:
    run = ran(world, rows("YJ-SIF", count), population=population)
    assert is_noisy(run) == noisy
    assert ("before you confirm anything" in auditor.get(reverse("run", args=[run.number])).content.decode()) == noisy
    assert (">Noisy<" in auditor.get(reverse("runs")).content.decode()) == noisy


def test_runs_have_pages(world: World, auditor: Client) -> None:
    for _one in range(21):
        ran(world, [])
    first = auditor.get(reverse("runs"))
    following = auditor.get(reverse("runs"), {"after": first.context["after"]})
    shown = [one.run.pk for page in (first, following) for one in page.context["runs"]]
    assert shown == list(Run.objects.order_by("-ran_at", "-pk").values_list("pk", flat=True))


# Sifting -------------------------------------------------------------------------------------------------------------


def test_ticked_rows_become_a_draft_for_each_body(world: World, auditor: Client) -> None:
    run = ran(world, [*rows("YJ-SIF", 2), singled("YJ-CA", "990101195001017777", "2025-03-01", 5)])
    chosen = list(run.rows.values_list("pk", flat=True))
    assert sift(auditor, "confirm", run, engagement=world.engagement.number, row=chosen) == 302
    found = {one.responsible.number: one.items.count() for one in Finding.objects.select_related("responsible")}  # type: ignore[union-attr]
    assert found == {"YJ-SIF": 2, "YJ-CA": 1}
    assert states(run) == ["confirmed"] * 3


def test_one_draft_opens_at_once_and_several_in_the_ledger(world: World, auditor: Client) -> None:
    run = ran(world, [*rows("YJ-SIF", 2), singled("YJ-CA", "990101195001017777", "2025-03-01", 5)])
    url = reverse("confirm", args=[run.number])
    one = auditor.post(url, {"engagement": world.engagement.number, "all_of": "YJ-CA"})
    assert one["Location"] == reverse("finding", args=[Finding.objects.get().number])
    assert states(run) == ["pending", "pending", "confirmed"]


def test_rows_are_set_aside_and_taken_back(world: World, auditor: Client) -> None:
    run = ran(world, rows("YJ-SIF", 3))
    first = run.rows.order_by("pk").first()
    assert first is not None
    url = reverse("run", args=[run.number])
    assert sift(auditor, "exclude", run, row=[first.pk], reason="分期付款", expires_on="2030-01-01") == 302
    exclusion = Exclusion.objects.get()
    page = auditor.get(url, {"sifting": "excluded"}).content.decode()
    assert "分期付款" in page
    assert exclusion.number in page
    lift = reverse("lift", args=[exclusion.number])
    assert auditor.post(lift, {"reason": " "}).status_code == 409
    assert auditor.post(lift, {"reason": "合同无效"})["Location"] == url
    assert states(run) == ["pending"] * 3
    assert auditor.post(lift, {"reason": "再一次"}).status_code == 409


@pytest.mark.parametrize(
    ("values", "status"),
    [({"reason": "", "expires_on": "2030-01-01"}, 422), ({"reason": "x", "expires_on": ""}, 422),
     ({"reason": "x", "expires_on": "2020-01-01"}, 409)],
)  # fmt: skip
def test_setting_aside_needs_a_reason_and_a_day_to_come(
    world: World, auditor: Client, values: dict[str, str], status: int
) -> None:
    run = ran(world, rows("YJ-SIF", 1))
    assert sift(auditor, "exclude", run, all_of="YJ-SIF", **values) == status
    assert states(run) == ["pending"]


def test_what_was_sifted_is_not_sifted_twice(world: World, auditor: Client) -> None:
    run = ran(world, rows("YJ-SIF", 2))
    chosen = list(run.rows.values_list("pk", flat=True))
    assert sift(auditor, "confirm", run, engagement=world.engagement.number, row=chosen) == 302
    before = Event.objects.count()
    assert sift(auditor, "confirm", run, engagement=world.engagement.number, row=chosen) == 409
    assert sift(auditor, "exclude", run, row=chosen, reason="x", expires_on="2030-01-01") == 409
    assert sift(auditor, "confirm", run, engagement=world.engagement.number, all_of="YJ-SIF") == 422
    assert Event.objects.count() == before


def test_rows_of_another_run_are_not_taken(world: World, auditor: Client) -> None:
    run, other = ran(world, rows("YJ-SIF", 1)), ran(world, rows("YJ-SIF", 2))
    assert sift(auditor, "confirm", run, engagement=world.engagement.number, row=[other.rows.first().pk]) == 422  # type: ignore[union-attr]
    assert sift(auditor, "confirm", run, engagement=world.engagement.number) == 422


def test_a_body_and_a_state_narrow_the_rows_and_keep_their_pages(world: World, auditor: Client) -> None:
    run = ran(
        world, [*rows("YJ-SIF", 60), *(singled("YJ-CA", f"99010119600101{n:04d}", "2025-03-01", 5) for n in range(4))]
    )
    url = reverse("run", args=[run.number])
    assert len(auditor.get(url).context["rows"]) == 50
    narrowed = auditor.get(url, {"body": "YJ-CA", "sifting": "pending"})
    assert len(narrowed.context["rows"]) == 4
    assert 'name="all_of" value="YJ-CA"' in narrowed.content.decode()
    first = auditor.get(url, {"body": "YJ-SIF", "sifting": "pending"})
    following = auditor.get(first.context["after"])
    assert (len(first.context["rows"]), len(following.context["rows"])) == (50, 10)
    assert {one.row.body_code for one in following.context["rows"]} == {"YJ-SIF"}


def test_shares_say_who_is_singled_out_how_often(world: World, auditor: Client) -> None:
    found = [
        *rows("YJ-SIF", 3),
        *(singled("NOWHERE", f"99010119600101{n:04d}", "2025-03-01", 50_000) for n in range(2)),
    ]
    run = ran(world, found, population=20)
    shares = {one.share.code: one for one in auditor.get(reverse("run", args=[run.number])).context["shares"]}
    assert (shares["YJ-SIF"].share.examined, shares["YJ-SIF"].share.singled_out) == (10, 3)
    assert (shares["YJ-SIF"].share.noisy, shares["YJ-SIF"].amount) == (True, "0.30")
    assert shares["NOWHERE"].share.body is None
    assert "not registered" in auditor.get(reverse("run", args=[run.number])).content.decode()


def test_a_confirmed_row_leads_to_its_finding(world: World, auditor: Client) -> None:
    run = ran(world, rows("YJ-SIF", 1))
    sift(auditor, "confirm", run, engagement=world.engagement.number, all_of="YJ-SIF")
    finding = Finding.objects.get()
    text = auditor.get(reverse("run", args=[run.number])).content.decode()
    assert reverse("finding", args=[finding.number]) in text
    assert date(2026, 1, 1) < run.ran_at.date()


# Parameters ----------------------------------------------------------------------------------------------------------


def test_a_procedure_is_run_with_other_values_from_its_own_page(world: World, auditor: Client) -> None:
    snapshot = load(world, BEFORE)
    page = auditor.get(reverse("procedure", args=["SI-01"])).content.decode()
    assert 'name="set-grace_months"' in page
    posted = {"snapshot": snapshot.number, "codes": ["SI-01"], "set-grace_months": "12"}
    auditor.post(reverse("run_now"), posted)
    worked_off()
    shown = auditor.get(reverse("run", args=[Run.objects.get().number]))
    assert shown.context["changed"] == {"grace_months": "12"}
    assert "Run with other values than the procedure declares:" in shown.content.decode()
    assert auditor.post(reverse("run_now"), posted | {"set-grace_months": "99"}).status_code == 422
    assert Run.objects.count() == 1


# Joint and received runs ---------------------------------------------------------------------------------------------


def test_a_received_run_says_whose_it_is_and_links_to_no_data(
    world: World, auditor: Client, district: object, home: Home, tmp_path: Path
) -> None:
    key = Signer.create(home.keys, "audit.dongping.example/ledger", bytes(range(32))).vkey
    theirs = ran(world, rows("DP-SIF", 2), by=district.auditor, engagement=district.engagement)  # type: ignore[attr-defined]
    path = tmp_path / "up.zip"
    hand_over(theirs, path, to=world.bodies["YJ-AUD"], by=district.auditor, at=world.now())  # type: ignore[attr-defined]
    run = take_in(path, key=VerifierKey.parse(key), by=world.auditor, at=world.now()).run
    page = auditor.get(reverse("run", args=[run.number]))
    assert "Received from Dongping Audit Bureau" in page.content.decode()
    assert {row.told.label for row in page.context["rows"]} == {"To sift"}
    assert "Received from" in auditor.get(reverse("runs")).content.decode()


def test_what_only_shows_across_is_marked_on_the_page(world: World, auditor: Client) -> None:
    parts = [small_snapshot(world, breaches=(f"part:{number}",)) for number in (1, 2)]
    whole = Kept("9" * 64, parts[0].as_of, "联审", {}, tuple(sorted(one.number for one in parts)))
    found = rows("YJ-SIF", 2)
    result = Result(
        code="SI-01", version=1, procedure_hash=workshop.procedures()["SI-01"].hash, snapshot_hash=whole.hash,
        as_of=whole.as_of, parameters={}, status=Status.DONE, population=9, clean=7, exceptions=tuple(found),
        across=(found[0].identity,), result_hash="e" * 64,
    )  # fmt: skip
    kept = keep_snapshot(whole, by=world.auditor, at=world.now())
    (run,) = keep_runs([result], snapshot=kept, engagement=None, by=world.auditor, at=world.now())
    page = auditor.get(reverse("run", args=[run.number])).content.decode()
    assert "1 exception shows only across them." in page
    assert page.count(">Only across<") + page.count("Only across</span>") >= 1
