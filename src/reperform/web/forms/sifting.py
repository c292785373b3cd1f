"""What an auditor writes while sifting, and when a run is started."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _

from reperform.engine.spec import Procedure
from reperform.ledger.drafting import in_language
from reperform.ledger.models import Body, Engagement, Snapshot
from reperform.ledger.models.inquiries import Answer
from reperform.web.forms.fields import Styled, date_field, text_area

A_YEAR = timedelta(days=365)


class RunForm(Styled):
    """Which procedures, over which snapshot, for which audit project."""

    snapshot = forms.ModelChoiceField(
        Snapshot.objects.none(), label=_("Snapshot"), empty_label=None, to_field_name="number"
    )
    engagement = forms.ModelChoiceField(
        Engagement.objects.none(), label=_("Engagement"), required=False, empty_label=_("None"), to_field_name="number"
    )
    codes = forms.MultipleChoiceField(label=_("Procedures"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        posted: QueryDict | None,
        *,
        snapshots: QuerySet[Snapshot],
        engagements: QuerySet[Engagement],
        procedures: Mapping[str, Procedure],
    ) -> None:
        super().__init__(posted)
        _choose(self.fields["snapshot"], snapshots)
        _choose(self.fields["engagement"], engagements)
        codes = self.fields["codes"]
        assert isinstance(codes, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker what is declared above
        codes.choices = [(code, f"{code} {in_language(one.title)}") for code, one in procedures.items()]


class ConfirmForm(Styled):
    """Into which audit project the confirmed rows go."""

    engagement = forms.ModelChoiceField(
        Engagement.objects.none(), label=_("Engagement"), empty_label=None, to_field_name="number"
    )

    def __init__(
        self, posted: QueryDict | None = None, *, engagements: QuerySet[Engagement], chosen: str | None = None
    ) -> None:
        super().__init__(posted, initial={"engagement": chosen} if chosen else None)
        _choose(self.fields["engagement"], engagements)


class ExcludeForm(Styled):
    """Why rows are set aside, and until when."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)
    expires_on = date_field(_("Set aside until"), required=True)

    @classmethod
    def from_today(cls, today: date) -> ExcludeForm:
        return cls(initial={"expires_on": today + A_YEAR})


class SendForm(Styled):
    """Who is asked to check rows, and what."""

    question = forms.CharField(label=_("Question"), max_length=1000)
    receiver = forms.ModelChoiceField(
        Body.objects.filter(state="active"), label=_("Sent to"), to_field_name="number",
        widget=forms.TextInput(attrs={"list": "bodies", "autocomplete": "off"}),
        error_messages={"invalid_choice": _("There is no such body.")},
    )  # fmt: skip
    due_on = date_field(_("Reply due"))


class AnswerForm(Styled):
    """What is answered of rows."""

    word = forms.ChoiceField(label=_("Answer"), choices=Answer.choices)
    text = text_area(_("Explanation"), rows=2)
    proof = forms.FileField(label=_("Proof"), required=False)


class SettleForm(Styled):
    """Into which audit project confirmed rows go, and until when explained ones are set aside."""

    engagement = forms.ModelChoiceField(
        Engagement.objects.none(), label=_("Engagement"), required=False, to_field_name="number"
    )
    expires_on = date_field(_("Set aside until"), required=True)

    def __init__(
        self, posted: QueryDict | None = None, *, engagements: QuerySet[Engagement], until: date | None = None,
        chosen: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(posted, initial={"expires_on": until, "engagement": chosen})
        _choose(self.fields["engagement"], engagements)


def _choose(field: forms.Field, rows: QuerySet[Any]) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what is declared above
    field.queryset = rows
