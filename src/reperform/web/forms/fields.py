"""Fields that several forms share: money without a float, dates as the browser gives them, one look for all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reperform.rules.figures import WAN, YUAN

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Label: TypeAlias = "str | _StrPromise"
UNITS = (("yuan", _("yuan")), ("wan", _("10,000 yuan")))
FEN_PER = {"yuan": YUAN, "wan": WAN}
LARGEST = 10**17  # fen; a number of the log stays below 2^53 in any case


class Styled(forms.Form):
    """A form whose widgets carry the classes of the style sheet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        self.style()

    def style(self) -> None:
        """Give every widget its class; to be called again by a form that adds fields of its own."""
        for field in self.fields.values():
            widget = field.widget
            if isinstance(
                widget, forms.HiddenInput | forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect
            ):
                continue
            css = "form-select" if isinstance(widget, forms.Select) else "form-control"
            had = str(widget.attrs.get("class", ""))
            if css not in had:
                widget.attrs["class"] = f"{had} {css}".strip()


def date_field(label: Label, *, required: bool = False, help_text: Label = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def text_area(label: Label, *, rows: int = 3, required: bool = False, help_text: Label = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def money_field(label: Label, *, required: bool = False) -> forms.DecimalField:
    """Return a field for an amount in the unit that the form names; `in_fen` reads it."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=6,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "r-num", "autocomplete": "off"}),
    )


def in_fen(amount: Decimal, unit: str) -> int:
    """Return an amount in fen, exactly; what is finer than a fen is an error, never rounded."""
    fen = amount * FEN_PER[unit]
    if fen != fen.to_integral_value() or fen > LARGEST // 100:
        raise ValidationError(_("%(amount)s is finer than one fen or too large."), params={"amount": amount})
    return int(fen)
