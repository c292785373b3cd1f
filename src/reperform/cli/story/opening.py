"""The opening: a city is invented, a bureau's folder made, bodies registered, people enrolled."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli import records
from reperform.cli.bodies import read_bodies
from reperform.cli.init import make_database, make_folder
from reperform.cli.story.scene import Scene
from reperform.errors import N_, Usage
from reperform.home import Bureau

if TYPE_CHECKING:
    from reperform.city import City
    from reperform.ledger.models import Account, Body

MARK = "reperform-demo.txt"
BEGINNING = date(2026, 3, 2)


def require_room(folder: Path, *, fresh: bool) -> None:
    """Make the folder of the story; refuse one that holds something, but for an old story that may go."""
    if folder.exists() and any(folder.iterdir()):
        told_before = (folder / MARK).is_file()
        if not (fresh and told_before):
            raise Usage(
                N_("The folder {folder} is not empty."),
                hint=N_("Tell the story anew with --fresh, or look at the old one: reperform --home {home} serve")
                if told_before
                else N_("Name another folder with --dir; only the folder of an earlier demonstration is replaced."),
                folder=folder,
                home=folder / "home",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("This folder was made by `reperform demo`; `--fresh` replaces it.\n", encoding="utf-8")


def make_home(scene: Scene, *, origin: str, names: dict[str, str], prefix: str) -> None:
    """Make the bureau's folder and its database, and open it."""
    bureau = Bureau(
        name_zh=names["zh"], name_en=names["en"], origin=origin, prefix=prefix, language=scene.call.language
    )
    make_folder(scene.call.home, bureau)
    records.open_ledger(scene.call)
    make_database()


def populate(scene: Scene, city: City) -> None:
    """Register the city's bodies and enrol those who act for the bureau and those who watch."""
    from django.db import transaction

    from reperform.rectify.organise import register_bodies

    scene.on(BEGINNING)
    with transaction.atomic():
        for body in register_bodies(read_bodies(city.bodies_file), by=None, at=scene.next()):
            scene.bodies[body.number] = body
        for user, person in scene.script["people"].items():
            body, name = scene.bodies[person["body"]], scene.words("people", user, "name")
            scene.people[user] = enrol(scene, user, name, person["role"], body)


def enrol(scene: Scene, user: str, name: str, role: str, body: Body) -> Account:
    """Enrol a person who acts by role card only: there is no password to sign in with."""
    from reperform.rectify import organise
    from reperform.rules.standing import Role

    return organise.enrol(username=user, name=name, role=Role(role), body=body, password=None, by=None, at=scene.next())


def liaison(scene: Scene, body: Body) -> Account:
    """Return the liaison of a body, enrolled when first needed."""
    known = scene.liaisons.get(body.number)
    if known is None:
        place = len(scene.liaisons)
        key = "en" if scene.call.language == "en" else "zh"
        families, given = scene.script["families"][key], scene.script["given"][key]
        family, first = families[place % len(families)], given[place % len(given)]
        name = f"{family} {first}" if key == "en" else family + first
        user = f"liaison-{body.number.lower()}"[:64]
        known = scene.liaisons[body.number] = enrol(scene, user, name, "liaison", body)
    return known
