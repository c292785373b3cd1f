"""What the audited unit writes: measures, and the result with money by class, rules, persons and evidence.

The form shows as many rows as a person needs; an empty row is no row. Money is given in the unit that the form names
and kept in fen, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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

MEASURES, RULES, PERSONS, MOST = 4, 3, 2, 50
_OF_A_ROW = re.compile(r"(?:rule|person)_title_\d{1,2}")
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
        _style(self)

    def rows(self) -> Iterator[list[BoundField]]:
        for row in range(MEASURES):
            yield [self[f"{name}_{row}"] for name in ("kind", "text", "due", "handler")]

    def measures(self) -> list[Measure]:
        """Return the measures that were written."""
        got = self.cleaned_data
        return [
            Measure(
                got[f"kind_{row}"] or ActionKind.IMMEDIATE,
                got[f"text_{row}"].strip(),
                got[f"due_{row}"],
                got[f"handler_{row}"],
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
    unit = forms.ChoiceField(choices=UNITS, label=_("Unit of the amounts"), initial="yuan")

    def __init__(self, *args: Any, money_class: str = "", **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        self.own_class = money_class
        written = {**(self.initial or {}), **self.data}
        self.places = {kind: _places(kind, least, written) for kind, least in (("rule", RULES), ("person", PERSONS))}
        for name in MoneyClass:
            self.fields[f"money_{name}"] = money_field(_("Amount"))
            self.fields[f"voucher_{name}"] = forms.CharField(label=_("Voucher"), max_length=100, required=False)
            self.fields[f"paid_{name}"] = date_field(_("Date"))
        for kind, count in self.places.items():
            for row in range(count):
                self.fields[f"{kind}_title_{row}"] = forms.CharField(label=_("Title"), max_length=300, required=False)
                self.fields[f"{kind}_number_{row}"] = forms.CharField(label=_("Number"), max_length=100, required=False)
                self.fields[f"{kind}_on_{row}"] = date_field(_("Date"))
        _style(self)

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
        return [
            [self[f"rule_{part}_{row}"] for part in ("title", "number", "on")] for row in range(self.places["rule"])
        ]

    def person_rows(self) -> list[list[BoundField]]:
        return [
            [self[f"person_{part}_{row}"] for part in ("title", "number", "on")] for row in range(self.places["person"])
        ]

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        for name in MoneyClass:
            amount = got.get(f"money_{name}")
            if isinstance(amount, Decimal):
                try:
                    got[f"money_{name}"] = in_fen(amount, got.get("unit", "yuan"))
                except ValidationError as error:
                    self.add_error(f"money_{name}", error)
            elif got.get(f"voucher_{name}"):
                self.add_error(f"money_{name}", _("A voucher without an amount."))
        for row in range(self.places["rule"]):
            if (got.get(f"rule_number_{row}") or got.get(f"rule_on_{row}")) and not got.get(f"rule_title_{row}"):
                self.add_error(f"rule_title_{row}", _("A rule without its title."))
        return got

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
        rules = [self._titled(OutcomeKind.RULE, "rule", row) for row in range(self.places["rule"])]
        persons = [self._titled(OutcomeKind.PERSON, "person", row) for row in range(self.places["person"])]
        return money + [one for one in (*rules, *persons) if one.title]

    def _titled(self, kind: OutcomeKind, prefix: str, row: int) -> Result:
        got = self.cleaned_data
        on: date | None = got[f"{prefix}_on_{row}"]
        return Result(kind, title=got[f"{prefix}_title_{row}"].strip(), reference=got[f"{prefix}_number_{row}"], on=on)


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
    places = {OutcomeKind.RULE.value: 0, OutcomeKind.PERSON.value: 0}
    for outcome in submission.outcomes.all():
        if outcome.kind == OutcomeKind.MONEY:
            name = outcome.money_class
            vouchers = [voucher for voucher in (found.get(f"voucher_{name}"), outcome.reference) if voucher]
            found[f"money_{name}"] = found.get(f"money_{name}", Decimal(0)) + Decimal(outcome.amount or 0) / YUAN
            found[f"voucher_{name}"] = "; ".join(vouchers)[:100]
            found[f"paid_{name}"] = outcome.on
        else:
            stem, place = outcome.kind, places[outcome.kind]
            places[stem] += 1
            found[f"{stem}_title_{place}"] = outcome.title
            found[f"{stem}_number_{place}"] = outcome.reference
            found[f"{stem}_on_{place}"] = outcome.on
    return found


def _style(form: Styled) -> None:
    for field in form.fields.values():
        css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        had = str(field.widget.attrs.get("class", ""))
        if css not in had:
            field.widget.attrs["class"] = f"{had} {css}".strip()
