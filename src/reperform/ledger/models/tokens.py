"""Personal tokens, with which a program acts for a person, and what the interface must remember of its calls.

Rules kept here:

* Of a token only the SHA-256 of its secret is kept: 256 random bits need no slow hash, and can't be read back.
* Making and revoking a token are steps of the log. Using one is not: when it was used last, and what was answered to a
  call that may be repeated, are no records, so they stand beside the door.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reperform.ledger.models.bodies import Account
from reperform.ledger.models.subject import Subject, state_words, words


class TokenScope(models.TextChoices):
    READ = "read", _("Read only")
    WRITE = "write", _("Read and take steps")


class Token(Subject):
    """A token of one person; `number` is its public half."""

    kind: ClassVar[str] = "token"
    bound: ClassVar[tuple[str, ...]] = ("owner",)

    owner = models.ForeignKey(Account, models.PROTECT, related_name="tokens", verbose_name=_("Person"))
    label = models.CharField(_("What it is for"), max_length=100)
    scope = models.CharField(_("Scope"), max_length=16, choices=TokenScope)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("Made at"))
    expires_at = models.DateTimeField(_("Ends"))

    class Meta:
        verbose_name = _("Token")
        constraints = [state_words("token"), words("token", "scope", tuple(TokenScope.values))]

    def __str__(self) -> str:
        return self.label

    def people(self) -> dict[str, str]:
        return {"owner": self.owner.number}


class TokenUse(models.Model):
    """When a token was used last, to the minute."""

    token = models.OneToOneField(Token, models.CASCADE, primary_key=True, related_name="use")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token_id} {self.at}"


class GivenAnswer(models.Model):
    """What was answered to a call with an idempotency key, so that the same call is answered the same way."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)  # of what was asked
    answer = models.TextField(blank=True)  # JSON
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="given_answer_once")]

    def __str__(self) -> str:
        return self.key
