"""`reperform procedures`: read and check executable audit procedures, the shipped ones and the bureau's own.

It needs no ledger: whoever writes a procedure can check it on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli.answer import Answer, Grid, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.session import Session, session
from reperform.errors import N_, Inconclusive, ReperformError, Usage

if TYPE_CHECKING:
    from reperform.engine.cases import Case
    from reperform.engine.spec import Procedure
    from reperform.engine.tables import Table

app = typer.Typer()

HEADS = (N_("Code"), N_("Version"), N_("Domain"), N_("Seed"), N_("Title"), N_("Tables"))


@app.command(
    "list",
    help=N_(
        "List the procedures at hand: which rows and topics of the plan they serve, what they read, on which engines "
        "they run, whether their rule alone decides, and whether every figure in them was checked against its source."
    ),
    epilog="""
    reperform procedures list
    reperform procedures list --domain sewage --json | jq .procedures[].code
    """,
)
def _list(
    ctx: typer.Context,
    domain: Annotated[str, Option(help=N_("Only the procedures of this domain."), metavar="WORD")] = "",
) -> Answer:
    from reperform.engine.spec import DOMAINS

    call = session(ctx)
    if domain and domain not in DOMAINS:
        raise Usage(
            N_("There is no domain {domain}."), hint=N_("Known: {known}"), domain=domain, known=", ".join(DOMAINS)
        )
    found = [one for one in at_hand(call).values() if domain in ("", one.domain)]
    rows = [
        [one.code, one.version, one.domain, " ".join(one.seed), _word(call, one.title), ", ".join(one.tables)]
        for one in found
    ]
    return Answer("procedures", {"procedures": [_listed(one) for one in found]}, [Grid(HEADS, rows)])


def _listed(one: Procedure) -> dict[str, object]:
    return {
        "code": one.code, "title": dict(one.title), "domain": one.domain, "seed": list(one.seed),
        "topics": list(one.topics), "tables": list(one.tables), "engines": list(one.engines),
        "deterministic": one.deterministic, "verified": one.verified,
    }  # fmt: skip


@app.command(
    "show",
    help=N_("Show what a procedure asks, by which law, from which tables, what it leaves alone, and its SQL."),
    epilog="reperform procedures show SI-01",
)
def _show(
    ctx: typer.Context, code: Annotated[str, Argument(metavar="CODE", help=N_("Code of the procedure."))]
) -> Answer:
    call = session(ctx)
    one = named(call, code)
    criteria = [f"  {law.law} {law.article} ({law.version}){'' if law.verified else ' ?'}" for law in one.criteria]
    tables = [f"  {name}: {', '.join(columns)}" for name, columns in one.tables.items()]
    shown: list[Shown] = [
        f"{one.code} v{one.version}  {_word(call, one.title)}", _word(call, one.question), "",
        said(N_("Criteria")), *criteria, said(N_("Tables")), *tables,
        said(N_("Key: {key}. Body: {body}. Amount: {amount}."), key=", ".join(one.key), body=one.body,
             amount=one.amount or "—"),
        said(N_("What looks guilty and is not")), f"  {_word(call, one.guard)}",
        said(N_("Hash: {hash}"), hash=one.hash), "",
    ]  # fmt: skip
    for name, section in one.sections.items():
        shown += [f"-- @{name}", section.sql.strip(), ""]
    return Answer("procedures-show", _plain(one) | {"sql": {k: v.sql for k, v in one.sections.items()}}, shown)


@app.command(
    "check",
    help=N_(
        "Read the SQL of procedures without running it on data, then play their cases. Exit code 1 if a case comes out "
        "otherwise than written, 3 if a file cannot be used."
    ),
    epilog="""
    reperform procedures check
    reperform procedures check my/social_insurance/SI-90.sql
    """,
)
def _check(
    ctx: typer.Context,
    files: Annotated[list[Path] | None, Argument(help=N_("Procedure files; else all that are at hand."))] = None,
) -> Answer:
    from reperform.engine.spec import load_procedure

    call = session(ctx)
    known = contracts(call)
    chosen = [load_procedure(path) for path in files] if files else list(at_hand(call).values())
    if not chosen:
        raise Inconclusive(N_("There is no procedure to check."))
    checked, shown, code = check_all(chosen, known, call)
    return Answer("procedures-check", {"procedures": checked}, shown, code=code)


def check_all(
    chosen: Sequence[Procedure], known: dict[str, Table], call: Session
) -> tuple[list[dict[str, object]], list[Shown], ExitCode]:
    """Lint procedures and play their cases; return what came of each, how it is shown, and the exit code."""
    checked = [_checked(one, known, call) for one in chosen]
    wrong = [(one["code"], name, line) for one in checked for name, lines in _failures(one) for line in lines]
    rows = [[one["code"], one["cases"], len(list(_failures(one)))] for one in checked]
    shown: list[Shown] = [Grid((N_("Code"), N_("Cases"), N_("Failed")), rows)]
    shown += [f"{code} · {name} · {line}" for code, name, line in wrong]
    return checked, shown, ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _failures(checked: dict[str, object]) -> Iterator[tuple[str, list[str]]]:
    failed = checked["failed"]
    assert isinstance(failed, dict)  # noqa: S101 - tells the type checker what `_checked` returns
    yield from failed.items()


def _checked(procedure: Procedure, contracts: dict[str, Table], call: Session) -> dict[str, object]:
    from reperform import catalogue
    from reperform.engine.lint import lint
    from reperform.engine.run import types_of
    from reperform.engine.spark_lint import for_spark_too

    types = types_of(contracts)
    for_spark_too(procedure, lint(procedure, types), types)
    cases = catalogue.cases(procedure)
    failed = {_word(call, one.name): found for one in cases if (found := _played(procedure, one, contracts, call))}
    return {
        "code": procedure.code,
        "version": procedure.version,
        "hash": procedure.hash,
        "cases": len(cases),
        "failed": failed,
    }


def _played(procedure: Procedure, case: Case, contracts: dict[str, Table], call: Session) -> list[str]:
    from reperform.engine.cases import differences, play

    try:
        return differences(procedure, case, play(procedure, case, contracts))
    except ReperformError as error:
        return [error.render(call.translate)]


def contracts(call: Session) -> dict[str, Table]:
    """Return the table contracts at hand."""
    from reperform import catalogue

    return catalogue.tables(*own(call), packs=_packs(call))


def own(call: Session) -> list[Path]:
    """Return the folder of the bureau's own procedures, if there is one."""
    return [call.home.procedures] if call.home.procedures.is_dir() else []


def _packs(call: Session) -> list[Path]:
    from reperform.catalogue.packs import in_folders

    return [pack.folder for pack in in_folders([call.home.packs])]


def at_hand(call: Session) -> dict[str, Procedure]:
    """Return the procedures at hand."""
    from reperform import catalogue

    return catalogue.procedures(*own(call), packs=_packs(call))


def named(call: Session, code: str) -> Procedure:
    """Return the procedure of that code."""
    known = at_hand(call)
    if code not in known:
        raise Usage(N_("There is no procedure {code}."), hint=N_("Known: {known}"), code=code, known=", ".join(known))
    return known[code]


def _word(call: Session, pair: object) -> str:
    assert hasattr(pair, "get")  # noqa: S101 - {en, zh} mappings of the procedure file
    first, second = ("en", "zh") if call.language == "en" else ("zh", "en")
    return str(pair.get(first) or pair.get(second) or "").strip()


def _plain(one: Procedure) -> dict[str, object]:
    return {
        "code": one.code, "version": one.version, "title": dict(one.title), "domain": one.domain, "hash": one.hash,
        "question": dict(one.question), "tables": {name: list(columns) for name, columns in one.tables.items()},
        "key": list(one.key), "body": one.body, "amount": one.amount or None, "money": one.money or None,
        "term": one.term, "lookback": one.lookback, "parameters": sorted(one.parameters),
        "criteria": [
            {"law": law.law, "article": law.article, "version": law.version, "verified": law.verified}
            for law in one.criteria
        ],
        "guard": dict(one.guard), "path": one.path,
    }  # fmt: skip
