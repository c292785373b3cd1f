"""`reperform rectify` beside findings: the daily list, the ladder, and every record with its steps.

One command takes every step: what it asks stands in the forms that the pages use (`rectify forms` lists them). The
values are written as `name=value`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import parse_date, session
from reperform.cli.written import attachments, fen
from reperform.errors import N_, Usage

if TYPE_CHECKING:
    from reperform.ledger.asking import Field, Form, Kind
    from reperform.ledger.models import Account, Subject

app = typer.Typer()
FINDING = "finding"
AsOf = Annotated[str, Option(help=N_("Date of the count, as 2026-07-01; else today."), metavar="DATE")]


def forms() -> dict[tuple[str, str], Form]:
    """Return every form by the kind of its subject and its verb."""
    from reperform.rectify.forms import FINDING_FORMS, OPENING_FORMS, OTHER_FORMS
    from reperform.verify.forms import FORMS

    return {(one.kind, one.verb): one for one in (*FINDING_FORMS, *OTHER_FORMS, *OPENING_FORMS, *FORMS)}


@app.command(
    "watch",
    help=N_("The daily list: how many findings must be looked at, and why. Exit code 1 if there is any."),
    epilog="reperform rectify watch --as-of 2026-07-01",
)
def _watch(ctx: typer.Context, as_of: AsOf = "") -> Answer:
    call = session(ctx)
    account = records.acting(call)
    from reperform.rectify import watching

    day = parse_date(as_of) if as_of else call.today()
    reasons = watching.daily_list(account, day)
    late = list(watching.late_replies(account, day).values_list("number", flat=True))
    counts = {one.name: one.count for one in reasons}
    data = {"as_of": day, "reasons": counts, "late_replies": late}
    found = any(counts.values()) or bool(late)
    grid = Grid((N_("Reason"), N_("Findings")), [[name, count] for name, count in counts.items()])
    return Answer("rectify-watch", data, [grid], code=ExitCode.FINDINGS if found else ExitCode.CLEAN)


@app.command(
    "press",
    help=N_(
        "Propose the step of the ladder that the calendar has reached for each finding; people issue or drop them."
    ),
    epilog="reperform rectify press --as-of 2026-07-01",
)
def _press(ctx: typer.Context, as_of: AsOf = "") -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.rectify.pressing import propose_due

    day = parse_date(as_of) if as_of else call.today()
    proposed = propose_due(by.body, as_of=day, at=call.moment(), by=by)
    plain = [
        {"number": one.number, "finding": one.finding.number, "rung": one.rung, "overdue_days": one.overdue_days}
        for one in proposed
    ]
    heads = (N_("Number"), N_("Finding"), N_("Step of the ladder"), N_("Days overdue"))
    grid = Grid(heads, [list(row.values()) for row in plain])
    return Answer("rectify-press", {"as_of": day, "proposed": plain}, [grid])


@app.command(
    "records",
    help=N_(
        "List the records of a kind: extension, waiver, escalation, inspection, filing, joint, campaign, task, "
        "instruction, referral."
    ),
    epilog="reperform rectify records extension",
)
def _records(ctx: typer.Context, kind: Annotated[str, Argument(metavar="KIND", help=N_("Kind of record."))]) -> Answer:
    account = records.acting(session(ctx))
    known = kind_of(kind, account)
    rows = list(known.seen(account).order_by("pk"))
    plain = [_plain(known, row, known.columns) for row in rows]
    heads = (N_("Number"), N_("State"), *(str(name) for name in known.columns))
    grid = Grid(heads, [[str(value if value is not None else "—") for value in one.values()] for one in plain])
    return Answer("rectify-records", {"kind": kind, "records": plain}, [grid])


@app.command(
    "record", help=N_("Show one record, and the steps that its state allows."),
    epilog="reperform rectify record extension RP-EXT-2026-0001",
)  # fmt: skip
def _record(
    ctx: typer.Context,
    kind: Annotated[str, Argument(metavar="KIND", help=N_("Kind of record."))],
    number: Annotated[str, Argument(metavar="NUMBER", help=N_("Its number."))],
) -> Answer:
    account = records.acting(session(ctx))
    from reperform.rules.steps import STEPS

    known = kind_of(kind, account)
    row = record_of(known, number, account)
    verbs = [one.verb for one in STEPS.values() if one.kind == kind and row.state in one.sources]
    data = {**_plain(known, row, known.details), "steps": verbs}
    if kind == "joint":
        from reperform.ledger import scope

        parts = scope.findings(account).filter(joint=row.pk).select_related("responsible").order_by("number")
        data["parts"] = [
            f"{one.number} {one.state} {one.responsible.number if one.responsible else ''}" for one in parts
        ]
    shown = [f"{name}: {value}" for name, value in data.items() if value not in (None, "", [])]
    return Answer("rectify-record", data, shown)


@app.command("forms", help=N_("List what each step asks, by kind of record."), epilog="reperform rectify forms finding")
def _forms(
    ctx: typer.Context, kind: Annotated[str, Argument(metavar="KIND", help=N_("Kind of record, or finding."))] = FINDING
) -> Answer:
    records.acting(session(ctx))
    found = [one for one in forms().values() if one.kind == kind]
    plain = [
        {"kind": one.kind, "verb": one.verb, "opens": one.opens or None,
         "fields": [{"name": field.name, "ask": field.ask, "required": field.required, "words": list(field.words)}
                    for field in one.fields]}
        for one in found
    ]  # fmt: skip
    rows = [[one.verb, " ".join(_hint(field) for field in one.fields), one.opens] for one in found]
    return Answer("rectify-forms", {"forms": plain}, [Grid((N_("Step"), N_("Asks"), N_("Opens")), rows)])


def _hint(field: Field) -> str:
    value = "|".join(field.words) or str(field.ask)
    return f"{field.name}={value}" if field.required else f"[{field.name}={value}]"


@app.command(
    "do",
    help=N_("Take a step of a finding or of a record around it; `rectify forms` says what it asks."),
    epilog="reperform --as li rectify do finding request RP-2026-0001 due_on=2026-08-31 reason=跨省协查",
)
def _do(
    ctx: typer.Context,
    kind: Annotated[str, Argument(metavar="KIND", help=N_("finding, or a kind of record."))],
    verb: Annotated[str, Argument(metavar="STEP", help=N_("The step."))],
    words: Annotated[list[str] | None, Argument(metavar="[NUMBER] [NAME=VALUE]...", help=N_("What it asks."))] = None,
    file: Annotated[list[Path] | None, Option(help=N_("A file of proof; may be given again."))] = None,
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    form = forms().get((kind, verb))
    if form is None:
        hint = N_("List them with: reperform rectify forms")
        raise Usage(N_("There is no step {step}."), hint=hint, step=f"{kind}.{verb}")
    from reperform.ledger.asking import take

    number, given = _split(words or [])
    subject = _subject(form, number, by)
    values = _values(form, given, [str(one) for one in file or ()], by)
    made = take(form, subject, values, by=by, at=call.moment())
    done = made if form.opens else subject
    data = {"step": form.name, "number": getattr(done, "number", None), "state": str(getattr(done, "state", ""))}
    return Answer("rectify-do", data, [said(N_("{step}: {number} {state}"), **data)])


def _split(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    number = words[0] if words and "=" not in words[0] else ""
    given = {}
    for word in words[1:] if number else words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Usage(N_("{value} is not a value."), hint=N_("Write it as name=value."), value=word)
        given[name] = value
    return number, given


def _subject(form: Form, number: str, by: Account) -> Subject | None:
    if not number:
        if form.kind == FINDING or form.opens != form.kind:
            raise Usage(N_("A number is needed."), hint=N_("List the records with: reperform rectify records KIND"))
        return None
    if form.kind == FINDING:
        return records.finding(number, by)
    return record_of(kind_of(form.kind, by), number, by)


def _values(form: Form, given: Mapping[str, str], files: Sequence[str], by: Account) -> dict[str, object]:
    known = {field.name: field for field in form.fields}
    for name in given:
        if name not in known:
            raise Usage(N_("The step asks no {name}."), hint=N_("It asks: {known}."), name=name, known=", ".join(known))
    values: dict[str, object] = {}
    for name, field in known.items():
        if field.ask == "files":
            values[name] = tuple(attachments(files))
            continue
        if field.required and not given.get(name, "").strip():
            raise Usage(N_("{name} is missing."), hint=N_("Write it as name=value."), name=name)
        values[name] = _typed(field, given.get(name, ""), by)
    return values


def _typed(field: Field, text: str, by: Account) -> object:
    """Return a written value as its verb takes it; an empty one as nothing."""
    from reperform.ledger.asking import end_of

    readers: dict[str, Callable[[str], object]] = {
        "lines": lambda text: [part.strip() for part in text.split(",") if part.strip()],
        "findings": lambda text: records.findings(text.replace(",", " ").split(), by),
        "flag": lambda text: text.lower() in ("yes", "true", "1", "是"),
        "date": parse_date,
        "moment": lambda text: end_of(parse_date(text)),
        "money": fen,
        "number": _number,
        "body": records.body,
        "word": lambda text: _word(field, text),
    }
    ask = str(field.ask)
    if not text and ask not in ("lines", "findings", "flag"):
        return None if ask in ("date", "number", "money") else ""
    return readers.get(ask, str)(text)


def _word(field: Field, text: str) -> str:
    if text not in field.words:
        raise Usage(
            N_("{value} is none of the words of {name}."), hint=N_("Known: {known}."), value=text, name=field.name,
            known=", ".join(field.words),
        )  # fmt: skip
    return text


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Usage(N_("{value} is not a number."), value=text)
    return int(text)


def kind_of(name: str, account: Account) -> Kind:
    from reperform.rectify.records import KINDS

    kind = KINDS.get(name)
    if kind is None or account.role not in kind.roles:
        known = ", ".join(one.name for one in KINDS.values() if account.role in one.roles)
        raise Usage(N_("There is no kind {name}."), hint=N_("Known: {known}."), name=name, known=known)
    return kind


def record_of(kind: Kind, number: str, account: Account) -> Subject:
    found: Subject | None = kind.seen(account).filter(number=number).first()
    if found is None:
        raise Usage(
            N_("There is no {kind} {number} that {person} may see."), kind=kind.name, number=number,
            person=account.username, hint=N_("List them with: reperform rectify records {kind}"),
        )  # fmt: skip
    return found


def _plain(kind: Kind, row: Subject, names: Sequence[str]) -> dict[str, object]:
    """Return a record as plain values: codes of bodies, user names, numbers of records."""
    shown: dict[str, object] = {"number": row.number, "state": row.state}
    for name in names:
        value = getattr(row, name)
        shown[name] = getattr(value, "username", None) or getattr(value, "number", value)
    return shown
