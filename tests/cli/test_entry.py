"""From the arguments to the exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.cli.entry import FLAGS, GROUPS, VALUED, hoist
from tests.cli.conftest import Call, process

HEAVY = {"django", "duckdb", "rich", "numpy", "openpyxl", "sqlglot", "yaml"}


def imported_after(*arguments: str) -> set[str]:
    """Return the packages that a process has imported when the command ends."""
    script = "import sys; from reperform.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    return {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}


def test_the_help_names_every_group(call: Call) -> None:
    answer = call("--help")
    assert answer.code == 0
    assert all(f"  {name} " in answer.out for name in GROUPS)


def test_the_help_imports_nothing_heavy() -> None:
    assert not imported_after("--help") & (HEAVY | {"pydantic"})


def test_verifying_a_bundle_needs_no_django_and_no_data_engine(tmp_path: Path) -> None:
    assert not imported_after("log", "verify", str(tmp_path / "absent.zip")) & HEAVY


def test_without_arguments_the_help_is_shown_as_a_wrong_call(call: Call) -> None:
    answer = call()
    assert answer.code == 2
    assert "Commands:" in answer.err
    assert answer.out == ""


def test_an_unknown_command_is_a_wrong_call_that_names_the_nearest(call: Call) -> None:
    answer = call("lokback")
    assert answer.code == 2
    assert "lookback" in answer.err
    assert answer.out == ""


def test_an_unknown_option_says_where_the_help_is(call: Call) -> None:
    answer = call("log", "verify", "--kye", "x", "b.zip")
    assert answer.code == 2
    assert "reperform log verify --help" in answer.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("lokback",), "There is no command lokback. Did you mean 'lookback'?"),
        (("xyz",), "There is no command xyz."),
        (("log",), "Usage"),
        (("log", "verify", "a.zip", "b.zip"), "Too many arguments: b.zip"),
        (("log", "verify", "--kye", "x", "a.zip"), "There is no option --kye. Did you mean --key?"),
        (("log", "verify", "a.zip", "--key"), "--key needs a value."),
        (("log", "verify"), "BUNDLE is missing."),
        (("verify", "return", "RP-1"), "--reason is missing."),
        (("serve", "--port", "many"), "--port cannot be this:"),
        (("--json",), "Which command?"),
    ],
)
def test_a_wrong_call_is_said_in_our_own_words(call: Call, words: tuple[str, ...], sentence: str) -> None:
    answer = call(*words)
    assert answer.code == 2
    assert answer.err.startswith(sentence)


def test_an_error_in_the_arguments_is_an_object_too(call: Call) -> None:
    answer = call("log", "verify", "--json")
    assert answer.code == 2
    assert answer.json["schema"] == "reperform/error/1"
    assert answer.json["error"]["rule"] == "usage"
    assert answer.json["error"]["message"] == "BUNDLE is missing."
    assert answer.json["error"]["exit_code"] == 2


def test_the_version_is_that_of_the_package(call: Call) -> None:
    from importlib.metadata import version

    answer = call("--version")
    assert (answer.code, answer.out) == (0, f"reperform {version('reperform')}\n")


def test_an_unknown_language_is_a_wrong_call(call: Call) -> None:
    answer = call("--lang", "tlh", "procedures", "list")
    assert answer.code == 2
    assert "tlh" in answer.err


def test_a_configuration_that_cannot_be_read_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "reperform.toml").write_text("colour = 'red'\n", encoding="utf-8")
    answer = process("--home", tmp_path, "rectify", "bodies", cwd=tmp_path)
    assert answer.code == 3
    assert "Unknown key colour" in answer.err
    assert "config.key" in answer.err


def test_a_folder_that_was_never_made_is_a_wrong_call_that_says_how_to_make_it(call: Call, tmp_path: Path) -> None:
    answer = call("--home", tmp_path / "none", "verify", "queue", "--json")
    assert answer.code == 2
    assert "init" in answer.json["error"]["hint"]


def test_a_file_that_is_not_there_is_a_bad_input(call: Call, tmp_path: Path) -> None:
    answer = call("procedures", "check", tmp_path / "absent.sql", "--json")
    assert answer.code == 3
    assert str(tmp_path / "absent.sql") in str(answer.json["error"]["place"])


def test_an_error_that_nobody_foresaw_is_70_with_its_traceback(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from reperform.cli import procedures

    def broken(_call: object) -> dict[str, object]:
        raise RuntimeError("boom")

    monkeypatch.setattr(procedures, "at_hand", broken)
    answer = call("procedures", "list", "--json")
    assert answer.code == 70
    assert "boom" in answer.json["error"]["message"]
    assert "Traceback" in answer.err


def test_quiet_leaves_out_words_but_not_errors(call: Call, tmp_path: Path) -> None:
    answer = call("--quiet", "procedures", "check", tmp_path / "absent.sql")
    assert answer.err.strip()


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m reperform.cli procedures show SI-01 | head -1'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("SI-01")
    assert "Traceback" not in done.stderr


def test_the_module_is_the_command(tmp_path: Path) -> None:
    assert process("--version", cwd=tmp_path).out.startswith("reperform ")


WORD = st.sampled_from(["log", "verify", "bundle.zip", "--key", "k", "--all", "-x", "--as-of"])
COMMON = st.one_of(
    st.sampled_from([[name] for name in FLAGS]),
    st.tuples(st.sampled_from(VALUED), st.sampled_from(["a", "--b", "log"])).map(list),
    st.tuples(st.sampled_from(VALUED), st.text("ab=", max_size=3)).map(lambda pair: ["=".join(pair)]),
)


@given(st.lists(st.one_of(WORD.map(lambda one: [one]), COMMON)), st.lists(WORD))
def test_common_options_come_first_and_nothing_is_lost_or_reordered(parts: list[list[str]], rest: list[str]) -> None:
    common = [word for part in parts for word in part if part[0].split("=")[0] in (*VALUED, *FLAGS)]
    others = [word for part in parts for word in part if part[0].split("=")[0] not in (*VALUED, *FLAGS)]
    given_words = [word for part in parts for word in part]
    assert hoist([*given_words, "--", *rest]) == [*common, *others, "--", *rest]


def test_a_common_option_without_its_value_is_a_wrong_call(call: Call) -> None:
    answer = call("procedures", "list", "--home")
    assert answer.code == 2
    assert "--home" in answer.err
