"""What the audited unit writes: measures, and the result with money by class, rules, persons and evidence.

The form shows as many rows as a person needs; an empty row is no row. Money is given in the unit that the form names
and kept in fen, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models import Submission
from reperform.ledger.models.rectifying import ActionKind, EvidenceKind
from reperform.rectify.actions import Measure, Result
from reperform.rules.figures import YUAN
from reperform.rules.outcomes import MoneyClass, OutcomeKind
from reperform.web import words
from reperform.web.forms.fields import UNITS, Styled, date_field, in_fen, money_field, text_area
from reperform.web.words import Words

MEASURES, MOST = 4, 50
# What is counted one by one: how many rows to show, the parts of a row, and those that must not be missing.
ROWS: Mapping[str, tuple[int, tuple[str, ...], tuple[str, ...]]] = {
    OutcomeKind.RULE: (3, ("title", "number", "on"), ()),
    OutcomeKind.PERSON: (2, ("title", "sanction", "number", "on"), ()),
    OutcomeKind.SERVICE: (2, ("title", "before", "after", "unit"), ("before", "after")),
    OutcomeKind.PAID: (1, ("title", "count", "amount"), ("count",)),
}
_OF_A_ROW = re.compile(rf"(?:{'|'.join(ROWS)})_title_\d{{1,2}}")
_COLUMNS = {"number": "reference"}  # parts that have another name in the record
# One slot for each kind of proof that local recognition rules name; a slot takes several files.
SLOTS = (EvidenceKind.VOUCHER, EvidenceKind.CERTIFICATE, EvidenceKind.REPLY, EvidenceKind.RULE, EvidenceKind.OTHER)


class PlanForm(Styled):
    """Measures: the first must be written, the others may stay empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        for row in range(MEASURES):
            self.fields[f"kind_{row}"] = forms.ChoiceField(choices=ActionKind.choices, label=_("Kind"), required=False)
            self.fields[f"text_{row}"] = text_area(_("Measure"), rows=2)
            self.fields[f"due_{row}"] = date_field(_("Due"))
            self.fields[f"handler_{row}"] = forms.CharField(label=_("Handler"), max_length=100, required=False)
            self.fields[f"standard_{row}"] = forms.CharField(
                label=_("Standard"), max_length=300, required=False, help_text=_("By what it is seen to be done")
            )
        self.style()

    def rows(self) -> Iterator[list[BoundField]]:
        for row in range(MEASURES):
            yield [self[f"{name}_{row}"] for name in ("kind", "text", "standard", "due", "handler")]

    def measures(self) -> list[Measure]:
        """Return the measures that were written."""
        got = self.cleaned_data
        return [
            Measure(
                got[f"kind_{row}"] or ActionKind.IMMEDIATE,
                got[f"text_{row}"].strip(),
                got[f"due_{row}"],
                got[f"handler_{row}"],
                got[f"standard_{row}"].strip(),
            )
            for row in range(MEASURES)
            if got[f"text_{row}"].strip()
        ]


@dataclass(frozen=True)
class MoneyRow:
    """One money class of the form."""

    label: Words
    amount: BoundField
    reference: BoundField
    on: BoundField
    own: bool


class SubmitForm(Styled):
    """What was done; the money class of the finding stands first."""

    text = text_area(
        _("What was done"),
        rows=5,
        help_text=_("Who did what, when, with which result; name people, matters and objects"),
    )
    unfinished = text_area(_("What is not done yet, and why"), rows=2)
    over_reason = text_area(_("Why more was done than ordered"), rows=2)
    waiver = forms.CharField(
        label=_("Waiver"), max_length=120, required=False,
        help_text=_("Its number, where a voucher may stand in two places"),
    )  # fmt: skip
    unit = forms.ChoiceField(choices=UNITS, label=_("Unit of the amounts"), initial="yuan")

    def __init__(self, *args: Any, money_class: str = "", **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        self.own_class = money_class
        written = {**(self.initial or {}), **self.data}
        self.places = {kind: _places(kind, least, written) for kind, (least, _parts, _owed) in ROWS.items()}
        for name in MoneyClass:
            self.fields[f"money_{name}"] = money_field(_("Amount"))
            self.fields[f"voucher_{name}"] = forms.CharField(label=_("Voucher"), max_length=100, required=False)
            self.fields[f"paid_{name}"] = date_field(_("Date"))
        for kind, count in self.places.items():
            for row in range(count):
                self.fields |= {f"{kind}_{part}_{row}": _part(kind, part) for part in ROWS[kind][1]}
        self.style()

    def own_money(self) -> list[MoneyRow]:
        """Return the rows to show at once: the finding's own class and those that hold something; all if none does."""
        rows = self._money_rows()
        return [row for row in rows if row.own or _filled(row)] or rows

    def other_money(self) -> list[MoneyRow]:
        """Return the rows that wait behind a fold."""
        shown = {row.amount.name for row in self.own_money()}
        return [row for row in self._money_rows() if row.amount.name not in shown]

    def _money_rows(self) -> list[MoneyRow]:
        rows = [
            MoneyRow(
                label, self[f"money_{name}"], self[f"voucher_{name}"], self[f"paid_{name}"], name == self.own_class
            )
            for name, label in words.MONEY.items()
        ]
        return sorted(rows, key=lambda row: not row.own)

    def rule_rows(self) -> list[list[BoundField]]:
        return self._rows(OutcomeKind.RULE)

    def person_rows(self) -> list[list[BoundField]]:
        return self._rows(OutcomeKind.PERSON)

    def service_rows(self) -> list[list[BoundField]]:
        return self._rows(OutcomeKind.SERVICE)

    def paid_rows(self) -> list[list[BoundField]]:
        return self._rows(OutcomeKind.PAID)

    def _rows(self, kind: str) -> list[list[BoundField]]:
        return [[self[f"{kind}_{part}_{row}"] for part in ROWS[kind][1]] for row in range(self.places[kind])]

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        for name in MoneyClass:
            self._exact(got, f"money_{name}")
            if got.get(f"money_{name}") is None and got.get(f"voucher_{name}"):
                self.add_error(f"money_{name}", _("A voucher without an amount."))
        for kind, count in self.places.items():
            for row in range(count):
                self._exact(got, f"{kind}_amount_{row}")
                self._check_row(got, kind, row)
        return got

    def _exact(self, got: dict[str, Any], name: str) -> None:
        if isinstance(amount := got.get(name), Decimal):
            try:
                got[name] = in_fen(amount, got.get("unit", "yuan"))
            except ValidationError as error:
                self.add_error(name, error)

    def _check_row(self, got: dict[str, Any], kind: str, row: int) -> None:
        _least, parts, owed = ROWS[kind]
        written = [part for part in parts if got.get(f"{kind}_{part}_{row}")]
        if written and "title" not in written:
            self.add_error(f"{kind}_title_{row}", _("A rule without its title.") if kind == "rule" else _("Of what?"))
        for part in owed:
            if written and part not in written and f"{kind}_{part}_{row}" not in self.errors:
                self.add_error(f"{kind}_{part}_{row}", _("This is missing."))

    def results(self) -> list[Result]:
        """Return the outcomes that were written."""
        got = self.cleaned_data
        money = [
            Result(
                OutcomeKind.MONEY, name, got[f"money_{name}"], reference=got[f"voucher_{name}"], on=got[f"paid_{name}"]
            )
            for name in MoneyClass
            if got[f"money_{name}"] is not None
        ]
        counted = [self._titled(kind, row) for kind, count in self.places.items() for row in range(count)]
        return money + [one for one in counted if one.title]

    def _titled(self, kind: str, row: int) -> Result:
        got = {part: self.cleaned_data[f"{kind}_{part}_{row}"] for part in ROWS[kind][1]}
        return Result(OutcomeKind(kind), **{_COLUMNS.get(part, part): value for part, value in got.items()})


def _part(kind: str, part: str) -> forms.Field:
    match part:
        case "on":
            return date_field(_("Date"))
        case "amount":
            return money_field(_("Amount"))
        case "count":
            return forms.IntegerField(label=_("People"), min_value=1, max_value=10**8, required=False)
        case "sanction":
            choices = [("", "—"), *words.SANCTIONS.items()]
            return forms.ChoiceField(choices=choices, label=_("Sanction"), required=False)
    labels = {
        "title": _("Title"), "number": _("Number"), "before": _("Before"), "after": _("After"),
        "unit": _("Unit of measure"),
    }  # fmt: skip
    lengths = {"title": 300, "unit": 50}
    return forms.CharField(label=labels[part], max_length=lengths.get(part, 100), required=False)


@dataclass(frozen=True)
class FileRow:
    """One slot of the form for evidence: its names, and the kinds to choose from."""

    kind_name: str
    files_name: str
    kind: str
    kinds: Sequence[tuple[str, Words]] = tuple(EvidenceKind.choices)


def file_rows() -> list[FileRow]:
    return [FileRow(f"evidence_kind_{row}", f"evidence_{row}", kind) for row, kind in enumerate(SLOTS)]


def uploaded(
    posted: Mapping[str, Any], files: MultiValueDict[str, UploadedFile[Any]]
) -> Iterator[tuple[EvidenceKind, UploadedFile[Any]]]:
    """Return every file with the kind that was chosen for its slot."""
    for row in file_rows():
        named = str(posted.get(row.kind_name, ""))
        kind = EvidenceKind(named) if named in EvidenceKind.values else EvidenceKind.OTHER
        for file in files.getlist(row.files_name):
            yield kind, file


def clean_name(name: str | None) -> str:
    """Return a file's name without a path and without control characters, never empty."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    readable = "".join(sign for sign in last if sign.isprintable()).strip(". ")
    return readable[-255:] or now_("unnamed")


def _places(kind: str, least: int, written: Mapping[str, Any]) -> int:
    """Return how many rows a kind of outcome needs: a version with more of them than the form offers loses none."""
    rows = [int(name.rpartition("_")[2]) for name in written if name.startswith(kind) and _OF_A_ROW.fullmatch(name)]
    last = max(rows, default=-1)
    return min(MOST, max(least, last + 2))


def _filled(row: MoneyRow) -> bool:
    return any(field.value() or field.errors for field in (row.amount, row.reference, row.on))


def written_before(submission: Submission) -> dict[str, Any]:
    """Return what the last version said, for the next one to begin with; its files stay with it."""
    found: dict[str, Any] = {name: getattr(submission, name) for name in ("text", "unfinished", "over_reason")}
    places = dict.fromkeys(ROWS, 0)
    for outcome in submission.outcomes.all():
        if outcome.kind == OutcomeKind.MONEY:
            name = outcome.money_class
            vouchers = [voucher for voucher in (found.get(f"voucher_{name}"), outcome.reference) if voucher]
            found[f"money_{name}"] = found.get(f"money_{name}", Decimal(0)) + Decimal(outcome.amount or 0) / YUAN
            found[f"voucher_{name}"] = "; ".join(vouchers)[:100]
            found[f"paid_{name}"] = outcome.on
        else:
            kind, place = outcome.kind, places[outcome.kind]
            places[kind] += 1
            for part in ROWS[kind][1]:
                value = getattr(outcome, _COLUMNS.get(part, part))
                found[f"{kind}_{part}_{place}"] = Decimal(value) / YUAN if part == "amount" and value else value
    return found
