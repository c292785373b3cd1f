"""The questions of the doctor, each answered by looking."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reperform.cli import language, records
from reperform.cli.answer import Said, said
from reperform.cli.session import Session
from reperform.errors import N_, ReperformError
from reperform.home import Home

PACKAGE = Path(__file__).parent.parent
PACKAGES = ("reperform", "django", "duckdb", "cryptography", "granian", "openpyxl", "typer")
SPACE = 1 << 30
# An address that a page would fetch of its own accord; a link that a person follows is none.
_FETCHED = re.compile(rb"""(?:src\s*=|url\(|@import|<link[^>]+href\s*=)\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """One question: its name, whether all is well, what was seen and what to do."""

    name: str
    ok: bool
    said: Said
    hint: Said | None = None


def versions() -> dict[str, str]:
    """Return the versions of what the package stands on."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "—"
    return found


def of_installation() -> Iterator[Question]:
    """Ask about the installation, without a folder."""
    yield Question(
        "python", sys.version_info >= (3, 11), said(N_("Python {version}"), version=platform.python_version()),
        said(N_("Python 3.11 or newer is needed.")),
    )  # fmt: skip
    absent = [name for name, version in versions().items() if version == "—"]
    yield Question(
        "packages", not absent, said(N_("{count} packages are missing."), count=len(absent)),
        said(N_("Install again: {names}"), names=", ".join(absent)),
    )  # fmt: skip
    yield _words()
    yield _offline_pages()
    yield _offline_engine()


def _words() -> Question:
    missing = [name for name in language.LANGUAGES if not language.is_compiled(name)]
    return Question(
        "language", not missing,
        said(N_("Words: {names}"), names=", ".join(name for name in language.LANGUAGES if name not in missing)),
        said(N_("The Chinese words are not compiled; in a checkout run: make messages")),
    )  # fmt: skip


def _offline_pages() -> Question:
    fetched = [
        path
        for folder in ("templates", "static")
        for path in sorted((PACKAGE / "web" / folder).rglob("*"))
        if path.suffix in {".html", ".css", ".js"} and _FETCHED.search(path.read_bytes())
    ]
    return Question(
        "pages", not fetched, said(N_("{count} pages or styles fetch something from elsewhere."), count=len(fetched)),
        said(N_("Look at: {files}"), files=", ".join(map(str, fetched))),
    )  # fmt: skip


def _offline_engine() -> Question:
    from reperform.engine.duckdb import Space, locked

    with locked({}, Space(64 << 20, 1, 0)) as connection:
        names = ("autoinstall_known_extensions", "autoload_known_extensions", "enable_external_access")
        open_ = [
            name for name in names if connection.execute("SELECT current_setting(?)", [name]).fetchone() != (False,)
        ]
    return Question(
        "engine", not open_, said(N_("{count} ways to the outside are open in the data engine."), count=len(open_)),
        said(N_("This version of DuckDB does not lock: {names}"), names=", ".join(open_)),
    )  # fmt: skip


def of_folder(call: Session, *, deep: bool) -> list[Question]:
    """Ask about the bureau's folder, its database and its log."""
    try:
        records.open_ledger(call)
    except ReperformError as error:
        return [Question("folder", False, Said(error.message, error.params))]
    questions = [*_files(call.home)]
    lag = records.unmigrated()
    questions.append(
        Question(
            "migrations",
            not lag,
            said(N_("{count} migrations are not applied."), count=len(lag)),
            said(N_("Run: reperform --home {folder} serve --migrate"), folder=call.home.root),
        )
    )
    questions.append(durability())
    if not lag:
        questions += [_log(), *(_deep(call) if deep else ())]
    return questions


def _files(home: Home) -> Iterator[Question]:
    for name in ("root", "snapshots", "evidence", "out"):
        folder: Path = getattr(home, name)
        yield Question(
            f"write.{name}", _writable(folder), said(N_("{folder} is writable."), folder=folder),
            said(N_("This user cannot write in {folder}."), folder=folder),
        )  # fmt: skip
    for path in (home.secret_key, home.keys / "key"):
        private = path.is_file() and not stat.S_IMODE(path.stat().st_mode) & 0o077
        yield Question(
            f"private.{path.name}", private or os.name != "posix",
            said(N_("{path} belongs to its owner alone."), path=path),
            said(N_("Others may read {path}, or it is missing. Run: chmod 600 {path}"), path=path),
        )  # fmt: skip
    free = shutil.disk_usage(home.root).free
    yield Question(
        "space", free > SPACE, said(N_("{gigabytes} GB are free."), gigabytes=round(free / SPACE, 1)),
        said(N_("Less than one GB is free; snapshots and evidence need room.")),
    )  # fmt: skip


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def durability() -> Question:
    """Ask whether an acknowledged step survives a crash of the machine."""
    from django.conf import settings
    from django.db import connection

    from reperform.settings import sqlite_journal

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW synchronous_commit")
            mode = cursor.fetchone()[0]
            return Question(
                "durability", mode != "off", said(N_("PostgreSQL, synchronous_commit={mode}"), mode=mode),
                said(N_("With synchronous_commit=off acknowledged steps can be lost; set it to on.")),
            )  # fmt: skip
        cursor.execute("PRAGMA journal_mode")
        journal = str(cursor.fetchone()[0])
        cursor.execute("PRAGMA synchronous")
        full = int(cursor.fetchone()[0]) >= 2
    in_memory = settings.DATABASES["default"]["NAME"] == ":memory:" or journal == "memory"
    safe = journal.upper() == sqlite_journal(sqlite3.sqlite_version_info) or journal == "delete" or in_memory
    seen = said(
        N_("SQLite {version}, journal {journal}, synchronous {full}"), version=sqlite3.sqlite_version, journal=journal,
        full="FULL" if full else "NORMAL",
    )  # fmt: skip
    return Question(
        "durability", safe and full, seen, said(N_("This SQLite loses commits in WAL mode; use a rollback journal."))
    )


def _log() -> Question:
    from reperform.ledger.models import LogState
    from reperform.ledger.publish import signer

    state = LogState.objects.filter(pk=1).first()
    size = state.size if state else 0
    try:
        signed = signer().size
    except ReperformError as error:
        return Question(
            "log", False, Said(error.message, error.params), Said(error.hint, error.params) if error.hint else None
        )
    return Question(
        "log", signed <= size,
        said(N_("{size} entries, {signed} of them under a signed checkpoint."), size=size, signed=signed),
        said(N_("More entries were signed than there are: the database was restored from an old copy, or shortened.")),
    )  # fmt: skip


def _deep(call: Session) -> Iterator[Question]:
    from reperform.ledger.models import Evidence
    from reperform.ledger.vault import Vault
    from reperform.ledger.workshop import store

    vault, broken = Vault(call.home.evidence), []
    for sha256 in Evidence.objects.values_list("sha256", flat=True).distinct():
        try:
            vault.check(sha256)
        except ReperformError:
            broken.append(sha256[:12])
    yield Question(
        "evidence", not broken, said(N_("{count} files of evidence are missing or altered."), count=len(broken)),
        said(N_("Bring them back from a copy: {names}"), names=", ".join(broken)),
    )  # fmt: skip
    kept, damaged = store(), []
    for snapshot in kept.list():
        try:
            kept.verify(snapshot)
        except ReperformError:
            damaged.append(snapshot.hash[:12])
    yield Question(
        "snapshots", not damaged, said(N_("{count} snapshots are altered."), count=len(damaged)),
        said(N_("Bring them back from a copy: {names}"), names=", ".join(damaged)),
    )  # fmt: skip
