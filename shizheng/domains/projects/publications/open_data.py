"""標案開放資料: what was announced, awarded, planned and reached of each tender, as described data sets and as OC4IDS.

An edition is issued by a person for a locked month; what is open afterwards is what that edition says, nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.numbers import decimal_or_none
from shizheng.common.words import for_the_record
from shizheng.domains.projects.publications.month_data import PERIOD
from shizheng.domains.projects.queries.locked import locked_month
from shizheng.domains.projects.queries.open_data import open_tenders
from shizheng.domains.projects.rules.life import KIND_LABELS, STATE_LABELS
from shizheng.domains.projects.rules.openings import Opening, told_openings
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.documents.model import (
    Block,
    Column,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    Paragraph,
    Table,
    cell,
)
from shizheng.kernel.publication.registry import Gathered
from shizheng.kernel.rulebook import queries as rulebook

SERIES = "projects.open:{city}:{period}"
LICENCE = "tender.open_licence"
LICENCES = {
    "ogdl": ("政府資料開放授權條款－第 1 版", "https://data.gov.tw/license"),
    "cc_by": ("創用 CC 姓名標示 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
"""Name and address of each licence that the rule may name."""
API = "/api/v1/projects/oc4ids.json"


def gather(unit_id: int, period_code: str) -> Gathered:
    """Everything open as it stands, for a locked month. Raises as `locked_month` does, CannotDo where nothing is open."""
    city = organisations.city()
    if unit_id != city.pk:
        raise NotFound(_("標案開放資料以全府公布。請從標案看板進入。"))
    period = locked_month(period_code)
    rule = rulebook.value_of(LICENCE, period.last_day, as_of_day(None))
    name, url = LICENCES[str(rule.raw)]
    with override("zh-hant"), for_the_record():
        tenders = open_tenders(period)
        if not tenders:
            raise CannotDo(_("%(period)s沒有公告過的標案，沒有可以公布的。") % {"period": period.label})
        facts = {
            "city": city.name,
            "period": period.code,
            "period_text": period.label,
            "until": period.last_day.isoformat(),
            "licence": {
                "name": name,
                "url": url,
                "rule": rule.label,
                "reading": rule.reading,
                "to_be_confirmed": rule.unconfirmed,
            },
            "tenders": tenders,
        }
        title = f"{city.name} {period.label}標案開放資料"
    return Gathered(title, city.pk, SERIES.format(city=city.pk, period=period.code), facts, {}, period.code)


def document(facts: Mapping[str, Any], _refs: Mapping[str, FigureRef]) -> Document:
    """What is in it, under which licence, and the data sets; no figures."""
    datasets = (_tenders(facts), _openings(facts), _plans(facts), _checkpoints(facts), _progress(facts))
    licence = facts["licence"]
    mark = f"（待確認：{licence['reading']}）" if licence["to_be_confirmed"] else ""
    blocks: list[Block] = [
        Paragraph((facts["city"],), "title"),
        Paragraph((f"{facts['period_text']}標案開放資料",), "title"),
        Paragraph(
            (
                f"公告過的標案 {len(facts['tenders']):,} 件：繼續列管的，以及最近一年內結案或撤銷列管的。"
                "還沒有公告的標案不在內（政府採購法第 34 條）；辦理情形、改善對策、理由與承辦人不公開。",
            )
        ),
        Paragraph((f"授權：{licence['name']}（{licence['url']}）{mark}",)),
        Paragraph((f"OC4IDS 0.9：{API}；單一標案在 /api/v1/projects/oc4ids/列管編號。",)),
        Heading(1, "資料集"),
        Table("資料集", _COLUMNS, tuple(_listed(datasets))),
        Paragraph(("每一欄的說明在 csv-metadata.json（W3C CSV on the Web）。",), "note"),
    ]
    return Document(
        title=f"{facts['city']} {facts['period_text']}標案開放資料",
        author=facts["city"],
        blocks=tuple(blocks),
        data=facts,
        datasets=datasets,
        subject="標案開放資料",
        licence=licence["url"],
    )


_COLUMNS = (Column("資料集", 2), Column("檔案", 2), Column("列數", 1, "end"), Column("一列是什麼", 5))


def _listed(datasets: Iterable[Dataset]) -> Iterable[tuple[Any, ...]]:
    for each in datasets:
        yield (
            cell(each.title, header=True),
            cell(f"{each.name}.csv"),
            cell(f"{len(each.rows):,}", value=Decimal(len(each.rows))),
            cell(each.description),
        )


_NUMBER = Field("number", "列管編號", "Number", "標案的列管編號")
_NTD = "元"


def _tenders(facts: Mapping[str, Any]) -> Dataset:
    rows = []
    for each in facts["tenders"]:
        openings = told_openings(each["happenings"])
        last = openings[-1]
        amounts = [plan["contract_amount"] for plan in each["plans"] if plan["contract_amount"] is not None]
        rows.append(
            (
                each["number"], each["name"], each["agency"], each["type_text"], each["state"], each["budget"],
                each["tender_no"] or None, each["place"] or None, decimal_or_none(each["longitude"]), decimal_or_none(each["latitude"]),
                openings[0].announced_on, last.contractor or None, last.amount,
                amounts[-1] if amounts and last.contractor else last.amount, last.completed_on, last.final_amount,
            )
        )  # fmt: skip
    states = "、".join(f"{state.value} {label}" for state, label in STATE_LABELS.items())
    fields = (
        _NUMBER,
        Field("name", "標案名稱", "Name", "標案的名稱"),
        Field("agency", "主辦機關", "Agency", "主辦的一級機關"),
        Field("type", "類型", "Type", "標案類型"),
        Field("state", "狀態", "State", f"月底的狀態：{states}"),
        Field("budget", "預算金額", "Budget", "標案的預算", "integer", _NTD),
        Field("tender_no", "採購案號", "Tender number", "政府電子採購網的案號", missing="公告沒有登錄案號"),
        Field("place", "地點", "Place", "標案的地點", missing="沒有登錄"),
        Field("longitude", "經度", "Longitude", "WGS 84", "decimal", "度", "沒有登錄"),
        Field("latitude", "緯度", "Latitude", "WGS 84", "decimal", "度", "沒有登錄"),
        Field("announced_on", "首次公告日", "First announced", "第一次公告招標的日子", "date", missing="沒有登錄公告日"),
        Field("contractor", "得標廠商", "Supplier", "最近一次決標的廠商", missing="還沒有決標，或已終止契約後重新招標"),
        Field("award_amount", "決標金額", "Award", "最近一次決標的金額", "integer", _NTD, "還沒有決標"),
        Field("contract_amount", "契約金額", "Contract", "變更後的契約金額", "integer", _NTD, "還沒有決標"),
        Field("completed_on", "竣工日", "Completed", "竣工的日子", "date", missing="還沒有竣工"),
        Field("final_amount", "結算金額", "Final value", "結算的金額", "integer", _NTD, "還沒有結算"),
    )  # fmt: skip
    return Dataset("tenders", "標案", "每一列是一個標案", fields, tuple(rows), ("number",))


def _openings(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            tender["number"], each.number, each.tender_no or None, each.announced_on,
            each.outcome.value if each.outcome else None, each.decided_on, each.bidders, each.contractor or None, each.amount,
        )
        for tender in facts["tenders"]
        for each in told_openings(tender["happenings"])
    ]  # fmt: skip
    outcomes = "、".join(f"{kind.value} {KIND_LABELS[kind]}" for kind in Opening.OUTCOMES)
    fields = (
        _NUMBER,
        Field("opening", "第幾次招標", "Opening", "同一標案依序編號", "integer"),
        Field("tender_no", "採購案號", "Tender number", "政府電子採購網的案號", missing="公告沒有登錄案號"),
        Field(
            "announced_on", "公告日", "Announced", "公告招標的日子", "date", missing="續行開標，沒有另行公告"
        ),
        Field("outcome", "結果", "Outcome", outcomes, missing="還在招標"),
        Field("decided_on", "結果日", "Decided", "決標、流標或廢標的日子", "date", missing="還在招標"),
        Field("bidders", "投標家數", "Bidders", "投標的家數", "integer", "家", "沒有登錄"),
        Field("contractor", "得標廠商", "Supplier", "決標的廠商", missing="沒有決標"),
        Field("amount", "決標金額", "Award", "決標的金額", "integer", _NTD, "沒有決標"),
    )
    return Dataset("openings", "招標與決標", "每一列是一次招標", fields, tuple(rows), ("number", "opening"))


def _plans(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            tender["number"], each["number"], each["kind"], each["from_period"], _day(each["works_from"]),
            _day(each["works_to"]), each["contract_amount"],
        )
        for tender in facts["tenders"]
        for each in tender["plans"]
    ]  # fmt: skip
    fields = (
        _NUMBER,
        Field("version", "版", "Version", "預定進度的第幾版", "integer"),
        Field("kind", "種類", "Kind", "original 原定、rescheduled 調整期程、change_order 契約變更"),
        Field("from_period", "自哪一月起", "From", "自這個月起以這一版判定，西元年與月"),
        Field("works_from", "預定開工", "Works from", "預定開工日", "date", missing="沒有施工"),
        Field("works_to", "預定完工", "Works to", "預定完工日", "date", missing="沒有施工"),
        Field(
            "contract_amount", "契約金額", "Contract", "這一版的契約金額", "integer", _NTD, "這一版沒有登錄"
        ),
    )
    return Dataset(
        "plans", "預定進度各版", "每一列是一版預定進度", fields, tuple(rows), ("number", "version")
    )


def _checkpoints(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            tender["number"], plan["number"], each["code"], each["name"], Decimal(each["weight"]),
            _day(each["planned_on"]), _day(tender["reached"].get(each["code"])) if plan is tender["plans"][-1] else None,
        )
        for tender in facts["tenders"]
        for plan in tender["plans"]
        for each in plan["checkpoints"]
    ]  # fmt: skip
    fields = (
        _NUMBER,
        Field("version", "版", "Version", "預定進度的第幾版", "integer"),
        Field("code", "檢核點代碼", "Code", "同一標案各版相同的檢核點代碼相同"),
        Field("name", "檢核點", "Checkpoint", "檢核點的名稱"),
        Field("weight", "權重", "Weight", "各檢核點的權重合計 100", "decimal", "%"),
        Field("planned_on", "預定日", "Planned", "預定達成的日子", "date"),
        Field(
            "reached_on",
            "達成日",
            "Reached",
            "達成的日子，只寫在最新一版",
            "date",
            missing="還沒有達成，或沒有登錄日子",
        ),
    )
    return Dataset(
        "checkpoints", "檢核點", "每一列是一版裡的一個檢核點", fields, tuple(rows), ("number", "version", "code"),
    )  # fmt: skip


def _progress(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (tender["number"], period, *(decimal_or_none(value) for value in values))
        for tender in facts["tenders"]
        for period, *values in tender["months"]
    ]
    none = "沒有施工進度"
    fields = (
        _NUMBER,
        replace(PERIOD, description=f"{PERIOD.description}；沒有填報的月份沒有列"),
        Field("planned", "預定進度", "Planned", "月底的預定標案進度", "decimal", "%", "這個月還沒有預定進度"),
        Field("actual", "實際進度", "Actual", "月底的實際標案進度", "decimal", "%", "沒有登錄"),
        Field("planned_works", "預定施工進度", "Works planned", "月底的預定施工進度", "decimal", "%", none),
        Field("actual_works", "實際施工進度", "Works actual", "月底的實際施工進度", "decimal", "%", none),
    )
    return Dataset(
        "progress", "月進度", "每一列是一個標案已鎖定的一個月", fields, tuple(rows), ("number", "period")
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
