"""Who may read which field: every column of every model × role × relation, and that answers hold no others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from reperform.ledger.models import Finding, Item, Referral, Submission
from reperform.rectify.records import KINDS
from reperform.rules.standing import Relation, Role
from reperform.web import fields
from reperform.web.api.around import model_of
from reperform.web.api.serving import one_served, related, served
from reperform.web.permissions import AUDIT
from tests.web.permitted import PEOPLE, Scene
from tests.web.scene import District
from tests.world import World

MODELS = list(apps.get_app_config("ledger").get_models())
SECRET = {
    "Account": {"password"}, "Token": {"digest"}, "Event": {"body", "salt", "leaf"}, "Payload": {"salt", "value"},
    "Finding": {"source_key", "source_digest"}, "GivenAnswer": {"answer"},
}  # fmt: skip


@pytest.fixture
def scene(world: World, district: District) -> Scene:
    return Scene(world, district)


def readers() -> Iterator[tuple[Role, Relation]]:
    return ((role, relation) for role in Role for relation in Relation)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_of_every_column_it_is_decided_who_reads_it(model: type[models.Model]) -> None:
    left = fields.undecided(model)
    assert not left, f"say in web/fields.py who reads {left} of {model.__name__}, or in KEPT_BACK why nobody does"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_the_map_does_not_name_is_readable_by_nobody(model: type[models.Model]) -> None:
    named = fields.FIELDS.get(model.__name__, {})
    back = fields.KEPT_BACK.get(model.__name__, {})
    for role, relation in readers():
        read = {column.name for column in fields.readable(model, role, relation)}
        assert read == {name for name, whom in named.items() if (role, relation) in whom} & columns(model)
        assert not read & (back.keys() | SECRET.get(model.__name__, set()))


def columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_no_field_is_readable_by_the_system_or_by_a_role_that_has_no_part_in_the_record() -> None:
    for name, named in fields.FIELDS.items():
        assert not any(role is Role.SYSTEM for whom in named.values() for role, _relation in whom), name
    for name in ("Finding", "Item", "Submission", "Evidence", "Outcome", "Duty", "Check"):
        roles = {role for whom in fields.FIELDS[name].values() for role, _relation in whom}
        assert not roles & {Role.PARTNER, Role.ADMINISTRATOR}, name
    referral = {role for whom in fields.FIELDS["Referral"].values() for role, _relation in whom}
    assert referral == AUDIT | {Role.PARTNER}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_kind_shows_what_its_page_shows_to_whom_its_page_is_open(kind: str) -> None:
    model = model_of(kind)
    for role, relation in readers():
        read = {column.name for column in fields.readable(model, role, relation)}
        if role in KINDS[kind].roles:
            assert set(KINDS[kind].details) & columns(model) <= read
        else:
            assert not read


def test_an_answer_holds_what_the_map_grants_its_reader_and_nothing_else(scene: Scene) -> None:
    for place in (scene.city, scene.there):
        for record in (place.finding, place.run, place.check, place.exclusion, *place.records.values()):
            model = type(record)
            row = related(model._default_manager.all()).get(pk=record.pk)
            for account in scene.people.values():
                relation = record.standing().relation(account.actor())
                granted = {column.name for column in fields.readable(model, Role(account.role), relation)}
                assert set(one_served(row, account)) == granted


def test_only_the_handling_body_and_the_auditors_read_who_submitted(scene: Scene) -> None:
    finding = scene.city.finding
    (version,) = related(Submission.objects.filter(finding=finding))
    reading = {name for name in PEOPLE if "by" in one_served(version, scene.people[name], within=finding)}
    assert reading == {"auditor", "reviewer", "liaison", "clerk", "district_auditor", "district_reviewer"}


def test_personal_numbers_are_whole_for_those_alone_who_act_on_persons(scene: Scene) -> None:
    finding = scene.city.finding
    items = list(related(Item.objects.filter(finding=finding)))
    for name in ("auditor", "liaison", "clerk", "lead", "legislator"):
        shown = served(items, scene.people[name], within=finding)[0]["key"]["person_id"]
        assert ("*" in shown) == (name in {"lead", "legislator"}), name


def test_a_finding_that_is_out_of_sight_is_not_named(scene: Scene) -> None:
    task = scene.city.records["task"]
    row = related(type(task)._default_manager.all()).get(pk=task.pk)
    assert one_served(row, scene.people["lead"])["finding"] == scene.city.finding.number
    assert one_served(row, scene.people["district_auditor"])["finding"] is None


def test_the_partner_reads_the_matter_and_not_the_finding_behind_it(scene: Scene) -> None:
    referral = related(Referral.objects.all()).get(pk=scene.city.records["referral"].pk)
    read = one_served(referral, scene.people["partner"])
    assert read["matter"] == "事实"
    assert not read.keys() & {"finding", "drafter", "approver", "audit_body"}
    assert one_served(referral, scene.people["auditor"])["finding"] == scene.city.finding.number


def test_serving_many_rows_asks_as_often_as_serving_one(scene: Scene, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(served(related(Finding.objects.all()), scene.people["legislator"])) == 4
