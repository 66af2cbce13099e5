"""Types of tenders with the checkpoints that they propose: shipped (with programmes), made and changed in the browser."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import refuse
from shizheng.common.errors import NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import written
from shizheng.domains.projects.actions.programmes import save_programme
from shizheng.domains.projects.actions.shared import TYPES, check_text, compare, one_at_a_time, wrong_code
from shizheng.domains.projects.models import Programme, ProjectType, Stage, TypeCheckpoint
from shizheng.domains.projects.rules.codes import free_code, is_code
from shizheng.kernel.history.actions import recorded

REASON = written("隨附的標案類型與專案計畫")
OF_TYPE = ("name", "name_en", "has_works", "in_use", "order")
MOST_CHECKPOINTS = 40
MOST_DAYS = 3650


def load_shipped_types() -> int:
    """Load types and programmes that ship and are not there yet (by code); what people changed stays. Returns how many."""
    folder = files("shizheng.domains.projects").joinpath("data")
    shipped_types = tomllib.loads(folder.joinpath("types.toml").read_text("utf-8"))
    shipped_programmes = tomllib.loads(folder.joinpath("programmes.toml").read_text("utf-8"))
    new_types = set(shipped_types) - set(ProjectType.objects.values_list("code", flat=True))
    new_programmes = set(shipped_programmes) - set(Programme.objects.values_list("code", flat=True))
    if not new_types and not new_programmes:
        return 0
    with recorded(by=SYSTEM, action="projects.load_shipped", reason=REASON):
        one_at_a_time()
        for place, (code, given) in enumerate(shipped_types.items(), start=1):
            if code in new_types:
                row = ProjectType(code=code, order=place * 10, version=0)
                _save_type(row, {**given, "checkpoints": given["checkpoints"]})
        for code, given in shipped_programmes.items():
            if code in new_programmes:
                quantity = given.pop("target_quantity", None)
                made = Programme(code=code, version=0)
                save_programme(made, {**given, "target_quantity": quantity and Decimal(quantity)})
    return len(new_types) + len(new_programmes)


def create_type(actor: Actor, values: Mapping[str, Any]) -> ProjectType:
    """A type with its checkpoints; weights make 100. `values`: OF_TYPE, `code` (else made from the name), `checkpoints`."""
    require(actor, TYPES)
    with recorded(by=actor, action="projects.create_type"):
        one_at_a_time()
        taken = set(ProjectType.objects.values_list("code", flat=True))
        code = str(values.get("code") or "").strip() or free_code("type", taken)
        row = ProjectType(code=code, version=0, order=10 * (len(taken) + 1))
        if code in taken or not is_code(code):
            raise wrong_code(code, taken)
        _save_type(row, values)
    return row


def edit_type(
    actor: Actor, type_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> ProjectType:
    """Change a type, with a reason. Tenders that are there keep the checkpoints that they took over."""
    require(actor, TYPES)
    with recorded(by=actor, action="projects.edit_type", reason=need_reason(reason)):
        one_at_a_time()
        row = ProjectType.objects.select_for_update().filter(pk=type_id).first()
        if row is None:
            raise NotFound(_("找不到這個標案類型，沒有執行。請從類型清單進入。"))
        compare(row.version, version)
        _save_type(row, changes)
    return row


def _save_type(row: ProjectType, values: Mapping[str, Any]) -> None:
    for name in OF_TYPE:
        if name in values:
            value = values[name]
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    wrong: dict[str, list[str]] = {}
    if not row.name:
        wrong["name"] = [_("名稱要填。")]
    check_text(row.name, 60, "name", wrong)
    check_text(row.name_en, 100, "name_en", wrong)
    if ProjectType.objects.exclude(pk=row.pk).filter(name=row.name).exists():
        wrong.setdefault("name", []).append(_("已經有同名的類型。"))
    given = values.get("checkpoints")
    points = _points(row, given, wrong) if given is not None else None
    if points is None and row.pk is None:
        wrong["checkpoints"] = [_("至少要有一個檢核點。")]
    refuse(wrong)
    row.version += 1
    row.save()
    if points is not None:
        _put(row, points)


def _points(
    row: ProjectType, given: Sequence[Mapping[str, Any]], wrong: dict[str, list[str]]
) -> list[TypeCheckpoint]:
    found: list[TypeCheckpoint] = []
    codes: set[str] = {str(each.get("code") or "") for each in given}
    for position, each in enumerate(given, start=1):
        code = str(each.get("code") or "").strip()
        if not code:
            code = free_code("checkpoint", codes)
            codes.add(code)
        found.append(
            TypeCheckpoint(
                type=row, position=position, code=code, name=str(each.get("name") or "").strip(),
                name_en=str(each.get("name_en") or "").strip(), stage=str(each.get("stage") or ""),
                weight=Decimal(each.get("weight") or 0), days=int(each.get("days") or 0),
            )
        )  # fmt: skip
    problem = _problem_of(row, found)
    if problem:
        wrong["checkpoints"] = [problem]
    return found


def _problem_of(row: ProjectType, points: Sequence[TypeCheckpoint]) -> str:
    total = sum((each.weight for each in points), Decimal(0))
    works = [each for each in points if each.stage == Stage.WORKS]
    checks = (
        (not points, _("至少要有一個檢核點。")),
        (
            len(points) > MOST_CHECKPOINTS,
            _("檢核點最多 %(n)s 個。") % {"n": MOST_CHECKPOINTS},
        ),
        (
            any(not each.name or len(each.name) > 60 or "\x00" in each.name for each in points),
            _("每個檢核點都要有名稱，最多 %(n)s 字。") % {"n": 60},
        ),
        (
            len({each.code for each in points}) != len(points)
            or not all(is_code(each.code) for each in points),
            _("檢核點的代碼不能重複，只用英文小寫、數字與連字號。"),
        ),
        (any(each.stage not in Stage.values for each in points), _("每個檢核點都要選階段。")),
        (
            any(each.weight < 0 or each.weight != round(each.weight, 2) for each in points) or total != 100,
            _("權重合計要是 100，現在是 %(total)s。") % {"total": f"{total:f}"},
        ),
        (
            any(not 0 <= each.days <= MOST_DAYS for each in points),
            _("天數要在 0 到 %(n)s 之間。") % {"n": MOST_DAYS},
        ),
        (
            bool(works) != bool(row.has_works),
            _("有施工進度的類型要有「履約施工」階段的檢核點，沒有施工進度的就不能有。"),
        ),
    )
    return next((text for failed, text in checks if failed), "")


def _put(row: ProjectType, points: Sequence[TypeCheckpoint]) -> None:
    """The checkpoints as they are to be: same code stays the same row, so that history tells one story."""
    there = {each.code: each for each in row.checkpoints.all()}
    row.checkpoints.exclude(code__in=[each.code for each in points]).delete()
    for point in points:
        known = there.get(point.code)
        point.pk = known.pk if known else None
        if known is None:
            point.save()
        elif any(
            getattr(known, name) != getattr(point, name)
            for name in ("position", "name", "name_en", "stage", "weight", "days")
        ):
            point.save(force_update=True)
