"""Files that pages hand out hold what their reader may read, column by column and row by row, and nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from reperform.ledger import scope
from reperform.ledger.models import Account, Finding, Subject
from reperform.rectify.records import KINDS
from reperform.rules.outcomes import Verdict
from reperform.rules.standing import Role
from reperform.verify.actions import Opinion, accept, judge
from reperform.web import fields
from reperform.web.permissions import ACCESS, GET
from tests.papers.read import everything, grids
from tests.web.conftest import SignedIn
from tests.web.exported import EXPORTS, HANDED_ON, LOGGED, SENT, SIGNED, WORDS
from tests.web.permitted import PAGES, PEOPLE, Place, Scene, sight
from tests.web.scene import District
from tests.world import SEEN, World

FILES = ("", "xlsx", "docx")


@pytest.fixture
def scene(world: World, district: District) -> Scene:
    """Both bureaus, each with its finding accepted, so that every paper can be made."""
    made = Scene(world, district)
    for place, auditor in ((made.city, world.auditor), (made.there, district.auditor)):
        found = place.finding
        found.refresh_from_db()
        said = {item.pk: Opinion(Verdict.CLEARED, "已见银行回单", item.amount, "记-18") for item in found.items.all()}
        judge(found, said, by=auditor, at=world.now())
        accept(found, standard=SEEN, reason="资金已到位", by=auditor, at=world.now())
    return made


def handed_out(client: Any, name: str, place: Place, file: str) -> bytes | None:
    """Return the file that a page hands out, or None where it shows a page or refuses."""
    given = PAGES[name][1](place) if name in PAGES else []
    answer = client.get(reverse(name, args=given), {"view": "all", **({"file": file} if file else {})})
    if not answer.has_header("Content-Disposition"):
        return None
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


UPLOADED = HANDED_ON - {"calendar"}
KNOWN = {name for name, _kind in EXPORTS} | HANDED_ON


def files(
    scene: Scene, signed_in: SignedIn, person: str, routes: Collection[str] = KNOWN
) -> Iterator[tuple[str, str, Place, bytes]]:
    """Yield every file that a person is handed out by these routes, of both bureaus."""
    client, role = signed_in(scene.people[person]), scene.people[person].role
    for name, access in ACCESS.items():
        if name not in routes or access.roles is None or GET not in access.methods or not access.admits(role):
            continue
        for file in FILES if name in {route for route, kind in EXPORTS if kind} else ("",):
            for place in (scene.city, scene.there) if name in PAGES else (scene.city,):
                if (content := handed_out(client, name, place, file)) is not None:
                    yield name, file, place, content


def heads(content: bytes) -> list[list[str]]:
    """Return the heads of every sheet, or of every table of a document."""
    if any(name.startswith("word/") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()):
        return [rows[0] for rows in grids(content)]
    return [
        next([str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True) if row[2])
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
    ]


def text_of(content: bytes) -> str:
    """Return all that a file says."""
    if not content.startswith(b"PK"):
        return content.decode()
    if any(name.startswith("word/") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()):
        return everything(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def test_every_file_that_a_page_hands_out_stands_in_the_map(scene: Scene, signed_in: SignedIn) -> None:
    one_of_each = ("auditor", "liaison", "lead", "partner", "legislator", "administrator")
    assert {scene.people[person].role for person in one_of_each} == {one.role for one in scene.people.values()} - {
        Role.REVIEWER  # opens the pages that an auditor opens
    }
    assert all(access.admits(Role.REVIEWER) == access.admits(Role.AUDITOR) for access in ACCESS.values())
    found = {(one[0], one[1]) for person in one_of_each for one in files(scene, signed_in, person, ACCESS)}
    assert found == EXPORTS.keys() | {(name, "") for name in HANDED_ON}


def test_every_column_of_a_file_holds_fields_that_its_reader_may_read(scene: Scene, signed_in: SignedIn) -> None:
    known: dict[str, Any] = {model.__name__: model for model in apps.get_app_config("ledger").get_models()}
    for person in PEOPLE:
        account = scene.people[person]
        for name, file, place, content in files(scene, signed_in, person):
            if name in HANDED_ON:
                continue
            relation = place.finding.standing().relation(account.actor())
            columns = EXPORTS[name, file]
            assert [set(one) for one in heads(content)] == [set(one) for one in columns], (name, file)
            for title, source in (pair for one in columns for pair in one.items()):
                for part in () if source in WORDS else source.split():
                    model, _dot, field = part.partition(".")
                    readable = {one.name for one in fields.readable(known[model], Role(account.role), relation)}
                    assert field in readable, (person, name, title, part)


def test_what_is_no_field_of_the_map_is_said_of_one_file_alone() -> None:
    said = {(word, name) for (name, _file), all_of in EXPORTS.items() for one in all_of for word in one.values()}
    assert {name for word, name in said if word == SENT} == {"inquiry_xlsx"}
    assert {name for word, name in said if word in {LOGGED, SIGNED}} == {"slip"}


# By value ------------------------------------------------------------------------------------------------------------


def in_sight(row: models.Model, person: Account) -> bool:
    """Tell whether a record is one that a person sees."""
    if isinstance(row, Finding):
        return scope.findings(person).filter(pk=row.pk).exists()
    if isinstance(row, Subject) and row.kind in KINDS:
        kind = KINDS[row.kind]
        return person.role in kind.roles and kind.seen(person).filter(pk=row.pk).exists()
    finding = finding_of(row)
    return finding is not None and in_sight(finding, person)


def finding_of(row: models.Model) -> Finding | None:
    """Return the finding that a record belongs to, if to any."""
    return getattr(row, "finding", None) or getattr(getattr(row, "submission", None), "finding", None)


def texts(row: models.Model, names: set[str]) -> set[str]:
    """Return the texts of a record that are long enough to be told from others."""
    columns = [
        one
        for one in row._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField) and one.name in names and not one.choices
    ]
    written = {str(getattr(row, one.name)) for one in columns}
    return {text for text in written if len(text) >= 6 and not re.fullmatch(r"[a-z_]+", text)}  # words are no secret


def told(person: Account) -> tuple[set[str], set[str]]:
    """Return the texts of all records around findings that a person may read, and those that he may not."""
    read: set[str] = set()
    every: set[str] = set()
    around = {KINDS[name].name for name in KINDS} | {"finding"}
    for model in apps.get_app_config("ledger").get_models():
        about = getattr(model, "kind", "") in around or hasattr(model, "finding") or hasattr(model, "submission")
        for row in model._default_manager.all() if about and fields.FIELDS.get(model.__name__) else ():
            whole: Any = row if isinstance(row, Subject) else finding_of(row)
            every |= texts(row, {one.name for one in row._meta.concrete_fields})
            if whole is not None and in_sight(row, person):
                relation = whole.standing().relation(person.actor())
                read |= texts(row, {one.name for one in fields.readable(model, Role(person.role), relation)})
    return read, every - read


def test_no_file_says_what_its_reader_may_not_read(scene: Scene, signed_in: SignedIn) -> None:
    for person in PEOPLE:
        read, secret = told(scene.people[person])
        assert secret
        for name, file, place, content in files(scene, signed_in, person):
            thing = PAGES[name][0] if name in PAGES else "nothing"
            assert person in sight(thing, place is scene.city), (person, name)
            if name in UPLOADED:  # holds what somebody wrote elsewhere
                continue
            said = text_of(content)
            if name == "slip":  # an outsider checks the sheet by it: `SIGNED`
                secret = secret - set(place.finding.items.values_list("identity", flat=True))
            leaked = {one for one in secret if one in said and not any(one in other for other in read)}
            assert not leaked, (person, name, file)
