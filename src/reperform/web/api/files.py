"""Files that come with a step: counted while they arrive, then kept in the vault under their hash."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase

from reperform.ledger.models.rectifying import EvidenceKind
from reperform.ledger.vault import Vault
from reperform.rectify.actions import Attachment
from reperform.web.api.building import View
from reperform.web.api.problems import TooLarge
from reperform.web.forms.filling import clean_name
from reperform.web.upload import FORM_BYTES, Quota


def counted(view: View) -> View:
    """Set the quota on what a request uploads: it must stand before anything reads the form."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        quota = Quota(request, settings.EVIDENCE_MAX_BYTES)
        quota.exceeded = int(request.META.get("CONTENT_LENGTH") or 0) > quota.limit + FORM_BYTES
        request.upload_handlers.insert(0, quota)
        request.quota = quota  # type: ignore[attr-defined]
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    return opened


def within_quota(request: HttpRequest) -> None:
    """Raise `TooLarge` where the files that came are not all that was sent."""
    quota: Quota = request.quota  # type: ignore[attr-defined]
    if quota.exceeded:
        raise TooLarge(quota.limit)


def kept(files: Sequence[UploadedFile[Any]], kinds: Sequence[str] = ()) -> tuple[Attachment, ...]:
    """Keep files in the vault; `kinds` says in their order what each proves."""
    vault, found = Vault(settings.HOME.evidence), []
    for place, file in enumerate(files):
        name = clean_name(file.name)
        digest = vault.keep(file.chunks(), name=name, limit=settings.EVIDENCE_MAX_BYTES)
        kind = EvidenceKind(kinds[place]) if place < len(kinds) else EvidenceKind.OTHER
        found.append(Attachment(digest, name, kind))
    return tuple(found)
