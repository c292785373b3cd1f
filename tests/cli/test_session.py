"""Clock and identity of one call."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reperform.cli.session import Session, parse_date
from reperform.errors import Usage
from reperform.home import Bureau, Home, write_bureau


def at(text: str, folder: Path, zone: str = "Asia/Shanghai") -> Session:
    write_bureau(folder / "reperform.toml", Bureau(time_zone=zone))
    return Session(home=Home(folder), at=text, language_named="en")


def test_a_moment_is_read_in_the_time_zone_of_the_bureau(tmp_path: Path) -> None:
    assert at("2026-06-08T09:30", tmp_path).moment() == datetime(2026, 6, 8, 1, 30, tzinfo=UTC)
    assert at("2026-06-08T09:30+00:00", tmp_path).moment() == datetime(2026, 6, 8, 9, 30, tzinfo=UTC)


def test_the_day_is_that_of_the_bureau_not_of_greenwich(tmp_path: Path) -> None:
    assert at("2026-06-08T23:30+00:00", tmp_path).today() == date(2026, 6, 9)


def test_without_a_moment_the_clock_is_asked(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    assert before <= at("", tmp_path).moment() <= datetime.now(UTC)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "08/06/2026"])
def test_what_is_no_moment_is_a_wrong_call(text: str, tmp_path: Path) -> None:
    with pytest.raises(Usage) as wrong:
        at(text, tmp_path).moment()
    assert text in str(wrong.value)


def test_a_date_is_written_from_the_year_down() -> None:
    assert parse_date("2026-06-08") == date(2026, 6, 8)
    with pytest.raises(Usage):
        parse_date("8.6.2026")


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Session(home=Home(tmp_path), quiet=True, language_named="en").say("a word")
    Session(home=Home(tmp_path), language_named="en").say("another {what}", what="word")
    assert capsys.readouterr() == ("", "another word\n")
