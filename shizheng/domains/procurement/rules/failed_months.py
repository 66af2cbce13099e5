"""What an agency types about one month of one case, read: pure, so that form, check and lock agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shizheng.common.roc import DateNotUnderstood, parse_date


@dataclass(frozen=True, slots=True)
class Typed:
    """One row as typed."""

    text: str
    cause: str
    measure: str
    next_on: date | None

    @property
    def filed(self) -> bool:
        return bool(self.text)


class NotReadable(ValueError):
    """A field that cannot be read; the message says what to write."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(texts: Mapping[str, str]) -> Typed:
    """The row that these texts make. Raises NotReadable."""
    given = {name: text.strip() for name, text in texts.items()}
    next_on = None
    if given.get("next_on"):
        try:
            next_on = parse_date(given["next_on"])
        except DateNotUnderstood as failure:
            raise NotReadable("next_on", str(failure)) from failure
    return Typed(given.get("text", ""), given.get("cause", ""), given.get("measure", ""), next_on)
