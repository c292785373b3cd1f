"""`python3 -m reperform.log`: for outsiders, with nothing but Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import reperform
from reperform.log.__main__ import main
from tests.log.logbook import THIEF_VKEY, VKEY, random_log

SOURCE = Path(reperform.__file__).parents[1]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return random_log(31, 40, folder=tmp_path).write(tmp_path / "bundle.zip")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the module as an outsider would, without any installed package."""
    return subprocess.run(
        [sys.executable, "-S", "-W", "error", "-m", "reperform.log", *arguments],
        env={"PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_sound_bundle_is_verified_with_the_standard_library_alone(bundle: Path) -> None:
    done = run(str(bundle), "--key", VKEY, "--json")
    assert done.stderr == ""
    assert done.returncode == 0
    report = json.loads(done.stdout)
    found = {check["name"]: check["answer"] for check in report["checks"]}
    assert report["schema"] == "reperform/log-verify/1"
    assert report["ok"] is True
    assert found["signature"] == found["contents"] == "not_checked"
    assert found["tree"] == found["disclosure"] == found["steps"] == found["standing"] == found["evidence"] == "ok"


def test_a_changed_byte_is_found_with_the_standard_library_alone(bundle: Path) -> None:
    data = bytearray(bundle.read_bytes())
    at = data.index(b"\x00\x21\x01") + 10  # in the first entry
    data[at] ^= 1
    bundle.write_bytes(data)
    done = run(str(bundle))
    assert done.returncode == 4
    assert "DO NOT RELY" in done.stdout
    assert "log.leaf" in done.stdout


def test_only_modules_of_the_standard_library_and_our_own_rules_are_loaded(bundle: Path) -> None:
    program = (
        "import sys; from reperform.log.__main__ import main; main([sys.argv[1]]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, str(bundle)], env={"PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.splitlines()[-1].split()) - {"__main__"} == {"reperform"}


def test_the_text_is_one_line_for_each_question(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(bundle), "--key", VKEY]) == 0
    verdict, blank, *lines = capsys.readouterr().out.splitlines()
    assert verdict.startswith("Nothing was altered")
    assert blank == ""
    assert [line.split("  ")[0] for line in lines if "signature" in line] == ["ok"]
    assert len(lines) == len({line[13:23] for line in lines})


def test_a_kept_checkpoint_is_read_from_its_file(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(random_log(32, 50).signed(), encoding="utf-8")
    assert main([str(bundle), "--expect", str(kept)]) == 4
    assert "expected.shrunk" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--key", THIEF_VKEY], 4), (["--key", "nonsense"], 3), (["--expect", "/nowhere/at/all"], 2)],
)
def test_each_outcome_has_its_exit_code(bundle: Path, arguments: list[str], code: int) -> None:
    assert main([str(bundle), *arguments]) == code


def test_another_file_has_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_bytes(b"x")
    assert main([str(tmp_path / "x"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["exit_code"] == 3


def test_a_wrong_call_explains_itself_on_stderr(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(bundle), "--key", "nonsense"])
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "public key" in shown.err


def test_help_shows_an_example() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "Example: python3 -m reperform.log" in done.stdout
