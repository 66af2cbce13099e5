"""Petitions that may be about the same thing as one: near in place, time and words, each with why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from math import cos, radians
from typing import Any

from django.db.models import Q

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.together import together
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.queries.petitions import moments_of, visible_to
from shizheng.domains.petitions.queries.ruling import near_limits
from shizheng.domains.petitions.rules.nearness import Limits, Nearness, Placed, nearest
from shizheng.kernel.cases.rules.facts import day_of

MOST_NEAR, MOST_READ = 5, 500
DEGREE = 111_195
"""Metres of one degree of latitude."""


@dataclass(frozen=True, slots=True)
class Near:
    """A near petition, and why it is called so."""

    petition: Petition
    why: Nearness

    @property
    def percent(self) -> Any:
        """How alike the words are, 0 to 100."""
        return self.why.percent


def placed(row: Petition) -> Placed:
    """A petition as nearness compares it."""
    case = row.case
    point = None if case.longitude is None or case.latitude is None else (case.longitude, case.latitude)
    return Placed(case.title, day_of(case.received_at), row.place, point, row.category_id)


def near_ones(actor: Actor, this: Placed, *, exclude: int | None = None) -> list[Near]:
    """Petitions that the actor may see, near `this` by the rules in force today, the likest first (two queries and the rules).

    Looked at are those within reach on the map, and of the others the MOST_READ nearest in time.
    """
    if not this.subject.strip():
        return []
    limits = near_limits()
    reach = timedelta(days=limits.days)
    since, until = moments_of(this.day - reach, this.day + reach + timedelta(days=1))
    rows = visible_to(actor).filter(case__received_at__gte=since, case__received_at__lt=until)
    rows = rows.filter(case__merged_into=None).exclude(case=exclude or 0).order_by("-case__received_at")
    others = dict(_looked_at(rows, this, limits))
    found = nearest(this, others.items(), limits)[:MOST_NEAR]
    if not found:
        return []
    by_id = {each.case_id: each for each in visible_to(actor).filter(case__in=[pk for pk, _why in found])}
    return [Near(by_id[pk], why) for pk, why in found if pk in by_id]


def near_to(actor: Actor, row: Petition) -> list[Near]:
    """Petitions near one that is there."""
    return near_ones(actor, placed(row), exclude=row.case_id)


def near_new(actor: Actor, subject: str, *, place: str = "", category_id: int | None = None) -> list[Near]:
    """Petitions near one that is about to be taken in today."""
    return near_ones(actor, Placed(subject, clock.today(), place, None, category_id))


def _looked_at(rows: Any, this: Placed, limits: Limits) -> Iterator[tuple[int, Placed]]:
    """What is compared with: of each no more than is compared, in one query."""
    compared = rows.values_list(
        "case_id",
        "case__title",
        "case__received_at",
        "place",
        "case__longitude",
        "case__latitude",
        "category_id",
    )
    asked = [compared[:MOST_READ]]
    if this.point is not None:
        asked = [
            compared.filter(_box(this.point, limits.metres))[:MOST_READ],
            compared.filter(case__longitude=None)[:MOST_READ],
        ]
    together(*asked)
    for pk, title, received_at, place, east, north, category_id in chain(*asked):
        point = None if east is None or north is None else (east, north)
        yield pk, Placed(title, day_of(received_at), place, point, category_id)


def _box(point: tuple[float, float], metres: int) -> Q:
    """Within a square around a point, a little larger than the circle that the rule means."""
    east, north = point
    high = metres * 1.01 / DEGREE
    wide = high / max(0.01, cos(radians(north)))
    return Q(
        case__longitude__range=(east - wide, east + wide), case__latitude__range=(north - high, north + high)
    )
