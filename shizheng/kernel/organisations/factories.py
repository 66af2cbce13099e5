"""Units for tests and demonstrations: `city()`, `agency()`, `district()`, `unit(parent=…)`."""

from datetime import date
from itertools import count
from typing import Any

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.organisations import actions
from shizheng.kernel.organisations.models import Unit

_numbers = count(1)
BEGINNING = date(2011, 1, 1)  # Saturday


def city(**fields: Any) -> Unit:
    """The city government; made at the first call."""
    found = Unit.objects.filter(kind="city").first()
    return found or actions.set_up_city(SYSTEM, **{"city_name": "測試市", "on": BEGINNING, **fields})


def unit(kind: str = "unit", *, parent: Unit | None = None, on: date = BEGINNING, **fields: Any) -> Unit:
    """A unit below `parent` (the city), open since `on`."""
    number = next(_numbers)
    values = {"code": f"u{number}", "name": f"第{number}科", **fields}
    return actions.open_unit(SYSTEM, kind=kind, parent_id=(parent or city()).pk, on=on, **values)


def agency(**fields: Any) -> Unit:
    """A first-level agency."""
    return unit("agency", **{"name": f"測試市政府第{next(_numbers)}局", **fields})


def district(**fields: Any) -> Unit:
    """A district office."""
    return unit("district", **{"name": f"測試市第{next(_numbers)}區公所", **fields})
