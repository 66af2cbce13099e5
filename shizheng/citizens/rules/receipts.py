"""Receipts: what a citizen sent, and when, signed so that anybody can check it without asking us.

A receipt is a JSON Web Signature in its flattened JSON form (RFC 7515, 7.2.2) by Ed25519 (RFC 8037); keys are published as a
JSON Web Key Set (RFC 7517) and named by their thumbprint (RFC 7638). The same content and key give the same bytes.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TYPE = "shizheng-receipt+json"
LARGEST = 200_000
"""Characters of a receipt that is looked at; ours are far smaller."""


class NotOurs(ValueError):
    """It is no receipt, another key signed it, or something in it was changed. `args[0]`: `shape`, `key` or `changed`."""


def key_of(secret: str) -> Ed25519PrivateKey:
    """The installation's key for receipts, derived from its signing key (base64 of 32 bytes)."""
    given = urlsafe_b64decode(secret)
    return Ed25519PrivateKey.from_private_bytes(
        HKDF(SHA256(), 32, salt=None, info=b"shizheng receipts").derive(given)
    )


def public_key(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half as a JSON Web Key with its thumbprint."""
    x = _text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    needed = {"crv": "Ed25519", "kty": "OKP", "x": x}
    return {**needed, "alg": "EdDSA", "use": "sig", "kid": _text(hashlib.sha256(canonical(needed)).digest())}


def canonical(value: Any) -> bytes:
    """JSON in one way only: sorted names, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(key: Ed25519PrivateKey, payload: Mapping[str, Any]) -> dict[str, str]:
    """The receipt of a payload."""
    head = _text(canonical({"alg": "EdDSA", "kid": public_key(key)["kid"], "typ": TYPE}))
    body = _text(canonical(payload))
    return {"payload": body, "protected": head, "signature": _text(key.sign(f"{head}.{body}".encode()))}


def said_by(receipt: Mapping[str, str]) -> dict[str, Any]:
    """The payload of a receipt of ours, without looking at its signature."""
    found = json.loads(_bytes(receipt["payload"]))
    assert isinstance(found, dict)
    return found


def without_words(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload for a receipt that travels by mail: in place of the content its SHA-256 (of its canonical JSON, in hex)."""
    rest = {name: value for name, value in payload.items() if name != "content"}
    return {**rest, "content_sha256": hashlib.sha256(canonical(payload["content"])).hexdigest()}


def checked(text: str, keys: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What a receipt says, once its signature held under one of the keys (by thumbprint). Raises NotOurs."""
    try:
        if len(text) > LARGEST:
            raise ValueError
        given = json.loads(text)
        head, body = given["protected"], given["payload"]
        named, payload = json.loads(_bytes(head)), json.loads(_bytes(body))
        signature = _bytes(given["signature"])
        if named["alg"] != "EdDSA" or not isinstance(payload, dict):
            raise ValueError
        kid = str(named["kid"])
    except (ValueError, KeyError, TypeError, AttributeError, NotBase64, RecursionError) as failure:
        raise NotOurs("shape") from failure
    if kid not in keys:
        raise NotOurs("key")
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(keys[kid]["x"])).verify(
            signature, f"{head}.{body}".encode()
        )
    except InvalidSignature as failure:
        raise NotOurs("changed") from failure
    return payload


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
