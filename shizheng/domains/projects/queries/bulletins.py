"""The month's bulletins: which months have which editions, and the foreword of each (B08)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shizheng.common.permissions import Actor, require
from shizheng.domains.projects.models import BulletinForeword
from shizheng.domains.projects.queries.months import locked_periods
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.publication import queries as publications

KIND = "projects.bulletin"
MOST = 36


@dataclass(frozen=True, slots=True)
class Month:
    """A month that was locked: its editions, the newest first, and whether a foreword is written."""

    period: Period
    editions: Sequence[Any]
    foreword: bool


def months(actor: Actor) -> list[Month]:
    """The last months that were locked, the newest first (three queries)."""
    require(actor, "projects.view")
    periods = locked_periods(limit=MOST)
    codes = [each.code for each in periods]
    editions: dict[str, list[Any]] = defaultdict(list)
    for each in publications.visible_to(actor).filter(kind=KIND, period__in=codes).order_by("-edition"):
        editions[each.period].append(each)
    written = set(
        BulletinForeword.objects.filter(period__in=codes).exclude(text="").values_list("period", flat=True)
    )
    return [Month(each, editions[each.code], each.code in written) for each in periods]


def editions_of(period: Period) -> QuerySet[Any]:
    """The editions of one month, the newest first."""
    return publications.rows().filter(kind=KIND, period=period.code).order_by("-edition")


def foreword_values(period: Period) -> dict[str, Any]:
    """The foreword as its form shows it; version 0 where nothing was written (one query)."""
    found = BulletinForeword.objects.filter(period=period.code).first()
    return {"version": found.version if found else 0, "text": found.text if found else ""}
