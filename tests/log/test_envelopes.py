"""The short way to write envelopes gives the bytes of the definition, and refuses what the definition refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput
from reperform.log import entry
from reperform.log.envelopes import Envelopes
from tests.log.test_entry import INTEGER, NAME, SALT, TEXT, VALUE

FACT = TEXT | INTEGER | st.booleans() | st.lists(TEXT, max_size=3)
FILE = st.fixed_dictionaries({"sha256": st.just("ab" * 32), "sm3": st.just(""), "size": st.integers(0, 9)})
SHARED = {"at": "2026-04-01T01:00:00.000000Z", "actor": 'u"1', "org": "云江", "role": "auditor"}
STEP = {"id": "0a", "type": "finding.issue", "subject": "finding:甲 1", "seq": 2, "prev_state": "", "state": "draft"}


def short(facts: dict, evidence: list, fields: dict, **step: object) -> tuple[bytes, list]:
    envelopes = Envelopes(**SHARED)
    commitments, kept = envelopes.commit(fields, iter([SALT] * len(fields)))
    return envelopes.encode(**{**STEP, **step}, facts=facts, evidence=evidence, fields=commitments), kept


def defined(facts: dict, evidence: list, fields: dict, **step: object) -> bytes:
    commitments = {name: {"c": entry.commit(name, value, SALT)} for name, value in fields.items()}
    parts = {"facts": facts, "evidence": evidence, "fields": commitments}
    return entry.encode({"v": 1, "ok": True, **SHARED, **STEP, **step, **parts})


@given(
    st.dictionaries(NAME, FACT, max_size=5), st.lists(FILE, max_size=2), st.dictionaries(NAME, VALUE, max_size=4), TEXT
)
def test_an_envelope_has_the_bytes_of_the_definition(facts: dict, evidence: list, fields: dict, state: str) -> None:
    body, kept = short(facts, evidence, fields, state=state)

    assert body == defined(facts, evidence, fields, state=state)
    assert {name: (salt, text.encode()) for name, salt, text in kept} == {
        name: (SALT, entry.canonical(value)) for name, value in fields.items()
    }


def test_two_envelopes_of_one_batch_do_not_mix_their_names() -> None:
    envelopes = Envelopes(**SHARED)
    first, second = ({"b": 1, "a": True}, {"a": "1", "b": 2})
    for facts in (first, second, first):
        assert envelopes.encode(**STEP, facts=facts, evidence=[], fields="{}") == defined(facts, [], {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": {"a": 1.5}},
        {"facts": {"a": None}},
        {"facts": {"a": 2**53}},
        {"facts": {"a": [1]}},
        {"facts": {"a": "\ud800"}},
        {"facts": {"中": 1}},
        {"evidence": [{"sha256": "x"}]},
        {"fields": {"中": 1}},
        {"fields": {"a": 0.5}},
        {"fields": {"a": "\udfff"}},
        {"id": "XY"},
        {"type": "issue"},
        {"subject": "finding: x"},
        {"seq": True},
        {"seq": -1},
        {"state": 1},
        {"prev_state": None},
        {"facts": {"a": "x" * entry.MAX_ENVELOPE}},
    ],
)
def test_what_the_definition_refuses_is_refused(wrong: dict) -> None:
    parts = {"facts": {}, "evidence": [], "fields": {}, **wrong}
    with pytest.raises(BadInput) as one:
        defined(**parts)
    with pytest.raises(BadInput) as other:
        short(**parts)
    assert (one.value.rule or "entry.json") == (other.value.rule or "entry.json")


@pytest.mark.parametrize("name", SHARED)
def test_what_all_share_is_checked_too(name: str) -> None:
    with pytest.raises(BadInput):
        Envelopes(**{**SHARED, name: 7})
