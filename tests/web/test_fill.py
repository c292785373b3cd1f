"""Filling in: measures, money in exact fen, evidence by its hash, a text that is kept until it is sent."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from reperform.home import Home
from reperform.ledger.models import Event, Finding
from reperform.rectify.actions import Result, submit
from reperform.rules.outcomes import OutcomeKind
from reperform.verify.actions import return_
from reperform.web.forms.filling import clean_name
from tests.web.conftest import SignedIn
from tests.web.scene import with_items
from tests.world import World


@pytest.fixture
def liaison(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.liaison)


def fill(client: Client, finding: Finding) -> str:
    return client.get(reverse("fill", args=[finding.number])).content.decode()


def send(client: Client, finding: Finding, **values: object) -> int:
    posted = {"seen": finding.seq, "unit": "yuan", **values}
    response = client.post(reverse("submit", args=[finding.number]), posted)
    finding.refresh_from_db()
    return response.status_code


# Measures ------------------------------------------------------------------------------------------------------------


def test_measures_are_planned_and_empty_rows_are_left_out(world: World, liaison: Client) -> None:
    finding = world.issued()
    posted = {
        "seen": finding.seq, "plan-kind_0": "immediate", "plan-text_0": "追回多发养老金", "plan-due_0": "2026-06-01",
        "plan-handler_0": "林", "plan-kind_2": "mechanism", "plan-text_2": "按日比对", "plan-text_3": "   ",
    }  # fmt: skip
    assert liaison.post(reverse("plan", args=[finding.number]), posted).status_code == 302
    found = [(one.kind, one.text, one.due_on, one.handler) for one in finding.actions.order_by("pk")]
    assert found == [("immediate", "追回多发养老金", date(2026, 6, 1), "林"), ("mechanism", "按日比对", None, "")]


def test_a_plan_without_a_measure_is_refused_by_the_rule(world: World, liaison: Client) -> None:
    finding = world.issued()
    response = liaison.post(reverse("plan", args=[finding.number]), {"seen": finding.seq})
    assert response.status_code == 409
    assert "plan.action" in response.content.decode()


def test_a_date_that_is_none_is_named_beside_its_field(world: World, liaison: Client) -> None:
    finding = world.issued()
    posted = {"seen": finding.seq, "plan-text_0": "追回", "plan-due_0": "next week"}
    response = liaison.post(reverse("plan", args=[finding.number]), posted)
    assert response.status_code == 422
    assert "due_0" in response.context["plan"].errors
    assert "追回" in response.content.decode()


def test_the_form_shows_only_what_the_state_needs(world: World, liaison: Client) -> None:
    finding = world.issued()
    text = fill(liaison, finding)
    assert 'id="plan"' in text
    assert 'id="submit"' not in text
    rectifying = fill(liaison, with_items(world, 1, state="rectifying"))
    assert 'id="submit"' in rectifying
    sent = fill(liaison, with_items(world, 1, state="submitted"))
    assert 'id="submit"' not in sent
    assert "There is nothing to fill in now." in sent


# The result ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "written", "fen"),
    [("yuan", "1000.55", 100_055), ("yuan", "0", 0), ("wan", "97.79", 97_790_000), ("wan", "0.000001", 1),
     ("yuan", "0.01", 1), ("wan", "123456789.123456", 123_456_789_123_456)],
)  # fmt: skip
def test_money_is_kept_in_fen_exactly(world: World, liaison: Client, unit: str, written: str, fen: int) -> None:
    finding = with_items(world, 1, state="rectifying")
    values = {"text": "已追回", "unit": unit, "money_return_to_channel": written, "over_reason": "多退利息"}
    assert send(liaison, finding, **values) == 302
    assert finding.submissions.get().outcomes.get().amount == fen


@pytest.mark.parametrize(
    ("unit", "written"),
    [("yuan", "0.001"), ("wan", "0.0000001"), ("yuan", "-1"), ("yuan", "1e99"), ("yuan", "NaN"), ("yuan", "很多"),
     ("yuan", "1,000")],
)  # fmt: skip
def test_money_that_is_none_is_never_rounded_or_guessed(world: World, liaison: Client, unit: str, written: str) -> None:
    finding = with_items(world, 1, state="rectifying")
    assert send(liaison, finding, text="已追回", unit=unit, money_return_to_channel=written) == 422
    assert finding.state == "rectifying"


def test_every_kind_of_result_is_kept(world: World, liaison: Client) -> None:
    finding = with_items(world, 2, state="rectifying")
    values = {
        "text": "已追回", "unfinished": "一人失联",
        "money_return_to_channel": "1000", "voucher_return_to_channel": "JK-1",
        "paid_return_to_channel": "2026-05-01", "money_remit_treasury": "500", "rule_title_0": "按日比对办法",
        "rule_number_0": "云社保〔2026〕31 号", "rule_on_0": "2026-05-02", "person_title_0": "诫勉一人",
    }  # fmt: skip
    assert send(liaison, finding, **values) == 302
    version = finding.submissions.get()
    assert (version.version, version.unfinished, version.by) == (1, "一人失联", world.liaison)
    kept = {(one.kind, one.money_class, one.amount, one.title, one.reference, one.on) for one in version.outcomes.all()}
    assert kept == {
        ("money", "return_to_channel", 100_000, "", "JK-1", date(2026, 5, 1)),
        ("money", "remit_treasury", 50_000, "", "", None),
        ("rule", "", None, "按日比对办法", "云社保〔2026〕31 号", date(2026, 5, 2)),
        ("person", "", None, "诫勉一人", "", None),
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [({"voucher_adjust_books": "JK-9"}, "money_adjust_books"), ({"rule_number_1": "31 号"}, "rule_title_1")],
)
def test_a_row_that_is_half_written_is_named(world: World, liaison: Client, values: dict[str, str], field: str) -> None:
    finding = with_items(world, 1, state="rectifying")
    posted = {"seen": finding.seq, "unit": "yuan", "text": "已改", **values}
    response = liaison.post(reverse("submit", args=[finding.number]), posted)
    assert response.status_code == 422
    assert field in response.context["submit"].errors


def test_more_than_was_ordered_needs_a_reason(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    assert send(liaison, finding, text="已追回", money_return_to_channel="1000.01") == 409
    assert send(liaison, finding, text="已追回", money_return_to_channel="1000.01", over_reason="含利息") == 302


def test_a_result_without_a_text_is_refused_by_the_rule(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    assert send(liaison, finding, text="  ") == 409


def test_an_old_form_submits_nothing_and_keeps_no_file(world: World, liaison: Client, home: Home) -> None:
    finding = with_items(world, 1, state="rectifying")
    files = {"evidence_0": SimpleUploadedFile("a.pdf", b"never kept")}
    assert send(liaison, finding, text="已改", seen=finding.seq - 1, **files) == 409
    assert not finding.submissions.exists()
    assert not list(home.evidence.glob("*/*/*"))


def test_who_looks_on_from_the_department_cannot_submit(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="rectifying")
    posted = {"seen": finding.seq, "text": "已改", "unit": "yuan"}
    assert signed_in(world.lead).post(reverse("submit", args=[finding.number]), posted).status_code == 403
    assert signed_in(world.stranger).post(reverse("submit", args=[finding.number]), posted).status_code == 404


# Evidence ------------------------------------------------------------------------------------------------------------


def test_files_are_kept_by_their_hash_with_their_kind_and_name(world: World, liaison: Client, home: Home) -> None:
    finding = with_items(world, 1, state="rectifying")
    content = b"%PDF-1.7 voucher"
    files = {
        "evidence_kind_0": "voucher",
        "evidence_0": [SimpleUploadedFile("回单.pdf", content), SimpleUploadedFile("b.txt", b"b")],
        "evidence_kind_3": "nonsense", "evidence_3": SimpleUploadedFile("c.xlsx", b"c"),
    }  # fmt: skip
    assert send(liaison, finding, text="已追回", **files) == 302
    kept = {one.name: (one.kind, one.sha256, one.size) for one in finding.evidence.all()}
    digest = hashlib.sha256(content).hexdigest()
    assert kept["回单.pdf"] == ("voucher", digest, len(content))
    assert (kept["b.txt"][0], kept["c.xlsx"][0]) == ("voucher", "other")
    assert (home.evidence / digest[:2] / digest[2:4] / digest).read_bytes() == content


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\a.pdf", "a.pdf"), ("a\x00\x1b[31m.pdf", "a[31m.pdf"),
     ("...", "unnamed"), ("甲" * 300 + ".pdf", "甲" * 251 + ".pdf")],
)  # fmt: skip
def test_a_name_is_only_a_name(sent: str, kept: str) -> None:
    with override("en"):
        assert clean_name(sent) == kept


def test_an_empty_file_is_named(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    assert send(liaison, finding, text="已追回", evidence_0=SimpleUploadedFile("empty.pdf", b"")) in {302, 422}
    assert not finding.evidence.filter(size=0).exists()


def test_too_much_at_once_is_answered_with_413_and_keeps_nothing(
    world: World, liaison: Client, home: Home, settings: pytest.FixtureRequest
) -> None:
    settings.EVIDENCE_MAX_BYTES = 100_000  # type: ignore[attr-defined]
    finding = with_items(world, 1, state="rectifying")
    before = Event.objects.count()
    pair = [SimpleUploadedFile("a.bin", b"a" * 60_000), SimpleUploadedFile("b.bin", b"b" * 60_000)]
    assert send(liaison, finding, text="已追回", evidence_0=pair) == 413
    large = SimpleUploadedFile("c.bin", b"c" * 3_000_000)
    response = liaison.post(
        reverse("submit", args=[finding.number]), {"seen": finding.seq, "text": "x", "evidence_0": large}
    )
    assert response.status_code == 413
    assert "larger than" in response.content.decode()
    assert Event.objects.count() == before
    assert not finding.evidence.exists()


def test_a_quota_that_just_holds_is_not_in_the_way(
    world: World, liaison: Client, settings: pytest.FixtureRequest
) -> None:
    settings.EVIDENCE_MAX_BYTES = 60_000  # type: ignore[attr-defined]
    finding = with_items(world, 1, state="rectifying")
    assert send(liaison, finding, text="已追回", evidence_0=SimpleUploadedFile("a.bin", b"a" * 60_000)) == 302


# What is kept until it is sent ---------------------------------------------------------------------------------------


def test_an_unfinished_text_is_kept_and_gone_once_it_is_sent(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    written = {
        "seen": finding.seq,
        "text": "写了一半",
        "money_return_to_channel": "12.5",
        "rule_title_0": "办法",
        "unit": "wan",
    }
    assert liaison.post(reverse("keep_draft", args=[finding.number]), written).status_code == 302
    assert finding.submissions.count() == 0
    text = fill(liaison, finding)
    assert "写了一半" in text
    assert 'value="12.5"' in text
    assert "it is not submitted yet" in text
    assert send(liaison, finding, text="写完了") == 302
    return_(finding, reason="补充", by=world.auditor, at=world.now())
    assert "写了一半" not in fill(liaison, finding)


def test_the_script_is_told_in_a_few_words(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    url = reverse("keep_draft", args=[finding.number])
    response = liaison.post(url, {"text": "x"}, headers={"hx-request": "true"})
    assert response.status_code == 200
    assert response.content.decode().startswith("Kept at")
    assert "<" not in response.content.decode()


def test_what_one_person_keeps_another_does_not_see(world: World, signed_in: SignedIn) -> None:
    finding = with_items(world, 1, state="rectifying")
    signed_in(world.liaison).post(reverse("keep_draft", args=[finding.number]), {"text": "我的草稿"})
    assert "我的草稿" not in fill(signed_in(world.liaison), finding)


def test_a_text_beyond_reason_is_not_kept(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    liaison.post(reverse("keep_draft", args=[finding.number]), {"text": "长" * 100_000})
    assert "长长长" not in fill(liaison, finding)


def test_a_new_version_begins_with_what_the_last_one_said(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    results = [
        Result(OutcomeKind.MONEY, "adjust_books", 40_000, reference="JK-1", on=date(2026, 5, 1)),
        Result(OutcomeKind.MONEY, "adjust_books", 2_055, reference="JK-2"),
        *(Result(OutcomeKind.RULE, title=f"制度 {place}", reference=f"{place} 号") for place in range(5)),
        Result(OutcomeKind.PERSON, title="诫勉一人"),
    ]
    submit(finding, text="第一版", results=results, unfinished="余一人", by=world.liaison, at=world.now())
    return_(finding, reason="凭证不足", by=world.auditor, at=world.now())
    text = fill(liaison, finding)
    assert "凭证不足" in text
    for written in (
        "第一版",
        "余一人",
        'value="420.55"',
        "JK-1; JK-2",
        "诫勉一人",
        *(f"制度 {place}" for place in range(5)),
    ):
        assert written in text, written


def test_no_rule_is_lost_between_two_versions(world: World, liaison: Client) -> None:
    finding = with_items(world, 1, state="rectifying")
    many = {f"rule_title_{place}": f"制度 {place}" for place in range(7)}
    assert send(liaison, finding, text="已建制度", **many) == 302
    assert finding.submissions.get().outcomes.filter(kind="rule").count() == 7
