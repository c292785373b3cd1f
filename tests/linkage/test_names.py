"""What is written becomes comparable, and what says nothing has no key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.linkage.names import address_key, phone_key, plain

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ADDRESSES = st.builds(
    "云江市{}路{}号{}室".format, st.sampled_from(["望湖", "听泉"]), st.integers(1, 999), st.integers(1, 9999)
)


@given(ADDRESSES)
def test_width_spaces_and_the_word_for_a_room_do_not_part_an_address(text: str) -> None:
    assert address_key(text) is not None
    assert address_key(text) == address_key(text.translate(WIDE)) == address_key(text.replace("号", "号 "))
    assert address_key(text) == address_key(text.replace("室", "房")) == address_key(text.replace("室", ""))


@given(ADDRESSES, ADDRESSES)
def test_two_addresses_share_a_key_only_if_they_are_one(first: str, second: str) -> None:
    assert (address_key(first) == address_key(second)) == (first == second)


@pytest.mark.parametrize("text", [None, "", "云麓区", "云江市云麓区望湖路", "8号"])
def test_a_town_or_a_bare_number_is_no_address(text: str | None) -> None:
    assert address_key(text) is None


@given(st.integers(13_000_000_000, 19_999_999_999))
def test_the_prefix_of_the_country_does_not_part_a_number(number: int) -> None:
    digits = str(number)
    for written in (
        f"+86 {digits}",
        f"86-{digits}",
        f"{digits[:3]} {digits[3:7]} {digits[7:]}",
        digits.translate(WIDE),
    ):
        assert phone_key(written) == digits


@pytest.mark.parametrize("text", [None, "", "无", "00000000", "11111111111", "12345"])
def test_a_stopgap_is_no_telephone(text: str | None) -> None:
    assert phone_key(text) is None


WRITTEN = st.text(st.sampled_from("望湖路街號号室房０１９aＡZ 　（）()-·,，"), max_size=30)


@given(WRITTEN)
def test_a_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
