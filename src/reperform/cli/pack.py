"""`reperform pack`: procedures that are handed on, as a folder or as a package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli.answer import Answer, Grid, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.procedures import check_all
from reperform.cli.session import Session, session
from reperform.errors import N_, Inconclusive

if TYPE_CHECKING:
    from reperform.catalogue.packs import Pack

app = typer.Typer()

HEADS = (N_("Name"), N_("Version"), N_("Procedures"), N_("Installed"), N_("Folder"), N_("Hash"))


@app.command(
    "new",
    help=N_("Write a pack to begin with: one contract, one procedure with its cases, and what makes it a package."),
    epilog="reperform pack new my-pack --code TF-01",
)
def _new(
    ctx: typer.Context,
    folder: Annotated[Path, Argument(metavar="FOLDER", help=N_("New folder; its name is the name of the pack."))],
    name: Annotated[str, Option(help=N_("Name of the pack, if it is not the folder's."), metavar="NAME")] = "",
    code: Annotated[str, Option(help=N_("Code of its first procedure."), metavar="CODE")] = "TF-01",
) -> Answer:
    from reperform.catalogue.packs import new_pack

    session(ctx)
    inner = new_pack(folder, name or folder.name, code)
    files = [str(path) for path in sorted(folder.rglob("*")) if path.is_file()]
    words = [said(N_("Look at it, change it, then: reperform pack check {folder}"), folder=folder)]
    return Answer("pack-new", {"folder": folder, "pack": inner, "files": files}, [*files], words)


@app.command(
    "check",
    help=N_(
        "Check packs: contracts and facts load and replace no shipped one, the SQL passes the linter, every case comes "
        "out as written. Exit code 1 if a case does not, 3 if a file cannot be used."
    ),
    epilog="""
    reperform pack check my-pack
    reperform pack check
    """,
)
def _check(
    ctx: typer.Context,
    folders: Annotated[list[Path] | None, Argument(metavar="FOLDER...", help=N_("Else all packs at hand."))] = None,
) -> Answer:
    call = session(ctx)
    packs = [_read(folder) for folder in folders] if folders else _at_hand(call)
    if not packs:
        raise Inconclusive(N_("There is no pack to check."))
    told, shown, worst = [], list[Shown](), ExitCode.CLEAN
    for pack in packs:
        checked, lines, code = _checked(pack, call)
        told.append({"name": pack.name, "version": pack.version, "hash": pack.hash, "procedures": checked})
        shown += [f"{pack.name} {pack.version}  {pack.hash}", *lines, ""]
        worst = max(worst, code)
    return Answer("pack-check", {"packs": told}, shown, code=worst)


@app.command("list", help=N_("List the packs at hand: installed packages, and folders in packs/ of the home."),
             epilog="reperform pack list --json")  # fmt: skip
def _list(ctx: typer.Context) -> Answer:
    from reperform import catalogue
    from reperform.catalogue.packs import procedures_of

    found = [(pack, procedures_of(pack, catalogue.FOLDER)) for pack in _at_hand(session(ctx))]
    plain = [
        {"name": pack.name, "version": pack.version, "title": dict(pack.title), "publisher": dict(pack.publisher),
         "installed": pack.installed, "folder": pack.folder, "hash": pack.hash, "procedures": list(procedures)}
        for pack, procedures in found
    ]  # fmt: skip
    rows = [
        [pack.name, pack.version, len(procedures), pack.installed, str(pack.folder), pack.hash[:12]]
        for pack, procedures in found
    ]
    return Answer("pack-list", {"packs": plain}, [Grid(HEADS, rows)])


def _at_hand(call: Session) -> list[Pack]:
    from reperform.catalogue.packs import in_folders, installed

    return [*installed(), *in_folders([call.home.packs])]


def _read(folder: Path) -> Pack:
    """Return the pack in a folder; an installed one keeps the right to run its Python."""
    from reperform.catalogue.packs import installed, read_pack

    pack = read_pack(folder)
    return next((one for one in installed() if one.folder == pack.folder), pack)


def _checked(pack: Pack, call: Session) -> tuple[list[dict[str, object]], list[Shown], ExitCode]:
    from reperform import catalogue
    from reperform.catalogue.packs import procedures_of, require_additions

    require_additions(pack, catalogue.FOLDER)
    chosen = list(procedures_of(pack, catalogue.FOLDER).values())
    if not chosen:
        raise Inconclusive(N_("There is no procedure to check."))
    return check_all(chosen, catalogue.tables(packs=[pack.folder]), call)
