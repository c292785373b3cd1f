"""The story of a year, told once for each test that asks for it."""

from __future__ import annotations

import pytest
from tests.report.story import Story, told
from tests.world import World


@pytest.fixture
def story(world: World) -> Story:
    """A year of rectification, to its end."""
    return told(world)
