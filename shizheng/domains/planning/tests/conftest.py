"""A city with two agencies, its officers, and plan texts of our own."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.domains.planning import actions
from shizheng.domains.planning.models import Plan
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people

GOALS = """{agency}

{year} 年度施政計畫

第一部分：年度施政目標與重點

壹、年度施政目標：

一、讓工程如期（策略績效目標一）

每月比對預定與實際進度。

二、讓缺失變少（策略績效目標二）

每月抽查工地。

貳、衡量指標

策略績效目標\t\t衡量指標\t\t\t\t
\t\t衡量指標\t評估體制\t評估方式\t衡量標準\t{year} 年年度目標值
一\t讓工程如期(20%)\t一 工程進度相符率(15%)\t1\t統計數據\t(進度相符件數/列管件數)*100%\t{target}%
\t\t二 滿意度(5%)\t1\t統計數據\t(電話滿意度+臨櫃滿意度)/2\t85%
二\t讓缺失變少(10%)\t一 工區缺失件數(10%)\t1\t統計數據\t缺失件數\t≦60件

第二部分：年度重要施政計畫

工作計畫\t重要施政計畫項目\t實施內容
一、道路工程\t1、道路改善\t1、盤點路段。 2、分年施工。
\t2、工區抽查\t每月抽查二十處。
"""
RESULTS = """
第三部分：上({before})年度實施狀況及成果概述

{before}年1月1日至6月30日止

策略績效目標\t衡量指標\t原訂目標值\t績效衡量暨達成情形分析
一、讓工程如期(20%)\t1、工程進度相符率(15%)\t75%\t列管工程216件，進度相符之案件為167件，相符率為77.31%。
\t2、滿意度(5%)\t85%\t電話滿意度平均為97.57%，臨櫃滿意度平均為82.0%，合計為89.79%，已達成。
二、讓缺失變少(10%)\t1、工區缺失件數(10%)\t≦60件\t年底彙整。
"""


def plan_text(agency: str, year: int = 107, target: int = 77, results: bool = True) -> bytes:
    """A plan in the layout of a table, as a document of `agency`."""
    text = GOALS.format(agency=agency, year=year, target=target)
    if results:
        text += RESULTS.format(before=year - 1)
    return text.encode()


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """Two agencies and the people who work on plans."""
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    return SimpleNamespace(
        city=organisations.city(),
        works=works,
        parks=parks,
        section=organisations.unit(parent=works, code="W1", name="土木科"),
        officer=people.person("officer", works, username="officer"),
        officer2=people.person("officer", works, username="officer2"),
        control=people.person("control_officer", works, username="control"),
        head=people.person("head", works, username="head"),
        other=people.person("control_officer", parks, username="other"),
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        rdec_head=people.person("rdec_head", username="rdechead", second_factor=True),
        leader=people.person("leader", username="leader", second_factor=True),
    )


@pytest.fixture
def draft(town: SimpleNamespace) -> Plan:
    """The works agency's plan of 107 as imported."""
    return actions.import_plan(town.control, plan_text(town.works.name), "107.txt").plan


@pytest.fixture
def accepted(town: SimpleNamespace, draft: Plan) -> Plan:
    """The same, accepted by its head."""
    return actions.accept_plan(town.head, draft.pk, version=draft.version)


@pytest.fixture
def row_of(accepted: Plan) -> Callable[[str], Any]:
    """A result row of the accepted plan by the name of its KPI."""
    return lambda name: accepted.results.get(kpi_name=name)


@pytest.fixture
def seeds() -> list[Path]:
    """The three real plans; skipped where they are not there."""
    from django.conf import settings

    folder = settings.ENVIRONMENT.test_seeds
    found = sorted(folder.glob("*.txt"))
    if len(found) < 3:
        pytest.skip(f"真實計畫不在 {folder}；用 SHIZHENG_TEST_SEEDS 指出它們在哪裡")
    return found
