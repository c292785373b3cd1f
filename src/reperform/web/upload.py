"""The quota of an upload: counted while it streams in, so that nobody fills the disk before the view looks.

`DATA_UPLOAD_MAX_MEMORY_SIZE` does not count files. The handler stops at the quota and leaves word; the view must then
answer 413, because Django would go on with whatever had arrived (docs: file uploads, `StopUpload`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from reperform.web import error_pages

FORM_BYTES = 1024 * 1024  # the text of the form beside its files
View = Callable[..., HttpResponseBase]


class Quota(FileUploadHandler):
    """Counts the bytes of all files of a request and stops at the limit."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit, self.seen, self.exceeded = limit, 0, False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > self.limit:
            self.exceeded = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def limited(limit: Callable[[], int]) -> Callable[[View], View]:
    """Give a view a quota: the handler must stand before anything, the CSRF check too, reads the form."""

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @functools.wraps(view)
        def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            most = limit()
            if int(request.META.get("CONTENT_LENGTH") or 0) > most + FORM_BYTES:
                return error_pages.too_large(request, most)
            quota = Quota(request, most)
            request.upload_handlers.insert(0, quota)
            # Reading the form runs the handlers; whether the quota held is known only then.
            _ = request.POST
            return error_pages.too_large(request, most) if quota.exceeded else protected(request, *args, **kwargs)

        return opened

    return decorate
