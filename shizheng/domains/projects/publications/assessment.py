"""年度標案考核 (B06) as it was signed: totals and grades; opinions, rewards and the group's names stay inside."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.numbers import decimal_or_none
from shizheng.common.words import for_the_record
from shizheng.domains.projects.models import Assessment, AssessmentState
from shizheng.domains.projects.queries.assessments import tenders_of
from shizheng.domains.projects.rules.assessing import ITEM_LABELS, Item
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

SERIES = "projects.assessment:{pk}"


def gather(assessment_id: int, _period: str) -> Gathered:
    """A signed assessment as it stands. Raises CannotDo before it is signed."""
    found = Assessment.objects.filter(pk=assessment_id).first()
    if found is None:
        raise NotFound(_("找不到這個年度的標案考核。"))
    if found.state != AssessmentState.SIGNED:
        raise CannotDo(_("%(assessment)s還沒有核定，不能公布。請先核定。") % {"assessment": found})
    city = organisations.city()
    with override("zh-hant"), for_the_record():
        facts = {
            "city": city.name,
            "roc_year": found.roc_year,
            "rules": found.rules["rules"],
            "tenders": [
                {
                    "number": each.project.number,
                    "name": each.project.name,
                    "agency": each.project.agency.name,
                    "months": each.months,
                    "items": each.items,
                    "automatic": None if each.automatic is None else str(each.automatic),
                    "mode": str(each.get_mode_display()),
                    "site_score": None if each.site_score is None else str(each.site_score),
                    "total": str(each.total),
                    "grade": each.grade,
                }
                for each in tenders_of(found).order_by("-total", "project__number")
            ],
        }
        title = f"{city.name}{found.roc_year}年度標案考核結果"
    return Gathered(title, city.pk, SERIES.format(pk=found.pk), facts)


def document(facts: Mapping[str, Any], _refs: Mapping[str, FigureRef]) -> Document:
    """Every tender by its total, and the rules that weighed."""
    rows = [
        (
            cell(each["grade"], header=True), cell(each["total"], value=Decimal(each["total"])),
            cell(f"{each['number']} {each['name']}"), cell(each["agency"]), cell(each["automatic"] or "—"),
            cell(each["site_score"] or each["mode"]),
        )
        for each in facts["tenders"]
    ]  # fmt: skip
    rules = [
        (
            cell(each["name"], header=True), cell(each["value"]), cell(each["label"]),
            cell(f"{each['reading']}{'（待確認）' if each['to_be_confirmed'] else ''}"),
        )
        for each in facts["rules"]
    ]  # fmt: skip
    blocks: list[Block] = [
        Paragraph((facts["city"],), "title"),
        Paragraph((f"{facts['roc_year']}年度標案考核結果",), "title"),
        Heading(1, "各標案等第"),
        Table(
            "各標案等第",
            (
                Column("等第", 1.2), Column("總分", 1.2, "end"), Column("標案", 5), Column("機關", 2.4),
                Column("書面分數", 1.4, "end"), Column("實地分數", 1.4, "end"),
            ),
            tuple(rows),
        ),
        Heading(1, "計分規則"),
        Table("計分規則", (Column("規則", 4), Column("值", 2), Column("版本", 3), Column("讀法", 5)), tuple(rules)),
    ]  # fmt: skip
    return Document(
        title=f"{facts['city']}{facts['roc_year']}年度標案考核結果",
        author=facts["city"],
        blocks=tuple(blocks),
        data=facts,
        datasets=(_dataset(facts),),
        subject="年度標案考核結果",
    )


def _dataset(facts: Mapping[str, Any]) -> Dataset:
    scores = [{one["item"]: one["score"] for one in each["items"]} for each in facts["tenders"]]
    rows = [
        (
            facts["roc_year"], each["number"], each["name"], each["agency"], each["months"],
            *(decimal_or_none(score.get(item.value)) for item in Item), decimal_or_none(each["automatic"]),
            decimal_or_none(each["site_score"]), decimal_or_none(each["total"]), each["grade"],
        )
        for each, score in zip(facts["tenders"], scores, strict=True)
    ]  # fmt: skip
    fields = (
        Field("roc_year", "考核年度", "Year", "民國年", "integer"),
        Field("number", "列管編號", "Number", "標案的列管編號"),
        Field("name", "標案名稱", "Name", "標案的名稱"),
        Field("agency", "機關", "Agency", "主辦機關"),
        Field("months", "列管月數", "Months", "考核年度裡鎖定的月數", "integer", "個月"),
        *(
            Field(item.value, ITEM_LABELS[item], item.value.capitalize(), "這一項的分數", "decimal", "分", "沒有資料可算")
            for item in Item
        ),
        Field("automatic", "書面分數", "On paper", "各項依權重平均", "decimal", "分", "沒有資料可算"),
        Field("site_score", "實地分數", "On site", "考核小組的分數", "decimal", "分", "書面考核"),
        Field("total", "總分", "Total", "書面與實地依比重合計", "decimal", "分"),
        Field("grade", "等第", "Grade", "依總分的級距"),
    )  # fmt: skip
    return Dataset(
        "assessment",
        "標案考核",
        "每一列是一個標案的一個考核年度",
        fields,
        tuple(rows),
        ("roc_year", "number"),
    )
