"""A file as it was issued, sent with its hash; it never changes under its address."""

from django.http import HttpRequest, HttpResponse

from shizheng.kernel.publication import store
from shizheng.kernel.publication.models import Artefact
from shizheng.web.serving import file_answer, tagged

SHOWN = {"pdf", "json", "txt", "csvw", "oc4ids"}


def served(request: HttpRequest, artefact: Artefact, *, shared: bool) -> HttpResponse:
    """The bytes, checked against their hash; 304 where the reader has them. `shared`: caches on the way may keep them."""
    caching = f"{'public' if shared else 'private'}, max-age={3600 if shared else 0}, must-revalidate"

    def whole() -> HttpResponse:
        data = store.read(artefact.sha256)
        answer = file_answer(data, artefact.media_type, artefact.name, attached=artefact.format not in SHOWN)
        if artefact.format not in ("csvw", "oc4ids"):
            answer["Link"] = '<csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
        return answer

    return tagged(request, artefact.sha256, caching, whole)
