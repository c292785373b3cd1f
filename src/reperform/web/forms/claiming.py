"""What a unit says of single items: a table of one page of them, the same for many at once, or a list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models import Item, ItemClaim
from reperform.rectify.claiming import Fault, Said, fault
from reperform.rules.figures import YUAN, in_unit
from reperform.rules.outcomes import Claim
from reperform.web import words
from reperform.web.forms.fields import Styled, in_fen, money_field

PARTS = ("claim", "amount", "reference", "text")
CHOICES = [("", "—"), *((name, chip.label) for name, chip in words.CLAIMS.items())]
UNSAID, EVERY = "unsaid", "every"


def _fields(suffix: str) -> dict[str, forms.Field]:
    return {
        f"claim{suffix}": forms.ChoiceField(choices=CHOICES, label=_("Claim"), required=False),
        f"amount{suffix}": money_field(_("Put right, yuan")),
        f"reference{suffix}": forms.CharField(label=_("Number of the proof"), max_length=100, required=False),
        f"text{suffix}": forms.CharField(label=_("What was done, or why not"), max_length=300, required=False),
    }


def _said(got: Mapping[str, Any], suffix: str) -> Said | None:
    """Return what was written in one row; nothing where it is empty."""
    if not got.get(f"claim{suffix}"):
        return None
    amount = got.get(f"amount{suffix}")
    return Said(
        Claim(got[f"claim{suffix}"]), None if amount is None else in_fen(amount, "yuan"),
        got[f"reference{suffix}"].strip(), got[f"text{suffix}"].strip(),
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One item with its four fields."""

    item: Item
    claim: BoundField
    amount: BoundField
    reference: BoundField
    text: BoundField

    @property
    def fields(self) -> Sequence[BoundField]:
        return (self.claim, self.amount, self.reference, self.text)


class ClaimForm(Styled):
    """One page of items; a row without a claim says nothing of its item."""

    def __init__(self, *args: Any, items: Sequence[Item], said: Mapping[int, ItemClaim], **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        self.items = items
        initial: dict[str, object] = {}
        for item in items:
            if one := said.get(item.pk):
                amount = None if one.amount is None else in_unit(one.amount, YUAN).replace(",", "")
                values = (one.claim, amount, one.reference, one.text)
                initial |= {f"{part}_{item.pk}": value for part, value in zip(PARTS, values, strict=True)}
        super().__init__(*args, initial=initial, **kwargs)
        for item in items:
            self.fields.update(_fields(f"_{item.pk}"))
        self.style()

    def rows(self) -> Iterator[Row]:
        for item in self.items:
            yield Row(item, *(self[f"{part}_{item.pk}"] for part in PARTS))

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        self.said: dict[int, Said] = {}
        for item in self.items:
            suffix = f"_{item.pk}"
            try:
                found = _said(got, suffix)
            except ValidationError as error:
                self.add_error(f"amount{suffix}", error)
                continue
            if found is None:
                if any(got.get(f"{part}{suffix}") for part in PARTS[1:]):
                    self.add_error(f"claim{suffix}", _("It is not said what is claimed of this item."))
                continue
            if wrong := fault(item, found):
                self.add_error(f"{wrong.part}{suffix}", now_(wrong.message))
            self.said[item.pk] = found
        return got


class SameForm(Styled):
    """The same for many items at once."""

    which = forms.ChoiceField(
        choices=[(UNSAID, _("All of which nothing is said yet")), (EVERY, _("All items"))], label=_("Items")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        self.fields.update(_fields(""))
        del self.fields["amount"]  # done is the whole amount of each, and partly differs from item to item
        self.fields["claim"].choices = [  # type: ignore[attr-defined]
            (name, chip.label) for name, chip in words.CLAIMS.items() if name != Claim.PARTLY
        ]
        self.style()

    def said_of(self, items: Sequence[Item]) -> dict[int, Said] | Fault:
        """Return what is said of each item, or what is wrong with it."""
        found = _said({**self.cleaned_data, "amount": None}, "")
        if found is None:
            return Fault("claim", "")
        wrong = next((wrong for item in items if (wrong := fault(item, found))), None)
        return wrong or {item.pk: found for item in items}
