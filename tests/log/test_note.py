"""Signed notes: the published examples, and everything that is not one."""

from __future__ import annotations

import base64
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput, Inconclusive, IntegrityBroken
from reperform.log.note import SigningKey, VerifierKey, decode_base64, open_note, split_note
from tests.log.logbook import SEED, SKEY, THIEF_VKEY, VKEY

# The example of c2sp.org/signed-note, and the one in the documentation of Go's package note.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = SigningKey.parse(SKEY)


def test_the_published_example_opens_with_its_key() -> None:
    key = VerifierKey.parse(SPEC_VKEY)
    assert str(key) == SPEC_VKEY
    assert open_note(SPEC_NOTE, key) == "This is an example message.\n"


def test_the_published_key_makes_the_published_note() -> None:
    key = SigningKey.parse(GO_SKEY)
    assert str(key.verifier) == GO_VKEY
    assert key.to_text() == GO_SKEY
    assert key.sign(GO_TEXT) == f"{GO_TEXT}\n{GO_LINE}"


def test_signatures_by_other_keys_are_ignored() -> None:
    note = KEY.sign("a\n") + SPEC_NOTE.rpartition("\n\n")[2]
    assert open_note(note, KEY.verifier) == "a\n"
    assert [one.name for one in split_note(note)[1]] == ["audit.example/ledger", "example.com/foo"]


def test_a_note_without_a_signature_of_the_key_is_refused() -> None:
    with pytest.raises(IntegrityBroken) as error:
        open_note(SPEC_NOTE, VerifierKey.parse(VKEY))
    assert error.value.params["rule"] == "signature.absent"


def test_one_wrong_signature_by_the_known_key_spoils_the_note() -> None:
    right, wrong = KEY.sign("a\n"), KEY.sign("b\n")
    note = right + wrong.rpartition("\n\n")[2]
    with pytest.raises(IntegrityBroken) as error:
        open_note(note, KEY.verifier)
    assert error.value.params["rule"] == "signature.wrong"


def test_the_text_may_have_empty_lines() -> None:
    assert open_note(KEY.sign("a\n\nb\n"), KEY.verifier) == "a\n\nb\n"


@given(st.data())
def test_any_changed_bit_of_a_note_is_noticed(data: st.DataObject) -> None:
    note = KEY.sign("audit\n5\n").encode()
    at = data.draw(st.integers(0, len(note) - 1))
    changed = bytearray(note)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((IntegrityBroken, UnicodeDecodeError)):
        open_note(bytes(changed).decode(), KEY.verifier)


@pytest.mark.parametrize(
    "note",
    [
        "", "a\n", "a\n\n", "a\n\n— x\n", "a\n\n- x AAAAAAA=\n", "a\n\n— x AAAAAAA=", "a\x00\n\n— x AAAAAAA=\n",
        "a\r\n\n— x AAAAAAA=\n", "a\n\n— x+y AAAAAAA=\n", "a\n\n— x AAAAAAA\n", "a\n\n— x AAAAAAB=\n",
        "a\n\n— x AAAA\n",
        "a\n\n—  AAAAAAA=\n", "a\n\n" + "— x AAAAAAA=\n" * 65, "\ud800\n\n— x AAAAAAA=\n", "a\n\n— x\ty AAAAAAA=\n",
    ],
)  # fmt: skip
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(IntegrityBroken) as error:
        split_note(note)
    assert error.value.params["rule"] == "note.form"


@given(st.text(max_size=200))
def test_splitting_any_text_gives_parts_or_a_named_refusal(note: str) -> None:
    try:
        text, signatures = split_note(note)
    except IntegrityBroken:
        return
    assert text.endswith("\n")
    assert signatures


def test_sixteen_signatures_are_accepted() -> None:
    assert len(split_note("a\n\n" + "— x AAAAAAA=\n" * 16)[1]) == 16


@pytest.mark.parametrize(
    "vkey",
    [
        "", "x", "x+y", "x+00000000+", VKEY[:-1], VKEY + "A", VKEY.replace("+", "-"), VKEY.replace("audit", "Audit"),
        THIEF_VKEY.replace("audit", "other"), VKEY.replace("+3", "+4", 1), " x+00000000+AA==",
    ],
)  # fmt: skip
def test_what_is_not_a_public_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadInput) as error:
        VerifierKey.parse(vkey)
    assert error.value.rule in {"key.form", "key.id"}


def test_a_key_is_read_with_the_blanks_of_copying_round_it() -> None:
    assert str(VerifierKey.parse(f"  {VKEY}\n")) == VKEY


@pytest.mark.parametrize("skey", ["", VKEY, SKEY[:-2], SKEY.replace("PRIVATE+KEY+", "PRIVATE+KEY+x"), SKEY + "A"])
def test_what_is_not_a_private_key_is_refused_without_repeating_it(skey: str) -> None:
    with pytest.raises(BadInput) as error:
        SigningKey.parse(skey)
    assert base64.b64encode(b"\x01" + SEED).decode()[:20] not in str(error.value)


def test_a_private_key_is_never_shown() -> None:
    assert SEED.hex() not in repr(KEY)
    assert repr(KEY) == "SigningKey('audit.example/ledger')"


@pytest.mark.parametrize(("name", "seed"), [("", SEED), ("a b", SEED), ("a+b", SEED), ("a\u00a0b", SEED), ("a", b"")])
def test_a_key_needs_a_name_and_32_bytes(name: str, seed: bytes) -> None:
    with pytest.raises(BadInput):
        SigningKey(name, seed)


@pytest.mark.parametrize("text", ["", "a", "a\x07\n", "\ud800\n"])
def test_only_text_that_ends_with_a_newline_is_signed(text: str) -> None:
    with pytest.raises(BadInput):
        KEY.sign(text)


@given(st.binary(max_size=40))
def test_base64_is_read_in_one_form_only(data: bytes) -> None:
    text = base64.b64encode(data).decode()
    assert decode_base64(text) == data
    assert decode_base64(text + "\n") is None
    assert decode_base64("é") is None


def test_without_the_library_a_signature_is_not_checked_rather_than_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    note = KEY.sign("a\n")
    verifier = KEY.verifier
    for name in [name for name in sys.modules if name.split(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(Inconclusive):
        open_note(note, verifier)
