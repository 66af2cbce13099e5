"""標案清冊: an agency's own table of tenders into the register (B13)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.words import N_
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries.projects import types
from shizheng.domains.projects.queries.register_in import read_for_register
from shizheng.domains.projects.rules.sheets import COLUMNS, LEVELS, NEEDED
from shizheng.kernel.intake.registry import Plan, Target, TargetField
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.intake.rules.typing import Kind

ALIASES: dict[str, tuple[str, ...]] = {
    "number": ("管考編號",),
    "name": ("title", "工程名稱", "案名", "標案", "suggestion"),
    "type": ("標的分類",),
    "agency": ("機關", "機關名稱", "執行機關", "主辦單位", "brought_by", "city"),
    "roc_year": ("年度",),
    "tender_no": ("標案案號", "案號", "標案編號", "case_no", "tender_number"),
    "budget": ("預算金額", "預算", "發包預算", "核定金額"),
    "place": ("施工地點", "位置", "position"),
    "note": ("備註",),
}
KINDS = {
    "type": Kind.CHOICE, "agency": Kind.UNIT, "unit": Kind.UNIT, "level": Kind.CHOICE, "roc_year": Kind.YEAR, "budget": Kind.AMOUNT,
    "funds_held_on": Kind.DATE, "longitude": Kind.NUMBER, "latitude": Kind.NUMBER,
}  # fmt: skip


def _types() -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in types() if each.in_use]


def _register_field(code: str, title: str) -> TargetField:
    choices: Any = _types if code == "type" else (lambda: list(LEVELS.items())) if code == "level" else None
    return TargetField(
        code,
        title,
        ALIASES.get(code, ()),
        KINDS.get(code, Kind.TEXT),
        required=code in NEEDED,
        choices=choices,
    )


def check_register(actor: Actor, rows: Sequence[Row]) -> Plan:
    """What the register would do with each row."""
    read, problems = read_for_register(rows)
    return _plan(actions.checked_rows(actor, read), problems)


def apply_register(actor: Actor, rows: Sequence[Row], reason: str) -> Plan:
    """Enter and change tenders, all of them."""
    read, problems = read_for_register(rows)
    return _plan(actions.import_rows(actor, read, reason=reason), problems)


def _plan(taken: actions.Taken, problems: Sequence[Problem]) -> Plan:
    codes = {title: code for code, title in COLUMNS.items()}
    wrong = [Problem(each.line, codes.get(each.column, each.column), each.text) for each in taken.problems]
    by = {
        verdict: sorted(line for line, found in taken.lines.items() if found == verdict)
        for verdict in ("created", "changed", "unchanged")
    }
    return Plan(by["created"], by["changed"], by["unchanged"], [*problems, *wrong])


REGISTER = Target(
    "projects.tender",
    N_("標案清冊"),
    tuple(_register_field(code, title) for code, title in COLUMNS.items()),
    check_register,
    apply_register,
    "projects.edit",
    N_(
        "機關自己的標案總表：建檔與修改列管的標案。以列管編號、採購案號或名稱認出是同一案；空白的格子不會清掉原來的值。"
    ),
    lambda: reverse("projects:list"),
)
