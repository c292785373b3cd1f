"""What the unit says of single items: done, partly, not done, disagrees; with amount, proof and words.

Rules kept here:

* A claim is never a verdict: it stands beside what the data say and what the verifier recognises, in rows of its own.
* Claims wait until the next version is submitted, then belong to it. What is not said anew is carried over from the
  version before, so that a version is always whole.
* Done and partly name their proof; not done and disagrees say why. Done is the whole amount of the item, partly less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from reperform.errors import N_, Refused
from reperform.ledger.change import Change
from reperform.ledger.drafting import digest
from reperform.ledger.models import Account, Finding, Item, ItemClaim
from reperform.ledger.record import step
from reperform.rules.outcomes import Claim

LONGEST_REFERENCE, LONGEST_TEXT = 100, 300
REMEDIED = frozenset({Claim.DONE, Claim.PARTLY})


@dataclass(frozen=True)
class Said:
    """What is said of one item; the amount in fen."""

    claim: Claim
    amount: int | None = None
    reference: str = ""
    text: str = ""

    def of(self, item: Item) -> Said:
        """Return it with the amount that it means: done is the whole of the item."""
        if self.claim is Claim.DONE and self.amount is None:
            return Said(self.claim, item.amount, self.reference, self.text)
        return self


@dataclass(frozen=True)
class Fault:
    """What is wrong with a claim, and in which of its parts."""

    part: str
    message: str


def fault(item: Item, said: Said) -> Fault | None:
    """Return why this can't be said of an item, if it can't."""
    if len(said.reference) > LONGEST_REFERENCE:
        return Fault("reference", N_("This is longer than 100 characters."))
    if len(said.text) > LONGEST_TEXT:
        return Fault("text", N_("This is longer than 300 characters."))
    if said.claim not in REMEDIED:
        if said.amount:
            return Fault("amount", N_("What is not done has no amount."))
        return None if said.text.strip() else Fault("text", N_("It must be said why."))
    if not said.reference.strip():
        return Fault("reference", N_("Done and partly need the number of a proof."))
    if item.amount is None:
        return None
    if said.claim is Claim.DONE and said.amount not in (None, item.amount):
        return Fault("amount", N_("Done is the whole amount of the item; what is less is partly done."))
    if said.claim is Claim.PARTLY and not 0 < (said.amount or 0) < item.amount:
        return Fault("amount", N_("Partly needs an amount between nothing and the amount of the item."))
    return None


def claim(finding: Finding, said: Mapping[int, Said], *, by: Account, at: datetime, seen: int | None = None) -> Finding:
    """Say something of items, by their primary keys; it waits for the next submission."""
    items = [item for item in finding.items.order_by("position") if item.pk in said]
    for item in items:
        if wrong := fault(item, said[item.pk]):
            raise Refused(f"claim.{wrong.part}", wrong.message)
    waiting = {one.item_id: one for one in _waiting(finding)}
    whole = {item.pk: said[item.pk].of(item) for item in items}
    adds = [ItemClaim(item=item, **_columns(whole[item.pk])) for item in items if item.pk not in waiting]
    edits = [(waiting[item.pk], _columns(whole[item.pk])) for item in items if item.pk in waiting]
    told = [_told(item, whole[item.pk]) for item in items]
    change = Change(
        "claim", finding, adds=adds, edits=edits, expect_seq=seen, fields={"claims": told},
        facts={"items": len(items), "items_digest": digest(told), "on": timezone.localdate(at).isoformat()},
    )  # fmt: skip
    return step(change, by=by, at=at)


def _columns(said: Said) -> dict[str, object]:
    return {"claim": said.claim, "amount": said.amount, "reference": said.reference, "text": said.text}


def _told(item: Item, said: Said) -> list[object]:
    return [item.identity, said.claim.value, said.amount, said.reference]


def _waiting(finding: Finding) -> QuerySet[ItemClaim]:
    return ItemClaim.objects.filter(item__finding=finding, submission=None)


def at_hand(finding: Finding) -> QuerySet[ItemClaim]:
    """Return what the next version would say of items: what waits, else what the last version said."""
    last = finding.submissions.order_by("-version").values("pk")[:1]
    said_anew = _waiting(finding).values("item")
    sent = ItemClaim.objects.filter(submission__in=last).exclude(item__in=said_anew)
    return ItemClaim.objects.filter(Q(pk__in=_waiting(finding).values("pk")) | Q(pk__in=sent.values("pk")))


def claims_at_hand(finding: Finding, items: Sequence[Item] | None = None) -> dict[int, ItemClaim]:
    """Return what the next version would say of some items, or of all, by item."""
    chosen = at_hand(finding) if items is None else at_hand(finding).filter(item__in=items)
    return {one.item_id: one for one in chosen}


def remedied(claims: Iterable[ItemClaim]) -> int:
    """Return what the claims sum to (fen)."""
    return sum(one.amount or 0 for one in claims if one.claim in REMEDIED)
