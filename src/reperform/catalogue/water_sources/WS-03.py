"""Farms and the protection zones in which they lie."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.engine.derived import Columns
from reperform.linkage.places import placed


def placed_farm(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
    """Return each farm beside each zone in which it lies."""
    farm, zone = tables["livestock_farm"], tables["source_zone"]
    pairs = placed(farm["longitude"], farm["latitude"], zone["outline"])
    return {
        "farm_id": [farm["farm_id"][point] for point, _ in pairs],
        "zone_id": [zone["zone_id"][area] for _, area in pairs],
    }
