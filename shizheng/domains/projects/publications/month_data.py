"""The data sets of a published month: agencies, tenders, and the rules that judged, so that anybody counts it again."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import decimal_or_none
from shizheng.domains.projects.models import Cause
from shizheng.domains.projects.publications.month_tables import NOT_SAID, places_told
from shizheng.domains.projects.rules.judging import COURSE_LABELS
from shizheng.kernel.publication.documents.model import Dataset, Field

COURSES = tuple((course.value, label) for course, label in COURSE_LABELS.items())
CAUSES = tuple(Cause.choices)
PERIOD = Field("period", "月份", "Month", "西元年與月，2025-03 是民國 114 年 3 月")
"""The month of a row, in every data set of tenders."""


def agencies_data(facts: Mapping[str, Any]) -> Dataset:
    names = ("continuing", "ahead", "on_plan", "behind", "suspended", "not_filed", "severe", "matching")
    placed = places_told(facts)
    rows = [
        (
            facts["period"], row["agency"], *(row[name] for name in names), decimal_or_none(row["matching_rate"]), row["filed"],
            decimal_or_none(row["filed_rate"]), Decimal(row["executed"]), Decimal(row["allocated"]),
            decimal_or_none(row["execution_rate"]), row["reports"], *([row["place"]] if placed else ()),
        )
        for row in facts["agencies"]
    ]  # fmt: skip
    fields = (
        PERIOD,
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("continuing", "繼續列管", "Still controlled", "月底繼續列管的標案，是各率的分母", "integer", "件"),
        Field("ahead", "超前", "Ahead", "實際超過預定，差距大於容許差", "integer", "件"),
        Field("on_plan", "相符", "On plan", "差距在容許差以內", "integer", "件"),
        Field("behind", "落後", "Behind", "實際不及預定，差距大於容許差", "integer", "件"),
        Field("suspended", "停工", "Suspended", "月底停工", "integer", "件"),
        Field("not_filed", "未填報", "Not filed", "鎖定時沒有填報，不含停工", "integer", "件"),
        Field("severe", "嚴重落後", "Severely behind", "標案或施工進度落後達門檻", "integer", "件"),
        Field("matching", "進度相符件數", "Counted as on plan", "依當月規則計入相符率分子的標案", "integer", "件"),
        Field("matching_rate", "進度相符率", "On-plan rate", "進度相符件數 ÷ 繼續列管", "decimal", "%", "沒有列管標案"),
        Field("filed", "已填報", "Filed", "鎖定時已填報的標案", "integer", "件"),
        Field("filed_rate", "填報率", "Filing rate", "已填報 ÷ 繼續列管", "decimal", "%", "沒有列管標案"),
        Field("executed", "執行數", "Executed", "實付、應付、節餘的累計", "decimal", "元"),
        Field("allocated", "分配數", "Allocated", "累計分配數", "decimal", "元"),
        Field("execution_rate", "預算執行率", "Budget execution", "執行數 ÷ 分配數", "decimal", "%", "沒有分配數"),
        Field("reports", "要在會報報告", "Reports", "整體執行績效低於門檻", "boolean"),
        *([Field("place", "名次", "Place", "進度相符率由高到低；同率同名次", "integer", missing="沒有列管標案")] if placed else ()),
    )  # fmt: skip
    return Dataset("agencies", "各機關", "每一列是一個機關的一個月", fields, tuple(rows), ("agency",))


def tenders_data(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            facts["period"], row["number"], row["name"], row["agency"], row["course"], row["severe"],
            decimal_or_none(row["planned"]), decimal_or_none(row["actual"]), decimal_or_none(row["lag"]), decimal_or_none(row["planned_works"]),
            decimal_or_none(row["actual_works"]), decimal_or_none(row["works_lag"]), row["cause"] or None, row["catch_up_on"],
        )
        for row in facts["tenders"]
    ]  # fmt: skip
    courses = "ahead 超前、on_plan 相符、behind 落後、suspended 停工、not_filed 未填報"
    fields = (
        PERIOD,
        Field("number", "列管編號", "Number", "標案的列管編號"),
        Field("name", "標案名稱", "Name", "標案的名稱"),
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("course", "情形", "Course", courses, labels=COURSES),
        Field("severe", "嚴重落後", "Severely behind", "標案或施工進度落後達門檻", "boolean"),
        Field("planned", "預定進度", "Planned", "月底的預定標案進度", "decimal", "%", "沒有預定進度"),
        Field("actual", "實際進度", "Actual", "月底的實際標案進度", "decimal", "%", NOT_SAID),
        Field("lag", "差距", "Gap", "實際減預定，負數是落後", "decimal", "百分點", NOT_SAID),
        Field("planned_works", "預定施工進度", "Works planned", "月底的預定施工進度", "decimal", "%", "沒有施工進度"),
        Field("actual_works", "實際施工進度", "Works actual", "月底的實際施工進度", "decimal", "%", "沒有施工進度，或沒有填報"),
        Field("works_lag", "施工差距", "Works gap", "實際減預定，負數是落後", "decimal", "百分點", "沒有施工進度，或沒有填報"),
        Field("cause", "落後因素", "Cause", "落後因素的代碼", missing="沒有落後，或沒有填報", labels=CAUSES),
        Field("catch_up_on", "預定趕上日", "Catches up on", "機關預定趕上的日子", "date", missing="沒有落後，或沒有填報"),
    )  # fmt: skip
    return Dataset("tenders", "標案", "每一列是一個標案的一個月", fields, tuple(rows), ("number",))


def rules_data(facts: Mapping[str, Any]) -> Dataset:
    rows = [
        (facts["period"], each["code"], each["name"], each["value"], each["label"], each["reading"], each["to_be_confirmed"])
        for each in facts["rules"]
    ]  # fmt: skip
    fields = (
        PERIOD,
        Field("code", "規則代碼", "Rule", "規則在規則庫的代碼"),
        Field("name", "規則", "Name", "規則的名稱"),
        Field("value", "值", "Value", "這個月最後一天適用的值"),
        Field("version", "版本", "Version", "規則的代碼與版次"),
        Field("reading", "讀法", "Reading", "計畫沒有寫明時採用的讀法"),
        Field("to_be_confirmed", "待確認", "To be confirmed", "讀法還沒有經權責單位確認", "boolean"),
    )
    return Dataset("rules", "判定規則", "每一列是一條規則", fields, tuple(rows), ("code",))
