"""What an auditor writes on a draft, and who carries an issued finding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models import Body, Finding
from reperform.ledger.models.findings import DutyRole
from reperform.rules.figures import WAN
from reperform.web import words
from reperform.web.forms.fields import Styled, in_fen, money_field, text_area


class ReviseForm(Styled):
    """Every column of a draft that a person may word."""

    title = forms.CharField(label=_("Title"), max_length=300)
    responsible = forms.ModelChoiceField(Body.objects.none(), label=_("Responsible body"), required=False)
    lead = forms.ModelChoiceField(Body.objects.none(), label=_("Lead body"), required=False)
    criteria = text_area(_("Criteria"), help_text=_("What should be: law, rule, standard, with the article"))
    condition = text_area(_("Condition"), help_text=_("What is"))
    cause = text_area(_("Cause"), help_text=_("Why it is so"))
    effect = text_area(_("Effect"), help_text=_("So what: the harm or the risk"))
    requirement = text_area(_("What must be done"), rows=2)
    ordered = money_field(_("Amount ordered, 10,000 yuan"), required=True)
    money_class = forms.ChoiceField(
        choices=words.choices(words.MONEY, empty=_("None")), label=_("Money class"), required=False
    )
    term = forms.ChoiceField(choices=words.choices(words.TERMS), label=_("Term"))
    supervision = forms.ChoiceField(choices=words.choices(words.SUPERVISIONS), label=_("Supervision"))
    nature = forms.ChoiceField(choices=words.choices(words.NATURES), label=_("Nature"))

    PLAIN = ("title", "criteria", "condition", "cause", "effect", "requirement", "money_class", "term", "supervision",
             "nature", "responsible", "lead")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        bodies = Body.objects.exclude(body_kind__in=("audit", "legislature", "discipline")).order_by("path")
        for name in ("responsible", "lead"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what is declared above
            field.queryset = bodies
            field.empty_label = str(_("None"))

    @classmethod
    def of(cls, finding: Finding) -> ReviseForm:
        """Return the form filled with what the draft says now."""
        now = {name: getattr(finding, name) for name in cls.PLAIN}
        return cls(initial={**now, "ordered": f"{Decimal(finding.ordered) / WAN:f}"})

    def clean_ordered(self) -> int:
        return in_fen(self.cleaned_data["ordered"], "wan")

    def changes(self, finding: Finding) -> dict[str, object]:
        """Return the columns that the person changed."""
        return {name: value for name, value in self.cleaned_data.items() if getattr(finding, name) != value}


class AssignForm(Styled):
    """Head, leader in charge and handler of one body."""

    role = forms.ChoiceField(choices=DutyRole.choices, label=_("Duty"))
    body = forms.ModelChoiceField(Body.objects.none(), label=_("Body"))
    head = forms.CharField(label=_("Head (first responsible person)"), max_length=100, required=False)
    leader = forms.CharField(label=_("Leader in charge"), max_length=100, required=False)
    handler = forms.CharField(label=_("Handler"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what is declared above
        field.queryset = Body.objects.exclude(body_kind="legislature").order_by("path")
