"""Checkpoints: three lines that fix the whole log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput, IntegrityBroken
from reperform.log import checkpoint
from reperform.log.checkpoint import Checkpoint
from reperform.log.note import SigningKey
from tests.log.logbook import ORIGIN, SEED, SKEY, THIEF_VKEY, VKEY

ROOT = bytes(range(32))
# The example of c2sp.org/tlog-checkpoint; its key is not published, so only its text can be read.
SPEC_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def test_the_published_example_is_read() -> None:
    found = checkpoint.read(SPEC_NOTE)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.root.hex().startswith("0ac5186a91863e8e1d90c808")
    assert found.text() == SPEC_NOTE.rpartition("\n\n")[0] + "\n"


def test_the_bare_three_lines_are_read_as_well() -> None:
    assert checkpoint.read(SPEC_NOTE.rpartition("\n\n")[0] + "\n") == checkpoint.read(SPEC_NOTE)


@given(st.integers(0, checkpoint.MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_what_is_signed_opens_with_the_public_key(size: int, root: bytes) -> None:
    made = Checkpoint(ORIGIN, size, root)
    assert checkpoint.open(checkpoint.sign(made, SKEY), VKEY) == made
    assert Checkpoint.parse(made.text()) == made


def test_the_same_seed_makes_the_same_key() -> None:
    assert checkpoint.generate(ORIGIN, SEED) == (SKEY, VKEY)


def test_another_key_of_the_same_name_opens_nothing() -> None:
    with pytest.raises(IntegrityBroken):
        checkpoint.open(checkpoint.sign(Checkpoint(ORIGIN, 1, ROOT), SKEY), THIEF_VKEY)


def test_a_key_speaks_for_the_log_of_its_name_only() -> None:
    foreign = Checkpoint("other.example/ledger", 1, ROOT)
    with pytest.raises(IntegrityBroken):
        checkpoint.sign(foreign, SKEY)
    with pytest.raises(IntegrityBroken):
        checkpoint.open(SigningKey.parse(SKEY).sign(foreign.text()), VKEY)


ROOT64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "text",
    [
        "", "o\n1\n", f"\n1\n{ROOT64}\n", f"o\n01\n{ROOT64}\n", f"o\n-1\n{ROOT64}\n", f"o\n1 \n{ROOT64}\n",
        f"o\n1\n{ROOT64}", f"o\n1\n{ROOT64}\nextension\n", f"o\n1\n{ROOT64[:-4]}\n", "o\n1\nAAAA\n",
        f"o\n1\n{ROOT64}\n\n",
        f"o\n1\n{ROOT64[:-2]}9=\n", f"o\n99999999999999999\n{ROOT64}\n", f"o\n9999999999999999\n{ROOT64}\n",
        f"o\n１\n{ROOT64}\n",
    ],
)  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(IntegrityBroken) as error:
        Checkpoint.parse(text)
    assert error.value.params["rule"] == "checkpoint.form"


def test_a_malformed_key_is_a_wrong_call() -> None:
    with pytest.raises(BadInput):
        checkpoint.open(SPEC_NOTE, "nonsense")
