"""Where bytes lie: by their hash, outside the web root, written whole or not at all, readable by the product alone.

`keep` and `read` are the whole interface, so that another store can take it over. One class serves every folder of the
data folder that is named in the backup: `files` here, `publications` for what was issued.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shizheng.common.errors import CannotDo
from shizheng.common.words import tell

_HASH = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".new-"


class FileDamaged(CannotDo):
    """The bytes are gone, or are no longer those that were kept."""

    status = 500
    code = "file_damaged"


class Store:
    """A folder of bytes by their SHA-256 (64 hex digits): `<folder>/<first two digits>/<all digits>`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def folder(self) -> Path:
        """The folder of the store."""
        return Path(settings.DATA_DIR) / self.name

    def place(self, sha256: str) -> Path:
        """Where the bytes of that hash lie. Raises FileDamaged for what is no hash."""
        if not _HASH.fullmatch(sha256):
            raise self._gone(sha256)
        return self.folder() / sha256[:2] / sha256

    def keep(self, data: bytes) -> str:
        """Keep bytes and give their hash. The same bytes twice are kept once. Raises OSError."""
        digest = hashlib.sha256(data).hexdigest()
        place = self.place(digest)
        if place.exists() and place.stat().st_size == len(data):
            os.utime(place)  # wanted again: what clears away left-overs sees that it is young
            return digest
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=place.parent)  # readable by its owner alone
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(place)  # whole or not at all, also when the power goes
            _sync_folder(place.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest

    def read(self, sha256: str) -> bytes:
        """The bytes of that hash, checked. Raises FileDamaged where they are missing or changed."""
        try:
            data = self.place(sha256).read_bytes()
        except OSError as failure:
            raise self._gone(sha256) from failure
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileDamaged(
                tell(
                    "檔案的內容與存入時的雜湊不符（%(hash)s），沒有提供。請通知系統管理者從備份還原。",
                    hash=sha256[:12],
                )
            )
        return data

    def older_than(self, moment: float) -> Iterator[tuple[str, Path]]:
        """Hash and place of what was last wanted before `moment` (seconds since 1970); unfinished ones have no hash."""
        for place in self.folder().glob("??/*"):
            try:
                if place.stat().st_mtime < moment:
                    yield (place.name if _HASH.fullmatch(place.name) else "", place)
            except FileNotFoundError:
                continue

    def _gone(self, sha256: str) -> FileDamaged:
        return FileDamaged(
            tell(
                "找不到檔案的內容（%(hash)s），可能是資料夾搬移或還原不完整。請通知系統管理者從備份還原。",
                hash=sha256[:12],
            )
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


FILES = Store("files")
