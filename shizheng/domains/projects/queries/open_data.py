"""What is open of tenders: facts of those that were announced, without texts and names that officers write.

Before its announcement a tender is not open (採購法 34). Remedies, narratives, reasons and officers stay inside.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shizheng.common.clock import TAIPEI
from shizheng.common.numbers import plain
from shizheng.domains.projects.models import (
    Happening,
    MonthRecord,
    PlannedCheckpoint,
    PlannedWorks,
    PlanVersion,
    Project,
)
from shizheng.domains.projects.queries.happenings import standing_of
from shizheng.domains.projects.queries.months import ENDINGS, known, states_on
from shizheng.domains.projects.queries.planned import reached_days
from shizheng.domains.projects.rules.life import CONTINUING, STATE_LABELS, Kind, State
from shizheng.kernel.measures.rules.periods import Period

SHOWN_AFTER = 12
"""Months for which a tender that is closed or withdrawn is still shown."""


def open_tenders(period: Period) -> list[dict[str, Any]]:
    """Every announced tender that goes on, or ended within a year before the end of the month; eight queries."""
    told = Happening.objects.filter(project=OuterRef("pk"), struck=False, superseded_by=None)
    since = period.moved(1 - SHOWN_AFTER).start
    rows = Project.objects.filter(
        Exists(told.filter(kind=Kind.ANNOUNCED.value, on__lte=period.last_day)),
        Q(state__in=[each.value for each in CONTINUING])
        | Exists(told.filter(kind__in=ENDINGS, on__gte=since)),
    )
    projects = list(rows.select_related("agency", "type").order_by("number"))
    ids = [each.pk for each in projects]
    happenings = standing_of(ids, period.last_day)
    states = states_on(projects, period.last_day)
    plans = _plans(ids, period)
    months: dict[int, list[MonthRecord]] = defaultdict(list)
    for each in known().filter(project_id__in=ids, period__lte=period.code, filed=True).order_by("period"):
        months[each.project_id].append(each)
    return [
        _tender(
            each,
            states[each.pk],
            happenings.get(each.pk, []),
            plans.get(each.pk, []),
            months.get(each.pk, []),
        )
        for each in projects
    ]


def _plans(ids: Sequence[int], period: Period) -> dict[int, list[dict[str, Any]]]:
    versions = list(
        PlanVersion.objects.filter(project_id__in=ids, from_period__lte=period.code).order_by("number")
    )
    points: dict[int, list[PlannedCheckpoint]] = defaultdict(list)
    for point in PlannedCheckpoint.objects.filter(plan__in=versions).order_by("position"):
        points[point.plan_id].append(point)
    works: dict[int, dict[str, str]] = defaultdict(dict)
    for plan_id, code, percent in (
        PlannedWorks.objects.filter(plan__in=versions)
        .order_by("period")
        .values_list("plan_id", "period", "percent")
    ):
        works[plan_id][code] = plain(percent)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in versions:
        found[each.project_id].append(_plan(each, points[each.pk], works[each.pk]))
    return found


def _plan(
    version: PlanVersion, points: Sequence[PlannedCheckpoint], works: Mapping[str, str]
) -> dict[str, Any]:
    days = [each.planned_on for each in points] + [
        each for each in (version.works_from, version.works_to) if each
    ]
    return {
        "number": version.number,
        "kind": version.kind,
        "kind_text": str(version.get_kind_display()),
        "from_period": version.from_period,
        "set_on": version.recorded_at.astimezone(TAIPEI).date().isoformat(),
        "works_from": version.works_from.isoformat() if version.works_from else None,
        "works_to": version.works_to.isoformat() if version.works_to else None,
        "contract_amount": _whole(version.contract_amount),
        "days": sorted(each.isoformat() for each in days),
        "checkpoints": [
            {
                "code": each.code, "name": each.name, "stage": each.stage, "weight": plain(each.weight),
                "planned_on": each.planned_on.isoformat(),
            }
            for each in points
        ],
        "works": dict(works),
    }  # fmt: skip


def _tender(
    row: Project,
    state: State,
    told: Sequence[Happening],
    plans: list[dict[str, Any]],
    months: Sequence[MonthRecord],
) -> dict[str, Any]:
    stages = {each["code"]: each["stage"] for each in plans[-1]["checkpoints"]} if plans else {}
    reached = reached_days(stages, months, told)
    moments = [each.recorded_at for each in (*told, *months)]
    return {
        "number": row.number,
        "name": row.name,
        "type": row.type.code,
        "type_text": row.type.name,
        "agency": row.agency.name,
        "agency_code": row.agency.code,
        "state": state.value,
        "state_text": STATE_LABELS[state],
        "budget": _whole(row.budget),
        "place": row.place,
        "longitude": _number(row.longitude),
        "latitude": _number(row.latitude),
        "tender_no": row.tender_no,
        "updated": _said(max(moments)) if moments else None,
        "happenings": [
            {
                "kind": each.kind, "on": each.on.isoformat(), "amount": _whole(each.amount), "bidders": each.bidders,
                "contractor": each.contractor, "tender_no": each.tender_no,
            }
            for each in told
        ],
        "plans": plans,
        "reached": {code: day.isoformat() for code, day in reached.items()},
        "months": [
            [each.period, *(_number(getattr(each, name)) for name in ("planned", "actual", "planned_works", "actual_works"))]
            for each in months
        ],
    }  # fmt: skip


def _said(moment: datetime) -> str:
    return moment.astimezone(TAIPEI).replace(microsecond=0).isoformat()


def _whole(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
