"""Whether the log and the ledger say the same of every subject, in both directions."""

from __future__ import annotations

import json
from typing import Any

from reperform.ledger.models import Event
from reperform.ledger.publish import subjects
from reperform.rules.replay import Replay


def disagreements() -> list[str]:
    """Replay the whole log by the rules and compare with the rows: state, version, bodies and people bound."""
    replay, wrong = Replay(), []
    for event in Event.objects.order_by("idx"):
        envelope: dict[str, Any] = json.loads(bytes(event.body))
        replay.take(envelope)
    rows = {row.subject: row for model in subjects() for row in model._default_manager.all()}
    wrong += [f"{name}: no row" for name in replay.standings.keys() - rows.keys()]
    wrong += [f"{name}: no entry" for name in rows.keys() - replay.standings.keys()]
    for name in rows.keys() & replay.standings.keys():
        kept, told = rows[name].standing(), replay.standings[name]
        parties = {key: value for key, value in told.parties.items() if value}
        if (kept.state, kept.seq, dict(kept.parties), dict(kept.people)) != (
            told.state,
            told.seq,
            parties,
            dict(told.people),
        ):
            wrong.append(f"{name}: the row says {kept}, the log {told}")
    return wrong
