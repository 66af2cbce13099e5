"""議員建議工程: works that councillors suggested, kept as candidates for registration (B13)."""

import hashlib
from collections.abc import Sequence

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.words import N_, written
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries.external_in import Item, incoming
from shizheng.domains.projects.rules.reconciling import Source
from shizheng.domains.projects.targets.shared import NOT_YET, payload_of
from shizheng.kernel.intake.registry import Plan, Target, TargetField
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.intake.rules.typing import Kind
from shizheng.kernel.organisations import queries as organisations

WAYS = (
    ("open", N_("公開招標")), ("restricted", N_("限制性招標")), ("quotes", N_("公開取得報價單或企劃書")), ("small", N_("小額採購")),
    ("framework", N_("共同供應契約")), ("open_contract", N_("依開口合約辦理")), ("grant", N_("補助團體自行辦理")),
    ("none", N_("尚未招標")), ("stopped", N_("暫停不辦理")),
)  # fmt: skip
WAY_WORDS = {
    "公告招標": "open", "上網公開招標": "open", "公開取得": "quotes", "公開取得企劃書或報價單": "quotes", "逕行採購": "small",
    "依現有開口合約辦理": "open_contract", "開口合約": "open_contract", "公開招標(開口合約)": "open_contract",
    "補助社區逕洽廠商辦理": "grant", "社區委託區公所協助上網公告招標": "grant", "用獎助之方式辦理": "grant",
    "尚未辦理": "none", "將公開招標": "none", "招標文件準備中": "none", "暫停不執行": "stopped",
}  # fmt: skip


def check_suggested(actor: Actor, rows: Sequence[Row]) -> Plan:
    """Which suggestions are new."""
    items, problems = suggested_items(rows)
    return incoming(Source.SUGGESTED, items, problems).plan


def apply_suggested(actor: Actor, rows: Sequence[Row], reason: str) -> Plan:
    """Keep suggestions as candidates for registration."""
    items, problems = suggested_items(rows)
    return actions.receive_records(actor, Source.SUGGESTED, items, problems, reason=reason)


def suggested_items(rows: Sequence[Row]) -> tuple[list[Item], list[Problem]]:
    """Works suggested by councillors as items. Zero is no amount that was approved: it stays as told, and is said."""
    units, items, problems = organisations.UnitNames(), [], []
    for row in rows:
        values, agency = row.values, row.texts.get("agency", "")
        payload = payload_of(row, ("title", "place", "suggested", "approved", "funds", "way", "contractor", "councillor", "county", "year", "month"))  # fmt: skip
        payload["agency"] = agency
        if row.texts.get("way") and not values.get("way"):
            payload["way_text"] = row.texts["way"][:200]
        unit_id = (
            units.find(str(values["agency_code"]))
            if values.get("agency_code")
            else units.find(agency)
            if agency
            else None
        )
        if unit_id is None:
            text = written("不認得機關「%(name)s」，照原文留著。", name=agency[:60] or "—")
            problems.append(Problem(row.line, "agency", text, N_("不認得的機關"), refuses=False))
        for code in ("suggested", "approved"):
            if values.get(code) == 0:
                text = written("金額是 0，可能是沒有核定，也可能是沒有填。")
                problems.append(Problem(row.line, code, text, N_("金額是 0"), refuses=False))
        told = (payload.get("county", ""), payload.get("year", ""), payload.get("month", ""), payload["title"], payload.get("place", ""), payload.get("councillor", ""))  # fmt: skip
        key = str(values.get("uid") or "") or hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]
        items.append(Item(row.line, key, "", str(values["title"]), agency, unit_id, payload))
    return items, problems


SUGGESTED = Target(
    "projects.suggested",
    N_("議員建議工程"),
    (
        TargetField("uid", N_("編號"), ("序號", "uid"), help=N_("沒有的話，以縣市、年月、項目、地點與議員認出同一筆")),
        TargetField("title", N_("建議項目"), ("suggestion", "建議事項", "工程名稱", "案由"), required=True),
        TargetField("agency", N_("主辦機關"), ("brought_by", "承辦機關", "執行機關", "機關")),
        TargetField("agency_code", N_("本府機關"), ("機關代碼",), Kind.UNIT, lenient=True,
                    help=N_("機關名稱認不出來時，由這一欄或值的對照指定；外縣市可以對到縣市")),
        TargetField("place", N_("地點"), ("position", "建議地點")),
        TargetField("suggested", N_("建議金額（元）"), ("suggest_expense", "建議金額", "建議經費"), Kind.AMOUNT, lenient=True),
        TargetField("approved", N_("核定金額（元）"), ("approved_expense", "核定金額", "核定經費"), Kind.AMOUNT, lenient=True),
        TargetField("funds", N_("經費科目"), ("expend_on", "經費支用科目")),
        TargetField("way", N_("招標方式"), ("bid_type", "採購方式"), Kind.CHOICE, choices=lambda: list(WAYS), words=WAY_WORDS, lenient=True),
        TargetField("contractor", N_("得標廠商"), ("bid_by", "承包廠商", "廠商"), empty=NOT_YET, lenient=True),
        TargetField("councillor", N_("建議人"), ("councilor", "議員", "建議議員")),
        TargetField("county", N_("縣市"), ("county",)),
        TargetField("year", N_("年度"), ("suggest_year", "建議年度"), Kind.YEAR, lenient=True),
        TargetField("month", N_("月"), ("suggest_month",), Kind.COUNT, lenient=True),
    ),
    check_suggested,
    apply_suggested,
    "projects.reconcile",
    N_("議員所提建議事項處理明細表：留作待登錄，由主辦機關決定要不要列管。"),
    lambda: reverse("projects:candidates") + "?source=suggested",
)  # fmt: skip
