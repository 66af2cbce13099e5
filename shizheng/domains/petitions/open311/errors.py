"""What a call answers when it is refused: an HTTP status, and a list of code and description."""

from collections.abc import Iterable
from typing import Any

NOT_GIVEN = 400
KEY = 403
NOT_FOUND = 404
NOT_ALLOWED = 405
TOO_MANY = 429


class Refused(Exception):
    """A call that is not answered. `said`: every reason, each a sentence; `wait`: seconds until it may be tried again."""

    def __init__(self, status: int, *said: str, wait: int = 0) -> None:
        super().__init__(*said)
        self.status, self.said, self.wait = status, said, wait


def document(status: int, said: Iterable[str]) -> list[dict[str, Any]]:
    """The list of errors as the standard has it; the code is that of the answer."""
    return [{"code": status, "description": each} for each in said]
