"""What a page offers around a finding: the forms of steps that the rules permit to this person.

The same question as for a finding's own steps (`verify.queries.possible_steps`): the rules are asked with what the
person will write assumed to be there. Whether it is, the door asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from reperform.errors import Refused
from reperform.ledger.asking import Form, Kind
from reperform.ledger.models import Account, Finding, Subject
from reperform.rectify.forms import FINDING_FORMS, OPENING_FORMS, OTHER_FORMS
from reperform.rectify.records import ABOUT_A_FINDING, KINDS
from reperform.rules.standing import Fact, Role, Standing
from reperform.rules.take import take
from reperform.verify.forms import FORMS
from reperform.verify.queries import ASSUMED

ALL = (*FINDING_FORMS, *OTHER_FORMS, *FORMS)
OPENING = {(form.kind, form.verb): form for form in OPENING_FORMS}
SHOWN = 20  # records of a kind on the page of a finding
BY_VERB = {(form.kind, form.verb): form for form in ALL}


@dataclass(frozen=True)
class Offered:
    """A form that may be opened now."""

    form: Form
    label: object
    verb: str


def offered(subject: Subject, person: Account) -> list[Offered]:
    """Return the forms of a record that the rules permit to this person now, in their order."""
    return [
        Offered(form, form.label, form.verb)
        for form in ALL
        if form.kind == subject.kind and _may(form, subject, person)
    ]


def opening(person: Account) -> list[Offered]:
    """Return the forms that open a record about no single finding."""
    return [
        Offered(form, form.label, form.verb) for form in OPENING.values() if _permitted(form, Standing(), person, {})
    ]


def _may(form: Form, subject: Subject, person: Account) -> bool:
    if form.states and subject.state not in form.states:
        return False
    bound: dict[str, Fact] = {}
    standing = subject.standing()
    if form.opens:
        bound = {name: code for name, code in standing.parties.items() if name in ("audit", "responsible")}
        standing = Standing()
    if form.verb == "recall":
        bound["delegate"] = ""
    return _permitted(form, standing, person, bound)


def _permitted(form: Form, standing: Standing, person: Account, bound: Mapping[str, Fact]) -> bool:
    facts: dict[str, Fact] = {
        "audit": person.body.number, "on": timezone.localdate().isoformat(), **ASSUMED, **bound,
    }  # fmt: skip
    if Role(person.role) not in {Role.AUDITOR, Role.REVIEWER}:
        facts["audit"] = bound.get("audit", "")
    kind, verb = form.name.split(".")
    try:
        take(kind, verb, standing, person.actor(), facts)
    except Refused:
        return False
    return True


def kept(finding: Finding, person: Account) -> list[tuple[Kind, Subject, object]]:
    """Return the records about a finding that this person may see, newest first, each with its state in words.

    Referrals are asked for by those alone for whom they exist: for the others not even a statement runs.
    """
    found: list[tuple[Kind, Subject, object]] = []
    for name in ABOUT_A_FINDING:
        kind = KINDS[name]
        if Role(person.role) in kind.roles:
            rows = kind.seen(person).filter(finding=finding).order_by("-pk")[:SHOWN]
            found += [(kind, row, kind.states[row.state]) for row in rows]
    return found
