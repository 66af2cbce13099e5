"""Photographs and notes from the site: sent, listed, changed, taken away. What is sent twice is kept once."""

import uuid
from datetime import datetime
from typing import Annotated, Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Header, Query, Schema
from ninja.files import UploadedFile

from shizheng.common.api_fields import (
    MONTH,
    NO_NUL,
    Given,
    Id,
    Line,
    Listed,
    Match,
    Paged,
    PageNumber,
    PageSize,
    actor_of,
    read_version,
    tag,
)
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.api.answers import NoteOut, PhotoOut
from shizheng.domains.projects.api.fields import Degree, Month, Percent
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.queries import photos as queries
from shizheng.domains.projects.queries import projects
from shizheng.domains.projects.queries.documents import note_document, photo_document

SentKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description=N_("送件代碼；同一個代碼再送一次，不會多存一筆"),
    ),
]
Caption = Annotated[str, Field(pattern=NO_NUL, max_length=300)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=40)]


class PhotoIn(Schema):
    """What is said of a photograph. Left out, the month follows from the moment at which it was taken."""

    caption: Caption = ""
    period: Month | None = None
    checkpoint: Code = ""
    taken_at: datetime | None = None
    longitude: Degree | None = None
    latitude: Degree | None = None
    public: bool = False


class ChangedPhoto(Given):
    """Fields to set; those left out stay as they are."""

    caption: Caption = ""
    period: Month = ""
    checkpoint: Code = ""
    taken_at: datetime | None = None
    longitude: Degree | None = None
    latitude: Degree | None = None
    public: bool = False


class NoteIn(Given):
    text: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=20_000)]
    works: Percent | None = None
    noted_at: datetime | None = None
    longitude: Degree | None = None
    latitude: Degree | None = None


class RemoveIn(Given):
    reason: Line = ""


@router.get("/photos", permission="projects.view", response=Paged[PhotoOut], summary=N_("標案相片"))
def list_photos(
    request: HttpRequest,
    period: Annotated[str, Query(pattern=f"^({MONTH})?$")] = "",
    public: bool | None = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
) -> Any:
    """Photographs of all tenders, the newest first."""
    actor = actor_of(request)
    rows = queries.photos_visible_to(actor)
    if period:
        rows = rows.filter(period=period)
    if public is not None:
        rows = rows.filter(public=public)
    start = (page - 1) * page_size
    return {
        "count": rows.count(),
        "items": [photo_document(each) for each in rows[start : start + page_size]],
    }


@router.get(
    "/register/{project_id}/photos",
    permission="projects.view",
    response=Listed[PhotoOut],
    summary=N_("一個標案的相片"),
)
def photos_of_project(request: HttpRequest, project_id: Id) -> Any:
    """The photographs of one tender, the newest first."""
    actor = actor_of(request)
    projects.project(actor, project_id)
    return {"items": [photo_document(each) for each in queries.gallery(project_id)]}


@router.post(
    "/register/{project_id}/photos", permission="projects.edit", response=PhotoOut, summary=N_("上傳相片")
)
def add_photo(
    request: HttpRequest,
    response: HttpResponse,
    project_id: Id,
    photo: Annotated[UploadedFile, File()],
    given: Annotated[PhotoIn, Form()],
    idempotency_key: SentKey = None,
) -> Any:
    """Keep a photograph; sent again with the same key, or with the same bytes, it is the one that is there already."""
    actor = actor_of(request)
    projects.project(actor, project_id)
    values = given.model_dump(exclude_unset=True)
    row = actions.add_photo(
        actor,
        project_id,
        cast(BinaryIO, photo),
        name=photo.name or "",
        values=values,
        key=idempotency_key or "",
    )
    tag(response, row.version)
    return photo_document(queries.photo(actor, row.pk))


@router.get("/photos/{photo_id}", permission="projects.view", response=PhotoOut, summary=N_("一張相片"))
def read_photo(request: HttpRequest, response: HttpResponse, photo_id: Id) -> Any:
    """One photograph; its bytes are at `/api/v1/files/{file_id}/content`."""
    actor = actor_of(request)
    row = queries.photo(actor, photo_id)
    tag(response, row.version)
    return photo_document(row)


@router.patch(
    "/photos/{photo_id}", permission="projects.edit", response=PhotoOut, summary=N_("修改相片的說明")
)
def edit_photo(
    request: HttpRequest, response: HttpResponse, photo_id: Id, given: ChangedPhoto, if_match: Match = None
) -> Any:
    """Change what is said of a photograph; If-Match carries the version read."""
    actor = actor_of(request)
    version = read_version(if_match, queries.photo(actor, photo_id).version)
    row = actions.edit_photo(actor, photo_id, version=version, changes=given.model_dump(exclude_unset=True))
    tag(response, row.version)
    return photo_document(queries.photo(actor, row.pk))


@router.post(
    "/photos/{photo_id}/remove", permission="projects.edit", response=PhotoOut, summary=N_("刪除相片")
)
def remove_photo(request: HttpRequest, photo_id: Id, given: RemoveIn) -> Any:
    """Take a photograph away, with a reason."""
    actor = actor_of(request)
    queries.photo(actor, photo_id)
    row = actions.remove_photo(actor, photo_id, version=None, reason=given.reason)
    return photo_document(queries.photo(actor, row.pk))


@router.get(
    "/register/{project_id}/notes",
    permission="projects.view",
    response=Listed[NoteOut],
    summary=N_("現場紀錄"),
)
def list_notes(request: HttpRequest, project_id: Id) -> Any:
    """What was seen on site, the newest first."""
    actor = actor_of(request)
    projects.project(actor, project_id)
    return {"items": [note_document(each) for each in queries.notes_of(project_id)]}


@router.post(
    "/register/{project_id}/notes", permission="projects.edit", response=NoteOut, summary=N_("登錄現場紀錄")
)
def add_note(request: HttpRequest, project_id: Id, given: NoteIn, idempotency_key: SentKey = None) -> Any:
    """Write down what was seen on site; sent again with the same key it is the one that is there already."""
    actor = actor_of(request)
    projects.project(actor, project_id)
    made = actions.add_site_note(
        actor,
        project_id,
        values=given.model_dump(exclude_unset=True),
        key=idempotency_key or uuid.uuid4().hex,
    )
    return note_document(made)
