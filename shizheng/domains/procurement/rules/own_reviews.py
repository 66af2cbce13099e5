"""What an agency types about its own design reviews of a quarter, read: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shizheng.common.words import tell
from shizheng.kernel.filing.rules.typed import NotANumber, number_of

MOST = Decimal(10) ** 16


@dataclass(frozen=True, slots=True)
class Typed:
    """Cases, and their amounts in NTD before and after the review."""

    cases: int | None
    before: Decimal | None
    after: Decimal | None
    text: str

    @property
    def saved(self) -> Decimal | None:
        """Negative where the review made it dearer."""
        return None if self.before is None or self.after is None else self.before - self.after


class NotReadable(ValueError):
    """A field that cannot be read; the message says what to write."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(texts: Mapping[str, str]) -> Typed:
    """The row that these texts make. Raises NotReadable."""
    cases = _whole(texts, "cases")
    return Typed(
        None if cases is None else int(cases),
        _whole(texts, "before"),
        _whole(texts, "after"),
        texts.get("text", "").strip(),
    )


def _whole(texts: Mapping[str, str], name: str) -> Decimal | None:
    try:
        found = number_of(texts.get(name, "").strip())
    except NotANumber as failure:
        raise NotReadable(name, str(failure)) from failure
    if found is not None and (found < 0 or found >= MOST or found != found.to_integral_value()):
        raise NotReadable(name, tell("請填 0 以上的整數。"))
    return found
