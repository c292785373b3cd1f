"""What people write in YAML is read strictly, and complaints name the place."""

from __future__ import annotations

import contextlib
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.engine.front_matter import Entry, read_text, read_yaml
from reperform.errors import BadInput


def top(text: str) -> Entry:
    return read_yaml(text, "file.yaml")


def complaint(text: str, reader: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        reader(top(text))  # type: ignore[operator]
    return caught.value


def test_a_complaint_names_file_line_key_value_and_what_is_allowed():
    error = complaint(
        "title: x\nterm: soon\n", lambda page: page.mapping(required=("title", "term"))["term"].word(("a", "b"))
    )
    assert str(error.place) == "file.yaml, row 2, term"
    assert error.value == "soon"
    assert error.render_hint() == "Allowed here: a, b."


def test_lines_count_from_the_line_on_which_the_page_begins():
    error = read_yaml("a: 1\nb: 2\n", "f.sql", first_line=40).mapping(required=("a", "b"))["b"].wrong("x")
    assert error.place.row == 41


def test_an_unknown_key_is_an_error():
    assert "is not a known key" in str(
        complaint("a: 1\nc: 2\n", lambda page: page.mapping(required=("a",), optional=("b",)))
    )


def test_a_missing_key_is_named():
    assert "b, c is missing" in str(complaint("a: 1\n", lambda page: page.mapping(required=("a", "b", "c"))))


def test_a_key_given_twice_is_an_error():
    assert "given twice" in str(complaint("a: 1\na: 2\n", lambda page: page.mapping(optional=None)))


def test_a_nested_key_is_named_by_its_path():
    error = complaint(
        "a: {b: {c: 1}}\n", lambda page: page.mapping(optional=None)["a"].mapping(optional=None)["b"].mapping()
    )
    assert error.place.column == "a.b.c"


def test_no_stays_the_word_no():
    assert top("answer: no\n").mapping(optional=None)["answer"].text() == "no"


@pytest.mark.parametrize(
    ("text", "value"), [("7", 7), ("-7", -7), ("+7", 7), ("0", 0), ("123456789012345678", 123456789012345678)]
)
def test_whole_numbers(text: str, value: int):
    assert top(text).integer() == value


@pytest.mark.parametrize("text", ["7.0", "1e3", "0x10", "1_000", "seven", "٧", "1234567890123456789", "''"])
def test_what_is_not_a_whole_number(text: str):
    assert complaint(text, lambda entry: entry.integer()).rule == "yaml.integer"


def test_a_number_below_its_least_is_refused():
    assert "must be 1 or more" in str(complaint("0", lambda entry: entry.integer(least=1)))


def test_dates_are_dates_only_where_a_date_is_wanted():
    assert top("2024-02-29").day() == date(2024, 2, 29)
    assert top("2024-02-29").text() == "2024-02-29"


@pytest.mark.parametrize("text", ["2023-02-29", "2023-2-1", "20230201", "yesterday", "2023-02-01T00:00:00"])
def test_what_is_not_a_date(text: str):
    assert complaint(text, lambda entry: entry.day()).rule == "yaml.date"


def test_true_and_false_and_nothing_else():
    assert top("true").flag() is True
    assert top("false").flag() is False
    assert complaint("yes", lambda entry: entry.flag()).rule == "yaml.word"


def test_a_text_in_two_languages():
    assert top("{en: Amount, zh: 金额}").bilingual() == {"en": "Amount", "zh": "金额"}
    assert top("金额").bilingual() == {"en": "金额", "zh": "金额"}
    assert complaint("{en: Amount}", lambda entry: entry.bilingual()).rule == "yaml.missing_key"


def test_a_folded_line_leaves_no_blank_between_chinese_characters():
    text = top("zh: >-\n  第一句。\n  第二句 A\n  third\nen: >-\n  One\n  two.\n").bilingual()
    assert text == {"zh": "第一句。第二句 A third", "en": "One two."}


def test_a_list_names_each_thing_once():
    assert top("[a, b]").texts() == ("a", "b")
    assert "names a twice" in str(complaint("[a, b, a]", lambda entry: entry.texts()))


def test_a_text_has_the_form_that_is_asked_for():
    assert complaint("B-1", lambda entry: entry.text(re.compile("[A-Z]{2}-[0-9]"))).rule == "yaml.form"


@pytest.mark.parametrize(
    ("text", "reader", "rule"),
    [
        ("[a]", lambda entry: entry.text(), "yaml.text"),
        ("a", lambda entry: entry.items(), "yaml.list"),
        ("[a]", lambda entry: entry.mapping(), "yaml.mapping"),
    ],
)
def test_the_wrong_kind_of_node_is_named(text: str, reader: object, rule: str):
    assert complaint(text, reader).rule == rule


def test_only_an_unquoted_null_is_null():
    assert top("~").is_null
    assert not top("''").is_null
    assert not top("'null'").is_null


@pytest.mark.parametrize(("type_", "value"), [("string", "1"), ("integer", 1)])
def test_a_value_is_read_in_the_type_of_its_column(type_: str, value: object):
    assert top("1").typed(type_) == value


def test_anchors_and_aliases_are_refused_before_they_expand():
    bomb = "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(40))
    with pytest.raises(BadInput) as caught:
        top(bomb)
    assert caught.value.rule == "yaml.alias"
    assert caught.value.place.row == 1


@pytest.mark.parametrize(("text", "rule"), [("a: b: c", "yaml.form"), ("", "yaml.empty"), ("[" * 3000, "yaml.depth")])
def test_what_is_not_yaml_is_refused_with_a_reason(text: str, rule: str):
    with pytest.raises(BadInput) as caught:
        top(text)
    assert caught.value.rule == rule


def test_a_page_of_more_than_a_megabyte_is_refused():
    with pytest.raises(BadInput, match="too long"):
        top("a" * (1 << 20) + "a")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_but_never_crashes(text: str):
    with contextlib.suppress(BadInput):
        top(text).mapping(optional=None)


def test_a_byte_order_mark_and_foreign_line_ends_do_not_matter(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: 2\r\n".encode())
    assert read_text(path) == "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    ("content", "rule"),
    [(None, "file.absent"), (b"\xff\xfe\x00", "file.encoding"), (b"a" * ((1 << 20) + 1), "file.too_long")],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, content, rule: str):
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_text(path)
    assert caught.value.rule == rule
