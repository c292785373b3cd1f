"""The one door: every write of the ledger passes here.

For a batch of changes by one person, in one transaction:

1. lock the rows to be moved, in the order of their keys, kind by kind, and compare their versions;
2. ask the rules whether each step is allowed at the standing of the locked row (`Refused` says which rule);
3. save the rows, what they add and what they edit;
4. append one entry per step to the log, whose own row is locked last.

All or nothing: one refusal undoes the batch. A repeated batch (same `event_id`) is recognised by the log and changes
nothing. The number of SQL statements depends on the kinds of rows in the batch, not on their number.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from reperform.errors import N_, Stale
from reperform.ledger.adding import Plain, add_plain, add_rows
from reperform.ledger.append import Entry, Salts, append
from reperform.ledger.change import Change, S
from reperform.ledger.guard import Guarded, open_door
from reperform.ledger.many import Among, bind, uncollected
from reperform.ledger.models import Account, Event, Subject, Waiver
from reperform.ledger.updating import update_rows
from reperform.rules.standing import Actor, Standing
from reperform.rules.take import take
from reperform.rules.waivers import moment, waived_by


def record(
    changes: Sequence[Change[Subject]], *, actor: Actor, at: datetime, salts: Salts = secrets.token_bytes
) -> Sequence[int]:
    """Take the steps; return the indexes of their entries. Raises `Refused` or `Stale`, and then nothing is written."""
    if not changes:
        return []
    with uncollected(), transaction.atomic(), open_door():
        done = Event.objects.filter(Among("event_id", [change.event_id for change in changes]))
        if len(found := list(done.order_by("idx").values_list("idx", flat=True))) == len(changes):
            return found
        _lock(changes)
        waivers = _waivers(changes)
        entries = [_take(change, actor, at, waivers) for change in changes]
        _save(changes)
        return append(entries, actor=actor, at=at, salts=salts)


def step(change: Change[S], *, by: Account, at: datetime) -> S:
    """Let a person take one step; return its subject. Raises as `record` does."""
    record([change], actor=by.actor(), at=at)
    return change.subject


def _lock(changes: Sequence[Change[Subject]]) -> None:
    """Refresh the existing subjects from rows locked for update; a new subject has no row yet."""
    by_model: dict[type[Subject], list[Change[Subject]]] = defaultdict(list)
    for change in changes:
        if not change.subject._state.adding:
            by_model[type(change.subject)].append(change)
    for model in sorted(by_model, key=lambda one: one.__name__):
        asked = {change.subject.pk for change in by_model[model]}
        locked = model.objects.select_for_update().filter(Among("pk", sorted(asked))).order_by("pk")
        versions = dict(locked.values_list("pk", "seq"))
        seen: dict[int, Subject] = {}
        for change in by_model[model]:
            _check_version(change, versions.get(change.subject.pk), again=change.subject.pk in seen)
            seen[change.subject.pk] = change.subject
        bind(list(seen.values()))


def _check_version(change: Change[Subject], version: int | None, *, again: bool) -> None:
    expected = change.subject.seq if change.expect_seq is None else change.expect_seq
    if version is None or (version != expected and not again):
        raise Stale(
            N_("{subject} was changed by someone else in the meantime."),
            hint=N_("Look at it again and repeat the step if it still applies."),
            subject=change.subject.subject,
        )


def _waivers(changes: Sequence[Change[Subject]]) -> dict[str, Standing]:
    """Return the standings of the waivers that the steps name, read under the same transaction."""
    named = {str(change.facts["waiver"]) for change in changes if "waiver" in change.facts}
    if not named:
        return {}
    found = Waiver.objects.select_for_update().select_related(*Waiver.bound).filter(number__in=named)
    return {waiver.number: waiver.standing() for waiver in found}


def _take(change: Change[Subject], actor: Actor, at: datetime, waivers: Mapping[str, Standing]) -> Entry:
    subject, facts = change.subject, change.facts
    before = subject.standing()
    waived: Collection[str] = ()
    if "waiver" in facts:
        waiver = waivers.get(str(facts["waiver"]), Standing())
        waived = waived_by(waiver, subject=subject.subject, at=moment(at))
    after = take(subject.kind, change.verb, before, actor, facts, waived=waived)
    subject.adopt(after)
    for name, value in change.values.items():
        setattr(subject, name, value)
    return Entry(
        change.event_id, f"{subject.kind}.{change.verb}", subject.subject, after.seq, before.state, after.state, facts,
        change.evidence, change.fields,
    )  # fmt: skip


def _save(changes: Sequence[Change[Subject]]) -> None:
    new: dict[type[Guarded], list[Guarded]] = defaultdict(list)
    moved: dict[tuple[type[Guarded], frozenset[str]], list[Guarded]] = defaultdict(list)
    for subject in {id(change.subject): change.subject for change in changes if change.subject._state.adding}.values():
        new[type(subject)].append(subject)
    for change in changes:
        if not change.subject._state.adding:
            moved[type(change.subject), frozenset({"state", "seq", *change.values})].append(change.subject)
    for model, rows in new.items():
        add_rows(model, rows)
    _add(changes)
    for change in changes:
        for row, values in change.edits:
            for name, value in values.items():
                setattr(row, name, value)
            moved[type(row), frozenset(values)].append(row)
    for (model, names), rows in moved.items():
        update_rows(model, rows, names)


def _add(changes: Sequence[Change[Subject]]) -> None:
    added: dict[type[Guarded], list[Guarded]] = defaultdict(list)
    plain: dict[type[Guarded], list[Plain]] = defaultdict(list)
    for change in changes:
        for row in change.adds:
            if isinstance(row, Plain):
                plain[row.model].append(row)
            else:
                added[type(row)].append(row)
    for model, rows in added.items():
        add_rows(model, rows)
    for model, values in plain.items():
        add_plain(model, values)
