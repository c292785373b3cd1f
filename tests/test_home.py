"""The folder, its configuration and the settings drawn from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperform.errors import BadInput, Usage
from reperform.home import Bureau, Home, find_home, read_bureau, write_bureau
from reperform.settings import database, sqlite_journal


def test_the_flag_beats_the_environment_beats_the_default(tmp_path: Path) -> None:
    environment = {"REPERFORM_HOME": str(tmp_path / "env")}
    assert find_home(tmp_path / "flag", environment).root == tmp_path / "flag"
    assert find_home(None, environment).root == tmp_path / "env"
    assert find_home(None, {}).root == Path("reperform-home").resolve()


def test_a_folder_that_was_not_made_is_refused_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(Usage) as refusal:
        Home(tmp_path).require()
    assert f"reperform --home {tmp_path} init" in refusal.value.render_hint()


@given(st.builds(Bureau, *[st.text(st.characters(exclude_categories=["Cs", "Cc"])) for _ in range(6)]))
def test_the_configuration_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, bureau: Bureau
) -> None:
    path = tmp_path_factory.mktemp("config") / "reperform.toml"
    write_bureau(path, bureau)
    assert read_bureau(path) == bureau


def test_an_unknown_key_names_the_nearest_one(tmp_path: Path) -> None:
    path = tmp_path / "reperform.toml"
    path.write_text('orign = "x"\n', encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_bureau(path)
    assert error.value.render_hint() == "Did you mean origin?"
    assert error.value.place.file == str(path)


@pytest.mark.parametrize("text", ["prefix = 3\n", "prefix = \n", "\x00"])
def test_a_broken_configuration_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "reperform.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        read_bureau(path)


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 4), "WAL"),
    ],
)
def test_wal_is_used_only_where_the_reset_bug_is_mended(version: tuple[int, ...], journal: str) -> None:
    assert sqlite_journal(version) == journal


def test_a_database_url_gives_durable_postgresql() -> None:
    found = database("postgresql://me:p%40ss@db:5433/ledger", Path("x"))
    assert (found["NAME"], found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "ledger", "me", "p@ss", "db", "5433",
    )  # fmt: skip
    assert "synchronous_commit=on" in found["OPTIONS"]["options"]


def test_a_socket_folder_may_be_named_in_the_query() -> None:
    assert database("postgresql://me@/ledger?host=/run/pg", Path("x"))["HOST"] == "/run/pg"


def test_another_database_is_refused() -> None:
    with pytest.raises(Usage):
        database("mysql://x/y", Path("x"))


def test_sqlite_flushes_every_commit() -> None:
    assert "synchronous=FULL" in database(None, Path("x"))["OPTIONS"]["init_command"]
