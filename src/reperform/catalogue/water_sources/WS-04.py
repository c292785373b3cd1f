"""Signs and cameras, and the protection zones in which they stand."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.engine.derived import Columns
from reperform.linkage.places import placed


def placed_marker(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
    """Return each marker beside each zone in which it lies."""
    marker, zone = tables["zone_marker"], tables["source_zone"]
    pairs = placed(marker["longitude"], marker["latitude"], zone["outline"])
    return {
        "marker_id": [marker["marker_id"][point] for point, _ in pairs],
        "zone_id": [zone["zone_id"][area] for _, area in pairs],
    }
