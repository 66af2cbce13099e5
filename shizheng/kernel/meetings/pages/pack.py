"""會議資料 on screen, as PDF and as ODT; the minutes as they were issued."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shizheng.common.routes import requires
from shizheng.kernel.meetings import queries
from shizheng.kernel.meetings.documents.files import FORMATS, paper_answer
from shizheng.kernel.meetings.documents.letter import letter_of
from shizheng.kernel.meetings.documents.pack import pack_of
from shizheng.kernel.meetings.pages.shared import crumbs, reader
from shizheng.kernel.meetings.queries import letters
from shizheng.kernel.publication import queries as publications
from shizheng.kernel.publication.pages.serving import served
from shizheng.kernel.publication.pages.showing import shown_document
from shizheng.kernel.rulebook.queries import as_of_day


@requires("meetings.view")
@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack on screen, for the chair."""
    found = queries.meeting(reader(request), pk)
    document = pack_of(found, as_of_day(getattr(request, "as_of", None)))
    context = {
        "meeting": found,
        "documents": shown_document(document)[1:],
        "crumbs": crumbs(found),
        "draft": not queries.is_fixed(found),
    }
    return render(request, "meetings/pack.html", context)


@requires("meetings.view")
@require_safe
def pack_file(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The pack as a file: in Chinese, as what is handed out is; in English with `?language=en`."""
    if format not in FORMATS:
        raise Http404
    found = queries.meeting(reader(request), pk)
    day = as_of_day(getattr(request, "as_of", None))
    return paper_answer(lambda: pack_of(found, day), format, english=request.GET.get("language") == "en")


@requires("meetings.view")
@require_safe
def letter(request: HttpRequest, pk: int, unit_id: int, format: str) -> HttpResponse:
    """The letter to a unit with what it has to do, as PDF or ODT; in Chinese whoever asks."""
    if format not in FORMATS:
        raise Http404
    given = letters.letter(reader(request), pk, unit_id)
    return paper_answer(lambda: letter_of(given), format, given.unit)


@requires("meetings.view")
@require_safe
def minutes_file(request: HttpRequest, pk: int, code: str, name: str) -> HttpResponse:
    """A file of the minutes as they were issued, for who may see the meeting."""
    found = queries.meeting(reader(request), pk)
    publication = (
        publications.of_subject(queries.LABEL, found.pk, "meetings.minutes").filter(code=code).first()
    )
    if publication is None:
        raise Http404
    return served(request, publications.artefact(publication.pk, name), shared=False)
