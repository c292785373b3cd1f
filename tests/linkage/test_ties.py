"""Ties make groups, whatever the order; what everybody shares makes none."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reperform.linkage.employers import tied_firms
from reperform.linkage.ties import Group, groups, sharing, sharing_people

NAMES = st.sampled_from([f"F{number}" for number in range(12)])
PAIRS = st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), max_size=20)


def reached(pairs: list[tuple[str, str]], start: str) -> frozenset[str]:
    """Walk from a name to all that can be reached: what a component is, said otherwise."""
    found, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        near = {b if a == name else a for a, b in pairs if name in (a, b)} - found
        found |= near
        waiting += near
    return frozenset(found)


@given(PAIRS)
def test_a_group_is_what_can_be_reached(pairs: list[tuple[str, str]]) -> None:
    made = groups({"address": pairs})
    assert {frozenset(group.members) for group in made} == {reached(pairs, name) for pair in pairs for name in pair}


@given(PAIRS, st.randoms())
def test_the_order_of_ties_does_not_matter(pairs: list[tuple[str, str]], random: Random) -> None:
    turned = [(b, a) for a, b in pairs]
    random.shuffle(turned)
    assert groups({"phone": pairs}) == groups({"phone": turned})


@given(st.integers(2, 400))
def test_a_long_chain_is_one_group(length: int) -> None:
    chain = list(pairwise(f"{number:04d}" for number in range(length)))
    assert groups({"agent": chain}) == [Group(tuple(f"{number:04d}" for number in range(length)), ("agent",))]


def test_a_group_says_by_what_it_is_tied() -> None:
    made = groups({"address": [("A", "B")], "phone": [("B", "C"), ("X", "Y")]})
    assert [(group.name, group.kinds) for group in made] == [("A", ("address", "phone")), ("X", ("phone",))]


def test_what_too_many_share_ties_nobody() -> None:
    owners, values = ["A", "B", "C", "D", "D"], ["one", "one", "one", "two", None]
    assert list(sharing(owners, values, most=3)) == [("A", "B", "C")]
    assert list(sharing(owners, values, most=2)) == []


def test_staff_tie_from_so_many_people_on() -> None:
    owners = ["A", "A", "A", "B", "B", "B", "C", None]
    people = ["p", "q", "r", "p", "q", "s", "p", "p"]
    assert list(sharing_people(owners, people, least=2, most=9)) == [("A", "B")]
    assert set(sharing_people(owners, people, least=1, most=9)) == {("A", "B"), ("A", "C"), ("B", "C")}
    assert list(sharing_people(owners, people, least=1, most=2)) == [("A", "B")]


def test_firms_are_tied_by_what_the_register_says_however_it_is_written() -> None:
    firm = {
        "firm_id": ["F1", "F2", "F3", "F4"],
        "representative_id": ["R1", "R2", "R3", None],
        "address": ["望湖路８８号１２０３室", "望湖路88号 1203房", None, None],
        "phone": ["13900000001", "13900000002", "+86 13900000002", None],
        "agent_id": [None, None, None, None],
    }
    made = tied_firms(firm, {"firm_id": [], "person_id": []}, most=10, least=3)
    assert made == {
        "firm_id": ["F1", "F2", "F3"],
        "lead_firm": ["F1", "F1", "F1"],
        "firms": [3, 3, 3],
        "tied_by": ["address,phone"] * 3,
    }


def test_nobody_tied_is_an_empty_relation() -> None:
    firm = {"firm_id": ["F1"], "representative_id": ["R"], "address": [None], "phone": [None], "agent_id": [None]}
    assert tied_firms(firm, {"firm_id": ["F1"], "person_id": ["P"]}, most=10, least=3) == {
        "firm_id": [],
        "lead_firm": [],
        "firms": [],
        "tied_by": [],
    }
