"""Inquiries on the page: sent while sifting, answered by whoever was asked, settled with the answer as ground."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reperform.ledger.models import Account, Exclusion, Finding, Inquiry, Run
from reperform.reveal import inquiring
from tests.web.conftest import SignedIn
from tests.web.scene import ran, rows
from tests.world import World


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.auditor)


@pytest.fixture
def liaison(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.liaison)


@pytest.fixture
def run(world: World) -> Run:
    return ran(world, rows("YJ-SIF", 4))


@pytest.fixture
def inquiry(auditor: Client, run: Run) -> Inquiry:
    """Two of four rows, sent to the fund centre from the page of the run."""
    chosen = run.rows.order_by("pk").values_list("pk", flat=True)[:2]
    posted = {"row": list(chosen), "question": "是否为补发？", "receiver": "YJ-SIF", "due_on": "2030-05-01"}
    assert auditor.post(reverse("inquire", args=[run.number]), posted).status_code == 302
    return Inquiry.objects.get()


def post(client: Client, route: str, inquiry: Inquiry, **values: object) -> int:
    inquiry.refresh_from_db()
    return client.post(reverse(route, args=[inquiry.number]), {"seen": inquiry.seq, **values}).status_code


def text(client: Client, route: str, *arguments: object, **query: object) -> str:
    return client.get(reverse(route, args=arguments), query).content.decode()


def keys(inquiry: Inquiry) -> list[int]:
    return list(inquiry.rows.order_by("pk").values_list("pk", flat=True))


def test_rows_that_are_sent_are_marked_and_can_be_shown_alone(auditor: Client, run: Run, inquiry: Inquiry) -> None:
    shown = auditor.get(reverse("run", args=[run.number]), {"sifting": "checking"})
    assert [row.inquiry for row in shown.context["rows"]] == [inquiry.number] * 2
    assert "Being checked" in shown.content.decode()
    posted = {"row": [shown.context["rows"][0].row.pk], "engagement": "E-2026-01"}
    assert auditor.post(reverse("confirm", args=[run.number]), posted).status_code == 409
    assert not Finding.objects.exists()


def test_enter_in_a_field_confirms_and_settles_nothing(auditor: Client, run: Run, inquiry: Inquiry) -> None:
    """The first button of a form is the one that Enter presses; a disabled one keeps the form where it is."""
    for route, number in (("run", run.number), ("inquiry", inquiry.number)):
        buttons = re.findall(r"<button [^>]*>", text(auditor, route, number).partition('id="rows"')[2])
        assert buttons[0] == '<button type="submit" disabled hidden>'


@pytest.mark.parametrize(
    "missing", [{"receiver": "NOBODY"}, {"receiver": ""}, {"question": ""}, {"due_on": "soon"}, {"row": []}]
)
def test_an_inquiry_without_body_question_or_rows_is_not_sent(
    auditor: Client, run: Run, missing: dict[str, object]
) -> None:
    posted = {"row": [run.rows.all()[0].pk], "question": "是否？", "receiver": "YJ-SIF"} | missing
    assert auditor.post(reverse("inquire", args=[run.number]), posted).status_code == 422
    assert not Inquiry.objects.exists()


def test_whoever_is_asked_sees_the_rows_that_were_sent_and_nothing_else_of_the_run(
    liaison: Client, run: Run, inquiry: Inquiry
) -> None:
    page = text(liaison, "inquiry", inquiry.number)
    sent = {one.row.key["person_id"] for one in inquiry.rows.select_related("row")}
    others = {row.key["person_id"] for row in run.rows.all()} - sent
    assert all(person in page for person in sent)
    assert not any(person in page for person in others)
    assert run.number not in page
    assert liaison.get(reverse("run", args=[run.number])).status_code == 403
    assert inquiry.number in text(liaison, "inquiries")


def test_rows_are_answered_at_once_with_proof(liaison: Client, inquiry: Inquiry) -> None:
    proof = SimpleUploadedFile("回单.pdf", b"%PDF proof")
    first, _second = keys(inquiry)
    values = {"word": "explained", "text": "系补发", "proof": proof, "row": [first], "all_of": ""}
    assert post(liaison, "inquiry_answer", inquiry, **values) == 302
    assert post(liaison, "inquiry_answer", inquiry, word="confirmed", all_of="left") == 302
    inquiry.refresh_from_db()
    assert (inquiry.state, [one.answer for one in inquiry.rows.order_by("pk")]) == (
        "answered", ["explained", "confirmed"],
    )  # fmt: skip
    file = inquiry.rows.get(pk=first).files.get()
    response = liaison.get(reverse("inquiry_file", args=[inquiry.number, file.pk]))
    assert b"".join(response.streaming_content) == b"%PDF proof"  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/octet-stream"


def test_an_answer_without_rows_or_from_an_older_page_is_refused(liaison: Client, inquiry: Inquiry) -> None:
    assert post(liaison, "inquiry_answer", inquiry, word="confirmed") == 422
    address = reverse("inquiry_answer", args=[inquiry.number])
    assert liaison.post(address, {"seen": 0, "word": "confirmed", "all_of": "left"}).status_code == 409


def test_the_workbook_goes_out_and_comes_back(liaison: Client, inquiry: Inquiry) -> None:
    response = liaison.get(reverse("inquiry_xlsx", args=[inquiry.number]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[arg-type]
    sheet = book.active
    for line in (4, 5):
        sheet.cell(line, sheet.max_column - 1).value = "It is so"
    filled = io.BytesIO()
    book.save(filled)
    sent = SimpleUploadedFile("ask.xlsx", filled.getvalue())
    assert post(liaison, "inquiry_book", inquiry, book=sent) == 302
    inquiry.refresh_from_db()
    assert inquiry.state == "answered"
    assert post(liaison, "inquiry_book", inquiry) == 422
    assert post(liaison, "inquiry_book", inquiry, book=SimpleUploadedFile("ask.xlsx", b"no book")) == 422


def test_the_auditor_settles_row_by_row(auditor: Client, liaison: Client, inquiry: Inquiry) -> None:
    post(liaison, "inquiry_answer", inquiry, word="explained", text="系补发", all_of="left")
    page = text(auditor, "inquiry", inquiry.number)
    assert "Settle: the answer is the ground" in page
    assert "Settle: the answer is the ground" not in text(liaison, "inquiry", inquiry.number)
    first, second = keys(inquiry)
    values = {f"decision-{first}": "confirmed", f"decision-{second}": "excluded", "engagement": "E-2026-01"}
    assert post(auditor, "inquiry_settle", inquiry, **values, expires_on="") == 422
    assert post(auditor, "inquiry_settle", inquiry, **values, expires_on="2030-04-01") == 302
    assert Finding.objects.get().items.count() == 1
    assert Exclusion.objects.get().expires_on == date(2030, 4, 1)
    assert "系补发" in Exclusion.objects.get().reason


def test_it_is_asked_again_and_taken_back(auditor: Client, liaison: Client, run: Run, inquiry: Inquiry) -> None:
    post(liaison, "inquiry_answer", inquiry, word="confirmed", all_of="left")
    assert post(auditor, "inquiry_return", inquiry, reason="请附凭证") == 302
    assert "请附凭证" in text(liaison, "inquiry", inquiry.number)
    assert post(auditor, "inquiry_take_back", inquiry, reason="另案处理") == 302
    assert set(run.rows.values_list("sifting", flat=True)) == {"pending"}
    assert "Taken back" in text(auditor, "inquiries")


def test_the_workbench_and_the_daily_list_name_the_inquiry_to_whoever_must_act(world: World, client: Client) -> None:
    asked = list(ran(world, rows("YJ-SIF", 1)).rows.select_related("run__snapshot"))
    given = {"question": "是否为补发？", "by": world.auditor, "at": world.now()}
    inquiry = inquiring.send(asked, receiver=world.bodies["YJ-SIF"], **given)  # type: ignore[arg-type]

    def named(person: Account) -> list[bool]:
        client.force_login(person)
        return [inquiry.number in client.get(address).content.decode() for address in ("/", "/watch")]

    assert (named(world.liaison), named(world.auditor), named(world.lead)) == ([True] * 2, [False] * 2, [False] * 2)
    words = [inquiring.Said(one, "confirmed") for one in inquiry.rows.select_related("row")]
    inquiring.answer(inquiry, words, by=world.liaison, at=world.now())
    assert (named(world.liaison), named(world.auditor)) == ([False] * 2, [True] * 2)
