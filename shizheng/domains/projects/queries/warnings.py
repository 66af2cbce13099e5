"""Early warnings as they were given, and what came of the earlier ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, listed, tell
from shizheng.domains.projects.models import CurveKind, EarlyWarning
from shizheng.domains.projects.queries.judging import Judge, judges
from shizheng.domains.projects.queries.months import known, locked_periods
from shizheng.domains.projects.queries.situations import threshold
from shizheng.domains.projects.rules.curves import lag
from shizheng.domains.projects.rules.judging import severe_at
from shizheng.domains.projects.rules.warning import (
    AHEAD,
    Calibrated,
    Record,
    Warned,
    calibration,
    calibration_error,
    record,
)
from shizheng.kernel.measures.rules.periods import Period, parse_period

HUNDRED = Decimal(100)
ALIKE = {
    "type": N_("同類型"),
    "stage": N_("同狀態"),
    "pace": N_("近三月做到的比例相近"),
    "latest": N_("上個月做到的比例相近"),
}
FIRST = 20
"""Of how many warnings in a hundred, the likeliest first, the precision is told."""
TRIAL_LABEL = N_("模擬、未驗證")
TRIAL = N_(
    "估法先以模擬的月份試過（模擬、未驗證）：比只看近月速度多找到的不到一成，說的機會與實際相差 3 個百分點以內。真正的準確率以上表為準。"
)
"""How the method was tried before any month of this city could judge it, and what that is worth."""


def visible_to(actor: Actor) -> QuerySet[EarlyWarning]:
    """Warnings about tenders that the actor may see."""
    if not actor.may("projects.view"):
        return EarlyWarning.objects.none()
    return EarlyWarning.objects.select_related("project__agency", "project__type")


def warned_periods(given: QuerySet[EarlyWarning] | None = None) -> list[Period]:
    """Months of which warnings were given (of `given`, or of all), the newest first; one query."""
    rows = EarlyWarning.objects.all() if given is None else given.select_related(None)
    codes = rows.order_by("-period").values_list("period", flat=True).distinct()
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

    Four queries. The likeliest `FIRST` percent of all these warnings together count as given out.
    """
    locked = [each for each in reversed(locked_periods()) if until is None or each.code <= until.code]
    if not locked:
        return None
    last = locked[-1].moved(-AHEAD)
    rows = EarlyWarning.objects.filter(period__lte=last.code, share__isnull=False).values_list(
        "project_id", "curve", "period", "share", "projected"
    )
    found = list(rows)
    if not found:
        return None
    first = min(code for _pk, _curve, code, *_ in found)
    outcomes = _outcomes(first, locked)
    warned = [
        Warned(code, share, projected, (project_id, curve, code) in outcomes)
        for project_id, curve, code, share, projected in found
        if share is not None  # of all: the types do not know the filter
    ]
    given = max(1, len(warned) * FIRST // 100)
    return Quality(
        len(warned), record(warned, given), record(warned, given, by_slope=True), calibration_error(warned),
        calibration(warned),
    )  # fmt: skip


def _outcomes(first: str, periods: Sequence[Period]) -> set[tuple[int, str, str]]:
    """Tender, curve and month after which it was severely behind within the months ahead."""
    judged: Mapping[str, Judge] = judges(periods)
    severe: dict[tuple[int, str], set[str]] = defaultdict(set)
    rows = known().filter(period__gte=first, period__lte=periods[-1].code)
    columns = ("project_id", "period", "planned", "actual", "planned_works", "actual_works")
    for project_id, code, *curves in rows.values_list(*columns).iterator():
        for curve, planned, actual in zip(CurveKind, curves[::2], curves[1::2], strict=True):
            if severe_at(lag(actual, planned), threshold(judged[code], curve)):
                severe[project_id, curve.value].add(code)
    out = set()
    for (project_id, curve_code), codes in severe.items():
        for code in codes:
            here = parse_period(code)
            out |= {(project_id, curve_code, here.moved(-back).code) for back in range(1, AHEAD + 1)}
    return out


def percent(share: Decimal | None, places: int = 0) -> str:
    """A share from 0 to 1 as people read it; a dash where there is none."""
    return "—" if share is None else f"{format_decimal(round_half_up(share * HUNDRED, places), places)}%"


def sentence(warning: EarlyWarning) -> str:
    """Why: what has to get done, and how often that much did not get done in alike months."""
    if warning.share is None:
        return tell("過去的月份還太少，不估機會。")
    if warning.needed is None:
        return tell("這兩個月預定的進度不多，就算沒有做到也不會嚴重落後。")
    alike = listed(tell(ALIKE[name]) for name in warning.narrow) if warning.narrow else tell("全部標案")
    return tell(
        "兩個月內要做到預定的 %(needed)s 以上才不會嚴重落後；相似的 %(alike)s 個月裡有 %(less)s 個月沒有做到（%(how)s）。",
        needed=percent(max(warning.needed, Decimal(0))), alike=warning.alike, less=warning.less, how=alike,
    )  # fmt: skip
