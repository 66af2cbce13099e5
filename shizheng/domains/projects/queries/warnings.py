"""Early warnings as they were given, and what came of the earlier ones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, listed, tell
from shizheng.domains.projects.models import CurveKind, EarlyWarning, Project
from shizheng.domains.projects.queries.judging import Judge, judges
from shizheng.domains.projects.queries.months import known, locked_periods, then
from shizheng.domains.projects.queries.projects import project
from shizheng.domains.projects.queries.situations import threshold
from shizheng.domains.projects.rules.agenda import near_reason
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
    record_of_near,
)
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

HUNDRED = Decimal(100)
SHARE = "tender.warning_share"
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
    near: Record
    """Of the list of 即將落後, however many stood on it."""
    error: Decimal | None
    bands: list[Calibrated]
    first: Period
    last: Period

    @property
    def beats_slope(self) -> bool:
        """Whether the chances found more than the pace of late alone, of as many warnings."""
        return self.ours.right > self.slope.right


def quality(until: Period | None = None) -> Quality | None:
    """Of all warnings whose outcome is known by the month `until` (the newest there is); None where there are none.

    Four queries. The likeliest `FIRST` percent of all these warnings together count as given out.
    """
    locked = _locked(until)
    if not locked:
        return None
    last = locked[-1].moved(-AHEAD)
    rows = EarlyWarning.objects.filter(period__lte=last.code, share__isnull=False).values_list(
        "project_id", "curve", "period", "share", "projected", "near"
    )
    found = list(rows)
    if not found:
        return None
    first = min(code for _pk, _curve, code, *_ in found)
    outcomes = _outcomes(first, locked)
    warned = [
        Warned(code, share, projected, (project_id, curve, code) in outcomes, near)
        for project_id, curve, code, share, projected, near in found
        if share is not None  # of all: the types do not know the filter
    ]
    given = max(1, len(warned) * FIRST // 100)
    return Quality(
        len(warned), record(warned, given), record(warned, given, by_slope=True), record_of_near(warned),
        calibration_error(warned), calibration(warned), parse_period(first), max(map(_period, found), key=_code),
    )  # fmt: skip


def _period(row: Sequence[Any]) -> Period:
    return parse_period(row[2])


def _code(period: Period) -> str:
    return period.code


def _locked(until: Period | None = None) -> list[Period]:
    """Locked months, the oldest first."""
    return [each for each in reversed(locked_periods()) if until is None or each.code <= until.code]


def given_out(actor: Actor) -> Iterator[tuple[EarlyWarning, bool | None]]:
    """Every warning and whether its tender fell within the months ahead (None while they are not over); the newest first.

    What the record counts, row by row, so that anybody can count again; five queries.
    """
    rows = list(visible_to(actor).order_by("-period", "-share", "lag", "pk"))
    locked = _locked()
    outcomes = _outcomes(rows[-1].period, locked) if rows and locked else set()
    over = locked[-1].moved(-AHEAD).code if locked else ""
    for each in rows:
        fell = (each.project_id, each.curve, each.period) in outcomes
        yield each, fell if fell or each.period <= over else None


def came_of(warning: EarlyWarning, as_of: AsOf | None = None) -> list[tuple[Period, Decimal | None, bool]]:
    """The months ahead that are locked: the lag of the curve in each, and whether that was severe; at most two queries.

    As of a day: those that were locked then, as they stood and were judged then.
    """
    here = parse_period(warning.period)
    ahead = {each.code: each for each in (here.moved(n) for n in range(1, AHEAD + 1))}
    columns = ("period", "planned", "actual", "planned_works", "actual_works")
    locked = known(as_of).filter(project_id=warning.project_id, period__in=list(ahead))
    rows = list(locked.values_list(*columns))
    judged = judges((ahead[code] for code, *_curves in rows), as_of)
    found = []
    for code, *curves in sorted(rows):
        planned, actual = curves[:2] if warning.curve == CurveKind.TENDER else curves[2:]
        gap = lag(actual, planned)
        found.append((ahead[code], gap, severe_at(gap, threshold(judged[code], CurveKind(warning.curve)))))
    return found


def warning(actor: Actor, warning_id: int, as_of: AsOf | None = None) -> EarlyWarning:
    """One warning with its tender as it stood then. Raises NotFound, also where the actor may not see it, and as of a day
    before it was given."""
    found = visible_to(actor).filter(pk=warning_id).first()
    if found is None:
        raise NotFound(tell("找不到這個預警，或您不能看。請從落後預警的清單進入。"))
    if as_of is not None:
        if not EarlyWarning.objects.filter(then(as_of), pk=warning_id).exists():
            raise NotFound(tell("那一天還沒有這個預警。請把「截至」改晚一點，或回到今天。"))
        found.project = project(actor, found.project_id, as_of)
    return found


def newest_of(project: Project, as_of: AsOf | None = None) -> QuerySet[EarlyWarning]:
    """The newest warnings of a tender, one for each curve of its last months (for whoever may see the tender)."""
    return EarlyWarning.objects.filter(then(as_of), project=project).order_by("-period", "curve")[
        : len(CurveKind)
    ]


def of_one_month(rows: QuerySet[EarlyWarning]) -> list[EarlyWarning]:
    """Those of the newest month among them."""
    found = list(rows)
    return [each for each in found if each.period == found[0].period]


def examples_of(warning: EarlyWarning) -> list[tuple[Project | None, Period, list[Decimal | None], bool]]:
    """The latest alike months of the past: tender, month, the share done by the end of each month after it, and whether
    that would have been too little here; one query.
    """
    told = warning.trace.get("examples", ())
    rows = Project.objects.in_bulk({each["project"] for each in told})
    return [
        (
            rows.get(each["project"]), parse_period(each["period"]),
            [None if share is None else Decimal(share) for share in each["done"]], each["little"],
        )
        for each in told
    ]  # fmt: skip


def listed_share(period: Period, as_of: AsOf | None = None) -> RuleValue | None:
    """The rule from which chance on a warning goes on the agenda of the agency's meeting (one query)."""
    return rulebook.value_or_none(SHARE, period.last_day, as_of)


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


def near_sentence(warning: EarlyWarning) -> str:
    """Why it stands on the list of 即將落後; empty where it does not."""
    told = warning.trace
    if not warning.near or told.get("margin") is None:
        return ""
    return near_reason(warning.lag, warning.projected, Decimal(told["threshold"]), Decimal(told["margin"]))
