"""Webhook: one signed POST for each message, to the one address that the administrator has set.

Rules kept here:

* The body is a JSON object of the six fields. `Reperform-Timestamp` holds the time in seconds since 1970,
  `Reperform-Signature` is `v1=` and the HMAC-SHA256 (RFC 2104), in hexadecimal, of the time-stamp, a full stop and the
  body as it was sent. A receiver refuses what is older than five minutes or signed otherwise.
* `Reperform-Delivery` is the same for each attempt at one delivery.
* The address is HTTPS, or HTTP on this very machine; redirects are not followed, no proxy is asked, and the answer is
  read no further than its status.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from reperform.errors import N_, Usage
from reperform.notify.message import Message, NotSent

TIMEOUT = 10  # seconds
SECRET = 32  # characters at least: as many as the hash has octets (RFC 2104, 3)


class Webhook:
    """The channel `webhook`; a person is known by what the receiver calls him."""

    name = "webhook"
    daily = False

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock

    def send(self, messages: Sequence[Message], *, key: str) -> None:
        """Post one message."""
        (message,) = messages
        body = as_json(message)
        at = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json", "User-Agent": "reperform", "Reperform-Timestamp": str(at),
            "Reperform-Signature": signature(settings.WEBHOOK_SECRET, at, body), "Reperform-Delivery": key,
        }  # fmt: skip
        status = _post(settings.WEBHOOK_URL, body, headers)
        if not 200 <= status < 300:
            raise NotSent(N_("The receiver answered {status}."), status=status)


def as_json(message: Message) -> bytes:
    """Return the body: the six fields."""
    due = message.due.isoformat() if message.due else None
    fields = {"title": message.title, "due": due, "person": message.person, "link": message.link,
              "source": message.source, "done": message.done}  # fmt: skip
    return json.dumps(fields, ensure_ascii=False).encode()


def signature(secret: str, at: int, body: bytes) -> str:
    """Return the value of the header `Reperform-Signature`."""
    return f"v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def require_safe(address: str, secret: str) -> None:
    """Raise `Usage` unless the address is HTTPS, or HTTP on this machine, and there is a secret to sign with."""
    if len(secret) < SECRET:
        raise Usage(N_("REPERFORM_WEBHOOK_SECRET must have at least {count} characters."), count=SECRET)
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return
    raise Usage(N_("REPERFORM_WEBHOOK_URL must begin with https://, or lead to this machine."))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _post(address: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(address)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)
    )
    try:
        connection.request("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise NotSent(N_("The receiver cannot be reached: {problem}."), problem=problem) from error
    finally:
        connection.close()
