"""The whole city: people, money and what is wrong with it, as files that a bureau would receive.

Rules kept here:

* Same seed, same scale, same bytes.
* Chunks of residents are made one after the other; all tables of a chunk are written before the next one is made, so
  that memory does not grow with the city.
* Within a chunk: people, then the cases that need a birthday, then identity numbers, then all that refers to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reperform.errors import N_, Usage

from . import longevity_cases, pension_cases, people, revenue, suppliers
from .bodies import Body, write_bodies
from .dates import AFTER, BEFORE
from .files import Files
from .layout import Layout
from .layouts import layouts
from .rows import Columns
from .sector import Sector, joined, shared_layouts
from .sectors import SECTORS
from .town import Part, Town, parts

CHUNK = 250_000
SMALLEST = 1000
Progress = Callable[[str, int, int], None]
"""Told of each step: what is done, how many residents so far, of how many."""


@dataclass(frozen=True)
class State:
    """The city on one day: files and rows by table."""

    as_of: date
    folder: Path
    files: dict[str, tuple[Path, ...]]
    counts: dict[str, int]


@dataclass(frozen=True)
class City:
    """A city that was written into a folder."""

    folder: Path
    seed: int
    scale: float
    residents: int
    before: State
    after: State
    bodies: tuple[Body, ...]
    bodies_file: Path
    truth_file: Path
    cases: int
    """Lines of the truth."""


def chunk(town: Town, part: Part, sectors: Sequence[Sector] = ()) -> dict[str, Columns]:
    """Make all tables of a chunk in memory; the truth of its cases goes to the town.

    Sectors come last and have random streams of their own: the rows of the first tables are the same with and without
    them; a sector may append rows of its own people to them.
    """
    crowd = people.draw(town.rng("people", part.number), part.size)
    allowance = longevity_cases.plant(town, part, crowd)
    crowd.person[:] = town.registry.enter(crowd.district, crowd.born, crowd.male)
    tables = pension_cases.make(town, part, crowd)
    allowance.finish()
    tables |= allowance.tables.columns() | revenue.make(town, part) | suppliers.make(town, part)
    of_sectors: dict[str, list[Columns]] = defaultdict(list)
    for sector in sectors:
        for table, columns in sector.make(town, part, crowd).items():
            if table in tables and table not in of_sectors:
                of_sectors[table].append(tables[table])
            of_sectors[table].append(columns)
    return tables | joined(of_sectors)


def chunks(
    town: Town, largest: int = CHUNK, sectors: Sequence[Sector] = ()
) -> Iterator[tuple[Part, dict[str, Columns]]]:
    """Make the city chunk by chunk, none of more residents than `largest`."""
    for sector in sectors:
        for code, bodies_at in sector.looks_at(town).items():
            town.look_at(code, bodies_at)
    for part in parts(town.residents, largest):
        yield part, chunk(town, part, sectors)


def all_layouts(town: Town, sectors: Sequence[Sector]) -> tuple[Layout, ...]:
    """Return how every table of the city looks as a file; two sectors may fill one table."""
    of_sectors = [layout for sector in sectors for layout in sector.layouts(town)]
    return tuple(dict.fromkeys((*layouts(town), *of_sectors, *(shared_layouts() if sectors else ()))))


def chosen(names: Collection[str] | None) -> tuple[Sector, ...]:
    """Return the sectors of some names, all for None; `Usage` for a name that is none."""
    unknown = sorted(set(names or ()) - {sector.name for sector in SECTORS})
    if unknown:
        raise Usage(
            N_("The city has no sector {name}."),
            hint=N_("Known: {known}."),
            name=unknown[0],
            known=", ".join(sector.name for sector in SECTORS),
        )
    return tuple(sector for sector in SECTORS if names is None or sector.name in names)


def generate(
    folder: Path,
    *,
    scale: float,
    seed: int,
    sectors: Collection[str] | None = (),
    progress: Progress | None = None,
) -> City:
    """Write a city into an empty or new folder; scale 1 is a million residents.

    `sectors` names what is made beside the tables of the first four procedures; None makes every sector.
    """
    residents = round(scale * 1_000_000)
    if residents < SMALLEST:
        raise Usage(
            N_("A city of {residents} residents is too small; the smallest has {smallest}."),
            hint=N_("Take a scale of at least 0.001."),
            residents=residents,
            smallest=SMALLEST,
        )
    if folder.exists() and any(folder.iterdir()):
        raise Usage(
            N_("The folder {folder} is not empty."),
            hint=N_("Name a new folder; the city overwrites nothing."),
            folder=str(folder),
        )
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(seed, residents)
    made = chosen(sectors)
    files = Files(folder, all_layouts(town, made))
    cases = 0
    with (folder / "truth.jsonl").open("w", encoding="utf-8", newline="\n") as truth:
        for part, tables in chunks(town, CHUNK, made):
            files.add(tables)
            truth.writelines(case.to_json() + "\n" for case in town.truth)
            cases += len(town.truth)
            town.truth.clear()
            if progress is not None:
                progress("city", part.begin + part.size, residents)
    files.close()
    write_bodies(folder / "bodies.csv", town.tree)
    states = {name: _state(folder, files, name, as_of) for name, as_of in (("before", BEFORE), ("after", AFTER))}
    return City(
        folder=folder,
        seed=seed,
        scale=scale,
        residents=residents,
        before=states["before"],
        after=states["after"],
        bodies=town.tree,
        bodies_file=folder / "bodies.csv",
        truth_file=folder / "truth.jsonl",
        cases=cases,
    )


def _state(folder: Path, files: Files, name: str, as_of: date) -> State:
    paths = {table: tuple(written) for table, written in sorted(files.paths[name].items())}
    return State(as_of, folder / name, paths, dict(sorted(files.counts[name].items())))
