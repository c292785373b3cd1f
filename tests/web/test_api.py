"""The programming interface: what a program reads and does for a person, and what it is told when it may not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reperform.errors import Refused
from reperform.ledger.models import Account, Event, Finding, GivenAnswer, Token, TokenScope, TokenUse
from reperform.rectify import tokens
from reperform.rectify.organise import suspend
from reperform.web.moment import now
from tests.web.conftest import SignedIn
from tests.web.scene import District, ran, rows, with_items
from tests.world import World

ROOT = "/api/1"
JSON = "application/json"


def token(person: Account, scope: TokenScope = TokenScope.WRITE, days: int = 30) -> str:
    return tokens.make(label="程序", scope=scope, days=days, by=person, at=now())[1]


class Program:
    """A program that sends a person's token."""

    def __init__(self, person: Account, scope: TokenScope = TokenScope.WRITE) -> None:
        self.client, self.head = Client(), {"Authorization": f"Bearer {token(person, scope)}"}

    def get(self, path: str, **asked: str) -> Any:
        return self.client.get(f"{ROOT}{path}", asked, headers=self.head)

    def post(self, path: str, asked: object = None, key: str = "") -> Any:
        head = {**self.head, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(f"{ROOT}{path}", json.dumps(asked or {}), content_type=JSON, headers=head)

    def upload(self, path: str, asked: dict[str, Any], key: str = "") -> Any:
        head = {**self.head, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(f"{ROOT}{path}", asked, headers=head)


def file(content: bytes = b"voucher", name: str = "回单.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_program_takes_a_finding_from_draft_to_closed(world: World) -> None:
    auditor, reviewer, unit = (Program(getattr(world, name)) for name in ("auditor", "reviewer", "liaison"))
    run = ran(world, rows("YJ-SIF", 2))
    found = auditor.get(f"/runs/{run.number}/exceptions").json()["rows"]
    made = auditor.post(
        f"/runs/{run.number}/steps/confirm",
        {"engagement": world.engagement.number, "rows": [row["id"] for row in found]},
    )
    assert made.status_code == 200, made.content
    (number,) = made.json()["numbers"]
    at = f"/findings/{number}"
    assert auditor.post(f"{at}/steps/issue", {"due_on": "2027-06-30"}).json()["state"] == "issued"
    planned = unit.post(f"{at}/steps/plan", {"measures": [{"kind": "immediate", "text": "追回"}]})
    assert planned.json()["state"] == "rectifying"
    amount = unit.get(at).json()["ordered"]
    results = [{"kind": "money", "money_class": "return_to_channel", "amount": amount, "reference": "凭证 7"}]
    sent = unit.upload(
        f"{at}/steps/submit",
        {"text": "已全部追回", "results": json.dumps(results), "attachments": [file()], "kinds": ["voucher"]},
    )
    assert sent.status_code == 200, sent.content
    assert sent.json()["state"] == "submitted"
    (version,) = unit.get(f"{at}/submissions").json()
    assert (version["outcomes"][0]["amount"], version["evidence"][0]["kind"]) == (amount, "voucher")
    judged = [{"position": place, "verdict": "cleared", "reason": "已核", "trace": "凭证 7"} for place in (1, 2)]
    assert auditor.post(f"{at}/steps/judge", {"items": judged}).status_code == 200
    points = ["person", "matter", "object", "rule", "number", "effect"]
    accepted = auditor.post(f"{at}/steps/accept", {"standard": points})
    assert accepted.status_code == 200, accepted.content
    assert auditor.post(f"{at}/steps/close").json()["rule"] == "close.second_person"
    assert reviewer.post(f"{at}/steps/close").json()["state"] == "closed"
    assert auditor.get(f"{at}/history").json()[0]["type"] == "finding.close"


def test_a_refusal_is_a_problem_document_that_names_the_rule(world: World) -> None:
    finding = with_items(world, 2)
    answer = Program(world.auditor).post(f"/findings/{finding.number}/steps/return", {"reason": "不足"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["rule"] == "finding.return.state"


def test_wrong_input_says_where(world: World) -> None:
    finding = with_items(world, 2)
    answer = Program(world.liaison).post(f"/findings/{finding.number}/steps/plan", {"measures": [], "mesures": 1})
    assert answer.status_code == 422
    places = {one["place"] for one in answer.json()["errors"]}
    assert places == {"asked.measures", "asked.mesures"}


# Tokens --------------------------------------------------------------------------------------------------------------


def asked_with(text: str) -> int:
    return Client().get(f"{ROOT}/me", headers={"Authorization": f"Bearer {text}"}).status_code


def test_of_a_token_nothing_is_kept_that_could_be_sent(world: World) -> None:
    text = token(world.liaison)
    kept = Token.objects.get()
    assert text.split("_", 2)[2] not in str(vars(kept))
    assert text not in str(vars(kept))
    assert [event.subject for event in Event.objects.filter(subject=kept.subject)] == [kept.subject]
    assert asked_with(text) == 200
    assert TokenUse.objects.get().token == kept


def test_a_token_ends_when_it_is_revoked_when_its_person_is_suspended_and_by_itself(world: World) -> None:
    first, second = token(world.liaison), token(world.stranger)
    tokens.revoke(Token.objects.get(owner=world.liaison), by=world.liaison, at=now())
    suspend(world.stranger, by=world.administrator, at=now())
    old = tokens.make(label="旧", scope=TokenScope.READ, days=1, by=world.lead, at=now() - timedelta(days=2))[1]
    for text in (first, second, old, f"{old[:-1]}!", "rp_x_y", "none"):
        assert asked_with(text) == 401


def test_a_token_that_may_read_takes_no_step(world: World) -> None:
    finding = with_items(world, 2)
    program = Program(world.liaison, TokenScope.READ)
    assert program.get(f"/findings/{finding.number}").status_code == 200
    assert program.post(f"/findings/{finding.number}/steps/respond", {"response": "agree"}).status_code == 403


def test_nobody_revokes_the_token_of_another(world: World, signed_in: SignedIn) -> None:
    text = token(world.liaison)
    number = Token.objects.get().number
    assert signed_in(world.auditor).post(f"/tokens/{number}/revoke").status_code == 404
    with pytest.raises(Refused, match="another person"):
        tokens.revoke(Token.objects.get(), by=world.auditor, at=now())
    assert asked_with(text) == 200


def test_wrong_secrets_block_the_token_for_a_while(world: World) -> None:
    text = token(world.liaison)
    wrong = f"{text[:-4]}0000"
    assert [asked_with(wrong) for _time in range(6)][-1] == 429
    assert asked_with(text) == 429


def test_the_page_shows_a_new_token_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.liaison)
    made = client.post("/tokens", {"label": "财务系统", "scope": "read", "days": 30}).content.decode()
    text = made.partition('id="secret">')[2].partition("<")[0]
    assert asked_with(text) == 200
    assert text not in client.get("/tokens").content.decode()


def test_a_session_needs_its_csrf_token_to_take_a_step(world: World) -> None:
    finding = with_items(world, 2)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.liaison, backend="django.contrib.auth.backends.ModelBackend")
    at = f"{ROOT}/findings/{finding.number}"
    assert client.get(at).status_code == 200
    answer = client.post(f"{at}/steps/respond", json.dumps({"response": "agree"}), content_type=JSON)
    assert answer.status_code == 403


# Repetition, lists, silence ------------------------------------------------------------------------------------------


def test_the_same_call_with_the_same_key_is_answered_once(world: World) -> None:
    finding = with_items(world, 2)
    program, path = Program(world.liaison), f"/findings/{finding.number}/steps/request"
    asked: dict[str, Any] = {"due_on": "2027-08-31", "reason": "跨省协查", "attachments": [file()]}
    first = program.upload(path, asked, key="k-1")
    again = program.upload(path, {**asked, "attachments": [file()]}, key="k-1")
    assert first.status_code == 200, first.content
    assert again.json() == first.json()
    other = program.upload(path, {**asked, "attachments": [file(b"another")]}, key="k-1")
    assert (other.status_code, other.json()["rule"]) == (409, "idempotency.other_request")
    assert GivenAnswer.objects.count() == finding.extensions.count() == 1


def test_a_refused_step_leaves_its_key_free(world: World) -> None:
    finding = with_items(world, 2)
    program = Program(world.auditor)
    assert program.post(f"/findings/{finding.number}/steps/close", key="k-2").status_code == 409
    assert not GivenAnswer.objects.exists()


def test_a_list_with_anything_foreign_in_it_is_refused_whole(world: World, district: District) -> None:
    own, there = with_items(world, 2, state="draft"), ran(world, rows("DP-SIF", 2, 7), by=district.auditor)
    program = Program(world.auditor)
    asked = {"numbers": [own.number, "RP-2026-9999"], "due_on": "2027-06-30"}
    assert program.post("/findings/steps/issue", asked).json()["rule"] == "list.absent"
    mine = ran(world, rows("YJ-SIF", 1, 9))
    mixed = [mine.rows.get().pk, *there.rows.values_list("pk", flat=True)]
    confirmed = {"engagement": world.engagement.number, "rows": mixed}
    assert program.post(f"/runs/{mine.number}/steps/confirm", confirmed).json()["rule"] == "list.absent"
    assert Finding.objects.filter(state="issued").count() == 0
    assert Finding.objects.count() == 1


def test_a_referral_changes_no_byte_of_what_the_unit_is_answered(world: World) -> None:
    finding = with_items(world, 2)
    unit = Program(world.liaison)
    at = f"/findings/{finding.number}"
    paths = ["/findings", "/watch", at, "/records/filing", "/records/escalation", "/records/referral"]
    paths += [f"{at}/{part}" for part in ("items", "submissions", "evidence", "history", "steps", "records", "checks")]
    before = [unit.get(path).content for path in paths]
    letter = {"purpose": "clue", "receiver": "YJ-CDI", "title": "线索", "matter": "事实", "attachments": [file()]}
    drafted = Program(world.auditor).upload(f"{at}/steps/refer", letter)
    assert drafted.status_code == 200, drafted.content
    assert [unit.get(path).content for path in paths] == before


def test_a_version_that_was_not_read_is_stale(world: World) -> None:
    finding = with_items(world, 2)
    asked = {"response": "agree", "seen": finding.seq - 1}
    assert Program(world.liaison).post(f"/findings/{finding.number}/steps/respond", asked).status_code == 409


def test_files_over_the_quota_are_refused_whole(world: World, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 1000
    finding = with_items(world, 2)
    asked = {"due_on": "2027-08-31", "reason": "协查", "attachments": [file(b"x" * 2000)]}
    answer = Program(world.liaison).upload(f"/findings/{finding.number}/steps/request", asked)
    assert answer.status_code == 413, answer.content
    assert not finding.extensions.exists()
