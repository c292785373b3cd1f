"""What an import leaves in the ledger, as plain values without row ids, times and salts: two ledgers compare."""

from __future__ import annotations

from reperform.ledger.models import Body, Engagement, Event, Finding, Item, PriorReference
from reperform.log import entry
from reperform.rules.replay import Replay

KINDS = ("body.", "engagement.", "finding.")


def imported() -> dict[str, list[list[object]]]:
    """Return bodies, engagements, findings, items and citations, and the order of the log's steps on them."""
    items = Item.objects.order_by("finding__number", "position")
    cited = PriorReference.objects.order_by("finding__number", "cited")
    return {
        "bodies": _rows(Body.objects.order_by("number"), "number", "name_en", "name_zh", "body_kind", "path", "state"),
        "engagements": _rows(Engagement.objects.order_by("number"), "number", "title", "year", "report_no", "state"),
        "findings": _rows(
            Finding.objects.order_by("number"), "number", "state", "seq", "source_key", "source_digest", "repeat",
            "title", "criteria", "condition", "requirement", "category", "nature", "amount", "due_on",
            "responsible__number", "lead__number", "audit_body__number", "engagement__number",
        ),
        "items": _rows(items, "finding__number", "position", "identity", "body_code", "key", "fields", "amount"),
        "cited": _rows(cited, "finding__number", "cited", "earlier__number"),
        "steps": [[one["subject"], one["type"]] for one in steps() if str(one["type"]).startswith(KINDS)],
    }  # fmt: skip


def steps() -> list[dict[str, object]]:
    """Return the envelopes of the log, replayed against the rules on the way."""
    replay, found = Replay(), []
    for event in Event.objects.order_by("idx"):
        envelope: dict[str, object] = entry.parse(bytes(event.body))  # type: ignore[assignment]
        replay.take(envelope)
        found.append(envelope)
    return found


def _rows(rows: object, *names: str) -> list[list[object]]:
    return [list(row) for row in rows.values_list(*names)]  # type: ignore[attr-defined]
