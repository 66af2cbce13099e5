"""Series, meetings and their agenda: the same actions as the pages."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query

from shizheng.common.api_fields import MONTH, Id, Listed, Month, Paged, PageNumber, PageSize, actor_of
from shizheng.common.errors import NotFound
from shizheng.common.words import N_, tell
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.api.answers import (
    MeetingInFullOut,
    MeetingOut,
    MeetingSeriesOut,
    MetBoardOut,
)
from shizheng.kernel.meetings.api.fields import (
    AgencyId,
    AgendaItemIn,
    AgendaMoveIn,
    ChangedMeeting,
    ChangedMeetingSeries,
    MeetingStepIn,
    NewMeeting,
    NewMeetingSeries,
)
from shizheng.kernel.meetings.api.routing import DEFINE, MANAGE, VIEW, router
from shizheng.kernel.meetings.models import MeetingState
from shizheng.kernel.meetings.queries import documents

ACTS: dict[str, Any] = {
    "fix": actions.fix_agenda,
    "start": actions.start_meeting,
    "close": actions.close_meeting,
}
WITH_REASON: dict[str, Any] = {
    "reopen": actions.reopen_agenda,
    "resume": actions.resume_meeting,
    "cancel": actions.cancel_meeting,
    "restore": actions.restore_meeting,
    "issue": actions.issue_minutes,
}
"""Acts on a meeting as a whole; each checks the permission for the unit that holds it."""


def _whole(request: HttpRequest, meeting_id: int) -> dict[str, Any]:
    return documents.record_document(queries.record_of(queries.meeting(actor_of(request), meeting_id)))


@router.get("/series", permission=VIEW, response=Listed[MeetingSeriesOut], summary=N_("會議系列"))
def list_series(request: HttpRequest) -> Any:
    """Series with their rules and members."""
    rows = queries.series_visible_to(actor_of(request)).prefetch_related("memberships")
    return {"items": [documents.series_document(each) for each in rows]}


@router.post("/series", permission=DEFINE, response={201: MeetingSeriesOut}, summary=N_("新增會議系列"))
def create_series(request: HttpRequest, given: NewMeetingSeries) -> Any:
    """A series of meetings."""
    values = given.model_dump(exclude_unset=True, exclude={"code"})
    return 201, documents.series_document(actions.create_series(actor_of(request), given.code, values))


@router.patch("/series/{series_id}", permission=DEFINE, response=MeetingSeriesOut, summary=N_("修改會議系列"))
def edit_series(request: HttpRequest, series_id: Id, given: ChangedMeetingSeries) -> Any:
    """Change a series, with a reason."""
    changes = given.model_dump(exclude_unset=True, exclude={"version", "reason"})
    row = actions.edit_series(
        actor_of(request), series_id, version=given.version, changes=changes, reason=given.reason
    )
    return documents.series_document(row)


@router.get("/series/{series_id}/met", permission=VIEW, response=MetBoardOut, summary=N_("誰開了會"))
def met(request: HttpRequest, series_id: Id, period: Annotated[Month, Query()]) -> Any:
    """Who has met in a month, as far as the reader may see, with what proves it."""
    series = queries.series_of(actor_of(request), series_id)
    return documents.board_document(queries.met_board(actor_of(request), series, period))


@router.get("/meetings", permission=VIEW, response=Paged[MeetingOut], summary=N_("會議清單"))
def list_meetings(
    request: HttpRequest, state: MeetingState | None = None, agency_id: AgencyId = None,
    period: Annotated[str, Query(pattern=f"^({MONTH})?$")] = "", page: PageNumber = 1, page_size: PageSize = 100,
) -> Any:  # fmt: skip
    """Meetings that the reader may see, newest first; `agency_id`: held by the agency or a unit below it."""
    rows = queries.visible_to(actor_of(request)).select_related("series", "unit")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(period=period) if period else rows
    rows = rows.filter(queries.held_by(agency_id)) if agency_id else rows
    found = rows.order_by("-period", "pk")[(page - 1) * page_size : page * page_size]
    return {"count": rows.count(), "items": [documents.meeting_document(each) for each in found]}


@router.post("/meetings", permission=MANAGE, response={201: MeetingInFullOut}, summary=N_("排定會議"))
def plan_meeting(request: HttpRequest, given: NewMeeting) -> Any:
    """Plan a meeting, a further one where there is one already."""
    values = given.model_dump(exclude_unset=True, exclude={"series", "period", "unit"})
    made = actions.plan_meeting(
        actor_of(request), given.series, given.period, unit_id=given.unit, values=values
    )
    return 201, _whole(request, made.pk)


@router.post(
    "/meetings/open", permission=MANAGE, response=Listed[MeetingOut], summary=N_("依規則開立一個月的會議")
)
def open_meetings(request: HttpRequest, period: Annotated[Month, Query()]) -> Any:
    """Open what the rules want in a month and is not there yet, for the units of the actor."""
    made = actions.open_meetings(actor_of(request), period)
    return {"items": [documents.meeting_document(each) for each in made]}


@router.get("/meetings/{meeting_id}", permission=VIEW, response=MeetingInFullOut, summary=N_("一場會議"))
def one_meeting(request: HttpRequest, meeting_id: Id) -> Any:
    """A meeting with agenda, discussion, resolutions and attendance."""
    return _whole(request, meeting_id)


@router.patch("/meetings/{meeting_id}", permission=MANAGE, response=MeetingInFullOut, summary=N_("修改會議"))
def edit_meeting(request: HttpRequest, meeting_id: Id, given: ChangedMeeting) -> Any:
    """Change title, time, place, chair or secretary."""
    queries.meeting(actor_of(request), meeting_id)
    changes = given.model_dump(exclude_unset=True, exclude={"version"})
    actions.edit_meeting(actor_of(request), meeting_id, version=given.version, changes=changes)
    return _whole(request, meeting_id)


@router.post(
    "/meetings/{meeting_id}/acts/{act}",
    permission=VIEW,
    response=MeetingInFullOut,
    summary=N_("推進一場會議"),
)
def act(request: HttpRequest, meeting_id: Id, act: str, given: MeetingStepIn) -> Any:
    """`fix`, `reopen`, `start`, `close`, `resume`, `issue`, `cancel`, `restore`."""
    queries.meeting(actor_of(request), meeting_id)
    if act in ACTS:
        ACTS[act](actor_of(request), meeting_id, version=given.version)
    elif act in WITH_REASON:
        WITH_REASON[act](actor_of(request), meeting_id, version=given.version, reason=given.reason)
    else:
        raise NotFound(tell("沒有這個動作。請看 API 的說明。"))
    return _whole(request, meeting_id)


@router.post(
    "/meetings/{meeting_id}/items",
    permission=VIEW,
    response={201: MeetingInFullOut},
    summary=N_("增列議程項目"),
)
def add_item(request: HttpRequest, meeting_id: Id, given: AgendaItemIn) -> Any:
    """An item of one's own."""
    queries.meeting(actor_of(request), meeting_id)
    actions.add_item(actor_of(request), meeting_id, given.model_dump())
    return 201, _whole(request, meeting_id)


@router.post(
    "/items/{item_id}/drop", permission=VIEW, response=MeetingInFullOut, summary=N_("議程項目不討論")
)
def drop_item(request: HttpRequest, item_id: Id, given: MeetingStepIn) -> Any:
    """Take an item off the agenda, with a reason."""
    item = queries.item(actor_of(request), item_id)
    actions.drop_item(actor_of(request), item_id, version=given.version, reason=given.reason)
    return _whole(request, item.meeting_id)


@router.post("/items/{item_id}/keep", permission=VIEW, response=MeetingInFullOut, summary=N_("恢復議程項目"))
def keep_item(request: HttpRequest, item_id: Id, given: MeetingStepIn) -> Any:
    """Put a dropped item back."""
    item = queries.item(actor_of(request), item_id)
    actions.keep_item(actor_of(request), item_id, version=given.version)
    return _whole(request, item.meeting_id)


@router.post("/items/{item_id}/move", permission=VIEW, response=MeetingInFullOut, summary=N_("調整議程次序"))
def move_item(request: HttpRequest, item_id: Id, given: AgendaMoveIn) -> Any:
    """Move an item within its section."""
    item = queries.item(actor_of(request), item_id)
    actions.move_item(actor_of(request), item_id, steps=given.steps, version=given.version)
    return _whole(request, item.meeting_id)
