"""Taking files in: everything is checked before a byte is kept, and a row exists only with its bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.kernel.files import apart, queries
from shizheng.kernel.files.models import HeldFile, StoredFile
from shizheng.kernel.files.rules import EVIDENCE, MOST_BYTES, Checked, check
from shizheng.kernel.files.store import FILES
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.jobs.actions import defer

STORE_LOCK = "files.store"
MOST_HELD = 50
"""Uploads of one person that may wait at a time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that passed, with its bytes."""

    data: bytes
    checked: Checked


def keep(
    actor: Actor,
    upload: BinaryIO | bytes,
    *,
    name: str,
    subject: tuple[str, int],
    unit_id: int,
    allow: frozenset[str] = EVIDENCE,
    sealed: bool = False,
) -> StoredFile:
    """Check a file and keep it with what it belongs to, in the caller's transaction where there is one.

    `subject`: label and number, such as ("filing.return", 12); `allow`: codes of kinds (`rules.KINDS`).
    Raises Refused with a code where it is not taken, NotPermitted.
    """
    require(actor, "files.keep", unit_id)
    taken = look_at(upload, name, allow)
    return keep_taken(actor, taken, subject=subject, unit_id=unit_id, sealed=sealed)


def keep_taken(
    actor: Actor, taken: Taken, *, subject: tuple[str, int], unit_id: int, sealed: bool = False
) -> StoredFile:
    """Keep what passed (helper: the caller has asked for the permission)."""
    with recorded(by=actor, action="files.keep"):
        sha256 = _store(taken.data)
        made = StoredFile.objects.create(
            **_facts(taken.checked), size=len(taken.data), sha256=sha256, unit_id=unit_id,
            subject_label=subject[0], subject_pk=subject[1], sealed=sealed, kept_by_id=actor.pk,
        )  # fmt: skip
        _want_previews(made)
    return made


def hold(actor: Actor, upload: BinaryIO | bytes, *, name: str, allow: frozenset[str] = EVIDENCE) -> HeldFile:
    """Check a file and hold it for its owner until the form that it was chosen in is sent through, at most a day."""
    require(actor, "files.keep")
    if actor.pk is None:
        raise NotPermitted(_("只有登入的人能先上傳再送出。"))
    taken = look_at(upload, name, allow)
    with recorded(by=actor, action="files.hold"):
        if HeldFile.objects.filter(held_by_id=actor.pk).count() >= MOST_HELD:
            raise BadInput(
                _("您已有 %(n)s 個上傳後還沒送出的檔案，這個沒有收下。請先送出或移除前面的。") % {"n": MOST_HELD},
                code="too_many",
            )  # fmt: skip
        sha256 = _store(taken.data)
        return HeldFile.objects.create(
            **_facts(taken.checked), size=len(taken.data), sha256=sha256, held_by_id=actor.pk, held_at=clock.now()
        )  # fmt: skip


def keep_held(
    actor: Actor, held_ids: Iterable[Any], *, subject: tuple[str, int], unit_id: int, sealed: bool = False
) -> list[StoredFile]:
    """Make the actor's own held uploads files of something. Raises BadInput where one is gone, NotPermitted."""
    wanted = list(held_ids)
    if not wanted:
        return []
    require(actor, "files.keep", unit_id)
    with recorded(by=actor, action="files.keep"):
        _lock_shared()
        found = queries.held(actor, wanted)
        if len(found) != len(set(map(str, wanted))):
            text = _("有上傳的檔案已經過期清除（保留一天），沒有送出。請重新選擇檔案。")
            raise BadInput(text, fields={"file": [text]}, code="held_gone")
        made = []
        for each in found:
            row = StoredFile.objects.create(
                name=each.name, kind=each.kind, media_type=each.media_type, size=each.size, sha256=each.sha256,
                pages=each.pages, width=each.width, height=each.height, unit_id=unit_id,
                subject_label=subject[0], subject_pk=subject[1], sealed=sealed, kept_by_id=actor.pk,
            )  # fmt: skip
            _want_previews(row)
            each.delete()
            made.append(row)
    return made


def let_go(actor: Actor, held_ids: Iterable[Any]) -> int:
    """Give up held uploads of one's own; returns how many there were."""
    found = queries.held(actor, held_ids)
    with recorded(by=actor, action="files.let_go"):
        for each in found:
            each.delete()
    return len(found)


def read_upload(upload: BinaryIO | bytes) -> bytes:
    """The bytes of an upload, at most one more than may be: what is too large is refused by its check."""
    return upload if isinstance(upload, bytes) else upload.read(MOST_BYTES + 1)


def held_bytes(actor: Actor, held_id: Any) -> tuple[str, bytes] | None:
    """Name and bytes of one's own held upload; None where it is gone."""
    found = queries.held(actor, [held_id])
    return (found[0].name, FILES.read(found[0].sha256)) if found else None


def look_at(upload: BinaryIO | bytes, name: str, allow: frozenset[str]) -> Taken:
    """Read no more than may be, and check; nothing is kept yet. What decoders have to open is checked in a process of its own. Raises Refused."""
    data = read_upload(upload)
    if len(data) > MOST_BYTES or not data or data[:2] not in _TO_BE_DECODED:
        return Taken(data, check(data, name, allow))
    return Taken(data, apart.check(data, name, allow))


_TO_BE_DECODED = {b"PK", b"%P", b"\x89P", b"\xff\xd8", b"RI"}


def _facts(checked: Checked) -> dict[str, Any]:
    kind = checked.kind
    return {
        "name": checked.name, "kind": kind.code, "media_type": kind.media_type,
        "pages": checked.pages, "width": checked.width, "height": checked.height,
    }  # fmt: skip


def _store(data: bytes) -> str:
    """Bytes first, then the row: a process that dies between leaves bytes without a row, which a job clears away."""
    _lock_shared()
    return FILES.keep(data)


def _lock_shared() -> None:
    """Nothing is cleared away between here and the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [STORE_LOCK])


def _want_previews(made: StoredFile) -> None:
    if queries.waiting(made):
        defer("files.make_previews", sha256=made.sha256, kind=made.kind)
