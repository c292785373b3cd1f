"""A list of own records with a foreign one among them: the whole is refused, or the foreign one stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.urls import reverse

from reperform.ledger import workshop
from reperform.ledger.asking import take
from reperform.ledger.models import Event, Finding, Inquiry, Run, Subject
from reperform.reveal import inquiring
from reperform.reveal.actions import confirm
from reperform.web.api.site import OPERATIONS
from reperform.web.around import OPENING
from reperform.web.permissions import ACCESS, POST
from tests.web.conftest import SignedIn
from tests.web.scene import District, confirmed, ran, rows, with_items
from tests.web.test_permissions_api import JSON, ROOT, described
from tests.world import World

# Of one record that the address names, or of none: nothing of a list of records comes with the request.
_ONE = """login role_card logout language large_type revise issue discard assign plan keep_draft submit return accept
close rerun run_now lift inquiry_return inquiry_take_back job_cancel job_retry notifications_save decide tokens
token_revoke claim_same finding_step"""
SINGLE = frozenset(_ONE.split())
WORKBOOKS = frozenset({"claim_file", "inquiry_book"})  # lines name their item or row; the readers' own tests hold them
FAR = "2030-01-01"


@dataclass
class Sides:
    """The same records of the city's bureau and of the district's: drafts, rows, items, inquiries."""

    world: World
    district: District

    @cached_property
    def runs(self) -> tuple[Run, Run]:
        own = ran(self.world, rows("YJ-SIF", 2, 400_000))
        return own, ran(
            self.world, rows("DP-SIF", 2, 500_000), by=self.district.auditor, engagement=self.district.engagement
        )

    @cached_property
    def drafts(self) -> tuple[Finding, Finding]:
        return confirmed(self.world, 2, amount=600_000), self._foreign(2, 700_000)

    def _foreign(self, count: int, amount: int) -> Finding:
        district, world = self.district, self.world
        run = ran(world, rows("DP-SIF", count, amount), by=district.auditor, engagement=district.engagement)
        found = list(run.rows.select_related("run__snapshot").order_by("pk"))
        (draft,) = confirm(
            found, procedure=workshop.procedures()["SI-01"], engagement=district.engagement, by=district.auditor,
            at=world.now(),
        )  # fmt: skip
        return draft

    def items(self, state: str) -> tuple[Finding, list[int], list[int]]:
        own = with_items(self.world, 2, state=state)
        return own, keys(own.items), keys(self.drafts[1].items)

    def inquiries(self, *, answered: bool) -> tuple[Inquiry, Inquiry]:
        own, foreign = self.runs
        made = []
        for run, receiver, by, replies in (
            (own, self.world.bodies["YJ-SIF"], self.world.auditor, self.world.liaison),
            (foreign, self.district.bodies["DP-SIF"], self.district.auditor, self.district.liaison),
        ):
            found = list(run.rows.select_related("run"))
            one = inquiring.send(found, receiver=receiver, question="请核实", by=by, at=self.world.now())
            if answered:
                said = [inquiring.Said(row, "confirmed", "") for row in one.rows.all()]
                inquiring.answer(one, said, by=replies, at=self.world.now())
            made.append(one)
        return made[0], made[1]


def keys(rows_: Any) -> list[int]:
    return list(rows_.order_by("pk").values_list("pk", flat=True))


@dataclass
class Asked:
    """One bulk step: by whom, where, and what is sent for own records alone and with foreign ones among them."""

    person: str
    at: str
    own: Mapping[str, Any]
    mixed: Mapping[str, Any]


Build = Callable[[Sides], Asked]


def _issue(sides: Sides) -> Asked:
    own, foreign = (f"{one.number},{one.seq}" for one in sides.drafts)
    return Asked(
        "auditor", reverse("ledger_issue"), {"no": [own], "due_on": FAR}, {"no": [own, foreign], "due_on": FAR}
    )


def _sift(route: str, **given: str) -> Build:
    def build(sides: Sides) -> Asked:
        own, foreign = (keys(run.rows) for run in sides.runs)
        at = reverse(route, args=[sides.runs[0].number])
        return Asked("auditor", at, {**given, "row": own}, {**given, "row": [*own, *foreign]})

    return build


def _judge(sides: Sides) -> Asked:
    finding, own, foreign = sides.items("submitted")
    said = {"verdict": "cleared", "reason": "已核", "trace": "记-18", "seen": finding.seq}
    at = reverse("judge", args=[finding.number])
    return Asked("auditor", at, {**said, "item": own}, {**said, "item": [*own, *foreign]})


def _claim(sides: Sides) -> Asked:
    finding, own, foreign = sides.items("rectifying")

    def said(items: list[int]) -> dict[str, Any]:
        claims = {f"claim_{pk}": "done" for pk in items}
        return {"seen": finding.seq, **claims, **{f"reference_{pk}": "记-1" for pk in items}}

    return Asked("liaison", reverse("claim_keep", args=[finding.number]), said(own), said([*own, *foreign]))


def _answer(sides: Sides) -> Asked:
    own, foreign = sides.inquiries(answered=False)
    said = {"word": "confirmed", "text": "", "seen": own.seq}
    at = reverse("inquiry_answer", args=[own.number])
    return Asked(
        "liaison", at, {**said, "row": keys(own.rows)}, {**said, "row": [*keys(own.rows), *keys(foreign.rows)]}
    )


def _settle(sides: Sides) -> Asked:
    own, foreign = sides.inquiries(answered=True)

    def said(found: list[int]) -> dict[str, Any]:
        decided = {f"decision-{pk}": "excluded" for pk in found}
        return {"expires_on": FAR, "engagement": sides.world.engagement.number, "seen": own.seq, **decided}

    both = [*keys(own.rows), *keys(foreign.rows)]
    return Asked("auditor", reverse("inquiry_settle", args=[own.number]), said(keys(own.rows)), said(both))


def _named(sides: Sides, at: str, **given: str) -> Asked:
    own, foreign = (one.number for one in sides.drafts)
    return Asked("auditor", at, {**given, "findings": own}, {**given, "findings": f"{own} {foreign}"})


def _new(sides: Sides) -> Asked:
    at = reverse("record_new", args=["instruction", "enter"])
    return _named(sides, at, kind="request", title="请示", text="事项")


def _campaign(sides: Sides) -> Subject:
    values = {"title": "专项整改", "basis": "", "due_on": date(2030, 1, 1)}
    made = take(OPENING["campaign", "open"], None, values, by=sides.world.auditor, at=sides.world.now())
    assert isinstance(made, Subject)
    return made


def _step(sides: Sides) -> Asked:
    campaign = _campaign(sides)
    at = reverse("record_step", args=["campaign", campaign.number, "assign"])
    return _named(sides, at, title="冒领", lead="YJ-HRSS", due_on=FAR, seen=str(campaign.seq))


BULK: Mapping[str, Build] = {
    "ledger_issue": _issue, "confirm": _sift("confirm", engagement="E-2026-01"),
    "exclude": _sift("exclude", reason="系补发", expires_on=FAR),
    "inquire": _sift("inquire", question="请核实", receiver="YJ-SIF", due_on=FAR), "judge": _judge,
    "claim_keep": _claim, "inquiry_answer": _answer, "inquiry_settle": _settle, "record_new": _new,
    "record_step": _step,
}  # fmt: skip


def _api(path: str, own: Mapping[str, Any], mixed: Mapping[str, Any]) -> Asked:
    return Asked("auditor", f"{ROOT}{path}", own, mixed)


def _api_rows(step: str, **given: str) -> Build:
    def build(sides: Sides) -> Asked:
        own, foreign = (keys(run.rows) for run in sides.runs)
        path = f"/runs/{sides.runs[0].number}/steps/{step}"
        return _api(path, {**given, "rows": own}, {**given, "rows": [*own, *foreign]})

    return build


def _api_findings(path: str, name: str = "findings", **given: str) -> Build:
    def build(sides: Sides) -> Asked:
        own, foreign = (one.number for one in sides.drafts)
        at = path.format(campaign=_campaign(sides).number) if "{" in path else path
        return _api(at, {**given, name: [own]}, {**given, name: [own, foreign]})

    return build


def _join(sides: Sides) -> Asked:
    own, foreign = (one.number for one in sides.drafts)
    both = [own, confirmed(sides.world, 2, body="YJ-CA", amount=800_000).number]
    return _api("/records/joint/steps/form", {"findings": both}, {"findings": [*both, foreign]})


API: Mapping[str, Build] = {
    "findings.issue": _api_findings("/findings/steps/issue", "numbers", due_on=FAR),
    "run.confirm": _api_rows("confirm", engagement="E-2026-01"),
    "run.exclude": _api_rows("exclude", reason="系补发", expires_on=FAR),
    "instruction.enter": _api_findings("/records/instruction/steps/enter", kind="request", title="请示", text="事项"),
    "campaign.assign": _api_findings(
        "/records/campaign/{campaign}/steps/assign", title="冒领", lead="YJ-HRSS", due_on=FAR
    ),
    "joint.form": _join,
}  # fmt: skip
# Lists of what belongs to the record that the address names, or of no record at all.
WITHIN = frozenset(
    {"finding.judge", "finding.plan", "finding.submit", "finding.accept", "finding.divide", "inspection.hold"}
)


@pytest.fixture
def sides(world: World, district: District) -> Sides:
    return Sides(world, district)


def touching(sides: Sides) -> set[str]:
    """Return every record of the district and every record that points to one, with all that it holds."""
    foreign: dict[Any, set[int]] = {}
    for run in Run.objects.filter(audit_body=sides.district.bodies["DP-AUD"]):
        foreign.setdefault(Run, set()).add(run.pk)
        foreign.setdefault(run.rows.model, set()).update(keys(run.rows))
    for finding in Finding.objects.filter(audit_body=sides.district.bodies["DP-AUD"]):
        foreign.setdefault(Finding, set()).add(finding.pk)
        foreign.setdefault(finding.items.model, set()).update(keys(finding.items))
    for inquiry in Inquiry.objects.filter(audit_body=sides.district.bodies["DP-AUD"]):
        foreign.setdefault(inquiry.rows.model, set()).update(keys(inquiry.rows))
    found = set()
    for model in apps.get_app_config("ledger").get_models():
        points = [one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
        for row in model._default_manager.values():
            to = [one for one in points if row[one.attname] in foreign.get(one.related_model, ())]
            if to or row.get("id") in foreign.get(model, ()):
                found.add(f"{model.__name__} {row}")
    return found


def hold(client: Any, asked: Asked, sides: Sides, **how: Any) -> None:
    """Ask with own records, which is done and undone; then with foreign ones among them."""

    def ask(values: Mapping[str, Any]) -> Any:
        return client.post(asked.at, json.dumps(values) if how else values, **how)

    count, before = Event.objects.count(), touching(sides)
    with transaction.atomic():
        alone = ask(asked.own)
        assert alone.status_code in {200, 302}, alone.content.decode()
        assert Event.objects.count() > count
        transaction.set_rollback(True)
    mixed = ask(asked.mixed)
    assert touching(sides) == before
    assert mixed.status_code < 500
    if mixed.status_code >= 400 or how:
        assert mixed.status_code in {404, 409, 422}
        assert Event.objects.count() == count


def test_every_route_that_changes_something_is_known_to_name_one_record_or_many() -> None:
    posted = {name for name, access in ACCESS.items() if POST in access.methods}
    assert posted == SINGLE | WORKBOOKS | BULK.keys()
    assert not (SINGLE | WORKBOOKS) & BULK.keys()


def test_every_operation_that_takes_a_list_of_records_is_known() -> None:
    lists = set()
    for name, one in described().items():
        for content in one.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            if "$ref" in schema:
                schema = OPERATIONS.described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            fields = schema.get("properties", {})
            if any(field.get("type") == "array" for key, field in fields.items() if key != "attachments"):
                lists.add(name)
    assert API.keys() <= lists
    assert lists - API.keys() - WITHIN == set(), "say in tests/web/test_bulk.py what these lists name"


@pytest.mark.parametrize("name", list(BULK))
def test_a_page_leaves_a_foreign_record_among_own_ones_as_it_is(sides: Sides, signed_in: SignedIn, name: str) -> None:
    _runs, _drafts, asked = sides.runs, sides.drafts, BULK[name](sides)
    hold(signed_in(getattr(sides.world, asked.person)), asked, sides)


@pytest.mark.parametrize("name", list(API))
def test_an_operation_refuses_a_list_with_a_foreign_record(sides: Sides, signed_in: SignedIn, name: str) -> None:
    _runs, _drafts, asked = sides.runs, sides.drafts, API[name](sides)
    hold(signed_in(getattr(sides.world, asked.person)), asked, sides, content_type=JSON)
