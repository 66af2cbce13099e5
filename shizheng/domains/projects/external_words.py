"""What other systems told, as people read it."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.words import N_, read
from shizheng.domains.projects.rules.reconciling import STATUS_LABELS, Part, Status, amount_of, day_of
from shizheng.domains.projects.targets.suggested import WAYS
from shizheng.web.templatetags import ui

AMOUNTS = (Part.BUDGET, Part.AWARD_AMOUNT)
DAYS = (Part.AWARD_ON, Part.ANNOUNCED)
LABELS = {
    "title": N_("標案名稱"), "agency": N_("機關名稱"), "budget": N_("預算金額（元）"), "status": N_("公告種類"),
    "announced_on": N_("招標公告日期"), "published_on": N_("公告日期"), "deadline": N_("截止投標日期"),
    "contractor": N_("得標廠商"), "award_on": N_("決標日期"), "award_amount": N_("決標金額（元）"), "bidders": N_("投標家數"),
    "url": N_("網址"), "started_on": N_("實際開工日"), "completed_on": N_("實際完工日"), "changes": N_("變更設計次數"),
    "payments": N_("付款次數"), "quality": N_("廠商品管人員"), "supervision": N_("監造"), "accepted_on": N_("驗收合格日"), "place": N_("地點"), "suggested": N_("建議金額（元）"), "approved": N_("核定金額（元）"),
    "funds": N_("經費科目"), "way": N_("招標方式"), "way_text": N_("招標方式（原文）"), "councillor": N_("建議人"), "county": N_("縣市"),
    "year": N_("年度"), "month": N_("月"), "planned": N_("預定進度（%）"), "actual": N_("實際進度（%）"),
    "year_planned": N_("年累計預定進度（%）"), "year_actual": N_("年累計實際進度（%）"), "planned_amount": N_("預定金額（元）"),
    "actual_amount": N_("實際金額（元）"), "valued": N_("估驗計價（元）"), "state": N_("執行狀態"), "cause": N_("落後因素"),
    "analysis": N_("原因分析"), "remedy": N_("解決辦法"),
}  # fmt: skip
MONEY = ("budget", "award_amount", "suggested", "approved", "planned_amount", "actual_amount", "valued")


def shown(part: Part, text: str) -> str:
    """One side of a difference."""
    if not text:
        return ""
    if part in AMOUNTS:
        return ui.number_text(amount_of(text), 0)
    if part in DAYS:
        return ui.day_text(day) if (day := day_of(text)) else text
    if part is Part.AWARD:
        on, amount, contractor = [*text.split("｜", 2), "", ""][:3]
        return _("%(on)s　%(amount)s 元　%(contractor)s") % {
            "on": ui.day_text(day) if (day := day_of(on)) else _("（沒有日期）"),
            "amount": ui.number_text(value, 0) if (value := amount_of(amount)) is not None else "—",
            "contractor": contractor or _("（沒有廠商）"),
        }
    if part is Part.FAILED:
        return ui.day_text(day) if (day := day_of(text)) else read(text)
    return f"{text}%" if part is Part.PROGRESS else text


def payload_rows(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything that was told, labelled, in our order."""
    return [(_(label), _value(code, payload[code])) for code, label in LABELS.items() if payload.get(code)]


def _value(code: str, value: Any) -> str:
    text = str(value)
    if code in MONEY:
        return ui.number_text(amount, 0) if (amount := amount_of(text)) is not None else text
    if code == "status" and text in list(Status):
        return _(STATUS_LABELS[Status(text)])
    if code == "way":
        return next((_(label) for known, label in WAYS if known == text), text)
    day = day_of(text) if code.endswith("_on") or code == "deadline" else None
    return ui.day_text(day) if day else text
