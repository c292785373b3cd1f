"""The shipped procedures, as data: `<domain>/<code>.sql`, their cases, the table contracts and the dated facts.

A bureau's own catalogue is a folder of the same shape, given beside this one: its procedures are added, its table
contracts and facts replace those of the same name. Nothing here computes anything; the engine does.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from reperform.engine.cases import Case, load_cases
from reperform.engine.facts import load_facts, valid_on
from reperform.engine.spec import Procedure, load_catalogue
from reperform.engine.tables import Table, load_tables
from reperform.errors import N_, BadInput

FOLDER = Path(__file__).resolve().parent


def procedures(*own: Path) -> dict[str, Procedure]:
    """Return the shipped procedures and those of other folders, by code."""
    return load_catalogue(FOLDER, *own)


def tables(*own: Path) -> dict[str, Table]:
    """Return the shipped table contracts and those of other folders, by name."""
    return load_tables(*(folder / "tables" for folder in (FOLDER, *own) if (folder / "tables").is_dir()))


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
