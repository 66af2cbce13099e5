"""Correcting what was read: fields of goals, KPIs, work plans and items; adding, removing and reordering in drafts.

Every row carries a version: who saves over somebody else's change is told, and nothing is written.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from shizheng.common.checks import refuse
from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.planning.actions.defining import redefine
from shizheng.domains.planning.actions.shared import locked_plan, need_state
from shizheng.domains.planning.models import Goal, Item, Kpi, Plan, PlanState, Point, WorkPlan
from shizheng.kernel.history.actions import recorded

MAX_TEXT = 20_000
GOAL_FIELDS = ("number", "name", "name_in_part_one", "weight", "description")
KPI_FIELDS = (
    "number", "name", "weight", "system", "method", "formula_text", "target_text", "target_value", "unit", "direction",
)  # fmt: skip
WORK_PLAN_FIELDS = ("number", "name")
ITEM_FIELDS = ("number", "title")

Row = TypeVar("Row", Goal, Kpi, WorkPlan, Item)


def edit_goal(
    actor: Actor, goal_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> Goal:
    """Change a goal. Once the plan is accepted a reason is needed."""
    with recorded(by=actor, action="planning.edit_goal", reason=reason.strip()):
        _plan, goal = _locked(actor, Goal, goal_id, version, reason)
        _apply(goal, changes, GOAL_FIELDS, {"name"})
    return goal


def edit_kpi(
    actor: Actor, kpi_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> Kpi:
    """Change a KPI. In an accepted plan this makes a new version of its definition, with the reason."""
    with recorded(by=actor, action="planning.edit_kpi", reason=reason.strip()):
        plan, kpi = _locked(actor, Kpi, kpi_id, version, reason)
        changed = _apply(kpi, changes, KPI_FIELDS, {"name"})
        if (
            changed & {"name", "formula_text", "target_value", "unit", "direction"}
            and plan.state != PlanState.DRAFT
        ):
            redefine(actor, plan, kpi, reason.strip())
            kpi.save(update_fields=["definition_version"])
    return kpi


def edit_work_plan(
    actor: Actor, work_plan_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> WorkPlan:
    """Change the name of a work plan."""
    with recorded(by=actor, action="planning.edit_work_plan", reason=reason.strip()):
        _plan, work_plan = _locked(actor, WorkPlan, work_plan_id, version, reason)
        _apply(work_plan, changes, WORK_PLAN_FIELDS, set())
    return work_plan


def edit_item(
    actor: Actor,
    item_id: int,
    *,
    version: int | None,
    changes: Mapping[str, Any],
    points: Sequence[str] | None = None,
    reason: str = "",
) -> Item:
    """Change an item, and its points where given (all of them, in order)."""
    with recorded(by=actor, action="planning.edit_item", reason=reason.strip()):
        _plan, item = _locked(actor, Item, item_id, version, reason)
        _apply(item, changes, ITEM_FIELDS, {"title"})
        if points is not None:
            _set_points(item, points)
    return item


def add_goal(actor: Actor, plan_id: int, values: Mapping[str, Any]) -> Goal:
    """Add a goal at the end of a draft."""
    with recorded(by=actor, action="planning.add_goal"):
        plan = _draft(actor, plan_id)
        goal = Goal(plan=plan, position=_next(plan.goals.all()), version=0)
        _apply(goal, values, GOAL_FIELDS, {"name"}, new=True)
    return goal


def add_kpi(actor: Actor, goal_id: int, values: Mapping[str, Any]) -> Kpi:
    """Add a KPI at the end of a goal of a draft."""
    with recorded(by=actor, action="planning.add_kpi"):
        goal = Goal.objects.filter(pk=goal_id).first()
        if goal is None:
            raise _gone()
        _draft(actor, goal.plan_id)
        kpi = Kpi(goal=goal, position=_next(goal.kpis.all()), version=0)
        _apply(kpi, values, KPI_FIELDS, {"name"}, new=True)
    return kpi


def add_work_plan(actor: Actor, plan_id: int, values: Mapping[str, Any]) -> WorkPlan:
    """Add a work plan at the end of a draft."""
    with recorded(by=actor, action="planning.add_work_plan"):
        plan = _draft(actor, plan_id)
        work_plan = WorkPlan(plan=plan, position=_next(plan.work_plans.all()), version=0)
        _apply(work_plan, values, WORK_PLAN_FIELDS, set(), new=True)
    return work_plan


def add_item(actor: Actor, work_plan_id: int, values: Mapping[str, Any], points: Sequence[str] = ()) -> Item:
    """Add an item at the end of a work plan of a draft."""
    with recorded(by=actor, action="planning.add_item"):
        work_plan = WorkPlan.objects.filter(pk=work_plan_id).first()
        if work_plan is None:
            raise _gone()
        _draft(actor, work_plan.plan_id)
        item = Item(work_plan=work_plan, position=_next(work_plan.items.all()), version=0)
        _apply(item, values, ITEM_FIELDS, {"title"}, new=True)
        _set_points(item, points)
    return item


def remove(actor: Actor, model: type[Row], pk: int, *, version: int | None, reason: str) -> None:
    """Take a goal, KPI, work plan or item (with all below it) out of a draft."""
    with recorded(by=actor, action=f"planning.remove_{model._meta.model_name}", reason=need_reason(reason)):
        plan, row = _locked(actor, model, pk, version, reason)
        need_state(plan, PlanState.DRAFT, doing=_("刪除內容"))
        row.delete()


def move(actor: Actor, model: type[Row], pk: int, *, version: int | None, up: bool) -> Row:
    """Change places with the neighbour above (or below) in a draft; at the end nothing happens."""
    with recorded(by=actor, action=f"planning.move_{model._meta.model_name}"):
        plan, row = _locked(actor, model, pk, version, "")
        need_state(plan, PlanState.DRAFT, doing=_("調整次序"))
        siblings = list(_siblings(row).select_for_update(of=("self",)).order_by("position"))
        at = next(i for i, each in enumerate(siblings) if each.pk == row.pk)
        to = at - 1 if up else at + 1
        if 0 <= to < len(siblings):
            other = siblings[to]
            row.position, other.position = other.position, row.position
            other.version += 1
            row.version += 1
            other.save(update_fields=["position", "version"])
            row.save(update_fields=["position", "version"])
    return row


def _siblings(row: Row) -> "models.QuerySet[Any]":
    if isinstance(row, Goal):
        return row.plan.goals.all()
    if isinstance(row, WorkPlan):
        return row.plan.work_plans.all()
    return row.goal.kpis.all() if isinstance(row, Kpi) else row.work_plan.items.all()


def plan_of(row: Goal | Kpi | WorkPlan | Item) -> Plan:
    """The plan that a row belongs to."""
    if isinstance(row, Kpi):
        return row.goal.plan
    return row.work_plan.plan if isinstance(row, Item) else row.plan


def _locked(actor: Actor, model: type[Row], pk: int, version: int | None, reason: str) -> tuple[Plan, Row]:
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise _gone()
    plan = plan_of(row)
    require(actor, "planning.edit", plan.agency_id)
    need_state(plan, PlanState.DRAFT, PlanState.ACCEPTED, PlanState.PUBLISHED, doing=_("修改"))
    if plan.state != PlanState.DRAFT:
        need_reason(reason)
    if version is not None and row.version != version:
        raise Conflict(
            _(
                "您打開之後，這一筆又存過一次（可能是別人，也可能是您自己在另一個分頁），您改的沒有存。請看過現在的內容，再決定要不要存您的。"
            )
        )
    return plan, row


def _draft(actor: Actor, plan_id: int) -> Plan:
    plan = locked_plan(plan_id)
    require(actor, "planning.edit", plan.agency_id)
    need_state(plan, PlanState.DRAFT, doing=_("增加內容"))
    return plan


def _gone() -> NotFound:
    return NotFound(_("找不到這一筆，可能已經刪除；沒有存。請重新整理。"))


def _next(rows: "models.QuerySet[Any]") -> int:
    return (rows.order_by("-position").values_list("position", flat=True).first() or 0) + 1


def _apply(
    row: Row, changes: Mapping[str, Any], allowed: Sequence[str], required: set[str], *, new: bool = False
) -> set[str]:
    """Set the changed fields and save; returns the names of those that changed. Raises BadInput."""
    fields: dict[str, list[str]] = {}
    changed: set[str] = set()
    for name, value in changes.items():
        if name not in allowed:
            fields[name] = [_("這一欄不能改。")]
            continue
        field = row._meta.get_field(name)
        problem, kept = _checked(field, value, name in required)
        if problem:
            fields[name] = [problem]
        elif getattr(row, name) != kept:
            setattr(row, name, kept)
            changed.add(name)
    if new:
        fields.update(
            {name: [_("這一欄要填。")] for name in required if not getattr(row, name) and name not in fields}
        )
    refuse(fields)
    if changed or new:
        row.version += 1
        row.save()
    return changed


def _checked(field: Any, value: Any, required: bool) -> tuple[str, Any]:
    """An error, or the value as it is to be kept: empty text is null where null is allowed."""
    if isinstance(value, str):
        value = value.strip()
        limit = field.max_length or MAX_TEXT
        if "\x00" in value or len(value) > limit:
            return _("最多 %(n)s 字，不能有控制字元。") % {"n": limit}, None
    if value in (None, ""):
        return (_("這一欄要填。"), None) if required else ("", None if field.null else "")
    problem = ""
    if isinstance(field, models.DecimalField):
        problem = _decimal_problem(field, value)
    elif isinstance(field, models.PositiveSmallIntegerField):
        problem = "" if isinstance(value, int) and 0 <= value <= 32767 else _("要填 0 到 32767 的整數。")
    elif field.choices and value not in {key for key, _label in field.flatchoices}:
        problem = _("請從清單選擇。")
    return problem, value


def _decimal_problem(field: Any, value: Any) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        return _("要填數字。")
    if value < 0 and field.name == "weight":
        return _("權重不可以是負數。")
    places = -int(value.normalize().as_tuple().exponent)
    if places > field.decimal_places or value.adjusted() >= field.max_digits - field.decimal_places:
        return _("數字太大，或小數超過 %(n)s 位。") % {"n": field.decimal_places}
    return ""


def _set_points(item: Item, points: Sequence[str]) -> None:
    wanted = [text.strip() for text in points if text.strip()]
    if len(wanted) > 200 or any(len(text) > MAX_TEXT or "\x00" in text for text in wanted):
        message = _("實施內容最多 200 點，每點 %(n)s 字以內。") % {"n": MAX_TEXT}
        raise BadInput(message, fields={"points": [message]})
    existing = list(item.points.order_by("position"))
    if [point.text for point in existing] == wanted:
        return
    for point, text in zip(existing, wanted, strict=False):
        if point.text != text:
            point.text = text
            point.save(update_fields=["text"])
    for extra in existing[len(wanted) :]:
        extra.delete()
    start = len(existing)
    Point.objects.bulk_create(
        Point(item=item, position=at, text=text) for at, text in enumerate(wanted[start:], start=start + 1)
    )
    if len(existing) != len(wanted) or existing:
        Item.objects.filter(pk=item.pk).update(version=models.F("version") + 1)
        item.refresh_from_db(fields=["version"])
