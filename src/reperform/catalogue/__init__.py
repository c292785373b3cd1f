"""The shipped procedures, as data: `<domain>/<code>.sql`, their cases, the table contracts and the dated facts.

A bureau's own catalogue is a folder of the same shape, given beside this one: its procedures are added, its table
contracts and facts replace those of the same name. Packs (`packs`) add procedures, and replace nothing. Nothing here
computes anything; the engine does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from reperform.catalogue.packs import installed
from reperform.engine.cases import Case, load_cases
from reperform.engine.facts import load_facts, valid_on
from reperform.engine.front_matter import read_text, read_yaml
from reperform.engine.spec import SEED, Procedure, load_catalogue
from reperform.engine.tables import Table, load_tables
from reperform.errors import N_, BadInput, Place

FOLDER = Path(__file__).resolve().parent


Stamp = tuple[tuple[str, int, int], ...]
_READ = ("*/*.sql", "*/*.py", "tables/*.yaml", "tables/*.json", "facts/*.yaml", "topics.yaml")


def stamp(*folders: Path) -> Stamp:
    """Return what tells whether a file of some folders was added, changed or taken away."""
    paths = [path for folder in folders for pattern in _READ for path in sorted(folder.glob(pattern))]
    return tuple((str(path), status.st_mtime_ns, status.st_size) for path in paths for status in [path.stat()])


def procedures(*own: Path, packs: Sequence[Path] = ()) -> dict[str, Procedure]:
    """Return the shipped procedures, those of installed packs, of packs in folders, and the bureau's own, by code.

    They are read once in a process, and again when one of their files has changed.
    """
    brought = tuple(pack.folder for pack in installed())
    folders = (*brought, *packs, FOLDER, *own)
    return dict(_procedures(folders, brought, stamp(*folders)))


@lru_cache(maxsize=4)
def _procedures(folders: tuple[Path, ...], brought: tuple[Path, ...], _stamp: Stamp) -> dict[str, Procedure]:
    found = load_catalogue(*folders, installed=brought)
    known = topics()
    for procedure in found.values():
        _check_topics(procedure, known)
    return found


def topics() -> dict[str, dict[str, str]]:
    """Return what the source asks audits to reveal: words with Chinese names, by row of the table of coverage."""
    path = FOLDER / "topics.yaml"
    rows = read_yaml(read_text(path), str(path)).mapping(optional=None)
    found = {}
    for row, entry in rows.items():
        if not SEED.fullmatch(row):
            raise entry.wrong(N_("{row} is not a row of the table of coverage."), rule="topics.row", row=row)
        found[row] = {word: name.text() for word, name in entry.mapping(optional=None).items()}
    return found


def _check_topics(procedure: Procedure, known: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse a topic that none of the rows of the procedure's `seed` has."""
    words = [word for row in procedure.seed for word in known.get(row, ())]
    for topic in procedure.topics:
        if topic not in words:
            raise BadInput(
                N_("The topic {topic} belongs to none of the rows {rows}."),
                place=Place(file=str(procedure.path), column="topics"),
                value=topic,
                rule="procedure.topic",
                hint=N_("Allowed here: {words}."),
                topic=topic,
                rows=", ".join(procedure.seed) or "-",
                words=", ".join(words) or "-",
            )


def tables(*own: Path, packs: Sequence[Path] = ()) -> dict[str, Table]:
    """Return the table contracts by name: shipped ones in the place of those of packs, the bureau's own in theirs."""
    folders = (*(pack.folder for pack in installed()), *packs, FOLDER, *own)
    return dict(_tables(folders, stamp(*folders)))


@lru_cache(maxsize=4)
def _tables(folders: tuple[Path, ...], _stamp: Stamp) -> dict[str, Table]:
    return load_tables(*(folder / "tables" for folder in folders if (folder / "tables").is_dir()))


def cases(procedure: Procedure) -> tuple[Case, ...]:
    """Return the cases that stand beside a procedure, in `cases/<code>.yaml`."""
    path = procedure.path.parent / "cases" / f"{procedure.code}.yaml"
    return load_cases(path) if path.exists() else ()


def fall_limit(as_of: date, *own: Path) -> int:
    """Return by how many percent a population may fall before a look-back says nothing (fact `completeness`)."""
    facts = load_facts(*(folder / "facts" for folder in (FOLDER, *own)))
    limit = valid_on(facts["completeness"], as_of)["fall_limit"]
    if not isinstance(limit, int):
        raise BadInput(N_("The fact {name} does not give a limit."), rule="fact.value", name="completeness")
    return limit
