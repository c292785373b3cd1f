"""Packs: made, checked, listed; as a folder or installed; they add procedures and replace nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reperform import catalogue
from reperform.catalogue import packs
from reperform.engine.cases import KINDS
from reperform.home import Home
from reperform.ledger import workshop
from tests.cli.conftest import Call

PYTHON = """\
def late(tables, parameters):
    return {"fine_no": tables["parking_fine"]["fine_no"]}
"""


@pytest.fixture
def made(call: Call, tmp_path: Path) -> Path:
    """A pack as `pack new` leaves it; return the folder of its files."""
    assert call("pack", "new", tmp_path / "fines", "--code", "QX-07").code == 0
    return tmp_path / "fines" / "fines"


@pytest.fixture
def installed(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same pack as an installed package."""
    about = made.parent / "fines-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fines\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[reperform.packs]\nfines = fines\n", encoding="utf-8")
    monkeypatch.syspath_prepend(made.parent)
    packs.installed.cache_clear()
    yield made
    packs.installed.cache_clear()


def with_python(pack: Path) -> None:
    """Let the procedure of the pack read a relation that Python computes."""
    file = pack / "fiscal_funds" / "QX-07.sql"
    text = file.read_text(encoding="utf-8")
    head = "derived: {late: {from: {parking_fine: [fine_no]}, columns: {fine_no: string}, text: {en: x, zh: 逾}}}\nkey:"
    text = text.replace("key:", head, 1).replace(
        "AND amount >", "AND fine_no IN (SELECT fine_no FROM late) AND amount >"
    )
    file.write_text(text, encoding="utf-8")
    file.with_suffix(".py").write_text(PYTHON, encoding="utf-8")


def test_a_new_pack_passes_its_own_check_with_a_case_of_every_kind(call: Call, made: Path) -> None:
    for folder in (made, made.parent):
        (told,) = call("pack", "check", folder, "--json").json["packs"]
        assert told["name"] == "fines"
        assert [(one["code"], one["cases"], one["failed"]) for one in told["procedures"]] == [("QX-07", 6, {})]
    procedure = packs.procedures_of(packs.read_pack(made), catalogue.FOLDER)["QX-07"]
    assert {case.kind for case in catalogue.cases(procedure)} == set(KINDS)


def test_a_case_that_comes_out_otherwise_fails_the_check(call: Call, made: Path) -> None:
    file = made / "fiscal_funds" / "QX-07.sql"
    file.write_text(file.read_text(encoding="utf-8").replace("> :days", ">= :days"), encoding="utf-8")
    assert call("pack", "check", made).code == 1


def test_the_hash_of_a_pack_is_that_of_its_bytes_wherever_it_lies(call: Call, made: Path, tmp_path: Path) -> None:
    first = packs.read_pack(made).hash
    made.rename(tmp_path / "elsewhere")
    assert packs.read_pack(tmp_path / "elsewhere").hash == first
    (tmp_path / "elsewhere" / "__pycache__").mkdir()
    (tmp_path / "elsewhere" / "__pycache__" / "x.pyc").touch()
    assert packs.read_pack(tmp_path / "elsewhere").hash == first
    (tmp_path / "elsewhere" / "facts").mkdir()
    (tmp_path / "elsewhere" / "facts" / "x.yaml").touch()
    assert packs.read_pack(tmp_path / "elsewhere").hash != first


def test_a_pack_in_the_homes_folder_stands_beside_the_shipped_procedures(ask: Call, made: Path, bureau: Home) -> None:
    bureau.packs.mkdir()
    made.rename(bureau.packs / "fines")
    told = {one["code"] for one in ask("procedures", "list", "--json").json["procedures"]}
    assert told == {*catalogue.procedures(), "QX-07"}
    assert "QX-07" in workshop.procedures()
    assert "parking_fine" in workshop.contracts()
    (one,) = ask("pack", "list", "--json").json["packs"]
    assert (one["name"], one["installed"], one["procedures"]) == ("fines", False, ["QX-07"])
    assert ask("pack", "check").code == 0


def test_an_installed_pack_is_found_without_importing_it(call: Call, installed: Path) -> None:
    (installed / "__init__.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    (one,) = call("pack", "list", "--json").json["packs"]
    assert (one["installed"], one["procedures"]) == (True, ["QX-07"])
    assert "QX-07" in catalogue.procedures()


def test_python_runs_from_an_installed_pack_alone(call: Call, installed: Path, tmp_path: Path) -> None:
    with_python(installed)
    assert call("pack", "check", installed).code == 0
    plain = tmp_path / "plain"
    installed.rename(plain)
    packs.installed.cache_clear()
    (tmp_path / "fines" / "fines-1.dist-info" / "entry_points.txt").unlink()
    answer = call("pack", "check", plain, "--json")
    assert (answer.code, answer.json["error"]["rule"]) == (3, "procedure.python")


def test_a_pack_replaces_no_shipped_contract(call: Call, made: Path, bureau: Home) -> None:
    shipped = (catalogue.FOLDER / "tables" / "death_register.yaml").read_text(encoding="utf-8")
    own = made / "tables" / "death_register.yaml"
    own.write_text(shipped, encoding="utf-8")
    assert call("pack", "check", made).code == 0
    own.write_text(shipped.replace("type: date", "type: string", 1), encoding="utf-8")
    answer = call("pack", "check", made, "--json")
    assert (answer.code, answer.json["error"]["rule"]) == (3, "pack.shadow")
    assert catalogue.tables(packs=[made])["death_register"].hash == catalogue.tables()["death_register"].hash


def test_a_code_that_is_shipped_too_is_refused(call: Call, tmp_path: Path) -> None:
    call("pack", "new", tmp_path / "twin", "--code", "SI-01")
    assert call("pack", "check", tmp_path / "twin", "--json").json["error"]["rule"] == "procedure.twice"


@pytest.mark.parametrize("words", [["Bad_Name"], ["ok", "--code", "x1"], ["ok", "--name", "1"]])
def test_a_name_that_cannot_be_one_is_a_wrong_call(call: Call, tmp_path: Path, words: list[str]) -> None:
    assert call("pack", "new", tmp_path / words[0], *words[1:]).code == 2
    assert not (tmp_path / words[0]).exists()


def test_nothing_is_overwritten_and_nothing_is_not_a_pack(call: Call, made: Path, tmp_path: Path) -> None:
    assert call("pack", "new", made.parent).code == 2
    assert call("pack", "check", tmp_path / "nowhere").code == 3


def test_a_package_that_is_gone_is_named(installed: Path, call: Call) -> None:
    (installed.parent / "fines-1.dist-info" / "entry_points.txt").write_text(
        "[reperform.packs]\nfines = fines.gone\n", encoding="utf-8"
    )
    packs.installed.cache_clear()
    assert call("pack", "list", "--json").json["error"]["rule"] == "pack.package"
