"""Deny by default: every route stands in the map, every role gets what the map says, what is foreign is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from reperform.jobs import queue, tasks
from reperform.ledger import workshop
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Check, Evidence, Exclusion, Finding
from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.record import record
from reperform.rectify import pressing, referring
from reperform.rectify.actions import Measure, plan, submit
from reperform.reveal.actions import confirm, exclude, issue
from reperform.rules.outcomes import Purpose, Rung
from reperform.rules.standing import Role
from reperform.verify.waiving import grant as waive
from reperform.web.permissions import ACCESS, AUDIT, GET, POST
from reperform.web.routing import route
from tests.web.conftest import SignedIn
from tests.web.scene import District, attachment, ran, rows, with_items
from tests.world import World

PEOPLE = ("auditor", "reviewer", "liaison", "lead", "legislator", "administrator")
OF_A_FINDING = (
    "finding revise issue discard assign fill plan keep_draft submit verify judge return accept close rerun "
    "claim claim_keep claim_same claim_xlsx claim_file"
)
WITH_WORDS = {
    "records": ["waiver"],
    "record_new": ["instruction", "enter"],
    "watched": ["overdue"],
}  # not of one record
PUBLIC = {"login", "role_card", "logout", "language", "large_type"}


def patterns() -> list[URLPattern]:
    return [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]


def test_the_map_and_the_routes_name_the_same() -> None:
    assert len(patterns()) == len(get_resolver().url_patterns)  # no included tree escapes the enumeration
    assert sorted(str(one.name) for one in patterns()) == sorted(ACCESS)


def test_a_route_that_is_not_in_the_map_cannot_be_built() -> None:
    with pytest.raises(ImproperlyConfigured, match="permission map"):
        route("secret", lambda _request: HttpResponse(), "secret")


def test_only_the_door_itself_is_open_to_everybody() -> None:
    assert {name for name, access in ACCESS.items() if access.roles is None} == PUBLIC


def test_no_route_is_open_to_the_system() -> None:
    assert not any(access.roles and Role.SYSTEM in access.roles for access in ACCESS.values())


def test_what_changes_something_is_a_post() -> None:
    reading = {name for name, access in ACCESS.items() if access.methods == (GET,)}
    both = {name for name, access in ACCESS.items() if set(access.methods) == {GET, POST}}
    assert both == {"login", "revise", "assign", "finding_step", "record_step", "record_new"}
    assert not reading & {"issue", "submit", "close", "decide", "confirm", "exclude", "lift", "rerun", "logout"}


class Scene:
    """The arguments of each route, once for records of the city's bureau and once for records of the district's."""

    def __init__(self, world: World, district: District) -> None:
        self.world, self.district = world, district
        self.own = self._arguments(self._finding(world, "YJ-SIF"))
        self.foreign = self._arguments(self._foreign_finding())

    def _finding(self, world: World, _body: str) -> Finding:
        finding = with_items(world, 2, state="submitted")
        run = ran(world, rows("YJ-SIF", 5)[3:])
        self.job = queue.ask(tasks.notify, by=world.auditor)
        self.exclusion = exclude(
            list(run.rows.all()), reason="核实", expires_on=date(2030, 1, 1), by=world.auditor, at=world.now()
        )[0]  # fmt: skip
        self.run = run
        self.check = _check(finding, world.auditor)
        return finding

    def _foreign_finding(self) -> Finding:
        world, district = self.world, self.district
        run = ran(world, rows("DP-SIF", 3), by=district.auditor, engagement=district.engagement)
        found = list(run.rows.select_related("run__snapshot").order_by("pk"))
        procedure = workshop.procedures()["SI-01"]
        (finding,) = confirm(
            found[:2], procedure=procedure, engagement=district.engagement, by=district.auditor, at=world.now()
        )
        issue([finding], due_on=world.now().date(), by=district.auditor, at=world.now())
        plan(finding, [Measure("immediate", "追回")], by=district.liaison, at=world.now())
        submit(finding, text="已追回", attachments=[attachment(b"district")], by=district.liaison, at=world.now())
        self.exclusion = exclude(
            found[2:], reason="核实", expires_on=date(2030, 1, 1), by=district.auditor, at=world.now()
        )[0]  # fmt: skip
        self.run, self.job = run, queue.ask(tasks.notify, by=district.auditor)
        self.check = _check(finding, district.auditor)
        return finding

    def _arguments(self, finding: Finding) -> dict[str, list[object]]:
        of_finding = {name: [finding.number] for name in OF_A_FINDING.split()}
        return {
            **of_finding,
            "evidence": [finding.number, Evidence.objects.get(finding=finding).pk],
            **dict.fromkeys(("job", "job_cancel", "job_retry"), [self.job.pk]),
            "run": [self.run.number], "confirm": [self.run.number], "exclude": [self.run.number],
            "lift": [self.exclusion.number], "check": [self.check.number], "decide": [self.check.number],
            **self._around(finding),
        }  # fmt: skip

    def _around(self, finding: Finding) -> dict[str, list[object]]:
        """Return the arguments of the routes of records around a finding."""
        world, number = self.world, finding.number
        city = finding.audit_body.number == "YJ-AUD"
        reviewer = world.reviewer if city else self.district.reviewer
        waiver = waive(
            finding, rule="accept.evidence", reason="核对", expires_at=world.now() + timedelta(days=9), by=reviewer,
            at=world.now(),
        )  # fmt: skip
        referral = referring.draft(
            referring.Letter("线索", "事实"), purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"], finding=finding,
            enclosed=(referring.Enclosed(attachment(number.encode()).digest, "证据.pdf"),),
            by=world.auditor if city else self.district.auditor, at=world.now(),
        )  # fmt: skip
        return {
            "finding_step": [number, "respond"], "record": ["waiver", waiver.number],
            "record_step": ["waiver", waiver.number, "lift"],
            "enclosure": [referral.number, referral.enclosures.get().pk],
            "letter": ["escalation", self._pressed(finding, reviewer)], "lists": [finding.responsible.number],
            "slip": [world.accepted().number if city else number],
        }  # fmt: skip

    def _pressed(self, finding: Finding, by: Account) -> str:
        """Return the number of a step of the ladder that was issued, so that it has a letter."""
        on = self.world.now().date()
        (one,) = pressing.propose([(finding, Rung.REMINDER, 0)], as_of=on, at=self.world.now(), by=by)
        return pressing.issue(one, paper="", reply_due_on=on, by=by, at=self.world.now()).number

    def without_object(self) -> Iterator[str]:
        named = set(self.own) | set(WITH_WORDS) | {"snapshot", "procedure"}
        yield from sorted(set(ACCESS) - named - PUBLIC)


def _check(finding: Finding, by: Account) -> Check:
    """Enter a check as a run would propose it."""
    run = finding.run
    assert run is not None
    check = Check(
        number=f"LB-{finding.number}", finding=finding, audit_body=finding.audit_body, snapshot=run.snapshot, run=run,
        proposal=Conclusion.HELD, checked_at=run.ran_at,
    )  # fmt: skip
    record([Change("propose", check, facts={"audit": by.body.number, "gaps": 0})], actor=by.actor(), at=run.ran_at)
    return check


@pytest.fixture
def scene(world: World, district: District) -> Scene:
    return Scene(world, district)


def ask(client: Client, name: str, method: str, arguments: list[object]) -> int:
    call: Callable[..., HttpResponse] = client.get if method == GET else client.post
    response = call(reverse(name, args=arguments))
    if response.streaming:  # a file that is handed out stays open until it was read
        b"".join(response.streaming_content)
    return response.status_code


@pytest.mark.parametrize("person", PEOPLE)
def test_each_role_gets_what_the_map_says(scene: Scene, signed_in: SignedIn, person: str) -> None:
    client, role = signed_in(getattr(scene.world, person)), getattr(scene.world, person).role
    for name, arguments in scene.own.items():
        for method in ACCESS[name].methods:
            status = ask(client, name, method, arguments)
            if ACCESS[name].admits(role):
                assert status not in {404, 405, 500}, (name, method, status)
                if method == GET:
                    assert status == 200, (name, status)
            else:
                assert status == 403, (name, method, status)
    for name in (*scene.without_object(), *WITH_WORDS):
        for method in ACCESS[name].methods:
            status = ask(client, name, method, list(WITH_WORDS.get(name, [])))
            assert (status == 403) != ACCESS[name].admits(role), (name, method, status)


@pytest.mark.parametrize("person", ["auditor", "reviewer", "liaison", "lead"])
def test_what_is_foreign_is_not_there(scene: Scene, signed_in: SignedIn, person: str) -> None:
    account = getattr(scene.world, person)
    client = signed_in(account)
    for name, arguments in scene.foreign.items():
        if not ACCESS[name].admits(account.role):
            continue
        for method in ACCESS[name].methods:
            assert ask(client, name, method, arguments) == 404, (name, method)


def test_the_district_sees_its_own_and_not_the_citys(scene: Scene, signed_in: SignedIn) -> None:
    for account in (scene.district.auditor, scene.district.liaison):
        client = signed_in(account)
        for name, arguments in scene.own.items():
            if ACCESS[name].admits(account.role):
                assert ask(client, name, ACCESS[name].methods[0], arguments) == 404, name
        assert ask(client, "finding", GET, scene.foreign["finding"]) == 200


def test_a_file_is_not_handed_out_under_another_findings_number(scene: Scene, signed_in: SignedIn) -> None:
    mixed = [scene.own["evidence"][0], scene.foreign["evidence"][1]]
    assert ask(signed_in(scene.world.auditor), "evidence", GET, mixed) == 404


def test_nobody_enters_without_signing_in(scene: Scene) -> None:
    client = Client()
    for name, access in ACCESS.items():
        if access.roles is None:
            continue
        arguments = scene.own.get(name) or WITH_WORDS.get(name) or (["x"] if name in {"snapshot", "procedure"} else [])
        for method in access.methods:
            response = (client.get if method == GET else client.post)(reverse(name, args=arguments))
            assert response.status_code == 302, (name, method)
            assert response["Location"].startswith(reverse("login"))


def test_a_method_that_the_map_does_not_name_is_refused(scene: Scene, signed_in: SignedIn) -> None:
    client = signed_in(scene.world.auditor)
    for name, access in ACCESS.items():
        if name in PUBLIC or not access.admits(Role.AUDITOR):
            continue
        given = ["SI-01"] if name in {"snapshot", "procedure"} else []
        arguments = scene.own.get(name) or WITH_WORDS.get(name) or given
        wrong = next(method for method in (GET, POST, "PUT") if method not in access.methods)
        response = client.generic(wrong, reverse(name, args=arguments))
        assert response.status_code == 405, name
        assert response["Allow"] == ", ".join(access.methods)


def test_a_form_without_its_token_does_nothing(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.world.auditor, backend="django.contrib.auth.backends.ModelBackend")
    for name, access in ACCESS.items():
        if POST in access.methods and access.admits(Role.AUDITOR):
            response = client.post(reverse(name, args=scene.own.get(name) or WITH_WORDS.get(name) or []))
            assert response.status_code == 403, name
    liaison = Client(enforce_csrf_checks=True)
    liaison.force_login(scene.world.liaison, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("plan", "keep_draft", "submit"):
        assert liaison.post(reverse(name, args=scene.own[name])).status_code == 403, name


def test_bulk_and_export_hold_nothing_foreign(scene: Scene, signed_in: SignedIn) -> None:
    client = signed_in(scene.world.auditor)
    foreign = str(scene.foreign["finding"][0])
    assert foreign not in client.get(reverse("ledger"), {"view": "all"}).content.decode()
    posted = client.post(reverse("ledger_issue"), {"no": f"{foreign},3", "due_on": "2026-12-31"})
    assert foreign not in posted.content.decode()
    rows_foreign = list(scene.run.rows.values_list("pk", flat=True))  # the district's run
    own_run = reverse("confirm", args=scene.own["confirm"])
    answered = client.post(own_run, {"engagement": scene.world.engagement.number, "row": rows_foreign})
    assert answered.status_code == 422
    assert Exclusion.objects.count() == 3


def test_the_roles_of_the_audit_are_two() -> None:
    assert {Role.AUDITOR, Role.REVIEWER} == AUDIT
