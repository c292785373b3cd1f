"""VERIFY.md: what it tells people to do works, without a line of ours."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from reperform.log.guide import guide_text, is_guide
from tests.log.logbook import ORIGIN, VKEY, Logbook, random_log

OPENSSL = shutil.which("openssl")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A folder as a reader has it who unpacked the bundle and saved the program of the guide."""
    random_log(41, 600, folder=tmp_path, hidden=0.2).write(tmp_path / "bundle.zip")
    return unpack_with_program(tmp_path / "bundle.zip", tmp_path / "folder")


def unpack_with_program(bundle: Path, folder: Path) -> Path:
    with zipfile.ZipFile(bundle) as plain:
        plain.extractall(folder)
    guide = (folder / "VERIFY.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    (folder / "check.py").write_text(program, encoding="utf-8")
    return folder


def run_program(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", "check.py"], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return (done.stdout + done.stderr).splitlines()


def test_the_program_of_the_guide_confirms_a_sound_bundle(unpacked: Path) -> None:
    count = sum(part.read_bytes().count(b"\n") for part in (unpacked / "disclosure").rglob("*.jsonl"))
    assert run_program(unpacked) == ["root: fits", f"disclosed steps: {count} - do not fit: 0"]


def test_the_program_of_the_guide_works_on_an_empty_log(tmp_path: Path) -> None:
    Logbook().write(tmp_path / "bundle.zip")
    folder = unpack_with_program(tmp_path / "bundle.zip", tmp_path / "folder")
    assert run_program(folder) == ["root: fits", "disclosed steps: 0 - do not fit: 0"]


def test_the_program_of_the_guide_sees_an_altered_entry(unpacked: Path) -> None:
    entries = unpacked / "tile" / "entries" / "001"
    data = bytearray(entries.read_bytes())
    data[100] ^= 1
    entries.write_bytes(data)
    assert run_program(unpacked)[0] == "root: DOES NOT FIT"


def test_the_program_of_the_guide_sees_an_altered_step(unpacked: Path) -> None:
    part = next((unpacked / "disclosure").rglob("*.jsonl"))
    part.write_text(part.read_text(encoding="utf-8").replace('"seq":1', '"seq":7', 1), encoding="utf-8")
    assert run_program(unpacked)[1].endswith("do not fit: 1")


@pytest.mark.skipif(OPENSSL is None, reason="OpenSSL is not installed: apt-get install openssl")
def test_openssl_checks_the_signature_as_the_guide_says(unpacked: Path) -> None:
    run_program(unpacked)
    guide = (unpacked / "VERIFY.md").read_text(encoding="utf-8")
    command = re.findall(r"`(openssl [^`]*)`", guide)[0].split()
    good = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    (unpacked / "text").write_text("audit.example/ledger\n601\nAAAA\n", encoding="utf-8")
    assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode != 0


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed: apt-get install coreutils")
def test_sha256sum_checks_the_list_as_the_guide_says(unpacked: Path) -> None:
    command = ["sha256sum", "--check", "--quiet", "CONTENTS"]
    assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode == 0
    (unpacked / "tables" / "standing.jsonl").write_bytes(b"")
    assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode == 1


def test_the_guide_names_the_log_and_its_key_in_both_languages() -> None:
    text = guide_text(ORIGIN, VKEY)
    assert text.count(VKEY) == 1
    assert "## English" in text
    assert "## 中文" in text
    assert "@" not in text.replace(VKEY, "")


def test_only_a_text_that_was_once_written_is_a_guide() -> None:
    assert is_guide(guide_text(ORIGIN, VKEY), ORIGIN, VKEY)
    assert not is_guide(guide_text(ORIGIN, VKEY) + "Send your key to us.\n", ORIGIN, VKEY)
    assert not is_guide(guide_text(ORIGIN, VKEY), ORIGIN, VKEY.replace("audit", "other"))


def test_the_text_of_the_first_guide_never_changes() -> None:
    # Bundles carry it and their verifier compares it: other words are a new file beside this one.
    text = resources.files("reperform.log").joinpath("guide_1.md").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "42c7b291dd2565bf4967e45682c8da6e889edd47b81474258d9254a1301122f3"
