"""The verbs of personal tokens: make one, revoke it, know whose it is.

Rules kept here:

* The secret is shown once, to whom it belongs; what is kept can't be turned back into it.
* A token ends on its day at the latest, with the person's access, or when it is revoked.
* Comparing takes the same time whatever is wrong.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from reperform.errors import N_, Refused
from reperform.ledger.change import Change
from reperform.ledger.models import Account, Token, TokenScope, TokenUse
from reperform.ledger.record import step

PREFIX = "rp"
LONGEST_DAYS = 366
_SEEN_AGAIN = timedelta(minutes=1)
_NOBODY = hashlib.sha256(secrets.token_bytes(32)).hexdigest()


def make(*, label: str, scope: TokenScope, days: int, by: Account, at: datetime) -> tuple[Token, str]:
    """Make a token for oneself; return it with the text that is shown this once."""
    if not 1 <= days <= LONGEST_DAYS or not label.strip():
        raise Refused(
            "token.days", N_("A token has a name, and ends after 1 to {most} days."), most=LONGEST_DAYS,
            hint=N_("Make a new one before the old one ends."),
        )  # fmt: skip
    secret = secrets.token_urlsafe(32)
    token = Token(
        number=secrets.token_hex(8), owner=by, label=label.strip()[:100], scope=scope, digest=_digest(secret),
        created_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    facts = {"scope": scope.value, "expires": timezone.localdate(token.expires_at).isoformat()}
    step(Change("create", token, facts=facts, fields={"label": token.label}), by=by, at=at)
    return token, f"{PREFIX}_{token.number}_{secret}"


def revoke(token: Token, *, by: Account, at: datetime) -> Token:
    """End a token now."""
    return step(Change("revoke", token), by=by, at=at)


def public_half(text: str) -> str:
    """Return the number in the text of a token, or nothing where it is none."""
    parts = text.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == PREFIX and parts[1].isalnum() and len(parts[1]) == 16 else ""


def known(text: str, at: datetime) -> Token | None:
    """Return the token that holds at this moment, with its owner; or nothing, without saying what is wrong."""
    number = public_half(text)
    token = Token.objects.select_related("owner__body").filter(number=number).first() if number else None
    same = secrets.compare_digest(_digest(text.rpartition(f"{number}_")[2]), token.digest if token else _NOBODY)
    if token is None or not same or token.state != "active" or token.expires_at <= at or not token.owner.is_active:
        return None
    return token


def seen(token: Token, at: datetime) -> None:
    """Note that a token was used, at most once a minute."""
    noted = TokenUse.objects.filter(token=token).values_list("at", flat=True).first()
    if noted is None or at - noted >= _SEEN_AGAIN:
        TokenUse.objects.update_or_create(token=token, defaults={"at": at})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
