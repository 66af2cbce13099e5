"""The one failure of the parser."""

from shizheng.common.errors import BadInput


class CannotReadPlan(BadInput):
    """The document is not read at all: the message says what, why and what to do. Never half a result."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, code=code)
