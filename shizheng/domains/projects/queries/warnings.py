"""Early warnings as they were given, and what came of the earlier ones."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from shizheng.common.permissions import Actor
from shizheng.domains.projects.models import CurveKind, EarlyWarning, MonthRecord
from shizheng.domains.projects.queries.judging import Judge, judges
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.queries.situations import threshold
from shizheng.domains.projects.rules.warning import (
    AHEAD,
    Calibrated,
    Record,
    Warned,
    calibration,
    calibration_error,
    record,
    severe_at,
)
from shizheng.kernel.measures.rules.periods import Period, parse_period

FIRST = 20
"""Of how many warnings in a hundred, the likeliest first, the precision is told."""


def visible_to(actor: Actor) -> QuerySet[EarlyWarning]:
    """Warnings about tenders that the actor may see."""
    if not actor.may("projects.view"):
        return EarlyWarning.objects.none()
    return EarlyWarning.objects.select_related("project__agency", "project__type")


def warned_periods() -> list[Period]:
    """Months of which warnings were given, the newest first; one query."""
    codes = EarlyWarning.objects.order_by("-period").values_list("period", flat=True).distinct()
    return [parse_period(code) for code in codes]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good past warnings were: those whose two months are over, against the slope of late months alone."""

    warned: int
    ours: Record
    slope: Record
    error: Decimal | None
    bands: list[Calibrated]


def quality(until: Period | None = None) -> Quality | None:
    """Of all warnings whose outcome is known by the month `until` (the newest there is); None where there are none.

    Four queries. The likeliest `FIRST` percent of each month's warnings count as given out.
    """
    months = sorted({code for code in MonthRecord.objects.values_list("period", flat=True).distinct()})
    known_by = [code for code in months if until is None or code <= until.code]
    if not known_by:
        return None
    last = parse_period(known_by[-1])
    for _each in range(AHEAD):
        last = last.previous()
    rows = EarlyWarning.objects.filter(period__lte=last.code, share__isnull=False).values_list(
        "project_id", "curve", "period", "share", "projected"
    )
    found = list(rows)
    if not found:
        return None
    first = min(code for _pk, _curve, code, *_ in found)
    outcomes = _outcomes(first, known_by)
    warned = [
        Warned(code, share, projected, (project_id, curve, code) in outcomes)
        for project_id, curve, code, share, projected in found
        if share is not None
    ]
    given = max(1, len(warned) * FIRST // 100)
    return Quality(
        len(warned), record(warned, given), record(warned, given, by_slope=True), calibration_error(warned),
        calibration(warned),
    )  # fmt: skip


def _outcomes(first: str, periods: list[str]) -> set[tuple[int, str, str]]:
    """Tender, curve and month after which it was severely behind within the months ahead."""
    judged: Mapping[str, Judge] = judges(parse_period(code) for code in periods)
    severe: dict[tuple[int, str], set[str]] = defaultdict(set)
    rows = known().filter(period__gte=first, period__lte=periods[-1])
    columns = ("project_id", "period", "planned", "actual", "planned_works", "actual_works")
    for project_id, code, *curves in rows.values_list(*columns).iterator():
        for curve, planned, actual in zip(CurveKind, curves[::2], curves[1::2], strict=True):
            lag = None if planned is None or actual is None else actual - planned
            if severe_at(lag, threshold(judged[code], curve)):
                severe[project_id, curve.value].add(code)
    out = set()
    for (project_id, curve_code), codes in severe.items():
        for code in codes:
            before = parse_period(code)
            for _each in range(AHEAD):
                before = before.previous()
                out.add((project_id, curve_code, before.code))
    return out
