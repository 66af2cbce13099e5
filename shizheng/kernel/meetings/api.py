"""The API of meetings: series, meetings, their agenda, attendance, resolutions and minutes; the same actions as the pages."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query

from shizheng.common.api import Router
from shizheng.common.api_fields import MONTH, Id, Month, PageNumber, PageSize, actor_of
from shizheng.common.errors import NotFound
from shizheng.common.words import N_, tell
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.documents.pack import pack_of
from shizheng.kernel.meetings.models import MeetingState
from shizheng.kernel.meetings.queries import documents
from shizheng.kernel.meetings.schemas import (
    AgendaItemIn,
    AgendaMoveIn,
    AttendanceIn,
    ChangedAttendance,
    ChangedMeeting,
    ChangedMeetingSeries,
    ChangedResolution,
    DiscussionIn,
    MeetingStepIn,
    NewMeeting,
    NewMeetingSeries,
    RemovedAttendance,
    ResolutionIn,
    StruckIn,
)

router = Router()
VIEW, MANAGE, RECORD, DEFINE = "meetings.view", "meetings.manage", "meetings.record", "meetings.define"
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


@router.get("/series", permission=VIEW, summary=N_("會議系列"))
def list_series(request: HttpRequest) -> Any:
    """Series with their rules and members."""
    rows = queries.series_visible_to(actor_of(request)).prefetch_related("memberships")
    return {"items": [documents.series_document(each) for each in rows]}


@router.post("/series", permission=DEFINE, response={201: dict}, summary=N_("新增會議系列"))
def create_series(request: HttpRequest, given: NewMeetingSeries) -> Any:
    """A series of meetings."""
    values = given.model_dump(exclude_unset=True, exclude={"code"})
    return 201, documents.series_document(actions.create_series(actor_of(request), given.code, values))


@router.patch("/series/{series_id}", permission=DEFINE, summary=N_("修改會議系列"))
def edit_series(request: HttpRequest, series_id: Id, given: ChangedMeetingSeries) -> Any:
    """Change a series, with a reason."""
    changes = given.model_dump(exclude_unset=True, exclude={"version", "reason"})
    row = actions.edit_series(
        actor_of(request), series_id, version=given.version, changes=changes, reason=given.reason
    )
    return documents.series_document(row)


@router.get("/series/{series_id}/met", permission=VIEW, summary=N_("誰開了會"))
def met(request: HttpRequest, series_id: Id, period: Annotated[Month, Query()]) -> Any:
    """Who has met in a month, as far as the reader may see, with what proves it."""
    series = queries.series_of(actor_of(request), series_id)
    return documents.board_document(queries.met_board(actor_of(request), series, period))


@router.get("/meetings", permission=VIEW, summary=N_("會議清單"))
def list_meetings(
    request: HttpRequest, state: MeetingState | None = None,
    period: Annotated[str, Query(pattern=f"^({MONTH})?$")] = "", page: PageNumber = 1, page_size: PageSize = 100,
) -> Any:  # fmt: skip
    """Meetings that the reader may see, newest first."""
    rows = queries.visible_to(actor_of(request)).select_related("series", "unit")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(period=period) if period else rows
    found = rows.order_by("-period", "pk")[(page - 1) * page_size : page * page_size]
    return {"count": rows.count(), "items": [documents.meeting_document(each) for each in found]}


@router.post("/meetings", permission=MANAGE, response={201: dict}, summary=N_("排定會議"))
def plan_meeting(request: HttpRequest, given: NewMeeting) -> Any:
    """Plan a meeting, a further one where there is one already."""
    values = given.model_dump(exclude_unset=True, exclude={"series", "period", "unit"})
    made = actions.plan_meeting(
        actor_of(request), given.series, given.period, unit_id=given.unit, values=values
    )
    return 201, _whole(request, made.pk)


@router.post("/meetings/open", permission=MANAGE, summary=N_("依規則開立一個月的會議"))
def open_meetings(request: HttpRequest, period: Annotated[Month, Query()]) -> Any:
    """Open what the rules want in a month and is not there yet, for the units of the actor."""
    made = actions.open_meetings(actor_of(request), period)
    return {"items": [documents.meeting_document(each) for each in made]}


@router.get("/meetings/{meeting_id}", permission=VIEW, summary=N_("一場會議"))
def one_meeting(request: HttpRequest, meeting_id: Id) -> Any:
    """A meeting with agenda, discussion, resolutions and attendance."""
    return _whole(request, meeting_id)


@router.patch("/meetings/{meeting_id}", permission=MANAGE, summary=N_("修改會議"))
def edit_meeting(request: HttpRequest, meeting_id: Id, given: ChangedMeeting) -> Any:
    """Change title, time, place, chair or secretary."""
    queries.meeting(actor_of(request), meeting_id)
    changes = given.model_dump(exclude_unset=True, exclude={"version"})
    actions.edit_meeting(actor_of(request), meeting_id, version=given.version, changes=changes)
    return _whole(request, meeting_id)


@router.get("/meetings/{meeting_id}/pack", permission=VIEW, summary=N_("會議資料"))
def pack(request: HttpRequest, meeting_id: Id) -> Any:
    """What the pack says, as data."""
    return dict(pack_of(queries.meeting(actor_of(request), meeting_id)).data)


@router.post("/meetings/{meeting_id}/acts/{act}", permission=VIEW, summary=N_("推進一場會議"))
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
    "/meetings/{meeting_id}/items", permission=VIEW, response={201: dict}, summary=N_("增列議程項目")
)
def add_item(request: HttpRequest, meeting_id: Id, given: AgendaItemIn) -> Any:
    """An item of one's own."""
    queries.meeting(actor_of(request), meeting_id)
    actions.add_item(actor_of(request), meeting_id, given.model_dump())
    return 201, _whole(request, meeting_id)


@router.post("/items/{item_id}/drop", permission=VIEW, summary=N_("議程項目不討論"))
def drop_item(request: HttpRequest, item_id: Id, given: MeetingStepIn) -> Any:
    """Take an item off the agenda, with a reason."""
    item = queries.item(actor_of(request), item_id)
    actions.drop_item(actor_of(request), item_id, version=given.version, reason=given.reason)
    return _whole(request, item.meeting_id)


@router.post("/items/{item_id}/keep", permission=VIEW, summary=N_("恢復議程項目"))
def keep_item(request: HttpRequest, item_id: Id, given: MeetingStepIn) -> Any:
    """Put a dropped item back."""
    item = queries.item(actor_of(request), item_id)
    actions.keep_item(actor_of(request), item_id, version=given.version)
    return _whole(request, item.meeting_id)


@router.post("/items/{item_id}/move", permission=VIEW, summary=N_("調整議程次序"))
def move_item(request: HttpRequest, item_id: Id, given: AgendaMoveIn) -> Any:
    """Move an item within its section."""
    item = queries.item(actor_of(request), item_id)
    actions.move_item(actor_of(request), item_id, steps=given.steps, version=given.version)
    return _whole(request, item.meeting_id)


@router.put("/items/{item_id}/discussion", permission=RECORD, summary=N_("寫討論"))
def write_discussion(request: HttpRequest, item_id: Id, given: DiscussionIn) -> Any:
    """Keep what was said; 409 when somebody else wrote since `version` was read."""
    queries.item(actor_of(request), item_id)
    row = actions.write_discussion(actor_of(request), item_id, version=given.version, text=given.text)
    return {"id": row.pk, "version": row.version, "text": row.discussion}


@router.post(
    "/meetings/{meeting_id}/attendance", permission=RECORD, response={201: dict}, summary=N_("記錄出席")
)
def add_attendance(request: HttpRequest, meeting_id: Id, given: AttendanceIn) -> Any:
    """Write down who was there."""
    queries.meeting(actor_of(request), meeting_id)
    row = actions.add_attendance(actor_of(request), meeting_id, given.model_dump())
    return 201, documents.seat_document(row)


@router.patch("/attendance/{attendance_id}", permission=RECORD, summary=N_("修改出席紀錄"))
def edit_attendance(request: HttpRequest, attendance_id: Id, given: ChangedAttendance) -> Any:
    """Correct who was there, or how."""
    queries.seat(actor_of(request), attendance_id)
    changes = given.model_dump(exclude_unset=True, exclude={"version"})
    row = actions.edit_attendance(actor_of(request), attendance_id, version=given.version, changes=changes)
    return documents.seat_document(row)


@router.post("/attendance/{attendance_id}/remove", permission=RECORD, summary=N_("移除出席紀錄"))
def remove_attendance(request: HttpRequest, attendance_id: Id, given: RemovedAttendance) -> Any:
    """Take a line off that does not belong there; 409 when somebody else wrote since `version` was read."""
    found = queries.seat(actor_of(request), attendance_id)
    actions.remove_attendance(actor_of(request), attendance_id, version=given.version)
    return {"id": attendance_id, "meeting_id": found.meeting_id, "removed": True}


@router.get("/resolutions", permission=VIEW, summary=N_("裁示與決議"))
def list_resolutions(request: HttpRequest, page: PageNumber = 1, page_size: PageSize = 100) -> Any:
    """Standing resolutions of the meetings that the reader may see, newest meetings first."""
    rows = queries.resolutions_visible_to(actor_of(request))
    found = rows[(page - 1) * page_size : page * page_size]
    return {"count": rows.count(), "items": [documents.resolution_document(each) for each in found]}


@router.post(
    "/meetings/{meeting_id}/resolutions", permission=RECORD, response={201: dict}, summary=N_("記錄決議")
)
def record_resolution(request: HttpRequest, meeting_id: Id, given: ResolutionIn) -> Any:
    """Write a resolution down."""
    queries.meeting(actor_of(request), meeting_id)
    made = actions.record_resolution(actor_of(request), meeting_id, given.model_dump())
    return 201, documents.resolution_document(made)


@router.post("/resolutions/{resolution_id}/change", permission=RECORD, summary=N_("更正決議"))
def change_resolution(request: HttpRequest, resolution_id: Id, given: ChangedResolution) -> Any:
    """Say what was resolved otherwise, with a reason; answers with the new version."""
    queries.resolution(actor_of(request), resolution_id)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    made = actions.change_resolution(actor_of(request), resolution_id, changes, reason=given.reason)
    return documents.resolution_document(made)


@router.post("/resolutions/{resolution_id}/strike", permission=RECORD, summary=N_("刪除決議"))
def strike_resolution(request: HttpRequest, resolution_id: Id, given: StruckIn) -> Any:
    """Say that it was not resolved after all, with a reason."""
    queries.resolution(actor_of(request), resolution_id)
    return documents.resolution_document(
        actions.strike_resolution(actor_of(request), resolution_id, reason=given.reason)
    )
