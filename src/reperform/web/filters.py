"""The filters of the ledger, kept in the address: what is chosen can be bookmarked, sent and exported as it stands."""

from __future__ import annotations

from decimal import Decimal

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models import Body, Finding
from reperform.papers.words import listed, say
from reperform.rules.figures import WAN
from reperform.web import words

BODIES_AT_MOST = 30  # a name that fits more bodies than this is no choice of a body
_SELECT = forms.Select(attrs={"class": "form-select"})


def category_label(value: str, language: str) -> str:
    return say("topic", value, language)


def of_body(findings: QuerySet[Finding], _name: str, value: str) -> QuerySet[Finding]:
    """Narrow to a body and those below it, named by its code or by a part of its name."""
    named = Q(number=value) | Q(name_zh__icontains=value) | Q(name_en__icontains=value)
    below = Q(pk__in=())
    for path in Body.objects.filter(named).order_by("path").values_list("path", flat=True)[:BODIES_AT_MOST]:
        below |= Q(responsible__path__startswith=path)
    return findings.filter(below)


def containing(findings: QuerySet[Finding], _name: str, value: str) -> QuerySet[Finding]:
    """Narrow to what the search box asks: number, title, or the name of the responsible body."""
    named = Q(responsible__name_zh__icontains=value) | Q(responsible__name_en__icontains=value)
    return findings.filter(Q(number__icontains=value) | Q(title__icontains=value) | named)


def at_least(findings: QuerySet[Finding], _name: str, value: Decimal) -> QuerySet[Finding]:
    return findings.filter(amount__gte=int(value * WAN))


class FindingFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    """Every field may be empty; an unknown value is an error beside its field and narrows nothing."""

    q = django_filters.CharFilter(method=containing, label=_("Number, title or body"))
    body = django_filters.CharFilter(method=of_body, label=_("Body, with those below"))
    category = django_filters.ChoiceFilter(label=_("Category"), empty_label=_("All"), widget=_SELECT)
    term = django_filters.ChoiceFilter(
        choices=words.choices(words.TERMS), label=_("Term"), empty_label=_("All"), widget=_SELECT
    )
    state = django_filters.ChoiceFilter(
        choices=[(value, chip.label) for value, chip in words.STATES.items()],
        label=_("State"),
        empty_label=_("All"),
        widget=_SELECT,
    )
    due = django_filters.DateFilter(
        field_name="due_on",
        lookup_expr="lte",
        label=_("Due until"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    min = django_filters.NumberFilter(method=at_least, label=_("From, 10,000 yuan"), min_value=0)
    engagement = django_filters.CharFilter(field_name="engagement__number")
    code = django_filters.CharFilter(field_name="code")

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()

    def __init__(self, *args: object, language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        topics = [(value, category_label(value, language)) for value in listed("topic") if value]
        self.form.fields["category"].choices = [("", _("All")), *topics]
        for name in ("q", "body", "min"):
            self.form.fields[name].widget.attrs["class"] = "form-control"
        self.form.fields["min"].widget.attrs.update({"inputmode": "decimal", "step": "any"})
