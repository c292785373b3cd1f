"""A page's form made of the fields that a step declares; what was written comes out typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from reperform.ledger import scope
from reperform.ledger.asking import Ask, Field, Form, end_of
from reperform.ledger.models import Account, Body, Finding
from reperform.ledger.vault import Vault
from reperform.rectify.actions import Attachment
from reperform.web.forms.fields import Styled, date_field, in_fen, money_field, text_area
from reperform.web.forms.filling import clean_name

MOST_FINDINGS = 500
_EMPTY: Mapping[Ask, object] = {Ask.DATE: None, Ask.NUMBER: None, Ask.MONEY: None}


class StepForm(Styled):
    """The fields of one step, for one person."""

    def __init__(self, form: Form, person: Account, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        self.asked, self.person = form, person
        super().__init__(*args, **kwargs)

    def __new__(cls, form: Form, *_args: Any, **_kwargs: Any) -> StepForm:  # noqa: ANN401 - passed on to Django
        declared = {one.name: _field(one) for one in form.fields if one.ask is not Ask.FILES}
        return super().__new__(type("StepForm", (cls,), declared))

    def values(self, files: list[UploadedFile[Any]]) -> dict[str, object]:
        """Return what was written, typed as the verb takes it; files are kept in the vault now."""
        written: dict[str, object] = {}
        for one in self.asked.fields:
            if one.ask is Ask.FILES:
                written[one.name] = _kept(files)
            else:
                written[one.name] = self._typed(one, self.cleaned_data[one.name])
        return written

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        for one in self.asked.fields:
            if one.name in got and one.ask in (Ask.BODY, Ask.FINDINGS, Ask.MONEY):
                try:
                    got[one.name] = self._looked_up(one, got[one.name])
                except ValidationError as error:
                    self.add_error(one.name, error)
        return got

    def _looked_up(self, one: Field, value: Any) -> object:  # noqa: ANN401 - as the field gives it
        if one.ask is Ask.MONEY:
            return None if value is None else in_fen(value, "yuan")
        if one.ask is Ask.BODY:
            return body_named(value)
        return findings_named(value, self.person)

    @staticmethod
    def _typed(one: Field, value: Any) -> object:  # noqa: ANN401 - as the field gives it
        if one.ask is Ask.LINES:
            return [line.strip() for line in value.splitlines() if line.strip()]
        if one.ask is Ask.MOMENT:
            return end_of(value)
        return value if value not in ("", None) else _EMPTY.get(one.ask, value or "")


def _field(one: Field) -> forms.Field:
    label: Any = one.label  # a lazy text, which the stubs of forms know under another name
    match one.ask:
        case Ask.DATE | Ask.MOMENT:
            return date_field(label, required=one.required)
        case Ask.TEXT | Ask.LINES:
            return text_area(label, required=one.required, help_text=str(one.help))
        case Ask.FINDINGS:
            hint = _("Numbers, separated by spaces.")
            return text_area(label, rows=2, required=one.required, help_text=hint)
        case Ask.MONEY:
            return money_field(label, required=one.required)
        case Ask.NUMBER:
            return forms.IntegerField(label=label, required=one.required, min_value=0, max_value=10**6)
        case Ask.WORD:
            return forms.ChoiceField(label=label, required=one.required, choices=list(one.words.items()))
        case Ask.FLAG:
            return forms.BooleanField(label=label, required=False)
    widget = forms.TextInput(attrs={"list": "bodies"}) if one.ask is Ask.BODY else forms.TextInput()
    return forms.CharField(label=label, required=one.required, max_length=300, widget=widget)


def body_named(text: str) -> Body:
    """Return the active body of a code or name; a form's error says when there is none."""
    code = text.strip().split(" ")[0]
    found = Body.objects.filter(state="active", number=code).first()
    found = found or Body.objects.filter(state="active", name_zh=text.strip()).first()
    if found is None:
        raise ValidationError(_("There is no body %(text)s."), params={"text": text})
    return found


def findings_named(text: str, person: Account) -> list[Finding]:
    """Return the findings of some numbers that the person may see."""
    numbers = list(dict.fromkeys(text.replace(",", " ").split()))[:MOST_FINDINGS]
    found = {one.number: one for one in scope.findings(person).filter(number__in=numbers)}
    if absent := [number for number in numbers if number not in found]:
        raise ValidationError(_("There is no finding %(number)s."), params={"number": absent[0]})
    return [found[number] for number in numbers]


def _kept(files: list[UploadedFile[Any]]) -> tuple[Attachment, ...]:
    vault = Vault(settings.HOME.evidence)
    kept = []
    for file in files:
        name = clean_name(file.name)
        kept.append(Attachment(vault.keep(file.chunks(), name=name, limit=settings.EVIDENCE_MAX_BYTES), name))
    return tuple(kept)
