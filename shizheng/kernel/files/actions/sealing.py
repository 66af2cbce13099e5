"""Sealing a file, and opening it again; both with a reason."""

import uuid

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common.errors import Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.files import queries
from shizheng.kernel.files.models import Sealing, StoredFile
from shizheng.kernel.history.actions import recorded


def seal(actor: Actor, file_id: uuid.UUID | str, *, reason: str) -> StoredFile:
    """From here on only who may read sealed files opens it, and each opening is recorded. Raises Conflict, NotPermitted."""
    return _decide(actor, file_id, True, reason, "files.seal")


def unseal(actor: Actor, file_id: uuid.UUID | str, *, reason: str) -> StoredFile:
    """Everybody who may read what it belongs to opens it again. Raises Conflict, NotPermitted."""
    return _decide(actor, file_id, False, reason, "files.unseal")


def _decide(actor: Actor, file_id: uuid.UUID | str, sealed: bool, reason: str, action: str) -> StoredFile:
    text = need_reason(reason)
    found = queries.file(actor, file_id)
    require(actor, "files.seal", found.unit_id)
    with recorded(by=actor, action=action, reason=text):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('files.seal'), hashtext(%s))", [str(found.pk)])  # fmt: skip
        now = queries.file(actor, file_id)
        if queries.is_sealed(now) == sealed:
            said = _("這個附件已經彌封了，沒有再記一次。") if sealed else _("這個附件沒有彌封，沒有改變。")
            raise Conflict(said)
        Sealing.objects.create(file=found, sealed=sealed, reason=text)
    return queries.file(actor, file_id)
