"""What somebody is still writing: kept sealed between the steps, so that nothing is lost, and gone within hours."""

import hashlib
import json
import os
import uuid
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.citizens.models import Draft
from shizheng.common import clock
from shizheng.common.errors import NotFound

NONCE = 12
KEPT = timedelta(hours=12)
"""How long a draft waits; bytes of its photographs wait a day."""
SHOWN = timedelta(hours=1)
"""How long number and code can be seen once more after sending."""


def new_draft(token: uuid.UUID | None = None) -> uuid.UUID:
    """Begin to write; gives the token by which the browser knows it again (one that follows from a secret, where it is given)."""
    token = token or uuid.uuid4()
    Draft.objects.create(token_hash=_hash(token), sealed=_sealed(token, {}), changed_at=clock.now())
    return token


def open_draft(token: uuid.UUID) -> dict[str, Any]:
    """What is written so far. Raises NotFound where it is gone."""
    return _opened(token, _row(token))


def keep_draft(token: uuid.UUID, content: dict[str, Any], *, sent: bool = False) -> None:
    """Write down what is written so far. Raises NotFound where it is gone, or was sent meanwhile."""
    changed = Draft.objects.filter(token_hash=_hash(token), sent=False).update(
        sealed=_sealed(token, content), changed_at=clock.now(), sent=sent
    )
    if not changed:
        raise _gone()


def locked_draft(token: uuid.UUID) -> dict[str, Any]:
    """The same, and nobody else sends it until the transaction ends. Raises NotFound."""
    return _opened(token, _row(token, lock=True))


def clear_drafts() -> int:
    """Delete drafts whose time is over. Returns how many."""
    now = clock.now()
    gone, _models = Draft.objects.filter(sent=False, changed_at__lt=now - KEPT).delete()
    shown, _models = Draft.objects.filter(sent=True, changed_at__lt=now - SHOWN).delete()
    return gone + shown


def _row(token: uuid.UUID, *, lock: bool = False) -> Draft:
    rows = Draft.objects.select_for_update() if lock else Draft.objects
    row = rows.filter(token_hash=_hash(token)).first()
    if row is None or row.changed_at < clock.now() - (SHOWN if row.sent else KEPT):
        raise _gone()
    return row


def _gone() -> NotFound:
    return NotFound(
        _(
            "這份還沒送出的內容已經清除（保留 %(n)s 小時），或已經送出。請從「我要陳情」重新開始；已送出的請用案號與查詢碼查詢。"
        )
        % {"n": int(KEPT.total_seconds() // 3600)}
    )


def _hash(token: uuid.UUID) -> str:
    return hashlib.sha256(token.bytes).hexdigest()


def _key(token: uuid.UUID) -> bytes:
    given = urlsafe_b64decode(settings.FIELD_KEY)
    return HKDF(SHA256(), 32, salt=token.bytes, info=b"shizheng citizens drafts").derive(given)


def _sealed(token: uuid.UUID, content: dict[str, Any]) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key(token)).encrypt(nonce, json.dumps(content).encode(), None)


def _opened(token: uuid.UUID, row: Draft) -> dict[str, Any]:
    data = bytes(row.sealed)
    try:
        found = json.loads(AESGCM(_key(token)).decrypt(data[:NONCE], data[NONCE:], None))
    except InvalidTag as failure:
        raise _gone() from failure
    assert isinstance(found, dict)
    return found
