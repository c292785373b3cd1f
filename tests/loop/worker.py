"""A process of its own that takes steps until it is killed, or checks what a killed one left behind.

`python -m tests.loop.worker prepare|steps|check` with REPERFORM_HOME (and REPERFORM_DATABASE_URL) set. `steps` prints
the ids of the entries of each batch only after the door has returned: whatever was printed was acknowledged.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reperform.settings")


def prepare() -> None:
    """Make the tables and the small world."""
    from django.core.management import call_command

    from tests.world import make_world

    call_command("migrate", verbosity=0)
    make_world()


def steps() -> None:
    """Draft, issue, plan and submit findings in batches of random size until killed."""
    from datetime import date

    from reperform.ledger.models import Account, Body, Engagement, Event, Finding
    from reperform.rectify.actions import Measure, plan, submit
    from reperform.reveal.actions import issue
    from tests.world import World

    world = World(
        {body.number: body for body in Body.objects.all()},
        {one.username: one for one in Account.objects.select_related("body")},
        Engagement.objects.get(),
    )
    choose = random.Random()

    def acknowledge(findings: list[Finding]) -> None:
        names = [finding.subject for finding in findings]
        print(*Event.objects.filter(subject__in=names).values_list("event_id", flat=True), flush=True)

    for _ in itertools.count():
        batch = [world.draft() for _ in range(choose.randint(1, 6))]
        acknowledge(batch)
        issue(batch, due_on=date(2026, 9, 30), by=world.auditor, at=world.now())
        acknowledge(batch)
        for finding in batch[: choose.randint(0, 3)]:
            plan(finding, [Measure("immediate", "追回")], by=world.liaison, at=world.now())
            submit(finding, text="已追回", by=world.liaison, at=world.now())
            acknowledge([finding])


def check() -> None:
    """Print what is wrong, as JSON: nothing, if the ledger and its log are consistent."""
    from django.db import connection

    from reperform.ledger.models import Event, LogState, Payload
    from reperform.ledger.publish import standings
    from reperform.log import entry
    from reperform.log.tree import Frontier
    from reperform.rules.replay import Replay
    from reperform.rules.standing import Standing

    wrong: list[str] = []
    state, events = LogState.objects.get(), list(Event.objects.order_by("idx"))
    if [event.idx for event in events] != list(range(state.size)):
        wrong.append("the indexes have a gap")
    wrong += [f"leaf {e.idx}" for e in events if bytes(e.leaf) != entry.seal(bytes(e.body), bytes(e.salt))]
    frontier = Frontier()
    frontier.append([entry.leaf_hash(bytes(event.leaf)) for event in events])
    if frontier.to_bytes() != bytes(state.frontier):
        wrong.append("the frontier is not that of the leaves")
    replay = Replay()
    for event in events:
        replay.take(entry.parse(bytes(event.body)))  # type: ignore[arg-type]
    rows = {str(row["subject"]): (row["state"], row["seq"]) for row in standings()}
    logged = {name: (standing.state, standing.seq) for name, standing in replay.standings.items()}
    wrong += [f"{name}: row {rows.get(name)}, log {logged.get(name)}" for name in rows.keys() | logged.keys()
              if rows.get(name, Standing()) != logged.get(name, Standing())]  # fmt: skip
    twice = [name for name, count in Counter(Payload.objects.values_list("event_id", "field")).items() if count > 1]
    wrong += [f"payload {name} twice" for name in twice]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            wrong += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
    ids = [event.event_id for event in events]
    print(json.dumps({"wrong": wrong, "ids": ids}))


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "steps": steps, "check": check}[sys.argv[1]]()
