"""A town whose control commission has a published plan of 106, with people at every level: the walk of one figure."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.domains.planning import actions as planning
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.rules.result_forms import asked_of
from shizheng.kernel.filing import inputs
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.registry import Supplied
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people

PLAN = """{agency}

106 年度施政計畫

第一部分：年度施政目標與重點

壹、年度施政目標：

一、研究成果用在施政上（策略績效目標一）

結案後追蹤採行情形。

二、聽見市民的意見（策略績效目標二）

每季問一次。

三、強化列管（策略績效目標三）

每月比對預定與實際進度。

貳、衡量指標

策略績效目標\t\t衡量指標\t\t\t\t
\t\t衡量指標\t評估體制\t評估方式\t衡量標準\t106 年年度目標值
一\t研究成果用在施政上(20%)\t一 研究建議採行比率(20%)\t1\t統計數據\t(採行建議項數/建議總項數)*100%\t70%
二\t聽見市民的意見(30%)\t一 話務服務滿意度(20%)\t1\t統計數據\t(電話滿意度+臨櫃滿意度)/2\t85%
\t\t二 民意調查次數(10%)\t1\t統計數據\t調查次數\t8次
三\t強化列管(20%)\t一 重大工程進度相符之比率(10%)\t1\t統計數據\t(進度相符案件/繼續列管案件)*100%\t75%
\t\t二 工區缺失件數(10%)\t1\t統計數據\t缺失件數\t≦150件

第二部分：年度重要施政計畫

工作計畫\t重要施政計畫項目\t實施內容
一、管制考核\t1、列管工程\t1、逐案比對。 2、月底彙整。
"""
RATIO, NOT_YET, MEAN, COUNT, LOW = (
    "重大工程進度相符之比率", "研究建議採行比率", "話務服務滿意度", "民意調查次數", "工區缺失件數",
)  # fmt: skip


def on(day: str, hour: int = 10, minute: int = 0) -> AbstractContextManager[None]:
    """Stand on a day: `2017-07-05`."""
    return clock.set_to(datetime.combine(date.fromisoformat(day), time(hour, minute), TAIPEI))


def make_town(suffix: str = "") -> SimpleNamespace:
    """The commission, its people, and its plan: accepted and published on 2 January 106."""
    rdec = organisations.agency(
        code=f"R{suffix}", name=f"測試市政府研考會{suffix}", short_name=f"研考會{suffix}"
    )
    made = SimpleNamespace(
        agency=rdec,
        officer=people.person("officer", rdec, username=f"r-officer{suffix}", display_name="王承辦"),
        chief=people.person("supervisor", rdec, username=f"r-chief{suffix}", display_name="陳組長"),
        control=people.person("control_officer", rdec, username=f"r-control{suffix}", display_name="李研考"),
        head=people.person("head", rdec, username=f"r-head{suffix}", display_name="張主委"),
        rdec=people.person("rdec_officer", username=f"r-rdec{suffix}", second_factor=True),
        rdec_head=people.person("rdec_head", username=f"r-rdechead{suffix}", second_factor=True),
        leader=people.person("leader", username=f"r-leader{suffix}", second_factor=True),
    )
    with on("2016-12-10"):
        text = PLAN.format(agency=rdec.name).encode()
        plan = planning.import_plan(made.control, text, "106.txt", agency_id=rdec.pk).plan
    with on("2016-12-19"):
        plan = planning.accept_plan(made.head, plan.pk, version=plan.version)
    with on("2017-01-02"):
        made.plan = planning.publish_plan(made.rdec_head, plan.pk, version=plan.version)
    return made


def kpi_of(plan: Plan, name: str) -> Kpi:
    return Kpi.objects.select_related("measure", "goal").get(goal__plan=plan, name=name)


@contextmanager
def project_control(plan: Plan) -> Iterator[None]:
    """The numbers of the control of projects, as the domain that keeps them supplies them."""
    code = kpi_of(plan, RATIO).measure.code  # type: ignore[union-attr]

    def supply(_measure: Any, name: str, _unit: int, period: Any, as_of: date | None) -> Supplied | None:
        value = {"a": "167", "b": "216"}.get(name)
        return (
            Supplied(value, "列管案件", f"/projects/?as_of={as_of}", as_of)
            if value and period.code == "2017-H1"
            else None
        )

    inputs.register_supplier(code, supply)
    try:
        yield
    finally:
        inputs.forget_supplier(supply)


def row_of(plan: Plan, name: str) -> str:
    """The key of a KPI's row in the return."""
    return str(kpi_of(plan, name).measure_id)


def fields_of(plan: Plan, name: str) -> list[str]:
    """The fields of a KPI's inputs, in the order of its formula."""
    made = measures.definitions_in_force([kpi_of(plan, name).measure_id or 0], parse_period("2017-H1"))
    return [each.field for each in asked_of(next(iter(made.values())))]


def again(filing: Return) -> Return:
    """The return as it stands now."""
    return Return.objects.select_related("round", "unit").get(pk=filing.pk)
