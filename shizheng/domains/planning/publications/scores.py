"""The score sheet of a plan's year as it is issued (A05): every score with its figure, the rules, and the total."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning.publications.datasets import HEAD, NOT_PRINTED, head, number
from shizheng.domains.planning.publications.plan import found_plan
from shizheng.domains.planning.queries import scores
from shizheng.domains.planning.queries.documents import text_of
from shizheng.domains.planning.queries.scores import ScoredKpi
from shizheng.kernel.publication.documents.model import (
    Cell,
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
from shizheng.kernel.publication.rules.issuing import figure_text
from shizheng.kernel.rulebook.queries import RuleValue

SERIES = "planning.scores:{agency}:{year}"


def gather(plan_id: int, _period: str = "") -> Gathered:
    """The sheet of a plan in force whose year is over. Raises CannotDo for any other."""
    plan = found_plan(plan_id)
    sheet = scores.sheet_of_plan(SYSTEM, plan)
    if sheet.running:
        raise CannotDo(_("年度還沒有結束，評分還是期中試算，不能公布。請等年底結算後再公布。"))
    facts = {
        "agency": plan.agency.name,
        "roc_year": plan.roc_year,
        "score": None if sheet.total.score is None else str(sheet.total.score),
        "grade": sheet.grade,
        "weighted": text_of(sheet.total.weighted),
        "weights": text_of(sheet.total.weights),
        "rules": [_rule(sheet.rules.bands), _rule(sheet.rules.lower)],
        "kpis": [_kpi(row) for row in sheet.rows],
    }
    figures = {_ref(row): row.kpi.figure for row in sheet.rows if row.kpi.figure and row.kpi.figure.id}
    title = _("%(agency)s %(year)s 年度施政績效評分表") % {"agency": plan.agency.name, "year": plan.roc_year}
    series = SERIES.format(agency=plan.agency_id, year=plan.roc_year)
    return Gathered(title, plan.agency_id, series, facts, figures, sheet.period.code)


def _ref(row: ScoredKpi) -> str:
    return f"kpi-{row.kpi.label}"


def _rule(rule: RuleValue) -> dict[str, Any]:
    return {
        "name": rule.label,
        "version_id": rule.version_id,
        "value": rule.raw,
        "valid_from": rule.valid_from.isoformat(),
        "unconfirmed": rule.unconfirmed,
        "reading": rule.reading,
    }


def _kpi(row: ScoredKpi) -> dict[str, Any]:
    kpi, made = row.kpi, row.line
    figure = kpi.figure
    return {
        "ref": _ref(row), "label": kpi.label, "goal": kpi.goal_name, "name": kpi.name, "weight": text_of(made.weight),
        "target": text_of(figure.target) if figure else None, "target_text": kpi.target_text,
        "text": figure_text(figure) if figure else "待確認", "value": text_of(row.value),
        "unit": figure.unit if figure else "", "score": None if made.score is None else str(made.score),
        "weighted": text_of(made.weighted), "worked": row.worked, "way": made.way.value if made.way else None,
        "uncounted": made.uncounted or None, "figure_id": figure.id if figure else None,
    }  # fmt: skip


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """The sheet as a table with its sum, the rules, and the data."""
    title = f"{facts['agency']}{facts['roc_year']}年度施政績效評分表"
    columns = (
        Column("目標", 3), Column("衡量指標", 4), Column("權重", 1.4, "end"), Column("目標值", 2, "end"),
        Column("實際值", 2.2, "end"), Column("得分", 1.6, "end"), Column("加權分數", 1.8, "end"),
    )  # fmt: skip
    rules = "；".join(f"{each['name']}（{each['valid_from']} 起{_reading(each)}）" for each in facts["rules"])
    summed = f"總分 {facts['score'] or '—'}（100 × {facts['weighted']} ÷ {facts['weights']}），{facts['grade'] or '—'}"
    blocks = (
        Paragraph((title,), "title"),
        Heading(1, "評分表"),
        Table("評分表", columns, tuple(_rows(facts, refs))),
        Paragraph((summed + "。",)),
        Paragraph((f"依據的規則：{rules}。沒有數字的指標不計分，權重不進分母。",), "note"),
    )
    return Document(
        title=title, author=facts["agency"], blocks=blocks, data=facts, datasets=(_dataset(facts),), subject="施政績效評分"
    )  # fmt: skip


def _reading(rule: Mapping[str, Any]) -> str:
    """That a rule is a reading of ours, and which; what was issued before this was kept says nothing."""
    return (
        f"，待確認：{rule['reading'].rstrip('。')}" if rule.get("unconfirmed") and rule.get("reading") else ""
    )


def _rows(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Iterable[tuple[Cell | None, ...]]:
    for kpi in facts["kpis"]:
        ref = refs.get(kpi["ref"])
        shown = Cell(((FigureRef(ref.id, kpi["text"], ref.url),),)) if ref else cell(kpi["text"])
        yield (
            cell(kpi["goal"]),
            cell(f"{kpi['label']} {kpi['name']}", header=True),
            cell(kpi["weight"] or "—", value=number(kpi["weight"])),
            cell(kpi["target"] or kpi["target_text"] or "—", value=number(kpi["target"])),
            shown,
            cell(kpi["score"] or "不計分", value=number(kpi["score"])),
            cell(kpi["weighted"] or "—", value=number(kpi["weighted"])),
        )


def _dataset(facts: Mapping[str, Any]) -> Dataset:
    rows = tuple(
        (
            *head(facts), kpi["label"], kpi["goal"], kpi["name"], number(kpi["weight"]), number(kpi["target"]),
            number(kpi["value"]), kpi["unit"], number(kpi["score"]), number(kpi["weighted"]), kpi["worked"],
            kpi["uncounted"], kpi["figure_id"],
        )
        for kpi in facts["kpis"]
    )  # fmt: skip
    none = "不計分，原因見「不計分的原因」"
    fields = (
        *HEAD,
        Field("label", "編號", "Number", "目標編號與指標編號"),
        Field("goal", "策略績效目標", "Goal", "策略績效目標的名稱"),
        Field("kpi", "衡量指標", "KPI", "衡量指標的名稱"),
        Field("weight", "權重", "Weight", "指標的權重", "decimal", "%", NOT_PRINTED),
        Field("target", "目標值", "Target", "目標的數值", "decimal", missing="不是單一數值"),
        Field("value", "實際值", "Value", "比較與代入的值", "decimal", missing="沒有值"),
        Field("unit", "單位", "Unit", "目標與值的單位", missing="沒有印出單位"),
        Field("score", "得分", "Score", "0 到 100，四捨五入到小數第二位", "decimal", "分", none),
        Field("weighted", "加權分數", "Weighted score", "得分 × 權重 ÷ 100", "decimal", missing=none),
        Field("worked", "算式", "Formula", "代入數值的算式", missing="達標或不計分，不用換算"),
        Field(
            "uncounted", "不計分的原因", "Why not scored", "缺值種類、no_target 或 no_weight", missing="計分"
        ),
        Field("figure_id", "數字編號", "Figure id", "由定義版本、填報資料與判定規則算出", missing="沒有定義"),
    )
    return Dataset("scores", "施政績效評分", "每一列是一個衡量指標的得分", fields, rows, ("label",))
