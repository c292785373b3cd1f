"""`reperform rectify`: who there is, who is responsible, what is planned, what was done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import around, papers, records
from reperform.cli.answer import Answer, Grid, said
from reperform.cli.bodies import read_bodies
from reperform.cli.passwords import ONCE, new_password, write_out
from reperform.cli.session import parse_date, session
from reperform.cli.shown import finding_grid, finding_plain
from reperform.cli.written import attachments, measures, outcomes
from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reperform.ledger.models import Account, Finding

app = typer.Typer()

AsOf = Annotated[str, Option(help=N_("Date of the count, as 2026-07-01; else today."), metavar="DATE")]
Number = Annotated[str, Argument(metavar="NUMBER", help=N_("The finding's number."))]


@app.command("bodies", help=N_("List the bodies as a tree."), epilog="reperform rectify bodies --json")
def _bodies(ctx: typer.Context) -> Answer:
    records.acting(session(ctx))
    from reperform.ledger.models import Body

    bodies = list(Body.objects.select_related("parent").order_by("path"))
    plain = [
        {"code": one.number, "name_zh": one.name_zh, "name_en": one.name_en, "kind": one.body_kind,
         "parent": one.parent.number if one.parent else None, "uscc": one.uscc}
        for one in bodies
    ]  # fmt: skip
    rows = [["· " * (one.path.count("/") - 1) + one.number, one.body_kind, one.name] for one in bodies]
    return Answer("rectify-bodies", {"bodies": plain}, [Grid((N_("Code"), N_("Kind"), N_("Name")), rows)])


@app.command(
    "register",
    help=N_(
        "Register the bodies of a CSV file (code, name_zh, name_en, kind, parent, uscc), parents in any order; what is "
        "registered already is revised where it differs."
    ),
    epilog="reperform rectify register bodies.csv",
)
def _register(ctx: typer.Context, file: Annotated[Path, Argument(help=N_("CSV file with a header row."))]) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.rectify.organise import register_bodies

    bodies = register_bodies(read_bodies(file), by=by, at=call.moment())
    return Answer("rectify-register", {"bodies": len(bodies)}, [said(N_("{count} bodies."), count=len(bodies))])


@app.command("accounts", help=N_("List the people who may act."), epilog="reperform rectify accounts")
def _accounts(ctx: typer.Context) -> Answer:
    records.acting(session(ctx))
    from reperform.ledger.models import Account

    people = Account.objects.select_related("body").order_by("pk")
    plain = [{"user": one.username, "role": one.role, "body": one.body.number, "state": one.state} for one in people]
    grid = Grid((N_("User"), N_("Role"), N_("Body"), N_("State")), [list(one.values()) for one in plain])
    return Answer("rectify-accounts", {"accounts": plain}, [grid])


@app.command(
    "enrol",
    help=N_("Enrol a person of a body in one role. A password is made, and shown once or written into a file."),
    epilog="reperform --as admin rectify enrol li --role liaison --body YJ-SIF --name 李明",
)
def _enrol(
    ctx: typer.Context,
    user: Annotated[str, Argument(metavar="USER", help=N_("User name."))],
    role: Annotated[
        str,
        Option(help=N_("auditor, reviewer, liaison, lead, partner, legislator or administrator."), show_default=False),
    ],
    body: Annotated[str, Option(help=N_("Code of the body."), metavar="CODE")],
    name: Annotated[str, Option(help=N_("The person's name; else the user name."))] = "",
    password_file: Annotated[Path | None, Option(help=N_("New file for the password."))] = None,
) -> Answer:
    call = session(ctx)
    by = _administrator(ctx)
    from reperform.ledger.models import Account
    from reperform.rectify.organise import enrol
    from reperform.rules.standing import Role

    if role not in set(Role) - {Role.SYSTEM}:
        raise Usage(N_("Unknown role {role}."), hint=N_("Known: {known}."), role=role, known=", ".join(set(Role)))
    if Account.objects.filter(username=user).exists():
        raise Usage(N_("There is an account {name} already."), name=user)
    password = new_password()
    told = write_out({user: password}, password_file) if password_file else ONCE
    account = enrol(
        username=user, name=name or user, role=Role(role), body=records.body(body), password=password, by=by,
        at=call.moment(),
    )  # fmt: skip
    shown = None if password_file else password
    data = {"user": account.username, "role": account.role, "body": body, "password": shown}
    return Answer("rectify-enrol", data, [" ".join(filter(None, (user, role, body, shown)))], [told])


def _administrator(ctx: typer.Context) -> Account:
    """Return who enrols: the person named, else the bureau's administrator."""
    call = session(ctx)
    if call.account:
        return records.acting(call)
    records.open_ledger(call)
    from reperform.ledger.models import Account

    found = Account.objects.select_related("body").filter(state="active", role="administrator").order_by("pk").first()
    return found or records.acting(call)


@app.command(
    "suspend", help=N_("Take a person's access away; what he did stays."), epilog="reperform rectify suspend li"
)
def _suspend(ctx: typer.Context, user: Annotated[str, Argument(metavar="USER", help=N_("User name."))]) -> Answer:
    return _switch(ctx, user, "suspend")


@app.command("restore", help=N_("Give a suspended person's access back."), epilog="reperform rectify restore li")
def _restore(ctx: typer.Context, user: Annotated[str, Argument(metavar="USER", help=N_("User name."))]) -> Answer:
    return _switch(ctx, user, "restore")


def _switch(ctx: typer.Context, user: str, verb: str) -> Answer:
    by = _administrator(ctx)
    from reperform.ledger.models import Account
    from reperform.rectify import organise

    account = Account.objects.select_related("body").filter(username=user).first()
    if account is None:
        raise Usage(N_("There is no account {name}."), hint=N_("List them with: reperform rectify accounts"), name=user)
    {"suspend": organise.suspend, "restore": organise.restore}[verb](account, by=by, at=session(ctx).moment())
    return Answer(f"rectify-{verb}", {"user": user, "state": account.state}, [f"{user} {account.state}"])


@app.command(
    "list",
    help=N_("List the findings that the person may see, by number or by one of the views of the site."),
    epilog="""
    reperform rectify list
    reperform rectify list --view overdue --as-of 2026-09-30 --json
    """,
)
def _list(
    ctx: typer.Context,
    view: Annotated[
        str, Option(help=N_("all, mine, open, drafts, week, overdue, verify, key, repeat or closed."))
    ] = "all",
    as_of: AsOf = "",
    limit: Annotated[int, Option(help=N_("Show at most so many; 0 for all."), min=0)] = 0,
) -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.rectify.queries import VIEWS

    if view not in VIEWS:
        raise Usage(N_("Unknown view {view}."), hint=N_("Known: {known}."), view=view, known=", ".join(VIEWS))
    day = parse_date(as_of) if as_of else call.today()
    found = _seen(account).filter(VIEWS[view](account, day)).order_by("number")
    total, shown = found.count(), list(found[:limit] if limit else found)
    words = [said(N_("{shown} of {total} findings."), shown=len(shown), total=total)] if len(shown) < total else []
    data = {"as_of": day, "view": view, "total": total, "findings": [finding_plain(one, day) for one in shown]}
    return Answer("rectify-list", data, [finding_grid(shown, day)], words)


def _seen(account: Account) -> QuerySet[Finding]:
    from reperform.ledger import scope

    return scope.findings(account).select_related("engagement", "audit_body", "responsible", "lead", "relapse_of")


@app.command(
    "due",
    help=N_("List the findings that lie with the unit, the most urgent first."),
    epilog="reperform --as li rectify due --as-of 2026-07-01",
)
def _due(ctx: typer.Context, as_of: AsOf = "") -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.rules.steps import WITH_UNIT

    day = parse_date(as_of) if as_of else call.today()
    found = list(_seen(account).filter(state__in=WITH_UNIT).order_by("due_on", "number"))
    data = {"as_of": day, "findings": [finding_plain(one, day) for one in found]}
    return Answer("rectify-due", data, [finding_grid(found, day)])


@app.command(
    "plan",
    help=N_("Answer an issued finding with measures: what will be done, by when. Later calls add more."),
    epilog='reperform --as li rectify plan RP-2026-0001 --measure "immediate:追回多发养老金@2026-07-31"',
)
def _plan(
    ctx: typer.Context,
    number: Number,
    measure: Annotated[
        list[str], Option(help=N_("immediate:text or mechanism:text#standard@2026-08-31; can be repeated."))
    ],
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.rectify.actions import plan

    finding = plan(records.finding(number, by), measures(measure), by=by, at=call.moment())
    return _moved("rectify-plan", finding.number, finding.state)


@app.command(
    "submit",
    help=N_(
        "Submit a version of what was done: money by class, rules, persons, services, people paid, evidence, and a "
        "filled-in list of the items."
    ),
    epilog="""
    reperform --as li rectify submit RP-2026-0001 --text 已追回 --money return_to_channel=12345.67@记-18 --evidence voucher=scan.pdf
    reperform --as li rectify submit RP-2026-0001 --text 已追回 --money return_to_channel=12345.67@记-18 --items items.xlsx
    """,  # noqa: E501
)
def _submit(  # noqa: PLR0913 - each is an option of the command
    ctx: typer.Context,
    number: Number,
    text: Annotated[str, Option(help=N_("What was done."))],
    money: Annotated[list[str] | None, Option(help=N_("class=yuan or class=yuan@voucher; can be repeated."))] = None,
    rule: Annotated[list[str] | None, Option(help=N_("A rule established: title#number; can be repeated."))] = None,
    person: Annotated[
        list[str] | None, Option(help=N_("A person held accountable: name=sanction; can be repeated."))
    ] = None,
    service: Annotated[
        list[str] | None, Option(help=N_("A service improved: title=before->after unit; can be repeated."))
    ] = None,
    paid: Annotated[list[str] | None, Option(help=N_("People paid: title=number@yuan; can be repeated."))] = None,
    items: Annotated[Path | None, Option(help=N_("Filled-in list of the items, XLSX or CSV."))] = None,
    evidence: Annotated[list[str] | None, Option(help=N_("A file, or kind=file; can be repeated."))] = None,
    unfinished: Annotated[str, Option(help=N_("What is not done yet, and why."))] = "",
    over_reason: Annotated[str, Option(help=N_("Why more was done than ordered."))] = "",
    waiver: Annotated[str, Option(help=N_("Number of the waiver that lets a voucher stand twice."))] = "",
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from django.db import transaction

    from reperform.rectify.actions import submit
    from reperform.rectify.claim_sheet import read_claims
    from reperform.rectify.claiming import claim

    finding = records.finding(number, by)
    results = outcomes(money or (), rule or (), person or (), service or (), paid or ())
    with transaction.atomic():
        if items is not None:
            claim(finding, read_claims(items, finding).require(), by=by, at=call.moment())
        version = submit(
            finding, text=text, results=results, attachments=attachments(evidence or ()), unfinished=unfinished,
            over_reason=over_reason, waiver=waiver, by=by, at=call.moment(),
        )  # fmt: skip
    return _moved("rectify-submit", finding.number, finding.state, version=version.version)


@app.command(
    "items",
    help=N_("Write the list of a finding's items, to be filled in with what was done of each."),
    epilog="reperform --as li rectify items RP-2026-0001 items.xlsx",
)
def _items(
    ctx: typer.Context, number: Number, file: Annotated[Path, Argument(help=N_("New workbook (.xlsx)."))]
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.papers.words import language_of
    from reperform.rectify.claim_sheet import write

    finding = records.finding(number, by)
    write(file, finding, language=language_of(call.language), on=call.today())
    count = finding.items.count()
    return Answer(
        "rectify-items", {"finding": number, "items": count, "file": file}, [said(N_("{count} items."), count=count)]
    )


@app.command(
    "assign",
    help=N_("Say who carries a finding in a body: head, leader in charge, handler; or name a lead body."),
    epilog="reperform rectify assign RP-2026-0001 --role lead --body YJ-HRS --handler 王芳",
)
def _assign(
    ctx: typer.Context,
    number: Number,
    role: Annotated[str, Option(help=N_("responsible, lead, co_responsible or supervising."))],
    body: Annotated[str, Option(help=N_("Code of the body."), metavar="CODE")],
    head: Annotated[str, Option(help=N_("Head, first responsible person."))] = "",
    leader: Annotated[str, Option(help=N_("Leader in charge."))] = "",
    handler: Annotated[str, Option(help=N_("Handler."))] = "",
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.ledger.models.findings import DutyRole
    from reperform.rectify.actions import assign

    if role not in DutyRole.values:
        raise Usage(N_("Unknown duty {role}."), hint=N_("Known: {known}."), role=role, known=", ".join(DutyRole.values))
    finding = assign(
        records.finding(number, by), role=DutyRole(role), body=records.body(body), head=head, leader=leader,
        handler=handler, by=by, at=call.moment(),
    )  # fmt: skip
    return _moved("rectify-assign", finding.number, finding.state, duty=role, body=body)


def _moved(name: str, number: str, state: str, **more: object) -> Answer:
    return Answer(name, {"finding": number, "state": state, **more}, [f"{number} {state}"])


app.add_typer(around.app)
app.add_typer(papers.app)
