"""Bodies as a tree, and the people who act for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reperform.ledger.guard import GuardedQuerySet, require_open
from reperform.ledger.models.subject import Subject, state_words, words
from reperform.rules.standing import Actor, Role

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class BodyKind(models.TextChoices):
    AUDIT = "audit", _("Audit body")
    GOVERNMENT = "government", _("Government")
    DEPARTMENT = "department", _("Department")
    DISTRICT = "district", _("District")
    UNIT = "unit", _("Unit")
    ENTERPRISE = "enterprise", _("Enterprise")
    DISCIPLINE = "discipline", _("Discipline body")
    LEGISLATURE = "legislature", _("Legislature")
    FINANCE = "finance", _("Finance body")
    INSPECTION = "inspection", _("Inspection body")
    ORGANISATION = "organisation", _("Organisation department")
    STATE_ASSETS = "state_assets", _("State-assets body")
    POLICE = "police", _("Public security body")


class Body(Subject):
    """Any organisation. `number` is its code; `path` holds the codes from the root, each followed by a slash."""

    kind: ClassVar[str] = "body"

    name_zh = models.CharField(_("Name (Chinese)"), max_length=200)
    name_en = models.CharField(_("Name (English)"), max_length=200, blank=True)
    body_kind = models.CharField(_("Kind"), max_length=16, choices=BodyKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Parent")
    )
    path = models.CharField(max_length=600, db_index=True)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True)

    if TYPE_CHECKING:
        children: RelatedManager[Body]

    class Meta:
        verbose_name = _("Body")
        constraints = [state_words("body"), words("body", "body_kind", tuple(BodyKind.values))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Name in the reader's language, or the only one there is."""
        return self.name_in("en" if (get_language() or "").startswith("en") else "zh")

    def name_in(self, language: str) -> str:
        """Return the name in a language, or the only one there is."""
        return (self.name_en or self.name_zh) if language == "en" else (self.name_zh or self.name_en)


class AccountQuerySet(GuardedQuerySet["Account"]):
    def get_by_natural_key(self, username: str) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser, Subject):
    """A person who signs in. `number` is an opaque code: it alone stands in the log, never the name."""

    kind: ClassVar[str] = "account"

    username = models.CharField(_("User name"), max_length=64, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    role = models.CharField(_("Role"), max_length=16)
    body = models.ForeignKey(Body, models.PROTECT, related_name="accounts", verbose_name=_("Body"))
    last_login = None  # kept nowhere: signing in is not a change of the record

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager.from_queryset(AccountQuerySet)()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("Account")
        constraints = [state_words("account"), words("account", "role", tuple(Role))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.state == "active"

    def actor(self) -> Actor:
        """Return this person as the rules and the log see him."""
        return Actor(account=self.number, role=Role(self.role), body=self.body.number)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The one write beside the door: Django renews a password's hash when its parameters have become stronger.
        if set(kwargs.get("update_fields") or ()) != {"password"}:
            require_open("Account.save")
        models.Model.save(self, *args, **kwargs)
