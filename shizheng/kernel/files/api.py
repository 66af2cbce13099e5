"""The API of files: hold an upload, read a file, its bytes and pictures, seal it."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Query, Schema
from ninja.files import UploadedFile
from pydantic import AfterValidator

from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.words import N_, tell
from shizheng.kernel.files import actions, queries
from shizheng.kernel.files.models import FileFacts, StoredFile
from shizheng.kernel.files.pages.serving import served

router = Router()
PAGE = 50


def _storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(tell("含有不成對的代理字元")) from error
    return text


class FileListing(Schema):
    """Pages of 50, the newest first."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class SealIn(Given):
    """Why it is sealed, or opened again."""

    reason: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_storable)]


@router.get("/", permission="files.list", summary=N_("附件清單"))
def list_files(request: HttpRequest, query: Query[FileListing]) -> Any:
    """Every file, the newest first: what there is, not what is in it. Names of sealed ones are left out."""
    found = queries.all_files(actor_of(request))
    start = (query.page - 1) * PAGE
    items = [
        {**_about(each), "name": None if queries.is_sealed(each) else each.name}
        for each in found[start : start + PAGE]
    ]
    return {"count": found.count(), "page": query.page, "items": items}


@router.post(
    "/held", permission="files.keep", response={201: dict[str, Any]}, summary=N_("上傳，先檢查並暫存一天")
)
def hold(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> Any:
    """Check an upload and hold it for a day; its id is what other calls take as a file."""
    row = actions.hold(actor_of(request), file, name=file.name or "")  # type: ignore[arg-type]
    return 201, {**_facts(row), "held_at": row.held_at.isoformat()}


@router.delete("/held/{file_id}", permission="files.keep", summary=N_("放棄暫存的附件"))
def let_go(request: HttpRequest, file_id: uuid.UUID) -> Any:
    """Give up a held upload of one's own; saying it twice is no failure."""
    return {"let_go": actions.let_go(actor_of(request), [file_id])}


@router.get("/{file_id}", permission="files.view", summary=N_("一個附件"))
def read_file(request: HttpRequest, file_id: uuid.UUID) -> Any:
    """A file: what it is and what it belongs to."""
    found = queries.file(actor_of(request), file_id)
    pictures = [each.page for each in queries.previews_of(found) if each.page]
    return {**_about(found), "previews": pictures}


@router.get("/{file_id}/content", permission="files.view", summary=N_("附件的內容"))
def read_content(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The bytes as they came. Opening a sealed file is recorded."""
    opened = actions.open_file(actor_of(request), file_id)
    return served(request, opened, attached=True, tag=opened.file.sha256)


@router.get("/{file_id}/photo", permission="files.view", summary=N_("相片何時何地拍的"))
def read_photo(request: HttpRequest, file_id: uuid.UUID) -> Any:
    """What a photograph says of when and where it was taken (WGS 84); none of it is proof."""
    facts = actions.photo_facts(actor_of(request), file_id)
    return {
        "taken": facts.taken or None, "latitude": facts.latitude, "longitude": facts.longitude, "camera": facts.camera or None,
    }  # fmt: skip


@router.post("/{file_id}/seal", permission="files.seal", summary=N_("彌封附件"))
def seal(request: HttpRequest, file_id: uuid.UUID, given: SealIn) -> Any:
    """Seal a file: from here on each opening is recorded."""
    return _about(actions.seal(actor_of(request), file_id, reason=given.reason))


@router.post("/{file_id}/unseal", permission="files.seal", summary=N_("解除彌封"))
def unseal(request: HttpRequest, file_id: uuid.UUID, given: SealIn) -> Any:
    """Open a sealed file again."""
    return _about(actions.unseal(actor_of(request), file_id, reason=given.reason))


def _facts(row: FileFacts) -> dict[str, Any]:
    return {
        "id": str(row.pk), "name": row.name, "kind": row.kind, "media_type": row.media_type, "size": row.size,
        "sha256": row.sha256, "pages": row.pages, "width": row.width, "height": row.height,
    }  # fmt: skip


def _about(row: StoredFile) -> dict[str, Any]:
    return {
        **_facts(row), "subject": {"label": row.subject_label, "id": row.subject_pk}, "unit_id": row.unit_id,
        "kept_at": row.recorded_at.isoformat(), "kept_by": row.kept_by.display_name if row.kept_by else None,
        "sealed": queries.is_sealed(row),
    }  # fmt: skip
