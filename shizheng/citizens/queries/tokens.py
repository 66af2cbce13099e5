"""Links that are sent by mail: a number with its proof, made of the installation's key; nothing of them is kept."""

import hashlib
import hmac

from django.conf import settings

from shizheng.common.errors import NotFound
from shizheng.common.words import tell

LENGTH = 32


def made_token(purpose: str, pk: int) -> str:
    """`<number>-<128 bits of HMAC-SHA-256>`."""
    return f"{pk}-{_proof(purpose, pk)}"


def read_token(purpose: str, token: str) -> int:
    """The number, once its proof held (compared in constant time). Raises NotFound."""
    given, _sign, proof = token.partition("-")
    pk = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    if not hmac.compare_digest(_proof(purpose, pk).encode(), proof.encode()) or not pk:
        raise NotFound(tell("這個連結不對，沒有執行任何動作。請核對信裡的網址，要完整複製。"))
    return pk


def _proof(purpose: str, pk: int) -> str:
    key = f"citizens.{purpose}\0{settings.SECRET_KEY}".encode()
    return hmac.new(key, str(pk).encode(), hashlib.sha256).hexdigest()[:LENGTH]
