"""招標與決標公告: what the public procurement site tells, kept and held against the register (B12)."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.words import N_, written
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries.external_in import Item, incoming
from shizheng.domains.projects.rules.reconciling import (
    STATUS_LABELS,
    STATUS_WORDS,
    Source,
    name_key,
    number_key,
)
from shizheng.domains.projects.targets.shared import NOT_YET, payload_of
from shizheng.kernel.intake.registry import Plan, Target, TargetField
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.intake.rules.typing import Kind
from shizheng.kernel.organisations import queries as organisations

EARLIEST = date(1990, 1, 1)


def check_notices(actor: Actor, rows: Sequence[Row]) -> Plan:
    """What notices tell that was not known."""
    items, problems = notice_items(rows)
    return incoming(Source.NOTICE, items, problems).plan


def apply_notices(actor: Actor, rows: Sequence[Row], reason: str) -> Plan:
    """Keep what notices tell; tenders of ours change only by the decision of an officer."""
    items, problems = notice_items(rows)
    return actions.receive_records(actor, Source.NOTICE, items, problems, reason=reason)


def notice_items(rows: Sequence[Row]) -> tuple[list[Item], list[Problem]]:
    """Public notices as items, with what cannot be so."""
    units, today, items, problems = organisations.UnitNames(), clock.today(), [], []
    for row in rows:
        values, agency = row.values, row.texts.get("agency", "")
        payload = payload_of(row, ("title", "budget", "status", "announced_on", "published_on", "deadline", "contractor", "award_on",
                                 "award_amount", "bidders", "url"))  # fmt: skip
        payload["agency"] = agency
        problems += _odd_days(row, today)
        unit_id = units.find(str(values["agency_code"])) if values.get("agency_code") else units.find(agency)
        if unit_id is None:
            text = written("「%(name)s」不是本府機關，留作待登錄，不與標案比對。", name=agency[:60])
            problems.append(Problem(row.line, "agency", text, N_("不是本府機關"), refuses=False))
        if values.get("status") == "awarded" and not (values.get("award_on") and values.get("contractor")):
            text = written("決標公告沒有決標日期或得標廠商，留空。")
            problems.append(Problem(row.line, "award_on", text, N_("決標公告缺日期或廠商"), refuses=False))
        number = str(values["tender_no"])
        key = f"{name_key(agency)}|{number_key(number)}"
        items.append(Item(row.line, key, number, str(values["title"]), agency, unit_id, payload))
    return items, problems


def _odd_days(row: Row, today: date) -> list[Problem]:
    """Days that cannot be so; they are kept as told, and said."""
    out = []
    for code in ("announced_on", "published_on", "award_on"):
        day = row.values.get(code)
        if isinstance(day, date) and not EARLIEST <= day <= today:
            text = written("%(day)s 不可能是這個日期（還沒有到，或太早），請查證。", day=day.isoformat())
            out.append(Problem(row.line, code, text, N_("日期不可能"), refuses=False))
    first, last = row.values.get("published_on"), row.values.get("deadline")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        text = written(
            "截止日 %(last)s 早於公告日 %(first)s。", last=last.isoformat(), first=first.isoformat()
        )
        out.append(Problem(row.line, "deadline", text, N_("截止日早於公告日"), refuses=False))
    return out


NOTICES = Target(
    "projects.notice",
    N_("招標與決標公告"),
    (
        TargetField("tender_no", N_("標案案號"), ("案號", "採購案號", "case_no"), required=True),
        TargetField("agency", N_("機關名稱"), ("機關", "招標機關", "agency"), required=True),
        TargetField("agency_code", N_("本府機關"), ("機關代碼",), Kind.UNIT, lenient=True,
                    help=N_("機關名稱認不出來時，由這一欄或值的對照指定；外縣市可以對到縣市")),
        TargetField("title", N_("標案名稱"), ("title", "案名"), required=True),
        TargetField("status", N_("公告種類"), ("狀態", "status", "公告類別"), Kind.CHOICE, lenient=True,
                    choices=lambda: [(code.value, label) for code, label in STATUS_LABELS.items()], words=STATUS_WORDS),
        TargetField("published_on", N_("公告日期"), ("publish_date", "公告日"), Kind.DATE, lenient=True),
        TargetField("announced_on", N_("招標公告日期"), ("招標公告日",), Kind.DATE, lenient=True),
        TargetField("deadline", N_("截止投標日期"), ("截止日期", "deadline"), Kind.DATE, lenient=True),
        TargetField("budget", N_("預算金額（元）"), ("預算", "預算金額", "budget"), Kind.AMOUNT, lenient=True),
        TargetField("contractor", N_("得標廠商"), ("廠商", "winner", "廠商名稱"), empty=NOT_YET, lenient=True),
        TargetField("award_on", N_("決標日期"), ("決標日", "award_date"), Kind.DATE, empty=NOT_YET, lenient=True),
        TargetField("award_amount", N_("決標金額（元）"), ("決標金額", "總決標金額", "award_amount"), Kind.AMOUNT, empty=NOT_YET, lenient=True),
        TargetField("bidders", N_("投標家數"), ("投標廠商家數",), Kind.COUNT, lenient=True),
        TargetField("url", N_("網址"), ("source_url", "連結")),
    ),
    check_notices,
    apply_notices,
    "projects.reconcile",
    N_("政府電子採購網的招標、決標與無法決標公告：以機關與案號比對，不同的逐欄列出，由主辦機關決定採不採用。"),
    lambda: reverse("projects:differences"),
)  # fmt: skip
