"""`reperform data`: from the files that a bureau received to an immutable snapshot, and what was left behind."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, Said, Shown, said
from reperform.cli.exit_codes import ExitCode
from reperform.cli.progress import reporting
from reperform.cli.session import Session, parse_date, session
from reperform.cli.written import fen
from reperform.errors import N_, Inconclusive, IntegrityBroken, Usage
from reperform.rules.figures import YUAN, in_unit

if TYPE_CHECKING:
    from reperform.engine.intake import Expect
    from reperform.engine.snapshot import TableCopy
    from reperform.engine.store import Loaded
    from reperform.engine.tables import Table

app = typer.Typer()

OCDS = "ocds"

HEADS = (N_("Table"), N_("Read"), N_("Accepted"), N_("Rejected"), N_("Totals"), N_("Breaches"))
SNAPSHOT_HEADS = (N_("Snapshot"), N_("As of"), N_("Title"), N_("Tables"), N_("Rows"), N_("Rejected"), N_("Breaches"))


@app.command(
    "tables",
    help=N_("List the table contracts, or show one: its fields, their types and the headers that are understood."),
    epilog="""
    reperform data tables
    reperform data tables pension_payment
    """,
)
def _tables(ctx: typer.Context, name: Annotated[str, Argument(metavar="TABLE", help=N_("One table."))] = "") -> Answer:
    call = session(ctx)
    known = _contracts(call)
    if not name:
        rows = [
            [one.name, _word(call, one.title), ", ".join(one.primary_key), len(one.fields)] for one in known.values()
        ]
        plain = {"tables": [{"name": one.name, "title": dict(one.title), "hash": one.hash} for one in known.values()]}
        return Answer("data-tables", plain, [Grid((N_("Table"), N_("Title"), N_("Key"), N_("Fields")), rows)])
    table = _contract(known, name)
    fields = [
        {"name": one.name, "type": one.type, "unit": one.unit or None, "required": one.constraints.required,
         "title": dict(one.title), "aliases": list(one.aliases)}
        for one in table.fields
    ]  # fmt: skip
    rows = [
        [
            one.name,
            f"{one.type} {one.unit}".strip(),
            one.constraints.required,
            " · ".join([*one.title.values(), *one.aliases]),
        ]
        for one in table.fields
    ]
    heads = (N_("Field"), N_("Type"), N_("Required"), N_("Headers"))
    data = {
        "name": name,
        "title": dict(table.title),
        "key": list(table.primary_key),
        "hash": table.hash,
        "fields": fields,
    }
    return Answer("data-table", data, [Grid(heads, rows)])


@app.command(
    "add",
    help=N_(
        "Load files into a snapshot as of a date. A table may have several files; rows that cannot be read go to a "
        "rejects file. Exit code 1 if rows were rejected or a contract is in breach."
    ),
    epilog="""
    reperform data add --as-of 2026-03-31 pension_payment=发放.parquet death_register=死亡.xlsx
    reperform data add --as-of 2026-03-31 supplier_payment=q1.csv supplier_payment=q2.csv --expect supplier_payment.rows=61529 --expect supplier_payment.amount=1234567.89
    reperform data add --as-of 2026-03-31 nontax_bill=bills.xlsx --sheet nontax_bill=明细 --map nontax_bill.body_id=执收
    reperform data add --as-of 2026-03-31 --format ocds releases.jsonl records.json project=项目.xlsx
    """,  # noqa: E501
)
def _add(
    ctx: typer.Context,
    files: Annotated[
        list[str], Argument(metavar="TABLE=FILE...", help=N_("What the files hold; FILE alone with --format."))
    ],
    as_of: Annotated[str, Option(help=N_("Day whose state the data show."), metavar="DATE")],
    title: Annotated[str, Option(help=N_("What the data are."))] = "",
    sheet: Annotated[list[str] | None, Option(help=N_("TABLE=SHEET of a workbook."))] = None,
    map_: Annotated[list[str] | None, Option("--map", help=N_("TABLE.FIELD=HEADER where it isn't understood."))] = None,
    constant: Annotated[list[str] | None, Option(help=N_("TABLE.FIELD=VALUE for what no column holds."))] = None,
    expect: Annotated[
        list[str] | None, Option(help=N_("Control totals: TABLE.rows=NUMBER, or TABLE.FIELD=SUM (money in yuan)."))
    ] = None,
    encoding: Annotated[str, Option(help=N_("Encoding of text files; else it is found out."))] = "",
    format_: Annotated[
        str, Option("--format", help=N_("ocds: files without a table fill those of public investment."), metavar="WORD")
    ] = "",
) -> Answer:
    call = session(ctx)
    by, day = records.acting(call), parse_date(as_of)
    files, standard = _of_format(files, format_)
    from reperform.ledger import workshop
    from reperform.reveal.actions import keep_snapshot

    contracts = workshop.contracts()
    sources: dict[str, list[Path]] = defaultdict(list)
    for table, path in _pairs(files):
        sources[_contract(contracts, table).name].append(Path(path))
    sheets, headers, constants = dict(_pairs(sheet)), _by_field(map_), _by_field(constant)
    expected = _expected(_by_field(expect), contracts)
    loaded: dict[str, Loaded] = {}
    with reporting(call) as progress:
        if standard:
            loaded |= workshop.store().read_ocds(standard, contracts, expect=expected, progress=progress)
        _check_once(sources, loaded)
        for table, paths in sources.items():
            progress(table, len(loaded), len(sources))
            loaded[table] = workshop.store().read(
                paths, contracts[table], sheet=sheets.get(table, ""), encoding=encoding, expect=expected.get(table),
                mapping={header: name for name, header in headers.get(table, {}).items()},
                constants=constants.get(table), progress=None,
            )  # fmt: skip
    kept = workshop.store().snapshot(day, loaded, title=title)
    keep_snapshot(kept, by=by, at=call.moment())
    words = [
        said(N_("{rows} rows of {table} were rejected: {file}"), rows=one.rows_rejected, table=table, file=one.rejects)
        for table, one in loaded.items()
        if one.rejects
    ]
    data = {
        "snapshot": kept.hash,
        "as_of": day,
        "title": title,
        "tables": [_loaded_plain(one) for one in loaded.values()],
    }
    grid = _grid([one.copy() for one in loaded.values()], contracts)
    sick = any(one.rows_rejected or one.issues for one in loaded.values())
    return Answer("data-add", data, [kept.hash, grid], words, ExitCode.FINDINGS if sick else ExitCode.CLEAN)


def _of_format(files: Sequence[str], word: str) -> tuple[list[str], list[Path]]:
    """Return the files that name their table, and those that a format of several tables reads."""
    if word not in ("", OCDS):
        raise Usage(N_("There is no format {word}."), hint=N_("Known: {known}"), word=word, known=OCDS)
    named = [one for one in files if not word or "=" in one]
    return named, [Path(one) for one in files if one not in named]


def _check_once(named: Mapping[str, object], filled: Mapping[str, object]) -> None:
    """Refuse a table that both a file of its own and a format of several tables would fill."""
    for table in named:
        if table in filled:
            raise Usage(N_("The table {table} is filled by the {word} files already."), table=table, word=OCDS)


def _pairs(written: Sequence[str] | None) -> list[tuple[str, str]]:
    found = []
    for one in written or ():
        name, equals, value = one.partition("=")
        if not (equals and name and value):
            raise Usage(N_("{value} is not of the form NAME=VALUE."), value=one)
        found.append((name, value))
    return found


def _by_field(written: Sequence[str] | None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, value in _pairs(written):
        table, dot, field = name.partition(".")
        if not dot:
            raise Usage(N_("{value} is not of the form TABLE.FIELD=VALUE."), value=name)
        found[table][field] = value
    return found


def _expected(written: Mapping[str, Mapping[str, str]], contracts: Mapping[str, Table]) -> dict[str, Expect]:
    from reperform.engine.intake import Expect

    found = {}
    for table, values in written.items():
        money = {one.name for one in _contract(contracts, table).fields if one.is_money}
        sums = {
            name: fen(value) if name in money else _whole(value) for name, value in values.items() if name != "rows"
        }
        found[table] = Expect(rows=_whole(values["rows"]) if "rows" in values else None, sums=sums)
    return found


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Usage(N_("{value} is not a whole number."), value=text)
    return int(text)


def _contracts(call: Session) -> dict[str, Table]:
    from reperform.cli.procedures import contracts

    return contracts(call)


def _contract(known: Mapping[str, Table], name: str) -> Table:
    if name not in known:
        raise Usage(
            N_("There is no table {name}."), hint=N_("Known: {known}"), name=name, known=", ".join(sorted(known))
        )
    return known[name]


def _word(call: Session, pair: Mapping[str, str]) -> str:
    first, second = ("en", "zh") if call.language == "en" else ("zh", "en")
    return pair.get(first) or pair.get(second) or ""


@app.command("list", help=N_("List the snapshots, the newest data last."), epilog="reperform data list")
def _list(ctx: typer.Context) -> Answer:
    records.acting(session(ctx))
    from reperform.ledger import workshop

    found = workshop.store().list()
    rows = [
        [one.hash[:12], one.as_of, one.title, len(one.tables), sum(copy.rows for copy in one.tables.values()),
         sum(copy.rows_rejected for copy in one.tables.values()),
         sum(len(copy.breaches) for copy in one.tables.values())]
        for one in found
    ]  # fmt: skip
    data = {
        "snapshots": [
            {"snapshot": one.hash, "as_of": one.as_of, "title": one.title,
             "tables": {name: copy.rows for name, copy in one.tables.items()}}
            for one in found
        ]
    }  # fmt: skip
    return Answer("data-list", data, [Grid(SNAPSHOT_HEADS, rows)])


@app.command(
    "show",
    help=N_("Show a snapshot: its tables, control totals, breaches of contracts and the files it came from."),
    epilog="reperform data show latest --json",
)
def _show(
    ctx: typer.Context,
    snapshot: Annotated[str, Argument(metavar="HASH", help=N_("First letters of its hash, or latest."))] = "latest",
) -> Answer:
    records.acting(session(ctx))
    from reperform.ledger import workshop

    kept = workshop.store().open(records.snapshot(snapshot).number)
    copies = list(kept.tables.values())
    sources = [
        [copy.name, source["name"], source.get("sheet"), source.get("encoding"), source["rows"], source["sha256"][:12]]
        for copy in copies
        for source in copy.sources
    ]
    heads = (N_("Table"), N_("File"), N_("Sheet"), N_("Encoding"), N_("Rows"), N_("SHA-256"))
    data = {
        "snapshot": kept.hash,
        "as_of": kept.as_of,
        "title": kept.title,
        "tables": [_copy_plain(one) for one in copies],
    }
    return Answer("data-show", data, [kept.hash, _grid(copies, workshop.contracts()), "", Grid(heads, sources)])


@app.command(
    "verify",
    help=N_("Hash the content of snapshots again. Exit code 4 if one is not what it was."),
    epilog="reperform data verify",
)
def _verify(
    ctx: typer.Context,
    snapshot: Annotated[str, Argument(metavar="HASH", help=N_("First letters of its hash; else all."))] = "",
) -> Answer:
    call = session(ctx)
    records.acting(call)
    from reperform.ledger import workshop

    store = workshop.store()
    chosen = [store.open(records.snapshot(snapshot).number)] if snapshot else list(store.list())
    if not chosen:
        raise Inconclusive(N_("There is no snapshot yet."))
    broken: list[IntegrityBroken] = []
    with reporting(call) as progress:
        for done, one in enumerate(chosen):
            progress(one.hash[:12], done, len(chosen))
            try:
                store.verify(one)
            except IntegrityBroken as error:
                broken.append(error)
    data = {"verified": len(chosen) - len(broken), "broken": [one.render(call.translate) for one in broken]}
    shown: list[Shown] = [Said(one.message, one.params) for one in broken]
    shown.append(
        said(N_("{count} of {total} snapshots are what they were."), count=data["verified"], total=len(chosen))
    )
    return Answer("data-verify", data, shown, code=ExitCode.BROKEN if broken else ExitCode.CLEAN)


@app.command(
    "rejects",
    help=N_("Show the rows that could not be read: file, sheet, row, column, value and rule."),
    epilog="reperform data rejects latest supplier_payment",
)
def _rejects(
    ctx: typer.Context,
    snapshot: Annotated[str, Argument(metavar="HASH", help=N_("First letters of its hash, or latest."))] = "latest",
    table: Annotated[str, Argument(metavar="TABLE", help=N_("One table; else all."))] = "",
    limit: Annotated[int, Option(help=N_("Show at most so many; 0 for all."), min=0)] = 100,
) -> Answer:
    records.acting(session(ctx))
    from reperform.ledger import workshop

    kept = workshop.store().open(records.snapshot(snapshot).number)
    copies = [copy for name, copy in kept.tables.items() if copy.rejects and table in ("", name)]
    rows = [{"table": copy.name, **line} for copy in copies if copy.rejects for line in _lines(copy.rejects)]
    shown = rows[:limit] if limit else rows
    heads = tuple(rows[0]) if rows else ()
    words = [said(N_("Whole list: {file}"), file=copy.rejects) for copy in copies]
    data = {"snapshot": kept.hash, "total": len(rows), "rejects": shown, "files": [copy.rejects for copy in copies]}
    return Answer("data-rejects", data, [Grid(heads, [list(row.values()) for row in shown])], words)


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _grid(copies: Sequence[TableCopy], contracts: Mapping[str, Table]) -> Grid:
    rows = [
        [one.name, one.rows_read, one.rows, one.rows_rejected, _totals(one, contracts), "; ".join(one.breaches)]
        for one in copies
    ]
    return Grid(HEADS, rows)


def _totals(copy: TableCopy, contracts: Mapping[str, Table]) -> str:
    """Return the control totals, money in yuan."""
    money = {one.name for one in contracts[copy.name].fields if one.is_money} if copy.name in contracts else set()
    return " ".join(f"{name}={in_unit(total, YUAN) if name in money else total}" for name, total in copy.totals.items())


def _copy_plain(copy: TableCopy) -> dict[str, object]:
    return {
        "name": copy.name, "hash": copy.hash, "rows_read": copy.rows_read, "rows": copy.rows,
        "rows_rejected": copy.rows_rejected, "totals": dict(copy.totals), "breaches": list(copy.breaches),
        "rejects": copy.rejects, "sources": [dict(one) for one in copy.sources],
    }  # fmt: skip


def _loaded_plain(loaded: Loaded) -> dict[str, object]:
    return _copy_plain(loaded.copy()) | {
        "rejected_by_rule": dict(loaded.rejected_by_rule), "mapping": dict(loaded.mapping),
    }  # fmt: skip
