"""The papers of a meeting: its pack as data and as files, and the letters to units after the minutes are out."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse

from shizheng.common.api_fields import Id, Listed, actor_of
from shizheng.common.words import N_
from shizheng.kernel.meetings import queries
from shizheng.kernel.meetings.api.answers import LetterOut
from shizheng.kernel.meetings.api.paper_answers import PackOut
from shizheng.kernel.meetings.api.routing import VIEW, router
from shizheng.kernel.meetings.documents.files import paper_answer
from shizheng.kernel.meetings.documents.letter import letter_of
from shizheng.kernel.meetings.documents.pack import pack_of
from shizheng.kernel.meetings.queries import documents, letters
from shizheng.kernel.publication import writing

Format = Literal["pdf", "odt"]
FILES = tuple(writing.MEDIA_TYPES[each] for each in ("pdf", "odt"))


@router.get("/meetings/{meeting_id}/pack", permission=VIEW, response=PackOut, summary=N_("會議資料"))
def pack(request: HttpRequest, meeting_id: Id) -> Any:
    """What the pack says, as data."""
    return dict(pack_of(queries.meeting(actor_of(request), meeting_id)).data)


@router.get(
    "/meetings/{meeting_id}/pack/{format}", permission=VIEW, files=FILES, summary=N_("會議資料的檔案")
)
def pack_file(request: HttpRequest, meeting_id: Id, format: Format) -> HttpResponse:
    """The pack as PDF or ODT, in Chinese."""
    found = queries.meeting(actor_of(request), meeting_id)
    return paper_answer(lambda: pack_of(found), format)


@router.get(
    "/meetings/{meeting_id}/letters",
    permission=VIEW,
    response=Listed[LetterOut],
    summary=N_("會後給各單位的函"),
)
def list_letters(request: HttpRequest, meeting_id: Id) -> Any:
    """One for each unit with something to do, as the minutes that went out say; none before they are out."""
    found = queries.meeting(actor_of(request), meeting_id)
    return {"items": [documents.letter_document(each) for each in letters.letters_of(found)]}


@router.get(
    "/meetings/{meeting_id}/letters/{unit_id}",
    permission=VIEW,
    response=LetterOut,
    summary=N_("會後給一個單位的函"),
)
def read_letter(request: HttpRequest, meeting_id: Id, unit_id: Id) -> Any:
    """What one unit has to do, for who may see the meeting and for that unit's own people."""
    return documents.letter_document(letters.letter(actor_of(request), meeting_id, unit_id))


@router.get(
    "/meetings/{meeting_id}/letters/{unit_id}/{format}",
    permission=VIEW,
    files=FILES,
    summary=N_("會後給一個單位的函的檔案"),
)
def letter_file(request: HttpRequest, meeting_id: Id, unit_id: Id, format: Format) -> HttpResponse:
    """The letter as PDF or ODT, in Chinese."""
    given = letters.letter(actor_of(request), meeting_id, unit_id)
    return paper_answer(lambda: letter_of(given), format, given.unit)
