"""Item by item: what the unit says stands beside what the data say, and goes with the next version."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reperform.engine.sheets import sheets
from reperform.errors import Refused
from reperform.ledger.models import Finding, ItemClaim
from reperform.rectify import claim_sheet
from reperform.rectify.actions import Result, submit
from reperform.rectify.claiming import Said, claim
from reperform.rules.outcomes import Claim, OutcomeKind
from reperform.verify.actions import return_
from tests.web.conftest import SignedIn
from tests.web.scene import with_items
from tests.world import World

FULL = [Result(OutcomeKind.MONEY, "return_to_channel", 300_000)]


@pytest.fixture
def liaison(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.liaison)


def keys(finding: Finding) -> list[int]:
    return list(finding.items.order_by("position").values_list("pk", flat=True))


def say(world: World, finding: Finding, *said: Said) -> Finding:
    return claim(finding, dict(zip(keys(finding), said, strict=False)), by=world.liaison, at=world.now())


def kept(finding: Finding) -> list[tuple[str, int | None, str, str]]:
    found = ItemClaim.objects.filter(item__finding=finding).order_by("item__position", "pk")
    return [(one.claim, one.amount, one.reference, one.text) for one in found]


# Rules of a claim ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (Said(Claim.DONE), "claim.reference"),
        (Said(Claim.DONE, 99_999, "JK-1"), "claim.amount"),
        (Said(Claim.PARTLY, 0, "JK-1"), "claim.amount"),
        (Said(Claim.PARTLY, 100_000, "JK-1"), "claim.amount"),
        (Said(Claim.NOT_DONE), "claim.text"),
        (Said(Claim.NOT_DONE, text="长" * 301), "claim.text"),
        (Said(Claim.DONE, reference="长" * 101), "claim.reference"),
        (Said(Claim.DISAGREES, 1, text="不认可"), "claim.amount"),
    ],
)
def test_a_claim_that_cannot_be_is_refused_by_its_part(world: World, said: Said, rule: str) -> None:
    finding = with_items(world, 1, state="rectifying")
    with pytest.raises(Refused) as refusal:
        say(world, finding, said)
    assert refusal.value.rule == rule
    assert not ItemClaim.objects.exists()


def test_claims_wait_then_belong_to_the_version_and_are_carried_into_the_next(world: World) -> None:
    finding = with_items(world, 3, state="rectifying")
    say(world, finding, Said(Claim.DONE, reference="JK-1"), Said(Claim.NOT_DONE, text="失联"))
    say(world, finding, Said(Claim.PARTLY, 40_000, "JK-2"))  # said again before it is sent
    first = submit(finding, text="第一版", results=FULL, by=world.liaison, at=world.now())
    assert {(one.item_id, one.claim, one.amount) for one in first.claims.all()} == {
        (keys(finding)[0], "partly", 40_000), (keys(finding)[1], "not_done", None),
    }  # fmt: skip
    return_(finding, reason="补齐", by=world.auditor, at=world.now())
    say(world, finding, Said(Claim.DONE, reference="JK-3"))
    second = submit(finding, text="第二版", results=FULL, by=world.liaison, at=world.now())
    assert sorted(second.claims.values_list("claim", flat=True)) == ["done", "not_done"]
    assert sorted(first.claims.values_list("claim", flat=True)) == ["not_done", "partly"]


def test_the_items_cannot_claim_more_than_the_money_classes(world: World) -> None:
    finding = with_items(world, 2, state="rectifying")
    say(world, finding, Said(Claim.DONE, reference="JK-1"), Said(Claim.DONE, reference="JK-2"))
    with pytest.raises(Refused) as refusal:
        submit(finding, text="已改", results=[Result(OutcomeKind.MONEY, "adjust_books", 199_999)], by=world.liaison,
               at=world.now())  # fmt: skip
    assert refusal.value.rule == "submit.items_within_done"


def test_nobody_but_the_handler_says_what_was_done(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="rectifying")
    with pytest.raises(Refused):
        claim(finding, {keys(finding)[0]: Said(Claim.DONE, reference="x")}, by=world.lead, at=world.now())
    assert signed_in(world.auditor).get(reverse("claim", args=[finding.number])).status_code == 403
    assert signed_in(world.stranger).get(reverse("claim", args=[finding.number])).status_code == 404


# The page ------------------------------------------------------------------------------------------------------------


def test_one_page_of_items_is_kept_and_the_next_one_follows(world: World, liaison: Client) -> None:
    finding = with_items(world, 52, state="rectifying")
    first, *_others, last = keys(finding)[:50]
    url = reverse("claim", args=[finding.number])
    keep = reverse("claim_keep", args=[finding.number])
    posted = {
        "seen": finding.seq, f"claim_{first}": "done", f"reference_{first}": "JK-1", f"claim_{last}": "partly",
        f"amount_{last}": "400.01", f"reference_{last}": "JK-2",
    }  # fmt: skip
    response = liaison.post(keep, posted)
    assert response.status_code == 302
    assert response["Location"].startswith(f"{url}?after=")
    assert kept(finding) == [("done", 100_000, "JK-1", ""), ("partly", 40_001, "JK-2", "")]
    again = liaison.get(url).content.decode()
    assert 'value="400.01"' in again
    assert "1,000.00" in liaison.get(reverse("fill", args=[finding.number])).content.decode()
    assert liaison.get(response["Location"]).content.decode().count('<tr><th scope="row"') == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [({"claim": "done"}, "reference"), ({"reference": "JK-1"}, "claim"), ({"claim": "not_done"}, "text"),
     ({"claim": "partly", "amount": "0.001", "reference": "JK"}, "amount"), ({"claim": "perhaps"}, "claim")],
)  # fmt: skip
def test_a_row_that_is_wrong_is_named_and_nothing_is_kept(
    world: World, liaison: Client, values: dict[str, str], field: str
) -> None:
    finding = with_items(world, 1, state="rectifying")
    (key,) = keys(finding)
    posted = {"seen": finding.seq, **{f"{part}_{key}": value for part, value in values.items()}}
    response = liaison.post(reverse("claim_keep", args=[finding.number]), posted)
    assert response.status_code == 422
    assert f"{field}_{key}" in response.context["form"].errors
    assert not ItemClaim.objects.exists()


def test_the_same_is_said_of_those_of_which_nothing_is_said(world: World, liaison: Client) -> None:
    finding = with_items(world, 3, state="rectifying")
    say(world, finding, Said(Claim.DISAGREES, text="不属实"))
    posted = {"seen": finding.seq, "which": "unsaid", "claim": "done", "reference": "JK-9"}
    assert liaison.post(reverse("claim_same", args=[finding.number]), posted).status_code == 302
    assert [one[0] for one in kept(finding)] == ["disagrees", "done", "done"]
    finding.refresh_from_db()
    posted = {"seen": finding.seq, "which": "every", "claim": "not_done"}
    response = liaison.post(reverse("claim_same", args=[finding.number]), posted)
    assert response.status_code == 422
    assert "text" in response.context["same"].errors


def test_an_old_page_keeps_nothing(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    posted = {"seen": finding.seq - 1, "which": "every", "claim": "done", "reference": "JK"}
    assert liaison.post(reverse("claim_same", args=[finding.number]), posted).status_code == 409
    assert not ItemClaim.objects.exists()


def test_a_page_of_fifty_costs_what_a_page_of_one_costs(world: World, liaison: Client) -> None:
    def statements(count: int) -> list[int]:
        finding = with_items(world, count, state="rectifying")
        claim(finding, dict.fromkeys(keys(finding), Said(Claim.DONE, reference="JK")), by=world.liaison, at=world.now())
        counted = []
        for route in ("claim", "fill"):
            url = reverse(route, args=[finding.number])
            liaison.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert liaison.get(url).status_code == 200
            counted.append(len(captured))
        return counted

    assert statements(1) == statements(60)


# The list ------------------------------------------------------------------------------------------------------------


def listed(rows: list[list[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([["position", "claim", "amount", "reference", "text"], *rows])
    return text.getvalue().encode()


def hand_back(client: Client, finding: Finding, content: bytes, name: str = "items.csv") -> object:
    posted = {"seen": finding.seq, "list": SimpleUploadedFile(name, content)}
    return client.post(reverse("claim_file", args=[finding.number]), posted)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_goes_down_and_comes_back_as_it_is(world: World, tmp_path: Path, language: str) -> None:
    finding = with_items(world, 3, state="rectifying")
    say(
        world,
        finding,
        Said(Claim.DONE, reference="=JK-1"),
        Said(Claim.PARTLY, 1, "0012"),
        Said(Claim.NOT_DONE, text="x"),
    )
    path = tmp_path / "items.xlsx"
    claim_sheet.write(path, finding, language=language, on=date(2026, 6, 1))
    found = claim_sheet.read_claims(path, finding)
    assert not found.faults
    assert list(found.said.values()) == [
        Said(Claim.DONE, 100_000, "=JK-1"), Said(Claim.PARTLY, 1, "0012"), Said(Claim.NOT_DONE, None, "", "x"),
    ]  # fmt: skip
    ((_name, rows),) = list(sheets(path))
    assert "990101195001010000" in str(rows[3])  # whoever pays back must know to whom


def test_the_page_hands_out_the_list_and_takes_it_back(world: World, liaison: Client, tmp_path: Path) -> None:
    finding = with_items(world, 2, state="rectifying")
    say(world, finding, Said(Claim.DONE, reference="JK-1"))
    response = liaison.get(reverse("claim_xlsx", args=[finding.number]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert hand_back(liaison, finding, content, "清单.xlsx").status_code == 302  # type: ignore[attr-defined]
    assert kept(finding) == [("done", 100_000, "JK-1", "")]


@pytest.mark.parametrize(
    ("row", "place", "rule"),
    [
        (["9", "done", "", "JK", ""], "row 3, A", "claim.position"),
        (["1", "done", "", "JK", ""], "row 3, A", "claim.position"),
        (["2", "也许", "", "", ""], "row 3, B", "claim.claim"),
        (["2", "", "5", "", ""], "row 3, B", "claim.claim"),
        (["2", "partly", "0.001", "JK", ""], "row 3, C", "claim.amount"),
        (["2", "部分整改", "1000", "JK", ""], "row 3, C", "claim.amount"),
        (["2", "已整改", "", "", ""], "row 3, D", "claim.reference"),
        (["2", "Not done", "", "", ""], "row 3, E", "claim.text"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_of_the_list_is_taken(
    world: World, liaison: Client, row: list[object], place: str, rule: str
) -> None:
    finding = with_items(world, 2, state="rectifying")
    response = hand_back(liaison, finding, listed([["1", "done", "", "JK-1", ""], row]))
    assert response.status_code == 422  # type: ignore[attr-defined]
    (wrong,) = response.context["faults"]  # type: ignore[attr-defined]
    assert (wrong.place, wrong.rule) == (f"items.csv, {place}", rule)
    assert not ItemClaim.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"\xff\xfe\x00", "items.csv"), (b"no workbook", "items.xlsx"), (b"a,b\n1,2\n", "items.csv"),
     (b"PK\x03\x04", "a.xlsx")],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_with_its_name(
    world: World, liaison: Client, content: bytes, name: str
) -> None:
    finding = with_items(world, 1, state="rectifying")
    response = hand_back(liaison, finding, content, name)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert name in response.context["faults"][0].place  # type: ignore[attr-defined]
