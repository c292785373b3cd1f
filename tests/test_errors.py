"""Errors carry their sentence apart from its places, so that any language can print it."""

from reperform.errors import BadInput, Place, Refused, ReperformError

CHINESE = {"{n} rows are missing.": "缺少 {n} 行。", "Load {n} more.": "请再载入 {n} 行。"}


def test_an_error_is_printed_in_the_language_of_the_reader() -> None:
    error = ReperformError("{n} rows are missing.", hint="Load {n} more.", n=3)
    assert str(error) == "3 rows are missing. Load 3 more."
    assert error.render(CHINESE.__getitem__) == "缺少 3 行。"
    assert error.render_hint(CHINESE.__getitem__) == "请再载入 3 行。"


def test_a_bad_input_names_its_place_its_value_and_its_rule() -> None:
    error = BadInput("Not a date.", place=Place("a.xlsx", "Sheet1", 7, "died_on"), value="31/13/2024", rule="type.date")
    assert str(error) == "a.xlsx, Sheet1, row 7, died_on: Not a date. (value: '31/13/2024') [type.date]"


def test_a_refusal_has_a_rule_and_a_failing_exit_code() -> None:
    refusal = Refused("close.second_person", "No.")
    assert (refusal.rule, refusal.exit_code, refusal.render_hint()) == ("close.second_person", 1, "")
