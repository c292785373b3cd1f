"""Who there is: bodies as a tree, and the people who act for them."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from reperform.errors import N_, BadInput
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Body, Subject
from reperform.ledger.record import record
from reperform.rules.standing import Actor, Fact, Role

LONGEST_CODE = 100
SYSTEM = Actor(account="system", role=Role.SYSTEM, body="")


@dataclass(frozen=True)
class BodyEntry:
    """One body as a list of bodies names it; `parent` is the code of the body above, or empty."""

    code: str
    name_zh: str
    kind: str
    name_en: str = ""
    parent: str = ""
    uscc: str = ""


def register_bodies(entries: Sequence[BodyEntry], *, by: Account | None, at: datetime) -> list[Body]:
    """Register the bodies that are new and revise those whose name or place changed; parents may come in any order."""
    for entry in entries:
        _check_code(entry.code)
    known = {body.number: body for body in Body.objects.select_related("parent")}
    changes: list[Change[Subject]] = []
    for entry in _parents_first(entries, set(known)):
        parent = known.get(entry.parent) if entry.parent else None
        values: dict[str, object] = {
            "name_zh": entry.name_zh, "name_en": entry.name_en, "body_kind": entry.kind, "uscc": entry.uscc,
            "parent": parent, "path": f"{parent.path if parent else ''}{entry.code}/",
        }  # fmt: skip
        body = known.get(entry.code)
        facts: dict[str, Fact] = {"kind": entry.kind, "parent": entry.parent}
        fields = {"name_zh": entry.name_zh, "name_en": entry.name_en}
        if body is None:
            body = known[entry.code] = Body(number=entry.code, **values)
            changes.append(Change("register", body, facts=facts, fields=fields))
        elif any(getattr(body, name) != value for name, value in values.items()):
            changes.append(Change("revise", body, facts=facts, values=values, fields=fields))
    actor = by.actor() if by else SYSTEM
    with transaction.atomic():
        for level in _by_depth(changes):  # a body can be written only after the body above it
            record(level, actor=actor, at=at)
    return [known[entry.code] for entry in entries]


def _check_code(code: str) -> None:
    """The code stands in the log and in addresses: one line of text, without blanks at its ends and without a slash."""
    if not code or len(code) > LONGEST_CODE or code != code.strip() or "/" in code or not code.isprintable():
        raise BadInput(
            N_("A body's code is 1 to {limit} printable signs without a slash."), rule="body.code", value=code,
            hint=N_("Correct the code in the list of bodies."), limit=LONGEST_CODE,
        )  # fmt: skip


def _parents_first(entries: Sequence[BodyEntry], known: set[str]) -> list[BodyEntry]:
    waiting, ordered, placed = list(entries), [], set(known)
    while waiting:
        ready = [entry for entry in waiting if not entry.parent or entry.parent in placed]
        if not ready:
            raise BadInput(
                N_("Body {code} names a parent {parent} that does not exist."), rule="body.parent",
                code=waiting[0].code, parent=waiting[0].parent,
            )  # fmt: skip
        ordered += ready
        placed |= {entry.code for entry in ready}
        waiting = [entry for entry in waiting if entry not in ready]
    return ordered


def _by_depth(changes: list[Change[Subject]]) -> list[list[Change[Subject]]]:
    levels: dict[int, list[Change[Subject]]] = defaultdict(list)
    for change in changes:
        levels[str(change.values.get("path") or getattr(change.subject, "path", "")).count("/")].append(change)
    return [levels[depth] for depth in sorted(levels)]


def enrol(
    *, username: str, name: str, role: Role, body: Body, password: str | None, by: Account | None, at: datetime
) -> Account:
    """Enrol a person; without a password nobody signs in with it: it acts by command or role card."""
    account = Account(
        number=secrets.token_hex(8),
        username=username,
        name=name,
        role=role,
        body=body,
        password=make_password(password),
    )
    change = Change(
        "enrol", account, facts={"role": role.value, "body": body.number}, fields={"name": name, "username": username}
    )
    record([change], actor=by.actor() if by else SYSTEM, at=at)
    return account


def suspend(account: Account, *, by: Account, at: datetime) -> Account:
    """Take a person's access away; what he did stays."""
    record([Change("suspend", account)], actor=by.actor(), at=at)
    return account


def restore(account: Account, *, by: Account, at: datetime) -> Account:
    """Give a suspended person's access back."""
    record([Change("restore", account)], actor=by.actor(), at=at)
    return account
