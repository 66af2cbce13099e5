"""Where the bytes of published files lie: by their hash, outside the web root, written whole or not at all.

`keep` and `read` are the whole interface, so that another store can take it over.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo


class FileDamaged(CannotDo):
    """The bytes are gone, or are no longer those that were issued."""

    status = 500
    code = "file_damaged"


def folder() -> Path:
    """The folder of the store."""
    return Path(settings.DATA_DIR) / "publications"


def keep(data: bytes) -> str:
    """Keep bytes and give their SHA-256 (64 hex digits). The same bytes twice are kept once. Raises OSError."""
    digest = hashlib.sha256(data).hexdigest()
    place = folder() / digest[:2] / digest
    if place.exists() and place.stat().st_size == len(data):
        return digest
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)  # whole or not at all, also when the power goes
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest


def read(sha256: str) -> bytes:
    """The bytes of that hash, checked. Raises FileDamaged where they are missing or changed."""
    place = folder() / sha256[:2] / sha256
    try:
        data = place.read_bytes()
    except OSError as failure:
        raise FileDamaged(
            _(
                "找不到這個公布檔案的內容（%(hash)s），可能是資料夾搬移或還原不完整。請通知系統管理者從備份還原。"
            )
            % {"hash": sha256[:12]}
        ) from failure
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileDamaged(
            _("這個公布檔案的內容與發布時的雜湊不符（%(hash)s），沒有提供下載。請通知系統管理者從備份還原。")
            % {"hash": sha256[:12]}
        )
    return data
