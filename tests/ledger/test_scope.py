"""Who sees what: an audit body what it keeps, a unit what it answers for, a legislator what is issued."""

from __future__ import annotations

import pytest
from tests.world import World

from reperform.ledger import scope
from reperform.ledger.models import Finding

ISSUED = {"auditor", "reviewer", "liaison", "lead", "legislator"}


@pytest.mark.parametrize("name", ["auditor", "reviewer", "liaison", "stranger", "lead", "legislator", "administrator"])
def test_an_issued_finding_is_seen_by_those_it_concerns(world: World, name: str) -> None:
    finding = world.issued()
    seen = scope.findings(getattr(world, name))
    assert (finding in seen) == (name in ISSUED)


@pytest.mark.parametrize("name", ["liaison", "stranger", "lead", "legislator", "administrator"])
def test_a_draft_is_seen_by_the_audit_body_alone(world: World, name: str) -> None:
    world.draft()
    assert not scope.findings(getattr(world, name)).exists()
    assert scope.findings(world.auditor).count() == 1


def test_a_department_sees_the_findings_of_the_units_below_it(world: World) -> None:
    finding = world.issued()
    assert world.lead.body.number == "YJ-HRSS"
    assert list(scope.findings(world.lead)) == [finding]


@pytest.mark.parametrize("name", ["liaison", "stranger", "lead", "legislator", "administrator"])
def test_runs_and_engagements_are_the_audit_bodys_own(world: World, name: str) -> None:
    assert not scope.engagements(getattr(world, name)).exists()
    assert not scope.runs(getattr(world, name)).exists()
    assert scope.engagements(world.auditor).count() == 1


def test_a_body_whose_code_begins_alike_is_not_below(world: World) -> None:
    from reperform.rectify.organise import BodyEntry, enrol, register_bodies
    from reperform.rules.standing import Role

    world.issued()
    (other,) = register_bodies(
        [BodyEntry("YJ-SI", "名称相近的单位", "unit", parent="YJ-HRSS")], by=None, at=world.now()
    )
    person = enrol(username="near", name="near", role=Role.LIAISON, body=other, password=None, by=None, at=world.now())
    assert not scope.findings(person).exists()
    assert Finding.objects.count() == 1
