"""The results of a plan for a half year or a year: 策略績效目標｜衡量指標｜原訂目標值｜績效衡量暨達成情形分析 (A04).

The figures in the analysis are written by the system; what the agency wrote follows.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.domains.planning.models import Kpi, Plan, PlanState
from shizheng.domains.planning.publications import narratives
from shizheng.domains.planning.publications.datasets import GOAL, HEAD, NOT_PRINTED, head, number
from shizheng.domains.planning.publications.plan import found_plan
from shizheng.domains.planning.queries.documents import text_of
from shizheng.domains.planning.queries.outcomes import evidence_names_of
from shizheng.domains.planning.queries.plans import goals_with_kpis
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.layout import RESULT_COLUMNS, numbered, target_text, weight_text
from shizheng.domains.planning.rules.numerals import numeral
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import VERDICT_LABELS
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.publication import queries as published
from shizheng.kernel.publication.documents.model import (
    Block,
    Cell,
    Column,
    Content,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    Inline,
    Paragraph,
    Table,
    cell,
)
from shizheng.kernel.publication.registry import Gathered
from shizheng.kernel.publication.rules.issuing import figure_text, issued_trace

SERIES = "planning.results:{agency}:{period}"
VERDICTS = "met 達標、not_met 未達標、at_risk 有落後之虞、on_track 照此速度可達標，或缺值種類"
VERDICTS_FIRST = "met 達標、not_met 未達標、at_risk 有落後之虞、on_track 可達標，或缺值種類"
"""As the first publications describe it; they are written again as they were."""
EVIDENCE_FIELD = Field(
    "evidence_files",
    "佐證檔名",
    "Evidence file names",
    "填報時附的檔案的名稱；檔案留在機關",
    missing="沒有附",
)


def periods_of(plan: Plan) -> list[Period]:
    """The periods whose results can be published: the first half year, and the year."""
    year = plan.roc_year + ROC_OFFSET
    return [Period(PeriodKind.HALF, year, 1), Period(PeriodKind.YEAR, year)]


def gather(plan_id: int, period_code: str) -> Gathered:
    """The figures of every KPI of the plan for the period. Raises BadInput for a period that is not the plan's."""
    plan = found_plan(plan_id)
    period = next((each for each in periods_of(plan) if each.code == period_code), None)
    if period is None:
        message = _("成果以上半年或全年公布，沒有「%(period)s」這個期間。請從計畫頁選期間。") % {
            "period": period_code
        }
        raise BadInput(message, fields={"period": [message]})
    if plan.state == PlanState.DRAFT:
        raise CannotDo(_("這份計畫還是草稿，指標還沒有定義，不能公布成果。請先採認計畫。"))
    goals = goals_with_kpis(plan.pk)
    ids = [kpi.measure_id for _goal, kpis in goals for kpi in kpis if kpi.measure_id]
    known = measures.figures_of_unit(ids, plan.agency_id, period)
    figures = {
        _ref(kpi): known[kpi.measure_id]
        for _goal, kpis in goals
        for kpi in kpis
        if kpi.measure_id in known and known[kpi.measure_id].id is not None
    }
    written = narratives.of_plan(plan.pk, period.code)
    proofs = _evidence(plan.pk, period.code)
    facts = {
        "agency": plan.agency.name,
        "roc_year": plan.roc_year,
        "period": period.code,
        "period_text": period_text(period),
        "goals": [
            {
                "number": goal.number,
                "name": goal.name,
                "weight": text_of(goal.weight),
                "kpis": [
                    {
                        **_kpi(kpi, figures.get(_ref(kpi)), written.get(kpi.pk, "")),
                        "evidence_files": proofs.get(kpi.pk, []),
                    }
                    for kpi in kpis
                ],
            }
            for goal, kpis in goals
        ],
    }
    if not ids:
        raise CannotDo(_("這份計畫沒有衡量指標，沒有成果可以公布。"))
    title = _("%(agency)s %(period)s施政成果") % {"agency": plan.agency.name, "period": period.label}
    series = SERIES.format(agency=plan.agency_id, period=period.code)
    return Gathered(title, plan.agency_id, series, facts, figures, period.code)


def _evidence(plan_id: int, period: str) -> dict[int, list[str]]:
    """The names of the evidence of each KPI; no name of a person stands in them. The files stay where they are."""
    found = evidence_names_of(plan_id, period)
    hide = published.name_hider() if found else str
    return {kpi: [hide(name) for name in names] for kpi, names in found.items()}


def period_text(period: Period) -> str:
    """106年1月1日至6月30日止, as results are headed."""
    first, last = period.start, period.last_day
    return f"{first.year - ROC_OFFSET}年{first.month}月{first.day}日至{last.month}月{last.day}日止"


def _ref(kpi: Kpi) -> str:
    return f"kpi-{kpi.goal.position}-{kpi.position}"


def _kpi(kpi: Kpi, figure: Figure | None, narrative: str) -> dict[str, Any]:
    trace = issued_trace(figure) if figure is not None else {}
    return {
        "ref": _ref(kpi), "number": kpi.number, "name": kpi.name, "weight": text_of(kpi.weight),
        "formula_text": kpi.formula_text, "target_text": kpi.target_text, "target_value": text_of(kpi.target_value),
        "unit": kpi.unit, "direction": kpi.direction,
        "figure_id": figure.id if figure else None, "value": figure.value_text if figure else None,
        "text": figure_text(figure) if figure else _("待確認"),
        "missing": figure.missing.kind.value if figure and figure.missing else None,
        "missing_reason": trace.get("missing_reason", ""),
        "worked": trace.get("worked", ""), "exact": trace.get("exact", ""),
        "verdict": figure.verdict.code.value if figure else "to_be_confirmed",
        "verdict_text": str(VERDICT_LABELS[figure.verdict.code]) if figure else _("待確認"),
        "narrative": narrative,
    }  # fmt: skip


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """The results table as the city prints it, and a table of the figures with their ids."""
    title = f"{facts['agency']}{facts['roc_year']}年度施政計畫實施狀況及成果概述"
    columns = tuple(
        Column(name, width, "center" if name == "原訂目標值" else "start")
        for name, width in zip(RESULT_COLUMNS, (3, 3, 1.6, 7.4), strict=True)
    )
    blocks: tuple[Block, ...] = (
        Paragraph((facts["agency"],), "title"),
        Paragraph((f"{facts['roc_year']}年度施政計畫實施狀況及成果概述",), "title"),
        Heading(1, facts["period_text"]),
        Table("成果", columns, tuple(_rows(facts, refs))),
        Heading(1, "數字編號"),
        Paragraph(("每個數字都有編號，由定義版本、填報資料與判定規則算出；數字改了，編號就不同。",), "note"),
        Table(
            "數字編號",
            (Column("衡量指標", 5), Column("值", 2, "end"), Column("判定", 2, "center"), Column("編號", 5)),
            tuple(_index(facts, refs)),
        ),
    )
    return Document(
        title=title,
        author=facts["agency"],
        blocks=blocks,
        data=facts,
        datasets=(_dataset(facts),),
        subject="施政成果",
    )


def _all(facts: Mapping[str, Any]) -> Iterable[tuple[int, Mapping[str, Any], int, Mapping[str, Any], int]]:
    """Every KPI with its goal, their numbers, and its place among the goal's KPIs."""
    for goal_number, goal in numbered(facts["goals"]):
        for index, (kpi_number, kpi) in enumerate(numbered(goal["kpis"])):
            yield goal_number, goal, kpi_number, kpi, index


def _rows(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Iterable[tuple[Cell | None, ...]]:
    for goal_number, goal, kpi_number, kpi, index in _all(facts):
        text = f"{numeral(goal_number)}、{goal['name']}{weight_text(goal['weight'])}"
        first = cell(text, rows=len(goal["kpis"]), header=True) if index == 0 else None
        name = f"{kpi_number}、{kpi['name']}{weight_text(kpi['weight'])}"
        yield first, cell(name), cell(target_text(kpi)), Cell(tuple(_analysis(kpi, refs)))


def _analysis(kpi: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Iterable[Content]:
    """The sentence that the system writes, then the agency's."""
    ref = refs.get(kpi["ref"])
    shown: Inline = FigureRef(ref.id, kpi["text"], ref.url) if ref else kpi["text"]
    if kpi["value"] is None:
        why = f"（{kpi['missing_reason']}）" if kpi["missing_reason"] else ""
        yield (shown, f"{why}。")
    else:
        says_more = kpi["worked"] and kpi["worked"] != kpi["exact"]
        worked = f"（{kpi['worked']} = {kpi['exact']}）" if says_more else ""
        yield (f"{kpi['name']}為", shown, f"{worked}，{kpi['verdict_text']}。")
    for line in kpi["narrative"].split("\n"):
        if line.strip():
            yield (line.strip(),)
    if kpi.get("evidence_files"):
        yield (f"佐證：{'、'.join(kpi['evidence_files'])}。",)


def _index(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Iterable[tuple[Cell | None, ...]]:
    for _goal_number, _goal, _kpi_number, kpi, _at in _all(facts):
        ref = refs.get(kpi["ref"])
        shown: Content = (
            (FigureRef(ref.id, ref.id, ref.url),) if ref and ref.id else (kpi["figure_id"] or "—",)
        )
        yield (
            cell(kpi["name"]),
            cell(kpi["text"], value=number(kpi["value"])),
            cell(kpi["verdict_text"]),
            Cell((shown,)),
        )


def _joined(kpi: Mapping[str, Any]) -> str | None:
    return "、".join(kpi.get("evidence_files", ())) or None


def _dataset(facts: Mapping[str, Any]) -> Dataset:
    # what was published before evidence was kept has no such column, and is written as it was, byte by byte
    with_evidence = any("evidence_files" in kpi for _n, _goal, _k, kpi, _at in _all(facts))
    rows = [
        (
            *head(facts), facts["period"], goal_number, goal["name"], number(goal["weight"]), kpi_number, kpi["name"],
            number(kpi["weight"]), kpi["target_text"], number(kpi["target_value"]), kpi["unit"], kpi["direction"],
            number(kpi["value"]), kpi["missing"], kpi["verdict"], kpi["figure_id"], kpi["narrative"],
            *((_joined(kpi),) if with_evidence else ()),
        )
        for goal_number, goal, kpi_number, kpi, _at in _all(facts)
    ]  # fmt: skip
    missing = "not_filed 未填報、not_yet_measurable 尚未可衡量、to_be_confirmed 待確認、not_applicable 不適用"
    fields: tuple[Field, ...] = (
        *HEAD,
        Field("period", "期間", "Period", "2017-H1 是民國 106 年上半年，2017 是全年"),
        *GOAL,
        Field(
            "target_text", "原訂目標值（印出）", "Target as printed", "計畫印出的目標", missing=NOT_PRINTED
        ),
        Field("target", "目標值", "Target", "目標的數值", "decimal", missing="不是單一數值"),
        Field("unit", "單位", "Unit", "目標與值的單位", missing="沒有印出單位"),
        Field("direction", "方向", "Direction", ">= 越高越好，<= 越低越好，= 剛好等於", missing="未定"),
        Field(
            "value",
            "值",
            "Value",
            "指標值，照定義的位數四捨五入",
            "decimal",
            missing="沒有值，原因見「缺值種類」",
        ),
        Field("missing", "缺值種類", "Kind of missing", missing, missing="有值"),
        Field(
            "verdict",
            "判定",
            "Verdict",
            VERDICTS if with_evidence else VERDICTS_FIRST,
        ),
        Field("figure_id", "數字編號", "Figure id", "由定義版本、填報資料與判定規則算出", missing="沒有定義"),
        Field("narrative", "機關說明", "Narrative", "機關寫的達成情形分析", missing="沒有寫"),
    )
    if with_evidence:
        fields = (*fields, EVIDENCE_FIELD)
    return Dataset(
        "results",
        "施政成果",
        "每一列是一個衡量指標在這個期間的值",
        fields,
        tuple(rows),
        ("goal_number", "kpi_number"),
    )
