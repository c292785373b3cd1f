"""The parts of the story that can be told without playing it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reperform.city import Fate, Kind, Planted
from reperform.cli.session import Session
from reperform.cli.story.conduct import Conduct, conducts
from reperform.cli.story.ending import alter
from reperform.cli.story.opening import MARK, require_room
from reperform.cli.story.scene import Clock, Scene
from reperform.errors import Usage
from reperform.home import Home


def scene(folder: Path, language: str = "en") -> Scene:
    return Scene(folder, Session(home=Home(folder / "home"), language_named=language), lambda *_told: None)


def planted(body: str, *fates: Fate, kind: Kind = Kind.PLANTED) -> list[Planted]:
    return [Planted("SI-01", (("person_id", str(n)),), body, 1, kind, fate, "") for n, fate in enumerate(fates)]


@pytest.mark.parametrize(
    ("fates", "conduct"),
    [
        ((Fate.CLEARED, Fate.CLEARED), Conduct.HONEST),
        ((Fate.CLEARED, Fate.RELAPSE), Conduct.RELAPSING),
        ((Fate.CLEARED, Fate.PARTLY, Fate.NEW), Conduct.HALF),
        ((Fate.CLEARED, Fate.STILL), Conduct.HALF),
        ((Fate.CLEARED, Fate.STILL, Fate.UNPROVEN), Conduct.FALSE),
    ],
)
def test_a_unit_acts_as_the_truth_says_that_it_did(fates: tuple[Fate, ...], conduct: Conduct) -> None:
    assert conducts(planted("YJ-SIF", *fates)) == {("SI-01", "YJ-SIF"): conduct}


def test_what_only_looks_guilty_says_nothing_of_a_unit() -> None:
    assert conducts(planted("YJ-SIF", Fate.NONE, kind=Kind.INNOCENT)) == {}


def test_the_clock_of_the_story_only_moves_forward(tmp_path: Path) -> None:
    told = scene(tmp_path)
    told.on(date(2026, 6, 8))
    assert told.next() == datetime(2026, 6, 8, 1, 1, tzinfo=UTC)
    told.on(date(2026, 6, 1))
    assert told.next() == datetime(2026, 6, 8, 1, 2, tzinfo=UTC)
    assert Clock().tick() < told.clock.now


def leaves(node: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    if not isinstance(node, dict):
        return []
    if set(node) == {"en", "zh"}:
        return [(path, node)]
    return [leaf for name, below in node.items() for leaf in leaves(below, (*path, str(name)))]


def test_every_text_of_the_script_is_there_in_both_languages_with_the_same_places(tmp_path: Path) -> None:
    found = leaves(scene(tmp_path).script)
    assert len(found) > 50
    for path, pair in found:
        english, chinese = pair["en"], pair["zh"]
        if isinstance(english, str) and isinstance(chinese, str):
            assert english.strip(), path
            assert chinese.strip(), path
            assert places(english) == places(chinese), path


def places(text: str) -> set[str]:
    from string import Formatter

    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def test_the_script_speaks_the_language_of_the_call(tmp_path: Path) -> None:
    assert scene(tmp_path, "zh").words("bureau") == "云江市审计局"
    assert scene(tmp_path).words("returned", "slips", covered=2, total=5).startswith("The slips cover 2 of 5")


def test_every_procedure_of_the_city_has_its_words(tmp_path: Path) -> None:
    from reperform import catalogue

    assert (
        set(scene(tmp_path).script["findings"]) == {"EL-02", "FF-01", "NT-01", "SI-01"} <= set(catalogue.procedures())
    )


def test_one_bit_of_the_copy_is_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(100)))
    changed = alter(tmp_path / "a", tmp_path / "b").read_bytes()
    assert [n for n in range(100) if changed[n] != n] == [50]
    assert changed[50] == 51


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    require_room(tmp_path / "new" / "d", fresh=False)
    assert (tmp_path / "new" / "d" / MARK).is_file()


def test_only_the_folder_of_a_story_is_replaced(tmp_path: Path) -> None:
    require_room(tmp_path / "d", fresh=False)
    (tmp_path / "d" / "city").mkdir()
    with pytest.raises(Usage):
        require_room(tmp_path / "d", fresh=False)
    require_room(tmp_path / "d", fresh=True)
    assert not (tmp_path / "d" / "city").exists()
    (tmp_path / "d" / MARK).unlink()
    (tmp_path / "d" / "mine.txt").touch()
    with pytest.raises(Usage):
        require_room(tmp_path / "d", fresh=True)
