"""Projects and the protection zones in which they lie."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.engine.derived import Columns
from reperform.linkage.places import placed


def placed_project(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
    """Return each project beside each zone in which it lies."""
    project, zone = tables["zone_project"], tables["source_zone"]
    pairs = placed(project["longitude"], project["latitude"], zone["outline"])
    return {
        "project_id": [project["project_id"][point] for point, _ in pairs],
        "zone_id": [zone["zone_id"][area] for _, area in pairs],
    }
