"""What the rulebook says about commitments on a day, with the versions that said so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.common import clock
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

GRACE, SOON, NEAR = "commitment.update_grace", "commitment.soon_due", "commitment.near_text"
BEFORE_END, ON_TIME, LADDER = (
    "commitment.change_before_end",
    "commitment.on_time_by",
    "commitment.ladder",
)
CODES = (GRACE, SOON, NEAR, BEFORE_END, ON_TIME)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Days of grace for an update, days that are soon, how alike is near (0 to 1), months before the end, what is in time."""

    grace: int
    soon: int
    near: Decimal
    months: int
    by_request: bool
    rules: tuple[RuleValue, ...]


def ruling(on: date | None = None) -> Ruling:
    """The rules in force on a day (today when None)."""
    found = rulebook.values_of(CODES, on or clock.today())
    value = {code: found[code].value for code in CODES}
    return Ruling(
        grace=int(value[GRACE]),  # type: ignore[arg-type]
        soon=int(value[SOON]),  # type: ignore[arg-type]
        near=Decimal(value[NEAR]) / 100,  # type: ignore[arg-type]
        months=value[BEFORE_END].n,  # type: ignore[union-attr]
        by_request=value[ON_TIME] == "asked",
        rules=tuple(found[code] for code in CODES),
    )
