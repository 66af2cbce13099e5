"""What can go wrong in the domain, said so that an officer knows what happened, why, and what to do."""

from collections.abc import Mapping, Sequence

from shizheng.common.words import read


class CannotDo(Exception):
    """Base of every domain failure. `message` is for people, in their language; `code` is stable for programs."""

    status = 409
    code = "cannot_do"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = read(message)
        if code is not None:
            self.code = code


class Conflict(CannotDo):
    """Somebody else changed the thing since it was read; nothing was written."""

    code = "conflict"


class BadInput(CannotDo):
    """The input cannot be taken. `fields` maps a field's name to its messages."""

    status = 422
    code = "bad_input"

    def __init__(
        self, message: str, *, fields: Mapping[str, Sequence[str]] | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.fields: dict[str, list[str]] = {
            name: [read(text) for text in texts] for name, texts in (fields or {}).items()
        }


class NotPermitted(CannotDo):
    """The actor's roles do not hold the permission for that unit."""

    status = 403
    code = "not_permitted"


class NotFound(CannotDo):
    """The thing does not exist, or the actor may not know that it does (the same answer for both)."""

    status = 404
    code = "not_found"
