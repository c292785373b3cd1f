"""The signer: what it has signed once it never denies."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.errors import IntegrityBroken, Usage
from reperform.log import checkpoint
from reperform.log.checkpoint import Checkpoint
from reperform.log.proof import consistency
from reperform.log.signer import KEY_FILE, STORE_FILE, Signer
from tests.log.logbook import ORIGIN, SEED, VKEY
from tests.log.test_proof import read, root


def state(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size))


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.create(tmp_path / "signer", ORIGIN, SEED)


def test_a_growing_log_is_signed(signer: Signer) -> None:
    for size in (0, 1, 5, 5, 300, 66_000):
        note = signer.sign(state(size), consistency(signer.size, size, read))
        assert checkpoint.open(note, signer.vkey) == state(size)
        assert signer.size == size
        assert signer.last() == note
    assert signer.vkey == VKEY


def test_the_same_tree_gets_the_same_note(signer: Signer) -> None:
    note = signer.sign(state(5), ())
    assert signer.sign(state(5), ()) == note


def test_a_shortened_log_is_not_signed(signer: Signer) -> None:
    signer.sign(state(500), ())
    with pytest.raises(IntegrityBroken) as error:
        signer.sign(state(499), ())
    assert error.value.params["rule"] == "signer.shrunk"
    assert signer.size == 500


@pytest.mark.parametrize("size", [500, 501, 900])
def test_a_rewritten_log_is_not_signed(signer: Signer, size: int) -> None:
    signer.sign(state(500), ())
    forked = Checkpoint(ORIGIN, size, bytes(32))
    with pytest.raises(IntegrityBroken) as error:
        signer.sign(forked, consistency(500, size, read))
    assert error.value.params["rule"] == "signer.forked"


def test_an_extension_without_its_proof_is_not_signed(signer: Signer) -> None:
    signer.sign(state(500), ())
    with pytest.raises(IntegrityBroken):
        signer.sign(state(600), ())


def test_another_log_is_not_signed(signer: Signer) -> None:
    with pytest.raises(IntegrityBroken):
        signer.sign(Checkpoint("other.example/ledger", 0, root(0)), ())


@given(st.lists(st.integers(0, 700), max_size=8))
@settings(max_examples=25, deadline=None)
def test_whatever_is_asked_only_extensions_are_signed(sizes: list[int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        signer = Signer.create(Path(folder) / "signer", ORIGIN, SEED)
        signed = 0
        for size in sizes:
            proof = consistency(min(signed, size), size, read)
            if size >= signed:
                signer.sign(state(size), proof)
                signed = size
            else:
                with pytest.raises(IntegrityBroken):
                    signer.sign(state(size), proof)
        assert signer.size == signed


def test_of_two_forks_asked_for_at_once_exactly_one_is_signed(signer: Signer, tmp_path: Path) -> None:
    signer.sign(state(0), ())
    forks = [Checkpoint(ORIGIN, 1, bytes([number]) * 32) for number in range(8)]
    signed, refused = [], []
    barrier = threading.Barrier(len(forks))

    def ask(fork: Checkpoint) -> None:
        own = Signer(tmp_path / "signer")
        barrier.wait()
        try:
            signed.append(own.sign(fork, ()))
        except IntegrityBroken as error:
            refused.append(error.params["rule"])

    threads = [threading.Thread(target=ask, args=(fork,)) for fork in forks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signed) == 1
    assert refused == ["signer.forked"] * 7
    assert signer.last() == signed[0]


def test_the_memory_outlives_the_process(signer: Signer, tmp_path: Path) -> None:
    note = signer.sign(state(5), ())
    again = Signer(tmp_path / "signer")
    assert (again.origin, again.vkey, again.last()) == (ORIGIN, VKEY, note)


def test_a_key_without_its_memory_signs_nothing(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "signer" / STORE_FILE).unlink()
    with pytest.raises(IntegrityBroken) as error:
        Signer(tmp_path / "signer")
    assert error.value.params["rule"] == "signer.memory"


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to look like one" * 30])
def test_a_memory_that_cannot_be_read_signs_nothing(signer: Signer, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "signer" / STORE_FILE).write_bytes(content)
    with pytest.raises(IntegrityBroken) as error:
        Signer(tmp_path / "signer")
    assert error.value.params["rule"] == "signer.memory"


def test_the_key_belongs_to_its_user_alone(signer: Signer, tmp_path: Path) -> None:
    key = tmp_path / "signer" / KEY_FILE
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o640)
    with pytest.raises(Usage, match="chmod 600"):
        Signer(tmp_path / "signer")


def test_a_key_is_never_made_over_another(signer: Signer, tmp_path: Path) -> None:
    with pytest.raises(Usage):
        Signer.create(tmp_path / "signer", ORIGIN, bytes(32))
    assert Signer(tmp_path / "signer").vkey == VKEY


def test_an_empty_folder_has_no_key(tmp_path: Path) -> None:
    with pytest.raises(Usage):
        Signer(tmp_path)


def test_the_store_is_written_through_to_the_disk(signer: Signer, tmp_path: Path) -> None:
    # A rollback journal and full synchronisation: what was signed must survive a power cut.
    with closing(sqlite3.connect(tmp_path / "signer" / STORE_FILE)) as store:
        assert store.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_store_that_was_rolled_back_can_be_told_by_its_note(signer: Signer, tmp_path: Path) -> None:
    signer.sign(state(5), ())
    shutil.copy(tmp_path / "signer" / STORE_FILE, tmp_path / "old")
    newer = signer.sign(state(9), consistency(5, 9, read))
    shutil.copy(tmp_path / "old", tmp_path / "signer" / STORE_FILE)
    assert Signer(tmp_path / "signer").size < checkpoint.read(newer).size


def test_a_list_of_files_is_signed_but_nothing_that_reads_like_a_checkpoint(signer: Signer) -> None:
    text = f"reperform bundle 1 {ORIGIN} congress\n"
    note = signer.sign_contents(text)
    with pytest.raises(IntegrityBroken):
        checkpoint.open(note, VKEY)
    for other in (state(5).text(), "reperform bundle 1 other.example/ledger congress\n", "x\n"):
        with pytest.raises(IntegrityBroken) as error:
            signer.sign_contents(other)
        assert error.value.params["rule"] == "signer.text"
