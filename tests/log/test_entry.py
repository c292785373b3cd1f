"""Canonical JSON, commitments and sealed leaves."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput, IntegrityBroken
from reperform.log import entry
from tests.log.logbook import random_log

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAME = st.text(st.characters(max_codepoint=127, exclude_categories=["Cs"]), max_size=10)
INTEGER = st.integers(-entry.MAX_INT, entry.MAX_INT)
SCALAR = st.none() | st.booleans() | INTEGER | TEXT
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAME, inner, max_size=4), max_leaves=20
)
SALT = bytes(range(16))


def nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = [value]
    return value


@given(VALUE)
def test_canonical_json_is_what_an_independent_encoder_writes(value: object) -> None:
    assert entry.canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUE)
def test_canonical_json_reads_back_as_the_same_value(value: object) -> None:
    assert entry.parse(entry.canonical(value)) == value


def test_canonical_json_escapes_only_what_the_standard_escapes() -> None:
    # The string of RFC 8785 section 3.2.2.2.
    assert entry.canonical('€$\u000f\nA\'B"\\\\"/') == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        {"中文": 1},
        {1: "x"},
        "\ud800",
        nested(17),
        {"a": {"b": 0.5}},
        object(),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        entry.canonical(value)


def test_depth_up_to_the_limit_is_accepted() -> None:
    assert entry.parse(entry.canonical(nested(16))) == nested(16)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'"\\u0041"',
        b'"\\ud800"',
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b"",
        b"{",
        b'["x"]\n',
        b"[" * 100_000,
        b"[" * 500 + b"]" * 500,
        b'{"a":' * 400 + b"1" + b"}" * 400,
    ],
)
def test_other_bytes_than_the_canonical_ones_are_refused(data: bytes) -> None:
    with pytest.raises(IntegrityBroken) as error:
        entry.parse(data)
    assert error.value.params["rule"] == "entry.json"


@given(st.binary(max_size=60))
def test_reading_any_bytes_gives_a_value_or_a_named_refusal(data: bytes) -> None:
    try:
        value = entry.parse(data)
    except IntegrityBroken:
        return
    assert entry.canonical(value) == data


def test_text_is_composed_when_it_comes_in_and_never_while_it_is_encoded() -> None:
    apart = unicodedata.normalize("NFD", "é")
    assert entry.normalised({"a": [apart, (apart,), 1, None]}) == {"a": ["é", ["é"], 1, None]}
    assert entry.canonical(apart) == f'"{apart}"'.encode()


def test_the_commitment_is_the_salted_hash_of_name_and_value() -> None:
    salted = b"\x02" + SALT + '["amount","十二万"]'.encode()
    assert entry.commit("amount", "十二万", SALT) == hashlib.sha256(salted).hexdigest()


@given(VALUE, VALUE)
def test_another_value_another_name_or_another_salt_gives_another_commitment(one: object, other: object) -> None:
    commitment = entry.commit("a", one, SALT)
    assert (entry.commit("a", other, SALT) == commitment) == (entry.canonical(one) == entry.canonical(other))
    assert entry.commit("b", one, SALT) != commitment
    assert entry.commit("a", one, bytes(16)) != commitment


def test_the_leaf_is_one_byte_of_kind_and_a_salted_hash() -> None:
    leaf = entry.seal(b"{}", SALT)
    assert leaf == b"\x01" + hashlib.sha256(b"\x02" + SALT + b"{}").digest()
    assert len(leaf) == entry.LEAF_BYTES
    assert entry.leaf_hash(leaf) == hashlib.sha256(b"\x00" + leaf).digest()


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(BadInput):
        entry.seal(b"{}", salt)


def test_the_format_of_an_entry_never_changes() -> None:
    # A golden entry: if this test fails, entries that were written before can't be checked any more.
    envelope = {
        "v": 1, "id": "0f", "type": "finding.submit", "subject": "finding:YJ-2026-0137", "seq": 4,
        "at": "2026-11-23T01:31:00.000000Z", "actor": "p-17", "org": "U-330", "role": "liaison", "ok": True,
        "prev_state": "rectifying", "state": "submitted", "facts": {"done": 1200, "result": True, "tags": ["多发"]},
        "evidence": [{"sha256": "ab" * 32, "sm3": "", "size": 7}],
        "fields": {"note": {"c": entry.commit("note", "已上缴", SALT)}},
    }  # fmt: skip
    body = entry.encode(envelope)
    assert body.startswith(b'{"actor":"p-17","at":"2026-11-23T01:31:00.000000Z","evidence":[{"sha256":"abab')
    assert entry.seal(body, SALT).hex() == GOLDEN_LEAF


GOLDEN_LEAF = "01050bafa4dad632dbcdb003cfb44936a6433cd3e7fdf5790ae4eaa27a04072e1d"


def good() -> dict[str, object]:
    return random_log(7, 1).steps[0].envelope


def test_an_envelope_in_its_shape_is_encoded_as_canonical_json() -> None:
    assert entry.encode(good()) == entry.canonical(good())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2), ("v", True), ("v", "1"), ("id", "G1"), ("id", ""), ("type", "finding"), ("type", "finding.Submit"),
        ("subject", "YJ-2026-1"), ("subject", "finding: a"), ("subject", "finding:"), ("seq", "4"), ("seq", -1),
        ("seq", True), ("at", "2026-11-23T01:31:00Z"), ("at", "2026-13-23T01:31:00.000000Z"), ("at", 5),
        ("actor", None), ("org", 1), ("role", None), ("ok", 1), ("prev_state", None), ("state", None), ("facts", []),
        ("facts", {"a": {"b": 1}}), ("facts", {"a": None}), ("facts", {"a": [1]}), ("evidence", {}),
        ("evidence", ["x"]),
        ("evidence", [{"sha256": "ab", "sm3": "", "size": 1}]), ("fields", {"a": "x"}), ("fields", {"a": {"c": "0"}}),
        ("evidence", [{"sha256": "ab" * 32, "sm3": "zz" * 32, "size": 1}]),
        ("evidence", [{"sha256": "ab" * 32, "sm3": "", "size": -1}]), ("fields", []),
        ("facts", {"数": 1}), ("fields", {"数": {"c": "ab" * 32}}), ("facts", {"a": 2**53}), ("facts", {"a": -(2**53)}),
        ("facts", {"a": 0.5}), ("seq", 2**53), ("facts", {1: 1}),
    ],
)  # fmt: skip
def test_an_envelope_of_another_shape_is_refused_naming_the_part(name: str, value: object) -> None:
    with pytest.raises(BadInput) as error:
        entry.encode({**good(), name: value})
    assert error.value.rule == ("entry.version" if name == "v" else "entry.shape")
    assert name == "v" or error.value.params["name"] == name


def test_a_part_too_many_or_too_few_is_refused() -> None:
    with pytest.raises(BadInput, match="extra"):
        entry.encode({**good(), "extra": 1})
    with pytest.raises(BadInput, match="state"):
        entry.encode({name: value for name, value in good().items() if name != "state"})


def test_half_of_a_surrogate_pair_in_an_envelope_is_refused() -> None:
    with pytest.raises(BadInput):
        entry.encode({**good(), "facts": {"a": "\ud800"}})


def test_an_envelope_has_a_limit() -> None:
    with pytest.raises(BadInput, match="bytes"):
        entry.encode({**good(), "actor": "x" * entry.MAX_ENVELOPE})


def test_canonical_json_is_plain_json() -> None:
    assert json.loads(entry.encode(good())) == good()
