"""Outlets and the protection zones in which they lie."""

from __future__ import annotations

from collections.abc import Mapping

from reperform.engine.derived import Columns
from reperform.linkage.places import placed


def placed_outlet(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
    """Return each outlet beside each zone in which it lies."""
    outlet, zone = tables["sewage_outlet"], tables["source_zone"]
    pairs = placed(outlet["longitude"], outlet["latitude"], zone["outline"])
    return {
        "outlet_id": [outlet["outlet_id"][point] for point, _ in pairs],
        "zone_id": [zone["zone_id"][area] for _, area in pairs],
    }
