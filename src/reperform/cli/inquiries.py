"""`reperform reveal` for exceptions that another body is asked to check: send, answer, ask again, take back, settle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from reperform.cli import records
from reperform.cli.answer import Answer, Grid, said
from reperform.cli.chosen import All, OfBody, Rows, RunNumber, chosen_rows
from reperform.cli.session import parse_date, session
from reperform.cli.shown import key_text
from reperform.cli.written import attachments
from reperform.errors import N_, Usage
from reperform.rules.figures import wan_yuan

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Inquiry, InquiryRow
    from reperform.reveal.inquiring import Said

app = typer.Typer()

Number = Annotated[str, Argument(metavar="NUMBER", help=N_("The inquiry's number."))]
ROW_HEADS = (N_("Row"), N_("Amount (10,000 yuan)"), N_("Key"), N_("Answer"), N_("Explanation"), N_("Decision"))
A_YEAR = timedelta(days=365)


@app.command(
    "send",
    help=N_(
        "Send exceptions of a run to another body to check (疑点核实); meanwhile nobody can confirm or exclude them."
    ),
    epilog="""
    reperform reveal send latest --body YJ-SIF --to YJ-SIF --question 是否系补发死亡前待遇？
    reperform reveal send RP-RUN-2026-0001 --row 8c41aa --to DP-AUD --question 请就地核实 --due 2026-05-15
    """,
)
def _send(
    ctx: typer.Context, run: RunNumber,
    to: Annotated[str, Option(help=N_("The body that is asked."), metavar="CODE")],
    question: Annotated[str, Option(help=N_("What is asked."))],
    due: Annotated[str, Option(help=N_("Reply due; else the policy counts it."), metavar="DATE")] = "",
    row: Rows = None, body: OfBody = "", everything: All = False,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    from reperform.reveal.inquiring import send

    rows = chosen_rows(records.run(run, by), row or (), body, everything)
    inquiry = send(
        rows, receiver=records.body(to), question=question, due_on=parse_date(due) if due else None, by=by,
        at=call.moment(),
    )  # fmt: skip
    data = {**_plain(inquiry, by), "rows": len(rows)}
    return Answer(
        "reveal-send", data, [said(N_("{number}: {rows} rows sent to {to}, due {due}"), to=to, **_said(data))]
    )


def _said(data: dict[str, object]) -> dict[str, object]:
    return {"number": data["number"], "rows": data["rows"], "due": data["due_on"]}


@app.command(
    "inquiries", help=N_("List the inquiries that you sent or were sent."), epilog="reperform reveal inquiries --open"
)
def _inquiries(
    ctx: typer.Context, open_: Annotated[bool, Option("--open", help=N_("Only those that wait for an answer."))] = False
) -> Answer:
    account = records.acting(session(ctx))
    from reperform.ledger import scope

    found = scope.inquiries(account).select_related("run", "audit_body", "receiver").order_by("pk")
    plain = [_plain(one, account) for one in (found.filter(state="sent") if open_ else found)]
    heads = (N_("Number"), N_("State"), N_("Run"), N_("From"), N_("To"), N_("Due"), N_("Question"))
    names = ("number", "state", "run", "from", "to", "due_on", "question")
    return Answer("reveal-inquiries", {"inquiries": plain}, [Grid(heads, [[one[n] for n in names] for one in plain])])


def _plain(inquiry: Inquiry, account: Account) -> dict[str, object]:
    """Return an inquiry as plain values; whoever is asked is not told of the run."""
    asks = inquiry.audit_body.path.startswith(account.body.path)
    return {
        "number": inquiry.number, "state": inquiry.state, "run": inquiry.run.number if asks else None,
        "procedure": inquiry.run.code,
        "from": inquiry.audit_body.number, "to": inquiry.receiver.number, "question": inquiry.question,
        "sent_on": inquiry.sent_on, "due_on": inquiry.due_on, "answered_on": inquiry.answered_on,
        "remark": inquiry.remark or None,
    }  # fmt: skip


@app.command(
    "inquiry",
    help=N_("Show an inquiry with its rows and answers; with --out as a workbook to be filled and sent back."),
    epilog="""
    reperform reveal inquiry RP-INQ-2026-0001
    reperform reveal inquiry RP-INQ-2026-0001 --out ask.xlsx
    """,
)
def _inquiry(
    ctx: typer.Context, number: Number,
    out: Annotated[Path | None, Option(help=N_("Workbook to write."), metavar="FILE")] = None,
) -> Answer:  # fmt: skip
    account = records.acting(session(ctx))
    inquiry = _one(number, account)
    asked = list(inquiry.rows.select_related("row").order_by("pk"))
    if out is not None:
        from reperform.reveal.inquiry_book import write_book

        write_book(out, inquiry)
    rows = [
        {"identity": one.row.identity, "body": one.row.body_code, "amount": one.row.amount, "key": one.row.key,
         "fields": one.row.fields, "answer": one.answer or None, "text": one.text, "decision": one.decision or None,
         "files": [file.name for file in one.files.all()]}
        for one in asked
    ]  # fmt: skip
    grid = Grid(
        ROW_HEADS,
        [[one.row.identity[:12], wan_yuan(one.row.amount), key_text(one.row.key), one.answer, one.text, one.decision]
         for one in asked],
    )  # fmt: skip
    words = [said(N_("Written: {file}"), file=out)] if out else []
    head = f"{inquiry.number} {inquiry.state} {inquiry.due_on} {inquiry.question}"
    return Answer("reveal-inquiry", {**_plain(inquiry, account), "rows": rows, "file": out}, [head, grid], words)


def _one(number: str, account: Account) -> Inquiry:
    from reperform.ledger import scope

    found = scope.inquiries(account).select_related("run", "audit_body", "receiver").filter(number=number).first()
    if found is None:
        raise Usage(
            N_("There is no inquiry {number} that {person} may see."), number=number, person=account.username,
            hint=N_("List them with: reperform reveal inquiries"),
        )  # fmt: skip
    return found


@app.command(
    "answer",
    help=N_("Answer rows of an inquiry: one by one, or all from the workbook that came back."),
    epilog="""
    reperform reveal answer RP-INQ-2026-0001 --row 8c41aa --word explained --text 系补发 --file 回单.pdf
    reperform --as zhao reveal answer RP-INQ-2026-0001 --from ask.xlsx
    """,
)
def _answer(
    ctx: typer.Context, number: Number, row: Rows = None,
    word: Annotated[str, Option(help=N_("confirmed, explained or not_ours."), metavar="WORD")] = "",
    text: Annotated[str, Option(help=N_("The explanation."))] = "",
    file: Annotated[list[str] | None, Option(help=N_("A file of proof; may be given again."), metavar="PATH")] = None,
    book: Annotated[Path | None, Option("--from", help=N_("The workbook that was filled."), metavar="FILE")] = None,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    inquiry = _one(number, by)
    from reperform.reveal.inquiring import answer

    if (book is None) == (not row):
        raise Usage(N_("Which rows?"), hint=N_("Name them with --row, or give the workbook with --from."))
    answers = _of_book(book, inquiry) if book else _of_words(inquiry, row or [], word, text, file or [])
    answer(inquiry, answers, by=by, at=call.moment())
    left = inquiry.rows.filter(answer="").count()
    data = {"number": number, "state": inquiry.state, "answered": len(answers), "left": left}
    return Answer("reveal-answer", data, [said(N_("{number} {state}: {answered} rows answered, {left} left"), **data)])


def _of_book(book: Path, inquiry: Inquiry) -> list[Said]:
    from reperform.reveal.inquiry_book import read_book

    return read_book(book, inquiry)


def _of_words(inquiry: Inquiry, prefixes: list[str], word: str, text: str, files: list[str]) -> list[Said]:
    from reperform.reveal.inquiring import Said

    proofs = tuple((one.name, one.digest) for one in attachments(files))
    return [Said(_row(inquiry, prefix), word, text, proofs) for prefix in prefixes]


def _row(inquiry: Inquiry, prefix: str) -> InquiryRow:
    found = list(inquiry.rows.select_related("row").filter(row__identity__startswith=prefix)[:2])
    if len(found) != 1:
        message = N_("{name} could be more than one row.") if found else N_("There is no row {name}.")
        hint = N_("List them with: reperform reveal inquiry {inquiry}")
        raise Usage(message, hint=hint, name=prefix, inquiry=inquiry.number)
    return found[0]


@app.command(
    "settle",
    help=N_(
        "Decide the rows of an answered inquiry: what is so becomes a finding, what is explained is set aside with the "
        "answer as its reason, what is not theirs is to be sifted again; --confirm, --exclude and --back say otherwise."
    ),
    epilog="""
    reperform reveal settle RP-INQ-2026-0001 --engagement E-2026-01
    reperform reveal settle RP-INQ-2026-0001 --confirm 8c41aa --until 2027-03-31
    """,
)
def _settle(
    ctx: typer.Context, number: Number,
    engagement: Annotated[str, Option(help=N_("Number of the engagement; else the last one."), metavar="NUMBER")] = "",
    until: Annotated[str, Option(help=N_("Day on which exclusions expire; else in a year."), metavar="DATE")] = "",
    confirm: Annotated[list[str] | None, Option(help=N_("A row to confirm all the same."), metavar="ROW")] = None,
    exclude: Annotated[list[str] | None, Option(help=N_("A row to set aside all the same."), metavar="ROW")] = None,
    back: Annotated[list[str] | None, Option(help=N_("A row to sift again all the same."), metavar="ROW")] = None,
) -> Answer:  # fmt: skip
    call = session(ctx)
    by = records.acting(call)
    inquiry = _one(number, by)
    from reperform.ledger import workshop
    from reperform.reveal.inquiring import settle

    project = (
        inquiry.run.engagement if inquiry.run.engagement and not engagement else records.engagement(engagement, by)
    )
    otherwise = {
        _row(inquiry, prefix).pk: word
        for word, prefixes in (("confirmed", confirm), ("excluded", exclude), ("pending", back))
        for prefix in prefixes or ()
    }
    done = settle(
        inquiry, decisions=otherwise, procedure=workshop.pinned(inquiry.run.procedure_hash), engagement=project,
        expires_on=parse_date(until) if until else call.today() + A_YEAR, by=by, at=call.moment(),
    )  # fmt: skip
    findings = [one.number for one in done.findings]
    data = {
        "number": number,
        "state": inquiry.state,
        "findings": findings,
        "excluded": done.excluded,
        "back": done.back,
    }
    sentence = N_("{number}: {count} findings drafted, {excluded} rows set aside, {back} to be sifted again")
    return Answer("reveal-settle", data, [said(sentence, count=len(findings), **data), *findings])


@app.command(
    "ask-again", help=N_("Return the answers of an inquiry: what is missing is asked again."),
    epilog="reperform reveal ask-again RP-INQ-2026-0001 --reason 请附凭证",
)  # fmt: skip
def _ask_again(
    ctx: typer.Context, number: Number, reason: Annotated[str, Option(help=N_("What is missing."))]
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.reveal.inquiring import return_

    done = return_(_one(number, by), reason=reason, by=by, at=call.moment())
    return Answer("reveal-ask-again", {"number": number, "state": done.state}, [f"{number} {done.state}"])


@app.command(
    "take-back", help=N_("Take an inquiry back; its rows are to be sifted again."),
    epilog="reperform reveal take-back RP-INQ-2026-0001 --reason 另案处理",
)  # fmt: skip
def _take_back(
    ctx: typer.Context, number: Number, reason: Annotated[str, Option(help=N_("Why it is taken back."))]
) -> Answer:
    call = session(ctx)
    by = records.acting(call)
    from reperform.reveal.inquiring import take_back

    done = take_back(_one(number, by), reason=reason, by=by, at=call.moment())
    return Answer("reveal-take-back", {"number": number, "state": done.state}, [f"{number} {done.state}"])
