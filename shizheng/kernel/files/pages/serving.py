"""Bytes on their way out: never run, never guessed at, never kept by a cache on the way."""

from django.http import HttpRequest, HttpResponse

from shizheng.kernel.files.actions import Opened
from shizheng.kernel.files.rules import download_name
from shizheng.web.serving import contained, file_answer, tagged


def served(request: HttpRequest, opened: Opened, *, attached: bool, tag: str) -> HttpResponse:
    """The bytes with all that keeps a browser from doing more than saving or showing them."""

    def whole() -> HttpResponse:
        name = download_name(opened.file.name)
        return file_answer(opened.data, opened.media_type, name, attached=attached)

    if opened.sealed:
        answer = whole()
        answer["Cache-Control"] = "private, no-store"
    else:
        answer = tagged(request, tag, "private, max-age=0, must-revalidate", whole)
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return contained(answer)
