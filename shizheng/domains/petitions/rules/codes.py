"""The code with which a citizen looks up a petition: given once, kept as a hash (look-up by number and code)."""

import hashlib
import hmac
import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U, which are read as one another or make words."""
LENGTH = 10
"""Ten of thirty letters are 49 bits: not guessed through a form that counts attempts."""


def new_code() -> str:
    """A code that nobody can guess, such as `7KQ2MX94PD`."""
    return "".join(secrets.choice(LETTERS) for _each in range(LENGTH))


def plain(code: str) -> str:
    """A code as it is compared: capitals, without the blanks and hyphens that people put between."""
    return "".join(each for each in code.upper() if each.isalnum())


def hashed(key: bytes, number: str, code: str) -> str:
    """HMAC-SHA-256 of number and code under the installation's key, in hex."""
    return hmac.new(key, f"{number}\0{plain(code)}".encode(), hashlib.sha256).hexdigest()


def same(kept: str, key: bytes, number: str, code: str) -> bool:
    """Whether it is the code that was given out, compared in constant time."""
    return bool(kept) and hmac.compare_digest(kept, hashed(key, number, code))


def token_hashed(key: bytes, token: str) -> str:
    """HMAC-SHA-256 of a token under the installation's key, in hex."""
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
