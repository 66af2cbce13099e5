"""What was said, who was there and what was resolved: the same actions as the pages."""

from typing import Any

from django.http import HttpRequest

from shizheng.common.api_fields import Id, Listed, Paged, PageNumber, PageSize, actor_of
from shizheng.common.words import N_
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.api.answers import (
    DiscussionOut,
    ResolutionOut,
    SeatOut,
    SeatRemovedOut,
)
from shizheng.kernel.meetings.api.fields import (
    AgencyId,
    AttendanceIn,
    ChangedAttendance,
    ChangedResolution,
    DiscussionIn,
    RemovedAttendance,
    ResolutionIn,
    StruckIn,
)
from shizheng.kernel.meetings.api.routing import RECORD, VIEW, router
from shizheng.kernel.meetings.queries import documents


@router.put("/items/{item_id}/discussion", permission=RECORD, response=DiscussionOut, summary=N_("寫討論"))
def write_discussion(request: HttpRequest, item_id: Id, given: DiscussionIn) -> Any:
    """Keep what was said; 409 when somebody else wrote since `version` was read."""
    queries.item(actor_of(request), item_id)
    row = actions.write_discussion(actor_of(request), item_id, version=given.version, text=given.text)
    return {"id": row.pk, "version": row.version, "text": row.discussion}


@router.post(
    "/meetings/{meeting_id}/attendance", permission=RECORD, response={201: SeatOut}, summary=N_("記錄出席")
)
def add_attendance(request: HttpRequest, meeting_id: Id, given: AttendanceIn) -> Any:
    """Write down who was there."""
    queries.meeting(actor_of(request), meeting_id)
    row = actions.add_attendance(actor_of(request), meeting_id, given.model_dump())
    return 201, documents.seat_document(row)


@router.post(
    "/meetings/{meeting_id}/attendance/invite",
    permission=RECORD,
    response={201: Listed[SeatOut]},
    summary=N_("列出應出席的單位"),
)
def invite_members(request: HttpRequest, meeting_id: Id) -> Any:
    """A line for the chair, each member unit and each unit that an item concerns, where there is none; absent at first.

    Answers with the lines that are new.
    """
    queries.meeting(actor_of(request), meeting_id)
    made = actions.invite_members(actor_of(request), meeting_id)
    return 201, {"items": [documents.seat_document(each) for each in made]}


@router.patch("/attendance/{attendance_id}", permission=RECORD, response=SeatOut, summary=N_("修改出席紀錄"))
def edit_attendance(request: HttpRequest, attendance_id: Id, given: ChangedAttendance) -> Any:
    """Correct who was there, or how."""
    queries.seat(actor_of(request), attendance_id)
    changes = given.model_dump(exclude_unset=True, exclude={"version"})
    row = actions.edit_attendance(actor_of(request), attendance_id, version=given.version, changes=changes)
    return documents.seat_document(row)


@router.post(
    "/attendance/{attendance_id}/remove",
    permission=RECORD,
    response=SeatRemovedOut,
    summary=N_("移除出席紀錄"),
)
def remove_attendance(request: HttpRequest, attendance_id: Id, given: RemovedAttendance) -> Any:
    """Take a line off that does not belong there; 409 when somebody else wrote since `version` was read."""
    found = queries.seat(actor_of(request), attendance_id)
    actions.remove_attendance(actor_of(request), attendance_id, version=given.version)
    return {"id": attendance_id, "meeting_id": found.meeting_id, "removed": True}


@router.get("/resolutions", permission=VIEW, response=Paged[ResolutionOut], summary=N_("裁示與決議"))
def list_resolutions(
    request: HttpRequest, agency_id: AgencyId = None, page: PageNumber = 1, page_size: PageSize = 100
) -> Any:
    """Standing resolutions of the meetings that the reader may see, newest meetings first.

    `agency_id`: those that the agency or a unit below it has to carry out, alone or with others.
    """
    rows = queries.resolutions_visible_to(actor_of(request))
    rows = rows.filter(queries.owed_by(agency_id)) if agency_id else rows
    found = rows[(page - 1) * page_size : page * page_size]
    return {"count": rows.count(), "items": [documents.resolution_document(each) for each in found]}


@router.post(
    "/meetings/{meeting_id}/resolutions",
    permission=RECORD,
    response={201: ResolutionOut},
    summary=N_("記錄決議"),
)
def record_resolution(request: HttpRequest, meeting_id: Id, given: ResolutionIn) -> Any:
    """Write a resolution down."""
    queries.meeting(actor_of(request), meeting_id)
    made = actions.record_resolution(actor_of(request), meeting_id, given.model_dump())
    return 201, documents.resolution_document(made)


@router.post(
    "/resolutions/{resolution_id}/change", permission=RECORD, response=ResolutionOut, summary=N_("更正決議")
)
def change_resolution(request: HttpRequest, resolution_id: Id, given: ChangedResolution) -> Any:
    """Say what was resolved otherwise, with a reason; answers with the new version."""
    queries.resolution(actor_of(request), resolution_id)
    changes = given.model_dump(exclude_unset=True, exclude={"reason"})
    made = actions.change_resolution(actor_of(request), resolution_id, changes, reason=given.reason)
    return documents.resolution_document(made)


@router.post(
    "/resolutions/{resolution_id}/strike", permission=RECORD, response=ResolutionOut, summary=N_("刪除決議")
)
def strike_resolution(request: HttpRequest, resolution_id: Id, given: StruckIn) -> Any:
    """Say that it was not resolved after all, with a reason."""
    queries.resolution(actor_of(request), resolution_id)
    return documents.resolution_document(
        actions.strike_resolution(actor_of(request), resolution_id, reason=given.reason)
    )
