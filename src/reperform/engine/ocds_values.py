"""Values of the Open Contracting Data Standard as the texts that a table's cells are read from.

Rules kept here:

* An instant (RFC 3339) becomes UTC without a zone, since a column of instants holds no zones; what names no zone, or no
  time of day, is no instant and is left empty and counted. What is no date at all goes on as it is, and is refused
  where the cells are read.
* A day that the law counts is the day that is written, in whatever zone.
* Numbers keep the digits that are written. Where an amount has no currency, it is `XXX`: ISO 4217's sign for none.
* An organisation is known by its `id`; before version 1.1 by `identifier`, whose scheme then comes first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from reperform.engine.values import MARK, NESTED

NO_CURRENCY = "XXX"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)
_UNZONED = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ].*)?", re.ASCII)


def instant(text: str) -> datetime | None:
    """Return the instant in UTC, or nothing where the text is none."""
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        return None
    fraction = (found[3] or "")[:6].ljust(6, "0")
    zone = "+00:00" if found[4] in "Zz" else found[4]
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}.{fraction}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def instant_text(value: Any) -> tuple[str, bool]:  # noqa: ANN401 - any JSON
    """Return the cell of an instant, and whether it was left empty because it has no zone."""
    if not isinstance(value, str):
        return text(value), False
    moment = instant(value)
    if moment is None:
        unzoned = _UNZONED.fullmatch(value.strip()) is not None
        return ("" if unzoned else value), unzoned
    shown = moment.strftime("%Y-%m-%d %H:%M:%S")
    return (f"{shown}.{moment.microsecond:06d}" if moment.microsecond else shown), False


def day_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the cell of a day."""
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else text(value)


def text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the cell of a plain value; an object or a list is marked, and refused where cells are read."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return f"{MARK}{NESTED}{MARK}{brief(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    return str(value)


def money(value: Any) -> tuple[str, str]:  # noqa: ANN401 - any JSON
    """Return the cells of amount and currency."""
    if not isinstance(value, dict):
        return text(value), NO_CURRENCY if value is not None else ""
    amount = text(value.get("amount"))
    return amount, text(value.get("currency")) or (NO_CURRENCY if amount else "")


def organisation(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the identifier of an organisation, or nothing where it has none."""
    if not isinstance(value, dict):
        return ""
    if value.get("id") is not None:
        return text(value["id"]).strip()
    identifier = value.get("identifier")
    if not isinstance(identifier, dict) or identifier.get("id") in (None, ""):
        return ""
    scheme = text(identifier.get("scheme")).strip()
    own = text(identifier["id"]).strip()
    return f"{scheme}-{own}" if scheme else own


def brief(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return what a wrong value looks like, for the list of rejects; of an object its keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(map(str, value))[:196] + "}"
    return f"[{len(value)}]" if isinstance(value, list) else text(value)[:200]
