"""Verify a bundle from the command line, where nothing but the package is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call


@pytest.mark.parametrize("content", [b"", b"not a bundle", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_a_bad_input(call: Call, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    answer = call("log", "verify", tmp_path / "x.zip", "--json")
    assert answer.code in {3, 4}
    assert answer.json["ok"] is False
    assert answer.json["exit_code"] == answer.code


def test_a_kept_checkpoint_that_is_not_there_is_a_bad_input(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    assert call("log", "verify", tmp_path / "x.zip", "--expect", tmp_path / "absent").code == 3


def test_a_person_reads_the_verdict_first(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    assert call("log", "verify", tmp_path / "x.zip").out.splitlines()[0] == "This can't be read as a bundle."
