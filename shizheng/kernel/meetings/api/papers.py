"""The papers of a meeting: its pack as data."""

from typing import Any

from django.http import HttpRequest

from shizheng.common.api_fields import Id, actor_of
from shizheng.common.words import N_
from shizheng.kernel.meetings import queries
from shizheng.kernel.meetings.api.routing import VIEW, router
from shizheng.kernel.meetings.documents.pack import pack_of


@router.get("/meetings/{meeting_id}/pack", permission=VIEW, summary=N_("會議資料"))
def pack(request: HttpRequest, meeting_id: Id) -> Any:
    """What the pack says, as data."""
    return dict(pack_of(queries.meeting(actor_of(request), meeting_id)).data)
