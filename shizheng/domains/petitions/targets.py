"""陳情分類 from a file: the same columns as the list exports; the same file twice changes nothing (B13)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, tell
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.rules.classes import CLASS_LABELS
from shizheng.kernel.intake.registry import Plan, Target, TargetField
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.intake.rules.typing import Kind

YES, NO = "yes", "no"


def wanted(row: Row, known: dict[str, Category]) -> tuple[dict[str, Any], str]:
    """What a row says of a category, and the code of a heading that nobody knows."""
    said = row.values
    found: dict[str, Any] = {"name": said["name"]}
    for name in ("name_en", "usual_class", "order"):
        if said.get(name) is not None:
            found[name] = said[name]
    if said.get("in_use") is not None:
        found["in_use"] = said["in_use"] == YES
    if "parent" in said:
        above = str(said["parent"] or "")
        if above and above not in known:
            return found, above
        found["parent_id"] = known[above].pk if above else None
    return found, ""


def _known() -> dict[str, Category]:
    return {each.code: each for each in Category.objects.all()}


def check_categories(actor: Actor, rows: Sequence[Row]) -> Plan:
    """Which categories are new, changed, as they were."""
    known = _known()
    coming = {str(row.values["code"]) for row in rows}
    new, changed, same, problems = [], [], [], []
    for row in rows:
        code = str(row.values["code"])
        found, missing = wanted(row, known)
        if missing and missing not in coming:
            text = tell("沒有「%(code)s」這個上層分類。", code=missing)
            problems.append(Problem(row.line, "parent", text, N_("沒有這個上層分類")))
        there = known.get(code)
        if there is None:
            new.append(row.line)
        elif any(getattr(there, name) != value for name, value in found.items()):
            changed.append(row.line)
        else:
            same.append(row.line)
    return Plan(new, changed, same, problems)


def apply_categories(actor: Actor, rows: Sequence[Row], reason: str) -> Plan:
    """Take in all of the rows, headings first, or raise."""
    plan = check_categories(actor, rows)
    written = {*plan.new, *plan.changed}
    for row in sorted(rows, key=lambda each: bool(each.values.get("parent"))):
        if row.line not in written:
            continue
        known, code = _known(), str(row.values["code"])
        found, missing = wanted(row, known)
        if missing:
            raise BadInput(tell("沒有「%(code)s」這個上層分類。", code=missing))
        there = known.get(code)
        changes = found if there else {"code": code, **found}
        actions.save_category(
            actor, there.pk if there else None, version=None, changes=changes, reason=reason
        )
    return plan


CATEGORIES = Target(
    "petitions.category",
    N_("陳情分類"),
    (
        TargetField("code", N_("代碼"), required=True),
        TargetField("name", N_("名稱"), ("分類名稱",), required=True),
        TargetField("name_en", N_("英文名稱")),
        TargetField("parent", N_("上層分類"), ("上層代碼",), help=N_("上層分類的代碼；最上層留空")),
        TargetField("usual_class", N_("通常的類別"), (), Kind.CHOICE, choices=lambda: [(each.value, label) for each, label in CLASS_LABELS.items()]),
        TargetField("order", N_("順序"), (), Kind.COUNT),
        TargetField("in_use", N_("使用中"), (), Kind.CHOICE, choices=lambda: [(YES, N_("是")), (NO, N_("否"))]),
    ),
    check_categories,
    apply_categories,
    "petitions.manage",
    N_("陳情分類：以代碼認出同一個分類；檔案裡沒有的分類不動。"),
    lambda: reverse("petitions:categories"),
)  # fmt: skip
