"""Programmes made and changed in the browser: targets by day, the filing cycle, the lead agency, control levels (B15, C02)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import refuse
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.shared import (
    FIRST_DAY,
    LAST_DAY,
    TYPES,
    check_text,
    compare,
    one_at_a_time,
    wrong_code,
)
from shizheng.domains.projects.models import ControlLevels, Cycle, Programme, ProgrammeTarget
from shizheng.domains.projects.queries.supplying import forget_links
from shizheng.domains.projects.rules.codes import free_code, is_code
from shizheng.domains.projects.rules.programmes import Target, rising
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.queries.figures import names_of
from shizheng.kernel.organisations import queries as organisations

OF_PROGRAMME = (
    "name", "name_en", "note", "starts_on", "ends_on", "target_quantity", "unit", "lead_id", "cycle", "control_levels",
    "measure_id", "promise_codes", "in_use",
)  # fmt: skip
MOST_TARGETS = 100
MOST = Decimal(10) ** 18
TEXTS = {"name": 100, "name_en": 150, "note": 20_000, "unit": 20, "promise_codes": 300}


def create_programme(actor: Actor, values: Mapping[str, Any]) -> Programme:
    """A programme. `values`: OF_PROGRAMME, `code` (else made), `targets`: (day, cumulative quantity) of each target."""
    require(actor, TYPES)
    with recorded(by=actor, action="projects.create_programme"):
        one_at_a_time()
        taken = set(Programme.objects.values_list("code", flat=True))
        code = str(values.get("code") or "").strip() or free_code("programme", taken)
        if code in taken or not is_code(code):
            raise wrong_code(code, taken)
        row = Programme(code=code, version=0)
        save_programme(row, values)
    return row


def edit_programme(
    actor: Actor, programme_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Programme:
    """Change a programme, with a reason. What was filed and locked keeps the quantity that was planned then."""
    require(actor, TYPES)
    with recorded(by=actor, action="projects.edit_programme", reason=need_reason(reason)):
        one_at_a_time()
        row = Programme.objects.select_for_update().filter(pk=programme_id).first()
        if row is None:
            raise NotFound(_("找不到這個專案計畫，沒有執行。請從專案計畫清單進入。"))
        compare(row.version, version)
        save_programme(row, changes)
    return row


def save_programme(row: Programme, values: Mapping[str, Any]) -> None:
    """Set what is given, check the whole, save (helper: the caller records and locks)."""
    for name in OF_PROGRAMME:
        if name in values:
            value = values[name]
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    targets = _targets(values["targets"]) if "targets" in values else None
    wrong = _problems(row, targets)
    refuse(wrong)
    row.version += 1
    row.save()
    forget_links()
    if targets is not None:
        _put_targets(row, targets)


def _targets(given: Sequence[tuple[date, Decimal]] | None) -> list[Target]:
    return [Target(day, quantity) for day, quantity in given or ()]


def _problems(row: Programme, targets: list[Target] | None) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not row.name:
        wrong["name"] = [_("名稱要填。")]
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    if Programme.objects.exclude(pk=row.pk).filter(name=row.name).exists():
        wrong.setdefault("name", []).append(_("已經有同名的專案計畫。"))
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        wrong["ends_on"] = [_("結束日不能早於開始日。")]
    target = row.target_quantity
    if target is not None and (not target.is_finite() or not 0 < target < MOST):
        wrong["target_quantity"] = [_("目標數量要大於 0；沒有數量的就留空。")]
    if (target is None) != (not row.unit):
        wrong["unit"] = [_("目標數量與單位要一起填。")]
    wrong |= _problems_of_control(row)
    problem = _problem_of_targets(row, targets)
    if problem:
        wrong["targets"] = [problem]
    return wrong


def _problems_of_control(row: Programme) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if row.cycle not in Cycle.values:
        wrong["cycle"] = [_("沒有這個填報週期。")]
    if row.control_levels not in ControlLevels.values:
        wrong["control_levels"] = [_("沒有這個管考層級。")]
    if row.lead_id and row.lead_id not in organisations.tree():
        wrong["lead_id"] = [_("沒有這個機關，或已裁撤。請從清單選一個。")]
    if not row.lead_id and (row.cycle != Cycle.NONE or row.control_levels > ControlLevels.ONE):
        wrong["lead_id"] = [_("要定期填報，或有第二級以上管考的，要選主政機關。")]
    if row.measure_id and not names_of([row.measure_id]):
        wrong["measure_id"] = [_("沒有這個指標。請從清單選一個。")]
    return wrong


def _problem_of_targets(row: Programme, targets: list[Target] | None) -> str:
    if not targets:
        return ""
    checks = (
        (row.target_quantity is None, _("有分期目標的，目標數量與單位也要填。")),
        (len(targets) > MOST_TARGETS, _("分期目標最多 %(n)s 個。") % {"n": MOST_TARGETS}),
        (
            any(
                not each.quantity.is_finite() or not 0 <= each.quantity < MOST
                or each.quantity != round(each.quantity, 6) for each in targets
            ),
            _("累計數量要是 0 以上的數，最多六位小數。"),
        ),
        (any(not FIRST_DAY <= each.on <= LAST_DAY for each in targets), _("日期不合理。")),
        (not rising(targets), _("分期目標一天一個，累計數量不能比前一個少。")),
        (
            any(
                (row.starts_on and each.on < row.starts_on) or (row.ends_on and each.on > row.ends_on)
                for each in targets
            ),
            _("分期目標的日期要在計畫期間內。"),
        ),
        (
            row.target_quantity is not None and any(each.quantity > row.target_quantity for each in targets),
            _("分期目標的累計數量不能大於目標數量。"),
        ),
    )  # fmt: skip
    return next((text for failed, text in checks if failed), "")


def _put_targets(row: Programme, targets: list[Target]) -> None:
    """The targets as they are to be; one of the same day stays the same row."""
    there = {each.on: each for each in row.targets.all()}
    row.targets.exclude(on__in=[each.on for each in targets]).delete()
    for each in targets:
        known = there.get(each.on)
        if known is None:
            ProgrammeTarget.objects.create(programme=row, on=each.on, quantity=each.quantity)
        elif known.quantity != each.quantity:
            known.quantity = each.quantity
            known.save(update_fields=["quantity"])
