"""Likeness of texts: what is shared, what is boilerplate, and that nothing depends on order or luck."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reperform.linkage.texts import LENGTH, boilerplate, compared, folded, shingles, without

WORDS = st.text(alphabet="甲乙丙丁戊己庚辛壬癸，。 ａB3", max_size=60)


def by_hand(text: str) -> set[str]:
    plain = folded(text)
    return {plain[at : at + LENGTH] for at in range(len(plain) - LENGTH + 1)}


@given(WORDS, WORDS)
def test_likeness_is_the_share_of_common_sequences(one: str, two: str) -> None:
    (pair,) = compared(shingles([one, two]), [0, 0])
    left, right = by_hand(one), by_hand(two)
    assert (pair.common, pair.either) == (len(left & right), len(left | right))
    assert pair.permille == (Fraction(len(left & right), len(left | right)) * 1000 // 1 if left | right else 0)


@given(st.lists(WORDS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_texts_does_not_matter(texts: list[str], order: object) -> None:
    places = list(range(len(texts)))
    order.shuffle(places)  # type: ignore[attr-defined]
    straight = {frozenset((one.first, one.second)): one.permille for one in compared(shingles(texts), [0] * len(texts))}
    turned = compared(shingles([texts[place] for place in places]), [0] * len(texts))
    assert {frozenset((places[one.first], places[one.second])): one.permille for one in turned} == straight


def test_punctuation_width_and_case_say_nothing() -> None:
    assert folded("ＡＢc，１２ 号。") == "abc12号"
    (pair,) = compared(shingles(["第１标段：土方ＡＢ", "第1标段 土方ab。"]), [0, 0])
    assert pair.permille == 1000


def test_a_text_shorter_than_a_sequence_has_none_and_is_like_nothing() -> None:
    (pair,) = compared(shingles(["甲乙丙", "甲乙丙"]), [0, 0])
    assert (pair.common, pair.either, pair.permille) == (0, 0, 0)


def test_texts_of_different_groups_are_not_compared() -> None:
    assert compared(shingles(["甲乙丙丁"] * 3), [0, 1, 2]) == []


def test_what_stands_in_more_groups_than_allowed_is_boilerplate() -> None:
    sets = shingles(["甲乙丙丁", "甲乙丙丁", "甲乙丙丁", "戊己庚辛", "戊己庚辛"])
    groups = [0, 1, 2, 3, 3]
    left = without(sets, boilerplate(sets, groups, 2))
    assert [len(one) for one in left] == [0, 0, 0, 1, 1]
    assert len(boilerplate(sets, groups, 3)) == 0
    assert len(boilerplate([], [], 3)) == 0


@given(st.lists(st.tuples(WORDS, st.integers(0, 3)), max_size=8), st.integers(0, 4))
def test_boilerplate_is_counted_by_group_not_by_text(pairs: list[tuple[str, int]], most: int) -> None:
    sets, groups = shingles([text for text, _ in pairs]), [group for _, group in pairs]
    owners: dict[str, set[int]] = {}
    for text, group in pairs:
        for one in by_hand(text):
            owners.setdefault(one, set()).add(group)
    assert len(boilerplate(sets, groups, most)) == sum(len(where) > most for where in owners.values())


def test_the_rarest_of_very_many_characters_count_as_one() -> None:
    many = folded("".join(chr(code) for block in ((0x3400, 0x9F00), (0xAC00, 0xD7A0)) for code in range(*block)))
    (lot,) = shingles([many])
    known = (1 << 15) - 1
    assert len(many) > known + LENGTH
    assert len(lot) == known + 1  # one for each known character that begins it, one for all the rest
