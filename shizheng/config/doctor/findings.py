"""What a check finds, and how it is shown."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warning", "bad"]
SIGNS: dict[Level, str] = {"good": "✓", "warning": "！", "bad": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do where it is not well."""

    level: Level
    what: str
    mend: str = ""
