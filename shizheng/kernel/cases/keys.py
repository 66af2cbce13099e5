"""Keys of cases: each case's own, kept under one that is derived from the installation's FIELD_KEY; AES-256 in GCM (NIST SP 800-38D).

A ciphertext is bound to its case and name: it opens nowhere else. The nonce stands before it.
"""

import os
from base64 import urlsafe_b64decode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo

NONCE = 12
LENGTH = 32


class CannotOpen(CannotDo):
    """The ciphertext does not open under this key: another installation's key, or damaged."""

    status = 500
    code = "cannot_open"


def new_key(case_id: int) -> bytes:
    """A fresh key of a case, wrapped: what is kept."""
    return _locked(_installation(), os.urandom(LENGTH), f"key:{case_id}")


def lock(wrapped: bytes, case_id: int, name: str, text: str) -> bytes:
    """The text under the key of its case. Raises CannotOpen."""
    return _locked(_own(wrapped, case_id), text.encode(), f"part:{case_id}:{name}")


def unlock(wrapped: bytes, case_id: int, name: str, ciphertext: bytes) -> str:
    """The text again. Raises CannotOpen."""
    return _opened(_own(wrapped, case_id), ciphertext, f"part:{case_id}:{name}").decode()


def _own(wrapped: bytes, case_id: int) -> bytes:
    return _opened(_installation(), wrapped, f"key:{case_id}")


def _installation() -> bytes:
    given = urlsafe_b64decode(settings.FIELD_KEY)
    return HKDF(SHA256(), LENGTH, salt=None, info=b"shizheng cases").derive(given)


def _locked(key: bytes, data: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, bound_to.encode())


def _opened(key: bytes, data: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], bound_to.encode())
    except InvalidTag as failure:
        raise CannotOpen(
            _(
                "彌封資料解不開，可能是加密金鑰（SHIZHENG_FIELD_KEY）換過，或資料損壞。請通知系統管理者，從備份還原金鑰。"
            )
        ) from failure
