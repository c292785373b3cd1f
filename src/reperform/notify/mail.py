"""E-mail over SMTP: the matters of a day in one plain letter.

Server, encryption and sender are the administrator's (`REPERFORM_SMTP_URL`, `REPERFORM_MAIL_FROM`); Django's SMTP
backend speaks to it. The letter's `Message-ID` (RFC 5322) is made from the delivery, so that mail systems which
know it already drop a repetition.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.errors import N_
from reperform.notify.message import Message, NotSent


class Mail:
    """The channel `email`; a person is known by his address."""

    name = "email"
    daily = True

    def send(self, messages: Sequence[Message], *, key: str) -> None:
        """Send one letter with all messages."""
        server = EmailBackend(**settings.MAIL_SERVER)
        letter = EmailMessage(
            subject=_subject(messages), body="\n".join(_lines(messages)), from_email=settings.DEFAULT_FROM_EMAIL,
            to=[messages[0].person], connection=server,
            headers={"Message-ID": f"<{key}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>",
                     "Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        try:
            try:
                letter.send()
            finally:
                server.close()  # a handshake that failed leaves it open
        except smtplib.SMTPResponseException as error:
            raise NotSent(N_("The mail server refused: {code}."), code=error.smtp_code) from error
        except smtplib.SMTPException as error:
            raise NotSent(N_("The mail server refused: {code}."), code=type(error).__name__) from error
        except OSError as error:
            raise NotSent(
                N_("The mail server cannot be reached: {problem}."), problem=error.strerror or type(error).__name__
            ) from error


def _subject(messages: Sequence[Message]) -> str:
    waiting = sum(not one.done for one in messages)
    if not waiting:
        return _("Reperform: done")
    return ngettext(
        "Reperform: %(count)d matter waits for you", "Reperform: %(count)d matters wait for you", waiting
    ) % {"count": waiting}


def _lines(messages: Sequence[Message]) -> Iterator[str]:
    for message in messages:
        yield message.title
        if message.due and not message.done:
            yield _("  due %(date)s") % {"date": message.due.isoformat()}
        yield f"  {message.link}"
        yield ""
    yield _("Whom this concerns, and what it is about, is shown after signing in.")
    yield _("Change or end these letters: %(link)s") % {"link": f"{settings.SITE}/notifications"}
