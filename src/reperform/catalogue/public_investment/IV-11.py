"""Likeness of bids in one tender, by the character sequences they share (linkage.texts)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reperform.linkage.texts import boilerplate, compared, shingles, without

Columns = dict[str, list[Any]]


def text_likeness(tables: Mapping[str, Columns], parameters: Mapping[str, object]) -> Columns:
    """Compare the bids of each tender, all parts of a bid taken together."""
    given = tables["bid_document"]
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    rows = zip(given["tender_id"], given["bid_id"], given["part"], given["text"], strict=True)
    for tender, bid, part, text in rows:
        parts.setdefault((tender, bid), []).append((part, text))
    keys = sorted(parts)
    tenders = sorted({tender for tender, _ in keys})
    number = {tender: place for place, tender in enumerate(tenders)}
    groups = [number[tender] for tender, _ in keys]
    sets = shingles(["\n".join(text for _, text in sorted(parts[key])) for key in keys])
    most = parameters["boilerplate_tenders"]
    own = without(sets, boilerplate(sets, groups, most if isinstance(most, int) else 0))
    pairs = compared(own, groups)
    return {
        "tender_id": [keys[pair.first][0] for pair in pairs],
        "bid_a": [keys[pair.first][1] for pair in pairs],
        "bid_b": [keys[pair.second][1] for pair in pairs],
        "common": [pair.common for pair in pairs],
        "either": [pair.either for pair in pairs],
        "permille": [pair.permille for pair in pairs],
    }
