"""預定進度: the first version, and new ones by 調整期程 or 契約變更. A version is never rewritten (domain-rules 4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.shared import (
    FIRST_DAY,
    LAST_DAY,
    PLAN,
    check_money,
    locked_project,
    unit_of,
)
from shizheng.domains.projects.models import (
    MonthRecord,
    PlanKind,
    PlannedCheckpoint,
    PlannedWorks,
    PlanVersion,
    Project,
    Stage,
)
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules.codes import free_code, is_code
from shizheng.domains.projects.rules.curves import Checkpoint, NotACurve, check_curve
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.planning import NotWorks, check_works, laid_out, spread, works_days
from shizheng.kernel.history.actions import recorded

PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MOST_CHECKPOINTS, MOST_MONTHS = 60, 240


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """A planned curve as given. `works`: month → cumulative percent; `contract_amount` in NTD."""

    checkpoints: Sequence[Mapping[str, Any]]
    kind: str = PlanKind.ORIGINAL
    from_period: str = ""
    works_from: date | None = None
    works_to: date | None = None
    works: Mapping[str, Decimal] = field(default_factory=dict)
    contract_amount: Decimal | None = None
    reason: str = ""


def proposed(project: Project, start: date, **more: Any) -> PlanGiven:
    """The plan that the type of a tender proposes from a start day on; `more` are further fields of it."""
    points = laid_out(project.type.checkpoints.all(), start)
    first, last = works_days(points)
    return PlanGiven(
        checkpoints=[each._asdict() for each in points],
        works_from=first,
        works_to=last,
        works=spread(first, last) if first and last else {},
        **more,
    )


def set_plan(actor: Actor, project_id: int, *, number: int, given: PlanGiven) -> PlanVersion:
    """Set the next version; `number` is the newest one that was read (0 where there is none).

    The first judges from its first month on, a later one from `from_period` on, with a reason and only from a month that
    is not locked yet.
    """
    require(actor, PLAN, unit_of(project_id))
    reason = given.reason.strip()
    if given.kind != PlanKind.ORIGINAL:
        reason = need_reason(reason)
    with recorded(by=actor, action="projects.set_plan", reason=reason):
        project = locked_project(project_id)
        require(actor, PLAN, unit_in_charge(project))
        newest = project.plans.order_by("-number").first()
        _check_turn(project, newest, number, given)
        points = _points(given, _english_names(project, newest))
        wrong = _problems(project, newest, given, points)
        if wrong:
            raise BadInput(_("預定進度有地方要改，沒有存。"), fields=wrong)
        made = PlanVersion.objects.create(
            project=project, number=number + 1, kind=given.kind,
            from_period=given.from_period or _first_month(points, given), works_from=given.works_from,
            works_to=given.works_to, contract_amount=given.contract_amount, reason=reason,
        )  # fmt: skip
        for each in points:
            each.plan = made
        PlannedCheckpoint.objects.bulk_create(points)
        PlannedWorks.objects.bulk_create(
            PlannedWorks(plan=made, period=period, percent=percent)
            for period, percent in sorted(given.works.items())
        )
    return made


def _check_turn(project: Project, newest: PlanVersion | None, number: int, given: PlanGiven) -> None:
    there = newest.number if newest else 0
    if there != number:
        raise Conflict(
            _("您打開之後，已經訂了第 %(n)s 版預定進度，您的沒有存。請看過那一版，再決定要不要存您的。")
            % {"n": there}
        )
    if project.state in (State.CLOSED.value, State.WITHDRAWN.value):
        raise CannotDo(
            _("這個標案%(state)s，沒有存。要改預定進度，請先恢復列管。")
            % {"state": project.get_state_display()}
        )
    if (given.kind == PlanKind.ORIGINAL) != (newest is None) or given.kind not in PlanKind.values:
        raise BadInput(
            _("預定進度有地方要改，沒有存。"),
            fields={"kind": [_("第一版是原定；之後的每一版是調整期程或契約變更。")]},
        )


def _english_names(project: Project, newest: PlanVersion | None) -> dict[str, tuple[str, str]]:
    """Chinese and English name of each checkpoint of the type and of the newest version, by code (two queries)."""
    rows = [*project.type.checkpoints.all(), *(newest.checkpoints.all() if newest else ())]
    return {each.code: (each.name, each.name_en) for each in rows if each.name_en}


def _english(code: str, each: Mapping[str, Any], known: Mapping[str, tuple[str, str]]) -> str:
    """The English name as given, else the known one; a known one does not outlive another Chinese name."""
    name, name_en = str(each.get("name") or "").strip(), str(each.get("name_en") or "").strip()
    old, old_en = known.get(code, ("", ""))
    if name == old:
        return name_en or old_en
    return "" if name_en == old_en else name_en


def _points(given: PlanGiven, known: Mapping[str, tuple[str, str]]) -> list[PlannedCheckpoint]:
    codes = {str(each.get("code") or "") for each in given.checkpoints}
    found = []
    for position, each in enumerate(given.checkpoints, start=1):
        code = str(each.get("code") or "").strip()
        if not code:
            code = free_code("checkpoint", codes)
            codes.add(code)
        found.append(
            PlannedCheckpoint(
                position=position, code=code, name=str(each.get("name") or "").strip(),
                name_en=_english(code, each, known),
                stage=str(each.get("stage") or ""), weight=Decimal(each.get("weight") or 0),
                planned_on=each.get("planned_on"),  # type: ignore[misc]
            )
        )  # fmt: skip
    return found


def _problems(
    project: Project, newest: PlanVersion | None, given: PlanGiven, points: Sequence[PlannedCheckpoint]
) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    text = _problem_of_points(points)
    if text:
        wrong["checkpoints"] = [text]
    text = _problem_of_works(project, given, points)
    if text:
        wrong["works"] = [text]
    text = _problem_of_period(project, newest, given)
    if text:
        wrong["from_period"] = [text]
    check_money(given.contract_amount, "contract_amount", wrong)
    return wrong


def _problem_of_points(points: Sequence[PlannedCheckpoint]) -> str:
    if len(points) > MOST_CHECKPOINTS:
        return _("檢核點最多 %(n)s 個。") % {"n": MOST_CHECKPOINTS}
    for each in points:
        if len(each.name_en) > 100 or "\x00" in each.name_en:
            return _("檢核點的英文名稱最多 %(n)s 字。") % {"n": 100}
        if not each.name or len(each.name) > 60 or "\x00" in each.name or each.stage not in Stage.values:
            return _("每個檢核點都要有名稱與階段，名稱最多 %(n)s 字。") % {"n": 60}
        if each.planned_on is None or not FIRST_DAY <= each.planned_on <= LAST_DAY:
            return _("「%(name)s」要有預定日。") % {"name": each.name}
        if not is_code(each.code):
            return _("檢核點的代碼不能重複，只用英文小寫、數字與連字號。")
        if not each.weight.is_finite() or each.weight != round(each.weight, 2):
            return _("權重最多兩位小數。")
    try:
        check_curve([Checkpoint(each.code, each.weight, each.planned_on) for each in points])
    except NotACurve as failure:
        total = sum((each.weight for each in points), Decimal(0))
        return {
            "none": _("至少要有一個檢核點。"),
            "weights": _("權重合計要是 100，現在是 %(total)s。") % {"total": f"{total:f}"},
            "order": _("預定日不能早於前一個檢核點。"),
            "twice": _("檢核點的代碼不能重複，只用英文小寫、數字與連字號。"),
        }[str(failure)]
    return ""


def _problem_of_works(project: Project, given: PlanGiven, points: Sequence[PlannedCheckpoint]) -> str:
    by_works = any(each.stage == Stage.WORKS for each in points)
    if not by_works:
        text = _("沒有「履約施工」階段的檢核點，就沒有施工進度，請留空。")
        return text if given.works or given.works_from or given.works_to else ""
    if given.works_from is None or given.works_to is None or given.works_to < given.works_from:
        return _("要有預定開工日與完工日，完工日不能早於開工日。")
    if not (given.works_from >= FIRST_DAY and given.works_to <= LAST_DAY):
        return _("日期不合理。")
    if len(given.works) > MOST_MONTHS or any(not PERIOD.fullmatch(period) for period in given.works):
        return _("月份寫成 2025-03 或 114-03，最多 %(n)s 個月。") % {"n": MOST_MONTHS}
    try:
        check_works(given.works)
    except NotWorks as failure:
        return {
            "percent": _("施工進度是累計百分比，每個月都要在 0 到 100 之間。"),
            "falls": _("施工進度是累計的，後面的月份不能比前面少。"),
            "end": _("最後一個月要是 100。"),
        }[str(failure)]
    return ""


def _problem_of_period(project: Project, newest: PlanVersion | None, given: PlanGiven) -> str:
    if newest is None:
        return ""
    if not PERIOD.fullmatch(given.from_period):
        return _("請寫自哪一月起，例如 2025-03 或 114-03。")
    if given.from_period < newest.from_period:
        return _("不能早於第 %(n)s 版起算的 %(period)s。") % {
            "n": newest.number,
            "period": newest.from_period,
        }
    locked = MonthRecord.objects.filter(project=project).aggregate(last=Max("period"))["last"]
    if locked is not None and given.from_period <= locked:
        return _("%(period)s 已經鎖定，新的預定進度要自下一個月起；鎖定的月份照當時的預定進度。") % {
            "period": locked
        }
    return ""


def _first_month(points: Sequence[PlannedCheckpoint], given: PlanGiven) -> str:
    days = [each.planned_on for each in points] + ([given.works_from] if given.works_from else [])
    return f"{min(days):%Y-%m}"
