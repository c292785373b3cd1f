"""An inquiry as a workbook that goes to a body without access, and comes back with its answers.

Rules kept here:

* The workbook holds the rows that were sent and nothing else; the cells to fill are the only ones unlocked.
* Rows are known by the first signs of their identity, so that sorting or deleting lines does no harm; a line without
  an answer stays open. What is wrong is told with sheet, row and column, and then nothing is taken.
* Words of either language are understood. No cell is a formula or a link, whatever its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from reperform.engine.child import ChildStopped, Limits, in_child
from reperform.engine.headers import letters
from reperform.engine.tables import Field
from reperform.errors import N_, BadInput, Place, ReperformError
from reperform.ledger import workshop
from reperform.ledger.drafting import in_language
from reperform.ledger.models import Inquiry, InquiryRow
from reperform.ledger.models.inquiries import Answer
from reperform.reveal.formats.answers import first_sheet
from reperform.reveal.inquiring import Said
from reperform.rules.figures import YUAN, in_unit

SIGNS = 16  # of an identity: enough among the rows of one run
READING = Limits(memory=1 << 30, cpu=60, seconds=120.0)
HEAD = 2  # the line of the headers, counted from 0; above it stand the question and what to do


def write_book(path: Path, inquiry: Inquiry) -> None:
    """Write the workbook; the headers are those of the contracts, in the language now active."""
    fields = _fields(inquiry)
    asked = list(inquiry.rows.select_related("row").order_by("pk"))
    key, others = (list(asked[0].row.key), list(asked[0].row.fields)) if asked else ([], [])
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(inquiry.number)
        head, open_ = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"locked": False})
        sheet.protect()
        sheet.write_string(0, 0, inquiry.number)
        sheet.write_string(0, 1, inquiry.question)
        sheet.write_string(1, 0, _("Reply due"))
        sheet.write_string(1, 1, inquiry.due_on.isoformat())
        heads = [_("Row"), _("Body"), *(_title(name, fields) for name in key), _("Amount (yuan)"),
                 *(_title(name, fields) for name in others), _("Answer"), _("Explanation")]  # fmt: skip
        for place, title in enumerate(heads):
            sheet.write_string(HEAD, place, title, head)
        last = len(heads) - 1
        for line, one in enumerate(asked, HEAD + 1):
            for place, text in enumerate(_cells(one, key, others, fields)):
                sheet.write_string(line, place, text)
            sheet.write_string(line, last - 1, str(Answer(one.answer).label) if one.answer else "", open_)
            sheet.write_string(line, last, one.text, open_)
        choice = {"validate": "list", "source": [str(label) for label in Answer.labels]}
        sheet.data_validation(HEAD + 1, last - 1, HEAD + max(len(asked), 1), last - 1, choice)
        sheet.set_column(0, last, 18)
        sheet.freeze_panes(HEAD + 1, 1)


def _fields(inquiry: Inquiry) -> dict[str, Field]:
    """Return what the contracts say of the columns that the procedure reads; nothing where it is no longer kept."""
    try:
        procedure = workshop.pinned(inquiry.run.procedure_hash)
    except ReperformError:
        return {}
    contracts = workshop.contracts()
    names = reversed(tuple(procedure.tables))  # the first one has the say
    tables = [contracts[name] for name in names if name in contracts]
    return {field.name: field for table in tables for field in table.fields}


def _title(name: str, fields: Mapping[str, Field]) -> str:
    if name not in fields:
        return name
    title = in_language(fields[name].title)
    return _("%(title)s (yuan)") % {"title": title} if fields[name].is_money else title


def _cells(one: InquiryRow, key: list[str], others: list[str], fields: Mapping[str, Field]) -> list[str]:
    row = one.row
    amount = "" if row.amount is None else in_unit(row.amount, YUAN)
    kept = [_text(name, row.key, fields) for name in key]
    return [row.identity[:SIGNS], row.body_code, *kept, amount, *(_text(name, row.fields, fields) for name in others)]


def _text(name: str, values: Mapping[str, object], fields: Mapping[str, Field]) -> str:
    text = str(values.get(name, ""))
    money = name in fields and fields[name].is_money and text.lstrip("-").isdecimal()
    return in_unit(int(text), YUAN) if money else text


def read_book(path: Path, inquiry: Inquiry) -> list[Said]:
    """Read the answers; `BadInput` names the cell that is wrong."""
    try:
        name, rows = in_child(first_sheet, str(path), limits=READING)
    except ChildStopped as error:
        raise BadInput(
            N_("The file cannot be read: {problem}"), place=Place(path.name), problem=error.render()
        ) from error
    if len(rows) <= HEAD or not rows[0] or rows[0][0] != inquiry.number:
        raise BadInput(
            N_("This is not the workbook of {inquiry}."), place=Place(path.name, name, 1, "A"), rule="inquiry.book",
            hint=N_("Write it again with: reperform reveal inquiry {inquiry} --out FILE"), inquiry=inquiry.number,
        )  # fmt: skip
    asked = {one.row.identity[:SIGNS]: one for one in inquiry.rows.select_related("row")}
    at = len(rows[HEAD]) - 1
    while at > 1 and not rows[HEAD][at]:
        at -= 1
    words, said = _words(), dict[str, Said]()
    for line, row in enumerate(rows[HEAD + 1 :], HEAD + 2):
        cells = [*row, *[""] * (at + 1 - len(row))]
        if not any(cells):
            continue
        if cells[0] not in asked or cells[0] in said:
            message = (
                N_("The row stands twice.") if cells[0] in said else N_("This row does not belong to the inquiry.")
            )
            raise BadInput(message, place=Place(path.name, name, line, "A"), value=cells[0], rule="inquiry.row")
        word, text = cells[at - 1], cells[at]
        if not word and not text:
            continue
        if word not in words:
            raise BadInput(
                N_("The answer must be one of: {known}."), place=Place(path.name, name, line, letters(at - 1)),
                value=word, rule="inquiry.word", known=", ".join(str(label) for label in Answer.labels),
            )  # fmt: skip
        if words[word] != Answer.CONFIRMED and not text:
            raise BadInput(
                N_("This answer needs an explanation."), place=Place(path.name, name, line, letters(at)),
                rule="inquiry.words",
            )  # fmt: skip
        said[cells[0]] = Said(asked[cells[0]], words[word], text)
    return list(said.values())


def _words() -> dict[str, str]:
    """Return what may stand in the column of answers: the word itself, and its label in each language."""
    found = {str(word): str(word) for word in Answer.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(one.label): str(one.value) for one in Answer}
    return found
