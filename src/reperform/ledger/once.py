"""A step that is asked for twice is taken once: the idempotency key of a call.

Rules kept here:

* The same key with the same request is answered as it was the first time, for a week; with another request it is
  refused. A refused step is not remembered: asked again, the rules are asked again.
* The answer is kept in the transaction of the step: there is never one without the other. Two calls at once wait for
  each other at the row of the key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from reperform.errors import N_, Refused
from reperform.ledger.models import Account, GivenAnswer

KEPT = timedelta(days=7)
Plain = dict[str, Any]


def digest_of(address: str, asked: Plain, files: Sequence[UploadedFile[Any]]) -> str:
    """Return what identifies a request: where it went, what it said, what its files hold."""
    kept = hashlib.sha256(json.dumps([address, asked], cls=DjangoJSONEncoder, sort_keys=True).encode())
    for file in files:
        kept.update(hashlib.sha256((file.name or "").encode("utf-8", "surrogateescape")).digest())
        content = hashlib.sha256()
        for chunk in file.chunks():
            content.update(chunk)
        kept.update(content.digest())
        file.seek(0)
    return kept.hexdigest()


@transaction.atomic
def once(key: str, digest: str, take: Callable[[], Plain], *, by: Account, at: datetime) -> Plain:
    """Take a step unless it was taken under this key; return what is answered."""
    if not key:
        return take()
    GivenAnswer.objects.filter(account=by, at__lt=at - KEPT).delete()
    kept, new = GivenAnswer.objects.select_for_update().get_or_create(
        account=by, key=key, defaults={"digest": digest, "at": at}
    )
    if new:
        answer = take()
        kept.answer = json.dumps(answer, cls=DjangoJSONEncoder)
        kept.save(update_fields=["answer"])
        return answer
    if kept.digest != digest:
        raise Refused(
            "idempotency.other_request", N_("This key was used for another request."),
            hint=N_("Give each request a key of its own; repeat a key only to repeat the very same request."),
        )  # fmt: skip
    answered: Plain = json.loads(kept.answer)
    return answered
