"""A referral is seen by nobody whom it concerns: no step of it changes a byte of what an audited body can fetch."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reperform.ledger.models import Account, Referral
from reperform.rectify import referring
from reperform.rules.outcomes import Purpose, Use
from reperform.web.api.site import OPERATIONS
from reperform.web.permissions import ACCESS, GET
from tests.web.conftest import SignedIn
from tests.web.permitted import PAGES, Scene, thing_of
from tests.web.scene import District, attachment
from tests.web.test_permissions_api import ROOT, operations
from tests.world import World

# What is another in every answer: the token of a form, and the moment at which a file was made.
MOMENT = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|DTSTAMP:\w+|<dcterms:(created|modified)[^>]*>[^<]*'
)  # fmt: skip
FILES = ("", "docx", "xlsx")


@pytest.fixture
def scene(world: World, district: District) -> Scene:
    return Scene(world, district)


def addresses(person: Account, scene: Scene) -> Iterator[str]:
    """Yield every address that the role of a person may read, by page and by program."""
    for name, access in ACCESS.items():
        if access.roles is not None and GET in access.methods and access.admits(person.role):
            at = reverse(name, args=PAGES[name][1](scene.city) if name in PAGES else [])
            yield from (f"{at}?view=all&file={file}" for file in (FILES if name in {"lists", "slip"} else ("",)))
    for method, path, name in operations():
        if method == GET and OPERATIONS.access[name].admits(person.role):
            yield f"{ROOT}{thing_of(path, scene.city)[1]}"


def fetched(client: Client, person: Account, scene: Scene) -> dict[str, tuple[int, bytes]]:
    """Return status and bytes of everything that a person can fetch."""
    found = {}
    for address in addresses(person, scene):
        answer: Any = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = (answer.status_code, MOMENT.sub(b"", unpacked(content)))
    return found


def unpacked(content: bytes) -> bytes:
    """Return the parts of a workbook or document, else the bytes as they are."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return b"".join(name.encode() + parts.read(name) for name in parts.namelist())


def story(scene: Scene) -> Iterator[tuple[str, Callable[[], Referral]]]:
    """Yield every step of a referral that is passed on, looked at again and answered, in its order."""
    world, made = scene.world, []
    who: dict[str, Any] = {name: getattr(world, name) for name in ("auditor", "reviewer", "partner", "police")}

    def drafted() -> Referral:
        file = attachment(b"another", "线索.pdf")
        made.append(
            referring.draft(
                referring.Letter("另一线索", "另一事实"), purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"],
                finding=scene.city.finding, enclosed=(referring.Enclosed(file.digest, file.name),), by=who["auditor"],
                at=world.now(),
            )
        )  # fmt: skip
        return made[0]

    def taken(verb: Callable[..., Referral], by: str, **given: object) -> Callable[[], Referral]:
        return lambda: verb(Referral.objects.get(pk=made[0].pk), **given, by=who[by], at=world.now())

    yield "draft", drafted
    yield "approve", taken(referring.approve, "reviewer")
    yield "send", taken(referring.send, "auditor")
    yield "receive", taken(referring.receive, "partner")
    yield "forward", taken(referring.forward, "partner", to=world.bodies["YJ-POL"], reason="管辖")
    yield "receive there", taken(referring.receive, "police")
    yield "accept", taken(referring.accept, "police")
    yield "not_file", taken(referring.not_file, "police", reason="证据不足")
    yield "review", taken(referring.review, "auditor", reason="补充证据")
    yield "file", taken(referring.file, "police")
    yield "conclude", taken(referring.conclude, "police", use=next(iter(Use)), reply="已处理")
    yield "settle", taken(referring.settle, "auditor", reason="知悉")


def test_no_step_of_a_referral_changes_a_byte_of_what_the_unit_can_fetch(scene: Scene, signed_in: SignedIn) -> None:
    unit = scene.people["liaison"]
    others = {name: signed_in(scene.people[name]) for name in ("clerk", "lead", "stranger", "legislator")}
    client = signed_in(unit)
    before = fetched(client, unit, scene)
    assert sum(status == 200 for status, _content in before.values()) > 50
    before_others = {name: fetched(one, scene.people[name], scene) for name, one in others.items()}
    for said, take in story(scene):
        take()
        after = fetched(client, unit, scene)
        assert [address for address, answer in after.items() if answer != before[address]] == [], said
    for name, one in others.items():
        assert fetched(one, scene.people[name], scene) == before_others[name], name


def test_those_who_carry_a_referral_see_each_of_its_steps(scene: Scene, signed_in: SignedIn) -> None:
    """Otherwise the silence above would prove nothing."""
    auditor = signed_in(scene.people["auditor"])
    seen = {auditor.get("/records/referral").content for _said, take in story(scene) if take()}
    assert len(seen) > 6
