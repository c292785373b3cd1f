"""The one folder that holds everything a bureau keeps.

Rules kept here:

* The folder is named by `--home`, else `REPERFORM_HOME`, else `./reperform-home`; nothing is written outside it.
* `reperform.toml` in it says who the bureau is; an unknown key is an error that names the nearest known one.
* Flags beat the environment, the environment beats the file, the file beats the defaults.

Layout::

    reperform.toml   ledger.sqlite3   secret-key   snapshots/   evidence/   keys/
    policy/   procedures/   packs/   pinned/   out/
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from reperform.errors import N_, BadInput, Place, Usage

DEFAULT_FOLDER = "reperform-home"
CONFIG = "reperform.toml"


@dataclass(frozen=True)
class Bureau:
    """What `reperform.toml` may say, all of it optional."""

    name_zh: str = "审计局"
    name_en: str = "Audit Bureau"
    origin: str = "audit.example/ledger"  # name of the log and of its key; becomes part of every checkpoint
    prefix: str = "RP"  # first part of the numbers that the ledger gives
    language: str = "zh-hans"
    time_zone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Home:
    """Paths inside the folder; nothing is created by naming them."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / CONFIG

    @property
    def database(self) -> Path:
        return self.root / "ledger.sqlite3"

    @property
    def secret_key(self) -> Path:
        return self.root / "secret-key"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    @property
    def policy(self) -> Path:
        """Own clocks, limits, holidays and recognition criteria."""
        return self.root / "policy"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def procedures(self) -> Path:
        return self.root / "procedures"

    @property
    def packs(self) -> Path:
        return self.root / "packs"

    @property
    def pinned(self) -> Path:
        return self.root / "pinned"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def made(self) -> bool:
        return self.config.is_file()

    def bureau(self) -> Bureau:
        """Read `reperform.toml`; raise `BadInput` naming the file and the key."""
        return read_bureau(self.config) if self.made else Bureau()

    def require(self) -> Home:
        """Return itself if it was made by `reperform init`; raise `Usage` otherwise."""
        if not self.made:
            raise Usage(
                N_("There is no Reperform folder at {folder}."),
                hint=N_("Make one with: reperform --home {folder} init"),
                folder=self.root,
            )
        return self


def find_home(explicit: Path | None, environment: Mapping[str, str]) -> Home:
    """Return the folder that the flag, the environment or the default names."""
    return Home((explicit or Path(environment.get("REPERFORM_HOME") or DEFAULT_FOLDER)).expanduser().resolve())


def read_bureau(path: Path) -> Bureau:
    """Read the configuration file; every key is text."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            N_("Not valid TOML: {error}"), place=Place(file=str(path)), rule="config.toml", error=error
        ) from error
    known = [one.name for one in fields(Bureau)]
    for key, value in found.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise BadInput(
                N_("Unknown key {key}."),
                hint=N_("Did you mean {near}?") if near else N_("Known keys: {known}"),
                place=Place(file=str(path)),
                rule="config.key",
                key=key,
                near=near[0] if near else "",
                known=", ".join(known),
            )
        if not isinstance(value, str):
            raise BadInput(
                N_("{key} must be text."), place=Place(file=str(path)), value=str(value), rule="config.text", key=key
            )
    return Bureau(**found)


def write_bureau(path: Path, bureau: Bureau) -> None:
    """Write the configuration file, every key with its value."""
    lines = [f'{one.name} = "{_escaped(str(getattr(bureau, one.name)))}"' for one in fields(Bureau)]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
