"""By which channels a person is told, and to what address; nothing is told to who did not ask for it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from reperform.errors import N_, BadInput, Place, Usage
from reperform.ledger.models import Account, Subscription
from reperform.notify.channels import channels
from reperform.notify.mail import Mail


def subscribe(account: Account, *, channel: str, address: str, language: str) -> Subscription:
    """Let a person be told by a channel from now on."""
    if channel not in channels():
        raise Usage(
            N_("There is no channel {name}."), name=channel, known=", ".join(channels()) or "-",
            hint=N_("Known: {known}. The administrator configures them; see docs/how-to/notifications.md."),
        )  # fmt: skip
    found, _new = Subscription.objects.update_or_create(
        account=account, channel=channel,
        defaults={"address": checked(channel, address) or account.number, "language": language},
    )  # fmt: skip
    return found


def unsubscribe(account: Account, *, channel: str) -> bool:
    """End it; return whether there was anything to end."""
    return Subscription.objects.filter(account=account, channel=channel).delete()[0] > 0


def checked(channel: str, address: str) -> str:
    """Return the address without blanks at its ends; an e-mail address must be one."""
    written = address.strip()
    if channel == Mail.name:
        try:
            validate_email(written)
        except ValidationError as error:
            raise BadInput(
                N_("This is no e-mail address."), place=Place(column="address"), value=written, rule="notify.address",
                hint=N_("Write it as name@example.org."),
            ) from error  # fmt: skip
    if len(written) > 254 or not written.isprintable():
        raise BadInput(
            N_("This is no address."), place=Place(column="address"), value=written[:80], rule="notify.address",
            hint=N_("At most 254 printable characters."),
        )  # fmt: skip
    return written
