"""Bytes on their way out: never run, never guessed at, never kept by a cache on the way."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header

from shizheng.kernel.files.actions import Opened
from shizheng.kernel.files.rules import download_name

SANDBOX = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"


def served(request: HttpRequest, opened: Opened, *, attached: bool, tag: str) -> HttpResponse:
    """The bytes with all that keeps a browser from doing more than saving or showing them."""
    etag = f'"{tag}"'
    if not opened.sealed and etag in request.headers.get("If-None-Match", ""):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(opened.data, content_type=opened.media_type)
        name = download_name(opened.file.name)
        answer["Content-Disposition"] = content_disposition_header(attached, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    if opened.sealed:
        answer["Cache-Control"] = "private, no-store"
    else:
        answer["ETag"], answer["Cache-Control"] = etag, "private, max-age=0, must-revalidate"
    return answer
