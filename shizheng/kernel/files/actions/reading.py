"""Opening a file: who may, and for sealed ones a record of it before the first byte goes out."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, NotFound, NotPermitted
from shizheng.common.permissions import Actor
from shizheng.kernel.files import apart, queries
from shizheng.kernel.files.models import Reading, StoredFile, Way
from shizheng.kernel.files.rules import IMAGES, PhotoFacts
from shizheng.kernel.files.rules.previews import MEDIA_TYPE
from shizheng.kernel.files.store import FILES
from shizheng.kernel.history.actions import recorded


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, or a picture of one, ready to be sent."""

    file: StoredFile
    data: bytes
    media_type: str
    sealed: bool


def open_file(actor: Actor, file_id: uuid.UUID | str) -> Opened:
    """The file's bytes, for a person. Raises NotFound, NotPermitted (sealed), FileDamaged."""
    found = queries.file(actor, file_id)
    data = _read(actor, found, Way.DOWNLOAD, found.sha256)
    return Opened(found, data, found.media_type, queries.is_sealed(found))


def open_preview(actor: Actor, file_id: uuid.UUID | str, page: int) -> Opened:
    """A picture of a page. Raises NotFound, NotPermitted (sealed), FileDamaged."""
    found = queries.file(actor, file_id)
    picture = next((each for each in queries.previews_of(found) if each.page == page and page > 0), None)
    if picture is None:
        raise NotFound(_("這一頁沒有預覽。請下載檔案打開。"))
    data = _read(actor, found, Way.PREVIEW, picture.sha256)
    return Opened(found, data, MEDIA_TYPE, queries.is_sealed(found))


def photo_facts(actor: Actor, file_id: uuid.UUID | str) -> PhotoFacts:
    """What a photograph says of when and where it was taken. Raises NotFound, also for what is no image."""
    found = queries.file(actor, file_id)
    if found.kind not in IMAGES:
        raise NotFound(_("只有影像有拍攝資訊。"))
    return apart.photo(_read(actor, found, Way.PHOTO, found.sha256))


def _read(actor: Actor, found: StoredFile, way: Way, sha256: str) -> bytes:
    if not queries.may_open(actor, found):
        raise NotPermitted(
            _("這個附件已經彌封，您的角色不能開啟。需要時請洽有「開啟彌封的附件」權限的人。"), code="sealed"
        )
    if queries.is_erased(found):
        raise CannotDo(_("這個附件的內容已依保存規則清除，再也不能開啟。"), code="erased")
    data = FILES.read(sha256)
    if queries.is_sealed(found):
        with recorded(by=actor, action="files.read_sealed"):
            Reading.objects.create(file=found, reader_id=actor.pk, way=way)
    return data
