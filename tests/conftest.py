"""What every test may use: a folder of its own, and a small world of bodies and people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from reperform.home import Home
from tests.world import World, make_world

# A slow machine is no failure: speed is measured by `make bench`, never asserted.
hypothesis_settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("steady")


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page asked for in one language leaves that language active: the next test must not inherit it."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def home(tmp_path: Path, settings: pytest.FixtureRequest) -> Home:
    """A bureau's folder in a temporary place."""
    settings.HOME = Home(tmp_path / "home")  # type: ignore[attr-defined]
    return settings.HOME  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Let the test database be emptied between tests: outside of tests, entries of the log never go."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER event_no_delete")


@pytest.fixture
def world(db: None, home: Home) -> World:
    """An audit bureau, a unit, a lead department, a legislature, and a person for each role."""
    return make_world()


def real_data(folder: str) -> Path:
    """Return a folder of the public data sets, or skip the test with the reason."""
    import os

    root = Path(os.environ.get("REPERFORM_DATA") or django_settings.PACKAGE.parents[2] / "shared" / "data")
    if not (root / folder).is_dir():
        pytest.skip(f"the public data set {folder} is not at {root}; set REPERFORM_DATA to its folder")
    return root / folder
