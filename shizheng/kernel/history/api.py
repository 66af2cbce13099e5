"""History for programs: the auditor's reading, page by page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema

from shizheng.common.api import Router
from shizheng.common.api_fields import actor_of
from shizheng.common.words import N_
from shizheng.kernel.history import queries

router = Router()
PAGE = 200


class RecordedOut(Schema):
    """One change of one row. `before` and `after` hold the columns; `origin` says from where."""

    id: int
    model: str
    object_id: str
    operation: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    actor_id: int | None
    actor_name: str
    action: str
    reason: str
    origin: dict[str, Any]
    recorded_at: datetime


@router.get("/", permission="history.view", response=list[RecordedOut], summary="歷程")
def entries(
    request: HttpRequest,
    model: str = Query("", max_length=100),
    object_id: str = Query("", max_length=64),
    before_id: int | None = Query(None, ge=1, le=2**62, description=N_("上一頁最後一筆的 id")),
) -> Any:
    """Newest first, 200 a page; give the last id as `before_id` for the next page."""
    found = queries.visible_to(actor_of(request))
    for name, value in (("model", model.lower()), ("object_id", object_id)):
        if value and "\0" not in value:
            found = found.filter(**{name: value})
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return found.order_by("-pk")[:PAGE]
