"""The plan and its results as open data: every column described, in Chinese and English."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shizheng.domains.planning.rules.layout import numbered
from shizheng.kernel.publication.documents.model import Dataset, Field

NOT_PRINTED = "計畫沒有印出"


def plan_datasets(plan: Mapping[str, Any]) -> tuple[Dataset, ...]:
    """KPIs with their goals, items of the work plans, results of the year before."""
    return (_kpis(plan), _items(plan), *((_results(plan),) if plan["results"] else ()))


def number(value: str | None) -> Decimal | None:
    """A decimal of the facts as a number."""
    return None if value is None else Decimal(value)


def head(plan: Mapping[str, Any]) -> tuple[Any, Any]:
    """Agency and year, the first columns of every data set."""
    return plan["agency"], plan["roc_year"]


HEAD = (
    Field("agency", "機關", "Agency", "提出計畫的機關，當時的全名"),
    Field("roc_year", "民國年度", "ROC year", "計畫的年度；西元年減 1911", "integer"),
)
GOAL = (
    Field("goal_number", "目標編號", "Goal number", "策略績效目標的編號", "integer"),
    Field("goal", "策略績效目標", "Goal", "策略績效目標的名稱"),
    Field(
        "goal_weight",
        "目標權重",
        "Goal weight",
        "策略績效目標在機關總分裡的權重",
        "decimal",
        "%",
        NOT_PRINTED,
    ),
    Field("kpi_number", "指標編號", "KPI number", "衡量指標在目標之下的編號", "integer"),
    Field("kpi", "衡量指標", "KPI", "衡量指標的名稱"),
    Field("kpi_weight", "指標權重", "KPI weight", "衡量指標在機關總分裡的權重", "decimal", "%", NOT_PRINTED),
)


def _kpis(plan: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            *head(plan), goal_number, goal["name"], number(goal["weight"]), kpi_number, kpi["name"], number(kpi["weight"]),
            kpi["system"], kpi["method"], kpi["formula_text"], kpi["target_text"], number(kpi["target_value"]), kpi["unit"],
            kpi["direction"],
        )
        for goal_number, goal in numbered(plan["goals"])
        for kpi_number, kpi in numbered(goal["kpis"])
    ]  # fmt: skip
    fields = (
        *HEAD,
        *GOAL,
        Field(
            "system",
            "評估體制",
            "Assessment system",
            "誰評估：1 指本府、2 以上見計畫說明",
            missing=NOT_PRINTED,
        ),
        Field(
            "method",
            "評估方式",
            "Assessment method",
            "以什麼評估，例如統計數據、文件資料",
            missing=NOT_PRINTED,
        ),
        Field("formula", "衡量標準", "Formula as printed", "印出的算式或標準", missing=NOT_PRINTED),
        Field(
            "target_text", "年度目標值（印出）", "Target as printed", "計畫印出的目標", missing=NOT_PRINTED
        ),
        Field(
            "target", "目標值", "Target", "目標的數值，單位見「單位」欄", "decimal", missing="不是單一數值"
        ),
        Field("unit", "單位", "Unit", "目標與指標值的單位", missing="沒有印出單位"),
        Field("direction", "方向", "Direction", ">= 越高越好，<= 越低越好，= 剛好等於", missing="未定"),
    )
    return Dataset(
        "kpis",
        "衡量指標",
        "每一列是一個衡量指標與它的目標值",
        fields,
        tuple(rows),
        ("goal_number", "kpi_number"),
    )


def _items(plan: Mapping[str, Any]) -> Dataset:
    rows = [
        (*head(plan), plan_at, each["name"], item_at, item["number"], item["title"], "\n".join(item["points"] or item["content"]))
        for plan_at, each in enumerate(plan["work_plans"], 1)
        for item_at, item in enumerate(each["items"], 1)
    ]  # fmt: skip
    fields = (
        *HEAD,
        Field(
            "work_plan_position", "工作計畫次序", "Work plan position", "工作計畫在計畫裡的次序", "integer"
        ),
        Field("work_plan", "工作計畫", "Work plan", "工作計畫的名稱", missing=NOT_PRINTED),
        Field(
            "item_position",
            "項目次序",
            "Item position",
            "項目在工作計畫裡的次序；印出的編號會重來，以次序為準",
            "integer",
        ),
        Field(
            "item_number",
            "項目編號",
            "Item number",
            "印出的編號，3(2) 是第 3 項的第 2 子項",
            missing=NOT_PRINTED,
        ),
        Field("item", "重要施政計畫項目", "Item", "項目名稱；子項寫成 上層／下層"),
        Field("content", "實施內容", "Content", "實施內容，一行一點"),
    )
    key = ("work_plan_position", "item_position")
    return Dataset("items", "施政計畫項目", "每一列是一個重要施政計畫項目", fields, tuple(rows), key)


def _results(plan: Mapping[str, Any]) -> Dataset:
    rows = [
        (
            *head(plan), row["year"], row["period_text"], row["goal_number"], row["goal"], number(row["goal_weight"]),
            row["kpi_number"], row["kpi"], number(row["kpi_weight"]), row["target_text"], row["narrative"],
        )
        for row in plan["results"]
    ]  # fmt: skip
    fields = (
        *HEAD,
        Field("result_year", "成果年度", "Result year", "成果所屬的民國年度", "integer", missing=NOT_PRINTED),
        Field("period", "期間", "Period", "成果涵蓋的期間，照印出的文字", missing=NOT_PRINTED),
        *GOAL,
        Field("target_text", "原訂目標值", "Original target", "成果表印出的原訂目標", missing=NOT_PRINTED),
        Field("narrative", "績效衡量暨達成情形分析", "Narrative", "機關寫的達成情形分析，照印出的文字"),
    )
    key = ("result_year", "goal_number", "kpi_number")
    return Dataset("results", "上年度成果", "計畫裡印出的上年度實施狀況及成果概述", fields, tuple(rows), key)
