"""The channels that this bureau has: those that its administrator configured, and those of installed packages.

A package names its channel by the entry point `reperform.notifiers`; one that cannot be loaded is shown as broken and
keeps nobody from the others.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import entry_points

from django.conf import settings

from reperform.notify import webhook
from reperform.notify.mail import Mail
from reperform.notify.message import Notifier

GROUP = "reperform.notifiers"
log = logging.getLogger(__name__)


def channels() -> dict[str, Notifier]:
    """Return the channels by name; none, where the address of the site is not known, for links would lead nowhere."""
    if not settings.SITE:
        return {}
    found: dict[str, Notifier] = {}
    if settings.MAIL_SERVER:
        found[Mail.name] = Mail()
    if settings.WEBHOOK_URL:
        webhook.require_safe(settings.WEBHOOK_URL, settings.WEBHOOK_SECRET)
        found[webhook.Webhook.name] = webhook.Webhook()
    return {**found, **_installed()}


@lru_cache(maxsize=1)
def _installed() -> Mapping[str, Notifier]:
    found: dict[str, Notifier] = {}
    for point in entry_points(group=GROUP):
        try:
            notifier: Notifier = point.load()()
        except Exception:  # a foreign package may fail in any way
            log.exception("The channel %s of %s cannot be loaded.", point.name, point.value)
        else:
            found[notifier.name] = notifier
    return found
