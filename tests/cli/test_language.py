"""The language of the command's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from reperform.cli import language
from reperform.errors import Usage
from reperform.home import Bureau, write_bureau
from tests.cli.conftest import Call


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled catalogue with three texts."""
    catalogue = Catalog(locale="zh_Hans_CN")
    catalogue.add("There is no procedure {code}.", "没有程序 {code}。")
    catalogue.add("List the people who may act.", "列出人员。")
    catalogue.add("Examples:", "示例：")
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(language, "FOLDER", tmp_path / "locale")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("en", "en"), ("EN_GB.UTF-8", "en"), ("zh", "zh-hans"), ("zh_CN.UTF-8", "zh-hans"), ("zh-Hans", "zh-hans")],
)
def test_a_language_is_named_in_the_usual_ways(written: str, meant: str) -> None:
    assert language.named(written) == meant


@pytest.mark.parametrize("written", ["", "fr", "zh_TW", "english"])
def test_another_language_is_refused_where_a_person_names_it(written: str) -> None:
    with pytest.raises(Usage):
        language.named(written)


def test_the_terminal_decides_by_the_usual_variables_in_their_order() -> None:
    assert language.of_terminal({"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US"}) == "zh-hans"
    assert language.of_terminal({"LANG": "C.UTF-8"}) == "en"
    assert language.of_terminal({}) == "en"


@pytest.mark.usefixtures("chinese")
def test_errors_are_said_in_the_language_of_the_call(call: Call) -> None:
    answer = call("--lang", "zh", "procedures", "show", "XX-99", "--json")
    assert answer.json["error"]["message"] == "没有程序 XX-99。"
    assert "没有程序 XX-99。" in answer.err


@pytest.mark.usefixtures("chinese")
def test_the_help_is_in_the_language_of_the_call(call: Call) -> None:
    answer = call("--lang", "zh", "rectify", "accounts", "--help")
    assert "列出人员。" in answer.out
    assert "示例：" in answer.out


@pytest.mark.usefixtures("chinese")
def test_the_flag_beats_the_environment_which_beats_the_folder(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bureau(tmp_path / "reperform.toml", Bureau(language="zh-hans"))
    asked = ("--home", tmp_path, "procedures", "show", "XX-99")
    assert "没有" in call(*asked).err
    monkeypatch.setenv("REPERFORM_LANG", "en")
    assert "There is no" in call(*asked).err
    assert "没有" in call("--lang", "zh", *asked).err


def test_without_a_catalogue_the_words_are_english(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    assert not language.is_compiled("zh-hans")
    assert "There is no procedure" in call("--lang", "zh", "procedures", "show", "XX-99").err


@pytest.mark.usefixtures("chinese")
def test_an_empty_text_stays_empty() -> None:
    assert language.translator("zh-hans")("") == ""
