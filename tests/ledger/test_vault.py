"""Evidence is kept by its hash, once, read-only, and an altered file is found."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput, IntegrityBroken
from reperform.ledger.vault import Vault


@given(st.lists(st.binary(max_size=50), min_size=1).filter(any))
def test_what_is_kept_is_found_by_its_hash(tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes]) -> None:
    vault, whole = Vault(tmp_path_factory.mktemp("vault")), b"".join(chunks)
    digest = vault.keep(chunks, name="a", limit=10_000)
    assert digest.sha256 == hashlib.sha256(whole).hexdigest()
    assert digest.sm3 == hashlib.new("sm3", whole).hexdigest()
    assert digest.size == len(whole)
    assert vault.check(digest.sha256).read_bytes() == whole


def test_the_same_bytes_are_kept_once_and_read_only(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    first = vault.keep([b"x"], name="a", limit=9)
    assert vault.keep([b"x"], name="b", limit=9) == first
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [vault.path(first.sha256)]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o440


@pytest.mark.parametrize(
    ("chunks", "rule"), [([b"12345", b"6"], "evidence.size"), ([b""], "evidence.empty"), ([], "evidence.empty")]
)
def test_a_file_too_large_or_empty_is_refused_and_leaves_nothing(
    tmp_path: Path, chunks: list[bytes], rule: str
) -> None:
    with pytest.raises(BadInput) as error:
        Vault(tmp_path).keep(chunks, name="a.pdf", limit=5)
    assert (error.value.rule, error.value.place.file) == (rule, "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_altered_or_missing_file_is_found(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    digest = vault.keep([b"voucher"], name="a", limit=99)
    path = vault.path(digest.sha256)
    path.chmod(0o640)
    path.write_bytes(b"Voucher")
    with pytest.raises(IntegrityBroken, match="altered"):
        vault.check(digest.sha256)
    path.unlink()
    with pytest.raises(IntegrityBroken, match="missing"):
        vault.check(digest.sha256)
