"""The programming interface: what a program reads and does for a person, and what it is told when it may not."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reperform.ledger.models import Account, TokenScope
from reperform.rectify import tokens
from reperform.web.moment import now
from tests.web.scene import ran, rows, with_items
from tests.world import World

ROOT = "/api/1"
JSON = "application/json"


def token(person: Account, scope: TokenScope = TokenScope.WRITE, days: int = 30) -> str:
    return tokens.create(label="程序", scope=scope, days=days, by=person, at=now())[1]


class Program:
    """A program that sends a person's token."""

    def __init__(self, person: Account, scope: TokenScope = TokenScope.WRITE) -> None:
        self.client, self.head = Client(), {"Authorization": f"Bearer {token(person, scope)}"}

    def get(self, path: str, **asked: object) -> Any:
        return self.client.get(f"{ROOT}{path}", asked, headers=self.head)

    def post(self, path: str, asked: object = None, key: str = "") -> Any:
        head = {**self.head, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(f"{ROOT}{path}", json.dumps(asked or {}), content_type=JSON, headers=head)

    def upload(self, path: str, asked: dict[str, object], key: str = "") -> Any:
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
