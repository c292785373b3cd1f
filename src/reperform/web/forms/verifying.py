"""What a verifier writes: a verdict on chosen items, and a decision with its reason.

A cleared item needs a positive trace here as it does in a look-back: the number of a voucher, a document, a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reperform.ledger.drafting import in_language
from reperform.ledger.models import Item, ItemClaim
from reperform.rules.outcomes import Verdict
from reperform.verify.actions import AS_CLAIMED, Opinion, as_claimed
from reperform.verify.recognition import Point
from reperform.web import words
from reperform.web.forms.fields import Styled, in_fen, money_field, text_area

JUDGED = (Verdict.CLEARED, Verdict.PARTLY, Verdict.STILL, Verdict.UNPROVEN)


class JudgeForm(Styled):
    """One verdict for the chosen items, with the reason and the trace that it rests on; or each as it is claimed."""

    verdict = forms.ChoiceField(
        choices=[*((value, words.verdict(value).label) for value in JUDGED), (AS_CLAIMED, _("As claimed"))],
        label=_("Verdict"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    trace = forms.CharField(
        label=_("Trace"), max_length=200, required=False, help_text=_("Number of the voucher, document or record")
    )
    proved = money_field(_("Proved, yuan (one item only)"))

    def __init__(
        self, *args: Any, chosen: Sequence[Item] = (), claims: Mapping[int, ItemClaim] | None = None, **kwargs: Any,  # noqa: ANN401 - passed on to Django
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.chosen, self.claims = chosen, claims or {}

    def clean_proved(self) -> int | None:
        amount = self.cleaned_data["proved"]
        return None if amount is None else in_fen(amount, "yuan")

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        verdict = got.get("verdict")
        if not self.chosen:
            self.add_error(None, _("Choose at least one item."))
        if verdict == AS_CLAIMED:
            self._check_claims(got)
        if verdict in {Verdict.CLEARED, Verdict.PARTLY} and not str(got.get("trace", "")).strip():
            self.add_error(
                "trace", _("Cleared or partly needs a trace: a row that vanished is not a row that was fixed.")
            )
        if got.get("proved") is not None and len(self.chosen) > 1:
            self.add_error("proved", _("An amount can be given for one item at a time."))
        elif verdict == Verdict.PARTLY and any(item.amount for item in self.chosen) and got.get("proved") is None:
            self.add_error("proved", _("Partly needs the amount that is proved."))
        return got

    def _check_claims(self, got: dict[str, Any]) -> None:
        if unclaimed := [
            item.position for item in self.chosen if as_claimed(item, self.claims.get(item.pk), "") is None
        ]:
            shown = ", ".join(map(str, unclaimed[:10]))
            self.add_error("verdict", _("Nothing is claimed as put right of item %(items)s.") % {"items": shown})
        if got.get("proved") is not None or str(got.get("trace", "")).strip():
            self.add_error("verdict", _("As claimed takes amount and trace from the claims; leave them empty."))

    def opinions(self) -> dict[int, Opinion]:
        """Return the verdict of each chosen item; cleared means its whole amount unless less was said."""
        got = self.cleaned_data
        if got["verdict"] == AS_CLAIMED:
            said = {item.pk: as_claimed(item, self.claims.get(item.pk), got["reason"].strip()) for item in self.chosen}
            return {pk: opinion for pk, opinion in said.items() if opinion is not None}
        return {item.pk: self._opinion(item, got) for item in self.chosen}

    def _opinion(self, item: Item, got: dict[str, Any]) -> Opinion:
        verdict = Verdict(got["verdict"])
        remedied = got["proved"]
        if remedied is None and verdict is Verdict.CLEARED:
            remedied = item.amount
        return Opinion(verdict, got["reason"].strip(), remedied, got["trace"].strip())


class DecisionForm(Styled):
    """The reason of a decision, and what of the standard of striking off was seen."""

    reason = text_area(_("Reason"), rows=3)
    standard = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Seen in the evidence")
    )

    def __init__(self, *args: Any, points: Sequence[Point] = (), **kwargs: Any) -> None:  # noqa: ANN401 - passed on to Django
        super().__init__(*args, **kwargs)
        self.fields["standard"].choices = [(point.name, in_language(point.title)) for point in points]  # type: ignore[attr-defined]
