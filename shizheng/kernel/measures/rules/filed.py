"""Who filed what a figure is made of, and who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shizheng.kernel.measures.rules.telling import moment


@dataclass(frozen=True)
class Signature:
    """One signature under what was filed: name, role and unit of who signed, and when."""

    level: str
    by: str
    role: str
    unit: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "by": self.by,
            "role": self.role,
            "unit": self.unit,
            "at": moment(self.at),
        }


@dataclass(frozen=True)
class Filed:
    """Who filed something and when, and who signed it, where it comes to count only after that."""

    by_id: int | None
    by: str
    role: str
    unit: str
    at: datetime
    signed: tuple[Signature, ...] = ()

    def as_kept(self) -> dict[str, Any]:
        """As it is kept beside the source of a fact."""
        who = {"by": self.by, "role": self.role, "unit": self.unit, "at": moment(self.at)}
        return {"filed": who, "signed": [each.as_json() for each in self.signed]}
