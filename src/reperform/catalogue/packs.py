"""Packs: procedures that somebody else wrote, as a folder or as an installed package.

Rules kept here:

* A pack is a folder of the shape of the catalogue with a `pack.yaml`: name, version, title, publisher. An installed
  package names its folder through the entry point `reperform.packs`; nothing of it is imported to find that out.
* The SQL of a pack is locked in as ours is: linted, generated from its tree, run in a child on a locked connection.
  Its Python runs only if it was installed, as any package's does.
* A pack adds. Where it brings a table contract or a fact under a shipped name, the shipped one stays in force, so that
  no shipped procedure means something else because of it; `check` refuses such a pack.
* The hash of a pack covers the bytes of all its files: two offices compare it to know that they hold the same one.

Example: `my_pack = "my_pack"` under `[project.entry-points."reperform.packs"]`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from reperform.engine.facts import load_facts
from reperform.engine.front_matter import read_text, read_yaml
from reperform.engine.spec import CODE, Procedure, load_catalogue
from reperform.engine.tables import load_tables
from reperform.errors import N_, BadInput, Place, Usage

GROUP = "reperform.packs"
FILE = "pack.yaml"
SKELETON = Path(__file__).resolve().parent / "skeleton"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EXAMPLE = "TF-01"
_LEFT_OUT = ("__pycache__", ".git")


@dataclass(frozen=True)
class Pack:
    """A pack at hand."""

    name: str
    version: str
    title: Mapping[str, str]
    publisher: Mapping[str, str]
    folder: Path
    installed: bool

    @property
    def hash(self) -> str:
        """The hash over the names and the bytes of all its files."""
        whole = hashlib.sha256()
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            name = path.relative_to(self.folder)
            if not any(part in _LEFT_OUT for part in name.parts):
                whole.update(f"{name.as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return whole.hexdigest()


def read_pack(folder: Path, *, installed: bool = False) -> Pack:
    """Read the pack in a folder, or in the one folder below it that holds a pack."""
    folder = Path(folder)
    below = [path.parent for path in sorted(folder.glob(f"*/{FILE}"))]
    if not (folder / FILE).is_file() and len(below) == 1:
        folder = below[0]
    path = folder / FILE
    entries = read_yaml(read_text(path), str(path)).mapping(required=("name", "version", "title", "publisher"))
    return Pack(
        name=entries["name"].text(NAME),
        version=entries["version"].text(),
        title=entries["title"].bilingual(),
        publisher=entries["publisher"].bilingual(),
        folder=folder.resolve(),
        installed=installed,
    )


@cache
def installed() -> tuple[Pack, ...]:
    """Return the packs among the installed packages, by name."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    return tuple(read_pack(_folder(found[name]), installed=True) for name in sorted(found))


def in_folders(folders: Sequence[Path]) -> tuple[Pack, ...]:
    """Return the packs that lie in some folders as they are."""
    return tuple(read_pack(path.parent) for folder in folders for path in sorted(folder.glob(f"*/{FILE}")))


def procedures_of(pack: Pack, shipped: Path) -> dict[str, Procedure]:
    """Return the procedures of a pack alone, read beside the shipped facts."""
    found = load_catalogue(pack.folder, shipped, installed=[pack.folder] if pack.installed else [])
    return {code: one for code, one in found.items() if one.path.resolve().is_relative_to(pack.folder)}


def require_additions(pack: Pack, shipped: Path) -> None:
    """Refuse a pack that brings a table or a fact of a shipped name with other content."""
    for kind, load in (("tables", load_tables), ("facts", load_facts)):
        if not (pack.folder / kind).is_dir():
            continue
        known, brought = load(shipped / kind), load(pack.folder / kind)
        for name in brought:
            if name in known and known[name].hash != brought[name].hash:
                raise BadInput(
                    N_("The pack brings {name}, which is shipped with other content."),
                    place=Place(file=str(pack.folder / kind / f"{name}.yaml")),
                    rule="pack.shadow",
                    hint=N_("Give it a name of its own, or use the shipped one."),
                    name=name,
                )


def new_pack(folder: Path, name: str, code: str) -> Path:
    """Write a pack to begin with, one that passes its own check; return the folder of its files."""
    if not NAME.fullmatch(name):
        raise Usage(
            N_("{name} cannot be the name of a pack."), hint=N_("Small letters, digits and single hyphens."), name=name
        )
    if not CODE.fullmatch(code):
        raise Usage(N_("{code} cannot be the code of a procedure."), hint=N_("As in TF-01."), code=code)
    if folder.exists() and any(folder.iterdir()):
        raise Usage(N_("The folder {folder} is not empty."), hint=N_("Name a new folder."), folder=folder)
    module = name.replace("-", "_")
    inner = folder / module
    for source in sorted(path for path in SKELETON.rglob("*") if path.is_file()):
        place = source.relative_to(SKELETON)
        target = (folder if place.name == "pyproject.toml" else inner) / place
        target = target.with_name(target.name.replace(_EXAMPLE, code))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8").replace("MODULE", module).replace("NAME", name)
        target.write_text(text.replace(_EXAMPLE, code), encoding="utf-8")
    (inner / "__init__.py").write_text('"""A pack of audit procedures."""\n', encoding="utf-8")
    return inner


def _folder(entry: EntryPoint) -> Path:
    """Return the folder of a package without importing it: its parents' folders are looked through one by one."""
    paths: list[str] | None = None
    for part in entry.module.split("."):
        spec = PathFinder.find_spec(part, paths)
        if spec is None or not spec.submodule_search_locations:
            raise BadInput(
                N_("The pack {name} names the package {module}, which is not there."),
                rule="pack.package", name=entry.name, module=entry.module,
            )  # fmt: skip
        paths = list(spec.submodule_search_locations)
    return Path((paths or [""])[0])
