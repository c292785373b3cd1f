"""Open the bureau's ledger for one call, and find what a person names in it.

Rules kept here:

* Django is set up only here, and only by commands that need the ledger; the folder must have been made before.
* A person names things as people do: a finding by its number, a snapshot by the first letters of its hash or as
  `latest`, a run by its number. What is not there is a wrong call that says how to list what there is.
* Whoever acts is a person of the bureau: `--as`, else its first auditor by date of enrolment; never "root".
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.session import Session
from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Body, Check, Engagement, Finding, Run, Snapshot

SETTINGS = "reperform.settings"


def open_ledger(session: Session) -> None:
    """Set Django up for the session's folder and language."""
    session.home.require()
    set_up(session.home.root)
    from django.conf import settings
    from django.utils import translation

    if settings.HOME.root != session.home.root:
        raise Usage(N_("One call works on one folder; this process has opened {folder}."), folder=settings.HOME.root)
    translation.activate(session.language)


def set_up(folder: Path) -> None:
    """Start Django with the settings of a folder, once in a process."""
    from django.apps import apps

    if apps.ready:
        return
    os.environ["REPERFORM_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def unmigrated() -> list[str]:
    """Return the names of migrations that the database has not been given yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(one) for one, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def acting(session: Session) -> Account:
    """Return who acts: the person named by `--as`, or the bureau's first auditor."""
    open_ledger(session)
    from reperform.ledger.models import Account

    people = Account.objects.select_related("body").filter(state="active").order_by("pk")
    if session.account:
        return _one(people.filter(username=session.account).first(), N_("There is no active account {name}."), session)
    found = people.filter(role="auditor").first()
    if found is None:
        raise Usage(
            N_("There is no auditor yet."),
            hint=N_("Enrol one with: reperform rectify enrol NAME --role auditor --body CODE"),
        )
    return found


def _one(found: Account | None, message: str, session: Session) -> Account:
    if found is None:
        raise Usage(message, hint=N_("List them with: reperform rectify accounts"), name=session.account)
    return found


def body(code: str) -> Body:
    """Return the body of that code."""
    from reperform.ledger.models import Body

    found = Body.objects.filter(number=code).first()
    if found is None:
        raise Usage(N_("There is no body {code}."), hint=N_("List them with: reperform rectify bodies"), code=code)
    return found


def finding(number: str, account: Account) -> Finding:
    """Return the finding of that number, if the person may see it."""
    from reperform.ledger import scope

    found = scope.findings(account).filter(number=number).first()
    if found is None:
        raise Usage(
            N_("There is no finding {number} that {person} may see."),
            hint=N_("List them with: reperform rectify list"), number=number, person=account.username,
        )  # fmt: skip
    return found


def findings(numbers: Sequence[str], account: Account) -> list[Finding]:
    """Return the findings of these numbers, in the order in which they are named."""
    return [finding(number, account) for number in numbers]


def run(number: str, account: Account) -> Run:
    """Return the run of that number; `latest` is the last one."""
    from reperform.ledger import scope

    runs = scope.runs(account).select_related("snapshot", "engagement")
    found = runs.order_by("-pk").first() if number == "latest" else runs.filter(number=number).first()
    if found is None:
        raise Usage(N_("There is no run {number}."), hint=N_("List them with: reperform reveal runs"), number=number)
    return found


def snapshot(named: str) -> Snapshot:
    """Return the snapshot whose hash begins so; `latest` is the one kept last."""
    from reperform.ledger.models import Snapshot

    kept = Snapshot.objects.filter(state="kept").order_by("-pk")
    found = list(kept[:1] if named == "latest" else kept.filter(number__startswith=named)[:2])
    if len(found) == 1:
        return found[0]
    message = N_("{name} could be more than one snapshot.") if found else N_("There is no snapshot {name}.")
    raise Usage(message, hint=N_("List them with: reperform data list"), name=named)


def engagement(number: str, account: Account) -> Engagement:
    """Return the engagement of that number; without a number, the only or the last one."""
    from reperform.ledger import scope

    every = scope.engagements(account).order_by("-pk")
    found = every.filter(number=number).first() if number else every.first()
    if found is None:
        raise Usage(
            N_("There is no engagement {number}.") if number else N_("There is no engagement yet."),
            hint=N_("Open one with: reperform reveal open NUMBER TITLE"), number=number,
        )  # fmt: skip
    return found


def last_engagement(account: Account) -> Engagement | None:
    """Return the engagement that was opened last, if there is one."""
    from reperform.ledger import scope

    return scope.engagements(account).order_by("-pk").first()


def check(number: str, account: Account) -> Check:
    """Return the look-back check of that number."""
    from reperform.ledger import scope

    found = scope.checks(account).select_related("finding", "run", "snapshot").filter(number=number).first()
    if found is None:
        raise Usage(
            N_("There is no check {number}."), hint=N_("List them with: reperform lookback checks"), number=number
        )
    return found
