"""The parser's one way in: bytes of a plan document to what is printed in it. Pure; linear time."""

from collections.abc import Sequence

from shizheng.common.words import written

from .completeness import not_a_plan, refuse_if_cut, refuse_if_results_cut, refuse_if_rows_cut
from .decoding import MAX_LINES, decode, too_many_lines
from .goals_text import TextGoal, read_goals_text
from .kpi_flow import read_kpi_flow
from .kpi_rows import KpiRow, check_weights, goals_from_rows, merge_text_goals
from .kpi_table import read_kpi_table
from .lines import lines_of
from .model import Goal, ParsedPlan, Remarks, Result, WorkPlan
from .results_flow import read_results_flow
from .results_rows import read_period, results_from_rows
from .results_table import read_results_table
from .sections import GOALS, KPIS, RESULTS, WORK_PLANS, Document, divide
from .title import read_title
from .work_plans_flow import read_work_plans_flow
from .work_plans_table import read_work_plans_table


def parse_document(data: bytes, filename: str) -> ParsedPlan:
    """Read a plan (A02) from a text document. Raises CannotReadPlan, and nothing else, for what is no plan."""
    text, encoding = decode(data, filename)
    lines = lines_of(text)
    if len(lines) > MAX_LINES:
        raise too_many_lines(filename, len(lines))
    document = divide(lines)
    refuse_if_cut(document, filename)
    remarks = Remarks()
    agency, year = read_title(document, remarks)
    texts = read_goals_text(document.of(GOALS))
    goals = _goals(document, texts, remarks)
    refuse_if_rows_cut(document, goals, [each.number for each in texts], filename)
    work_plans = _work_plans(document, remarks)
    results = _results(document, goals, remarks)
    refuse_if_results_cut(document, goals, results, remarks, filename)
    if not (goals or work_plans or results):
        raise not_a_plan(filename)
    _say_what_is_missing(document, goals, work_plans, results, remarks)
    return ParsedPlan(
        agency,
        year,
        tuple(goals),
        tuple(work_plans),
        tuple(results),
        remarks.all(),
        encoding,
        text.count("\n") + 1,
    )


def _goals(document: Document, texts: list[TextGoal], remarks: Remarks) -> list[Goal]:
    rows: list[KpiRow] = []
    for section in document.of(KPIS):
        rows += (read_kpi_table if section.is_table else read_kpi_flow)(section, remarks)
    goals = merge_text_goals(goals_from_rows(rows, remarks), texts, remarks)
    check_weights(goals, remarks)
    return goals


def _work_plans(document: Document, remarks: Remarks) -> list[WorkPlan]:
    plans: list[WorkPlan] = []
    for section in document.of(WORK_PLANS):
        plans += (read_work_plans_table if section.is_table else read_work_plans_flow)(section, remarks)
    _check_work_plans(plans, remarks)
    return plans


def _check_work_plans(plans: Sequence[WorkPlan], remarks: Remarks) -> None:
    places: dict[str, str] = {}
    for plan in plans:
        shown = plan.name or written("第 %(number)s 個（未具名）", number=plan.number)
        if plan.name is None:
            message = written("工作計畫 %(number)s沒有印出名稱，名稱留空，請補登。", number=plan.number or "")
            remarks.add("work_plan_without_name", message, plan.source.start_line)
        if not plan.items:
            message = written("工作計畫「%(shown)s」沒有讀到任何項目。", shown=shown)
            remarks.add("work_plan_without_items", message, plan.source.start_line)
        for item in plan.items:
            where = written(
                "工作計畫「%(shown)s」項目 %(number)s「%(title)s」",
                shown=shown,
                number=item.number or written("（無編號）"),
                title=item.title,
            )
            if not item.content:
                remarks.add(
                    "item_without_content",
                    written("%(where)s沒有讀到實施內容。", where=where),
                    item.source.start_line,
                )
            here = written(
                "「%(shown)s」項目 %(number)s", shown=shown, number=item.number or written("（無編號）")
            )
            if item.title and item.title in places:
                message = written(
                    "項目名稱「%(title)s」重複出現：%(places)s與%(here)s；各自保留。",
                    title=item.title,
                    places=places[item.title],
                    here=here,
                )
                remarks.add("duplicate_item_title", message, item.source.start_line)
            places.setdefault(item.title, here)


def _results(document: Document, goals: Sequence[Goal], remarks: Remarks) -> list[Result]:
    results: list[Result] = []
    for section in document.of(RESULTS):
        period = read_period(section, remarks)
        rows = (read_results_table if section.is_table else read_results_flow)(section, remarks)
        results += results_from_rows(rows, period, goals, remarks)
    return results


def _say_what_is_missing(
    document: Document,
    goals: Sequence[Goal],
    work_plans: Sequence[WorkPlan],
    results: Sequence[Result],
    remarks: Remarks,
) -> None:
    """Say plainly which parts were not there, and which were there but gave nothing."""
    printed = {section.kind: section.heading.number for section in document.sections}
    read = {
        GOALS: bool(goals),
        KPIS: any(goal.kpis for goal in goals),
        WORK_PLANS: bool(work_plans),
        RESULTS: bool(results),
    }
    absent = {
        GOALS: ("no_goals", written("文件裡沒有讀到策略績效目標。")),
        KPIS: ("no_kpi_table", written("文件裡沒有衡量指標表：沒有讀入任何衡量指標、權重與目標值。")),
        WORK_PLANS: ("no_work_plans", written("文件裡沒有年度重要施政計畫的部分。")),
        RESULTS: ("no_results", written("文件裡沒有上年度實施狀況及成果概述的部分。")),
    }
    for kind, there in read.items():
        if there:
            continue
        code, message = absent[kind]
        if kind in printed and kind != GOALS:
            message = written(
                "第 %(printed)s 行起的部分有標題，但版面無法辨認，沒有讀入內容，請人工補登。",
                printed=printed[kind],
            )
        remarks.add(code, message, printed.get(kind))
