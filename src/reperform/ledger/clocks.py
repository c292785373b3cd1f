"""The clocks of this bureau: its policy and its calendar of working days, from the shipped files and its own.

A bureau's own files are `<home>/policy/policy.toml` and `<home>/policy/holidays.toml`; they are read again when they
change.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from reperform.rules import calendar, policy
from reperform.rules.calendar import Calendar, Due
from reperform.rules.policy import Policy

_Files = tuple[tuple[Path, int], ...]


def in_force() -> Policy:
    """Return the clocks and limits of this bureau."""
    return _policy(_files(policy.SHIPPED, "policy.toml"))


def working_calendar() -> Calendar:
    """Return the working days of this bureau."""
    return _calendar(_files(calendar.SHIPPED, "holidays.toml"))


def due(clock: str, start: date) -> Due:
    """Return the last day of a period of the policy that begins on `start`."""
    return working_calendar().due(start, in_force().clock(clock, start).value)


def limit(name: str, on: date) -> int:
    """Return a number of the policy as it holds on a day."""
    return in_force().limit(name, on).value


def _files(shipped: Path, name: str) -> _Files:
    own: Path = settings.HOME.policy / name
    return tuple((path, path.stat().st_mtime_ns) for path in (shipped, own) if path.is_file())


@lru_cache(maxsize=8)
def _policy(files: _Files) -> Policy:
    return policy.load(*(path for path, _changed in files))


@lru_cache(maxsize=8)
def _calendar(files: _Files) -> Calendar:
    return calendar.load(*(path for path, _changed in files))
