"""Make a bureau's folder, ask the doctor about it."""

from __future__ import annotations

import shutil
import stat
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome, process

pytestmark = pytest.mark.xdist_group("cli-init")  # one folder for all tests of the module

BUREAU = (
    "--name-zh",
    "云江市审计局",
    "--name-en",
    "Yunjiang",
    "--prefix",
    "YJ",
    "--origin",
    "audit.yj.example/log",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """A folder made by a process of its own, and what the process said."""
    folder = tmp_path_factory.mktemp("made")
    answer = process(
        "--home", folder / "home", "--lang", "en", "init", *BUREAU, "--json", cwd=folder, REPERFORM_DATABASE_URL=""
    )
    assert answer.code == 0, answer.err
    return folder / "home", answer


def ask(folder: Path, *arguments: object) -> Outcome:
    return process("--home", folder, *arguments, cwd=folder, REPERFORM_DATABASE_URL="")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_says_what_it_made(made: tuple[Path, Outcome]) -> None:
    folder, answer = made
    assert answer.json["schema"] == "reperform/init/1"
    assert answer.json["folder"] == str(folder)
    assert answer.json["key"].startswith("audit.yj.example/log+")
    assert [one["role"] for one in answer.json["accounts"]] == ["administrator", "auditor", "reviewer"]


def test_keys_and_folder_belong_to_their_owner_alone(made: tuple[Path, Outcome]) -> None:
    folder, _answer = made
    assert mode(folder) == 0o700
    assert mode(folder / "secret-key") == 0o600
    assert mode(folder / "keys" / "key") == 0o600
    assert len((folder / "secret-key").read_text(encoding="ascii")) >= 48


def test_the_configuration_says_who_the_bureau_is(made: tuple[Path, Outcome]) -> None:
    folder, _answer = made
    config = tomllib.loads((folder / "reperform.toml").read_text(encoding="utf-8"))
    assert (config["name_zh"], config["prefix"], config["language"]) == ("云江市审计局", "YJ", "en")


def test_every_password_is_another_one_and_shown_once(made: tuple[Path, Outcome]) -> None:
    folder, answer = made
    passwords = [one["password"] for one in answer.json["accounts"]]
    assert len(set(passwords)) == 3
    assert min(map(len, passwords)) >= 16
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not any(password.encode() in kept for password in passwords)


def test_the_first_people_can_act_and_the_first_auditor_is_who_acts(made: tuple[Path, Outcome]) -> None:
    answer = ask(made[0], "rectify", "accounts", "--json")
    assert [one["user"] for one in answer.json["accounts"]] == ["admin", "auditor", "reviewer"]


def test_a_second_time_is_refused_with_what_to_do(made: tuple[Path, Outcome]) -> None:
    answer = ask(made[0], "init", "--json")
    assert answer.code == 2
    assert "--home" in answer.json["error"]["hint"]


def test_the_doctor_finds_nothing_wrong_with_the_folder(made: tuple[Path, Outcome]) -> None:
    answer = ask(made[0], "doctor", "--deep", "--json")
    sick = [one["name"] for one in answer.json["checks"] if not one["ok"]]
    assert set(sick) <= {"language"}  # a checkout whose catalogue was not compiled
    assert answer.code == (1 if sick else 0)
    assert {"durability", "migrations", "log", "engine", "pages", "evidence", "snapshots"} <= {
        one["name"] for one in answer.json["checks"]
    }


def test_the_passwords_can_go_into_a_new_file_of_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "first.txt"
    answer = process(
        "--home", tmp_path / "home", "init", "--password-file", file, cwd=tmp_path, REPERFORM_DATABASE_URL=""
    )
    assert answer.code == 0, answer.err
    assert mode(file) == 0o600
    words = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    assert [user for user, _password in words] == ["admin", "auditor", "reviewer"]
    assert not any(password in answer.out + answer.err for _user, password in words)


@pytest.mark.parametrize(
    ("break_it", "name"),
    [
        (lambda home: (home / "secret-key").chmod(0o644), "private.secret-key"),
        (lambda home: (home / "keys" / "key").unlink(), "private.key"),
        (lambda home: (home / "evidence").rmdir(), "write.evidence"),
    ],
)
def test_the_doctor_names_what_is_wrong_and_what_to_do(
    made: tuple[Path, Outcome], tmp_path: Path, break_it: object, name: str
) -> None:
    home = shutil.copytree(made[0], tmp_path / "home")
    break_it(home)  # type: ignore[operator]
    answer = ask(home, "doctor", "--json")
    assert answer.code == 1
    found = {one["name"]: one for one in answer.json["checks"]}
    assert not found[name]["ok"]
    assert found[name]["hint"]


def test_the_doctor_looks_at_an_installation_without_a_folder(tmp_path: Path) -> None:
    answer = process("doctor", cwd=tmp_path)
    assert "init" in answer.err
    assert "durability" not in answer.out


def test_a_database_that_is_older_than_the_program_is_not_served(made: tuple[Path, Outcome], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("reperform.toml", "secret-key"):
        (home / name).write_bytes((made[0] / name).read_bytes())
    answer = ask(home, "serve", "--json")
    assert answer.code == 1
    assert answer.json["error"]["rule"] == "serve.migrations"
    assert "--migrate" in answer.json["error"]["hint"]
