"""Invented content of the style page: no real agency, no real result. Shows every component in every state."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shizheng.web import geography

TAIPEI = ZoneInfo("Asia/Taipei")
# Monday
TODAY = date(2026, 10, 5)

PROJECTS: tuple[tuple[str, str, str, str, str, str, date], ...] = (
    ("115-甲-0021", "河濱步道延伸", "濱河局", "good", "如期", "1.20", date(2026, 12, 31)),
    ("115-甲-0022", "第三圖書館", "文教局", "warn", "預警", "-5.10", date(2027, 3, 31)),
    ("115-甲-0023", "東坡橋改建", "工務局", "bad", "落後", "-12.40", date(2027, 3, 31)),
    ("115-甲-0024", "雨水下水道第二期", "濱河局", "severe", "嚴重落後", "-21.40", date(2026, 11, 30)),
    ("115-乙-0007", "校園遮蔭計畫", "文教局", "good", "如期", "0.00", date(2027, 6, 30)),
    ("115-乙-0008", "公車亭即時看板", "工務局", "calm", "完成，晚 6 天", "0.00", date(2026, 9, 30)),
    ("115-乙-0009", "社區照顧據點", "社福局", "good", "如期", "3.75", date(2026, 12, 15)),
    ("115-乙-0010", "=SUM(A1:A9) 測試案名", "社福局", "warn", "預警", "-6.02", date(2027, 1, 15)),
)

MONTHS = [f"115-{m:02d}" for m in range(1, 10)]
ACTUAL = ["8.10", "15.30", "21.90", "29.40", "34.80", "39.70", "45.80", None, None]
PLAN = ["8.00", "15.00", "23.00", "31.50", "41.00", "50.10", "58.20", "66.40", "74.10"]
OLD = ["10.00", "19.00", "28.00", "37.50", "48.00", "58.10", "68.20", "78.40", "88.10"]


def line_chart() -> dict[str, Any]:
    """Planned and actual progress of one project."""
    return {
        "id": "style-line", "kind": "line", "title": _("五月起管線擋住橋墩，落後三個月擴大到 12 點"),
        "note": _("累計進度（%），截至 7 月 31 日"), "unit": "%", "places": 2, "x": MONTHS, "x_label": _("月份"), "from": 0, "top": 100, "gap": True,
        "series": [
            {"name": _("實際"), "role": "actual", "data": ACTUAL},
            {"name": _("預定"), "role": "plan", "data": PLAN},
            {"name": _("原契約"), "role": "old", "data": OLD},
        ],
        "marks": [{"x": "115-04", "text": _("第 1 次契約變更")}],
    }  # fmt: skip


def bar_chart() -> dict[str, Any]:
    """Rates of four agencies against a target."""
    return {
        "id": "style-bar", "kind": "bar", "title": _("四個機關裡，只有濱河局還沒到 75"), "note": _("進度相符率（%），9 月"),
        "unit": "%", "places": 2, "x": [_("濱河局"), _("工務局"), _("文教局"), _("社福局")], "x_label": _("機關"),
        "series": [{"name": _("相符率"), "role": "actual", "data": ["66.67", "77.78", "82.14", "88.89"]}],
        "target": {"value": 75, "label": _("目標 75")},
    }  # fmt: skip


def agency_rows() -> list[dict[str, Any]]:
    """Agencies, lowest first, with a missing one at the end."""
    rows = [
        (_("濱河局"), 24, 36, "66.67", "-4.10"),
        (_("工務局"), 14, 18, "77.78", "5.60"),
        (_("文教局"), 23, 28, "82.14", "1.20"),
        (_("社福局"), 8, 9, "88.89", "0.00"),
    ]
    return [
        {"name": n, "a": a, "b": b, "rate": Decimal(r), "change": Decimal(c), "bad": Decimal(r) < 75}
        for n, a, b, r, c in rows
    ]


def districts() -> list[dict[str, Any]]:
    """Invented numbers on the 29 districts; two are missing."""
    places: list[dict[str, Any]] = []
    for index, district in enumerate(geography.districts()):
        place: dict[str, Any] = {"code": district.code, "name": district.name}
        place |= {"missing": "not_filed"} if index in (9, 28) else {"value": (index * 37 + 11) % 97}
        places.append(place)
    return sorted(places, key=lambda p: -p.get("value", -1))


def timeline() -> list[dict[str, Any]]:
    """What happened to one record: the system's acts are squares, people's are circles."""
    return [
        {"title": _("9 月進度逾期"), "at": datetime(2026, 10, 5, 0, 0, tzinfo=TAIPEI), "system": True, "tone": "bad",
         "text": _("通知承辦人、科長")},
        {"title": _("寄出提醒"), "at": datetime(2026, 10, 3, 9, 0, tzinfo=TAIPEI), "system": True, "by": _("，已送達")},
        {"title": _("升為「落後」列管"), "at": datetime(2026, 9, 12, 15, 20, tzinfo=TAIPEI), "by": _("研考會 管制考核組"),
         "text": _("8 月 −10.20%，規則：落後 10% 以上（含）")},
        {"title": _("開工"), "at": date(2025, 10, 1), "by": _("承辦人")},
    ]  # fmt: skip


def strip() -> list[dict[str, Any]]:
    """Four numbers, one honestly missing."""
    return [
        {"label": _("重大工程進度相符"), "value": Decimal("77.31"), "unit": "%", "url": "#figures", "places": 2,
         "state": _("達標"), "state_tone": "good", "note": _("目標 75，比 8 月少 0.62 點")},
        {"label": _("公文逾期比率"), "value": Decimal("1.84"), "unit": "%", "url": "#figures", "places": 2,
         "state": _("低於門檻"), "state_tone": "good", "note": _("門檻 3")},
        {"label": _("陳情準時回覆"), "value": Decimal("94.06"), "unit": "%", "url": "#figures", "places": 2,
         "state": _("未達標"), "state_tone": "bad", "note": _("目標 96；缺口全在改分案件")},
        {"label": _("市民滿意度"), "missing": "not_yet_measurable", "note": _("10 月調查後才有值，不計入平均")},
    ]  # fmt: skip


def board_cards() -> list[dict[str, Any]]:
    """Exceptions: a sentence, the cause, the next step, who answers."""
    return [
        {"tone": "bad", "state": _("嚴重落後 −21.40%"), "state_tone": "severe", "meta": _("連續 3 個月"), "url": "#board",
         "title": _("雨水下水道再不取得用地，汛期前趕不完"),
         "items": [(_("原因"), _("2 筆土地未同意價購。")), (_("下一步"), _("請市長於 10-14 前邀地主協調。")), (_("負責"), _("濱河局 局長"))]},
        {"tone": "warn", "state": _("2 天後到期"), "state_tone": "warn", "meta": _("議會決議第 31 號"), "url": "#board",
         "title": _("答應議會 10-07 前送的停車收費檢討，還沒有初稿"),
         "items": [(_("原因"), _("委外報告驗收退件，廠商補件中。")), (_("下一步"), _("先送期中結論，或函請展期。")), (_("負責"), _("工務局 停車科"))]},
    ]  # fmt: skip
