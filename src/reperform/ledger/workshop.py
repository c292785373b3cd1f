"""What a run needs: the procedures and contracts at hand, the store of snapshots, and procedures as they once were.

Rules kept here:

* A bureau's own procedures stand in the folder's `procedures/` (`<domain>/<code>.sql`, `tables/*.yaml`,
  `facts/*.yaml`); one with the code of a shipped procedure is an error; tables and facts take the
  place of shipped ones of the same name.
* A procedure that has been run is pinned: its text, its Python and the facts it reads are kept by its hash, so that
  looking back runs exactly what was run, whatever the catalogue says today.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings

from reperform import catalogue
from reperform.catalogue import packs
from reperform.engine.spec import DOMAINS, Procedure, load_procedure
from reperform.engine.store import Store
from reperform.engine.tables import Field, Table
from reperform.errors import N_, Inconclusive, IntegrityBroken, Usage


def store() -> Store:
    """Return the store of this folder's snapshots."""
    return Store(settings.HOME.snapshots)


def folders() -> list[Path]:
    """Return the folders of procedures, contracts and facts: those of packs, the shipped one, then the bureau's own."""
    return [*(pack.folder for pack in packs.installed()), *_packs(), catalogue.FOLDER, *_own()]


def _packs() -> list[Path]:
    return [pack.folder for pack in packs.in_folders([settings.HOME.packs])]


def _own() -> list[Path]:
    return [folder for folder in (settings.HOME.procedures,) if folder.is_dir()]


def contracts() -> dict[str, Table]:
    """Return the table contracts: shipped ones, and the bureau's own in their place."""
    return catalogue.tables(*_own(), packs=_packs())


def procedures() -> dict[str, Procedure]:
    """Return every procedure at hand by its code."""
    return catalogue.procedures(*_own(), packs=_packs())


def known_fields() -> dict[str, dict[str, Field]]:
    """Return the fields that each procedure reads, by the procedure's code; two tables may call a field differently."""
    tables = contracts()
    known: dict[str, dict[str, Field]] = {}
    for code, procedure in procedures().items():
        known[code] = {}
        for table in procedure.tables:  # the first one is examined: its titles go before those of the others
            for one in tables[table].fields if table in tables else ():
                known[code].setdefault(one.name, one)
    return known


def fall_limit(on: date) -> int:
    """Return by how many percent a population may fall before a look-back says nothing (a policy fact, dated)."""
    return catalogue.fall_limit(on, *_own())


def named(codes: Iterable[str]) -> list[Procedure]:
    """Return the procedures of these codes; all of them if none is named."""
    known = procedures()
    wanted = list(codes) or sorted(known)
    for code in wanted:
        if code not in known:
            raise Usage(
                N_("There is no procedure {code}."),
                hint=N_("Known: {known}"),
                code=code,
                known=", ".join(sorted(known)),
            )
    return [known[code] for code in wanted]


def chosen(codes: Iterable[str], domains: Iterable[str]) -> list[Procedure]:
    """Return the procedures of these codes and of these domains; all of them if nothing is named."""
    codes, domains = list(codes), list(domains)
    for domain in domains:
        if domain not in DOMAINS:
            raise Usage(
                N_("There is no domain {domain}."), hint=N_("Known: {known}"), domain=domain, known=", ".join(DOMAINS)
            )
    if codes and not domains:
        return named(dict.fromkeys(codes))
    of_domains = [one.code for one in procedures().values() if one.domain in domains]
    if domains and not (codes or of_domains):
        raise Inconclusive(N_("There is no procedure of {domains}."), domains=", ".join(domains))
    return named(dict.fromkeys([*codes, *of_domains]))


def pin(procedure: Procedure) -> None:
    """Keep the text of a procedure and of the facts that it reads, by its hash."""
    folder = settings.HOME.pinned / procedure.hash
    if folder.is_dir():
        return
    making = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(making, ignore_errors=True)
    (making / procedure.domain).mkdir(parents=True)
    (making / "facts").mkdir()
    shutil.copyfile(procedure.path, making / procedure.domain / procedure.path.name)
    if procedure.script is not None:
        kept = making / procedure.domain / procedure.path.with_suffix(".py").name
        kept.write_text(procedure.script.text, encoding="utf-8")
    for name in procedure.facts:
        shutil.copyfile(_fact_file(name), making / "facts" / f"{name}.yaml")
    making.rename(folder)


def pin_folder(folder: Path, procedure_hash: str) -> None:
    """Keep a procedure that another office ran: the folder holds its text and its facts, whose hash was compared."""
    target = settings.HOME.pinned / procedure_hash
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        making = target.with_name(f"{target.name}.new")
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(folder, making)
        making.rename(target)


def _fact_file(name: str) -> Path:
    """Return the file of a fact: the bureau's own stands in the place of the shipped one."""
    return [path for folder in folders() if (path := folder / "facts" / f"{name}.yaml").is_file()][-1]


def pinned(procedure_hash: str) -> Procedure:
    """Return a procedure as it was when it ran; `IntegrityBroken` if it is gone or is not what it was."""
    paths = list((settings.HOME.pinned / procedure_hash).glob("*/*.sql"))
    if len(paths) != 1:
        raise IntegrityBroken(
            N_("The procedure {hash} that was run is no longer kept."), hash=procedure_hash,
            hint=N_("Restore the folder pinned/ from the backup."),
        )  # fmt: skip
    procedure = load_procedure(paths[0], installed=True)  # its Python is what ran, or the hash below is another
    if procedure.hash != procedure_hash:
        raise IntegrityBroken(N_("The kept text of procedure {code} was altered."), code=procedure.code)
    return procedure
