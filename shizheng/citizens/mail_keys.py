"""Seals of mails: AES-256 in GCM (NIST SP 800-38D) under a key of its own for each mail, derived from the installation's FIELD_KEY.

A ciphertext is bound to its mail and part: it opens nowhere else. The salt and the nonce stand before it.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.kernel.cases.keys import CannotOpen

SALT, NONCE, LENGTH = 16, 12, 32


def sealed(mail_id: int, part: str, data: bytes) -> bytes:
    """The ciphertext of a part (`raw`, `sender`) of a mail."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    return salt + nonce + AESGCM(_key(salt)).encrypt(nonce, data, _bound(mail_id, part))


def opened(mail_id: int, part: str, ciphertext: bytes) -> bytes:
    """The bytes again. Raises CannotOpen."""
    salt, nonce, rest = ciphertext[:SALT], ciphertext[SALT : SALT + NONCE], ciphertext[SALT + NONCE :]
    try:
        return AESGCM(_key(salt)).decrypt(nonce, rest, _bound(mail_id, part))
    except (InvalidTag, ValueError) as failure:
        raise CannotOpen(
            _(
                "來信的內容解不開，可能是加密金鑰（SHIZHENG_FIELD_KEY）換過，或資料損壞。請通知系統管理者，從備份還原金鑰。"
            )
        ) from failure


def keyed(purpose: str, data: bytes) -> str:
    """A hash that only this installation can make (64 hex digits)."""
    key = f"citizens.{purpose}\0{settings.SECRET_KEY}".encode()
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def _bound(mail_id: int, part: str) -> bytes:
    return f"mail:{mail_id}:{part}".encode()


def _key(salt: bytes) -> bytes:
    given = urlsafe_b64decode(settings.FIELD_KEY)
    return HKDF(SHA256(), LENGTH, salt=salt, info=b"shizheng mails").derive(given)
