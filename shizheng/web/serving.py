"""Files on their way out: sent anew only where the reader lacks them, named as they are saved, never guessed at, never run."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header

SANDBOX = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"


def file_answer(data: bytes, media_type: str, name: str, *, attached: bool = True) -> HttpResponse:
    """A file by its name, to be saved (`attached`) or shown; a browser takes it for what it is said to be."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(attached, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def tagged(request: HttpRequest, tag: str, caching: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """304 where the reader has the bytes of this hash, else what `make` gives; `caching`: what may keep it, and how long."""
    etag = f'"{tag}"'
    known = etag in request.headers.get("If-None-Match", "")
    answer: HttpResponse = HttpResponseNotModified() if known else make()
    answer["ETag"], answer["Cache-Control"] = etag, caching
    return answer


def contained(answer: HttpResponse) -> HttpResponse:
    """What somebody sent in: a browser shows it and runs nothing of it, nor guesses what else it could be."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    return answer
