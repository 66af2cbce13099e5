"""A file as it was issued, sent with its hash; it never changes under its address."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header

from shizheng.kernel.publication import store
from shizheng.kernel.publication.models import Artefact

SHOWN = {"pdf", "json", "txt", "csvw", "oc4ids"}


def served(request: HttpRequest, artefact: Artefact, *, shared: bool) -> HttpResponse:
    """The bytes, checked against their hash; 304 where the reader has them. `shared`: caches on the way may keep them."""
    tag = f'"{artefact.sha256}"'
    caching = f"{'public' if shared else 'private'}, max-age={3600 if shared else 0}, must-revalidate"
    if tag in request.headers.get("If-None-Match", ""):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(store.read(artefact.sha256), content_type=artefact.media_type)
        attached = artefact.format not in SHOWN
        answer["Content-Disposition"] = content_disposition_header(attached, artefact.name) or ""
        answer["X-Content-Type-Options"] = "nosniff"
        if artefact.format not in ("csvw", "oc4ids"):
            answer["Link"] = '<csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    answer["ETag"] = tag
    answer["Cache-Control"] = caching
    return answer
